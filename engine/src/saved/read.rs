//! Reading the saved form, strictly: a number in its shortest form only, nothing longer than what
//! is left, never more memory than a fixed multiple of the bytes.

use mundi_identity::Fingerprint;

/// What is wrong with saved bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damaged(pub(crate) &'static str);

/// What reading gives.
pub(crate) type Read<T> = Result<T, Damaged>;

const CUT: Damaged = Damaged("it is cut off");
const FORM: Damaged = Damaged("a number is not in its form");

/// Bytes that are being read.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// That nothing follows.
    pub(crate) fn end(&self) -> Read<()> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Damaged("something follows it")) }
    }

    pub(crate) fn take(&mut self, length: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(CUT)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn hash(&mut self) -> Read<[u8; 32]> {
        let (hash, rest) = self.bytes.split_first_chunk().ok_or(CUT)?;
        self.bytes = rest;
        Ok(*hash)
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Read<u8> {
        let (byte, rest) = self.bytes.split_first().ok_or(CUT)?;
        self.bytes = rest;
        Ok(*byte)
    }

    /// An unsigned number.
    #[inline]
    pub(crate) fn number(&mut self) -> Read<u64> {
        let byte = self.byte()?;
        if byte < 0x80 { Ok(u64::from(byte)) } else { self.long_number(byte) }
    }

    fn long_number(&mut self, first: u8) -> Read<u64> {
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(FORM);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return if byte == 0 { Err(FORM) } else { Ok(number) };
            }
        }
        Err(FORM)
    }

    /// An unsigned number that fits a smaller type.
    #[inline]
    pub(crate) fn small<T: TryFrom<u64>>(&mut self) -> Read<T> {
        T::try_from(self.number()?).map_err(|_| FORM)
    }

    /// How many of something there have been: with room to count on.
    pub(crate) fn amount(&mut self) -> Read<u32> {
        let amount: u32 = self.small()?;
        if amount > u32::MAX / 2 { Err(FORM) } else { Ok(amount) }
    }

    /// A signed number.
    #[inline]
    pub(crate) fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// How many follow, each of at least so many bytes: no more than what is left can hold.
    pub(crate) fn count(&mut self, least: usize) -> Read<usize> {
        let count: usize = self.small()?;
        let bytes = count.checked_mul(least).ok_or(CUT)?;
        if bytes > self.bytes.len() { Err(CUT) } else { Ok(count) }
    }

    /// A number or none.
    pub(crate) fn maybe<T: TryFrom<u64>>(&mut self) -> Read<Option<T>> {
        match self.number()?.checked_sub(1) {
            None => Ok(None),
            Some(number) => T::try_from(number).map(Some).map_err(|_| FORM),
        }
    }

    pub(crate) fn long(&mut self) -> Read<&'a [u8]> {
        let length = self.count(1)?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.long()?).map_err(|_| Damaged("a text is not UTF-8"))
    }

    pub(crate) fn print(&mut self) -> Read<Fingerprint> {
        Fingerprint::new(self.long()?).ok_or(Damaged("a fingerprint has another length"))
    }

    /// Numbers, each larger than the one before.
    pub(crate) fn rising(&mut self) -> Read<Vec<u32>> {
        let count = self.count(1)?;
        let mut numbers = Vec::with_capacity(count);
        let mut last = 0_u32;
        for n in 0..count {
            let step: u32 = self.small()?;
            if n > 0 && step == 0 {
                return Err(Damaged("numbers do not rise"));
            }
            last = last.checked_add(step).ok_or(FORM)?;
            numbers.push(last);
        }
        Ok(numbers)
    }
}
