//! What a broker's operator tells all users: only what the broker's key has signed.

use mundi_identity::DevicePublic;
use mundi_transport::wire::{Info, Notice};

/// The notices that are the operator's.
#[must_use]
pub fn signed(info: &Info) -> Vec<&Notice> {
    let by_broker = |notice: &&Notice| {
        let at = notice.at.to_be_bytes();
        let message = [b"mundi.notice.1".as_slice(), &at, notice.text.as_bytes()].concat();
        mundi_identity::verify(&DevicePublic(*info.key), &message, &notice.signature).is_ok()
    };
    info.notices.iter().filter(by_broker).collect()
}
