//! All files of a disk at one time.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A backup: cheap to copy and to put back, as bytes are shared until somebody writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    pub(crate) files: BTreeMap<String, Arc<Vec<u8>>>,
}

impl Image {
    /// The names of the files, sorted.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The bytes of a file.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(|bytes| bytes.as_slice())
    }

    /// Lays a file into it, in place of one that is there: a damaged one, or one from elsewhere.
    pub fn set(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), Arc::new(bytes));
    }
}
