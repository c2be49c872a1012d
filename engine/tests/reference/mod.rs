//! A reference replayer, written for clarity: sorts by (`at`, id), judges each entry, and counts
//! everything anew from the list of accepted entries each time it is asked. Of the checked rules
//! it takes names and schema; code and pattern it reads from the tree as written, so it shares
//! nothing with the engine's fold, sandbox or pattern machine. Not known here: `per`, budgets.

#![allow(unreachable_pub, reason = "a module of tests")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod code;
mod forks;
mod pattern;

use std::collections::BTreeMap;

use mundi_engine::body::{check_value, decode_body, literal_value};
use mundi_engine::cbor;
use mundi_engine::code::Code;
use mundi_engine::entry::{Entry, EntryId};
use mundi_engine::hidden::Hidden;
use mundi_engine::opening::Opening;
use mundi_engine::{Value, Verdict, joining, rekeying};
use mundi_identity::{DevicePublic, Fingerprint};
use mundi_lang::rules::{MessageId, MessageKind, Openness, Presence, RoleId, Rules, Type};
use mundi_lang::syntax::{ElseText, ItemKind, Syntax, TextPart};
use sha2::{Digest, Sha256};

use code::Eval;
pub use code::same;
use pattern::P;

/// An accepted entry.
#[derive(Clone, Debug)]
pub struct Said {
    pub id: EntryId,
    pub message: MessageId,
    pub from: Fingerprint,
    pub device: DevicePublic,
    pub at: i64,
    /// The role through which it counts; none for `join` and `leave`.
    pub through: Option<RoleId>,
    pub fields: Vec<Value>,
    /// What its `ref` fields name.
    pub refs: Vec<EntryId>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Consensus(EntryId, Value),
    Failure(EntryId, String),
}

/// A conversation, replayed.
pub struct Reference<'a> {
    pub rules: &'a Rules,
    pub syntax: &'a Syntax,
    pub opening: &'a Opening,
    pub opened: i64,
    conversation: EntryId,
    /// Whose a device is.
    devices: BTreeMap<DevicePublic, Fingerprint>,
    pub said: Vec<Said>,
    pub state: Vec<Value>,
    pub end: Option<End>,
    pub order: Vec<EntryId>,
    pub verdicts: Vec<Verdict>,
}

type Refused<T> = Result<T, Code>;

impl<'a> Reference<'a> {
    /// Replays a set of valid entries, `open` among them.
    pub fn replay(syntax: &'a Syntax, opening: &'a Opening, open: &Entry, all: &[Entry]) -> Self {
        let listed = opening.members.iter().flat_map(|m| &m.devices);
        let mut devices: BTreeMap<_, _> = listed.map(|d| (d.device(), d.person())).collect();
        for join in all.iter().filter_map(|e| joining::read(e).ok()) {
            devices.entry(join.certificate.device()).or_insert(join.certificate.person());
        }
        for rekey in all.iter().filter_map(|e| Some((e.author(), rekeying::read(e).ok()?))) {
            let own = rekey.1.devices.iter().find(|d| d.device() == rekey.0);
            let Some(own) = own else { continue };
            devices.entry(rekey.0).or_insert(own.person());
        }
        let mut this = Self {
            rules: &opening.rules,
            syntax,
            opening,
            opened: i64::try_from(open.at()).unwrap(),
            conversation: open.id(),
            devices,
            said: Vec::new(),
            state: Vec::new(),
            end: None,
            order: Vec::new(),
            verdicts: Vec::new(),
        };
        this.begin();
        let mut sorted: Vec<&Entry> = all.iter().collect();
        sorted.sort_by_key(|e| (e.at(), e.id()));
        let forked = forks::refused(&sorted, &this.devices);
        let revoked = forks::revoked(&sorted, &this.devices);
        for entry in sorted {
            this.order.push(entry.id());
            let verdict = if entry.id() == open.id() {
                Verdict::Accepted
            } else {
                let stands = match entry.id() {
                    id if forked.contains(&id) => Err(Code::Forked),
                    id if revoked.contains(&id) => Err(Code::Revoked),
                    _ => Ok(()),
                };
                this.take(entry, stands)
            };
            this.verdicts.push(verdict);
        }
        this
    }

