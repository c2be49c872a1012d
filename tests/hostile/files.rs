//! Files that mean harm: each must end in a diagnostic.

use super::Case;

const HEAD: &str = "conversation x \"X\"\nedition 1\nrole a\nmessage m by a\n";

/// A rules file with something in it.
fn rules(name: &'static str, what: &'static str, rest: &str) -> Case {
    Case::check(name, what, "conv", format!("{HEAD}{rest}").into_bytes())
}

fn code(name: &'static str, what: &'static str, code: &str) -> Case {
    rules(name, what, &format!("consensus {{ {code} }}\n"))
}

fn bytes(name: &'static str, what: &'static str, content: Vec<u8>) -> Case {
    Case::check(name, what, "conv", content)
}

/// Files that are checked.
pub(super) fn cases() -> Vec<Case> {
    let mut all = nesting();
    all.extend(chains());
    all.extend(many());
    all.extend(patterns());
    all.extend(odd_bytes());
    all.extend(numbers());
    all.extend(plays());
    all.extend(stages());
    all
}

/// A file of stages that hold each other.
fn files(parts: &[(&str, String)]) -> Vec<u8> {
    let mut text = String::new();
    for (n, (path, rest)) in parts.iter().enumerate() {
        if n > 0 {
            text.push_str(&format!("file \"{path}\"\n"));
        }
        text.push_str(&format!("{HEAD}{rest}\n"));
    }
    text.into_bytes()
}

fn stages() -> Vec<Case> {
    let stage =
        |name: &str, path: &str| format!("stage {name} from \"{path}\" {{ roles: {{ a: a }} }}\n");
    let holds =
        |path: &str| format!("{}pattern {{ s }}\nconsensus {{ s.decided }}", stage("s", path));
    let twice = |path: &str| {
        let both = format!("{}{}", stage("s", path), stage("t", path));
        format!("{both}pattern {{ s & t }}\nconsensus {{ s.decided }}")
    };
    let end = || "consensus { said(\"m\") }".to_owned();
    let chain = |holds: &dyn Fn(&str) -> String, depth: usize| {
        let names: Vec<String> = (0..=depth).map(|n| format!("{n}.conv")).collect();
        let rest = |n: usize| names.get(n + 1).map_or_else(end, |next| holds(next));
        let all: Vec<(&str, String)> =
            names.iter().enumerate().map(|(n, name)| (name.as_str(), rest(n))).collect();
        files(&all)
    };
    let circle =
        files(&[("", holds("1.conv")), ("1.conv", holds("2.conv")), ("2.conv", holds("1.conv"))]);
    let heads = "file \"x.conv\"\n".repeat(3_000);
    vec![
        bytes("stages-circle", "two files that hold each other", circle),
        bytes("stages-deep", "stages 40 deep", chain(&holds, 40)),
        bytes("stages-doubling", "each file holds the next twice, 4 deep", chain(&twice, 4)),
        rules("stages-heads", "3,000 files without anything", &format!("{}\n{heads}", end())),
        rules("stages-upwards", "a path that leaves its folder", &holds("../../etc/passwd")),
        rules(
            "stages-many",
            "500 stages of one file that is not there",
            &(0..500).map(|n| stage(&format!("s{n}"), "x.conv")).collect::<String>(),
        ),
    ]
}

fn nesting() -> Vec<Case> {
    let deep = |open: &str| open.repeat(60_000 / open.len());
    vec![
        code("parentheses", "60,000 parentheses", &deep("(")),
        code("brackets", "60,000 brackets", &deep("[")),
        code("braces", "60,000 braces", &deep("{")),
        code("records", "records in records", &deep("#{a:")),
        code("calls", "calls in calls", &deep("f(")),
        code("back-ticks", "texts in texts", &deep("`${")),
        code("back-ticks-plain", "60,000 back-ticks", &deep("`")),
        code("ifs", "conditions in conditions", &deep("if ")),
        code(
            "balanced",
            "30,000 parentheses that close",
            &format!("{}1{}", "(".repeat(30_000), ")".repeat(30_000)),
        ),
        rules(
            "pattern-parentheses",
            "60,000 parentheses in a pattern",
            &format!("pattern {{ {}", deep("(")),
        ),
        rules(
            "types",
            "lists of lists",
            &format!("state {{ x: {}int{} }}\n", "list(".repeat(5_000), ", 0..2)".repeat(5_000)),
        ),
        rules(
            "record-types",
            "records of records",
            &format!("state {{ x: {}", "{ x: ".repeat(9_000)),
        ),
    ]
}

