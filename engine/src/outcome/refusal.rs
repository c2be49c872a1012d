//! Why a certificate proves nothing: a reason for programs, a text for people (`spec/outcome.md`,
//! "What verifying checks").

/// What is wrong, by its stable name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It is not a certificate in its one form.
    BadEncoding,
    /// The `open` entry opens another conversation than the payload's, or none.
    OtherConversation,
    /// Rules, terms or edition are others, or the output is nothing that these rules give.
    OtherRules,
    /// Sealers or q are others.
    OtherSealers,
    /// A signature is by a key that is no sealer's.
    NotASealer,
    /// A signature does not verify.
    BadSignature,
    /// Too few are left without a compromised key.
    Revoked,
    /// Too few signed.
    TooFew,
    /// The seals of earlier rounds do not lead to this outcome.
    Unjustified,
    /// With a log: it does not verify.
    BadLog,
    /// With a log: the cut is not in it.
    BadCut,
    /// With a log: it gives another outcome.
    OtherOutput,
}

impl Refusal {
    /// All, in the order in which they are looked for.
    pub const ALL: [Self; 12] = [
        Self::BadEncoding,
        Self::OtherConversation,
        Self::OtherRules,
        Self::OtherSealers,
        Self::NotASealer,
        Self::BadSignature,
        Self::Revoked,
        Self::TooFew,
        Self::Unjustified,
        Self::BadLog,
        Self::BadCut,
        Self::OtherOutput,
    ];

    /// Its name, which never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadEncoding => "bad-encoding",
            Self::OtherConversation => "other-conversation",
            Self::OtherRules => "other-rules",
            Self::OtherSealers => "other-sealers",
            Self::NotASealer => "not-a-sealer",
            Self::BadSignature => "bad-signature",
            Self::Revoked => "revoked",
            Self::TooFew => "too-few",
            Self::Unjustified => "unjustified",
            Self::BadLog => "bad-log",
            Self::BadCut => "bad-cut",
            Self::OtherOutput => "other-output",
        }
    }
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct VerifyError {
    /// What is wrong.
    pub refusal: Refusal,
    /// What is wrong, where, and what that means. It may hold names from the file.
    pub text: String,
}

impl VerifyError {
    /// Of a kind, with a text.
    #[must_use]
    pub fn new(refusal: Refusal, text: impl Into<String>) -> Self {
        Self { refusal, text: text.into() }
    }

    /// The stable name of what is wrong.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.refusal.as_str()
    }
}
