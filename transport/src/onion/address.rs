//! The address of an onion service (Tor's rend-spec-v3, "Encoding onion addresses").

use std::fmt;
use std::str::FromStr;

/// 56 characters of base32 before `.onion`. Invariant: it is of version 3. Its check sum is Tor's to verify.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OnionAddress(String);

/// Why a text is no address of an onion service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no onion address: 56 of the letters a to z and digits 2 to 7, then .onion")]
pub struct NotOnion(String);

impl OnionAddress {
    /// As Tor's control port names it: without `.onion`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.0
    }

    /// As a host: with `.onion`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("{}.onion", self.0)
    }
}

impl FromStr for OnionAddress {
    type Err = NotOnion;

    /// With or without `.onion`, in any case.
    fn from_str(text: &str) -> Result<Self, NotOnion> {
        let no = || NotOnion(text.chars().take(80).collect());
        let lower = text.to_ascii_lowercase();
        let name = lower.strip_suffix(".onion").unwrap_or(&lower);
        let upper = name.to_ascii_uppercase();
        let bytes = data_encoding::BASE32.decode(upper.as_bytes()).map_err(|_| no())?;
        match bytes.as_slice() {
            // Key, check sum, version.
            [.., 3] if bytes.len() == 35 => Ok(Self(name.to_owned())),
            _ => Err(no()),
        }
    }
}

impl fmt::Display for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.onion", self.0)
    }
}

impl fmt::Debug for OnionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OnionAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_version_3() {
        let name = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd";
        for text in
            [name.to_owned(), format!("{name}.onion"), format!("{name}.ONION").to_uppercase()]
        {
            let address: OnionAddress = text.parse().unwrap();
            assert_eq!((address.service(), address.host()), (name, format!("{name}.onion")));
            assert_eq!(address.to_string(), address.host());
        }
        for text in [
            "",
            ".onion",
            &name[1..],
            &format!("{}a", &name[..55]),
            &format!("{name}.onion.onion"),
            &format!("{name}\r\n"),
            &name.replace('p', "1"),
            "expyuzz4wqqyqhjn",
        ] {
            assert!(text.parse::<OnionAddress>().is_err(), "{text}");
        }
    }
}
