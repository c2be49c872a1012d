//! Homes that meet through brokers in memory, which lose, hide, change, repeat and reorder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod homes;

use homes::{Person, acquaint, escrow, people};
use mundi_engine::Ending;
use mundi_engine::sealing::Waits;
use mundi_node::network::{Exchange, Network, News, Online, Progress, Timing};
use mundi_transport::link::Link;
use mundi_transport::memory::{MemoryBroker, Mischief};

/// Nobody waits long here: the clock of these homes goes a second each time that it is looked at.
fn timing() -> Timing {
    Timing { clock: homes::now, waits: Waits::default() }
}

/// Connects, catches up, and leaves.
async fn sync(
    person: &mut Person,
    broker: &MemoryBroker,
    online: Online,
) -> (Online, Vec<Progress>) {
    let link: Box<dyn Link> = Box::new(broker.link([1; 32]));
    let mut exchange = Exchange::begin(&mut person.home, link, online, timing()).await.unwrap();
    let progress = exchange.catch_up(&mut person.home).await.unwrap();
    (exchange.into_online(), progress)
}

/// Follows what happens for so many steps.
async fn follow(
    person: &mut Person,
    broker: &MemoryBroker,
    online: Online,
    steps: usize,
) -> Online {
    let link: Box<dyn Link> = Box::new(broker.link([1; 32]));
    let mut exchange = Exchange::begin(&mut person.home, link, online, timing()).await.unwrap();
    for _ in 0..steps {
        exchange.next(&mut person.home).await.unwrap();
    }
    exchange.into_online()
}

/// What a home sees of its only conversation.
fn seen(person: &Person) -> ([u8; 32], Option<Ending>, usize) {
    let room = person.home.room_of(None).unwrap();
    (room.replica.state_hash(), room.replica.ending(), room.replica.len())
}

