//! The configuration of a leaf's nats-server.
//!
//! Two accounts: HERE has the streams, and nothing of it leaves this machine; UP is joined to a broker.
//! So whatever a broker sends reaches no stream. Invariants: it listens on loopback only; all that it
//! connects to are forwarders on loopback, whatever a broker advertises; of secrets there is the leaf's
//! key only.

use std::net::SocketAddr;
use std::path::Path;

use mundi_transport::broker_link::user_name;
use mundi_transport::leaf_link::{Side, side_key};
use mundi_transport::limits::{CONNECT_SECONDS, MESSAGE_BYTES};
use nkeys::{KeyPair, KeyPairType};

use super::settings::{LeafKeys, LeafSettings};
use crate::error::BrokerError;
use crate::keys::hex;
use crate::limits;

/// What the home may do in HERE: lay parcels down, say what to follow, read letters and outcomes, and
/// remove those.
const HOME_MAY: [&str; 12] = [
    "out.*.*.*",
    "gone.*.*.*",
    "follow",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.CONSUMER.CREATE.BOX",
    "$JS.API.CONSUMER.CREATE.BOX.>",
    "$JS.API.CONSUMER.MSG.NEXT.BOX.*",
    "$JS.API.STREAM.MSG.DELETE.BOX",
    "$JS.API.CONSUMER.CREATE.DONE",
    "$JS.API.CONSUMER.MSG.NEXT.DONE.*",
    "$JS.API.STREAM.MSG.DELETE.DONE",
    "$JS.API.CONSUMER.DELETE.BOX.*",
];

/// The seed of the pump as a local user.
pub(super) fn pump_seed(keys: &LeafKeys) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let seed = Sha256::new_with_prefix(b"mundi.leaf.pump.1");
    seed.chain_update(keys.leaf.seed().as_slice()).finalize().into()
}

/// The seed with which the leaf's state is asked for.
pub(super) fn watcher_seed(keys: &LeafKeys) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let seed = Sha256::new_with_prefix(b"mundi.leaf.watcher.1");
    seed.chain_update(keys.leaf.seed().as_slice()).finalize().into()
}

/// The text of the configuration. `ways` are the forwarders, each with its broker's invitation code.
///
/// # Errors
/// A key cannot be used.
pub fn config(
    folder: &Path,
    settings: &LeafSettings,
    keys: &LeafKeys,
    listen: SocketAddr,
    ways: &[(SocketAddr, Option<String>)],
) -> Result<String, BrokerError> {
    let name = hex(&keys.leaf.public()).chars().take(8).collect::<String>();
    let user = user_name(&keys.leaf.public());
    let seed = KeyPair::new_from_raw(KeyPairType::User, *keys.leaf.seed());
    let seed = seed.and_then(|pair| pair.seed()).map_err(BrokerError::nats)?;
    let (home, pump) = (keys.home.seed(), pump_seed(keys));
    let public = |seed: &[u8; 32], side| {
        side_key(seed, side).map(|pair| pair.public_key()).map_err(BrokerError::nats)
    };
    let (home_here, home_up) = (public(&home, Side::Here)?, public(&home, Side::Up)?);
    let (pump_here, pump_up) = (public(&pump, Side::Here)?, public(&pump, Side::Up)?);
    let watcher = public(&watcher_seed(keys), Side::Here)?;
    let may = serde_json::to_string(&HOME_MAY).map_err(BrokerError::nats)?;
    let up = format!(r#"publish: "mundi.{user}.>", subscribe: "_R.{user}.>""#);
    let folder = serde_json::to_string(&folder.join("jetstream")).map_err(BrokerError::nats)?;
    let store = settings.bytes.saturating_mul(3).saturating_add(1 << 28);
    let (memory, connections) = (limits::LEAF_MEMORY, limits::LEAF_CONNECTIONS);
    let remotes = remotes(ways, &seed);
    Ok(format!(
        r#"# Written by the leaf at each start; changes here are lost.
server_name: "mundi-leaf-{name}"
listen: "{listen}"
logtime: true
max_connections: {connections}
max_payload: {MESSAGE_BYTES}
ping_interval: "60s"
ping_max: 2
jetstream {{
  store_dir: {folder}
  domain: "leaf-{name}"
  sync_interval: always
  max_memory_store: {memory}
  max_file_store: {store}
}}
system_account: SYS
accounts {{
  SYS {{ users: [ {{ nkey: "{watcher}" }} ] }}
  HERE {{
    jetstream: enabled
    users: [
      {{ nkey: "{home_here}", permissions: {{ publish: {may}, subscribe: "_H.>" }} }}
      {{ nkey: "{pump_here}" }}
    ]
  }}
  UP {{
    users: [
      {{ nkey: "{home_up}", permissions: {{ {up} }} }}
      {{ nkey: "{pump_up}", permissions: {{ {up} }} }}
    ]
  }}
}}
{remotes}"#
    ))
}

/// Envelopes are sealed, so that compressing them would only cost.
fn remotes(ways: &[(SocketAddr, Option<String>)], seed: &str) -> String {
    if ways.is_empty() {
        return String::new();
    }
    let url = |(at, code): &(SocketAddr, Option<String>)| match code {
        Some(code) => format!("\"nats-leaf://{code}@{at}\""),
        None => format!("\"nats-leaf://{at}\""),
    };
    let urls: Vec<String> = ways.iter().map(url).collect();
    let urls = urls.join(", ");
    format!(
        r#"leafnodes {{
  reconnect: "1s"
  remotes: [
    {{
      urls: [ {urls} ]
      account: UP
      nkey: "{seed}"
      ignore_discovered_servers: true
      first_info_timeout: "{CONNECT_SECONDS}s"
      compression: off
    }}
  ]
}}
"#
    )
}
