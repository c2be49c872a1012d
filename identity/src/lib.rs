//! Who signs: device keys, the persons behind them, and the one rule by which signatures verify.

mod fingerprint;

pub use fingerprint::Fingerprint;
