//! Which way leads to a host: the user's own Tor or I2P, this machine itself, or none
//! (`spec/transport.md`, Ways).
//!
//! A host and a port go in, a [`Route`] comes out, or what to do about it. Invariants: no name is ever
//! looked up here, and what is neither an onion service, nor in I2P, nor on this machine is refused,
//! unless that very host was allowed for tests.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::address::{self, Network};

/// The proxies of a home. With none set, only this machine can be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    tor: Option<SocketAddr>,
    i2p: Option<SocketAddr>,
    clearnet: BTreeSet<String>,
}

/// How a connection is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// By SOCKS5 (RFC 1928), with the name inside.
    Proxy(Via),
    /// To an address, without a proxy.
    Direct(SocketAddr),
}

/// A host behind a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// Whose proxy it is.
    pub proxy: Proxy,
    /// Where the proxy listens: on this machine.
    pub at: SocketAddr,
    /// The host, in lower case, IPv6 without brackets. The proxy looks it up, not we.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// A network that has a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proxy {
    /// Tor's SOCKS port, usually 127.0.0.1:9050.
    Tor,
    /// I2P's SOCKS proxy, usually 127.0.0.1:4447.
    I2p,
}

/// Why no way leads to a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The proxy that leads there is not known.
    #[error("{host} is reached through {proxy}, and no {proxy} proxy is set: `{}`", .proxy.command())]
    NoProxy {
        /// Which one.
        proxy: Proxy,
        /// Whither.
        host: String,
    },
    /// Neither hidden nor here.
    #[error(
        "{0} is neither an onion service nor in I2P, and would see where you are: ask its operator for \
         an .onion or .i2p address"
    )]
    Clearnet(String),
    /// Allowed for tests, and would have to be looked up.
    #[error(
        "{0} is a name that would be looked up outside Tor: set a Tor proxy (`{command}`), or write \
         its IP address",
        command = Proxy::Tor.command()
    )]
    Lookup(String),
    /// No host at all.
    #[error("`{0}` is no host name or IP address")]
    Host(String),
    /// A proxy somewhere else.
    #[error(
        "the {proxy} proxy {at} is not on this machine: whoever is between could see whom you ask \
         for; run {proxy} here and give its address, as in `{}`", .proxy.command()
    )]
    Elsewhere {
        /// Which one.
        proxy: Proxy,
        /// Where it was said to be.
        at: SocketAddr,
    },
}

impl Proxy {
    /// What a user types to set it.
    #[must_use]
    pub fn command(self) -> &'static str {
        match self {
            Self::Tor => "mundi net tor 127.0.0.1:9050",
            Self::I2p => "mundi net i2p 127.0.0.1:4447",
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tor => "Tor",
            Self::I2p => "I2P",
        })
    }
}

impl Proxies {
    /// The proxies that a user has set.
    ///
    /// # Errors
    /// [`RouteError::Elsewhere`]: one is not on a loopback address.
    pub fn new(tor: Option<SocketAddr>, i2p: Option<SocketAddr>) -> Result<Self, RouteError> {
        for (proxy, at) in [(Proxy::Tor, tor), (Proxy::I2p, i2p)] {
            if let Some(at) = at.filter(|at| !at.ip().is_loopback()) {
                return Err(RouteError::Elsewhere { proxy, at });
            }
        }
        Ok(Self { tor, i2p, clearnet: BTreeSet::new() })
    }

    /// Allows one host that is neither hidden nor here. For tests: it sees where one is, unless Tor is set.
    #[must_use]
    pub fn allow(mut self, host: &str) -> Self {
        self.clearnet.insert(host.to_ascii_lowercase());
        self
    }

    /// Where a proxy listens.
    #[must_use]
    pub fn get(&self, proxy: Proxy) -> Option<SocketAddr> {
        match proxy {
            Proxy::Tor => self.tor,
            Proxy::I2p => self.i2p,
        }
    }

    /// Whether no proxy is set: then a home stays off-line, but for this machine.
    #[must_use]
    pub fn none(&self) -> bool {
        self.tor.is_none() && self.i2p.is_none()
    }

    /// The way to a host.
    ///
    /// # Errors
    /// There is none that would not give something away, or none at all.
    pub fn route(&self, host: &str, port: u16) -> Result<Route, RouteError> {
        let host = host.to_ascii_lowercase();
        if !address::is_host(&host) {
            return Err(RouteError::Host(host));
        }
        match address::network(&host) {
            Network::Tor => self.through(Proxy::Tor, host, port),
            Network::I2p => self.through(Proxy::I2p, host, port),
            // Only `localhost` is no address here; it means this one, whatever a resolver says.
            Network::Loopback => Ok(Route::Direct(SocketAddr::new(
                literal(&host).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                port,
            ))),
            Network::Clearnet if !self.clearnet.contains(&host) => Err(RouteError::Clearnet(host)),
            Network::Clearnet if self.tor.is_some() => self.through(Proxy::Tor, host, port),
            Network::Clearnet => match literal(&host) {
                Some(ip) => Ok(Route::Direct(SocketAddr::new(ip, port))),
                None => Err(RouteError::Lookup(host)),
            },
        }
    }

