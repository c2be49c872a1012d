//! One connection by a route: directly, or by SOCKS5 with the name inside.

use std::fmt;
use std::io;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_socks::Error as Socks;
use tokio_socks::tcp::Socks5Stream;

use super::ForwardError;
use crate::limits::CONNECT_SECONDS;
use crate::proxies::{Proxy, Route, Via};

/// What keeps a forwarder's circuits apart from all others at the same Tor: the user name is the
/// destination's, the password is this forwarder's, so two homes of one person do not meet on one
/// circuit at a broker.
pub(super) struct Isolation {
    user: String,
    password: String,
}

/// Whoever reads it could join the circuit.
impl fmt::Debug for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Isolation")
    }
}

impl Isolation {
    pub(super) fn new(route: &Route) -> Result<Self, getrandom::Error> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)?;
        let place = match route {
            Route::Proxy(via) => format!("{}:{}", via.host, via.port),
            Route::Direct(at) => at.to_string(),
        };
        let hex = data_encoding::HEXLOWER;
        // A hash, as a name may be as long as all that SOCKS5 leaves for a user (RFC 1929).
        let user = format!("mundi-{}", hex.encode(&Sha256::digest(place)));
        Ok(Self { user, password: hex.encode(&random) })
    }
}

/// Connects, within [`CONNECT_SECONDS`].
pub(super) async fn connect(
    route: &Route,
    isolation: &Isolation,
) -> Result<TcpStream, ForwardError> {
    let limit = Duration::from_secs(CONNECT_SECONDS);
    let (place, tried) = match route {
        Route::Direct(at) => {
            let tried = timeout(limit, TcpStream::connect(at)).await;
            let failed = |e| ForwardError::Direct { at: *at, cause: said(&e) };
            (at.to_string(), tried.map(|tried| tried.map_err(failed)))
        }
        Route::Proxy(via) => {
            let tried = timeout(limit, through(via, isolation)).await;
            (format!("{}:{}", via.host, via.port), tried)
        }
    };
    let stream = tried.map_err(|_| ForwardError::Timeout(place))??;
    // Messages are small and waited for.
    let _slower_at_worst = stream.set_nodelay(true);
    Ok(stream)
}

async fn through(via: &Via, isolation: &Isolation) -> Result<TcpStream, ForwardError> {
    let (proxy, at) = (via.proxy, via.at);
    let stream = TcpStream::connect(at).await;
    let stream = stream.map_err(|e| ForwardError::ProxyDown { proxy, at, cause: said(&e) })?;
    let target = (via.host.as_str(), via.port);
    let asked = match proxy {
        Proxy::Tor => {
            let (user, password) = (&isolation.user, &isolation.password);
            Socks5Stream::connect_with_password_and_socket(stream, target, user, password).await
        }
        // It has a tunnel for each destination anyway, and may know no passwords.
        Proxy::I2p => Socks5Stream::connect_with_socket(stream, target).await,
    };
    asked.map(Socks5Stream::into_inner).map_err(|error| refused(via, &error))
}

fn refused(via: &Via, error: &Socks) -> ForwardError {
    let (proxy, at) = (via.proxy, via.at);
    match error {
        Socks::Io(e) => ForwardError::NoProxy { proxy, at, cause: said(e) },
        Socks::InvalidResponseVersion
        | Socks::InvalidReservedByte
        | Socks::UnknownAddressType
        | Socks::NoAcceptableAuthMethods
        | Socks::PasswordAuthFailure(_) => {
            ForwardError::NoProxy { proxy, at, cause: error.to_string().to_lowercase() }
        }
        _ => ForwardError::Unreached {
            proxy,
            host: format!("{}:{}", via.host, via.port),
            cause: match error {
                // What this library makes of codes that RFC 1928 does not name: Tor's extended ones.
                Socks::UnknownAuthMethod => "for a reason of its own".into(),
                other => other.to_string().to_lowercase(),
            },
        },
    }
}

/// What happened, without the system's number.
fn said(error: &io::Error) -> String {
    error.kind().to_string()
}
