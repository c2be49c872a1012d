//! What goes wrong between us and a Tor that runs already, and what to do about it.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::limits::{CONTROL_SECONDS, ONION_CLIENTS, TOR_SECONDS};
use crate::onion::{Bootstrap, OnionAddress};

/// Why Tor did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// A control port somewhere else.
    #[error(
        "the control port {0} is not on this machine: whoever is between could take over Tor; give \
         one on 127.0.0.1"
    )]
    Elsewhere(SocketAddr),
    /// Nobody is behind the address.
    #[error(
        "Tor's control port {at} does not answer ({cause}): start Tor, and set `ControlPort {port}` \
         and `CookieAuthentication 1` in torrc", port = .at.port()
    )]
    Down {
        /// Where it should be.
        at: SocketAddr,
        /// What the system says.
        cause: String,
    },
    /// The connection ended. Services that were hosted through it have ended, too.
    #[error("the connection to Tor's control port was lost ({0}): is Tor still running?")]
    Lost(String),
    /// What came is no reply.
    #[error(
        "what answers is not Tor's control port: it sent {0}; set `ControlPort 9051` in torrc, and \
         give that port"
    )]
    Protocol(String),
    /// No reply in time.
    #[error("Tor's control port did not reply to {0} within {CONTROL_SECONDS} s: is Tor hanging?")]
    Silent(&'static str),
    /// No way to authenticate that both know.
    #[error(
        "Tor's control port asks for a password or something unknown ({0}): set \
         `CookieAuthentication 1` in torrc, or give the password"
    )]
    NoMethod(String),
    /// The cookie is not there, or not ours to read.
    #[error(
        "Tor's cookie {path} cannot be read ({cause}): run this as the user of Tor, or join Tor's \
         group (debian-tor) and set `CookieAuthFileGroupReadable 1` in torrc",
        path = .path.display()
    )]
    Cookie {
        /// Where Tor says that it is.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// It does not know the cookie that it points at: something else than Tor asks for secrets.
    #[error(
        "what answers at the control port does not know the cookie that it names: it is not the Tor \
         that wrote it; nothing was told to it"
    )]
    Impostor,
    /// Cookie or password are wrong.
    #[error("Tor's control port refuses us ({0}): is that the right password, or an old cookie?")]
    Denied(String),
    /// No.
    #[error("Tor refuses {command} ({code} {text}){hint}")]
    Refused {
        /// The first word of what it was asked.
        command: &'static str,
        /// Its code: 5xx.
        code: u16,
        /// Its reason.
        text: String,
        /// What may be done; empty, or beginning with a colon.
        hint: &'static str,
    },
    /// Tor has not reached its network.
    #[error(
        "{0}; it did not reach its network within {TOR_SECONDS} s: is this machine on-line, and does \
         its network let Tor through? If not, set a bridge in torrc"
    )]
    NotConnected(Bootstrap),
    /// The service was not published.
    #[error("{address} could not be published within {TOR_SECONDS} s; {state}; see Tor's log")]
    Unpublished {
        /// The service.
        address: OnionAddress,
        /// How far Tor is.
        state: Bootstrap,
    },
    /// What was asked for is beyond a bound, or of a wrong form.
    #[error("{0}")]
    Request(&'static str),
    /// More clients than a descriptor holds.
    #[error("an onion service may be restricted to {ONION_CLIENTS} clients, not to {0}")]
    Clients(usize),
}
