//! Random small rules files: patterns, guards, handlers, consensus over all that can be counted.

use super::talk::Dice;

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
