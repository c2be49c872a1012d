//! The key of a store.

use zeroize::Zeroizing;

/// The 32 random bytes that everything in a store is encrypted with. Wiped when dropped, and never
/// printed: there is no `Debug`.
///
/// SQLCipher takes a key as text within a command and keeps copies of its own, which it wipes when
/// the store is closed; SQLite's copies of the command itself are freed without being wiped. So the
/// process must not be dumped or swapped while a store is open.
///
/// On the heap: what is moved about on a stack leaves copies behind.
#[derive(Clone)]
pub struct DbKey(Box<Zeroizing<[u8; 32]>>);

impl DbKey {
    /// From 32 random bytes. Who passes a copy wipes it.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        key.0.copy_from_slice(bytes);
        key
    }

    /// A new one, from the system's generator.
    ///
    /// # Errors
    /// Where the system has no chance to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut key = Self(Box::new(Zeroizing::new([0; 32])));
        getrandom::fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// The bytes, to lay them into a file that is encrypted.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The command that gives SQLCipher the raw key, without a passphrase's slow derivation. It
    /// ends with a NUL, without which SQLite would copy it once more.
    pub(super) fn command(&self) -> Zeroizing<String> {
        const DIGITS: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let digit = |n: u8| DIGITS.get(usize::from(n & 15)).copied().unwrap_or('0');
        // The whole room at once: a text that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(96));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            text.push(digit(byte >> 4));
            text.push(digit(*byte));
        }
        text.push_str("'\";\0");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::DbKey;

    #[test]
    fn the_command_holds_the_key_in_hexadecimal_within_its_first_room() {
        let command = DbKey::new(&[0xa7; 32]).command();
        assert_eq!(*command, format!("PRAGMA key = \"x'{}'\";\0", "a7".repeat(32)));
        assert_eq!(command.capacity(), 96);
    }

    #[test]
    fn two_random_keys_differ() {
        let (a, b) = (DbKey::random().unwrap(), DbKey::random().unwrap());
        assert_ne!(a.as_bytes(), b.as_bytes());
    }
}
