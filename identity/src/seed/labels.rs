//! The one table of what comes from a seed phrase.
//!
//! Every key is a SLIP-0010 path of hardened steps from the phrase's BIP-39 seed. A step is never
//! used for two things, so that no key tells about another. What stands here stays for good:
//! whoever changes a number can no longer recover anything.

/// The first step of every path of ours, "mund" in ASCII: a phrase that is also used for a wallet
/// gives other keys there.
pub const MUNDI: u32 = 0x6d75_6e64;

/// The version of this table.
pub const VERSION: u32 = 1;

/// A purpose: the third step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// The OpenPGP primary key, which certifies (Ed25519).
    Certify,
    /// The OpenPGP subkey that signs (Ed25519).
    Sign,
    /// The OpenPGP subkey that is encrypted to (Curve25519).
    Encrypt,
    /// The root key of a person without OpenPGP (Ed25519).
    Root,
    /// The key of the device with this number (Ed25519).
    Device(u32),
}

impl Label {
    /// Every label, with the device 0.
    pub const ALL: [Self; 5] =
        [Self::Certify, Self::Sign, Self::Encrypt, Self::Root, Self::Device(0)];

    /// The path, each step hardened: `m/MUNDI'/VERSION'/purpose'/number'`.
    #[must_use]
    pub fn path(self) -> [u32; 4] {
        let (purpose, number) = match self {
            Self::Certify => (0, 0),
            Self::Sign => (1, 0),
            Self::Encrypt => (2, 0),
            Self::Root => (3, 0),
            Self::Device(n) => (4, n),
        };
        [MUNDI, VERSION, purpose, number]
    }
}
