//! Homes that hold a conversation by files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod homes;

use homes::{Person, escrow, fields, people};
use mundi_engine::{Code, Ending};
use mundi_identity::Reason;
use mundi_node::exchange::{Bundle, ExchangeError};
use mundi_node::home::HomeError;

/// What three homes say of a conversation: state hash and outcome.
fn seen(person: &Person) -> ([u8; 32], Option<Ending>) {
    let room = person.home.room_of(None).unwrap();
    (room.replica.state_hash(), room.replica.ending())
}

#[test]
fn three_homes_bring_a_dispute_to_its_ruling_by_files_in_any_order() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, cy] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    ada.say("order", "quantity=1, address=\"1 High Street\"");
    let first = ada.export();
    // The notary hears of it twice, and late.
    assert!(ben.import(&first).new);
    ben.say("accept", "");
    ada.import(&ben.export());
    ada.say("pay", "reference=\"bank 1\"");
    let paid = ada.export();
    ben.import(&paid);
    ben.say("ship", "");
    let shipped = ben.export();
    ada.import(&shipped);
    ada.say("dispute", "reason=\"it is broken\"");
    let disputed = ada.export();
    assert!(cy.import(&disputed).new);
    for old in [&shipped, &first, &paid, &disputed] {
        let again = cy.import(old);
        assert_eq!((again.intake.new, again.new), (0, false));
    }
    cy.say("rule", "to_seller=5.00, reason=\"half broken\"");
    let ruled = cy.export();
    assert_eq!(ben.import(&ruled).intake.new, 2, "the dispute and the ruling");
    assert_eq!(ada.import(&ruled).intake.new, 1);
    let outcome = seen(ada);
    assert!(matches!(outcome.1, Some(Ending::Consensus { .. })), "{:?}", outcome.1);
    assert_eq!(seen(ben), outcome);
    assert_eq!(seen(cy), outcome);
}

#[test]
fn entries_that_come_before_what_they_build_on_wait_in_the_home() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, _] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    let opened = ada.export();
    ben.import(&opened);
    ada.say("order", "quantity=1, address=\"here\"");
    let whole = ada.export();
    ada.say("cancel", "");
    // A bundle from which the order was lost on its way.
    let mut bundle = Bundle::decode(&ada.export()).unwrap();
    let order = Bundle::decode(&whole).unwrap().envelopes[1].clone();
    bundle.envelopes.retain(|envelope| *envelope != order);
    let imported = ben.import(&bundle.encode());
    assert_eq!((imported.intake.new, imported.intake.waiting), (0, 1));
    // It has waited on disk.
    let imported = ben.import(&whole);
    assert_eq!((imported.intake.new, imported.intake.waiting), (2, 0));
    assert_eq!(seen(ada), seen(ben));
}

#[test]
fn a_bundle_for_others_and_an_invitation_that_was_passed_on_say_so() {
    let mut all = people(&["ada", "ben", "cy", "eve"]);
    homes::acquaint(&mut all);
    let [ada, ben, _, eve] = all.as_mut_slice() else { panic!("four") };
    escrow(ada);
    let bundle = ada.export();
    let refused = eve.home.import(&bundle, None, eve.now()).err().unwrap().to_string();
    assert!(refused.contains("nothing in this bundle is for you"), "{refused}");
    // Ben opens his invitation and seals it again, for Eve.
    let mut opened = Bundle::decode(&bundle).unwrap();
    let his = opened.invitations.iter().find_map(|one| ben.home.holder().decrypt(one).ok());
    let passed =
        mundi_identity::pgp::encrypt(&[eve.home.cert()], &his.unwrap(), eve.now()).unwrap();
    opened.invitations = vec![passed];
    match eve.home.import(&opened.encode(), None, eve.now()) {
        Err(HomeError::Exchange(ExchangeError::PassedOn(whose))) => {
            assert_eq!(whose, ben.home.me());
        }
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn every_flipped_bit_of_a_bundle_is_noticed() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, _] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    ben.import(&ada.export());
    ada.say("order", "quantity=1, address=\"here\"");
    let bundle = ada.export();
    // The last entry's envelope, near the end but for the cards: everywhere in it.
    let order = Bundle::decode(&bundle).unwrap().envelopes[1].clone();
    let at = bundle.windows(order.len()).position(|w| w == order).unwrap();
    for byte in (0..order.len()).step_by(37) {
        let mut changed = bundle.clone();
        changed[at + byte] ^= 1 << (byte % 8);
        let imported = ben.home.import(&changed, None, ben.now()).unwrap();
        assert_eq!((imported.intake.new, imported.broken), (0, 1), "byte {byte}");
    }
    assert_eq!(ben.import(&bundle).intake.new, 1);
}

