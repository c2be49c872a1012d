//! What folding does: transactions, numbers, deadlines, patterns under a log, joins and leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use mundi_engine::Value;
use rust_decimal::Decimal;
use support::{Room, someone};

fn dec(text: &str) -> Value {
    Value::Decimal(text.parse::<Decimal>().unwrap())
}

/// A conversation of one person whose message `m` runs a handler.
fn with_handler(state: &str, fields: &str, body: &str) -> Room {
    let text = format!(
        "conversation x \"X\"\nedition 1\nrole a\nmessage m by a {{ {fields} }}\nmessage z by a\n\
         state {{ {state} }}\non m {{ {body} }}\nconsensus {{ said(\"z\") }}\n"
    );
    Room::new(&text, "a: ada")
}

#[test]
fn a_handler_that_fails_after_two_writes_leaves_neither() {
    let mut room = with_handler(
        "one: int = 1, two: list(int, 0..9), three: map(int, text, 0..9)",
        "by: int",
        "state.one = 2; state.two.push(7); state.three[1] = \"x\"; state.one = 6 / msg.by;",
    );
    let before = support::view(&room.replica).state;
    assert_eq!(room.say("ada", "m", "by: 0").code, "script-failed");
    assert_eq!(support::view(&room.replica).state, before);
    assert_eq!(room.say("ada", "m", "by: 2").code, "accepted");
    assert_eq!(room.state("one"), Value::Int(3));
}

#[test]
fn state_stays_within_its_bounds() {
    let table = [
        ("n: int(0..9) = 5", "state.n = msg.v;", 10),
        ("n: int(0..9) = 5", "state.n -= msg.v;", 6),
        ("n: list(int, 0..2)", "let i = 0; while i < msg.v { state.n.push(i); i += 1; }", 3),
        ("n: list(int, 0..9, unique)", "state.n.push(1); state.n.push(msg.v);", 1),
        ("n: map(int, int, 0..2)", "let i = 0; while i < msg.v { state.n[i] = i; i += 1; }", 3),
        ("n: text(0..3) = \"\"", "state.n = `${msg.v}`;", 1234),
        ("n: decimal(0..1.5) = 1", "state.n = state.n * msg.v;", 2),
        ("n: duration(0s..1m) = 1s", "state.n = seconds(msg.v);", 61),
    ];
    for (state, body, bad) in table {
        let mut room = with_handler(state, "v: int", body);
        let said = room.say("ada", "m", &format!("v: {bad}"));
        assert_eq!(said.code, "script-failed", "{body}: {}", said.reason);
        assert!(said.reason.contains('n'), "{}", said.reason);
    }
}

#[test]
fn integers_are_checked_and_divisions_cut() {
    let max = i64::MAX;
    let table = [
        ("msg.v + 1", max, None),
        ("-msg.v - 2", max, None),
        ("msg.v * 2", max / 2 + 1, None),
        ("7 / msg.v", 2, Some(3)),
        ("-7 / msg.v", 2, Some(-3)),
        ("-7 % msg.v", 2, Some(-1)),
        ("7 / msg.v", 0, None),
        ("7 % msg.v", 0, None),
        ("(-msg.v - 1) / -1", max, None),
    ];
    for (code, v, expected) in table {
        let mut room = with_handler("n: int = 0", "v: int", &format!("state.n = {code};"));
        let said = room.say("ada", "m", &format!("v: {v}"));
        match expected {
            Some(n) => assert_eq!(
                (room.state("n"), said.code.as_str()),
                (Value::Int(n), "accepted"),
                "{code}"
            ),
            None => assert_eq!(said.code, "script-failed", "{code} of {v}"),
        }
    }
}

#[test]
fn decimals_are_exact_and_rounded_half_to_even() {
    let table = [
        ("0.1 + 0.2", "0.3"),
        ("round(0.125, 2)", "0.12"),
        ("round(0.135, 2)", "0.14"),
        ("round(2.5, 0)", "2"),
        ("round(-3.5, 0)", "-4"),
        ("1.0 / 3", "0.3333333333333333333333333333"),
        ("2.0 / 3", "0.6666666666666666666666666667"),
        ("12.50 * msg.v", "25"),
    ];
    for (code, expected) in table {
        let mut room = with_handler("n: decimal = 0.0", "v: int", &format!("state.n = {code};"));
        assert_eq!(room.say("ada", "m", "v: 2").code, "accepted", "{code}");
        assert_eq!(room.state("n"), dec(expected), "{code}");
    }
    for code in ["7922816251426433759354395033.5 * 10 * msg.v", "1.5 / (msg.v - 2)"] {
        let mut room = with_handler("n: decimal = 0.0", "v: int", &format!("state.n = {code};"));
        assert_eq!(room.say("ada", "m", "v: 2").code, "script-failed", "{code}");
    }
}

