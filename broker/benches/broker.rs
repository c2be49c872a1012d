//! What a broker costs beside the JetStream under it: parcels put through it, divided by messages
//! published to a stream of the same nats-server, of the same size, settings and window.
//!
//! `cargo bench -p mundi-broker` prints `name: value`, the median of rounds that alternate. Needs a
//! nats-server, in PATH or named by MUNDI_NATS_SERVER.

#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first surprise, and prints ratios"
)]

use std::time::{Duration, Instant};

use async_nats::jetstream::{self, message::PublishMessage, stream};
use futures::StreamExt;
use mundi_broker::keys::{BrokerKey, Inside, hex};
use mundi_broker::limits::QUEUE_REQUESTS;
use mundi_broker::service::{Rate, Rates};
use mundi_broker::{Admission, Broker, Options, Settings, settings};
use mundi_transport::broker_link::{BrokerLink, Entrance};
use mundi_transport::link::Link;
use mundi_transport::wire::{Mailbox, Parcel, Status, Wire};

/// An envelope of the smallest size.
const ENVELOPE: usize = 512 + 121;
const PARCELS: u64 = 3_200;
const WINDOW: usize = 512;
const ROUNDS: u64 = 5;

fn parcels(round: u64) -> Vec<Parcel> {
    let parcel = |number: u64| {
        let mut envelope = vec![0x5a; ENVELOPE];
        envelope[..8].copy_from_slice(&round.to_be_bytes());
        envelope[8..16].copy_from_slice(&number.to_be_bytes());
        let mut name = [7; 16];
        name[0] = u8::try_from(number % 16).unwrap();
        Parcel::new(Mailbox::tag(name), envelope)
    };
    (0..PARCELS).map(parcel).collect()
}

/// Parcels a second through the broker, so many in a request.
async fn through(link: &BrokerLink, parcels: Vec<Parcel>, together: usize) -> f64 {
    let requests: Vec<Vec<Parcel>> = parcels.chunks(together).map(<[Parcel]>::to_vec).collect();
    let since = Instant::now();
    let mut answers = futures::stream::iter(requests)
        .map(|request| link.put(request))
        .buffer_unordered((WINDOW / together).min(QUEUE_REQUESTS));
    let mut stored = 0;
    while let Some(answer) = answers.next().await {
        let statuses = answer.unwrap().statuses;
        assert!(statuses.iter().all(|status| *status == Status::Stored));
        stored += statuses.len();
    }
    stored as f64 / since.elapsed().as_secs_f64()
}

/// Messages a second into the stream.
async fn raw(context: &jetstream::Context, parcels: Vec<Parcel>) -> f64 {
    let messages: Vec<(String, Vec<u8>)> = parcels
        .iter()
        .map(|p| (format!("raw.{}.{}", p.mailbox(), hex(&p.hash())), p.to_bytes()))
        .collect();
    let since = Instant::now();
    let mut acknowledged = futures::stream::iter(messages)
        .map(|(subject, payload)| async move {
            let message = PublishMessage::build().payload(payload.into());
            context.send_publish(subject, message).await.unwrap().await.unwrap()
        })
        .buffer_unordered(WINDOW);
    let mut stored = 0;
    while acknowledged.next().await.is_some() {
        stored += 1;
    }
    f64::from(stored) / since.elapsed().as_secs_f64()
}

async fn context(broker: &Broker, key: &BrokerKey) -> jetstream::Context {
    let seed = key.inside(Inside::Mail).unwrap().seed().unwrap();
    let options = async_nats::ConnectOptions::with_nkey(seed);
    let client = options.connect(broker.places().clients.to_string()).await.unwrap();
    let context = jetstream::new(client);
    let config = stream::Config {
        name: "RAW".into(),
        subjects: vec!["raw.*.*.*".into()],
        max_messages_per_subject: 1,
        discard: stream::DiscardPolicy::New,
        discard_new_per_subject: true,
        max_age: Duration::from_secs(30 * 86_400),
        num_replicas: 1,
        allow_direct: true,
        allow_message_ttl: true,
        duplicate_window: Duration::from_millis(100),
        ..stream::Config::default()
    };
    context.create_stream(&config).await.unwrap();
    context
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

async fn bench() {
    let folder = tempfile::tempdir().unwrap();
    let open = Settings { admission: Admission::Open, ..Settings::default() };
    let key = settings::init(folder.path(), &open).unwrap();
    let rate = Rate { each_second: 1 << 40, burst: 1 << 40 };
    let rates = Rates { parcels: rate, bytes: rate };
    let broker = Broker::start(folder.path(), Options { rates, ..Options::default() });
    let broker = broker.await.unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    });
    let address = broker.address().clone();
    let at = address.socket().unwrap();
    let link = Entrance::new(address, at, &[1; 32]).unwrap().connect().await.unwrap();
    let context = context(&broker, &key).await;
    let (mut many, mut single) = (Vec::new(), Vec::new());
    let (mut many_rate, mut single_rate, mut raw_rate) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let published = raw(&context, parcels(round)).await;
        let batched = through(&link, parcels(round), 64).await;
        let singly = through(&link, parcels(round + 1_000), 1).await;
        eprintln!("round {round}: raw {published:.0}, by 64 {batched:.0}, singly {singly:.0}");
        many.push(batched / published);
        single.push(singly / published);
        many_rate.push(batched);
        single_rate.push(singly);
        raw_rate.push(published);
    }
    println!("raw_publishes_a_second: {:.0}", median(raw_rate));
    println!("parcels_a_second: {:.0}", median(many_rate));
    println!("parcels_a_second_one_a_request: {:.0}", median(single_rate));
    println!("broker_over_raw: {:.3}", median(many));
    println!("broker_over_raw_one_a_request: {:.3}", median(single));
    broker.stop().await;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(bench());
}
