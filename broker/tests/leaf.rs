//! Leaves with real nats-servers, at brokers with real nats-servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{Place, all, drain, enter, envelope, now, open, parcel, tag, unlimited, until};
use mundi_broker::leaf::{self, Leaf, LeafKeys, LeafOptions, LeafSettings, Upstream};
use mundi_broker::{Admission, Settings, settings};
use mundi_identity::DeviceKey;
use mundi_identity::inbox::{Ticket, inbox_of};
use mundi_transport::address::BrokerAddress;
use mundi_transport::leaf_link::{Follow, Followed, LeafEntrance, LeafLink};
use mundi_transport::link::{Link, LinkError, Standing};
use mundi_transport::stamp;
use mundi_transport::wire::{Got, Mailbox, Parcel, Status, Want};

/// Free ports of loopback, held until all are found.
fn free<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

/// A broker whose ports stay the same when it starts again.
fn lasting() -> Settings {
    let [clients, leaves] = free().map(|port| ([127, 0, 0, 1], port).into());
    Settings { listen: clients, leaves, ..open() }
}

fn upstream(place: &Place) -> Upstream {
    let leaves = Some(place.broker.places().leaves.port());
    Upstream { address: place.address().to_string(), leaves, invitation: None }
}

/// A leaf in a folder of its own.
struct Plant {
    folder: tempfile::TempDir,
    leaf: Leaf,
    brokers: Vec<BrokerAddress>,
}

impl Plant {
    async fn new(brokers: &[Upstream]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listen = ([127, 0, 0, 1], 0).into();
        let settings = LeafSettings { listen, brokers: brokers.to_vec(), ..Default::default() };
        leaf::init(folder.path(), &settings).unwrap();
        Self::start(folder).await
    }

    async fn start(folder: tempfile::TempDir) -> Self {
        let settings = LeafSettings::load(folder.path()).unwrap();
        let brokers = settings.brokers.iter().map(|b| b.read().unwrap().0).collect();
        let leaf = match Leaf::start(folder.path(), LeafOptions::default()).await {
            Ok(leaf) => leaf,
            Err(error) => panic!("the leaf does not start: {error}"),
        };
        Self { folder, leaf, brokers }
    }

    async fn link(&self) -> LeafLink {
        self.try_link().await.unwrap()
    }

    async fn try_link(&self) -> Result<LeafLink, LinkError> {
        let seed = LeafKeys::read(self.folder.path()).unwrap().home.seed();
        LeafEntrance::new(self.leaf.address(), &seed, self.brokers.clone())?.connect().await
    }

    async fn at_a_broker(&self) -> BrokerAddress {
        let there = || async { self.leaf.status().await.is_ok_and(|s| s.broker.is_some()) };
        assert!(until(20, there).await, "the leaf reaches a broker: {}", self.log());
        self.leaf.status().await.unwrap().broker.unwrap()
    }

    async fn emptied(&self, seconds: u64) -> bool {
        until(seconds, || async { self.leaf.status().await.is_ok_and(|s| s.out == 0) }).await
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("nats-server.log")).unwrap()
    }
}

/// These tags, for today.
fn follow(tags: &[u8]) -> Follow {
    let day = 86_400_000;
    let of = |tag: &u8| Followed::new([*tag; 16], now() - day, now() + day, 0);
    Follow { store: [0; 8].into(), tags: tags.iter().map(of).collect() }
}

