//! What a store keeps, through its public face.

use mundi_engine::EntryId;
use mundi_identity::{DevicePublic, Fingerprint};
use mundi_node::store::{
    Contact, ContactDevice, ConversationNo, DbKey, Device, DeviceState, Direction, Draft, Epoch,
    Hidden, KnownRevocation, NewAttachment, NewConversation, NewMail, NewQueued, Pending, Standing,
    Store, StoreError, Verified,
};
use zeroize::Zeroizing;

const KEY: [u8; 32] = [7; 32];

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> (Self, Store) {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        let store = Store::create(&home.db(), &DbKey::new(&KEY)).unwrap();
        (home, store)
    }

    fn db(&self) -> std::path::PathBuf {
        self.folder.path().join("db")
    }

    fn open(&self) -> Store {
        Store::open(&self.db(), &DbKey::new(&KEY)).unwrap()
    }
}

fn id(n: u32) -> EntryId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    EntryId(bytes)
}

fn person(n: u8) -> Fingerprint {
    Fingerprint::new(&[n; 20]).unwrap()
}

/// A conversation whose `open` has the id `n`.
fn conversation(store: &mut Store, n: u32) -> ConversationNo {
    let new = NewConversation {
        id: id(n),
        open: b"open",
        title: "Escrow order",
        topic: Some("a lamp"),
        opened_at: 5,
        device: Some(DevicePublic([3; 32])),
    };
    store.write(|tx| tx.add_conversation(&new)).unwrap()
}

#[test]
fn a_conversation_and_its_entries_are_there_after_opening_again() {
    let (home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    let two: [(EntryId, &[u8]); 2] = [(id(2), b"two"), (id(3), b"three")];
    assert_eq!(store.write(|tx| tx.append(number, &two)).unwrap(), 2);
    assert_eq!(store.write(|tx| tx.append(number, &[two[1], (id(4), b"four")])).unwrap(), 1);
    let standing = Standing { last_at: 9, text: "open: waiting for ben", flags: 6 };
    store.write(|tx| tx.set_standing(number, &standing)).unwrap();
    store.close().unwrap();

    let store = home.open();
    let all = store.conversations().unwrap();
    insta::assert_debug_snapshot!(all);
    assert_eq!(store.conversation(number).unwrap().as_ref(), all.first());
    assert_eq!(store.conversation_of(&id(1)).unwrap().as_ref(), all.first());
    assert_eq!(store.opening(number).unwrap().unwrap(), b"open");
    let entries: Vec<_> = store.entries(number).map(Result::unwrap).collect();
    let ids: Vec<_> = entries.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [id(1), id(2), id(3), id(4)]);
    let kept = store.entry(&id(3)).unwrap().unwrap();
    assert_eq!((kept.conversation, kept.position, &*kept.bytes), (number, 2, &b"three"[..]));
    assert!(store.has_entry(&id(1)).unwrap() && !store.has_entry(&id(9)).unwrap());
    assert_eq!(store.entries_from(number, 3).count(), 1);
}
