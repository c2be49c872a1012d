//! Tables of what is the language and what is not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use mundi_lang::code::{BinaryOp, Block, Expr, ExprKind, StatementKind};
use mundi_lang::literal::Literal;
use mundi_lang::syntax::{DefaultSyntax, ItemKind, PatternSyntax, TextPart, TypeSyntax};
use mundi_lang::{
    Severity, Source, parse, parse_fields, parse_play_lines, parse_terms, parse_value,
};

fn findings(text: &str) -> Vec<String> {
    let parsed = parse(&Source::new("x", text));
    parsed.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect()
}

const RIGHT: &[&str] = &[
    "",
    "// only a comment",
    "role a",
    "role a 3",
    "role a 2..",
    "role a 0..10",
    "role a open",
    "role a 0.. open",
    "role a 0..10 open",
    "overlap chair, voter",
    "use std::ranked",
    "type money = decimal(0..)",
    "type maybe = text?",
    "message m by a",
    "message m by anyone {}",
    "message m by a, b { x: int, }",
    // No word is forbidden.
    "message role by message { terms: int, by: int, for: int?, unless: bool, if: bool, let: text }",
    "terms { until: time, case: text, fn: int, in: bool }",
    "terms { a: bool, b: int, c: int(1..), d: int(..5), e: int(-5..-1), f: int(..) }",
    "terms { a: decimal(0.01..), b: decimal = -1.50, c: decimal(0..1.5) }",
    "terms { a: text(1..200) = \"x\\n\\t\\\"\\\\\\u{1F600}\\x41\", b: bytes = 0x00ff, c: bytes(..32) }",
    "terms { a: time = 2026-01-01T00:00:00Z, b: time(2026-01-01T00:00:00Z..), c: time = 2026-01-01T01:00:00+01:00 }",
    "terms { a: duration(1m..1d) = 1w2d, b: duration = 250ms }",
    "terms { a: person, b: person(buyer), c: list(person(buyer)) }",
    "terms { a: \"x\" | \"y\", b: (\"x\" | \"y\")?, c: \"x\" | \"y\" = \"x\", d: (\"x\") }",
    "terms { a: one_of(terms.options), b: list(one_of(terms.options), 1.., unique), c: list(int, unique) }",
    "terms { a: { x: int, y: { z: text? } }, b: list({ x: int }, 2..)? }",
    "message m by a { a: ref(m), b: ref(m | n) = last, c: file(10mb), d: file(200kb), e: reveal(m) }",
    "message m by a { a: hidden(int(0..1)), b: hidden(text?), c: text for seller, notary, d: int }",
    "message m by a { a: text? for seller, b: text for seller?, c: text for x }",
    "terms { order: outcome(escrow), outcome: outcome(outcome)? }",
    "state { a: map(text, int), b: map(ref(m), list(int), ..10), c: list(int) = [1, 2], d: time = () }",
    "state { a: { x: int } = { x: 1 }, b: bool = true }",
    "terms {}",
    "state { }",
    "deadline d at { opened + terms.x }",
    "pattern { a }",
    "pattern { a, b, c }",
    "pattern { a | b | c }",
    "pattern { a & b }",
    "pattern { a* , b+, c?, d{3}, e{1..3}, f{2..} }",
    "pattern { (a, b)*, (c | d)+ }",
    "pattern { m by x, n by y }",
    "pattern { m by x* | n }",
    "pattern { each a, b ( m ), one c ( n, o ), per m ( n ) }",
    "pattern { each a ( m? )* }",
    "pattern { a unless b }",
    "pattern { (a, b) unless (c | d) }",
    "pattern { each_thing, one_thing, unless_thing }",
    "on open { state.a = terms.b; }",
    "on a, b { state.x += 1; }",
    "allow a, b when { true }",
    "allow a when { x > 1 } else \"no {x + 1} {{ }}\"",
    "allow a when { x } else \"{last(\"pay\")?.reference ?? \"none\"} and {#{ a: 1 }.a}\"",
    "consensus { true }",
    "failure { false } else \"x\"",
    "failure { false }",
    "output { () }",
    "never n { false }",
    "always n { true }",
    "script { }",
    "script { fn f() { 1 } fn g(a, b,) { a + b } }",
    "stage s from \"a.conv\" { roles: { a: b }, terms: { x: s.output } }",
    "seal 2 of a, b",
    "seal all of a",
    "seal majority of a",
    "output { let x = 1; x = 2; x += 1; x -= 1; x *= 2; x /= 2; x %= 2; x }",
    "output { for i in 0..3 { } for i in 0..=3 { continue; } while true { break; } return 1; }",
    "output { if a { 1 } else if b { 2 } else { 3 } }",
    "output { if a { 1 } 2 }",
    "output { if a { b(); } }",
    "output { [1, 2,][0].x?.y(1)?.z.len() }",
    "output { #{ if: 1, \"text\": 2, until: 3, } }",
    "output { terms.until + msg.case + e.if }",
    "output { `a ${b + `c ${d}`} e` }",
    "output { !a && -b < c || d != e && f in g || h !in i }",
    "output { a ?? b ?? c }",
    "output { ranked::schulze(a, b).winners[0] }",
    "output { 1..5 }",
    "output { (1 + 2) * 3 }",
    "output { return }",
    "output { let x = { let y = 1; y }; x }",
    "output { x = 1 }",
    "output { if a { 1 } else { 2 }; 3 }",
];