#[test]
fn what_is_missing_fails_where_it_is_used_and_not_before() {
    let mut room =
        with_handler("n: int = 0", "v: int?", "if msg.v != () { state.n = msg.v; } state.n += 1;");
    assert_eq!(room.say("ada", "m", "").code, "accepted");
    assert_eq!(room.say("ada", "m", "v: 4").code, "accepted");
    assert_eq!(room.state("n"), Value::Int(5));
    let mut room = with_handler("n: int = 0", "v: int?", "state.n = msg.v + 1;");
    assert_eq!(room.say("ada", "m", "").code, "script-failed");
}

#[test]
fn consensus_output_and_handler_are_one_transaction() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a
message m by a { v: int }
state { n: int = 0 }
on m { state.n += 1; }
consensus { count("m") > 1 }
output { 6 / last("m").v }
"#,
        "a: ada",
    );
    assert_eq!(room.say("ada", "m", "v: 1").code, "accepted");
    assert_eq!(room.say("ada", "m", "v: 0").code, "script-failed", "its output fails");
    assert_eq!((room.state("n"), room.ended()), (Value::Int(1), String::new()));
    assert_eq!(room.say("ada", "m", "v: 3").code, "accepted");
    assert_eq!(room.ended(), "consensus Int(2)");
}

#[test]
fn a_failure_has_its_text_and_an_exhausted_pattern_its_own() {
    let rules = r#"
conversation x "X"
edition 1
role a
message m by a { v: int }
message n by a
pattern { m, n? }
consensus { false }
failure { last("m")?.v == 3 } else "it is {last("m").v}, {{so}}"
"#;
    let mut room = Room::new(rules, "a: ada");
    room.hear("ada", "m", "v: 3", "");
    assert_eq!(room.ended(), "failure it is 3, {so}");
    let mut room = Room::new(rules, "a: ada");
    room.hear("ada", "m", "v: 4", "");
    assert_eq!(room.ended(), "");
    room.hear("ada", "n", "", "");
    assert_eq!(room.ended(), "failure nothing more is possible");
}

#[test]
fn a_deadline_without_a_time_is_too_early() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a
message m by a
deadline d at { last("m")?.at + seconds(3) }
pattern { (m unless d)* }
consensus { count("d") > 1 }
"#,
        "a: ada",
    );
    assert_eq!(room.say("ada", "d", "").code, "too-early");
    room.hear("ada", "m", "", "");
    assert_eq!(
        room.replica.deadlines(),
        [("d".to_owned(), Some(i64::try_from(room.clock).unwrap() + 3_000))]
    );
    assert_eq!(room.say("ada", "d", "").code, "too-early");
    room.clock += 2_000;
    assert_eq!(room.say("ada", "d", "").code, "accepted");
}

#[test]
fn last_is_the_last_accepted_entry_when_it_is_written() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a
message m by a { n: int(0..9) }
message r by a { to: ref(m) = last }
allow m when { msg.n != 7 } else "not seven"
consensus { (last("r")?.to?.n ?? 0) == 2 }
"#,
        "a: ada",
    );
    assert_eq!(room.say("ada", "r", "").code, "bad-ref");
    room.hear("ada", "m", "n: 2", "");
    assert_eq!(room.say("ada", "m", "n: 7").code, "not-allowed");
    room.hear("ada", "r", "", "");
    assert_eq!(room.ended(), "consensus Unit");
}

#[test]
fn one_keeps_who_began_and_each_waits_for_all() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a 2
role b 2
message start by a
message end by a
message tick by b
pattern { one a ( start, end ), each b ( tick ) }
consensus { pattern_complete() }
"#,
        "a: ada abe, b: ben bob",
    );
    room.hear("abe", "start", "", "");
    assert_eq!(room.say("ada", "end", "").code, "out-of-turn");
    room.hear("abe", "end", "", "");
    room.hear("bob", "tick", "", "");
    assert_eq!(room.say("bob", "tick", "").code, "out-of-turn");
    assert_eq!(room.ended(), "");
    room.hear("ben", "tick", "", "");
    assert_eq!(room.ended(), "consensus Unit");
}

