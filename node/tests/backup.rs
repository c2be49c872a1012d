//! A backup brings everything back, in one part or in several, and nothing that is there is
//! changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod homes;

use mundi_engine::EntryId;
use mundi_identity::pgp::PgpKey;
use mundi_identity::{Fingerprint, Phrase, Reason};
use mundi_node::home::{Founding, Home, Restored};
use mundi_node::limits::BACKUP_PART;
use mundi_node::store::{
    Contact, DbKey, Direction, Hidden, KnownRevocation, Mail, NewMail, Store, Verified,
};
use zeroize::Zeroizing;

const NOW: u64 = 1_767_300_000_000;

struct Place {
    home: Home,
    _folder: tempfile::TempDir,
}

/// A new home of one and the same phrase.
fn home(name: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let phrase = Phrase::from_entropy(&[3; 32]);
    let key = PgpKey::from_seeds(&phrase.pgp(), name).unwrap();
    let store = Store::create(&folder.path().join("db"), &DbKey::new(&[1; 32])).unwrap();
    let seeds = mundi_node::home::device_seeds(&phrase);
    let founding = Founding { name, seeds, now: NOW };
    Place { home: Home::found(store, Box::new(key), &founding).unwrap(), _folder: folder }
}

fn person(n: u8) -> Fingerprint {
    Fingerprint::new(&[n; 20]).unwrap()
}

fn contact(n: u8, petname: Option<&str>, verified: bool) -> Contact {
    let how = "in person".into();
    Contact {
        fingerprint: person(n),
        cert: vec![n; 50],
        petname: petname.map(str::to_owned),
        published: n.is_multiple_of(2).then(|| format!("Nº {n}")),
        verified: verified.then_some(Verified { how, at: NOW + 5 }),
        added_at: NOW + u64::from(n),
        note: format!("note {n}"),
    }
}

fn letter(n: u8) -> NewMail {
    NewMail {
        id: [n; 32],
        direction: if n.is_multiple_of(2) { Direction::Out } else { Direction::In },
        peer: person(n),
        at: NOW + u64::from(n),
        subject: format!("subject {n}"),
        body: "body\nand more".into(),
        authorship: "signed".into(),
        expires: (n > 1).then_some(NOW + 1_000),
    }
}

/// All but the number, which is each home's own.
fn letters(home: &Home) -> Vec<(NewMail, bool, bool)> {
    let all = home.store().mail().unwrap();
    all.into_iter().map(|Mail { mail, read, keep, .. }| (mail, read, keep)).collect()
}

