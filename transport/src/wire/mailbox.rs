//! A mailbox: its kind and its 16 bytes.

use std::fmt;

use minicbor::{Decode, Encode};

/// Who may read a mailbox, and who may write into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Kind {
    /// Who can name it may read it; everybody may write.
    #[n(0)]
    Tag,
    /// Who has the device's key may read it; who has a pass or does work may write.
    #[n(1)]
    Inbox,
    /// The policy of an inbox: brokers read it, its owner writes it.
    #[n(2)]
    Policy,
}

/// Where an envelope belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: [u8; 16],
}

impl Mailbox {
    /// A conversation's mailbox of a day.
    #[must_use]
    pub fn tag(name: [u8; 16]) -> Self {
        Self { kind: Kind::Tag, name }
    }

    /// A device's.
    #[must_use]
    pub fn inbox(name: [u8; 16]) -> Self {
        Self { kind: Kind::Inbox, name }
    }

    /// Where the policy of an inbox is kept.
    #[must_use]
    pub fn policy(name: [u8; 16]) -> Self {
        Self { kind: Kind::Policy, name }
    }
}

impl fmt::Display for Mailbox {
    /// `t` or `i` or `p`, a dot, and 32 hexadecimal digits: as in a subject of NATS.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Tag => "t.",
            Kind::Inbox => "i.",
            Kind::Policy => "p.",
        })?;
        self.name.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox({self})")
    }
}
