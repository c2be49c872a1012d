//! How a connection to a broker is made: to where, as whom, with what.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::{Auth, AuthError, Client, ConnectErrorKind, ConnectOptions, Event};
use nkeys::{KeyPair, KeyPairType};
use tokio::sync::watch;

use super::BrokerLink;
use crate::address::BrokerAddress;
use crate::link::{Ends, Link, LinkError};

/// All that it takes to come in.
pub struct Entrance {
    at: SocketAddr,
    broker: BrokerAddress,
    key: Arc<KeyPair>,
    public: [u8; 32],
    /// The user as whom is spoken, where that is another than who comes in.
    behind: Option<[u8; 32]>,
    token: Option<String>,
    timeout: Duration,
}

/// The name of a user key in subjects, `U…`, as NATS writes a public key: base32 of a prefix, the key, and
/// a CRC-16.
#[must_use]
pub fn user_name(key: &[u8; 32]) -> String {
    const USER: u8 = 20 << 3;
    let mut raw = Vec::with_capacity(35);
    raw.push(USER);
    raw.extend(key);
    raw.extend(crc(&raw).to_le_bytes());
    let (mut text, mut bits, mut held) = (String::with_capacity(56), 0_u32, 0_u32);
    for byte in raw {
        held = (held << 8 | u32::from(byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let digit = u8::try_from(held >> bits & 31).unwrap_or(0);
            text.push(char::from(if digit < 26 { b'A' + digit } else { b'2' + digit - 26 }));
        }
    }
    text
}

/// CRC-16/XMODEM.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc: u16, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

/// Whether a server's challenge is one that is signed: 11 to 64 letters of base64url. What else this key
/// signs begins with `mundi.`, so no server gets such a signature by calling it a challenge.
#[must_use]
pub fn is_nonce(nonce: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'_';
    (11..=64).contains(&nonce.len()) && nonce.iter().all(letter)
}

impl Entrance {
    /// Into a broker that is reached at `at` (itself, or a forwarder), as the user of a secret seed.
    ///
    /// # Errors
    /// `at` is not on this machine.
    pub fn new(broker: BrokerAddress, at: SocketAddr, seed: &[u8; 32]) -> Result<Self, LinkError> {
        let wrong = |text: &str| LinkError::Settings(text.into());
        if !at.ip().is_loopback() {
            return Err(wrong("brokers are reached through a forwarder on this machine only"));
        }
        let key = KeyPair::new_from_raw(KeyPairType::User, *seed);
        let key = key.map_err(|_| wrong("the user's key cannot be used"))?;
        let public = nkeys::from_public_key(&key.public_key());
        let (_, public) = public.map_err(|_| wrong("the user's key cannot be used"))?;
        let timeout = Duration::from_secs(30);
        Ok(Self { at, broker, key: Arc::new(key), public, behind: None, token: None, timeout })
    }

    /// With an invitation code, or with what `pgp` admission asks for.
    #[must_use]
    pub fn with_token(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }

    /// Through a leaf, that is this user of its broker.
    #[must_use]
    pub fn behind(mut self, user: [u8; 32]) -> Self {
        self.behind = Some(user);
        self
    }

    /// Waiting so long for the connection and for each answer, instead of 30 s.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The user's key.
    #[must_use]
    pub fn user(&self) -> [u8; 32] {
        self.public
    }

    /// Makes one attempt, and asks the broker whether it is the one that was meant.
    ///
    /// # Errors
    /// Nobody is there; it does not let this user in; it is another broker.
    pub async fn connect(self) -> Result<BrokerLink, LinkError> {
        let link = self.enter().await?;
        let info = link.info().await?;
        if *info.key != link.ends.broker {
            return Err(LinkError::Settings(format!("there is another broker than {}", link.to)));
        }
        Ok(BrokerLink { first: Mutex::new(Some(info)), ..link })
    }

    /// Makes one attempt, and asks nothing: behind a leaf the broker may be away.
    ///
    /// # Errors
    /// Nobody is there, or it does not let this user in.
    pub async fn enter(self) -> Result<BrokerLink, LinkError> {
        let (lose, lost) = watch::channel(false);
        let speaks = self.behind.unwrap_or(self.public);
        let user = user_name(&speaks);
        let options = self.options(&format!("_R.{user}"), lose);
        let client = attempt(options, self.at, self.timeout).await?;
        let ends = Ends { broker: self.broker.key, user: speaks };
        let (to, timeout) = (self.broker.to_string(), self.timeout);
        Ok(BrokerLink { client, ends, user, to, lost, timeout, first: Mutex::default() })
    }

    /// One attempt, as this user, for other requests than a broker's: those to a leaf's streams. `prefix`
    /// begins the subjects of answers.
    pub(crate) async fn bare(
        self,
        prefix: &str,
    ) -> Result<(Client, watch::Receiver<bool>), LinkError> {
        let (lose, lost) = watch::channel(false);
        let options = self.options(prefix, lose);
        Ok((attempt(options, self.at, self.timeout).await?, lost))
    }

    fn options(&self, prefix: &str, lose: watch::Sender<bool>) -> ConnectOptions {
        let (key, token) = (Arc::clone(&self.key), self.token.clone());
        ConnectOptions::with_auth_callback(move |nonce| {
            let signed = sign(&key, &nonce, token.clone());
            async move { signed }
        })
        .custom_inbox_prefix(prefix)
        .ignore_discovered_servers()
        .retain_servers_order()
        .max_reconnects(1)
        .connection_timeout(self.timeout)
        .request_timeout(Some(self.timeout))
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed) {
                lose.send_replace(true);
            }
            async {}
        })
    }
}

