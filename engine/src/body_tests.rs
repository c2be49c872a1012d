use mundi_lang::literal::Literal;
use mundi_lang::rules::{
    Message, MessageKind, Pattern, Script, Seal, SealQuorum, Tables, Uniqueness,
};
use rust_decimal::Decimal;

use super::*;

fn field(name: &str, ty: Type) -> Field {
    Field { name: name.to_owned(), doc: String::new(), ty, presence: Presence::Required }
}

fn message(name: &str, fields: Vec<Field>) -> Message {
    Message {
        name: name.to_owned(),
        doc: String::new(),
        kind: MessageKind::Said,
        stage: None,
        by: vec![],
        fields,
        guards: vec![],
        handlers: vec![],
    }
}

fn rules(messages: Vec<Message>) -> Rules {
    Rules {
        text: String::new(),
        name: String::new(),
        title: String::new(),
        doc: String::new(),
        edition: 1,
        uses: vec![],
        roles: vec![],
        overlaps: vec![],
        terms: vec![],
        messages,
        stages: vec![],
        pattern: Pattern::Sequence(vec![]),
        state: vec![],
        on_open: None,
        consensus: Script::default(),
        failure: None,
        output: None,
        invariants: vec![],
        seal: Seal { quorum: SealQuorum::TwoThirds, roles: vec![] },
        functions: Script::default(),
        tables: Tables::default(),
        marks: mundi_lang::rules::Marks::default(),
    }
}

