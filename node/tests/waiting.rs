//! What has waited comes into the store with what it waited for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod homes;

use homes::{acquaint, escrow, people};

/// The replica remembers what waits, so an entry that came earlier can be woken by one that is looked at
/// before it.
#[test]
fn what_is_woken_by_an_entry_before_it_is_written_down() {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let [ada, ben, cy] = all.as_mut_slice() else { panic!("three") };
    escrow(ada);
    ben.import(&ada.export());
    cy.import(&ada.export());
    let order = ada.say("order", "address=\"1 High Street\"");
    ben.import(&ada.export());
    let accept = ben.say("accept", "");
    let room = ben.home.room_of(None).unwrap();
    let [order_bytes, accept_bytes] =
        [order, accept].map(|id| room.replica.entry_bytes(&id).unwrap());

    let now = cy.now();
    let mut room = cy.home.room_of(None).unwrap();
    let intake = cy.home.take(&mut room, &[accept_bytes], now).unwrap();
    assert_eq!((intake.waiting, intake.new), (1, 0));
    // The clock is set back, and set right again.
    let intake = cy.home.take(&mut room, &[order_bytes], now - 10 * 60 * 1000).unwrap();
    assert_eq!((intake.early, intake.new), (2, 0));
    let intake = cy.home.take(&mut room, &[], now).unwrap();
    assert_eq!((intake.early, intake.new), (0, 2));

    let again = cy.home.room_of(None).unwrap();
    assert!(again.replica.time_of(&order).is_some());
    assert!(again.replica.time_of(&accept).is_some());
}
