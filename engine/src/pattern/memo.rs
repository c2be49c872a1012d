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
    steps: BTreeMap<(usize, MessageId, RoleId), Known>,
    nodes: BTreeMap<Arc<Node>, ()>,
}

/// A node, held so that its address stays its own, and its readings of a message.
type Known = (Arc<Node>, Vec<Way>);

fn address(node: &Arc<Node>) -> usize {
    Arc::as_ptr(node).addr()
}

impl Memo {
    pub(super) fn get(&self, node: &Arc<Node>, m: MessageId, role: RoleId) -> Option<Vec<Way>> {
        self.steps.get(&(address(node), m, role)).map(|(_, ways)| ways.clone())
    }

    /// The same, where it is known that there is one reading.
    pub(super) fn only(&self, node: &Arc<Node>, m: MessageId, role: RoleId) -> Option<Arc<Node>> {
        match self.steps.get(&(address(node), m, role)) {
            Some((_, ways)) => match ways.as_slice() {
                [(only, _)] => Some(Arc::clone(only)),
                _ => None,
            },
            None => None,
        }
    }

    /// Remembers a step, and gives it with shared nodes.
    pub(super) fn put(
        &mut self,
        node: &Arc<Node>,
        message: MessageId,
        role: RoleId,
        ways: Vec<Way>,
    ) -> Vec<Way> {
        if self.steps.len() >= MAX_MEMO || self.nodes.len() >= MAX_MEMO {
            self.clear();
        }
        self.shared(Arc::clone(node));
        let ways: Vec<_> = ways.into_iter().map(|(n, read)| (self.shared(n), read)).collect();
        let known = (Arc::clone(node), ways.clone());
        self.steps.insert((address(node), message, role), known);
        ways
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.nodes.clear();
    }

    /// How many steps it holds.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    fn shared(&mut self, node: Arc<Node>) -> Arc<Node> {
        if let Some((known, ())) = self.nodes.get_key_value(&node) {
            return Arc::clone(known);
        }
        self.nodes.insert(Arc::clone(&node), ());
        node
    }
}