/// Takes letters of a tag out of a leaf, until so many have come or so many seconds have passed; counts
/// how often each came. `after` is the home's cursor.
async fn gather(
    plant: &Plant,
    name: u8,
    after: &mut u64,
    (wanted, seconds): (usize, u64),
) -> BTreeMap<Vec<u8>, usize> {
    let mut found = BTreeMap::new();
    let end = Instant::now() + Duration::from_secs(seconds);
    while found.len() < wanted && Instant::now() < end {
        let Ok(link) = plant.try_link().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        while found.len() < wanted && Instant::now() < end {
            let Ok(mut letters) = link.get(vec![Want::new(tag(name), *after)], vec![], 2).await
            else {
                break;
            };
            let mut broken = false;
            while let Some(got) = letters.recv().await {
                match got {
                    Ok(Got::Some(some)) => {
                        let of = |l: &mundi_transport::wire::Letter| {
                            Parcel::new(tag(name), l.envelope.to_vec()).hash()
                        };
                        let hashes = some.iter().map(of).collect();
                        for letter in some {
                            *after = letter.number.max(*after);
                            *found.entry(letter.envelope.into()).or_default() += 1;
                        }
                        broken = link.acknowledge(hashes).await.is_err();
                    }
                    Ok(Got::End { store, .. }) => assert_eq!(Some(*store), link.keeps()),
                    Err(_) => broken = true,
                }
            }
            if broken {
                break;
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_carries_parcels_and_letters_and_passes_the_rest_on() {
    let place = Place::new(open()).await;
    let plant = Plant::new(&[upstream(&place)]).await;
    assert_eq!(plant.at_a_broker().await, place.address());
    let link = plant.link().await;
    assert_eq!(link.info().await.unwrap().key, place.address().key.into());
    let by = Standing::Online { to: place.address().to_string(), by: "leaf" };
    assert_eq!(link.standing(), by);

    // Parcels go through, and what became of them is told.
    let answer = link.put(vec![parcel(1, 1), parcel(1, 2), parcel(1, 1)]).await.unwrap();
    assert_eq!(answer.statuses, [Status::Kept; 3]);
    assert!(plant.emptied(20).await);
    let direct = place.user(9).await;
    assert_eq!(drain(&direct, tag(1)).await.len(), 2);
    let told = || async { link.outcomes().await.unwrap().len() == 2 };
    assert!(until(10, told).await, "{:?}", link.outcomes().await);
    let outcomes = link.outcomes().await.unwrap();
    assert!(outcomes.iter().all(|(_, o)| o.status == Status::Stored));
    assert!(outcomes.iter().all(|(_, o)| *o.broker == place.address().key));
    link.settled(outcomes.iter().map(|(number, _)| *number).collect()).await.unwrap();
    assert_eq!(link.outcomes().await.unwrap(), []);
    assert_eq!(link.have(vec![parcel(1, 1).hash(), [0; 32]]).await.unwrap(), [true, false]);

    // Letters of tags that are followed come, live too, and go when they are acknowledged.
    link.follow(follow(&[2])).await.unwrap();
    let mut letters = link.get(vec![Want::new(tag(2), 0)], vec![], 30).await.unwrap();
    let since = Instant::now();
    common::put(&direct, vec![parcel(2, 1), parcel(3, 1)]).await;
    let Some(Ok(Got::Some(some))) = letters.recv().await else { panic!("nothing comes") };
    println!("from a broker through a leaf: {} ms", since.elapsed().as_millis());
    assert_eq!(some.len(), 1);
    assert_eq!(some[0].envelope.as_slice(), envelope(2, 1, 633));
    assert_eq!(plant.leaf.status().await.unwrap().letters, 1);
    link.acknowledge(vec![parcel(2, 1).hash()]).await.unwrap();
    assert_eq!(plant.leaf.status().await.unwrap().letters, 0);

    // An inbox is read live, with a ticket that names the leaf's key.
    let device = DeviceKey::from_seed(&[7; 32]);
    let inbox = Mailbox::inbox(inbox_of(&device.public()));
    let letter = Parcel::new(inbox, envelope(7, 1, 633));
    let stamp = stamp::make(&inbox, &letter.hash(), 16, u64::MAX).unwrap();
    let letter = letter.with_proof(stamp.to_vec());
    assert_eq!(link.put(vec![letter]).await.unwrap().statuses, [Status::Kept]);
    assert!(plant.emptied(20).await);
    let ends = link.ends().unwrap();
    let ticket = Ticket::issue(&device, &ends.broker, &ends.user, now());
    let asked = link.get(vec![Want::new(inbox, 0)], ticket, 0).await.unwrap();
    let (found, store, _) = all(asked).await;
    assert_eq!(found.len(), 1);
    assert_ne!(Some(store), link.keeps());
    plant.leaf.stop().await;
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_broker_refuses_for_good_is_told() {
    let place = Place::new(open()).await;
    let plant = Plant::new(&[upstream(&place)]).await;
    let link = plant.link().await;
    let unproven = Parcel::new(Mailbox::inbox([5; 16]), envelope(5, 1, 633));
    link.put(vec![unproven.clone()]).await.unwrap();
    let told = || async { !link.outcomes().await.unwrap().is_empty() };
    assert!(until(20, told).await);
    let outcomes = link.outcomes().await.unwrap();
    assert_eq!(outcomes[0].1.status, Status::Proof);
    assert_eq!(
        (outcomes[0].1.mailbox(), *outcomes[0].1.hash),
        (unproven.mailbox(), unproven.hash())
    );
    assert!(plant.emptied(10).await);
    plant.leaf.stop().await;
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_broker_is_away_a_leaf_keeps_and_delivers_when_it_is_back() {
    let place = Place::new(lasting()).await;
    let plant = Plant::new(&[upstream(&place)]).await;
    plant.at_a_broker().await;
    let link = plant.link().await;
    let Place { folder, broker, .. } = place;
    broker.stop().await;
    let away = || async { plant.leaf.status().await.is_ok_and(|s| s.broker.is_none()) };
    assert!(until(20, away).await);
    let since = Instant::now();
    let parts: Vec<Vec<Parcel>> =
        (0..10_u64).map(|k| (0..50).map(|n| parcel(1, k * 50 + n)).collect()).collect();
    for part in &parts {
        assert_eq!(link.put(part.clone()).await.unwrap().statuses, [Status::Kept; 50]);
    }
    println!("500 parcels kept while the broker is away: {} ms", since.elapsed().as_millis());
    assert_eq!(plant.leaf.status().await.unwrap().out, 500);
    assert!(matches!(link.info().await, Err(LinkError::Offline(_))));
    assert!(matches!(link.have(vec![[0; 32]]).await, Err(LinkError::Offline(_))));
    let (none, ..) = all(link.get(vec![Want::new(tag(1), 0)], vec![], 0).await.unwrap()).await;
    assert_eq!(none, [], "tags can be asked for");

    // The leaf starts again meanwhile, and has it all.
    drop(link);
    let Plant { folder: kept, leaf, .. } = plant;
    leaf.stop().await;
    let plant = Plant::start(kept).await;
    assert_eq!(plant.leaf.status().await.unwrap().out, 500);
    let place = Place::start(folder, unlimited()).await;
    let since = Instant::now();
    assert!(plant.emptied(60).await, "{}", plant.log());
    println!("500 parcels delivered {} ms after its return", since.elapsed().as_millis());
    assert_eq!(drain(&place.user(9).await, tag(1)).await.len(), 500);
    plant.leaf.stop().await;
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_that_is_killed_while_parcels_come_has_each_once() {
    let place = Place::with(open(), unlimited()).await;
    let plant = Plant::new(&[upstream(&place)]).await;
    plant.at_a_broker().await;
    plant.link().await.follow(follow(&[1])).await.unwrap();
    let (pid, _) = plant.leaf.server();
    let direct = place.user(9).await;
    let sent = async {
        for k in 0..50_u64 {
            let part = (0..20).map(|n| parcel(1, k * 20 + n)).collect();
            assert_eq!(common::put(&direct, part).await, [Status::Stored; 20]);
            if k == 20 {
                kill(pid);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (since, mut after) = (Instant::now(), 0);
    let (found, ()) = tokio::join!(gather(&plant, 1, &mut after, (1_000, 90)), sent);
    println!("1000 parcels to a leaf that was killed: {} ms", since.elapsed().as_millis());
    assert_eq!(found.len(), 1_000, "{}", plant.log());
    assert!(found.values().all(|times| *times == 1), "each once");
    assert!(plant.leaf.server().1 >= 2, "it was started again");

    // All of it, pump and server, ends at once, while more comes.
    let Plant { folder, leaf, .. } = plant;
    let pid = leaf.server().0;
    let more = (1_000..1_064).map(|n| parcel(1, n)).collect();
    common::put(&direct, more).await;
    kill(pid);
    drop(leaf);
    common::put(&direct, (1_064..1_100).map(|n| parcel(1, n)).collect()).await;
    let plant = Plant::start(folder).await;
    let found = gather(&plant, 1, &mut after, (100, 60)).await;
    assert_eq!(found.len(), 100, "{}", plant.log());
    assert!(found.values().all(|times| *times == 1), "each once");
    plant.leaf.stop().await;
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_goes_to_the_other_broker_when_its_own_dies() {
    let mut places = vec![Place::new(lasting()).await, Place::new(lasting()).await];
    let both: Vec<Upstream> = places.iter().map(upstream).collect();
    let plant = Plant::new(&both).await;
    let first = plant.at_a_broker().await;
    let link = plant.link().await;
    link.follow(follow(&[2])).await.unwrap();
    link.put(vec![parcel(1, 1)]).await.unwrap();
    assert!(plant.emptied(20).await);
    let own = places.iter().position(|place| place.address() == first).unwrap();
    let own = places.remove(own);
    let other = places.remove(0);
    kill_broker(own).await;
    let since = Instant::now();
    link.put(vec![parcel(1, 2)]).await.unwrap();
    let direct = other.user(9).await;
    common::put(&direct, vec![parcel(2, 1)]).await;
    assert_eq!(gather(&plant, 2, &mut 0, (1, 60)).await.len(), 1);
    assert!(plant.emptied(60).await, "{}", plant.log());
    println!("at the other broker after {} ms", since.elapsed().as_millis());
    assert_eq!(plant.at_a_broker().await, other.address());
    assert_eq!(drain(&direct, tag(1)).await, [envelope(1, 2, 633)]);
    assert_eq!(link.info().await.unwrap().key, other.address().key.into());
    assert_eq!(link.ends().unwrap().broker, other.address().key);
    plant.leaf.stop().await;
    other.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_leaf_comes_in_by_its_code_and_none_without() {
    let code = "0123456789abcdef";
    let invited = Settings {
        admission: Admission::Invited,
        invitations: vec![settings::hashed(code)],
        ..Settings::default()
    };
    let place = Place::new(invited).await;
    let plain = upstream(&place);
    let with = Upstream { invitation: Some(code.into()), ..plain.clone() };
    let plant = Plant::new(&[with]).await;
    assert_eq!(plant.at_a_broker().await, place.address());
    let stranger = Plant::new(&[plain]).await;
    let there = || async { stranger.leaf.status().await.unwrap().broker.is_some() };
    assert!(!until(3, there).await, "it is not let in");
    plant.leaf.stop().await;
    stranger.leaf.stop().await;
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_its_home_comes_into_a_leaf() {
    let plant = Plant::new(&[]).await;
    let address = plant.leaf.address();
    for seed in [[1; 32], *LeafKeys::read(plant.folder.path()).unwrap().leaf.seed()] {
        let wrong = LeafEntrance::new(address, &seed, vec![]).unwrap().connect().await;
        let Err(LinkError::Refused { code, text }) = wrong else { panic!("{:?}", wrong.err()) };
        assert_eq!(code, "not-allowed");
        assert!(text.contains("mundi net leaf DIR"), "{text}");
    }
    assert!(async_nats::connect(address.at.to_string()).await.is_err(), "nor without a key");
    // And its home does what it may, and no more.
    let link = plant.link().await;
    assert_eq!(link.put(vec![parcel(1, 1)]).await.unwrap().statuses, [Status::Kept]);
    let keys = LeafKeys::read(plant.folder.path()).unwrap();
    let side = mundi_transport::leaf_link::Side::Here;
    let seed = mundi_transport::leaf_link::side_key(&keys.home.seed(), side).unwrap();
    let home = async_nats::ConnectOptions::with_nkey(seed.seed().unwrap());
    let home = home.custom_inbox_prefix("_H").request_timeout(Some(Duration::from_secs(1)));
    let home = home.connect(address.at.to_string()).await.unwrap();
    for subject in ["$JS.API.STREAM.DELETE.OUT", "$JS.API.STREAM.PURGE.OUT"] {
        assert!(home.request(subject, "".into()).await.is_err(), "{subject}");
    }
    assert_eq!(plant.leaf.status().await.unwrap().out, 1);
    plant.leaf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_has_no_device_key_and_connects_to_forwarders_only() {
    let place = Place::new(open()).await;
    let plant = Plant::new(&[upstream(&place)]).await;
    plant.at_a_broker().await;
    let device = DeviceKey::from_seed(&[7; 32]);
    let link = plant.link().await;
    link.info().await.unwrap();
    let ends = link.ends().unwrap();
    let ticket = Ticket::issue(&device, &ends.broker, &ends.user, now());
    let inbox = Mailbox::inbox(inbox_of(&device.public()));
    all(link.get(vec![Want::new(inbox, 0)], ticket, 0).await.unwrap()).await;

    let config = std::fs::read_to_string(plant.folder.path().join("nats-server.conf")).unwrap();
    let brokers = [place.broker.places().leaves.port(), place.address().port];
    for port in brokers {
        assert!(!config.contains(&port.to_string()), "a broker is reached by a forwarder only");
    }
    let urls: Vec<&str> = config.split('"').filter(|word| word.contains("://")).collect();
    assert_eq!(urls.len(), 1);
    assert!(urls.iter().all(|url| url.starts_with("nats-leaf://127.0.0.1:")), "{urls:?}");
    assert!(config.contains("ignore_discovered_servers: true"));
    let listens = config.lines().filter(|line| line.contains("listen:")).count();
    assert_eq!(listens, 1, "one port, on loopback");

    // Two seeds of its own lie there, for their owner's eyes, and no device key in any form.
    let keys = LeafKeys::read(plant.folder.path()).unwrap();
    assert_ne!(*keys.home.seed(), *keys.leaf.seed());
    let seeds = config.matches("\"SU").count();
    assert_eq!(seeds, 1, "the leaf's key");
    let pair = nkeys::KeyPair::new_from_raw(nkeys::KeyPairType::User, [7; 32]).unwrap();
    let hex = mundi_broker::keys::hex(&[7; 32]);
    let marks = [pair.seed().unwrap().into_bytes(), vec![7; 32], hex.into_bytes()];
    let mut files = 0;
    visit(plant.folder.path(), &mut |path, bytes| {
        use std::os::unix::fs::PermissionsExt;
        files += 1;
        for mark in &marks {
            let found = bytes.windows(mark.len()).any(|w| w == mark.as_slice());
            assert!(!found, "{}", path.display());
        }
        if ["key", "home", "nats-server.conf"].iter().any(|name| path.ends_with(name)) {
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    });
    assert!(files > 5);
    plant.leaf.stop().await;
    place.broker.stop().await;
}

fn visit(folder: &Path, show: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, show);
        } else if let Ok(bytes) = std::fs::read(&path) {
            show(&path, &bytes);
        }
    }
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

/// All of it, at once.
async fn kill_broker(place: Place) {
    let address = place.address();
    let (pid, _) = place.broker.server();
    kill(pid);
    drop(place.broker);
    assert!(enter(&address, 1, None).await.is_err());
}
