//! Private messages between homes: what strangers, clocks and repetitions can do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod homes;

use homes::{Person, people};
use mundi_identity::pgp;
use mundi_node::exchange::Card;
use mundi_node::limits::{MAIL_PERIOD_MS, MAIL_WAITING};
use mundi_node::mail::receive::is_sealed;
use mundi_node::mail::{Arrived, Letter, NewLetter, Signing};
use mundi_node::store::MailNo;

const DAY: u64 = 24 * 60 * 60 * 1000;

/// Adds one to the contacts of another.
fn know(who: &mut Person, whom: &Person) {
    let now = who.now();
    let card = Card { cert: whom.home.cert().clone(), devices: vec![] };
    who.home.take_card(&whom.name, &card, now).unwrap();
}

fn write(from: &mut Person, to: &Person, body: &str) -> String {
    let now = from.now();
    let new = NewLetter { to: to.home.me(), subject: "", body, signing: Signing::Signed };
    from.home.write_mail(&new, now).unwrap().message
}

/// A letter of any date.
fn dated(from: &Person, to: &Person, date: u64) -> Vec<u8> {
    let letter = Letter::new(from.home.me(), to.home.me(), date, "", "hello").unwrap();
    let signed = from.home.holder().sign_message(letter.text().as_bytes(), from.now()).unwrap();
    pgp::encrypt(&[to.home.cert()], &signed, from.now()).unwrap()
}

fn receive(who: &mut Person, message: &[u8], now: u64) -> MailNo {
    match who.home.receive_mail(message, now).unwrap() {
        Arrived::New(number) => number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn strangers_fill_the_waiting_room_and_no_more_and_are_let_in_one_by_one() {
    let mut all = people(&["ada", "ben", "eve"]);
    let [ada, ben, eve] = all.as_mut_slice() else { panic!("three") };
    know(ada, ben);
    know(eve, ben);
    let now = ben.now();
    let first = write(ada, ben, "the first");
    for n in 1..MAIL_WAITING {
        let message = write(eve, ben, &format!("flood {n}"));
        assert!(matches!(ben.home.receive_mail(message.as_bytes(), now), Ok(Arrived::Waits(..))));
    }
    assert!(matches!(ben.home.receive_mail(first.as_bytes(), now), Ok(Arrived::Waits(..))));
    let more = write(eve, ben, "one more");
    let refused = ben.home.receive_mail(more.as_bytes(), now).unwrap_err().to_string();
    assert!(refused.contains("messages wait already"), "{refused}");
    assert_eq!(ben.home.receive_mail(first.as_bytes(), now).unwrap(), Arrived::Known);
    know(ben, ada);
    let opened = ben.home.open_waiting(now).unwrap();
    assert_eq!((opened.arrived.len(), opened.refused.len()), (1, 0));
    let read = ben.home.store().one_mail(opened.arrived[0]).unwrap().unwrap();
    assert_eq!(read.mail.body, "the first");
    assert_eq!(ben.home.store().mail().unwrap().len(), MAIL_WAITING);
    assert_eq!(ben.home.open_waiting(now).unwrap().arrived.len(), 0);
    // Those whom one knows wait for nobody.
    let again = write(ada, ben, "the second");
    receive(ben, again.as_bytes(), now);
}

#[test]
fn a_date_ahead_keeps_no_message_longer_and_a_late_one_can_be_read() {
    let mut all = people(&["ada", "ben"]);
    let [ada, ben] = all.as_mut_slice() else { panic!("two") };
    know(ben, ada);
    let now = ben.now();
    let early = receive(ben, &dated(ada, ben, now + 3_000 * DAY), now);
    let late = receive(ben, &dated(ada, ben, now - 300 * DAY), now);
    let one = |ben: &Person, number| ben.home.store().one_mail(number).unwrap();
    assert_eq!(one(ben, early).unwrap().mail.at, now);
    assert_eq!(ben.home.purge_mail(now + MAIL_PERIOD_MS - 1).unwrap(), 0);
    assert!(one(ben, late).is_some());
    assert_eq!(ben.home.purge_mail(now + MAIL_PERIOD_MS).unwrap(), 2);
}

#[test]
fn a_message_is_taken_in_once_in_whatever_form_it_comes() {
    let mut all = people(&["ada", "ben"]);
    let [ada, ben] = all.as_mut_slice() else { panic!("two") };
    know(ben, ada);
    know(ada, ben);
    let now = ben.now();
    let text = write(ada, ben, "hello");
    let quoted = format!("Ada wrote:\n\n{text}\nBye\n");
    let binary = pgp::dearmor(text.as_bytes()).unwrap();
    receive(ben, &binary, now);
    for again in [text.as_bytes(), quoted.as_bytes(), &binary] {
        assert!(is_sealed(again));
        assert_eq!(ben.home.receive_mail(again, now).unwrap(), Arrived::Known);
    }
    let card = Card { cert: ada.home.cert().clone(), devices: vec![] };
    // As a log begins, with a signature and what somebody has quoted.
    let log = [&[0xd2, 0x84, 0x58, 0xff], text.as_bytes()].concat();
    for other in [card.text().as_bytes(), b"hello", b"", &ada.home.cert().binary(), &log] {
        assert!(!is_sealed(other));
    }
}

#[test]
fn nobody_is_written_to_whose_key_is_not_known_here() {
    let mut all = people(&["ada", "ben"]);
    let [ada, ben] = all.as_mut_slice() else { panic!("two") };
    let now = ada.now();
    let new = NewLetter { to: ben.home.me(), subject: "", body: "hello", signing: Signing::Signed };
    let refused = ada.home.write_mail(&new, now).unwrap_err().to_string();
    assert!(refused.contains("add their card"), "{refused}");
    assert!(ada.home.store().mail().unwrap().is_empty());
}

#[test]
fn nobody_can_call_themselves_what_somebody_else_is_called_here() {
    let mut all = people(&["ada", "ben", "eve"]);
    let [ada, ben, eve] = all.as_mut_slice() else { panic!("three") };
    know(ada, ben);
    let print = eve.home.me();
    for (published, shown) in [
        ("Eve", "Eve?".to_owned()),
        ("Ben", format!("{}?", &print.to_string()[..8])),
        ("me", format!("{}?", &print.to_string()[..8])),
    ] {
        let now = ada.now();
        let card = Card { cert: eve.home.cert().clone(), devices: vec![] };
        let mut contact = ada.home.add_card(&card, None, now).unwrap();
        contact.published = Some(published.into());
        ada.home.write(|tx| tx.set_contact(&contact)).unwrap();
        assert_eq!(ada.home.name_of(&print), shown);
    }
    assert_eq!(ada.home.name_of(&ben.home.me()), "ben?");
}