#[test]
fn per_tells_its_instances_apart() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a
role b
message ask by a
message answer by b { to: ref(ask) }
message done by a
pattern { ask+, per ask ( answer ), done }
consensus { said("done") }
"#,
        "a: ada, b: ben",
    );
    room.hear("ada", "ask", "", "one");
    room.hear("ada", "ask", "", "two");
    room.hear("ben", "answer", "to: two", "");
    assert_eq!(room.say("ben", "answer", "to: two").code, "out-of-turn");
    assert_eq!(room.say("ada", "done", "").code, "out-of-turn");
    room.hear("ben", "answer", "to: one", "");
    room.hear("ada", "done", "", "");
}

#[test]
fn who_joins_owes_and_who_leaves_does_not() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role host
role guest 0..5 open
message yes by guest
message end by host
pattern { each guest ( yes ), end }
allow end when { count("join") > 1 } else "too few"
consensus { said("end") }
output { members("guest") }
"#,
        "host: ada, guest: ben",
    );
    let join = "role: \"guest\"";
    room.hear("cy", "join", join, "");
    room.hear("ben", "yes", "", "");
    assert_eq!(room.say("ada", "end", "").code, "out-of-turn");
    room.hear("cy", "yes", "", "");
    assert_eq!(room.say("ada", "end", "").code, "not-allowed");
    room.hear("dan", "join", join, "");
    assert_eq!(room.say("ada", "end", "").code, "out-of-turn");
    room.hear("dan", "leave", "", "");
    room.hear("ada", "end", "", "");
    let output = Value::List(vec![someone("ben"), someone("cy")].into());
    assert_eq!(room.ended(), format!("consensus {output:?}"));
}

#[test]
fn an_entry_that_names_another_twice_is_one_reply_to_it() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a
message m by a
message r by a { one: ref(m), two: ref(m), choice: "x" | "y" }
consensus { (last("m")?.count("r") ?? 0) > 1 }
output { #{ n: last("m").tally("r", "choice", "y"), x: last("m").tally("r", "choice", "x") } }
"#,
        "a: ada",
    );
    room.hear("ada", "m", "", "m");
    room.hear("ada", "r", "one: m, two: m, choice: \"x\"", "");
    assert_eq!(room.ended(), "");
    room.hear("ada", "r", "one: m, two: m, choice: \"y\"", "");
    let ended = room.ended();
    assert!(ended.contains("\"n\": Int(1)") && ended.contains("\"x\": Int(0)"), "{ended}");
}

#[test]
fn a_hidden_value_is_nothing_until_it_is_shown_and_then_counts() {
    let mut room = Room::new(
        r#"
conversation x "X"
edition 1
role a 2
message bid by a { price: hidden(int(1..100)) }
message show by a { bid: reveal(bid) }
pattern { each a ( bid ), each a ( show ) }
consensus { count("show") == 2 }
output { let sum = 0; for b in all("bid") { sum += b.price ?? 1000; } sum }
never early { all("bid", "price").len() > count("show") }
always both { all("bid", "price").len() == count("show") }
"#,
        "a: ada abe",
    );
    room.hear("ada", "bid", "price: 20", "a");
    room.hear("abe", "bid", "price: 22", "b");
    assert!(room.replica.breaches().is_empty(), "{:?}", room.replica.breaches());
    room.hear("ada", "show", "bid: a", "");
    assert!(room.replica.breaches().is_empty(), "{:?}", room.replica.breaches());
    room.hear("abe", "show", "bid: b", "");
    assert_eq!(room.ended(), "consensus Int(42)");
}

#[test]
fn a_refused_second_showing_takes_nothing_back() {
    let rules = r#"
conversation show "Show"
edition 1
role a
message bid by a { n: hidden(int(0..9)) }
message show by a { bid: reveal(bid), bad: int(0..1) = 0 }
message look by a
state { x: int(0..9) = 0, seen: int(0..99) = 0 }
on show { state.x = 1 / (1 - msg.bad); }
on look { for b in all("bid") { state.seen = b.n ?? 99; } }
consensus { count("look") > 9 }
"#;
    let mut room = Room::new(rules, "a: ada");
    room.hear("ada", "bid", "n: 4", "b");
    room.hear("ada", "show", "bid: b", "");
    assert_eq!(room.say("ada", "show", "bid: b, bad: 1").code, "script-failed");
    room.hear("ada", "look", "", "");
    assert_eq!(room.state("seen"), Value::Int(4));
}
