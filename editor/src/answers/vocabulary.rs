//! The words of the language, each with a line about it: what hovering and completion show beside them.

/// A word: how it is written, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word itself.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it does.
    pub about: &'static str,
}

const fn w(name: &'static str, form: &'static str, about: &'static str) -> Word {
    Word { name, form, about }
}

/// Words that begin items.
pub const ITEMS: [Word; 21] = [
    w("conversation", "conversation NAME \"Title\"", "Names these rules; the first line."),
    w("edition", "edition 1", "The edition of the language; the second line."),
    w("use", "use std::MODULE", "Brings a module of the standard library."),
    w(
        "role",
        "role NAME [CARDINALITY] [open]",
        "Who takes part: one person, or as many as written.",
    ),
    w("overlap", "overlap ROLE, ROLE", "Roles that one person may hold together."),
    w("terms", "terms { field, … }", "Fixed when the conversation opens; part of its identity."),
    w("type", "type NAME = TYPE", "Names a type."),
    w("message", "message NAME by ROLE, … [{ field, … }]", "What may be said, and by whom."),
    w(
        "deadline",
        "deadline NAME at { time }",
        "A message that any member may send once its time has come.",
    ),
    w("pattern", "pattern { … }", "In which order messages may come."),
    w("state", "state { field, … }", "What `on` keeps; everybody computes the same."),
    w("on", "on MESSAGE, … { … }", "What an accepted message changes in `state`."),
    w(
        "allow",
        "allow MESSAGE, … when { bool } [else \"text\"]",
        "A guard: the message is refused where it is false.",
    ),
    w("consensus", "consensus { bool }", "When the conversation has consensus."),
    w("failure", "failure { bool } [else \"text\"]", "When it ends without."),
    w("output", "output { … }", "What comes out of it, evaluated once at consensus."),
    w("never", "never NAME { bool }", "What must not hold after any entry; checked in plays."),
    w("always", "always NAME { bool }", "What must hold after every entry; checked in plays."),
    w(
        "script",
        "script { fn … }",
        "Functions of these rules; they see their arguments and `terms`.",
    ),
    w(
        "stage",
        "stage NAME from \"file.conv\" { roles: { … }, terms: { … } }",
        "A conversation inside this one.",
    ),
    w("seal", "seal N of ROLE, …", "Whose signatures make an outcome final."),
];

/// Words between the words of items, and of patterns.
pub const STRUCTURE: [Word; 21] = [
    w("by", "by ROLE", "Who may send it; in a pattern, only that role."),
    w("anyone", "by anyone", "Any member."),
    w(
        "open",
        "role NAME open, on open { … }",
        "People may join while it runs; or: when the conversation opens.",
    ),
    w("at", "at { time }", "From when on; `()` while there is no such time yet."),
    w("when", "when { bool }", "The condition of a guard."),
    w("else", "else \"text\"", "The reason, with holes `{…}`; in code, the other branch."),
    w(
        "from",
        "from \"file.conv\"; from",
        "The file of a stage; in code, the author of the message.",
    ),
    w("of", "seal 2 of ROLE", "Whose seals count."),
    w("all", "seal all of ROLE; all(m)", "Every one of them; in code, all entries of a message."),
    w("majority", "seal majority of ROLE", "More than half of them."),
    w("each", "each ROLE, … ( p )", "Every present holder does p, all interleaved."),
    w("one", "one ROLE ( p )", "Whoever starts p finishes it."),
    w("per", "per MESSAGE ( p )", "An instance of p for each such message."),
    w("unless", "p unless q", "q may come instead while anything of p can still come."),
    w("unique", "list(T, a..b, unique)", "No two elements are equal."),
    w(
        "last",
        "ref(m) = last; last(m)",
        "The last accepted entry that a ref may name; in code, of a message.",
    ),
    w(
        "for",
        "T for ROLE; for x in xs { }",
        "A value that only these roles receive; in code, a loop.",
    ),
    w("roles", "roles: { inner: role }", "Who holds the roles of a stage."),
    w("std", "use std::MODULE", "The standard library."),
    w("true", "true", "Yes."),
    w("false", "false", "No."),
];

