//! What any code of some rules may ask of the log: all else of a history can be forgotten.
//!
//! Read off the printed code. Where a call does not tell, more is taken to be asked than is.

use std::collections::BTreeSet;

use mundi_lang::rules::{
    Failure, Holders, Mentioned, Mentions, Message, MessageId, MessageKind, Openness, Piece, Rules,
    Script, Stage, Text, Type,
};

/// What may be asked of the entries of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Whether any is there.
    pub(super) said: bool,
    /// How many there are.
    pub(super) count: bool,
    /// The last one.
    pub(super) last: bool,
    /// Whether a person has said it.
    pub(super) said_by: bool,
    /// How often a person has.
    pub(super) count_by: bool,
    /// Each person's last one.
    pub(super) last_by: bool,
    /// All, in order; or any by its id.
    pub(super) all: bool,
    /// Those that refer to an entry.
    pub(super) replies: bool,
    /// By field: whether its value may be read.
    pub(super) fields: Vec<bool>,
}

/// What may be asked.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    pub(super) messages: Vec<Asked>,
    /// When an entry was said.
    pub(super) at: bool,
    /// By whom.
    pub(super) from: bool,
    /// Who takes part, in order of joining.
    pub(super) members: bool,
    /// Whether anybody comes or goes.
    pub(super) comings: bool,
    /// Whether state may name entries.
    pub(super) refs: bool,
    /// Whether persons can be told apart by more than what they have said: their order is asked for.
    pub(super) ordered: bool,
    /// What the code of a message, or what is asked after each, compares with; by message.
    literals: Vec<BTreeSet<Mentioned>>,
    /// Which fields of the message at hand its own code reads; by message.
    own: Vec<BTreeSet<u16>>,
    /// Which of them its guards read; by message.
    guarded: Vec<BTreeSet<u16>>,
    /// Whether anything but deadlines looks at the time.
    now: bool,
}

impl Asks {
    pub(super) fn of(rules: &Rules) -> Self {
        let messages: Vec<Asked> = rules.messages.iter().map(fresh).collect();
        let count = messages.len();
        let open = rules.roles.iter().any(|role| role.open == Openness::Open);
        let mut named = BTreeSet::new();
        rules.state.iter().for_each(|field| gather(&field.ty, &mut named));
        let mut asks = Self {
            comings: open || !rules.stages.is_empty(),
            refs: !named.is_empty(),
            messages,
            literals: vec![BTreeSet::new(); count],
            own: vec![BTreeSet::new(); count],
            guarded: vec![BTreeSet::new(); count],
            ..Self::default()
        };
        for script in everything(rules) {
            asks.calls(rules, &script.mentions);
        }
        asks.calls(rules, &rules.functions.mentions);
        asks.referable(rules);
        asks.of_messages(rules);
        asks
    }

    /// Whether anybody may ever read a field of a message.
    #[must_use]
    pub fn reads(&self, message: MessageId, field: u16) -> bool {
        let later = self.messages.get(usize::from(message));
        later.is_some_and(|m| m.fields.get(usize::from(field)) == Some(&true))
            || self.own.get(usize::from(message)).is_some_and(|own| own.contains(&field))
    }

    /// Whether a guard of a message reads one of its fields: then other values may be allowed.
    #[must_use]
    pub fn guards_read(&self, message: MessageId, field: u16) -> bool {
        self.guarded.get(usize::from(message)).is_some_and(|read| read.contains(&field))
    }

    /// Whether anything but deadlines looks at the time.
    #[must_use]
    pub fn now(&self) -> bool {
        self.now
    }

    /// What a message's fields may be compared with.
    pub fn literals(&self, message: MessageId) -> impl Iterator<Item = &Mentioned> {
        self.literals.get(usize::from(message)).into_iter().flatten()
    }

    fn at_message(&mut self, numbers: &[i64], ask: impl Fn(&mut Asked)) {
        let message = numbers.first().and_then(|n| usize::try_from(*n).ok());
        if let Some(asked) = message.and_then(|m| self.messages.get_mut(m)) {
            ask(asked);
        }
    }