async fn attempt(
    options: ConnectOptions,
    at: SocketAddr,
    timeout: Duration,
) -> Result<Client, LinkError> {
    let connected = tokio::time::timeout(timeout, options.connect(at.to_string())).await;
    let connected = connected.map_err(|_| LinkError::Timeout(timeout.as_secs()))?;
    connected.map_err(|error| refusal(error.kind(), &error.to_string()))
}

fn sign(key: &KeyPair, nonce: &[u8], token: Option<String>) -> Result<Auth, AuthError> {
    if !is_nonce(nonce) {
        return Err(AuthError::new("the server's challenge is not of the kind that is signed"));
    }
    let mut auth = Auth::new();
    auth.signature = Some(key.sign(nonce).map_err(AuthError::new)?);
    auth.nkey = Some(key.public_key());
    auth.token = token;
    Ok(auth)
}

/// NATS says no more than that it says no.
fn refusal(kind: ConnectErrorKind, text: &str) -> LinkError {
    match kind {
        ConnectErrorKind::AuthorizationViolation => LinkError::Refused {
            code: "not-allowed".into(),
            text: "the broker does not let you in: it may want an invitation code, or to know \
                   your OpenPGP key"
                .into(),
        },
        ConnectErrorKind::TimedOut => LinkError::Offline("nobody answers there".into()),
        _ => LinkError::Offline(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_the_name_that_nats_gives_it() {
        for seed in [[0; 32], [7; 32], [255; 32]] {
            let pair = KeyPair::new_from_raw(KeyPairType::User, seed).unwrap();
            let (_, public) = nkeys::from_public_key(&pair.public_key()).unwrap();
            assert_eq!(user_name(&public), pair.public_key());
        }
    }

    #[test]
    fn a_challenge_that_could_be_something_else_is_not_signed() {
        let key = KeyPair::new_from_raw(KeyPairType::User, [1; 32]).unwrap();
        assert!(sign(&key, b"wEj6MsvDfvj4Xn4", None).is_ok());
        for nonce in ["", "short", "mundi.notice.1abcdefgh", "a b c d e f g h", &"a".repeat(65)] {
            assert!(sign(&key, nonce.as_bytes(), None).is_err(), "{nonce}");
        }
    }

    #[test]
    fn only_this_machine_is_connected_to() {
        let broker = format!("192.0.2.1:4222#{}", "ab".repeat(32)).parse().unwrap();
        let at = "192.0.2.1:4222".parse().unwrap();
        assert!(matches!(Entrance::new(broker, at, &[1; 32]), Err(LinkError::Settings(_))));
    }
}
