//! Random small rules files: patterns, guards, handlers, consensus over all that can be counted.

use mundi_engine::entry::Entry;

use super::talk::Dice;
use super::try_open;

/// Some of everything: open roles, hidden values, deadlines, refs, failing handlers.
pub const RULES: [(&str, &str); 5] = [
    (
        r#"
conversation market "Market"
edition 1
role host
role seller 1..3
role buyer 0..4 open
message offer by seller { price: decimal(0.01..1000), left: int(1..3) = 1 }
message buy by buyer { offer: ref(offer) }
message deliver by seller { offer: ref(offer) }
message close by host
deadline over at { opened + hours(1) }
pattern { (offer* & per offer ( buy*, deliver? )) unless (close | over) }
state { turnover: decimal(0..2000) = 0.0, sold: map(ref(offer), int(0..3), 0..20) }
allow buy when { (state.sold[msg.offer] ?? 0) < msg.offer.left } else "sold out"
allow join when { count("offer") > 0 } else "nothing to buy"
on buy {
    state.turnover += msg.offer.price;
    state.sold[msg.offer] = (state.sold[msg.offer] ?? 0) + 1;
}
consensus { said("close") || said("over") }
failure { count("offer") > 12 } else "too many of {count("offer")}"
output { #{ turnover: state.turnover, bought: count("buy"), buyers: members("buyer").len() } }
"#,
        "host: ada, seller: ben cy",
    ),
    (
        r#"
conversation vote "Vote"
edition 1
role chair
role voter 1..
role guest open
message vote by voter, guest { choice: "yes" | "no" | "abstain" }
message risky by voter { n: int(-1..2) }
message close by chair
pattern { ((vote | risky)*) unless close }
state { sum: int(0..9) = 0, last_by: person? }
on vote { state.last_by = from; }
on risky { state.last_by = from; state.sum += 4 / msg.n; }
consensus { said("close") && everyone("vote", "voter") && tally("vote", "choice", "yes") > tally("vote", "choice", "no") }
failure { said("close") } else "not carried"
output { tally("vote", "choice") }
"#,
        "chair: ada, voter: ben cy dan",
    ),
    (
        r#"
conversation toss "Toss"
edition 1
role left
role right
message toss by anyone { number: hidden(int(0..1)) }
message show by anyone { toss: reveal(toss) }
message again by left
deadline late at { last("toss")?.at + minutes(10) }
pattern { (each left, right ( toss ), (each left, right ( show ) unless late), again?)* }
state { rounds: int(0..3) = 0 }
on again { state.rounds += 1; }
consensus { everyone("show", "left") && everyone("show", "right") && count("show") > 3 }
output { let sum = 0; for t in all("toss") { sum += t.number ?? 5; } sum }
"#,
        "left: ada, right: ben",
    ),
    (
        r#"
conversation talk "Talk"
edition 1
role poster open
role keeper
message post by poster, keeper { n: int(0..9) }
message answer by anyone { to: ref(post) = last, second: ref(post)? }
message like by poster { to: ref(post | answer) }
message stop by keeper
pattern { ((post | answer)*, each poster ( like{0..2} ), post?)* unless stop }
state { seen: list(int, 0..6) }
on post { state.seen.push(msg.n); }
allow like when { msg.to.from != from } else "your own"
allow leave when { !said("like", from) } else "stay"
consensus { (last("post")?.count("answer") ?? 0) >= 3 || (last("post")?.everyone("like", "poster") ?? false) && count("like") > 4 }
output { #{ n: last("post")?.n ?? 0, answers: count("answer"), seen: state.seen } }
"#,
        "keeper: ada",
    ),
    (
        r#"
conversation free "Free"
edition 1
role first
role second 1..2
overlap first, second
message a by first { n: int(0..9)? }
message b by second { who: person(second)? }
message c by anyone
state { n: int(0..40) = 0 }
on a, c { state.n += count("a"); }
on a { state.n += msg.n ?? 1; }
consensus { state.n > 30 && count("b", last("c")?.from ?? last("a").from) > 0 }
output { state.n }
"#,
        "first: ada, second: ada ben",
    ),
];

/// Where the numbers of [`STAGED`] begin.
pub const FIRST_STAGED: usize = 100;

/// Conversations made of conversations: one after the other, inside each other, side by side.
pub const STAGED: [(&str, &str); 2] = [
    (
        r#"
conversation house "House"
edition 1
role chair
role member 1..6 open
overlap chair, member
stage talks from "talks.conv" { roles: { host: chair, guest: [member, chair] }, terms: { most: 1 } }
stage vote from "vote.conv" {
    roles: { voter: talks.output?.who ?? [] },
    terms: { options: talks.output?.words ?? [] }
}
message settle by chair { n: int(0..3) }
message stop by chair
pattern { (talks, (vote | settle)) unless stop }
state { ended: int(0..2) = 0 }
on talks { state.ended += 1; }
on vote { state.ended += count("settle") + 1; }
allow join when { !said("talks") } else "too late"
allow stop when { count("join") > 1 || talks.decided && count("leave") > 0 } else "not yet"
allow settle when { vote.failed || last("talks")?.at + minutes(1) < now } else "not yet"
consensus { vote.decided || said("settle") && state.ended > 0 }
failure { said("stop") } else "stopped after {state.ended}"
output { #{ word: vote.output, at: last("talks")?.at, n: last("settle")?.n } }
always few { state.ended <= 2 }

file "talks.conv"
conversation talks "Talks"
edition 1
role host
role guest 1..
overlap host, guest
terms { most: int(1..9) = 2, each_within: duration = 1h }
stage first from "round.conv" { roles: { speaker: guest }, terms: { most: terms.most } }
stage last_words from "round.conv" { roles: { speaker: members("guest") }, terms: { most: 1 } }
message enough by host
deadline over at { opened + terms.each_within }
pattern { first, (last_words unless (enough | over)) }
state { sum: int(0..20) = 0 }
on open { state.sum = terms.most; }
on enough { state.sum += 6 / (first.output ?? []).len(); }
consensus { last_words.decided || said("enough") && state.sum > 3 }
failure { said("over") || said("enough") } else "nothing came of it"
output { #{ words: (first.output ?? []) + (last_words.output ?? []), who: members("guest") } }

file "round.conv"
conversation round "Round"
edition 1
role speaker 1..
terms { most: int(1..9) }
message word by speaker { text: "a" | "b" | "c" }
pattern { word* }
allow word when { !all("word", "text").contains(msg.text) } else "that is said"
consensus { count("word") >= terms.most }
output { all("word", "text") }

file "vote.conv"
conversation vote "Vote"
edition 1
role voter 1..
terms { options: list(text, 2..4, unique) }
message vote by voter { option: one_of(terms.options) }
deadline shut at { opened + minutes(30) }
pattern { each voter ( vote ) unless shut }
consensus { everyone("vote", "voter") && tally("vote", "option").values().greatest() != 1 }
failure { said("shut") || everyone("vote", "voter") } else "no majority"
output { last("vote")?.option }
never two { count("vote") > 9 }
"#,
        "chair: ada, member: ada ben cy",
    ),
    (
        r#"
conversation both "Both"
edition 1
role left
role right
role late open
stage here from "pick.conv" { roles: { picker: left }, terms: { low: 1, chosen: members("right")[0] } }
stage there from "pick.conv" { roles: { picker: [right, left] } }
stage after from "pick.conv" { roles: { picker: there.output?.who ?? members("left") }, terms: { low: here.output?.n ?? 5 } }
message skip by left, right
pattern { ((here & there) | (skip, skip)), after? }
consensus { pattern_complete() && after.decided || count("skip") == 2 && count("join") > 0 }
failure { here.failed && there.failed } else "neither"
output { #{ n: after.output?.n, skipped: said("skip"), one: here.decided } }

file "pick.conv"
conversation pick "Pick"
edition 1
role picker 1..2
terms { low: int(0..5) = 0, chosen: person? }
message pick by picker { n: int(0..6), whom: person(picker)? }
message again by picker { of: ref(pick) = last }
message hide by picker { n: hidden(int(0..3)) }
message show by picker { hide: reveal(hide) }
pattern { (pick, again*) | each picker ( hide, show ) }
allow pick when { msg.n >= terms.low } else "at least {terms.low}"
state { shown: int(0..9) = 0 }
on show { state.shown += last("hide", from)?.n ?? 9; }
consensus { count("again") == 2 || everyone("show", "picker") && state.shown > 1 }
failure { everyone("show", "picker") } else "too low for {terms.chosen}"
output { #{ n: last("pick")?.n ?? state.shown, who: members("picker") } }
"#,
        "left: ada, right: ben",
    ),
];

/// The number of a conversation for laws: some stand in [`RULES`], some in [`STAGED`], the others are
/// random.
pub fn any_rules() -> impl proptest::strategy::Strategy<Value = usize> {
    proptest::prop_oneof![3 => 0..9_usize, 1 => FIRST_STAGED..FIRST_STAGED + STAGED.len()]
}

/// A conversation under one of these rules, or under random ones; its `open` entry and the rules.
pub fn conversation(which: usize, seed: u64) -> (Entry, String) {
    let staged = which.checked_sub(FIRST_STAGED).and_then(|n| STAGED.get(n));
    if let Some((text, cast)) = RULES.get(which).or(staged) {
        return (try_open(text, cast, "").unwrap(), (*text).to_owned());
    }
    let texts = (0..500).map(|n| rules(seed.wrapping_add(n)));
    let opened = |text: String| Some((try_open(&text, "a: ada ben, b: cy", "").ok()?, text));
    texts.into_iter().find_map(opened).unwrap()
}

const MESSAGES: [&str; 4] = ["m", "n", "p", "q"];
const ROLES: [&str; 3] = ["a", "b", "c"];

/// A random rules file. It may not check: the caller tries another seed then.
pub fn rules(seed: u64) -> String {
    let mut g = Gen { dice: Dice::new(seed), fields: Vec::new(), open: false, at_hand: None };
    g.file()
}

struct Gen {
    dice: Dice,
    /// By message: its field, `n`, `pick`, `to` or nothing.
    fields: Vec<&'static str>,
    open: bool,
    /// The message whose script is written; `None` where none is at hand.
    at_hand: Option<usize>,
}

impl Gen {
    fn roll(&mut self, sides: usize) -> usize {
        self.dice.roll(sides)
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.roll(from.len())]
    }

    fn role(&mut self) -> &'static str {
        let n = if self.open { 3 } else { 2 };
        ROLES[self.roll(n)]
    }

    fn file(&mut self) -> String {
        self.open = self.roll(2) == 0;
        let mut text = "conversation x \"X\"\nedition 1\nrole a 1..2\nrole b 1..2\n".to_owned();
        if self.open {
            text += "role c 0..2 open\n";
        }
        if self.roll(2) == 0 {
            text += "overlap a, b\n";
        }
        for (n, name) in MESSAGES.iter().enumerate() {
            let field = self.pick(&["n", "pick", "to", ""]);
            let field = if field == "to" && n == 0 { "n" } else { field };
            self.fields.push(field);
            let by = if self.roll(2) == 0 { "anyone" } else { self.role() };
            text += &format!("message {name} by {by}");
            text += &match field {
                "n" => " { n: int(0..9) }".to_owned(),
                "pick" => " { pick: \"x\" | \"y\" | \"z\" }".to_owned(),
                "to" => format!(" {{ to: ref({}) }}", MESSAGES[self.roll(n)]),
                _ => String::new(),
            };
            text.push('\n');
        }
        let due = self.pick(&["opened + minutes(1)", "last(\"m\")?.at + seconds(5)"]);
        text += &format!("deadline d at {{ {due} }}\n");
        if self.roll(8) != 0 {
            text += &format!("pattern {{ {} }}\n", self.pattern(3));
        }
        text += "state { s: int(-5..20) = 0, f: decimal(-50..50) = 1.5, by: map(person, int(0..3), 0..9), since: time? }\n";
        if self.roll(2) == 0 {
            text += "on open { state.s = 3; state.since = opened; }\n";
        }
        #[allow(clippy::needless_range_loop, reason = "`n` is a number of a message too")]
        for n in 0..MESSAGES.len() {
            self.at_hand = Some(n);
            if self.roll(2) == 0 {
                let when = self.truth(2);
                text += &format!("allow {} when {{ {when} }} else \"no\"\n", MESSAGES[n]);
            }
            if self.roll(3) != 0 {
                let body = self.handler();
                text += &format!("on {} {{ {body} }}\n", MESSAGES[n]);
            }
        }
        self.at_hand = None;
        let (consensus, failure) = (self.truth(2), self.truth(2));
        text += &format!("consensus {{ count(\"m\") + count(\"q\") > 3 && ({consensus}) }}\n");
        if self.roll(2) == 0 {
            text += &format!(
                "failure {{ count(\"n\") > 3 && ({failure}) }} else \"over: {{state.s}}\"\n"
            );
        }
        let output = self.output();
        text += &format!("output {{ {output} }}\n");
        text
    }

    fn output(&mut self) -> String {
        let (a, b) = (self.number(2), self.truth(1));
        let tally = self.fields.iter().position(|f| *f == "pick");
        let tally =
            tally.map_or("0".to_owned(), |m| format!("tally(\"{}\", \"pick\")", MESSAGES[m]));
        format!("#{{ a: {a}, b: {b}, t: {tally}, f: state.f }}")
    }

    fn handler(&mut self) -> String {
        let mut body = String::new();
        for _ in 0..=self.roll(3) {
            let n = self.number(2);
            let when = self.truth(1);
            body += &match self.roll(6) {
                0 => format!("state.s = {n}; "),
                1 => format!("state.s += {n}; "),
                2 => "state.by[from] = (state.by[from] ?? 0) + 1; ".to_owned(),
                3 => format!("state.f = state.f / ({n}); "),
                4 => format!("if {when} {{ state.since = now; }} else {{ state.s -= 1; }} "),
                _ => format!(
                    "let i = 0; while i < 3 {{ i += 1; state.s += i % 2; }} state.f = state.f * {n}; "
                ),
            };
        }
        body
    }

    fn number(&mut self, depth: usize) -> String {
        let m = self.pick(&MESSAGES);
        let sort = if depth == 0 { self.roll(9) } else { self.roll(13) };
        let own = self.at_hand.is_some();
        match sort {
            1 => format!("count(\"{m}\")"),
            2 if own => format!("count(\"{m}\", from)"),
            3 => "state.s".to_owned(),
            4 if self.at_hand.is_some_and(|n| self.fields[n] == "n") => "msg.n".to_owned(),
            5 => format!("members(\"{}\").len()", self.role()),
            6 => match self.fields.iter().position(|f| *f == "pick") {
                Some(n) => format!(
                    "tally(\"{}\", \"pick\", \"{}\")",
                    MESSAGES[n],
                    self.pick(&["x", "y", "z"])
                ),
                None => "7".to_owned(),
            },
            7 => match self.fields.iter().position(|f| *f == "n") {
                Some(n) => format!("(last(\"{}\")?.n ?? 1)", MESSAGES[n]),
                None => "1".to_owned(),
            },
            8 => match self.fields.iter().position(|f| *f == "to") {
                Some(n) => format!("(last(\"m\")?.count(\"{}\") ?? 0)", MESSAGES[n]),
                None => "all(\"m\").len()".to_owned(),
            },
            9..=12 => {
                let op = ["+", "-", "*", "/"][sort - 9];
                format!("({} {op} {})", self.number(depth - 1), self.number(depth - 1))
            }
            _ => self.roll(5).to_string(),
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        let m = self.pick(&MESSAGES);
        let sort = if depth == 0 { self.roll(6) } else { self.roll(10) };
        match sort {
            0 => format!("said(\"{m}\")"),
            1 => format!("everyone(\"{m}\", \"{}\")", self.role()),
            2 => "pattern_complete()".to_owned(),
            3 if self.at_hand.is_some() => format!("holds(from, \"{}\")", self.role()),
            4 if self.at_hand.is_some() => format!("said(\"{m}\", from)"),
            5 => format!("now > opened + seconds({})", self.roll(90)),
            6 => format!("!({})", self.truth(depth - 1)),
            7 => format!("({} && {})", self.truth(depth - 1), self.truth(depth - 1)),
            8 => format!("({} || {})", self.truth(depth - 1), self.truth(depth - 1)),
            _ => {
                let op = self.pick(&["<", "<=", "==", "!=", ">"]);
                format!("{} {op} {}", self.number(1), self.number(1))
            }
        }
    }

    fn pattern(&mut self, depth: usize) -> String {
        let leaf = |g: &mut Self| g.pick(&["m", "n", "p", "q", "m", "q", "d"]).to_owned();
        if depth == 0 {
            return leaf(self);
        }
        let one = |g: &mut Self| format!("({})", g.pattern(depth - 1));
        match self.roll(11) {
            0 | 1 => format!("{}, {}", one(self), one(self)),
            2 => format!("{} | {}", one(self), one(self)),
            3 => format!("{} & {}", one(self), one(self)),
            4 | 5 => format!("{}*", one(self)),
            6 => format!("{}{}", one(self), self.pick(&["?", "+", "{2}", "{1..3}", "{2..}"])),
            7 => format!("each {} {}", self.role(), one(self)),
            8 => format!("one {} {}", self.role(), one(self)),
            9 => format!("{} unless {}", one(self), one(self)),
            _ => leaf(self),
        }
    }
}
