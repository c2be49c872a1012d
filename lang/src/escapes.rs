//! Texts and bytes as they are written between quotes and after `0x`.

/// `0x00ff` as bytes.
#[must_use]
pub fn parse_bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x")?;
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|i| u8::from_str_radix(digits.get(i..i + 2)?, 16).ok()).collect()
}

/// Bytes as `0x00ff`.
#[must_use]
pub fn format_bytes(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("0x{digits}")
}

/// A text without its escapes (`\n \t \r \" \\ \u{1F600} \x41`).
///
/// # Errors
/// The escape that is none.
pub fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(rest.get(..at).unwrap_or(""));
        let escape = rest.get(at + 1..).unwrap_or("");
        let (character, length) = unescape_one(escape)
            .ok_or_else(|| format!("\\{}", escape.chars().take(9).collect::<String>()))?;
        plain.push(character);
        rest = escape.get(length..).unwrap_or("");
    }
    plain.push_str(rest);
    Ok(plain)
}

/// The character of what stands after a backslash, and how many bytes it took.
fn unescape_one(escape: &str) -> Option<(char, usize)> {
    let first = escape.chars().next()?;
    Some(match first {
        'n' => ('\n', 1),
        't' => ('\t', 1),
        'r' => ('\r', 1),
        '"' | '\\' => (first, 1),
        'x' => {
            let code = u32::from_str_radix(escape.get(1..3)?, 16).ok()?;
            (char::from_u32(code)?, 3)
        }
        'u' => {
            let end = escape.find('}')?;
            let code = u32::from_str_radix(escape.get(2..end)?, 16).ok()?;
            (char::from_u32(code)?, end + 1)
        }
        _ => return None,
    })
}

/// A text with escapes, as it stands between quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            c if c.is_control() => escaped.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_are_read_and_written() {
        assert_eq!(parse_bytes("0x00ff"), Some(vec![0, 255]));
        assert_eq!(parse_bytes("0xfff"), None);
        assert_eq!(format_bytes(&[0, 255]), "0x00ff");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_its_escapes(text in "\\PC*|[\\x00-\\x7f]*") {
            prop_assert_eq!(unescape(&escape(&text)), Ok(text));
        }
    }
}