#[test]
fn everything_comes_back() {
    let mut all = homes::people(&["ann", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ann, ..] = all.as_mut_slice() else { panic!() };
    homes::escrow(ann);
    ann.say("order", "address: \"x\"");
    let device = ann.home.device().unwrap().public();
    ann.home.revoke_device(device, Reason::Retired, NOW).unwrap();
    let row = ann.home.find(None).unwrap();
    let hidden = |n: u8| Hidden {
        entry: EntryId([n; 32]),
        field: "bid".into(),
        salt: Zeroizing::new(vec![n; 16]),
        value: Zeroizing::new(vec![n]),
    };
    let other = KnownRevocation {
        fingerprint: person(7),
        device: mundi_identity::DevicePublic([8; 32]),
        at: 9,
        bytes: vec![10; 11],
    };
    ann.home
        .write(|tx| {
            tx.set_contact(&contact(50, Some("dora"), true))?;
            tx.set_contact(&contact(51, None, false))?;
            tx.set_setting("period", b"30d")?;
            tx.add_revocation(&other)?;
            tx.set_hidden(row.number, &hidden(1))?;
            tx.set_hidden(row.number, &hidden(2))?;
            tx.set_keep(row.number, true)?;
            tx.set_archived(row.number, true)?;
            let one = tx.add_mail(&letter(1))?;
            tx.set_mail_read(one, true)?;
            let two = tx.add_mail(&letter(2))?;
            tx.set_mail_keep(two, true)
        })
        .unwrap();
    let text = ann.home.back_up(NOW).unwrap().text;
    let mut fresh = ann.fresh();
    let restored = fresh.home.restore(&text, NOW).unwrap();
    let expected =
        Restored { contacts: 4, conversations: 1, entries: 2, mail: 2, new_device: false };
    assert_eq!(restored, expected);
    let (from, to) = (ann.home.store(), fresh.home.store());
    assert!(from.contacts().unwrap() == to.contacts().unwrap());
    assert!(from.all_contact_devices().unwrap() == to.all_contact_devices().unwrap());
    assert!(from.revocations().unwrap() == to.revocations().unwrap());
    assert_eq!(to.setting("period").unwrap().unwrap(), b"30d");
    let found = to.conversation_of(&row.id).unwrap().unwrap();
    assert!(found.keep && found.archived && found.title == row.title);
    assert!(from.hidden(row.number).unwrap() == to.hidden(found.number).unwrap());
    assert!(from.epochs(row.number).unwrap() == to.epochs(found.number).unwrap());
    let entries = |store: &Store, number| -> Vec<Vec<u8>> {
        store.entries(number).map(|entry| entry.unwrap().1).collect()
    };
    assert!(entries(&from, row.number) == entries(&to, found.number));
    drop((from, to));
    assert_eq!(letters(&ann.home), letters(&fresh.home));
    let hash = |home: &Home| home.room_of(None).unwrap().replica.state_hash();
    assert_eq!(hash(&ann.home), hash(&fresh.home));
}

#[test]
fn what_is_there_stays_and_a_petname_has_one_owner() {
    let (mut from, mut to) = (home("Ann"), home("Ann"));
    from.home
        .write(|tx| {
            tx.set_contact(&contact(50, Some("dora"), true))?;
            tx.set_contact(&contact(51, Some("eve"), true))?;
            tx.set_setting("period", b"30d")?;
            tx.add_mail(&letter(1)).map(|_| ())
        })
        .unwrap();
    let here = Contact { note: "mine".into(), ..contact(51, Some("evelyn"), false) };
    to.home
        .write(|tx| {
            tx.set_contact(&here)?;
            tx.set_contact(&contact(52, Some("dora"), false))?;
            tx.set_setting("period", b"7d")?;
            let number = tx.add_mail(&letter(1))?;
            tx.set_mail_read(number, true)
        })
        .unwrap();
    let text = from.home.back_up(NOW).unwrap().text;
    let restored = to.home.restore(&text, NOW).unwrap();
    assert_eq!(restored, Restored { contacts: 1, ..Restored::default() });
    let store = to.home.store();
    assert_eq!(store.contact(&person(51)).unwrap().unwrap(), here);
    assert_eq!(store.contact(&person(50)).unwrap().unwrap().petname, None);
    assert_eq!(store.contact_named("dora").unwrap().unwrap().fingerprint, person(52));
    assert_eq!(store.setting("period").unwrap().unwrap(), b"7d");
    drop(store);
    assert_eq!(letters(&to.home), [(letter(1), true, false)]);
}

#[test]
fn a_large_home_has_several_parts_which_belong_together() {
    let (mut from, mut to) = (home("Ann"), home("Ann"));
    let large: Vec<u8> = (0..BACKUP_PART * 2 + 1000).map(|n| (n % 251) as u8).collect();
    from.home.write(|tx| tx.set_setting("large", &large)).unwrap();
    let text = from.home.back_up(NOW).unwrap().text;
    let again = from.home.back_up(NOW).unwrap().text;
    let end = "-----END PGP MESSAGE-----\n";
    let parts: Vec<&str> = text.split_inclusive(end).collect();
    let others: Vec<&str> = again.split_inclusive(end).collect();
    assert_eq!((parts.len(), others.len()), (3, 3));
    let mixed = [parts[0], others[1], parts[2]].concat();
    let swapped = [parts[1], parts[0], parts[2]].concat();
    let twice = [parts[0], parts[1], parts[1], parts[2]].concat();
    for (wrong, why) in [
        (parts[..2].concat(), "its end is missing"),
        (parts[1..].concat(), "not in their order"),
        (swapped, "not in their order"),
        (mixed, "of several backups"),
        (twice, "not in their order"),
    ] {
        let told = to.home.restore(&wrong, NOW).unwrap_err().to_string();
        assert!(told.contains(why), "{why}: {told}");
        assert_eq!(to.home.store().setting("large").unwrap(), None);
    }
    to.home.restore(&text, NOW).unwrap();
    assert!(to.home.store().setting("large").unwrap().unwrap() == large);
}

#[test]
fn every_flipped_byte_of_a_small_backup_is_noticed() {
    let (from, mut to) = (home("Ann"), home("Ann"));
    let text = from.home.back_up(NOW).unwrap().text;
    let body = text.find("\n\n").unwrap() + 2..text.rfind("\n-----END").unwrap() - 6;
    for at in body.step_by(7) {
        let mut changed = text.clone().into_bytes();
        if changed[at] == b'\n' {
            continue;
        }
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        if changed == text.as_bytes() {
            continue;
        }
        let changed = String::from_utf8(changed).unwrap();
        assert!(to.home.restore(&changed, NOW).is_err(), "byte {at}");
    }
}
