//! Replies of Tor's control port (control-spec, section 2.3), out of bytes as they come.
//!
//! Invariant: neither a line nor a reply grows beyond its bound; where the bytes are cut does not matter.

use std::collections::VecDeque;

use zeroize::{Zeroize, Zeroizing};

use super::ControlError;
use crate::limits::{CONTROL_LINE_BYTES, CONTROL_REPLY_LINES};

/// One reply, or one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits: 250 is good, 650 an event, 4xx and 5xx are refusals.
    pub(super) code: u16,
    /// What stands after the code of each line. Data that followed a line stands below it.
    pub(super) lines: Vec<String>,
}

/// What came and is no whole reply yet.
#[derive(Debug, Default)]
pub(super) struct Replies {
    line: Vec<u8>,
    begun: Option<Reply>,
    taken: usize,
    data: bool,
    whole: VecDeque<Reply>,
}

/// A reply may hold the key of a service.
impl Drop for Reply {
    fn drop(&mut self) {
        self.lines.zeroize();
    }
}

impl Reply {
    /// The text of the last line.
    pub(super) fn text(&self) -> &str {
        self.lines.last().map_or("", String::as_str)
    }

    /// What follows the first line that begins so.
    pub(super) fn after(&self, prefix: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix(prefix))
    }
}

impl Replies {
    /// Takes bytes.
    ///
    /// # Errors
    /// They are no replies. Nothing more can be read then.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), ControlError> {
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() >= CONTROL_LINE_BYTES {
                    return Err(ControlError::Protocol("a line that is too long".into()));
                }
                self.line.push(*byte);
                continue;
            }
            let line = Zeroizing::new(std::mem::take(&mut self.line));
            let text = std::str::from_utf8(&line)
                .map_err(|_| ControlError::Protocol("a line that is no text".into()))?;
            self.take_line(text.strip_suffix('\r').unwrap_or(text))?;
        }
        Ok(())
    }

    /// The next whole reply.
    pub(super) fn next(&mut self) -> Option<Reply> {
        self.whole.pop_front()
    }

    fn take_line(&mut self, line: &str) -> Result<(), ControlError> {
        self.taken += 1;
        if self.taken > CONTROL_REPLY_LINES {
            return Err(ControlError::Protocol("a reply of too many lines".into()));
        }
        if self.data {
            self.take_data(line);
            return Ok(());
        }
        let bad =
            || ControlError::Protocol(format!("`{}`", line.chars().take(80).collect::<String>()));
        let (code, rest) = line.split_at_checked(3).ok_or_else(bad)?;
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        let code: u16 = code.parse().ok().filter(|_| digits).ok_or_else(bad)?;
        // A line without anything after its code ends its reply, too.
        let (mark, text) = rest.split_at_checked(1).unwrap_or((" ", ""));
        let reply = self.begun.get_or_insert(Reply { code, lines: Vec::new() });
        if reply.code != code {
            return Err(bad());
        }
        reply.lines.push(text.to_owned());
        match mark {
            "-" => {}
            "+" => self.data = true,
            " " => {
                self.whole.extend(self.begun.take());
                self.taken = 0;
            }
            _ => return Err(bad()),
        }
        Ok(())
    }

    fn take_data(&mut self, line: &str) {
        if line == "." {
            self.data = false;
            return;
        }
        if let Some(last) = self.begun.as_mut().and_then(|reply| reply.lines.last_mut()) {
            last.push('\n');
            last.push_str(line.strip_prefix('.').unwrap_or(line));
        }
    }
}

/// The words of a line, each with what stands before its `=`, if anything does. A value in quotes is
/// read as a C string (control-spec, section 2.1.1). Unclosed quotes end with the line.
pub(super) fn words(line: &str) -> Vec<(Option<String>, String)> {
    let mut words = Vec::new();
    let mut rest = line.chars().peekable();
    while rest.peek().is_some() {
        let (mut key, mut value) = (None, String::new());
        while let Some(next) = rest.next_if(|c| *c != ' ') {
            match next {
                '=' if key.is_none() => key = Some(std::mem::take(&mut value)),
                '"' => quoted(&mut rest, &mut value),
                other => value.push(other),
            }
        }
        rest.next();
        if key.is_some() || !value.is_empty() {
            words.push((key, value));
        }
    }
    words
}

/// The value of a keyword in a line.
pub(super) fn field(line: &str, key: &str) -> Option<String> {
    let found = words(line).into_iter().find(|(name, _)| name.as_deref() == Some(key));
    found.map(|(_, value)| value)
}

fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, value: &mut String) {
    while let Some(next) = rest.next() {
        match next {
            '"' => return,
            '\\' => match rest.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some(digit) if digit.is_digit(8) => {
                    let mut code = digit.to_digit(8).unwrap_or(0);
                    for _ in 0..2 {
                        let more = rest.next_if(|c| c.is_digit(8)).and_then(|c| c.to_digit(8));
                        code = more.map_or(code, |more| code * 8 + more);
                    }
                    value.extend(char::from_u32(code));
                }
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u16, Vec<String>)>, String> {
        let mut replies = Replies::default();
        replies.feed(bytes).map_err(|e| e.to_string())?;
        Ok(std::iter::from_fn(|| replies.next()).map(|r| (r.code, r.lines.clone())).collect())
    }

    #[test]
    fn replies_are_read_line_by_line() {
        for (bytes, wanted) in [
            ("250 OK\r\n", vec![(250, vec!["OK"])]),
            ("250 OK\n", vec![(250, vec!["OK"])]),
            ("250\r\n", vec![(250, vec![""])]),
            (
                "250-a=1\r\n250 OK\r\n650 HS_DESC x\r\n",
                vec![(250, vec!["a=1", "OK"]), (650, vec!["HS_DESC x"])],
            ),
            ("250+a=\r\none\r\n..two\r\n.\r\n250 OK\r\n", vec![(250, vec!["a=\none\n.two", "OK"])]),
            ("551 No\r\n250-cut", vec![(551, vec!["No"])]),
            ("250-half\r\n", vec![]),
        ] {
            let read = read(bytes.as_bytes()).unwrap();
            let read: Vec<(u16, Vec<&str>)> =
                read.iter().map(|(c, l)| (*c, l.iter().map(String::as_str).collect())).collect();
            assert_eq!(read, wanted, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        let long = format!("250 {}\r\n", "a".repeat(CONTROL_LINE_BYTES));
        let endless = "a".repeat(CONTROL_LINE_BYTES + 1);
        let many = "250-a\r\n".repeat(CONTROL_REPLY_LINES + 1);
        let data = format!("250+a=\r\n{}", "x\r\n".repeat(CONTROL_REPLY_LINES));
        for (bytes, wanted) in [
            (b"HTTP/1.0 400 Bad\r\n".as_slice(), "`HTTP/1.0 400 Bad`"),
            (b"\r\n", "``"),
            (b"+50 x\r\n", "`+50 x`"),
            (b"25\xc2\xb2 x\r\n", "x`"),
            (b"250*OK\r\n", "`250*OK`"),
            (b"250-a\r\n251 b\r\n", "`251 b`"),
            (b"250 \xff\r\n", "no text"),
            (long.as_bytes(), "a line that is too long"),
            (endless.as_bytes(), "a line that is too long"),
            (many.as_bytes(), "too many lines"),
            (data.as_bytes(), "too many lines"),
        ] {
            let error = read(bytes).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn words_have_names_and_quotes() {
        let line = r#"NOTICE  BOOTSTRAP PROGRESS=100 SUMMARY="Done \"all\" \\ a=b" X= COOKIEFILE="/a\040b\n" "c"#;
        let words = words(line);
        let words: Vec<_> = words.iter().map(|(k, v)| (k.as_deref(), v.as_str())).collect();
        assert_eq!(
            words,
            [
                (None, "NOTICE"),
                (None, "BOOTSTRAP"),
                (Some("PROGRESS"), "100"),
                (Some("SUMMARY"), "Done \"all\" \\ a=b"),
                (Some("X"), ""),
                (Some("COOKIEFILE"), "/a b\n"),
                (None, "c"),
            ]
        );
        assert_eq!(field(line, "PROGRESS").as_deref(), Some("100"));
        assert_eq!(field(line, "progress"), None);
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_cut_does_not_matter(
            text in "(250|650|[0-9]{3})[ +-]?[a-z.=\"]{0,5}\r?\n(\\.\r\n)?(250 OK\r\n)?",
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
            cut in 0_usize..20,
        ) {
            for whole in [text.as_bytes(), &bytes] {
                let (first, second) = whole.split_at(cut.min(whole.len()));
                let (mut once, mut twice) = (Replies::default(), Replies::default());
                let at_once = once.feed(whole);
                let in_two = twice.feed(first).and_then(|()| twice.feed(second));
                prop_assert_eq!(at_once.is_ok(), in_two.is_ok());
                prop_assert_eq!(once.whole, twice.whole);
                let _total = words(&String::from_utf8_lossy(whole));
            }
        }
    }
}
