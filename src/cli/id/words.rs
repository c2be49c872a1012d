//! The 24 words: shown once, and read again.

use std::io::IsTerminal;

use mundi_identity::Phrase;
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::screen::Screen;
use crate::stop::Stop;

/// Words of a phrase.
const WORDS: usize = 24;

/// The bytes of input that are read: 24 words of 8 letters with numbers fit many times.
const BYTES: usize = 4096;

/// A new phrase.
///
/// # Errors
/// The system gives no random bytes.
pub(super) fn new() -> Result<Phrase, Stop> {
    let mut entropy = Zeroizing::new([0; 32]);
    mundi_node::chance::fill(entropy.as_mut_slice())
        .map_err(|e| Stop::Environment(format!("the system gives no random bytes: {e}")))?;
    Ok(Phrase::from_entropy(&entropy))
}

/// The words in four columns, numbered, down each column.
pub(super) fn table(phrase: &Phrase) -> Zeroizing<String> {
    const ROWS: usize = 6;
    let words = phrase.words();
    let words: Vec<&str> = words.split(' ').collect();
    // Room for all of it, so that the text never moves and leaves a copy behind.
    let mut out = Zeroizing::new(String::with_capacity(1024));
    for row in 0..ROWS {
        for place in (row..WORDS).step_by(ROWS) {
            let word = words.get(place).copied().unwrap_or_default();
            out.push_str(&format!("  {:>2}. ", place + 1));
            out.push_str(word);
            let last = place + ROWS >= WORDS;
            (word.len()..if last { 0 } else { 9 }).for_each(|_| out.push(' '));
        }
        out.push('\n');
    }
    out
}

/// The words as people have them on paper, from standard input: on one line or several, numbered
/// or not. Reads no further than their last line.
///
/// # Errors
/// There are not 24, or one is wrong; the text says which.
pub(super) fn read(screen: &Screen) -> Result<Phrase, Stop> {
    if std::io::stdin().is_terminal() {
        screen.note("The 24 words, in their order, on one line or several:\n");
    }
    let mut text = Zeroizing::new(String::with_capacity(BYTES));
    let mut count = 0;
    while count < WORDS && text.len() < BYTES {
        let line = line(BYTES - text.len())?;
        let Some(line) = line else { break };
        let words = String::from_utf8_lossy(&line);
        let word = |part: &&str| part.chars().any(char::is_alphabetic);
        count += words.split(|c: char| c.is_whitespace() || c == ',').filter(word).count();
        text.push_str(&words);
        text.push(' ');
    }
    Phrase::parse(&text).map_err(|e| {
        screen.note(&format!("mundi: {e}\n"));
        Stop::No
    })
}

/// A line of standard input, byte by byte: what stands after it is not ours. `None`: the end.
fn line(most: usize) -> Result<Option<Zeroizing<Vec<u8>>>, Stop> {
    let mut line = Zeroizing::new(Vec::with_capacity(most));
    let mut byte = Zeroizing::new([0u8; 1]);
    loop {
        match rustix::io::read(rustix::stdio::stdin(), byte.as_mut_slice()) {
            Err(Errno::INTR) => {}
            Err(e) => {
                return Err(Stop::Environment(format!("standard input cannot be read: {e}")));
            }
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => return Ok(Some(line)),
            Ok(_) if byte[0] == b'\n' => return Ok(Some(line)),
            Ok(_) if line.len() + 4 >= most => return Ok(Some(line)),
            Ok(_) => line.push(byte[0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_back_column_by_column() {
        let phrase = Phrase::from_entropy(&[7; 32]);
        let table = table(&phrase);
        assert_eq!(table.lines().count(), 6);
        let mut words: Vec<(usize, &str)> = Vec::new();
        let parts: Vec<&str> = table.split_whitespace().collect();
        for pair in parts.chunks(2) {
            words.push((pair[0].trim_end_matches('.').parse().unwrap(), pair[1]));
        }
        words.sort_unstable();
        let words: Vec<&str> = words.into_iter().map(|(_, word)| word).collect();
        assert_eq!(words.join(" "), *phrase.words());
    }
}
