//! The numbers in scripts: each thing that a script names gets one, once.

use crate::rules::{Branch, LibraryCall, Marks, MessageId, Probe, RoleId, Tables};
use crate::span::Span;
use crate::ty::Ty;

/// Fills the tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableMaker {
    tables: Tables,
    /// What instrumented code tells of; `None` where code is not instrumented.
    probes: Option<Vec<Probe>>,
    branches: Vec<Branch>,
}

/// Whether something is asked of the whole log or of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Log,
    Entry,
}

/// The number of a value in a list, added if it is new.
fn number<T: PartialEq>(list: &mut Vec<T>, value: T) -> u16 {
    let at = list.iter().position(|v| *v == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn add<T: Ord>(list: &mut Vec<T>, value: T) {
    if let Err(at) = list.binary_search(&value) {
        list.insert(at, value);
    }
}

impl TableMaker {
    /// For instrumented code.
    pub(crate) fn instrumented() -> Self {
        Self { probes: Some(Vec::new()), ..Self::default() }
    }

    /// The tables, and the marks of instrumented code.
    pub(crate) fn finish(self) -> (Tables, Marks) {
        let probes = self.probes.unwrap_or_default();
        (self.tables, Marks { patterns: Vec::new(), probes, branches: self.branches })
    }

    /// Code may go one way or another here.
    pub(crate) fn branch(&mut self, branch: Branch) {
        if self.probes.is_some() && !self.branches.contains(&branch) {
            self.branches.push(branch);
        }
    }

    /// The number of a new probe, where code is instrumented.
    pub(crate) fn probe(&mut self, span: Span, ty: &Ty) -> Option<i64> {
        let probes = self.probes.as_mut()?;
        let number = i64::try_from(probes.len()).ok()?;
        probes.push(Probe { span, ty: ty.clone() });
        Some(number)
    }

    pub(crate) fn ty(&mut self, ty: &Ty) -> u16 {
        number(&mut self.tables.types, ty.clone())
    }

    /// A type that `output` gives at one of its places.
    pub(crate) fn output(&mut self, ty: &Ty) -> u16 {
        let n = self.ty(ty);
        if !self.tables.outputs.contains(&n) {
            self.tables.outputs.push(n);
        }
        n
    }

    pub(crate) fn field(&mut self, name: &str) -> u16 {
        number(&mut self.tables.fields, name.to_owned())
    }

    pub(crate) fn tally(&mut self, message: MessageId, field: u16, asked: Asked) -> u16 {
        let n = number(&mut self.tables.tallies, (message, field));
        match asked {
            Asked::Log => add(&mut self.tables.log_tallies, n),
            Asked::Entry => add(&mut self.tables.entry_tallies, n),
        }
        n
    }

    pub(crate) fn everyone(&mut self, message: MessageId, role: RoleId, asked: Asked) -> u16 {
        let n = number(&mut self.tables.everyones, (message, role));
        match asked {
            Asked::Log => add(&mut self.tables.log_everyones, n),
            Asked::Entry => add(&mut self.tables.entry_everyones, n),
        }
        n
    }

    pub(crate) fn replies(&mut self, message: MessageId) {
        add(&mut self.tables.entry_messages, message);
    }

    pub(crate) fn listed(&mut self, message: MessageId) {
        add(&mut self.tables.listed, message);
    }

    pub(crate) fn call(&mut self, call: LibraryCall) -> u16 {
        number(&mut self.tables.calls, call)
    }
}
