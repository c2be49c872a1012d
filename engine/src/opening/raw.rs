//! An `open` entry's body, read in its one form; what it means is checked by its parent.

use mundi_identity::Certificate;
use mundi_lang::rules::Rules;

use super::{Member, NONCE_BYTES, OpenError, bad};
use crate::cbor::Reader;
use crate::code::Code;

/// How rules are checked: [`mundi_lang::check`], or [`mundi_lang::check_instrumented`].
pub(crate) type Check = fn(
    &mundi_lang::Source,
    &mundi_lang::syntax::Syntax,
    &mundi_lang::ty::Modules,
) -> mundi_lang::Checked;

/// An `open` entry's body as it stands.
pub(super) struct Raw<'a> {
    pub(super) rules: &'a str,
    pub(super) rules_hash: [u8; 32],
    pub(super) edition: u64,
    pub(super) terms: &'a [u8],
    pub(super) members: Vec<RawMember<'a>>,
    pub(super) topic: Option<&'a str>,
    pub(super) nonce: [u8; NONCE_BYTES],
}

pub(super) struct RawMember<'a> {
    roles: Vec<&'a str>,
    devices: Vec<&'a [u8]>,
}

impl<'a> Raw<'a> {
    /// Reads in the order of the canonical form.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, OpenError> {
        let mut from = Reader::new(body);
        let count = from.map()?;
        key(&mut from, "nonce")?;
        let nonce = from.bytes()?.try_into().map_err(|_| bad("the nonce must have 16 bytes"))?;
        key(&mut from, "rules")?;
        let rules = from.text()?;
        key(&mut from, "terms")?;
        let terms = from.any()?;
        let topic = if count == 8 {
            key(&mut from, "topic")?;
            Some(from.text()?)
        } else {
            None
        };
        key(&mut from, "edition")?;
        let edition = from.uint()?;
        key(&mut from, "members")?;
        let members =
            (0..from.array()?).map(|_| RawMember::read(&mut from)).collect::<Result<_, _>>()?;
        key(&mut from, "sealers")?;
        from.any()?;
        key(&mut from, "rules_hash")?;
        let rules_hash = from.hash()?;
        from.end()?;
        Ok(Self { rules, rules_hash, edition, terms, members, topic, nonce })
    }
}

fn key(from: &mut Reader<'_>, name: &str) -> Result<(), OpenError> {
    if from.text()? == name {
        return Ok(());
    }
    Err(OpenError {
        code: Code::BadEncoding,
        text: format!("the `open` entry's field `{name}` is not where it belongs"),
    })
}

impl<'a> RawMember<'a> {
    fn read(from: &mut Reader<'a>) -> Result<Self, OpenError> {
        from.map()?;
        key(from, "roles")?;
        let roles = (0..from.array()?).map(|_| from.text()).collect::<Result<_, _>>()?;
        key(from, "devices")?;
        let devices = (0..from.array()?).map(|_| from.bytes()).collect::<Result<_, _>>()?;
        Ok(Self { roles, devices })
    }

    pub(super) fn resolve(&self, rules: &Rules) -> Result<Member, OpenError> {
        let role =
            |name: &&str| rules.role(name).ok_or_else(|| bad(format!("there is no role `{name}`")));
        let device = |bytes: &&[u8]| {
            Certificate::decode(bytes).map_err(|e| bad(format!("a device's certificate: {e}")))
        };
        Ok(Member {
            roles: self.roles.iter().map(role).collect::<Result<_, _>>()?,
            devices: self.devices.iter().map(device).collect::<Result<_, _>>()?,
        })
    }
}
