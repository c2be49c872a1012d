//! Notices: what an operator tells all users, signed by the broker's key, in the file `notices.json`.

use std::path::Path;

use mundi_transport::wire::Notice;
use serde::{Deserialize, Serialize};

use crate::error::BrokerError;
use crate::keys::{BrokerKey, hex, unhex};
use crate::limits;
use crate::settings::write_whole;

#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    at: u64,
    signature: String,
}

/// What a notice's signature is over.
#[must_use]
pub fn signed(text: &str, at: u64) -> Vec<u8> {
    [b"mundi.notice.1".as_slice(), &at.to_be_bytes(), text.as_bytes()].concat()
}

/// The notices, the newest first.
///
/// # Errors
/// The file cannot be read.
pub fn notices(folder: &Path) -> Result<Vec<Notice>, BrokerError> {
    let path = folder.join("notices.json");
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BrokerError::file(&path)(error)),
    };
    let wrong = |text: String| BrokerError::Settings { path: path.clone(), text };
    let kept: Vec<Kept> = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
    let notice = |kept: Kept| {
        let signature: [u8; 64] = unhex(&kept.signature)?;
        Some(Notice { text: kept.text, at: kept.at, signature: signature.into() })
    };
    let read: Option<Vec<Notice>> = kept.into_iter().map(notice).collect();
    let mut read = read.ok_or_else(|| wrong("a signature is none".into()))?;
    read.truncate(limits::NOTICES);
    Ok(read)
}

/// Adds a notice. A running broker tells it from now on.
///
/// # Errors
/// It is too long, or the file cannot be written.
pub fn add(folder: &Path, key: &BrokerKey, text: &str, at: u64) -> Result<Notice, BrokerError> {
    let path = folder.join("notices.json");
    if text.is_empty() || text.len() > limits::NOTICE_BYTES {
        let text = format!("a notice has 1 to {} bytes", limits::NOTICE_BYTES);
        return Err(BrokerError::Settings { path, text });
    }
    let notice = Notice { text: text.into(), at, signature: key.sign(&signed(text, at)).into() };
    let mut all = notices(folder)?;
    all.insert(0, notice.clone());
    all.truncate(limits::NOTICES);
    let keep = |notice: &Notice| Kept {
        text: notice.text.clone(),
        at: notice.at,
        signature: hex(notice.signature.as_slice()),
    };
    let kept: Vec<Kept> = all.iter().map(keep).collect();
    write_whole(&path, &serde_json::to_vec_pretty(&kept).map_err(BrokerError::nats)?)?;
    Ok(notice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mundi_identity::DevicePublic;

    #[test]
    fn a_notice_is_signed_by_the_broker_and_the_newest_is_first() {
        let folder = tempfile::tempdir().unwrap();
        let key = BrokerKey::from_seed(&[3; 32]);
        assert_eq!(notices(folder.path()).unwrap(), []);
        add(folder.path(), &key, "Closed on Sunday.", 5).unwrap();
        let second = add(folder.path(), &key, "Open again.", 6).unwrap();
        let all = notices(folder.path()).unwrap();
        assert_eq!((all.len(), &all[0]), (2, &second));
        let by = DevicePublic(key.public());
        for notice in &all {
            let message = signed(&notice.text, notice.at);
            assert!(mundi_identity::verify(&by, &message, &notice.signature).is_ok());
        }
        assert!(add(folder.path(), &key, "", 7).is_err());
    }
}
