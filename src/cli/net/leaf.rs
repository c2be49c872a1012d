//! `mundi net leaf`: the leaf of this home.

use std::path::Path;

use mundi_broker::leaf::{LeafKeys, LeafSettings};
use mundi_node::home::Home;
use mundi_node::network::Network;

use super::super::broker::of_broker;
use super::super::home::of_home;
use crate::screen::Screen;
use crate::stop::{Answer, Stop};

/// Takes the leaf of a folder, with its brokers; or none any more.
pub(super) fn set(
    folder: &Path,
    home: &mut Home,
    network: &mut Network,
    screen: &Screen,
) -> Answer {
    if folder == Path::new("off") {
        network.leaf = None;
        return Ok(());
    }
    let settings = LeafSettings::load(folder).map_err(|e| of_broker(&e))?;
    let keys = LeafKeys::read(folder).map_err(|e| of_broker(&e))?;
    for upstream in &settings.brokers {
        let (broker, _) = upstream.read().map_err(Stop::Usage)?;
        if !network.brokers.contains(&broker) {
            network.brokers.push(broker.clone());
        }
        if let Some(code) = &upstream.invitation {
            home.set_token(&broker, code).map_err(|e| of_home(e, screen))?;
        }
    }
    home.set_leaf_seed(&keys.home.seed()).map_err(|e| of_home(e, screen))?;
    network.leaf = Some(settings.address(&keys));
    Ok(())
}
