//! A store against a model of it: whatever is appended, undone, deleted and opened again, both hold
//! the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;

use mundi_engine::EntryId;
use mundi_node::store::{ConversationNo, DbKey, NewConversation, Store, StoreError};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

/// Something that is done to a store.
#[derive(Clone, Debug)]
enum Deed {
    /// Opens a conversation whose `open` has this id.
    Begin(u8),
    /// Appends entries of these ids to one of the conversations.
    Append(usize, Vec<u8>),
    /// The same, and then the work fails.
    Fail(usize, Vec<u8>),
    /// Deletes one of the conversations.
    Delete(usize),
    /// Closes the store and opens it.
    Reopen,
}

fn deed() -> impl Strategy<Value = Deed> {
    let ids = || proptest::collection::vec(any::<u8>(), 0..12);
    prop_oneof![
        2 => any::<u8>().prop_map(Deed::Begin),
        6 => (0usize..4, ids()).prop_map(|(to, ids)| Deed::Append(to, ids)),
        2 => (0usize..4, ids()).prop_map(|(to, ids)| Deed::Fail(to, ids)),
        1 => (0usize..4).prop_map(Deed::Delete),
        1 => Just(Deed::Reopen),
    ]
}

fn id(n: u8) -> EntryId {
    EntryId([n; 32])
}

/// The ids of each conversation's entries, in order.
type Model = BTreeMap<ConversationNo, Vec<u8>>;

fn known(model: &Model, n: u8) -> bool {
    model.values().any(|ids| ids.contains(&n))
}

fn append(
    store: &mut Store,
    model: &mut Model,
    to: ConversationNo,
    ids: &[u8],
    then: Result<(), StoreError>,
) {
    let bytes: Vec<[u8; 3]> = ids.iter().map(|n| [*n; 3]).collect();
    let rows: Vec<(EntryId, &[u8])> =
        ids.iter().zip(&bytes).map(|(n, bytes)| (id(*n), &bytes[..])).collect();
    let fails = then.is_err();
    let new = store.write(|tx| {
        let new = tx.append(to, &rows)?;
        then.map(|()| new)
    });
    if fails {
        assert!(new.is_err());
        return;
    }
    let before = model[&to].len();
    for n in ids {
        if !known(model, *n) {
            model.get_mut(&to).unwrap().push(*n);
        }
    }
    assert_eq!(new.unwrap(), model[&to].len() - before);
}

fn begin(store: &mut Store, model: &mut Model, n: u8) {
    let new = NewConversation {
        id: id(n),
        open: &[n; 3],
        title: "",
        topic: None,
        opened_at: 0,
        device: None,
    };
    // An id names one entry: what was appended elsewhere is no `open` any more.
    match store.write(|tx| tx.add_conversation(&new)) {
        Ok(number) => {
            assert!(!known(model, n));
            model.insert(number, vec![n]);
        }
        Err(StoreError::Exists(_)) => assert!(known(model, n)),
        Err(other) => panic!("{other}"),
    }
}

fn equal(store: &Store, model: &Model) {
    let mut numbers: Vec<_> = store.conversations().unwrap().iter().map(|c| c.number).collect();
    numbers.sort();
    assert_eq!(numbers, model.keys().copied().collect::<Vec<_>>());
    for (number, ids) in model {
        let found: Vec<_> = store.entries(*number).map(|entry| entry.unwrap().0).collect();
        assert_eq!(found, ids.iter().map(|n| id(*n)).collect::<Vec<_>>());
        let row = store.conversation(*number).unwrap().unwrap();
        assert_eq!(row.entries, ids.len() as u64);
        for (position, n) in (0..).zip(ids) {
            let kept = store.entry(&id(*n)).unwrap().unwrap();
            assert_eq!((kept.conversation, kept.position), (*number, position));
            assert_eq!(kept.bytes, [*n; 3]);
        }
    }
    for n in 0..=u8::MAX {
        assert_eq!(store.has_entry(&id(n)).unwrap(), known(model, n));
    }
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn a_store_holds_what_its_model_holds(deeds in proptest::collection::vec(deed(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("db"), DbKey::new(&[3; 32]));
        let mut store = Store::create(&path, &key).unwrap();
        let mut model = Model::new();
        for deed in deeds {
            let nth = |n: usize| model.keys().nth(n).copied();
            match deed {
                Deed::Begin(n) => begin(&mut store, &mut model, n),
                Deed::Append(to, ids) => {
                    if let Some(to) = nth(to) {
                        append(&mut store, &mut model, to, &ids, Ok(()));
                    }
                }
                Deed::Fail(to, ids) => {
                    if let Some(to) = nth(to) {
                        let fails = Err(StoreError::NotFound("reason"));
                        append(&mut store, &mut model, to, &ids, fails);
                    }
                }
                Deed::Delete(which) => {
                    if let Some(number) = nth(which) {
                        store.delete_conversation(number).unwrap();
                        model.remove(&number);
                    }
                }
                Deed::Reopen => {
                    store.close().unwrap();
                    store = Store::open(&path, &key).unwrap();
                }
            }
        }
        equal(&store, &model);
        store.check().unwrap();
    }
}