#[test]
fn another_conversations_open_entry_beside_an_invitation_is_refused() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, _] = all.as_mut_slice() else { panic!("three") };
    let room = escrow(ada);
    let honest = Bundle::decode(&ada.export()).unwrap();
    // The same conversation but for its rules, opened anew and sealed under the same secret.
    let other = homes::open(ada, &homes::ESCROW.replace("14d", "1h"));
    let (_, secret) = ada.home.newest_epoch(&room).unwrap();
    let sealer = mundi_identity::envelope::Sealer::new(&secret);
    let open = other.replica.entry_bytes(&other.row.id).unwrap();
    let device = ada.home.device().unwrap().public();
    let swapped = sealer.seal(&device, other.row.opened_at, &open).unwrap();
    let mut envelopes = vec![swapped];
    envelopes.extend_from_slice(&honest.envelopes[1..]);
    let bundle = Bundle { envelopes, ..honest };
    match ben.home.import(&bundle.encode(), None, ben.now()) {
        Err(HomeError::Exchange(ExchangeError::OtherConversation)) => {}
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn an_entry_by_a_revoked_device_is_refused_as_revoked() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, cy] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    ben.import(&ada.export());
    // Ada's machine is stolen; the thief's copy of her home says something.
    let mut thief = ada.copy();
    thief.say("order", "quantity=9, address=\"the thief's\"");
    let stolen = thief.export();
    let lost = ada.home.device().unwrap().public();
    ada.home.revoke_device(lost, Reason::Lost, ada.now()).unwrap();
    ada.say("order", "quantity=1, address=\"hers\"");
    let hers = ada.export();
    ben.import(&hers);
    let imported = ben.import(&stolen);
    assert_eq!(imported.intake.refused.len(), 1);
    assert_eq!(imported.intake.refused[0].1, Code::Revoked);
    ben.say("accept", "");
    // In any order.
    cy.import(&stolen);
    cy.import(&ben.export());
    assert_eq!(seen(cy), seen(ben));
}

#[test]
fn an_old_copy_notices_at_once_and_goes_on_with_a_new_device() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, _] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    let mut backup = ada.copy();
    ada.say("order", "quantity=1, address=\"here\"");
    ben.import(&ada.export());
    ben.say("accept", "");
    let before = backup.home.device().unwrap();
    let imported = backup.import(&ben.export());
    assert!(imported.intake.old_copy);
    let after = backup.home.device().unwrap();
    assert_ne!(before.public(), after.public());
    backup.say("pay", "reference=\"bank 1\"");
    let imported = ben.import(&backup.export());
    assert_eq!((imported.intake.new, imported.intake.refused.len()), (2, 0), "rekey and pay");
    assert_eq!(seen(ben), seen(&backup));
}

#[test]
fn who_has_left_is_not_invited_to_the_epoch_that_begins() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let [ada, ben, cy] = all.as_mut_slice() else { panic!("three") };
    let rules = r#"
conversation club "Club"
edition 1
role chair
role member 0..9 open
message say by chair, member { text: text(1..200) }
message close by chair
consensus { said("close") }
"#;
    homes::open_as(ada, rules, &[("chair", "me"), ("member", "ben")], "");
    ben.import(&ada.export());
    ben.say("leave", "");
    ada.import(&ben.export());
    ada.say("say", "text=\"he is gone\"");
    let export = ada.export();
    assert_eq!(ada.home.room_of(None).unwrap().replica.present().len(), 1);
    let imported = ben.home.import(&export, None, ben.now());
    assert!(imported.is_err(), "nothing of it opens");
    assert!(cy.home.import(&export, None, cy.now()).is_err());
}

#[test]
fn a_hidden_value_is_kept_until_it_is_revealed() {
    let mut all = people(&["ada", "ben"]);
    homes::acquaint(&mut all);
    let [ada, ben] = all.as_mut_slice() else { panic!("two") };
    let rules = include_str!("../../examples/conversations/coin.conv");
    homes::open_as(ada, rules, &[("left", "me"), ("right", "ben")], "");
    ben.import(&ada.export());
    let mine = ada.say("toss", "number=1");
    let his = ben.say("toss", "number=0");
    ben.import(&ada.export());
    ada.import(&ben.export());
    for (who, id) in [(&mut *ada, mine), (&mut *ben, his)] {
        let name = format!("e{}", &id.to_string()[..12]);
        who.say("show", &format!("toss={name}"));
    }
    ben.import(&ada.export());
    ada.import(&ben.export());
    assert!(matches!(seen(ada).1, Some(Ending::Consensus { .. })), "{:?}", seen(ada));
    assert_eq!(seen(ada), seen(ben));
}

#[test]
fn what_the_rules_refuse_is_not_kept() {
    let mut all = people(&["ada", "ben", "cy"]);
    homes::acquaint(&mut all);
    let ada = &mut all[0];
    let mut room = escrow(ada);
    let hash = room.replica.state_hash();
    let refused =
        ada.home.say(&mut room, "pay", &fields("reference=\"x\""), ada.now()).unwrap_err();
    assert_eq!(refused.code(), Some(Code::OutOfTurn), "{refused}");
    assert_eq!(room.replica.state_hash(), hash);
    assert_eq!(ada.home.find(None).unwrap().entries, 1);
    let wrong = ada.home.say(&mut room, "order", &fields("quantity=0"), ada.now()).unwrap_err();
    assert_eq!(wrong.code(), Some(Code::BadField), "{wrong}");
}

#[test]
fn a_term_may_name_a_person_and_a_stranger_is_no_member() {
    let mut all = people(&["ada", "ben"]);
    homes::acquaint(&mut all);
    let ada = &all[0];
    assert_eq!(ada.home.person("ben").unwrap(), all[1].home.me());
    let unknown = ada.home.person("bem").unwrap_err().to_string();
    assert!(unknown.contains("did you mean `ben`?"), "{unknown}");
    assert!(matches!(ada.home.person("zoe"), Err(HomeError::NoSuchPerson { .. })));
}
