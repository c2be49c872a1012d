//! What the server asks of a disk. Open documents come before it.

use std::path::{Path, PathBuf};

/// Reads files. The program gives the real one; tests give one in memory.
pub trait Disk {
    /// The text of a file.
    ///
    /// # Errors
    /// Why not, in words.
    fn read(&self, path: &Path) -> Result<String, String>;

    /// Whether a file can be read as a value of a play's terms.
    ///
    /// # Errors
    /// Why not, in words.
    fn value(&self, path: &Path) -> Result<mundi_lang::literal::Literal, String>;

    /// The `.conv` and `.play` files of a folder, sorted, at most so many.
    fn beside(&self, folder: &Path, most: usize) -> Vec<PathBuf>;
}
