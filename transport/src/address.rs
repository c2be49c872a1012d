//! How a broker is named: where it is, and which key it has.

use std::fmt;
use std::str::FromStr;

/// `HOST:PORT#KEY`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrokerAddress {
    /// A name or an IP address, as it was written, in lower case. It is not looked up.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The broker's Ed25519 public key.
    pub key: [u8; 32],
}

/// What kind of network an address belongs to: which proxy leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// `….onion`
    Tor,
    /// `….i2p`
    I2p,
    /// This machine.
    Loopback,
    /// Anything else.
    Clearnet,
}

/// Why a text is no address of a broker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No `#`.
    #[error("`{0}` has no key: a broker's address is HOST:PORT#KEY, as its operator gives it")]
    NoKey(String),
    /// Not 64 digits.
    #[error("the key of `{0}` is not 64 hexadecimal digits")]
    Key(String),
    /// No port.
    #[error("`{0}` has no port: a broker's address is HOST:PORT#KEY")]
    Port(String),
    /// Not a name that can be given to a proxy.
    #[error("`{0}` is no host name or IP address")]
    Host(String),
}

impl BrokerAddress {
    /// Which network leads there.
    #[must_use]
    pub fn network(&self) -> Network {
        network(&self.host)
    }
}

/// Which network a host belongs to.
#[must_use]
pub fn network(host: &str) -> Network {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    match ip {
        Ok(ip) if ip.is_loopback() => Network::Loopback,
        Ok(_) => Network::Clearnet,
        Err(_) if host == "localhost" => Network::Loopback,
        Err(_) if host.ends_with(".onion") => Network::Tor,
        Err(_) if host.ends_with(".i2p") => Network::I2p,
        Err(_) => Network::Clearnet,
    }
}

impl BrokerAddress {
    /// Where it can be reached without looking a name up: an IP address.
    #[must_use]
    pub fn socket(&self) -> Option<std::net::SocketAddr> {
        format!("{}:{}", self.host, self.port).parse().ok()
    }
}

/// Letters, digits, dots and hyphens, or an address of IPv6 in brackets; at most 253 bytes.
pub(crate) fn is_host(host: &str) -> bool {
    let name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    let six = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let six = six.is_some_and(|h| h.parse::<std::net::Ipv6Addr>().is_ok());
    !host.is_empty() && host.len() <= 253 && (name || six)
}

impl FromStr for BrokerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (place, key) = text.split_once('#').ok_or(AddressError::NoKey(text.into()))?;
        let key = key_of(key).ok_or_else(|| AddressError::Key(text.into()))?;
        let (host, port) = place.rsplit_once(':').ok_or(AddressError::Port(text.into()))?;
        let port: u16 = port.parse().map_err(|_| AddressError::Port(text.into()))?;
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err(AddressError::Host(host));
        }
        Ok(Self { host, port, key })
    }
}

fn key_of(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(key)
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}#", self.host, self.port)?;
        self.key.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrokerAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_and_knows_its_network() {
        let key = "ab".repeat(32);
        for (host, network) in [
            ("127.0.0.1", Network::Loopback),
            ("[::1]", Network::Loopback),
            ("localhost", Network::Loopback),
            ("abc.onion", Network::Tor),
            ("abc.b32.i2p", Network::I2p),
            ("192.0.2.1", Network::Clearnet),
            ("localhost.example.org", Network::Clearnet),
            ("onion", Network::Clearnet),
        ] {
            let text = format!("{host}:4222#{key}");
            let address: BrokerAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
            assert_eq!(address.network(), network, "{host}");
        }
    }

    #[test]
    fn what_is_no_address_says_what_is_missing() {
        let key = "ab".repeat(32);
        let said = |text: &str| text.parse::<BrokerAddress>().unwrap_err().to_string();
        assert!(said("a.onion:1").contains("has no key"));
        assert!(said("a.onion:1#12").contains("64 hexadecimal digits"));
        assert!(said(&format!("a.onion#{key}")).contains("has no port"));
        assert!(said(&format!("a.onion:70000#{key}")).contains("has no port"));
        assert!(said(&format!("a b.onion:1#{key}")).contains("no host name"));
        assert!(said(&format!("a@b:1#{key}")).contains("no host name"));
        assert!(said(&format!(":1#{key}")).contains("no host name"));
        assert!(said(&format!("a:1#+{}", &key[..63])).contains("64 hexadecimal digits"));
    }
}
