//! Why an entry has no effect: the codes, which are part of verdicts and of hashes. The texts
//! beside them are for people, and are not.

/// A reason's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The pattern does not allow this message by this person now.
    OutOfTurn = 1,
    /// A guard says no.
    NotAllowed = 2,
    /// A deadline whose time has not come.
    TooEarly = 3,
    /// A field that does not fit its type.
    BadField = 4,
    /// A `ref` to no accepted entry of that kind.
    BadRef = 5,
    /// An opening that does not fit, or of somebody else's entry.
    BadReveal = 6,
    /// The author does not hold a role that may send this.
    NotYourRole = 7,
    /// The author does not take part.
    NotAMember = 8,
    /// The rules know no such message.
    UnknownMessage = 9,
    /// A script failed.
    ScriptFailed = 10,
    /// A script used more than it may.
    BudgetSpent = 11,
    /// The conversation is over.
    Ended = 12,
    /// The author's device wrote two entries with one seq, and this is not on the branch that
    /// stands.
    Forked = 13,
    /// The signature does not verify.
    BadSignature = 14,
    /// Not an entry in its one form.
    BadEncoding = 15,
    /// An entry that is there already.
    Replayed = 16,
    /// Not later than an entry that it builds on.
    Backdated = 17,
    /// An entry of the same device before it is missing.
    Gap = 18,
    /// An entry that it builds on is missing.
    MissingParent = 19,
    /// Larger than an entry may be.
    Oversize = 20,
    /// The author's device was revoked, and nobody had built on this before they knew.
    Revoked = 21,
    /// The certificate of the author's device does not cover the entry's time.
    Expired = 22,
    /// A seal by somebody who has sealed this round, or a later one, already.
    SealedTwice = 23,
    /// A seal of a later round that those before do not lead to.
    Unjustified = 24,
    /// A seal of an outcome that its cut does not come to.
    WrongOutcome = 25,
}

impl Code {
    /// All of them, in the order of their numbers.
    pub const ALL: [Code; 25] = [
        Code::OutOfTurn,
        Code::NotAllowed,
        Code::TooEarly,
        Code::BadField,
        Code::BadRef,
        Code::BadReveal,
        Code::NotYourRole,
        Code::NotAMember,
        Code::UnknownMessage,
        Code::ScriptFailed,
        Code::BudgetSpent,
        Code::Ended,
        Code::Forked,
        Code::BadSignature,
        Code::BadEncoding,
        Code::Replayed,
        Code::Backdated,
        Code::Gap,
        Code::MissingParent,
        Code::Oversize,
        Code::Revoked,
        Code::Expired,
        Code::SealedTwice,
        Code::Unjustified,
        Code::WrongOutcome,
    ];

    /// As people and programs read it: `out-of-turn`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::OutOfTurn => "out-of-turn",
            Code::NotAllowed => "not-allowed",
            Code::TooEarly => "too-early",
            Code::BadField => "bad-field",
            Code::BadRef => "bad-ref",
            Code::BadReveal => "bad-reveal",
            Code::NotYourRole => "not-your-role",
            Code::NotAMember => "not-a-member",
            Code::UnknownMessage => "unknown-message",
            Code::ScriptFailed => "script-failed",
            Code::BudgetSpent => "budget-spent",
            Code::Ended => "ended",
            Code::Forked => "forked",
            Code::BadSignature => "bad-signature",
            Code::BadEncoding => "bad-encoding",
            Code::Replayed => "replayed",
            Code::Backdated => "backdated",
            Code::Gap => "gap",
            Code::MissingParent => "missing-parent",
            Code::Oversize => "oversize",
            Code::Revoked => "revoked",
            Code::Expired => "expired",
            Code::SealedTwice => "sealed-twice",
            Code::Unjustified => "unjustified",
            Code::WrongOutcome => "wrong-outcome",
        }
    }

    /// The number that goes into hashes; fixed for good.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The code of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_from_one_and_names_lead_back() {
        for (n, code) in (1_u8..).zip(Code::ALL) {
            assert_eq!(code.number(), n);
            assert_eq!(Code::from_name(code.as_str()), Some(code));
        }
        assert_eq!(Code::from_name("no-such-code"), None);
    }
}