    fn through(&self, proxy: Proxy, host: String, port: u16) -> Result<Route, RouteError> {
        match self.get(proxy) {
            Some(at) => {
                let host = literal(&host).map_or(host, |ip| ip.to_string());
                Ok(Route::Proxy(Via { proxy, at, host, port }))
            }
            None => Err(RouteError::NoProxy { proxy, host }),
        }
    }
}

/// A host that is an address, with or without brackets.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOR: &str = "127.0.0.1:9050";
    const I2P: &str = "[::1]:4447";

    fn proxies(tor: bool, i2p: bool) -> Proxies {
        let at = |set: bool, at: &str| set.then(|| at.parse().unwrap());
        Proxies::new(at(tor, TOR), at(i2p, I2P)).unwrap()
    }

    /// A way in one line.
    fn way(proxies: &Proxies, host: &str) -> String {
        match proxies.route(host, 7) {
            Ok(Route::Direct(at)) => format!("direct {at}"),
            Ok(Route::Proxy(via)) => format!("{} {} {}:{}", via.proxy, via.at, via.host, via.port),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_host_has_one_way_or_none() {
        let all =
            proxies(true, true).allow("Example.org").allow("192.0.2.1").allow("[2001:db8::1]");
        let untold = proxies(false, false).allow("example.org").allow("192.0.2.1").allow("0.0.0.0");
        for (proxies, host, wanted) in [
            (&all, "abc.onion", "Tor 127.0.0.1:9050 abc.onion:7"),
            (&all, "ABC.Onion", "Tor 127.0.0.1:9050 abc.onion:7"),
            (&all, "x.b32.i2p", "I2P [::1]:4447 x.b32.i2p:7"),
            (&all, "127.0.0.1", "direct 127.0.0.1:7"),
            (&all, "127.8.9.1", "direct 127.8.9.1:7"),
            (&all, "[::1]", "direct [::1]:7"),
            (&all, "localhost", "direct 127.0.0.1:7"),
            (&all, "LOCALHOST", "direct 127.0.0.1:7"),
            (&all, "example.org", "Tor 127.0.0.1:9050 example.org:7"),
            (&all, "192.0.2.1", "Tor 127.0.0.1:9050 192.0.2.1:7"),
            (&all, "[2001:db8::1]", "Tor 127.0.0.1:9050 2001:db8::1:7"),
            (&untold, "192.0.2.1", "direct 192.0.2.1:7"),
        ] {
            assert_eq!(way(proxies, host), wanted, "{host}");
        }
        for (proxies, host, wanted) in [
            (&untold, "abc.onion", "no Tor proxy is set: `mundi net tor 127.0.0.1:9050`"),
            (&untold, "abc.i2p", "no I2P proxy is set: `mundi net i2p 127.0.0.1:4447`"),
            (&untold, "example.org", "looked up outside Tor"),
            (&all, "www.example.org", "neither an onion service nor in I2P"),
            (&all, "192.0.2.2", "neither an onion service nor in I2P"),
            // What looks like one of ours, and would be looked up.
            (&all, "abc.onion.", "neither an onion service nor in I2P"),
            (&all, "abc.onion.example", "neither an onion service nor in I2P"),
            (&all, "onion", "neither an onion service nor in I2P"),
            (&all, "localhost.", "neither an onion service nor in I2P"),
            (&all, "localhost.example", "neither an onion service nor in I2P"),
            (&all, "2130706433", "neither an onion service nor in I2P"),
            (&all, "0.0.0.0", "neither an onion service nor in I2P"),
            (&all, "[::ffff:127.0.0.1]", "neither an onion service nor in I2P"),
            (&all, "abc onion", "no host name"),
            (&all, "a\r\n.onion", "no host name"),
            (&all, "a@b.onion", "no host name"),
            (&all, "", "no host name"),
        ] {
            let way = way(proxies, host);
            assert!(way.contains(wanted), "{host}: {way}");
        }
    }

    #[test]
    fn the_other_network_is_not_asked() {
        assert!(way(&proxies(true, false), "x.i2p").contains("no I2P proxy is set"));
        assert!(way(&proxies(false, true), "x.onion").contains("no Tor proxy is set"));
        assert!(proxies(false, false).none() && !proxies(false, true).none());
    }

    #[test]
    fn a_proxy_is_on_this_machine() {
        for (tor, i2p) in [("192.168.1.2:9050", I2P), (TOR, "[2001:db8::1]:1"), ("0.0.0.0:1", I2P)]
        {
            let error = Proxies::new(tor.parse().ok(), i2p.parse().ok()).unwrap_err();
            assert!(error.to_string().contains("is not on this machine"), "{error}");
        }
    }
}
