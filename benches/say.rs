//! What one message costs end to end: from saying it in one home to its verdict in another, through a real
//! broker on loopback, beside a raw request and reply over the same nats-server.
//!
//! Needs nats-server, in PATH or named by MUNDI_NATS_SERVER.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::panic,
    reason = "a measurement"
)]

#[path = "../node/tests/homes/mod.rs"]
mod homes;
mod support;

use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use homes::{Closed, Person, acquaint, by_real_time, fields, open_as, people};
use mundi_broker::keys::{BrokerKey, Inside};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_engine::sealing::Waits;
use mundi_node::clock;
use mundi_node::network::{Exchange, Network, News, Online, Progress, Timing};
use mundi_transport::address::BrokerAddress;
use support::{figure, median};
use tokio::task::LocalSet;

const TALK: &str = include_str!("../examples/conversations/discussion.conv");
const ROUNDS: usize = 200;

async fn begin(person: &mut Person, broker: &BrokerAddress) -> Exchange {
    let network = Network { brokers: vec![broker.clone()], ..Network::default() };
    person.home.set_network(&network).expect("set");
    let link = person.home.connect(None).await.expect("a link");
    let timing = Timing { clock: clock::now, waits: Waits::NONE };
    let begun = Exchange::begin(&mut person.home, link, Online::new(), timing).await;
    let mut exchange = begun.expect("begun");
    exchange.catch_up(&mut person.home).await.expect("caught up");
    exchange
}

/// Ben, on a thread of his own as he would be on another machine. Notes when something has come.
fn listen(ben: Closed, broker: &BrokerAddress, came: &mpsc::Sender<Instant>) {
    let mut ben = ben.open();
    alone().block_on(async {
        let mut exchange = begin(&mut ben, broker).await;
        // Until the broker goes.
        while let Ok(progress) = exchange.next(&mut ben.home).await {
            for one in progress {
                if let Progress::News(News::Entries(_, intake)) = one
                    && intake.new > 0
                    && came.send(Instant::now()).is_err()
                {
                    return;
                }
            }
        }
    });
}

/// Seconds from saying to the other side's verdict.
async fn say(broker: &BrokerAddress) -> Vec<f64> {
    let mut all = people(&["ada", "ben", "cy"]);
    acquaint(&mut all);
    let cast = [("moderator", "me"), ("speaker", "ben,cy")];
    open_as(&mut all[0], TALK, &cast, "question=\"why?\"");
    let mut all = all.into_iter();
    let (mut ada, ben) = (all.next().expect("ada"), all.next().expect("ben").close());
    let mut exchange = begin(&mut ada, broker).await;
    let number = ada.home.find(None).expect("one").number;
    let (to, came) = mpsc::channel();
    let address = broker.clone();
    std::thread::spawn(move || listen(ben, &address, &to));
    // Ben has the conversation, and asks for what comes, before the first is said.
    std::thread::sleep(Duration::from_secs(2));
    let (mut times, mut parts) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let words = fields(&format!("words=\"number {round}\""));
        let since = Instant::now();
        let room = exchange.online.room_mut(number).expect("a room");
        ada.home.say(room, "say", &words, clock::now()).expect("said");
        let said = since.elapsed();
        exchange.next(&mut ada.home).await.expect("sent");
        parts.push((said, since.elapsed()));
        let at = came.recv().expect("it comes");
        times.push((at - since).as_secs_f64());
    }
    let ms = |part: &dyn Fn(&(Duration, Duration)) -> Duration| {
        median(parts.iter().map(|one| part(one).as_secs_f64() * 1e3).collect())
    };
    let (said, sent) = (ms(&|one| one.0), ms(&|one| one.1));
    println!("said and on the disk here, ms: {said:.2}; on the broker's disk: {sent:.2}");
    times
}

/// Seconds of a request and its reply.
async fn raw(broker: &Broker, key: &BrokerKey) -> Vec<f64> {
    let connect = async || {
        let seed = key.inside(Inside::Mail).expect("a key").seed().expect("a seed");
        let options = async_nats::ConnectOptions::with_nkey(seed);
        options.connect(broker.places().clients.to_string()).await.expect("connected")
    };
    let (client, server) = (connect().await, Rc::new(connect().await));
    let mut asked = server.subscribe("raw.echo").await.expect("subscribed");
    server.flush().await.expect("flushed");
    // The subscription is at the server before the first request.
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::task::spawn_local(async move {
        while let Some(message) = asked.next().await {
            if let Some(reply) = message.reply {
                server.publish(reply, message.payload).await.expect("published");
            }
        }
    });
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let since = Instant::now();
        client.request("raw.echo", vec![0; 633].into()).await.expect("a reply");
        times.push(since.elapsed().as_secs_f64());
    }
    times
}

/// What one of the three has to run on.
fn alone() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn main() {
    by_real_time();
    let folder = tempfile::tempdir().unwrap();
    let open = Settings { admission: Admission::Open, ..Settings::default() };
    let key = settings::init(folder.path(), &open).unwrap();
    let hub = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let hub = hub.unwrap();
    let broker = hub.block_on(Broker::start(folder.path(), Options::default()));
    let broker = broker.unwrap_or_else(|error| panic!("{error}"));
    LocalSet::new().block_on(&alone(), async {
        let before = median(raw(&broker, &key).await) * 1e3;
        let said = median(say(broker.address()).await) * 1e3;
        let after = median(raw(&broker, &key).await) * 1e3;
        println!("raw request and reply, ms: {before:.2}, {after:.2}");
        figure("say_ms", said);
        figure("say_ms_over_raw", said - before.min(after));
    });
    hub.block_on(broker.stop());
}