fn chains() -> Vec<Case> {
    let chain = |one: &str, by: &str| vec![one; 60_000 / (one.len() + by.len())].join(by);
    vec![
        code("not-chain", "60,000 `!`", &format!("{}true", "!".repeat(60_000))),
        code("minus-chain", "60,000 `-`", &format!("{}1 > 0", "-".repeat(60_000))),
        code("plus-chain", "a sum of 30,000", &format!("{} > 0", chain("1", "+"))),
        code("and-chain", "20,000 conditions", &chain("true", "&&")),
        code("compare-chain", "comparisons of comparisons", &chain("1", "<")),
        code("else-chain", "`()` or else, 20,000 times", &chain("1", "??")),
        code("dot-chain", "a chain of 20,000 fields", &format!("x{}", ".a".repeat(20_000))),
        code("index-chain", "a chain of 15,000 elements", &format!("x{}", "[0]".repeat(15_000))),
        code("method-chain", "a chain of 10,000 methods", &format!("x{}", ".len()".repeat(10_000))),
        code(
            "else-if-chain",
            "3,000 `else if`",
            &format!(
                "if true {{ true }} {} else {{ true }}",
                "else if true { true }".repeat(2_900)
            ),
        ),
        code("statements", "10,000 statements", &format!("{} true", "let x=1;".repeat(7_000))),
    ]
}

fn many() -> Vec<Case> {
    let list = |n: usize, one: &dyn Fn(usize) -> String| (0..n).map(one).collect::<String>();
    vec![
        rules("messages", "2,000 messages", &list(2_000, &|n| format!("message m{n} by a\n"))),
        rules("roles", "3,000 roles", &list(3_000, &|n| format!("role r{n}\n"))),
        rules(
            "fields",
            "4,000 fields",
            &format!("state {{ {} }}\n", list(4_000, &|n| format!("f{n}: int = 0, "))),
        ),
        rules(
            "parameters",
            "8,000 parameters",
            &format!("script {{ fn f({}) {{ 1 }} }}\n", list(8_000, &|n| format!("p{n}, "))),
        ),
        rules(
            "functions",
            "3,000 functions",
            &format!("script {{ {} }}\n", list(3_000, &|n| format!("fn f{n}() {{ 1 }}\n"))),
        ),
        rules("one-name", "one name 3,000 times", &"message twice by a\n".repeat(3_000)),
        rules(
            "aliases",
            "types named after each other",
            &list(2_000, &|n| format!("type t{n} = t{}\n", n + 1)),
        ),
        rules(
            "alias-doubling",
            "types that double",
            &format!(
                "type t0 = {{ a: int, b: int }}\n{}state {{ x: t40? }}\n",
                list(40, &|n| format!("type t{} = {{ a: t{n}, b: t{n} }}\n", n + 1))
            ),
        ),
        rules("alias-circle", "a type named after itself", "type t = list(t)\nstate { x: t }\n"),
        rules("slips", "3,000 slips", &"mesage x by a\n".repeat(3_000)),
        rules("docs", "10,000 lines of documentation for nothing", &"/// x\n".repeat(10_000)),
        rules(
            "unknown-words",
            "9,000 unknown names",
            &format!("consensus {{ {} }}\n", vec!["unknwn"; 7_000].join("+")),
        ),
    ]
}

fn patterns() -> Vec<Case> {
    let nested = |open: &str, close: &str, n: usize| {
        format!(
            "pattern {{ {}m{} }}\nconsensus {{ said(\"m\") }}\n",
            open.repeat(n),
            close.repeat(n)
        )
    };
    vec![
        rules("counter-too-large", "a counter beyond 32 bits", "pattern { m{4294967296} }\n"),
        rules("counter-backwards", "a counter from 3 to 1", "pattern { m{3..1} }\n"),
        rules("stars", "100 stars in stars", &nested("(", ")*", 100)),
        rules("pattern-each", "`each` in `each` in `each`", &nested("each a (", ")", 100)),
        rules("pattern-self", "one message on both sides of `&`", "pattern { m & m }\n"),
        rules(
            "alternatives",
            "20,000 alternatives",
            &format!("pattern {{ {} }}\n", vec!["m"; 20_000].join("|")),
        ),
        rules(
            "sequence",
            "20,000 in a sequence, then a slip",
            &format!("pattern {{ {}, }}\n", vec!["m"; 20_000].join(",")),
        ),
        rules("mixed", "operators without parentheses", "pattern { m, m | m & m }\n"),
    ]
}