#[test]
fn what_the_language_has_parses() {
    for text in RIGHT {
        assert_eq!(findings(text), Vec::<String>::new(), "{text}");
    }
}

const WRONG: &[&str] = &[
    "role",
    "role a 2...3",
    "role a -1",
    "edition one",
    "conversation \"x\"",
    "use std.ranked",
    "terms { a int }",
    "terms { a: int, , b: int }",
    "terms { , }",
    "terms { a: }",
    "terms { a: int(1) }",
    "terms { a: int = }",
    "terms { a: list() }",
    "terms { a: map(int) }",
    "terms { a: ref() }",
    "terms { a: file(10) }",
    "terms { a: text = lamp }",
    "message m",
    "message m by",
    "message m by a,",
    "message m by anyone, a",
    "overlap a, b,",
    "pattern { }",
    "pattern { a b }",
    "pattern { a | }",
    "pattern { | a }",
    "pattern { a{} }",
    "pattern { each a b }",
    "pattern { each ( b ) }",
    "pattern { m by a by b }",
    "on { }",
    "on open, a",
    "allow a { true }",
    "allow a when { true } else no",
    "allow a when { true } else \"{ }\"",
    "consensus",
    "output { 1 2 }",
    "output { 1 + }",
    "output { a..b..  }",
    "output { let = 1; }",
    "output { fn x() {} }",
    "output { if { } }",
    "output { else { } }",
    "output { for in x { } }",
    "output { x. }",
    "output { x.[1] }",
    "output { a[] }",
    "output { \"\n\" }",
    "output { 1.2.3 }",
    "output { a === b }",
    "output { { a: 1 } }",
    "output { a ?? }",
    "output { #{ a 1 } }",
    "output { 99999999999999999999 }",
    "output { if true { } else }",
    "script { let x = 1; }",
    "script { fn f { } }",
    "seal of a",
    "seal 2 a",
    "seal 1.5 of a",
    "stage s from x { }",
    "never { true }",
    "deadline d { x }",
    "}",
    "{",
    "\"",
    "`",
    "((",
    "role a extra",
];

#[test]
fn what_the_language_has_not_is_an_error() {
    for text in WRONG {
        let parsed = parse(&Source::new("x", *text));
        let errors = parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        assert!(errors > 0, "{text}");
    }
}

/// An expression with all its parentheses.
fn shape(expr: &Expr) -> String {
    match &expr.node {
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Variable(name) => name.clone(),
        ExprKind::Unary { op, of } => format!("({op:?} {})", shape(of)),
        ExprKind::Binary { op, left, right } => {
            format!("({} {:?} {})", shape(left), op.node, shape(right))
        }
        ExprKind::Range { start, end, .. } => format!("({} .. {})", shape(start), shape(end)),
        ExprKind::Field { base, name, .. } => format!("({} . {})", shape(base), name.node),
        ExprKind::Index { base, index } => format!("({} [{}])", shape(base), shape(index)),
        other => format!("{other:?}"),
    }
}