/// Types.
pub const TYPES: [Word; 16] = [
    w("bool", "bool", "`true` or `false`."),
    w("int", "int(a..b)", "A whole number of 64 bits."),
    w("decimal", "decimal(a..b)", "An exact number with at most 28 places."),
    w("text", "text(a..b)", "So many characters."),
    w("bytes", "bytes(a..b)", "So many bytes."),
    w("time", "time", "A point in time, in milliseconds."),
    w("duration", "duration(a..b)", "A length of time: `90s`, `15m`, `2h`, `14d`, `1w2d`."),
    w("person", "person, person(role)", "Somebody present; who holds the role then."),
    w("one_of", "one_of(terms.options)", "An element of that list."),
    w("list", "list(T, a..b[, unique])", "So many elements."),
    w("map", "map(K, T, a..b)", "From keys to values; in `state` only."),
    w("ref", "ref(m), ref(a | b)", "An earlier accepted entry of these messages."),
    w("file", "file(10mb)", "An attachment of at most so many bytes."),
    w("hidden", "hidden(T)", "A value that is committed to now and revealed later."),
    w("reveal", "reveal(m)", "Reveals the hidden fields of an earlier entry of one's own."),
    w(
        "outcome",
        "outcome(NAME)",
        "A certificate of another conversation's outcome; in `terms` only.",
    ),
];

/// What code sees without declaring it.
pub const VALUES: [Word; 6] = [
    w("terms", "terms.NAME", "What was fixed when the conversation opened."),
    w("state", "state.NAME", "What handlers keep; only `on` writes it."),
    w("msg", "msg.FIELD", "The fields of the message at hand."),
    w("from", "from", "The author of the message at hand."),
    w("now", "now", "The time of the entry in the log."),
    w("opened", "opened", "When the conversation, or the stage, was opened."),
];

/// Functions that ask the log.
pub const LOG: [Word; 10] = [
    w("said", "said(\"m\"[, person])", "Whether there is an accepted one."),
    w("count", "count(\"m\"[, person])", "How many there are."),
    w("last", "last(\"m\"[, person])", "The last entry, or `()`."),
    w(
        "all",
        "all(\"m\"[, \"field\"])",
        "The entries, or their fields that are not `()`, in order.",
    ),
    w("last_of_each", "last_of_each(\"m\"[, \"field\"])", "Each person's last."),
    w(
        "tally",
        "tally(\"m\", \"field\"[, value])",
        "Value to count, over each person's last; or one count.",
    ),
    w("members", "members(\"role\")", "Who holds it and is present."),
    w("holds", "holds(person, \"role\")", "Whether the person is present and holds it."),
    w("everyone", "everyone(\"m\", \"role\")", "Whether all present holders have said it."),
    w("pattern_complete", "pattern_complete()", "Whether the pattern may end here."),
];

/// Functions of values.
pub const FUNCTIONS: [Word; 11] = [
    w("seconds", "seconds(n)", "A duration."),
    w("minutes", "minutes(n)", "A duration."),
    w("hours", "hours(n)", "A duration."),
    w("days", "days(n)", "A duration."),
    w("weeks", "weeks(n)", "A duration."),
    w("round", "round(x, n)", "A decimal with at most n places, half to even."),
    w("abs", "abs(x)", "Without its sign."),
    w("min", "min(a, b)", "The smaller of two numbers, times or durations."),
    w("max", "max(a, b)", "The greater of two numbers, times or durations."),
    w("to_int", "to_int(x)", "A decimal, cut to an int."),
    w("to_decimal", "to_decimal(x)", "An int as a decimal."),
];

/// Methods of lists, maps and texts.
pub const METHODS: [Word; 18] = [
    w("len", "x.len()", "Of a text, bytes, a list or a map."),
    w("is_empty", "x.is_empty()", "Whether there is none."),
    w("contains", "x.contains(y)", "A value of a list, a key of a map, a part of a text."),
    w("push", "list.push(x)", "Appends."),
    w("pop", "list.pop()", "Takes the last, or gives `()`."),
    w("remove", "map.remove(k), list.remove(i)", "Takes an element out of `state`."),
    w("keys", "map.keys()", "In their order."),
    w("values", "map.values()", "In the order of the keys."),
    w("sorted", "list.sorted()", "A new list, in order."),
    w("reversed", "list.reversed()", "A new list, the other way round."),
    w("index_of", "list.index_of(x)", "The index, or `()`."),
    w("sum", "list.sum()", "Of ints, decimals or durations; 0 when empty."),
    w("least", "list.least()", "Or `()`."),
    w("greatest", "list.greatest()", "Or `()`."),
    w("join", "list.join(s)", "Texts joined with s."),
    w("starts_with", "s.starts_with(t)", "Whether the text begins so."),
    w("ends_with", "s.ends_with(t)", "Whether the text ends so."),
    w("trim", "s.trim()", "Without white space at its ends."),
];

