//! The configuration of a broker's nats-server.
//!
//! Three accounts: in SYS the server tells how it is, in AUTH it asks who is let in, in MAIL are all users,
//! and the one stream. Invariant: it listens on loopback only, and nobody but the broker reaches
//! JetStream: users get their permissions from `callout`.

use std::net::SocketAddr;
use std::path::Path;

use mundi_transport::limits::MESSAGE_BYTES;

use crate::error::BrokerError;
use crate::keys::{BrokerKey, Inside};
use crate::limits;
use crate::settings::Settings;

/// Where a nats-server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// For clients.
    pub clients: SocketAddr,
    /// For leaves.
    pub leaves: SocketAddr,
}

impl Places {
    /// In this order.
    #[must_use]
    pub fn of(found: &[SocketAddr]) -> Self {
        let none = SocketAddr::from(([127, 0, 0, 1], 0));
        let at = |place: usize| found.get(place).copied().unwrap_or(none);
        Self { clients: at(0), leaves: at(1) }
    }
}

/// The text of the configuration.
///
/// # Errors
/// A key cannot be derived.
pub fn config(
    folder: &Path,
    settings: &Settings,
    key: &BrokerKey,
    places: Places,
) -> Result<String, BrokerError> {
    let name = crate::keys::hex(&key.public()).chars().take(16).collect::<String>();
    let public = |who| key.inside(who).map(|pair| pair.public_key());
    let (issuer, callout) = (public(Inside::Issuer)?, public(Inside::Callout)?);
    let (mail, system) = (public(Inside::Mail)?, public(Inside::System)?);
    // JSON escapes a path as the server reads it.
    let folder = serde_json::to_string(&folder.join("jetstream")).map_err(BrokerError::nats)?;
    let Places { clients, leaves } = places;
    // Beyond what parcels may take, the store's files hold what was deleted and not yet removed.
    let store = settings.bytes.saturating_add(settings.bytes / 4).saturating_add(1 << 28);
    let (connections, subscriptions) = (limits::CONNECTIONS, limits::SUBSCRIPTIONS);
    let (line, pending) = (limits::CONTROL_LINE, limits::PENDING);
    Ok(format!(
        r#"# Written by the broker at each start; changes here are lost.
server_name: "mundi-{name}"
listen: "{clients}"
logtime: true
max_connections: {connections}
max_subscriptions: {subscriptions}
max_payload: {MESSAGE_BYTES}
max_control_line: {line}
max_pending: {pending}
write_deadline: "30s"
ping_interval: "60s"
ping_max: 2
system_account: SYS
jetstream {{
  store_dir: {folder}
  domain: "mundi-{name}"
  sync_interval: always
  max_memory_store: 0
  max_file_store: {store}
}}
leafnodes {{
  listen: "{leaves}"
  isolate_leafnode_interest: true
}}
accounts {{
  SYS {{ users: [ {{ nkey: "{system}" }} ] }}
  AUTH {{ users: [ {{ nkey: "{callout}" }} ] }}
  MAIL {{ jetstream: enabled, users: [ {{ nkey: "{mail}" }} ] }}
}}
authorization {{
  timeout: 10
  auth_callout {{
    issuer: "{issuer}"
    account: AUTH
    auth_users: [ "{system}", "{callout}", "{mail}" ]
  }}
}}
"#
    ))
}
