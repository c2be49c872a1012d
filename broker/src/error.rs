//! Why a broker does not run.

use std::path::{Path, PathBuf};

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// There is one already.
    #[error("{0} holds a broker already; choose another folder")]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The settings are wrong.
    #[error("{path}: {text}")]
    Settings {
        /// The settings' file.
        path: PathBuf,
        /// What is wrong.
        text: String,
    },
    /// The key is none.
    #[error("{0}: a broker's key is 32 bytes, readable by its owner only (mode 0600)")]
    Key(PathBuf),
    /// There is no nats-server.
    #[error(
        "nats-server is missing ({0}): install nats-server 2.12 or later, or name it in the variable \
         MUNDI_NATS_SERVER"
    )]
    NoServer(String),
    /// The nats-server does not start.
    #[error("nats-server does not start: {0}")]
    Server(String),
    /// The nats-server does not do what it is asked.
    #[error("nats-server: {0}")]
    Nats(String),
}

impl BrokerError {
    /// About a file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self::File { path: path.to_owned(), cause }
    }

    /// About the nats-server's answer.
    pub(crate) fn nats(error: impl std::fmt::Display) -> Self {
        Self::Nats(error.to_string())
    }
}
