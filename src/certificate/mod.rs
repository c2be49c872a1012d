//! What a certificate proves, to read: as text, as a page, as JSON.
//!
//! In reading order: [`beside`] (a log that is given with it), [`sheet`] (what there is to tell, in
//! sections), [`text`] and [`html`] (the same sections on a terminal and on a page), [`json`]. All that
//! others wrote is shown escaped.

pub mod beside;
pub mod html;
pub mod json;
pub mod sheet;
pub mod text;

use mundi_engine::outcome::Proven;

/// A certificate that is valid.
pub struct Valid {
    /// The name of its file.
    pub file: String,
    /// What it proves.
    pub proven: Proven,
    /// Whether a log gave the same.
    pub replayed: Replayed,
}

/// Whether a log was replayed to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// None was given.
    No,
    /// It gives the same outcome.
    Same,
}
