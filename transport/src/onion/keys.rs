//! The keys of onion services and of their clients. Invariant: no secret is printed, and each is wiped
//! when it is dropped.

use std::fmt;
use std::str::FromStr;

use curve25519_dalek::montgomery::MontgomeryPoint;
use data_encoding::{BASE32_NOPAD, BASE64};
use zeroize::{Zeroize, Zeroizing};

/// An onion service's secret key: an expanded Ed25519 key in Tor's form, `ED25519-V3:` and base64.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceKey([u8; 64]);

/// A client's secret key for one service: X25519 (RFC 7748).
#[derive(Clone, PartialEq, Eq)]
pub struct ClientKey([u8; 32]);

/// A client's public key, as it is given to who hosts the service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientPublic([u8; 32]);

/// Why a text is no key. It does not say the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no {0}")]
pub struct NotAKey(&'static str);

const SERVICE: &str = "ED25519-V3:";

impl ServiceKey {
    /// As Tor writes it; to be kept secret.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{SERVICE}{}", BASE64.encode(&self.0)))
    }
}

impl FromStr for ServiceKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let no = NotAKey("key of an onion service: ED25519-V3: and 88 characters of base64");
        let bytes = text.strip_prefix(SERVICE).and_then(|t| BASE64.decode(t.as_bytes()).ok());
        let bytes = Zeroizing::new(bytes.ok_or(no)?);
        Ok(Self(bytes.as_slice().try_into().map_err(|_| no)?))
    }
}

impl ClientKey {
    /// From 32 random bytes.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// What who hosts the service is given.
    #[must_use]
    pub fn public(&self) -> ClientPublic {
        ClientPublic(MontgomeryPoint::mul_base_clamped(self.0).to_bytes())
    }

    /// In base32, as in Tor's `.auth_private` files; to be kept secret.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// In base64, as ONION_CLIENT_AUTH_ADD takes it.
    pub(crate) fn base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(&self.0))
    }
}

impl FromStr for ClientKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        base32(text).map(Self).ok_or(NotAKey("client's secret key: 52 characters of base32"))
    }
}

impl FromStr for ClientPublic {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        base32(text).map(Self).ok_or(NotAKey("client's public key: 52 characters of base32"))
    }
}

fn base32(text: &str) -> Option<[u8; 32]> {
    let upper = Zeroizing::new(text.to_ascii_uppercase());
    let bytes = Zeroizing::new(BASE32_NOPAD.decode(upper.as_bytes()).ok()?);
    bytes.as_slice().try_into().ok()
}

impl fmt::Display for ClientPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for ClientPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientPublic({self})")
    }
}

impl Drop for ServiceKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for ClientKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey(secret)")
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_and_do_not_print() {
        let client = ClientKey::new([7; 32]);
        assert_eq!(client.expose().parse::<ClientKey>().unwrap(), client);
        assert_eq!(client.expose().to_lowercase().parse::<ClientKey>().unwrap(), client);
        let public = client.public();
        assert_eq!(public.to_string().parse::<ClientPublic>().unwrap(), public);
        let service = ServiceKey([9; 64]);
        assert_eq!(service.expose().parse::<ServiceKey>().unwrap(), service);
        let printed = format!("{client:?} {service:?}");
        assert_eq!(printed, "ClientKey(secret) ServiceKey(secret)");
    }

    /// RFC 7748, section 5.2: the first iteration, which is the public key of a secret 9.
    #[test]
    fn a_public_key_is_that_of_x25519() {
        let mut nine = [0; 32];
        nine[0] = 9;
        let ClientPublic(public) = ClientKey::new(nine).public();
        let wanted = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079";
        assert_eq!(data_encoding::HEXLOWER.encode(&public), wanted);
    }

    #[test]
    fn what_is_no_key_is_not_repeated() {
        let secret = "ED25519-V3:c2VjcmV0";
        let said = secret.parse::<ServiceKey>().unwrap_err().to_string();
        assert!(
            said.contains("no key of an onion service") && !said.contains("c2VjcmV0"),
            "{said}"
        );
        for text in ["", "RSA1024:AAAA", "ED25519-V3:", "ED25519-V3:AAAA\r\nSIGNAL HALT"] {
            assert!(text.parse::<ServiceKey>().is_err(), "{text}");
        }
        for text in ["", "AAAA", &"1".repeat(52), &"A".repeat(53)] {
            assert!(text.parse::<ClientKey>().is_err() && text.parse::<ClientPublic>().is_err());
        }
    }
}