fn output(text: &str) -> Block {
    let parsed = parse(&Source::new("x", format!("output {{ {text} }}")));
    assert_eq!(parsed.diagnostics, Vec::new(), "{text}");
    match parsed.tree.unwrap().items.into_iter().next().unwrap().kind {
        ItemKind::Output(block) => block,
        other => panic!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_the_language_says() {
    let rows = [
        ("a || b && c", "(a Or (b And c))"),
        ("a && b == c", "(a And (b Equal c))"),
        ("a == b in c", "(a Equal (b In c))"),
        ("a in b < c", "(a In (b Less c))"),
        ("a < b ?? c", "(a Less (b Else c))"),
        ("a ?? b + c", "(a Else (b Add c))"),
        ("a .. b + c", "(a .. (b Add c))"),
        ("a ?? b .. c", "(a Else (b .. c))"),
        ("a + b * c", "(a Add (b Mul c))"),
        ("a - b - c", "((a Sub b) Sub c)"),
        ("a ?? b ?? c", "((a Else b) Else c)"),
        ("-a * b", "((Minus a) Mul b)"),
        ("!a.b && c", "((Not (a . b)) And c)"),
        ("-a[0].b", "(Minus ((a [0]) . b))"),
        ("a !in b", "(a NotIn b)"),
        ("a - -b", "(a Sub (Minus b))"),
        ("a % b / c", "((a Rem b) Div c)"),
    ];
    for (text, expected) in rows {
        assert_eq!(shape(output(text).tail.as_ref().unwrap()), expected, "{text}");
    }
}

#[test]
fn a_chain_of_else_if_is_a_block_whose_value_is_the_next_if() {
    let block = output("if a { 1 } else if b { 2 } else { 3 }");
    let ExprKind::If { otherwise: Some(second), .. } = &block.tail.as_ref().unwrap().node else {
        panic!()
    };
    let ExprKind::If { otherwise: Some(third), .. } = &second.tail.as_ref().unwrap().node else {
        panic!()
    };
    assert_eq!(shape(third.tail.as_ref().unwrap()), "3");
}

#[test]
fn a_semicolon_makes_a_value_a_statement() {
    assert!(output("a; b").tail.is_some());
    assert!(output("a; b;").tail.is_none());
    assert!(output("if a { 1 }").tail.is_some());
    assert!(output("if a { 1 };").tail.is_none());
    let block = output("if a { 1 } b");
    assert_eq!((block.statements.len(), block.tail.is_some()), (1, true));
    assert!(matches!(
        output("x += 1").statements[0].node,
        StatementKind::Assign { op: Some(BinaryOp::Add), .. }
    ));
}

#[test]
fn documentation_goes_to_what_follows_it() {
    let text = "/// One.\n/// Two.\nterms {\n    /// Three.\n    x: int,\n}\nscript {\n    /// Four.\n    fn f() { 1 }\n}";
    let items = parse(&Source::new("x", text)).tree.unwrap().items;
    assert_eq!(items[0].doc, "One.\nTwo.");
    let ItemKind::Terms(fields) = &items[0].kind else { panic!() };
    assert_eq!(fields[0].doc, "Three.");
    let ItemKind::Script(functions) = &items[1].kind else { panic!() };
    assert_eq!(functions[0].doc, "Four.");
}

#[test]
fn a_text_for_roles_ends_where_a_field_begins() {
    let text = "message m by a { x: text for seller, notary, y: int }";
    let items = parse(&Source::new("x", text)).tree.unwrap().items;
    let ItemKind::Message { fields, .. } = &items[0].kind else { panic!() };
    let TypeSyntax::Private { roles, .. } = &fields[0].ty.node else { panic!() };
    assert_eq!(roles.iter().map(|r| r.node.as_str()).collect::<Vec<_>>(), ["seller", "notary"]);
    assert_eq!(fields[1].name.node, "y");
}

#[test]
fn holes_are_expressions_and_doubled_braces_are_braces() {
    let text = "failure { true } else \"a {{b}} {c + 1}\\n\"";
    let items = parse(&Source::new("x", text)).tree.unwrap().items;
    let ItemKind::Failure { otherwise: Some(text), .. } = &items[0].kind else { panic!() };
    let [TextPart::Text(a), TextPart::Hole(hole), TextPart::Text(b)] = &text.node.parts[..] else {
        panic!()
    };
    assert_eq!((a.as_str(), shape(hole).as_str(), b.as_str()), ("a {b} ", "(c Add 1)", "\n"));
}

#[test]
fn parentheses_of_choices_leave_no_trace_but_the_question_mark_stays_outside() {
    let items =
        parse(&Source::new("x", "terms { a: (\"x\" | \"y\")?, b: ref(m)? }")).tree.unwrap().items;
    let ItemKind::Terms(fields) = &items[0].kind else { panic!() };
    assert!(matches!(fields[0].ty.node, TypeSyntax::Choice(_)) && fields[0].optional.is_some());
    assert!(matches!(fields[1].ty.node, TypeSyntax::Ref(_)) && fields[1].optional.is_some());
}

#[test]
fn unless_after_unless_belongs_to_all_before_it() {
    let items = parse(&Source::new("x", "pattern { a unless b unless c }")).tree.unwrap().items;
    let ItemKind::Pattern(pattern) = &items[0].kind else { panic!() };
    let PatternSyntax::Unless { of, .. } = &pattern.node else { panic!() };
    assert!(matches!(of.node, PatternSyntax::Unless { .. }));
}

#[test]
fn defaults_keep_the_scale_of_decimals() {
    let items = parse(&Source::new("x", "state { a: decimal = 0.50 }")).tree.unwrap().items;
    let ItemKind::State(fields) = &items[0].kind else { panic!() };
    let Some(DefaultSyntax::Value(Literal::Decimal(d))) =
        fields[0].default.as_ref().map(|d| &d.node)
    else {
        panic!()
    };
    assert_eq!(d.to_string(), "0.50");
}

#[test]
fn values_terms_and_fields_parse_by_themselves() {
    let name = |n: &str| Literal::Name(n.to_owned());
    assert_eq!(parse_value("[ada, ben]").unwrap(), Literal::List(vec![name("ada"), name("ben")]));
    assert_eq!(parse_value("-5").unwrap(), Literal::Int(-5));
    assert_eq!(parse_value("()").unwrap(), Literal::Unit);
    assert!(parse_value("1 2").is_err());
    assert!(parse_value("").is_err());
    let terms = parse_terms("item=\"lamp\", price=12.50").unwrap();
    assert_eq!(terms.len(), 2);
    assert_eq!(terms[0].1.node, Literal::Text("lamp".to_owned()));
    assert!(parse_terms("").unwrap().is_empty());
    let file = |path: &str| Literal::File(path.to_owned());
    let terms = parse_terms("order=@order.cert, old: @\"my, old.cert\", n=@../a//b").unwrap();
    let read: Vec<Literal> = terms.into_iter().map(|(_, value)| value.node).collect();
    assert_eq!(read, [file("order.cert"), file("my, old.cert"), file("../a//b")]);
    for text in ["order=@", "order=@ x.cert", "order=[@x.cert]"] {
        assert!(parse_terms(text).is_err(), "{text}");
    }
    assert!(parse_value("@x.cert").is_err() && parse_fields("x=@\"x.cert\"").is_err());
    for text in [
        "quantity=2 address=\"1 High St\"",
        "quantity: 2, address: \"1 High St\"",
        "quantity=2, address=\"x\",",
    ] {
        assert_eq!(parse_fields(text).unwrap().len(), 2, "{text}");
    }
    assert!(parse_fields("quantity").is_err());
}

#[test]
fn lines_of_a_play_need_no_head() {
    let right = [
        "ada: order",
        "ada/phone: order { a: 1 } as p1",
        "ben after p1: dispute { reason: \"x\" }",
        "+3d",
        "+1d12h",
        "at 2026-02-01T00:00:00Z",
        "expect accepted",
        "expect refused",
        "expect refused out-of-turn",
        "expect refused not-allowed \"at most\"",
        "expect refused \"at most\"",
        "expect consensus",
        "expect no consensus",
        "expect failure",
        "expect failure \"x\"",
        "expect output ada",
        "expect output [1, { a: 1 }]",
        "expect output ()",
        "expect output 12.50",
        "expect state { a: 1, b: ada }",
        "expect possible []",
        "expect possible [pay, cancel]",
        "together { ada: a ben: b expect accepted }",
        "gus: join { role: \"poster\" }",
        "gus: leave",
        "at: order",
        "expect refused\nben: ship",
        "ada: a ben: b",
        "ada: toss { number: 1 } // why",
        "cast { voter: [ada, ben], chair: cy }\nada: vote",
    ];
    for text in right {
        let parsed = parse_play_lines(&Source::new("-", text));
        assert_eq!(parsed.diagnostics, Vec::new(), "{text}");
    }
    for text in [
        "ada",
        "ada:",
        ": order",
        "+3",
        "at 5",
        "expect",
        "expect nothing",
        "together { +3d }",
        "ada: order {",
    ] {
        assert!(!parse_play_lines(&Source::new("-", text)).diagnostics.is_empty(), "{text}");
    }
}

#[test]
fn bytes_that_are_no_utf8_are_named_with_their_line() {
    let found = Source::from_bytes("x", b"role a\nrole \xff").unwrap_err();
    assert_eq!(found.message, "line 2 holds a byte that is no UTF-8: 0xff");
}

#[test]
fn every_example_of_a_code_shows_that_code() {
    for code in mundi_lang::codes::syntax::ALL {
        let found = findings(code.example);
        let shown = code.example.is_empty() || found.iter().any(|f| f.starts_with(code.code));
        assert!(shown, "{} {:?} gives {found:?}", code.code, code.example);
    }
}
