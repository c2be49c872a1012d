//! What a store keeps, through its public face.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

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

#[test]
fn an_entry_is_kept_once_whichever_conversation_it_comes_for() {
    let (_home, mut store) = Home::new();
    let (a, b) = (conversation(&mut store, 1), conversation(&mut store, 2));
    let both = |tx: &mundi_node::store::Tx<'_>| {
        let twice: [(EntryId, &[u8]); 2] = [(id(5), b"x"), (id(5), b"x")];
        Ok((tx.append(a, &twice)?, tx.append(b, &twice)?))
    };
    assert_eq!(store.write(both).unwrap(), (1, 0));
    assert_eq!(store.conversation(a).unwrap().unwrap().entries, 2);
    assert_eq!(store.conversation(b).unwrap().unwrap().entries, 1);
    let again = NewConversation {
        id: id(1),
        open: b"open",
        title: "",
        topic: None,
        opened_at: 0,
        device: None,
    };
    let refused = store.write(|tx| tx.add_conversation(&again));
    assert!(matches!(refused, Err(StoreError::Exists("conversation"))));
}

#[test]
fn nothing_of_work_that_fails_is_there() {
    let (home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    let failed: Result<(), _> = store.write(|tx| {
        tx.append(number, &[(id(2), b"two")])?;
        tx.set_setting("name", b"value")?;
        assert!(tx.has_entry(&id(2))? && tx.setting("name")?.is_some());
        Err(StoreError::NotFound("reason"))
    });
    assert!(matches!(failed, Err(StoreError::NotFound("reason"))));
    assert!(!store.has_entry(&id(2)).unwrap());
    assert_eq!(store.setting("name").unwrap(), None);
    assert_eq!(store.entries(number).count(), 1);
    // And what comes after is as if it had never been.
    assert_eq!(store.write(|tx| tx.append(number, &[(id(3), b"three")])).unwrap(), 1);
    drop(store);
    let store = home.open();
    assert_eq!(store.entry(&id(3)).unwrap().unwrap().position, 1);
    assert!(!store.has_entry(&id(2)).unwrap());
}

#[test]
fn a_long_conversation_is_read_whole_and_its_entries_are_found() {
    let (home, mut store) = Home::new();
    let (a, b) = (conversation(&mut store, 1), conversation(&mut store, 2));
    // More than the tail of the index holds: some are merged, some are not.
    for start in (10..25_010u32).step_by(1_000) {
        let ids: Vec<EntryId> = (start..start + 1_000).map(id).collect();
        let batch: Vec<(EntryId, &[u8])> = ids.iter().map(|i| (*i, i.0.as_slice())).collect();
        let into = if start % 2_000 == 10 { a } else { b };
        store.write(|tx| tx.append(into, &batch)).unwrap();
    }
    store.close().unwrap();
    let mut store = home.open();
    assert_eq!(store.entries(a).count(), 13_001);
    for n in (10..25_010).step_by(97) {
        assert_eq!(store.entry(&id(n)).unwrap().unwrap().bytes, id(n).0, "{n}");
    }
    assert!(!store.has_entry(&id(25_010)).unwrap());
    store.delete_conversation(a).unwrap();
    let there = (10..25_010).filter(|n| store.has_entry(&id(*n)).unwrap()).count();
    assert_eq!(there, 12_000);
    assert_eq!(store.entries(b).count(), 12_001);
    assert_eq!(store.write(|tx| tx.append(b, &[(id(10), b"again")])).unwrap(), 1);
}

#[test]
fn a_checkpoint_of_several_megabytes_is_read_back_and_replaced() {
    let (home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    assert_eq!(store.checkpoint(number).unwrap(), None);
    let saved: Vec<u8> = (0..5_000_001u32).map(|n| n.to_le_bytes()[n as usize % 3]).collect();
    for bytes in [&saved[..], &saved[..300_000], &[]] {
        store.write(|tx| tx.set_checkpoint(number, 7, bytes)).unwrap();
        store.close().unwrap();
        store = home.open();
        let found = store.checkpoint(number).unwrap().unwrap();
        assert!(found.bytes == bytes && found.entries == 7);
    }
    store.write(|tx| tx.remove_checkpoint(number)).unwrap();
    assert_eq!(store.checkpoint(number).unwrap(), None);
}

#[test]
fn secrets_of_a_conversation_are_kept_in_the_order_they_came() {
    let (_home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    let epoch =
        |tag: u8, since| Epoch { tag: vec![tag], secret: Zeroizing::new(vec![tag; 32]), since };
    store.write(|tx| tx.add_epoch(number, &epoch(2, 10))).unwrap();
    store.write(|tx| tx.add_epoch(number, &epoch(1, 5))).unwrap();
    assert!(store.epochs(number).unwrap() == [epoch(2, 10), epoch(1, 5)]);
    let again = store.write(|tx| tx.add_epoch(number, &epoch(2, 11)));
    assert!(matches!(again, Err(StoreError::Exists(_))));

    let hidden = |value: &[u8]| Hidden {
        entry: id(4),
        field: "bid".into(),
        salt: Zeroizing::new(vec![1; 16]),
        value: Zeroizing::new(value.to_vec()),
    };
    store.write(|tx| tx.set_hidden(number, &hidden(b"1"))).unwrap();
    store.write(|tx| tx.set_hidden(number, &hidden(b"2"))).unwrap();
    assert!(store.hidden(number).unwrap() == [hidden(b"2")]);
    store.write(|tx| tx.remove_hidden(number, &id(4))).unwrap();
    assert!(store.hidden(number).unwrap().is_empty());
}

#[test]
fn waiting_entries_drafts_and_settings_are_kept() {
    let (_home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    let waiting = |n, arrived| Pending { id: id(n), arrived, bytes: vec![1; 100] };
    store.write(|tx| tx.add_pending(number, &waiting(8, 2))).unwrap();
    store.write(|tx| tx.add_pending(number, &waiting(9, 1))).unwrap();
    store.write(|tx| tx.add_pending(number, &waiting(9, 3))).unwrap();
    assert_eq!(store.pending(number).unwrap(), [waiting(9, 1), waiting(8, 2)]);
    store.write(|tx| tx.remove_pending(&id(9))).unwrap();
    assert_eq!(store.pending(number).unwrap(), [waiting(8, 2)]);
    let huge = Pending { bytes: vec![0; 64 * 1024 * 1024], ..waiting(10, 4) };
    let refused = store.write(|tx| tx.add_pending(number, &huge));
    assert!(matches!(refused, Err(StoreError::TooLong { .. })));

    let draft = |conversation, at| Draft {
        conversation,
        name: "order".into(),
        at,
        bytes: b"quantity=2".to_vec(),
    };
    for draft in [draft(Some(number), 1), draft(None, 2), draft(Some(number), 3)] {
        store.write(|tx| tx.set_draft(&draft)).unwrap();
    }
    assert_eq!(store.drafts().unwrap(), [draft(Some(number), 3), draft(None, 2)]);
    assert_eq!(store.draft(None, "order").unwrap(), Some(draft(None, 2)));
    store.write(|tx| tx.remove_draft(None, "order")).unwrap();
    assert_eq!(store.draft(None, "order").unwrap(), None);

    store.write(|tx| tx.set_setting("a", b"1")).unwrap();
    store.write(|tx| tx.set_setting("a", b"2")).unwrap();
    assert_eq!(store.setting("a").unwrap().unwrap(), b"2");
    store.write(|tx| tx.remove_setting("a")).unwrap();
    assert_eq!(store.setting("a").unwrap(), None);
}

fn contact(n: u8, petname: Option<&str>) -> Contact {
    Contact {
        fingerprint: person(n),
        cert: vec![n; 600],
        petname: petname.map(Into::into),
        published: Some(format!("name {n}")),
        verified: None,
        added_at: 4,
        note: String::new(),
    }
}

#[test]
fn contacts_have_one_petname_each_and_say_how_they_were_verified() {
    let (_home, mut store) = Home::new();
    let ben = Contact {
        verified: Some(Verified { how: "in person".into(), at: 77 }),
        ..contact(2, Some("ben"))
    };
    for one in [contact(9, None), contact(1, Some("zoe")), contact(2, Some("benny")), ben.clone()] {
        store.write(|tx| tx.set_contact(&one)).unwrap();
    }
    let all = [ben.clone(), contact(1, Some("zoe")), contact(9, None)];
    assert_eq!(store.contacts().unwrap(), all);
    assert_eq!(store.contact_named("ben").unwrap().as_ref(), Some(&ben));
    assert_eq!(store.contact_named("benny").unwrap(), None);
    assert_eq!(store.contact(&person(2)).unwrap(), Some(ben));
    let taken = store.write(|tx| tx.set_contact(&contact(3, Some("zoe"))));
    assert!(matches!(taken, Err(StoreError::Exists("petname"))));
    let long = "x".repeat(70_000);
    let refused = store.write(|tx| tx.set_contact(&contact(3, Some(&long))));
    assert!(matches!(refused, Err(StoreError::TooLong { what: "petname", .. })));
}

#[test]
fn a_device_has_one_owner_and_goes_with_them() {
    let (_home, mut store) = Home::new();
    store.write(|tx| tx.set_contact(&contact(1, None))).unwrap();
    let device = |owner, certificate: u8| ContactDevice {
        device: DevicePublic([8; 32]),
        fingerprint: person(owner),
        certificate: vec![certificate],
        added_at: 3,
    };
    store.write(|tx| tx.set_contact_device(&device(1, 1))).unwrap();
    store.write(|tx| tx.set_contact_device(&device(1, 2))).unwrap();
    let stolen = store.write(|tx| tx.set_contact_device(&device(2, 3)));
    assert!(matches!(stolen, Err(StoreError::Exists("device"))));
    assert_eq!(store.contact_devices(&person(1)).unwrap(), [device(1, 2)]);
    assert_eq!(store.contact_device(&DevicePublic([8; 32])).unwrap(), Some(device(1, 2)));
    let revoked = KnownRevocation {
        fingerprint: person(1),
        device: DevicePublic([8; 32]),
        at: 9,
        bytes: b"signed".to_vec(),
    };
    store
        .write(|tx| tx.add_revocation(&revoked).and_then(|()| tx.add_revocation(&revoked)))
        .unwrap();
    store.write(|tx| tx.remove_contact(&person(1))).unwrap();
    assert_eq!(store.contact_device(&DevicePublic([8; 32])).unwrap(), None);
    assert_eq!(store.revocations().unwrap(), std::slice::from_ref(&revoked));
    assert_eq!(store.revocations_of(&DevicePublic([8; 32])).unwrap(), [revoked]);
    assert!(store.revocations_of(&DevicePublic([9; 32])).unwrap().is_empty());
    let gone = store.write(|tx| tx.remove_contact(&person(1)));
    assert!(matches!(gone, Err(StoreError::NotFound("contact"))));
}

#[test]
fn the_newest_device_of_ones_own_that_writes_is_the_current_one() {
    let (_home, mut store) = Home::new();
    let device = |number: u32, state| Device {
        number,
        seed: Zeroizing::new([number as u8; 32]),
        certificate: None,
        state,
    };
    assert!(store.current_device().unwrap().is_none());
    for number in 0..6 {
        store.write(|tx| tx.add_device(&device(number, DeviceState::Current))).unwrap();
    }
    let states = [
        DeviceState::Current,
        DeviceState::Current,
        DeviceState::Retired,
        DeviceState::Lost,
        DeviceState::Compromised,
        DeviceState::Forked,
    ];
    for (number, state) in (0..).zip(states) {
        store.write(|tx| tx.set_device_state(number, state)).unwrap();
    }
    store.write(|tx| tx.set_device_certificate(1, b"cert")).unwrap();
    let current = store.current_device().unwrap().unwrap();
    assert_eq!((current.number, current.certificate.as_deref()), (1, Some(&b"cert"[..])));
    let found: Vec<_> = store.devices().unwrap().iter().map(|d| (d.number, d.state)).collect();
    assert_eq!(found, (0..).zip(states).collect::<Vec<_>>());
    let taken = store.write(|tx| tx.add_device(&device(1, DeviceState::Current)));
    assert!(matches!(taken, Err(StoreError::Exists("device"))));
}

fn mail(n: u8, direction: Direction, expires: Option<u64>) -> NewMail {
    NewMail {
        id: [n; 32],
        direction,
        peer: person(n % 2),
        at: 1_000 + u64::from(n),
        subject: format!("subject {n}"),
        body: "body".into(),
        authorship: "signed".into(),
        expires,
    }
}

#[test]
fn mail_goes_when_it_expires_unless_it_is_kept() {
    let (_home, mut store) = Home::new();
    let expires = [Some(10), Some(11), Some(12), None, Some(10)];
    let numbers: Vec<_> = (0..5u8)
        .zip(expires)
        .map(|(n, at)| store.write(|tx| tx.add_mail(&mail(n, Direction::In, at))).unwrap())
        .collect();
    store.write(|tx| tx.set_mail_keep(numbers[4], true)).unwrap();
    store.write(|tx| tx.set_mail_read(numbers[0], true)).unwrap();
    let first = store.one_mail(numbers[0]).unwrap().unwrap();
    assert_eq!((first.mail, first.read), (mail(0, Direction::In, Some(10)), true));
    assert_eq!(store.mail_with(&person(1)).unwrap().len(), 2);
    assert_eq!(store.purge_mail(11).unwrap(), 2);
    let left: Vec<_> = store.mail().unwrap().iter().map(|m| m.number).collect();
    assert_eq!(left, numbers[2..]);
    let again = store.write(|tx| tx.add_mail(&mail(3, Direction::Out, None)));
    assert!(matches!(again, Err(StoreError::Exists("message"))));
    store.write(|tx| tx.set_mail_period(Some(100))).unwrap();
    assert_eq!(store.purge_mail(1_102).unwrap(), 1);
    store.write(|tx| tx.set_mail_period(None)).unwrap();
    assert_eq!(store.purge_mail(u64::MAX).unwrap(), 0);
    store.delete_mail(numbers[4]).unwrap();
    assert_eq!(store.mail().unwrap().len(), 1);
    // A number is never given again: what somebody remembers is not something else now.
    let next = store.write(|tx| tx.add_mail(&mail(7, Direction::Out, None))).unwrap();
    assert!(next > numbers[4]);
}

#[test]
fn the_queue_gives_what_is_due_and_counts_tries() {
    let (_home, mut store) = Home::new();
    let new = |n: u8, next| NewQueued {
        id: [n; 32],
        destination: b"ben".to_vec(),
        bytes: vec![n; 3],
        created: 1,
        next,
    };
    for queued in [new(1, 20), new(2, 10), new(3, 30), new(2, 1)] {
        store.write(|tx| tx.enqueue(&queued)).unwrap();
    }
    assert_eq!(store.queued().unwrap(), 3);
    let due = store.due(25, 10).unwrap();
    assert_eq!(due.iter().map(|q| q.queued.id[0]).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(store.due(25, 1).unwrap().len(), 1);
    store.write(|tx| tx.retry(due[0].number, 40)).unwrap();
    store.write(|tx| tx.dequeue(due[1].number)).unwrap();
    let due = store.due(50, 10).unwrap();
    assert_eq!(due.iter().map(|q| (q.queued.id[0], q.tries)).collect::<Vec<_>>(), [(3, 0), (2, 1)]);
}

#[test]
fn an_attachment_is_stored_in_pieces_and_read_back() {
    let (_home, mut store) = Home::new();
    let file: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
    let new = NewAttachment { hash: None, conversation: None, name: "photo.jpg", at: 3 };
    let stored = store.write(|tx| tx.add_attachment(&new, &mut &file[..])).unwrap();
    assert_eq!((stored.size, &*stored.name), (800_000, "photo.jpg"));
    let mut read = Vec::new();
    store.read_attachment(&stored.hash, &mut read).unwrap();
    assert!(read == file);
    // The same again, with its hash known.
    let known = NewAttachment { hash: Some(stored.hash), name: "other", ..new };
    assert_eq!(store.write(|tx| tx.add_attachment(&known, &mut &file[..])).unwrap(), stored);
    let wrong = store.write(|tx| tx.add_attachment(&known, &mut &file[1..]));
    assert!(matches!(wrong, Err(StoreError::WrongHash)));
    assert_eq!(store.attachments().unwrap(), std::slice::from_ref(&stored));
    assert_eq!(store.attachment_bytes().unwrap(), 800_000);
    store.delete_attachment(&stored.hash).unwrap();
    let gone = store.read_attachment(&stored.hash, &mut read);
    assert!(matches!(gone, Err(StoreError::NotFound("attachment"))));
}

#[test]
fn what_goes_with_a_conversation_is_gone_with_it_and_nothing_else() {
    let (_home, mut store) = Home::new();
    let (a, b) = (conversation(&mut store, 1), conversation(&mut store, 2));
    for number in [a, b] {
        fill(&mut store, number);
    }
    store.delete_conversation(a).unwrap();
    assert_eq!(store.conversation(a).unwrap(), None);
    let counts = |store: &Store, number| {
        [
            store.entries(number).count(),
            store.pending(number).unwrap().len(),
            store.epochs(number).unwrap().len(),
            store.hidden(number).unwrap().len(),
            usize::from(store.checkpoint(number).unwrap().is_some()),
            usize::from(store.draft(Some(number), "note").unwrap().is_some()),
        ]
    };
    assert_eq!(counts(&store, a), [0; 6]);
    assert_eq!(counts(&store, b), [1; 6]);
    assert_eq!(store.attachments().unwrap().len(), 1);
    let gone = store.delete_conversation(a);
    assert!(matches!(gone, Err(StoreError::NotFound("conversation"))));
    let c = conversation(&mut store, 1);
    assert!(c > b, "a number is never given again");

    store.write(|tx| tx.set_contact(&contact(1, None))).unwrap();
    store.write(|tx| tx.set_keep(b, true)).unwrap();
    store.purge_all().unwrap();
    assert_eq!(counts(&store, b), [0; 6]);
    assert!(store.conversations().unwrap().is_empty() && store.attachments().unwrap().is_empty());
    assert_eq!(store.contacts().unwrap().len(), 1);
}

/// Gives a conversation one of everything.
fn fill(store: &mut Store, number: ConversationNo) {
    let n = u32::try_from(store.attachments().unwrap().len()).unwrap();
    let salt = Zeroizing::new(vec![1]);
    let new = NewAttachment { hash: None, conversation: Some(number), name: "f", at: 0 };
    let hidden =
        Hidden { entry: id(1), field: "f".into(), salt: salt.clone(), value: salt.clone() };
    let pending = Pending { id: id(50 + n), arrived: 1, bytes: vec![1] };
    let draft = Draft { conversation: Some(number), name: "note".into(), at: 1, bytes: vec![1] };
    let epoch = Epoch { tag: vec![1], secret: salt, since: 1 };
    store
        .write(|tx| {
            tx.add_attachment(&new, &mut &n.to_le_bytes()[..])?;
            tx.set_hidden(number, &hidden)?;
            tx.add_pending(number, &pending)?;
            tx.set_draft(&draft)?;
            tx.add_epoch(number, &epoch)?;
            tx.set_checkpoint(number, 1, b"saved")
        })
        .unwrap();
}

#[test]
fn a_conversation_is_put_away_and_kept_and_back() {
    let (_home, mut store) = Home::new();
    let number = conversation(&mut store, 1);
    store
        .write(|tx| tx.set_archived(number, true).and_then(|()| tx.set_keep(number, true)))
        .unwrap();
    store.write(|tx| tx.set_conversation_device(number, None)).unwrap();
    let found = store.conversation(number).unwrap().unwrap();
    assert_eq!((found.archived, found.keep, found.device), (true, true, None));
    store.write(|tx| tx.set_archived(number, false)).unwrap();
    assert!(!store.conversation(number).unwrap().unwrap().archived);
}