fn odd_bytes() -> Vec<Case> {
    let with = |at: &[u8]| [HEAD.as_bytes(), at, b"\nconsensus { said(\"m\") }\n"].concat();
    vec![
        bytes("empty", "an empty file", Vec::new()),
        bytes("spaces", "a megabyte of spaces", vec![b' '; 1 << 20]),
        bytes("letters", "a megabyte of one letter", vec![b'a'; 1 << 20]),
        bytes("lines", "a megabyte of lines", vec![b'\n'; 1 << 20]),
        bytes("quotes", "a megabyte of quotes", vec![b'"'; 1 << 20]),
        bytes("binary", "bytes that are no text", (0..=255).cycle().take(65_536).collect()),
        bytes("half-a-character", "a character cut off", with(&[b'/', b'/', 0xe2, 0x82])),
        bytes("surrogate", "half a surrogate pair", with(&[b'/', b'/', 0xed, 0xa0, 0x80])),
        bytes("over-long", "an over-long character", with(&[b'/', b'/', 0xc0, 0xaf])),
        bytes(
            "byte-order-mark",
            "a byte order mark",
            [&[0xef, 0xbb, 0xbf][..], &with(b"")].concat(),
        ),
        bytes("nul", "a NUL between items", with(b"\0")),
        bytes(
            "bidi",
            "a right-to-left override in a text",
            with("message \u{202e}x by a".as_bytes()),
        ),
        bytes(
            "look-alike",
            "a Cyrillic letter in a name",
            with("message p\u{0430}y by a".as_bytes()),
        ),
        bytes(
            "zero-width",
            "a space of no width in a name",
            with("message p\u{200b}y by a".as_bytes()),
        ),
        bytes(
            "open-text",
            "a text without an end",
            [HEAD.as_bytes(), b"failure { true } else \"", &[b'x'; 60_000]].concat(),
        ),
        bytes("open-comment", "a comment that is none", with(b"/* x")),
        bytes(
            "escape",
            "a character beyond Unicode",
            with(b"failure { true } else \"\\u{110000}\""),
        ),
    ]
}

fn numbers() -> Vec<Case> {
    vec![
        code("integer", "an integer of 60,000 digits", &format!("{} > 0", "9".repeat(60_000))),
        code("integer-64", "an integer beyond 64 bits", "9223372036854775808 > 0"),
        code("decimal", "a decimal of 60,000 digits", &format!("0.{} > 0.0", "9".repeat(60_000))),
        rules("duration", "a duration of all time", "terms { x: duration = 9999999999999999w }\n"),
        rules("range-backwards", "a range from 9 to 1", "terms { x: int(9..1) }\n"),
        rules(
            "length",
            "a list of four thousand million",
            "state { x: list(int, 0..4294967296) }\n",
        ),
        rules(
            "size",
            "a file of all sizes",
            "message f by a { x: file(99999999999999999999mb) }\n",
        ),
        rules("edition", "an edition of the far future", "edition 99999999999999999999\n"),
        rules("holders", "a role of all mankind", "role crowd 9999999999..\n"),
    ]
}

fn plays() -> Vec<Case> {
    let play = |name, what, rest: String| {
        let text = format!("play \"x\"\nrules \"none.conv\"\ncast {{ a: ada }}\n{rest}");
        Case::check(name, what, "play", text.into_bytes())
    };
    vec![
        play("play-nested", "values in values", format!("ada: m {{ x: {}", "[".repeat(60_000))),
        play("play-together", "`together` in `together`", "together { ".repeat(5_000)),
        play("play-time", "a time that there is not", "at 99999-13-45T99:99:99Z\n".into()),
        play("play-wait", "a wait beyond all times", "+99999999999999999w\n".into()),
        play("play-long", "a megabyte of lines", "ada: m\n".repeat(150_000)),
        play("play-slips", "10,000 slips", "ada m\n".repeat(10_000)),
        play("play-no-rules", "rules that are not there", "ada: m\n".into()),
    ]
}