#[tokio::test(start_paused = true)]
async fn an_order_is_held_through_a_broker_that_sees_nothing() {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let broker = MemoryBroker::new([7; 32]);
    escrow(&mut all[0]);
    let (_, sent) = sync(&mut all[0], &broker, Online::new()).await;
    assert!(sent.iter().any(|one| matches!(one, Progress::Sent(_))), "{sent:?}");
    for person in &mut all[1..] {
        let (_, progress) = sync(person, &broker, Online::new()).await;
        let invited = |one: &Progress| matches!(one, Progress::News(News::Invited(_, Some(_))));
        assert!(progress.iter().any(invited), "{}: {progress:?}", person.name);
    }
    all[0].say("order", "quantity=1, address=\"1 High St\"");
    sync(&mut all[0], &broker, Online::new()).await;
    for person in &mut all[1..] {
        sync(person, &broker, Online::new()).await;
    }
    assert_eq!(seen(&all[1]), seen(&all[0]));
    assert_eq!(seen(&all[2]), seen(&all[0]));
    let bytes = broker.seen();
    for marker in ["lamp", "High St", "ada", "escrow", "buyer"] {
        let found = bytes.windows(marker.len()).any(|w| w == marker.as_bytes());
        assert!(!found, "the broker sees {marker}");
    }
    // Nothing is sent twice, nor asked for twice.
    let before = broker.len();
    sync(&mut all[0], &broker, Online::new()).await;
    assert_eq!(broker.len(), before);
    let (_, again) = sync(&mut all[1], &broker, Online::new()).await;
    assert!(again.is_empty(), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_said_while_the_broker_is_away_goes_out_later() {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let broker = MemoryBroker::new([7; 32]);
    escrow(&mut all[0]);
    sync(&mut all[0], &broker, Online::new()).await;
    sync(&mut all[1], &broker, Online::new()).await;
    let link: Box<dyn Link> = Box::new(broker.link([1; 32]));
    let ada = &mut all[0];
    let mut exchange = Exchange::begin(&mut ada.home, link, Online::new(), timing()).await.unwrap();
    ada.say("order", "quantity=1, address=\"1 High St\"");
    broker.set_away(true);
    assert!(exchange.catch_up(&mut ada.home).await.is_err());
    assert_eq!(ada.home.store().queued().unwrap(), 1);
    broker.set_away(false);
    sync(ada, &broker, Online::new()).await;
    assert_eq!(ada.home.store().queued().unwrap(), 0);
    sync(&mut all[1], &broker, Online::new()).await;
    assert_eq!(seen(&all[1]), seen(&all[0]));
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_misbehaves_changes_nothing_but_delay() {
    for mischief in [
        Mischief { alters: 3, ..Mischief::default() },
        Mischief { repeats: 2, reverses: true, ..Mischief::default() },
        Mischief { invents: true, ..Mischief::default() },
        Mischief { hides: 4, ..Mischief::default() },
    ] {
        let mut all = people(&["ada", "ben", "cy"]);
        acquaint(&mut all);
        let (bad, good) = (MemoryBroker::new([6; 32]), MemoryBroker::new([7; 32]));
        escrow(&mut all[0]);
        sync(&mut all[0], &good, Online::new()).await;
        sync(&mut all[1], &good, Online::new()).await;
        bad.pull(&good);
        bad.misbehave(mischief);
        all[0].say("order", "quantity=1, address=\"1 High St\"");
        sync(&mut all[0], &bad, Online::new()).await;
        all[0].say("cancel", "");
        sync(&mut all[0], &bad, Online::new()).await;
        good.pull(&bad);
        // Ben meets both; whoever has what he lacks posts it again, through either.
        let (mut ben, mut ada) = (Online::new(), Online::new());
        for _ in 0..6 {
            for broker in [&bad, &good] {
                ben = follow(&mut all[1], broker, ben, 3).await;
                ada = follow(&mut all[0], broker, ada, 3).await;
            }
            good.pull(&bad);
        }
        assert_eq!(seen(&all[1]), seen(&all[0]), "{mischief:?}");
    }
}

const DELIVERY: &str = r#"
conversation delivery "Delivery"
edition 1
role buyer
role seller
role notary
message order by buyer { item: text(1..50), address: text(1..100) for seller }
message done by seller
pattern { order, done }
consensus { said("done") }
failure { false } else ""
"#;

#[tokio::test(start_paused = true)]
async fn a_value_for_a_role_reaches_its_holder_and_nobody_else() {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let broker = MemoryBroker::new([7; 32]);
    let cast = [("buyer", "me"), ("seller", "ben"), ("notary", "cy")];
    homes::open_as(&mut all[0], DELIVERY, &cast, "");
    let id = all[0].say("order", "item=\"lamp\", address=\"1 High St\"");
    for person in &mut all {
        sync(person, &broker, Online::new()).await;
    }
    let told = |person: &Person| {
        let room = person.home.room_of(None).unwrap();
        assert_eq!(room.replica.len(), 2, "{}", person.name);
        person.home.told_value(&room, &id, "address")
    };
    let address = Some(mundi_engine::Value::Text("1 High St".into()));
    assert_eq!(told(&all[0]), address);
    assert_eq!(told(&all[1]), address);
    assert_eq!(told(&all[2]), None);
    // By file it is the same.
    let mut late = people(&["ben2"]).remove(0);
    assert!(late.home.find(None).is_err());
    late = all[1].fresh();
    assert!(late.home.import(&all[0].export(), None, homes::now()).is_ok());
    assert_eq!(told(&late), address);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_read_is_told_only_where_they_allow_it() {
    for allowed in [false, true] {
        let mut all = people(&["ada", "ben", "cy"]);
        acquaint(&mut all);
        let broker = MemoryBroker::new([7; 32]);
        escrow(&mut all[0]);
        let said = all[0].say("order", "quantity=1, address=\"1 High St\"");
        sync(&mut all[0], &broker, Online::new()).await;
        let ben = &mut all[1];
        let network = Network { receipts: allowed, ..ben.home.network().unwrap() };
        ben.home.set_network(&network).unwrap();
        sync(ben, &broker, Online::new()).await;
        sync(&mut all[0], &broker, Online::new()).await;
        let room = all[0].home.room_of(None).unwrap();
        assert!(all[0].home.not_shown(&room).unwrap().is_empty(), "it has come, and is not read");
        let ben = &mut all[1];
        let mut room = ben.home.room_of(None).unwrap();
        ben.home.shown(&mut room, homes::now()).unwrap();
        sync(ben, &broker, Online::new()).await;
        let (me, later) = (ben.home.me(), all[0].say("cancel", ""));
        sync(&mut all[0], &broker, Online::new()).await;
        let room = all[0].home.room_of(None).unwrap();
        let told = all[0].home.not_shown(&room).unwrap();
        if allowed {
            assert_eq!(told.len(), 1);
            assert_eq!(told[0].0, me);
            assert!(told[0].1.contains(&later) && !told[0].1.contains(&said), "{told:?}");
        } else {
            assert!(told.is_empty(), "{told:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_letter_that_a_broker_has_lost_is_put_there_again() {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let broker = MemoryBroker::new([7; 32]);
    escrow(&mut all[0]);
    sync(&mut all[0], &broker, Online::new()).await;
    // Another broker, or the same after a fire: it has none of it, and nobody else has the invitations.
    let empty = MemoryBroker::new([7; 32]);
    sync(&mut all[0], &empty, Online::new()).await;
    let letters = empty.len();
    assert!(letters >= 2, "{letters}");
    sync(&mut all[0], &empty, Online::new()).await;
    assert_eq!(empty.len(), letters, "once is enough");
    let mut ada = Online::new();
    let mut ben = Online::new();
    for _ in 0..4 {
        ben = follow(&mut all[1], &empty, ben, 3).await;
        ada = follow(&mut all[0], &empty, ada, 3).await;
    }
    assert_eq!(seen(&all[1]), seen(&all[0]));
}