    fn field(&mut self, message: MessageId, field: u16) {
        let fields = self.messages.get_mut(usize::from(message)).map(|m| &mut m.fields);
        if let Some(read) = fields.and_then(|f| f.get_mut(usize::from(field))) {
            *read = true;
        }
    }

    fn calls(&mut self, rules: &Rules, mentions: &Mentions) {
        for (name, numbers) in &mentions.calls {
            self.call(rules, name, numbers);
        }
    }

    fn call(&mut self, rules: &Rules, name: &str, numbers: &[i64]) {
        let plain = name.strip_suffix("_o").unwrap_or(name);
        match plain {
            "said" => self.at_message(numbers, |m| m.said = true),
            "count" => self.at_message(numbers, |m| m.count = true),
            "last" => self.at_message(numbers, |m| m.last = true),
            "said_by" => self.at_message(numbers, |m| m.said_by = true),
            "count_by" => self.at_message(numbers, |m| m.count_by = true),
            "last_by" | "lasts" | "lasts_field" => self.at_message(numbers, |m| m.last_by = true),
            "all" | "all_field" => self.at_message(numbers, |m| m.all = true),
            "everyone" => {
                let pair = numbers.first().and_then(|n| rules.tables.everyones.get(at(*n)));
                if let Some((message, _)) = pair.copied() {
                    self.at_message(&[i64::from(message)], |m| m.said_by = true);
                }
            }
            "tally" | "tally_of" => self.tally(rules, numbers.first(), |m| m.last_by = true),
            "e_tally" | "e_tally_of" => self.tally(rules, numbers.last(), |m| m.replies = true),
            "e_at" => self.at = true,
            "e_from" | "from" => self.from = true,
            "members" => (self.members, self.ordered) = (true, true),
            "slot_keys" | "slot_values" | "keys" | "values" | "sorted" => self.ordered = true,
            _ => {}
        }
        if let ("all_field" | "lasts_field", [message, field, ..]) = (plain, numbers) {
            let pair = (u16::try_from(*message), u16::try_from(*field));
            if let (Ok(message), Ok(field)) = pair {
                self.field(message, field);
            }
        }
    }

    fn tally(&mut self, rules: &Rules, number: Option<&i64>, ask: impl Fn(&mut Asked)) {
        let pair = number.and_then(|n| rules.tables.tallies.get(at(*n)));
        if let Some((message, field)) = pair.copied() {
            self.at_message(&[i64::from(message)], ask);
            self.field(message, field);
        }
    }

    /// Entries that another may refer to are told apart, and so are those that refer to them where code
    /// asks for that. Fields that code reads of some entry are read of any.
    fn referable(&mut self, rules: &Rules) {
        let mut named = BTreeSet::new();
        for field in rules.messages.iter().flat_map(|m| &m.fields) {
            gather(&field.ty, &mut named);
        }
        for message in named.iter().chain(&rules.tables.entry_messages) {
            self.at_message(&[i64::from(*message)], |m| m.all = true);
        }
        let everyones = rules.tables.entry_everyones.iter();
        let everyones = everyones.filter_map(|n| rules.tables.everyones.get(usize::from(*n)));
        let asked: Vec<MessageId> = everyones.map(|(m, _)| *m).collect();
        for message in asked.iter().chain(&rules.tables.entry_messages) {
            self.at_message(&[i64::from(*message)], |m| m.replies = true);
        }
        for asked in self.messages.iter_mut().filter(|m| m.replies) {
            asked.all = true;
        }
        for (number, message) in (0..).zip(&rules.messages) {
            for (n, field) in (0..).zip(&message.fields) {
                let hides = matches!(field.ty, Type::Hidden(_) | Type::Reveal(_) | Type::Ref(_));
                if hides || rules.tables.fields.contains(&field.name) {
                    self.field(number, n);
                }
            }
        }
    }

