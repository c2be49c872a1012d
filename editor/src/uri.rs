//! Names of documents: `file:` URIs and paths (RFC 8089). A document that is no file is known by its whole
//! URI, as a path that no disk has.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// The path of a document.
#[must_use]
pub fn path(uri: &Uri) -> PathBuf {
    let text = uri.as_str();
    let Some(rest) = text.strip_prefix("file://") else { return PathBuf::from(text) };
    // A host before the path, as `localhost`, is not looked at.
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(rest);
    PathBuf::from(decoded(path))
}

/// The URI of a path. `None` where it has none.
#[must_use]
pub fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    if !text.starts_with('/') {
        return Uri::from_str(text).ok();
    }
    Uri::from_str(&format!("file://{}", encoded(text))).ok()
}

/// `%20` and the like as what they stand for; what is no such thing stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri_and_a_path_again() {
        for text in ["/a/b.conv", "/a b/\u{e9} #?%.conv", "/\u{1f600}.play"] {
            let made = uri(Path::new(text)).unwrap();
            assert_eq!(path(&made), Path::new(text), "{}", made.as_str());
        }
        let odd = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(uri(&path(&odd)).unwrap(), odd);
        assert_eq!(path(&Uri::from_str("file://localhost/a%2Fb").unwrap()), Path::new("/a/b"));
    }
}