    /// The state before the first message.
    fn begin(&mut self) {
        for field in &self.rules.state {
            self.state.push(match (&field.presence, &field.ty) {
                (Presence::Default(literal), ty) => literal_value(ty, literal, &|_| None).unwrap(),
                (Presence::Required, Type::List { .. }) => Value::List(Vec::new().into()),
                (Presence::Required, Type::Map { .. }) => Value::Map(BTreeMap::new().into()),
                _ => Value::Unit,
            });
        }
        let syntax = self.syntax;
        for item in &syntax.items {
            if let ItemKind::OnOpen(block) = &item.kind {
                let mut eval = Eval::new(self, None, self.opened);
                eval.run(block).unwrap();
                self.state = eval.state;
            }
        }
    }

    /// Judges an entry; what a refusal had changed is put back.
    fn take(&mut self, entry: &Entry, stands: Refused<()>) -> Verdict {
        if self.rules.message(entry.message()).is_none() {
            return Verdict::Accepted;
        }
        let before = (self.said.clone(), self.state.clone());
        match self.judge(entry, stands) {
            Ok(()) => Verdict::Accepted,
            Err(code) => {
                (self.said, self.state) = before;
                self.end = self.end.take().filter(|_| code == Code::Ended);
                Verdict::Refused(code)
            }
        }
    }

    fn judge(&mut self, entry: &Entry, stands: Refused<()>) -> Refused<()> {
        if self.end.is_some() {
            return Err(Code::Ended);
        }
        stands?;
        let mut said = self.read(entry);
        let kind = &self.rules.messages[usize::from(said.message)].kind;
        match kind {
            MessageKind::Join => self.may_join(&said)?,
            MessageKind::Leave => self.may_leave(&said)?,
            _ => said.through = Some(self.in_turn(&said)?),
        }
        let at_hand = || Some((said.message, said.fields.clone(), said.from));
        if matches!(kind, MessageKind::Deadline(_)) {
            let due = self.item(|kind| match kind {
                ItemKind::Deadline { name, at } if name.node == entry.message() => Some(at),
                _ => None,
            });
            match Eval::new(self, at_hand(), said.at).optional().run(due.unwrap())? {
                Value::Time(due) if due <= said.at => {}
                _ => return Err(Code::TooEarly),
            }
        }
        said.refs = self.references(&said)?;
        let syntax = self.syntax;
        let concerns = |names: &[mundi_lang::Name]| names.iter().any(|n| n.node == entry.message());
        for item in &syntax.items {
            if let ItemKind::Allow { messages, when, .. } = &item.kind
                && concerns(messages)
                && Eval::new(self, at_hand(), said.at).run(when)? != Value::Bool(true)
            {
                return Err(Code::NotAllowed);
            }
        }
        self.said.push(said.clone());
        for item in &syntax.items {
            if let ItemKind::On { messages, body } = &item.kind
                && concerns(messages)
            {
                let mut eval = Eval::new(self, at_hand(), said.at);
                eval.run(body)?;
                self.state = eval.state;
            }
        }
        self.conclude(&said)
    }

    fn conclude(&mut self, said: &Said) -> Refused<()> {
        let block = |pick: fn(&ItemKind) -> Option<&mundi_lang::code::Block>| self.item(pick);
        let ask = |block| Eval::new(self, None, said.at).run(block);
        let consensus = block(|k| if let ItemKind::Consensus(b) = k { Some(b) } else { None });
        let output = block(|k| if let ItemKind::Output(b) = k { Some(b) } else { None });
        if ask(consensus.unwrap())? == Value::Bool(true) {
            let output = output.map_or(Ok(Value::Unit), ask)?;
            self.end = Some(End::Consensus(said.id, output));
            return Ok(());
        }
        let failure = self.item(|k| match k {
            ItemKind::Failure { when, otherwise } => Some((when, otherwise)),
            _ => None,
        });
        if let Some((when, otherwise)) = failure
            && ask(when)? == Value::Bool(true)
        {
            let text = otherwise.as_ref().map(|t| self.text(&t.node, said.at));
            self.end = Some(End::Failure(said.id, text.unwrap_or("no consensus".into())));
        } else if !self.left().can_come(&self.holders(&self.said)) {
            self.end = Some(End::Failure(said.id, "nothing more is possible".into()));
        }
        Ok(())
    }