    /// What the code of each message reads and compares with.
    fn of_messages(&mut self, rules: &Rules) {
        let after: Vec<&Script> = concluding(rules);
        let common: BTreeSet<Mentioned> =
            after.iter().flat_map(|s| s.mentions.literals.iter().cloned()).collect();
        self.now = after.iter().any(|s| s.mentions.call("now"));
        for (n, message) in rules.messages.iter().enumerate() {
            let own: Vec<&Script> = of_message(message).collect();
            let read = fields(own.iter().copied());
            if let Some(place) = self.guarded.get_mut(n) {
                *place = fields(message.guards.iter().map(|guard| &guard.when));
            }
            let literals = own.iter().flat_map(|s| s.mentions.literals.iter().cloned());
            let literals = literals.chain(rules.functions.mentions.literals.iter().cloned());
            let literals = literals.chain(common.iter().cloned()).collect();
            self.now |= own.iter().any(|s| s.mentions.call("now"));
            if let (Some(place), Some(all)) = (self.own.get_mut(n), self.literals.get_mut(n)) {
                (*place, *all) = (read, literals);
            }
        }
    }
}

/// The fields of the message at hand that some code reads.
fn fields<'a>(scripts: impl Iterator<Item = &'a Script>) -> BTreeSet<u16> {
    let read = scripts.flat_map(|script| script.mentions.numbers("field"));
    read.filter_map(|numbers| u16::try_from(*numbers.first()?).ok()).collect()
}

fn at(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn fresh(message: &Message) -> Asked {
    Asked { fields: vec![false; message.fields.len()], ..Asked::default() }
}

/// The messages whose entries a field may name.
fn gather(ty: &Type, named: &mut BTreeSet<MessageId>) {
    match ty {
        Type::Ref(of) => named.extend(of),
        Type::Reveal(of) => {
            named.insert(*of);
        }
        Type::List { of, .. } | Type::Optional(of) | Type::OneOf(_, of) => gather(of, named),
        Type::Record(fields) => fields.iter().for_each(|f| gather(&f.ty, named)),
        Type::Map { key, value, .. } => {
            gather(key, named);
            gather(value, named);
        }
        _ => {}
    }
}

/// Guards and handlers of a message. Its deadline is asked for by itself.
fn of_message(message: &Message) -> impl Iterator<Item = &Script> {
    let guards = message
        .guards
        .iter()
        .flat_map(|g| std::iter::once(&g.when).chain(g.otherwise.iter().flat_map(holes)));
    guards.chain(&message.handlers)
}

fn holes(text: &Text) -> impl Iterator<Item = &Script> {
    text.parts.iter().filter_map(|piece| match piece {
        Piece::Hole(script) => Some(script),
        Piece::Text(_) => None,
    })
}

fn failing(failure: &Failure) -> impl Iterator<Item = &Script> {
    std::iter::once(&failure.when).chain(failure.otherwise.iter().flat_map(holes))
}

/// What is asked after every accepted entry, and what a stage begins with.
fn concluding(rules: &Rules) -> Vec<&Script> {
    let mut all: Vec<&Script> = vec![&rules.consensus];
    all.extend(rules.failure.iter().flat_map(failing));
    all.extend(&rules.output);
    all.extend(rules.invariants.iter().map(|i| &i.when));
    all.extend(rules.stages.iter().flat_map(of_stage));
    all
}

fn of_stage(stage: &Stage) -> Vec<&Script> {
    let mut all: Vec<&Script> = vec![&stage.consensus];
    all.extend(stage.failure.iter().flat_map(failing));
    all.extend(&stage.output);
    all.extend(&stage.on_open);
    all.extend(stage.terms.iter().filter_map(|(_, given)| given.as_ref()));
    all.extend(stage.roles.iter().filter_map(|(_, holders)| match holders {
        Holders::Asked(script) => Some(script),
        Holders::Of(_) | Holders::Nobody => None,
    }));
    all
}

/// All code of the rules but that of `script`.
fn everything(rules: &Rules) -> Vec<&Script> {
    let mut all = concluding(rules);
    all.extend(&rules.on_open);
    for message in &rules.messages {
        all.extend(of_message(message));
        if let MessageKind::Deadline(script) = &message.kind {
            all.push(script);
        }
    }
    all
}
