//! Reading a message that is not encrypted (any more): its text and who wrote it.

use std::io::Read;

use openpgp::packet::{Packet, Signature};
use openpgp::parse::{PacketParserBuilder, PacketParserResult, Parse};
use sequoia_openpgp as openpgp;
use zeroize::Zeroizing;

use super::signing::Standing;
use super::{PgpCert, PgpError, ready};
use crate::fingerprint::Fingerprint;
use crate::limits;

/// A message, opened.
pub struct Opened {
    /// Its text.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// Who signed it.
    pub author: Authorship,
}

impl std::fmt::Debug for Opened {
    /// Without the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} bytes, {:?})", self.plaintext.len(), self.author)
    }
}

/// Who wrote a message, as far as signatures say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorship {
    /// Nobody signed it.
    Unsigned,
    /// A known person's key signed it.
    By(Fingerprint),
    /// It is signed, by keys that are not known here.
    UnknownKey,
    /// It says that a known person signed it, and that signature does not verify, or the key was
    /// not valid then.
    Bad,
}

/// A message in its parts; nothing is verified.
struct Parts {
    text: Option<Zeroizing<Vec<u8>>>,
    signatures: Vec<Signature>,
    /// Signatures announced before the text, less those found after it.
    announced: usize,
    packets: usize,
}

fn wrong(why: impl std::fmt::Display) -> PgpError {
    PgpError::form("message", why)
}

impl Parts {
    fn parse(bytes: &[u8]) -> Result<Self, PgpError> {
        ready();
        if bytes.len() > limits::PGP_MESSAGE_BYTES * 2 {
            return Err(PgpError::TooLarge { what: "a message", most: limits::PGP_MESSAGE_BYTES });
        }
        let mut parts = Self { text: None, signatures: Vec::new(), announced: 0, packets: 0 };
        let builder = PacketParserBuilder::from_bytes(bytes).map_err(wrong)?;
        let mut parser = builder.max_recursion_depth(limits::PGP_DEPTH).build().map_err(wrong)?;
        while let PacketParserResult::Some(mut here) = parser {
            parts.packets += 1;
            if parts.packets > limits::PGP_PACKETS {
                return Err(wrong("it has too many packets"));
            }
            if matches!(here.packet, Packet::Literal(_)) {
                parts.literal(&mut here)?;
            } else {
                parts.packet(&here.packet)?;
            }
            parser = here.recurse().map_err(wrong)?.1;
        }
        if parts.announced > 0 || parts.text.is_none() {
            return Err(wrong("it is cut off"));
        }
        Ok(parts)
    }

    /// The text, of bounded size however well it was compressed.
    fn literal(&mut self, from: &mut impl Read) -> Result<(), PgpError> {
        if self.text.is_some() {
            return Err(wrong("it holds two texts"));
        }
        let mut text = Zeroizing::new(Vec::new());
        let mut block = Zeroizing::new(vec![0; 64 * 1024]);
        loop {
            let count = from.read(&mut block).map_err(wrong)?;
            let Some(some) = block.get(..count).filter(|some| !some.is_empty()) else { break };
            if text.len() + count > limits::PGP_TEXT_BYTES {
                return Err(PgpError::TooLarge { what: "a message", most: limits::PGP_TEXT_BYTES });
            }
            grow(&mut text, count);
            text.extend_from_slice(some);
        }
        self.text = Some(text);
        Ok(())
    }

    fn packet(&mut self, packet: &Packet) -> Result<(), PgpError> {
        let before = self.text.is_none();
        match packet {
            Packet::CompressedData(_) if before && self.signatures.is_empty() => Ok(()),
            Packet::OnePassSig(_) if before => {
                self.announced += 1;
                Ok(())
            }
            Packet::Signature(one) if before || self.announced > 0 => {
                self.signatures.push(one.clone());
                self.announced = self.announced.saturating_sub(usize::from(!before));
                Ok(())
            }
            Packet::Marker(_) => Ok(()),
            Packet::PKESK(_) | Packet::SKESK(_) | Packet::SEIP(_) => {
                Err(wrong("it is encrypted once more"))
            }
            other => Err(wrong(format!("a packet {} does not belong there", other.tag()))),
        }
    }
}

/// Makes room without leaving a copy of a secret behind: the old vector is wiped.
fn grow(text: &mut Zeroizing<Vec<u8>>, more: usize) {
    if text.capacity() - text.len() >= more {
        return;
    }
    let mut larger = Zeroizing::new(Vec::with_capacity((text.len() + more).saturating_mul(2)));
    larger.extend_from_slice(text);
    *text = larger;
}

/// Reads a message ([`literal`](super::literal), signed, compressed; binary or armored), and says
/// which of the known keys signed it, as of a time (ms since 1970).
///
/// One bad signature of a known key makes it [`Authorship::Bad`], whatever else there is.
///
/// # Errors
/// It is no such message, is encrypted, or is too large when decompressed.
pub fn read(inner: &[u8], known: &[&PgpCert], at: u64) -> Result<Opened, PgpError> {
    let parts = Parts::parse(inner)?;
    let plaintext = parts.text.unwrap_or_default();
    let mut author =
        if parts.signatures.is_empty() { Authorship::Unsigned } else { Authorship::UnknownKey };
    for one in &parts.signatures {
        for cert in known {
            match cert.stands(one, &plaintext, at)? {
                Standing::Good if author != Authorship::Bad => {
                    author = Authorship::By(cert.fingerprint());
                }
                Standing::Bad(_) => author = Authorship::Bad,
                Standing::Good | Standing::Another => {}
            }
        }
    }
    Ok(Opened { plaintext, author })
}