/// What every entry has.
pub const ENTRY: [Word; 2] =
    [w("from", "e.from", "The entry's author."), w("at", "e.at", "The entry's time.")];

/// What is asked of a stage.
pub const STAGE: [Word; 3] = [
    w("output", "NAME.output", "What came out of it, or `()`."),
    w("decided", "NAME.decided", "Whether it had consensus."),
    w("failed", "NAME.failed", "Whether it ended without."),
];

/// Words of code.
pub const CODE: [Word; 9] = [
    w("let", "let x = e;", "A variable."),
    w("if", "if c { … } else { … }", "One of two."),
    w("else", "else { … }", "Otherwise."),
    w("for", "for x in xs { … }", "Over a list or a range."),
    w("while", "while c { … }", "As long as it holds."),
    w("return", "return e;", "Ends the code with a value."),
    w("break", "break;", "Ends the loop."),
    w("continue", "continue;", "The loop's next turn."),
    w("fn", "fn name(a, b) { … }", "A function of a `script`."),
];

/// Words of plays.
pub const PLAY: [Word; 20] = [
    w("play", "play \"title\"", "Names the play: all its keys come from the title."),
    w("rules", "rules \"file.conv\"", "The rules, relative to the play."),
    w("topic", "topic \"…\"", "What the conversation is about."),
    w("cast", "cast { role: person, role: [person, person] }", "Who plays whom."),
    w("terms", "terms { name: value }", "The terms with which it opens."),
    w("start", "start TIME", "When it opens; 2026-01-01T00:00:00Z unless written."),
    w("at", "at TIME", "Sets the clock."),
    w("together", "together { … }", "Lines of which none has seen the others."),
    w("expect", "expect …", "What must hold after the line before."),
    w("after", "ben after p1: …", "Had seen nothing later than that entry."),
    w("as", "ada: m as p1", "Names the entry."),
    w("accepted", "expect accepted", "The line was accepted."),
    w("refused", "expect refused [code] [\"reason\"]", "The line was refused, or invalid."),
    w("consensus", "expect consensus", "There is consensus now."),
    w("no", "expect no consensus", "There is none yet."),
    w("failure", "expect failure [\"text\"]", "It has ended without."),
    w("output", "expect output VALUE", "What came out of it."),
    w("state", "expect state { field: value }", "Of the fields named."),
    w("possible", "expect possible [name, …]", "Exactly these messages may be said now."),
    w("open", "open", "The first entry: rules, terms and members."),
];

/// What could be said of a word of rules.
#[must_use]
pub fn of_rules(name: &str) -> Option<&'static Word> {
    let of_parts = name
        .strip_prefix("entry.")
        .map(|name| (&ENTRY[..], name))
        .or_else(|| name.strip_prefix("stage.").map(|name| (&STAGE[..], name)));
    if let Some((table, name)) = of_parts {
        return table.iter().find(|w| w.name == name);
    }
    let tables: [&[Word]; 8] =
        [&VALUES, &LOG, &FUNCTIONS, &METHODS, &TYPES, &ITEMS, &STRUCTURE, &CODE];
    tables.into_iter().flatten().find(|w| w.name == name)
}

/// What could be said of a word that stands where items and patterns are, not code.
#[must_use]
pub fn of_structure(name: &str) -> Option<&'static Word> {
    let tables: [&[Word]; 3] = [&ITEMS, &STRUCTURE, &TYPES];
    tables.into_iter().flatten().find(|w| w.name == name)
}

/// What could be said of a word of plays.
#[must_use]
pub fn of_plays(name: &str) -> Option<&'static Word> {
    PLAY.iter().find(|w| w.name == name)
}
