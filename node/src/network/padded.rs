//! An OpenPGP message in an inbox: with its length before it and zeros after it, so that sizes say
//! little (`spec/envelope.md`, "In an inbox").

use mundi_identity::envelope::SIZES;

const LENGTH: usize = 4;

/// The message, padded; `None` where it is too large to be carried.
pub(super) fn pad(message: &[u8]) -> Option<Vec<u8>> {
    let size = SIZES.into_iter().find(|size| message.len() <= size - LENGTH)?;
    let mut out = Vec::with_capacity(size);
    out.extend(u32::try_from(message.len()).ok()?.to_be_bytes());
    out.extend(message);
    out.resize(size, 0);
    Some(out)
}

/// The message, where all else is as [`pad`] writes it.
pub(super) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, zeros) = rest.split_at_checked(length)?;
    let size = SIZES.into_iter().find(|size| length <= size - LENGTH);
    (size == Some(padded.len()) && zeros.iter().all(|b| *b == 0)).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_and_has_one_of_six_sizes() {
        for size in [0, 1, 508, 509, 167_932] {
            let message = vec![7; size];
            let padded = pad(&message).unwrap();
            assert!(SIZES.contains(&padded.len()));
            assert_eq!(unpad(&padded), Some(message.as_slice()));
        }
        assert_eq!(pad(&vec![7; 167_933]), None);
    }

    #[test]
    fn what_is_padded_otherwise_is_refused() {
        let padded = pad(b"hello").unwrap();
        let mut changed = padded.clone();
        *changed.last_mut().unwrap() = 1;
        assert_eq!(unpad(&changed), None);
        assert_eq!(unpad(&padded[..511]), None);
        assert_eq!(unpad(&[]), None);
        assert_eq!(unpad(&[0xff; 512]), None);
    }
}
