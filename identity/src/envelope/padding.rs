//! Padding: a content has one of six sizes on its way, so that sizes say little.

use super::EnvelopeError;

/// The sizes of plaintexts, in bytes: from a short message to an `open` entry.
pub const SIZES: [usize; 6] = [512, 2_048, 8_192, 32_768, 69_632, 167_936];

/// Bytes of the length before the content.
const LENGTH: usize = 4;

/// The largest content.
pub(super) const LARGEST: usize = 167_936 - LENGTH;

pub(super) fn is_size(size: usize) -> bool {
    SIZES.contains(&size)
}

fn size_for(content: usize) -> Option<usize> {
    SIZES.into_iter().find(|size| content <= size - LENGTH)
}

/// Length, content, zeros.
pub(super) fn pad(content: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let too_large = EnvelopeError::TooLarge(content.len());
    let size = size_for(content.len()).ok_or(too_large)?;
    let length = u32::try_from(content.len()).map_err(|_| too_large)?;
    let mut out = Vec::with_capacity(size + 16);
    out.extend(length.to_be_bytes());
    out.extend(content);
    out.resize(size, 0);
    Ok(out)
}

/// The content, where all else is as [`pad`] writes it.
pub(super) fn unpad(plaintext: &[u8]) -> Option<&[u8]> {
    let (length, rest) = plaintext.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, zeros) = rest.split_at_checked(length)?;
    let right = size_for(length) == Some(plaintext.len()) && zeros.iter().all(|b| *b == 0);
    right.then_some(content)
}