/// `options`: the terms' list that `one_of` names.
fn terms() -> Vec<Value> {
    vec![Value::List(Arc::new(vec![text("red"), text("blue")]))]
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn list(of: Vec<Value>) -> Value {
    Value::List(Arc::new(of))
}

fn bytes(length: usize) -> Value {
    Value::Bytes(vec![7; length].into())
}

fn record(parts: Vec<(&str, Value)>) -> Value {
    Value::Record(Arc::new(parts.into_iter().map(|(k, v)| (Arc::from(k), v)).collect()))
}

fn id() -> Value {
    Value::Ref(EntryId([5; 32]))
}

fn dec(n: i64) -> Decimal {
    Decimal::new(n, 2)
}

/// What is said of a value in the field `x`; "fits" where it does.
fn said(ty: Type, value: Value) -> String {
    let rules = rules(vec![
        message("m", vec![field("x", ty)]),
        message("toss", vec![field("number", Type::Hidden(Box::new(Type::Int(Some(0), Some(1)))))]),
    ]);
    let body = encode_body(&rules, 0, &[("x".to_owned(), value.clone())]);
    match decode_body(&rules, &terms(), 0, &body) {
        Ok(values) => {
            assert_eq!(values, [Some(value)], "it reads back as it was written");
            "fits".to_owned()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_type_takes_what_fits_and_says_what_it_needs() {
    let of = |ty: Type| Box::new(ty);
    let items =
        Type::List { of: of(Type::Int(Some(1), None)), min: 1, max: 2, unique: Uniqueness::Unique };
    let part = Type::Record(vec![field("name", Type::Text(1, 3)), field("n", Type::Bool)]);
    let file = |size| record(vec![("hash", bytes(32)), ("name", text("a")), ("size", size)]);
    let choice = Type::Choice(vec!["a".to_owned(), "b".to_owned()]);
    let opening = |number| {
        let open = record(vec![("number", list(vec![bytes(16), Value::Int(number)]))]);
        record(vec![("entry", id()), ("open", open)])
    };
    let table = vec![
        (Type::Bool, Value::Bool(true)),
        (Type::Bool, Value::Int(1)),
        (Type::Int(Some(1), None), Value::Int(1)),
        (Type::Int(Some(1), None), Value::Int(0)),
        (Type::Int(Some(1), Some(5)), Value::Int(6)),
        (Type::Int(Some(1), Some(5)), text("one")),
        (Type::Decimal(Some(dec(1)), None), Value::Decimal(dec(1250))),
        (Type::Decimal(Some(dec(1)), None), Value::Decimal(dec(0))),
        (Type::Decimal(None, None), Value::Int(3)),
        (Type::Text(1, 3), text("äöü")),
        (Type::Text(1, 3), text("")),
        (Type::Text(0, 3), text("four")),
        (Type::Bytes(2, 2), bytes(2)),
        (Type::Bytes(2, 2), bytes(3)),
        (Type::Time(Some(0), None), Value::Time(5)),
        (Type::Time(Some(60_000), None), Value::Time(0)),
        (Type::Duration(Some(60_000), Some(86_400_000)), Value::Duration(60_000)),
        (Type::Duration(Some(60_000), Some(86_400_000)), Value::Duration(1000)),
        (Type::Person(None), Value::Person(Fingerprint::from([1; 32]))),
        (Type::Person(None), bytes(31)),
        (choice.clone(), text("b")),
        (choice, text("c")),
        (Type::OneOf(0, of(Type::Text(1, 80))), text("red")),
        (Type::OneOf(0, of(Type::Text(1, 80))), text("green")),
        (items.clone(), list(vec![Value::Int(2), Value::Int(1)])),
        (items.clone(), list(vec![])),
        (items.clone(), list(vec![Value::Int(1), Value::Int(2), Value::Int(3)])),
        (items.clone(), list(vec![Value::Int(1), Value::Int(0)])),
        (items, list(vec![Value::Int(1), Value::Int(1)])),
        (part.clone(), record(vec![("name", text("ada")), ("n", Value::Bool(false))])),
        (part.clone(), record(vec![("name", text("ada"))])),
        (part.clone(), record(vec![("name", text("adam")), ("n", Value::Bool(true))])),
        (part, record(vec![("m", Value::Bool(true))])),
        (Type::Ref(vec![0]), id()),
        (Type::Ref(vec![0]), bytes(20)),
        (Type::File(10), file(Value::Int(10))),
        (Type::File(10), file(Value::Int(11))),
        (Type::File(10), file(Value::Bool(true))),
        (Type::Hidden(of(Type::Bool)), bytes(32)),
        (Type::Hidden(of(Type::Bool)), Value::Bool(true)),
        (Type::Private(of(Type::Bool), vec![0]), bytes(32)),
        (Type::Reveal(1), opening(1)),
        (Type::Reveal(1), opening(2)),
        (Type::Reveal(0), opening(1)),
        (Type::Optional(of(Type::Bool)), Value::Bool(true)),
    ];
    let said: Vec<String> = table
        .into_iter()
        .map(|(ty, value)| format!("{} | {}", crate::misfit::show(&value), said(ty, value)))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn nothing_inside_a_list_is_null() {
    let maybe = Type::Optional(Box::new(Type::Bool));
    let many = Type::List { of: Box::new(maybe), min: 0, max: 9, unique: Uniqueness::Any };
    assert_eq!(said(many, list(vec![Value::Unit, Value::Bool(true)])), "fits");
}

#[test]
fn unknown_missing_and_repeated_fields_are_named() {
    let mut fields = vec![field("a", Type::Bool), field("b", Type::Int(None, None))];
    fields[1].presence = Presence::Optional;
    let rules = rules(vec![message("m", fields)]);
    let said = |body: &[u8]| decode_body(&rules, &[], 0, body).map_err(|e| e.to_string());
    assert_eq!(said(b"\xa1\x61a\xf5"), Ok(vec![Some(Value::Bool(true)), None]));
    let table: [&[u8]; 9] = [
        b"\xa0",
        b"\xa2\x61a\xf5\x61c\x00",
        b"\xa2\x61a\xf5\x61a\xf5",
        b"\xa2\x61b\x00\x61a\xf5",
        b"\xa2\x61a\xf5\x61b\xf6",
        b"\xa1\x61a\xf5\x00",
        b"\xa1\x61a",
        b"\x80",
        b"",
    ];
    let all: Vec<String> = table.iter().map(|body| said(body).unwrap_err()).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn defaults_are_written_in_and_units_left_out() {
    let mut fields = vec![field("n", Type::Int(None, None)), field("t", Type::Bool)];
    fields[0].presence = Presence::Default(Literal::Int(1));
    fields[1].presence = Presence::Optional;
    let rules = rules(vec![message("m", fields)]);
    assert_eq!(encode_body(&rules, 0, &[]), b"\xa1\x61n\x01");
    let both = [("n".to_owned(), Value::Int(2)), ("t".to_owned(), Value::Unit)];
    assert_eq!(encode_body(&rules, 0, &both), b"\xa1\x61n\x02");
    let left_out = decode_body(&rules, &[], 0, b"\xa0").unwrap_err();
    assert_eq!(left_out.to_string(), "`n` is missing; it must be a whole number");
}

#[test]
fn a_written_whole_number_is_a_decimal_where_one_is_wanted() {
    let none = |_: &str| None;
    let price = literal_value(&Type::Decimal(None, None), &Literal::Int(12), &none);
    assert_eq!(price, Ok(Value::Decimal(Decimal::from(12))));
    let refused = literal_value(&Type::Int(None, None), &Literal::Decimal(dec(1250)), &none);
    assert_eq!(refused, Err("a whole number is needed here".to_owned()));
}

#[test]
fn names_are_people_or_entries_by_what_is_wanted() {
    let ada = Value::Person(Fingerprint::from([1; 32]));
    let names = |name: &str| match name {
        "ada" => Some(ada.clone()),
        "p1" => Some(id()),
        _ => None,
    };
    let value = |ty: Type, name: &str| literal_value(&ty, &Literal::Name(name.to_owned()), &names);
    assert_eq!(value(Type::Person(None), "ada"), Ok(ada.clone()));
    assert_eq!(value(Type::Ref(vec![]), "p1"), Ok(id()));
    assert_eq!(value(Type::Reveal(0), "p1"), Ok(id()));
    assert_eq!(
        value(Type::Person(None), "p1"),
        Err("a person is needed here, and `p1` is none".to_owned())
    );
    assert_eq!(value(Type::Ref(vec![]), "p9"), Err("nothing here is called `p9`".to_owned()));
}

proptest::proptest! {
    #[test]
    fn hostile_bodies_are_refused_or_read_back(
        body in proptest::collection::vec(0..=255_u8, 0..40),
        whole in proptest::bool::ANY,
    ) {
        let start: &[u8] = if whole { b"\xa1\x61x" } else { b"" };
        let body = [start, &body].concat();
        let maybe = Type::Optional(Box::new(Type::Decimal(None, None)));
        let many = Type::List { of: Box::new(maybe), min: 0, max: 9, unique: Uniqueness::Any };
        let rules = rules(vec![message("m", vec![field("x", many)])]);
        if let Ok(values) = decode_body(&rules, &[], 0, &body) {
            let value = values[0].clone().unwrap();
            proptest::prop_assert_eq!(encode_body(&rules, 0, &[("x".to_owned(), value)]), body);
        }
    }
}
