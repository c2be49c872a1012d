//! Steps that were met before. A cache only: dropping it changes no answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use mundi_lang::rules::{MessageId, RoleId};

use super::limits::MAX_MEMO;
use super::node::Node;
use super::step::Way;

/// The memory of steps of plain parts.
///
/// A node is known by its address. The memory holds each node that it knows, so that no other
/// can take its address; and it gives equal results as one node, so that a loop meets itself.
#[derive(Debug, Default)]
pub(super) struct Memo {
    steps: BTreeMap<(usize, MessageId, RoleId), (Arc<Node>, Vec<Way>)>,
    nodes: BTreeMap<Arc<Node>, ()>,
}

fn address(node: &Arc<Node>) -> usize {
    Arc::as_ptr(node).addr()
}

impl Memo {
    pub(super) fn get(&self, node: &Arc<Node>, m: MessageId, role: RoleId) -> Option<Vec<Way>> {
        self.steps.get(&(address(node), m, role)).map(|(_, ways)| ways.clone())
    }

    /// Remembers a step, and gives it with shared nodes.
    pub(super) fn put(
        &mut self,
        node: &Arc<Node>,
        message: MessageId,
        role: RoleId,
        ways: Vec<Way>,
    ) -> Vec<Way> {
        if self.steps.len() >= MAX_MEMO {
            self.clear();
        }
        let node = self.shared(Arc::clone(node));
        let ways: Vec<_> = ways.into_iter().map(|(n, read)| (self.shared(n), read)).collect();
        self.steps.insert((address(&node), message, role), (node, ways.clone()));
        ways
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.nodes.clear();
    }

    fn shared(&mut self, node: Arc<Node>) -> Arc<Node> {
        if let Some((known, ())) = self.nodes.get_key_value(&node) {
            return Arc::clone(known);
        }
        self.nodes.insert(Arc::clone(&node), ());
        node
    }
}