    fn text(&self, text: &ElseText, now: i64) -> String {
        let part = |part: &TextPart| match part {
            TextPart::Text(text) => text.clone(),
            TextPart::Hole(e) => {
                let value = Eval::new(self, None, now).value(e);
                value.map_or("?".into(), |v| code::text_of(&v))
            }
        };
        text.parts.iter().map(part).collect()
    }

    fn item<T>(&self, pick: impl Fn(&'a ItemKind) -> Option<T>) -> Option<T> {
        self.syntax.items.iter().find_map(|item| pick(&item.kind))
    }

    fn read(&self, entry: &Entry) -> Said {
        let message = self.rules.message(entry.message()).unwrap();
        let fields = match joining::read(entry) {
            Ok(join) => vec![Value::Text(join.role.into())],
            Err(_) => {
                let all = decode_body(self.rules, &self.opening.terms, message, entry.body());
                all.unwrap().into_iter().map(|v| v.unwrap_or(Value::Unit)).collect()
            }
        };
        let (id, device) = (entry.id(), entry.author());
        let at = i64::try_from(entry.at()).unwrap();
        let from = self.devices[&device];
        Said { id, message, from, device, at, through: None, fields, refs: Vec::new() }
    }

    /// Who holds which role after some entries, in order of joining.
    pub fn holders(&self, said: &[Said]) -> Vec<(RoleId, Fingerprint)> {
        let mut here: Vec<(RoleId, Fingerprint)> = Vec::new();
        for member in &self.opening.members {
            here.extend(member.roles.iter().map(|r| (*r, member.person().unwrap())));
        }
        for one in said {
            match (&self.rules.messages[usize::from(one.message)].kind, one.fields.first()) {
                (MessageKind::Join, Some(Value::Text(role))) => {
                    here.push((self.rules.role(role).unwrap(), one.from));
                }
                (MessageKind::Leave, _) => here.retain(|h| h.1 != one.from || !self.open(h.0)),
                _ => {}
            }
        }
        here
    }

    fn open(&self, role: RoleId) -> bool {
        self.rules.roles[usize::from(role)].open == Openness::Open
    }

    pub fn roles(&self, who: Fingerprint) -> Vec<RoleId> {
        let here = self.holders(&self.said);
        let mut roles: Vec<_> = here.iter().filter(|h| h.1 == who).map(|h| h.0).collect();
        roles.sort_unstable();
        roles
    }

    fn may_join(&self, said: &Said) -> Refused<()> {
        let held = self.roles(said.from);
        let Some(Value::Text(name)) = said.fields.first() else { return Err(Code::NotYourRole) };
        let role = self.rules.role(name).filter(|r| self.open(*r)).ok_or(Code::NotYourRole)?;
        let here = self.holders(&self.said);
        let count = u32::try_from(here.iter().filter(|h| h.0 == role).count()).unwrap();
        let full = self.rules.roles[usize::from(role)].max.is_some_and(|max| count >= max);
        let together = |set: &Vec<RoleId>| held.iter().chain([&role]).all(|r| set.contains(r));
        let alone = held.is_empty() || self.rules.overlaps.iter().any(together);
        if held.contains(&role) || full || !alone { Err(Code::NotYourRole) } else { Ok(()) }
    }

    fn may_leave(&self, said: &Said) -> Refused<()> {
        match self.roles(said.from) {
            held if held.is_empty() => Err(Code::NotAMember),
            held if !held.iter().any(|r| self.open(*r)) => Err(Code::NotYourRole),
            _ => Ok(()),
        }
    }

    /// The first role in file order through which an entry is in turn.
    fn in_turn(&self, said: &Said) -> Refused<RoleId> {
        let held = self.roles(said.from);
        let by = &self.rules.messages[usize::from(said.message)].by;
        if held.is_empty() {
            return Err(Code::NotAMember);
        }
        let mut through = held.into_iter().filter(|r| by.contains(r)).peekable();
        through.peek().ok_or(Code::NotYourRole)?;
        let (left, here) = (self.left(), self.holders(&self.said));
        let fits = |r: &RoleId| left.after((said.message, *r, said.from), &here) != P::Never;
        through.find(fits).ok_or(Code::OutOfTurn)
    }

    /// What is left of the pattern after all that was said.
    pub fn left(&self) -> P {
        let whole = self.item(|k| if let ItemKind::Pattern(p) = k { Some(&p.node) } else { None });
        let Some(whole) = whole else {
            let any = |(n, m): (usize, &mundi_lang::rules::Message)| {
                P::Message(MessageId::try_from(n).unwrap(), m.by.clone())
            };
            let all = self.rules.messages.iter().enumerate().map(any).collect();
            return P::Times(Box::new(P::Or(all)), 0, None);
        };
        let mut left = P::new(whole, self.rules);
        for (n, one) in self.said.iter().enumerate() {
            left = match one.through {
                Some(role) => {
                    left.after((one.message, role, one.from), &self.holders(&self.said[..n]))
                }
                None => left.without(one.from, &self.holders(&self.said[..=n])),
            };
        }
        left
    }

    /// What `ref` fields name; all that entries say of others must hold.
    fn references(&self, said: &Said) -> Refused<Vec<EntryId>> {
        let mut refs = Vec::new();
        let fields = &self.rules.messages[usize::from(said.message)].fields;
        for (field, value) in fields.iter().zip(&said.fields) {
            match (&field.ty, value) {
                (Type::Ref(of), Value::Ref(id)) => {
                    let named = self.said.iter().find(|s| s.id == *id && of.contains(&s.message));
                    named.ok_or(Code::BadRef)?;
                    refs.push(*id);
                }
                (Type::Person(role), Value::Person(who)) => {
                    let held = self.roles(*who);
                    let fits = role.map_or(!held.is_empty(), |r| held.contains(&r));
                    fits.then_some(()).ok_or(Code::BadField)?;
                }
                (Type::Reveal(_), Value::Record(_)) => {
                    self.shown(said, field, value).ok_or(Code::BadReveal)?;
                }
                _ => {}
            }
        }
        Ok(refs)
    }

    /// The values that a `reveal` field shows of one's own entry, if they are what was hidden.
    pub fn shown(
        &self,
        said: &Said,
        field: &mundi_lang::rules::Field,
        value: &Value,
    ) -> Option<(EntryId, BTreeMap<String, Value>)> {
        let (Type::Reveal(of), Value::Record(parts)) = (&field.ty, value) else { return None };
        let (Value::Ref(id), Value::Record(open)) = (parts.get("entry")?, parts.get("open")?)
        else {
            return None;
        };
        let own = |s: &&Said| s.id == *id && s.message == *of && s.from == said.from;
        let hid = self.said.iter().find(own)?;
        let message = &self.rules.messages[usize::from(*of)];
        let mut shown = BTreeMap::new();
        for (field, commitment) in message.fields.iter().zip(&hid.fields) {
            let (Type::Hidden(ty), Value::Bytes(_)) = (&field.ty, commitment) else { continue };
            let Value::List(parts) = open.get(field.name.as_str())? else { return None };
            let [Value::Bytes(salt), value] = parts.as_slice() else { return None };
            check_value(ty, value, &self.opening.terms).ok()?;
            let hidden = Hidden {
                conversation: self.conversation,
                author: hid.device,
                message: &message.name,
                field: &field.name,
                salt,
                value,
            };
            if Value::Bytes(hidden.commitment().as_slice().into()) != *commitment {
                return None;
            }
            shown.insert(field.name.clone(), value.clone());
        }
        Some((*id, shown))
    }

    /// The state hash by its definition.
    pub fn state_hash(&self) -> [u8; 32] {
        let mut chain = [0_u8; 32];
        for (id, verdict) in self.order.iter().zip(&self.verdicts).skip(1) {
            chain = Sha256::new()
                .chain_update(chain)
                .chain_update(id.0)
                .chain_update([verdict.number()])
                .finalize()
                .into();
        }
        let mut bytes = vec![0x84];
        cbor::write_text(&mut bytes, "mundi.state.1");
        cbor::write_bytes(&mut bytes, &self.conversation.0);
        cbor::write_bytes(&mut bytes, &chain);
        let named = self.rules.state.iter().zip(&self.state);
        cbor::write_pairs(&mut bytes, named.map(|(f, v)| (cbor::text_bytes(&f.name), v)).collect());
        Sha256::digest(&bytes).into()
    }
}
