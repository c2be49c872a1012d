//! Homes that converse through real brokers: federated ones, of which most are down most of the time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[path = "../node/tests/homes/mod.rs"]
mod homes;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use homes::{Person, acquaint, by_real_time, fields, open_as, people};
use mundi_broker::{Admission, Broker, Options, Peer, Settings, settings};
use mundi_engine::sealing::Waits;
use mundi_node::clock;
use mundi_node::network::{Exchange, Network, Online, Timing};
use mundi_transport::address::BrokerAddress;
use tokio::task::LocalSet;

const TALK: &str = include_str!("../examples/conversations/discussion.conv");
/// What each person says, and with how many ms between.
const SAYS: usize = 40;
const PACE: u64 = 300;
/// Words that no broker may see.
const MARKERS: [&str; 4] = ["zinnober", "Discussion", "summarize", "moderator"];

/// Three brokers that know each other, in folders of their own.
struct Brokers {
    folders: Vec<tempfile::TempDir>,
    addresses: Vec<BrokerAddress>,
    running: RefCell<Vec<Option<Broker>>>,
}

/// A port that is free now.
fn free() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}

impl Brokers {
    async fn new(count: usize) -> Self {
        let folders: Vec<_> = (0..count).map(|_| tempfile::tempdir().unwrap()).collect();
        let mut addresses = Vec::new();
        for folder in &folders {
            let listen = free();
            let settings = Settings { listen, admission: Admission::Open, ..Settings::default() };
            let key = settings::init(folder.path(), &settings).unwrap().public();
            let (host, port) = (listen.ip().to_string(), listen.port());
            addresses.push(BrokerAddress { host, port, key });
        }
        for (own, folder) in folders.iter().enumerate() {
            let mut settings = Settings::load(folder.path()).unwrap();
            let others = addresses.iter().enumerate().filter(|(n, _)| *n != own);
            settings.peers =
                others.map(|(_, a)| Peer { address: a.to_string(), via: None }).collect();
            settings.save(folder.path()).unwrap();
        }
        let brokers = Self { folders, addresses, running: RefCell::new(Vec::new()) };
        for n in 0..count {
            let broker = brokers.start(n).await;
            brokers.running.borrow_mut().push(Some(broker));
        }
        brokers
    }

    async fn start(&self, n: usize) -> Broker {
        let folder = self.folders[n].path();
        let started = Broker::start(folder, Options::default()).await;
        started.unwrap_or_else(|e| panic!("broker {n} does not start: {e}"))
    }

    /// Kills two at a time, again and again, and starts them anew.
    async fn storm(&self, over: &Cell<bool>) -> usize {
        let mut round = 0_usize;
        while !over.get() {
            let stays = (round * 7 + 1) % 3;
            for n in (0..3).filter(|n| *n != stays) {
                self.running.borrow_mut()[n] = None;
            }
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            for n in (0..3).filter(|n| *n != stays) {
                let broker = self.start(n).await;
                self.running.borrow_mut()[n] = Some(broker);
            }
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            round += 1;
        }
        round
    }
}

/// Who has come to the end, and whether everybody has.
#[derive(Default)]
struct End {
    names: RefCell<BTreeSet<String>>,
    over: Cell<bool>,
    said: Cell<usize>,
}

impl End {
    /// Waits until something holds, for three minutes at most.
    async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) && began.elapsed() < Duration::from_secs(180) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// A person who says so many things, and goes on until everybody has come to the end.
async fn converse(mut person: Person, brokers: &Brokers, says: usize, end: &End) -> Person {
    let over = &end.over;
    let network = Network { brokers: brokers.addresses.clone(), ..Network::default() };
    person.home.set_network(&network).unwrap();
    let mut online = Online::new();
    let (mut said, mut avoid) = ((0, 0), None);
    while !over.get() {
        let link = match person.home.connect(avoid).await {
            Ok(link) => link,
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let timing = Timing { clock: clock::now, waits: Waits::NONE };
        let Ok(mut exchange) = Exchange::begin(&mut person.home, link, online, timing).await else {
            online = Online::new();
            continue;
        };
        avoid = exchange.info().map(|info| *info.key);
        let until = Instant::now() + Duration::from_secs(8);
        while !over.get() && Instant::now() < until && !exchange.online.lacks(clock::now()) {
            let step = exchange.next(&mut person.home);
            if let Ok(Err(_)) = tokio::time::timeout(Duration::from_millis(150), step).await {
                break;
            }
            act(&mut person, &mut exchange.online, &mut said, says, end);
        }
        online = exchange.into_online();
    }
    person
}

/// A person, from now on.
fn begin(
    person: Person,
    brokers: &Rc<Brokers>,
    says: usize,
    end: &Rc<End>,
) -> tokio::task::JoinHandle<Person> {
    let (brokers, end) = (brokers.clone(), end.clone());
    tokio::task::spawn_local(async move { converse(person, &brokers, says, &end).await })
}

/// What a person says now, if anything.
fn act(person: &mut Person, online: &mut Online, said: &mut (usize, u64), says: usize, end: &End) {
    let Ok(row) = person.home.find(None) else { return };
    let Some(room) = online.room_mut(row.number) else { return };
    if room.replica.is_final() {
        end.names.borrow_mut().insert(person.name.clone());
    }
    let now = clock::now();
    if now.saturating_sub(said.1) < PACE {
        return;
    }
    said.1 = now;
    let said = &mut said.0;
    let words = format!("words=\"zinnober {} {said}\"", person.name);
    let (message, text) = if *said < says {
        ("say", words)
    } else if person.name == "ada" && *said == says {
        // The summary is of all that all have said.
        if room.replica.order().len() < 1 + 3 * says {
            return;
        }
        ("summarize", words)
    } else if person.name != "ada" && *said == says {
        ("agree", String::new())
    } else {
        return;
    };
    if person.home.say(room, message, &fields(&text), now).is_ok() {
        *said += 1;
        end.said.set(end.said.get() + 1);
    }
}

fn done(person: &Person) -> bool {
    let room = person.home.find(None).and_then(|row| person.home.room(&row));
    room.is_ok_and(|room| room.replica.is_final())
}

/// Whether a file holds a text.
fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found
}

/// Nothing of what was said, of names or rules is in what the brokers keep, nor in their memory.
fn see_nothing(brokers: &Brokers) {
    let memory = tempfile::tempdir().unwrap();
    for broker in brokers.running.borrow().iter().flatten() {
        let (pid, _) = broker.server();
        dump(pid, memory.path());
    }
    let kept = brokers.folders.iter().flat_map(|folder| files(folder.path()));
    let all: Vec<_> = kept.chain(files(memory.path())).collect();
    assert!(all.len() > 6, "{all:?}");
    for path in &all {
        for marker in MARKERS {
            assert!(!holds(path, marker), "{} holds {marker}", path.display());
        }
    }
}

/// The memory of a process that can be written, into a file.
fn dump(pid: u32, folder: &Path) {
    use std::io::{Read, Seek, SeekFrom, Write};
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut memory = std::fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut out = std::fs::File::create(folder.join(pid.to_string())).unwrap();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let from = u64::from_str_radix(from, 16).unwrap();
        let to = u64::from_str_radix(to, 16).unwrap();
        if to - from > 256 << 20 || memory.seek(SeekFrom::Start(from)).is_err() {
            continue;
        }
        let mut bytes = Vec::new();
        if (&memory).take(to - from).read_to_end(&mut bytes).is_ok() {
            out.write_all(&bytes).unwrap();
        }
    }
}

#[test]
fn any_two_of_three_brokers_die_again_and_again_and_nothing_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    by_real_time();
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let brokers = Rc::new(Brokers::new(3).await);
        let mut all = people(&["ada", "ben", "cy"]);
        acquaint(&mut all);
        let cast = [("moderator", "me"), ("speaker", "ben,cy")];
        open_as(&mut all[0], TALK, &cast, "question=\"zinnober?\"");
        let end = Rc::new(End::default());
        let tasks: Vec<_> =
            all.into_iter().map(|person| begin(person, &brokers, SAYS, &end)).collect();
        let (storming, raging) = (brokers.clone(), end.clone());
        let storm = tokio::task::spawn_local(async move { storming.storm(&raging.over).await });
        let began = Instant::now();
        end.until(|end| end.names.borrow().len() == 3).await;
        end.over.set(true);
        let rounds = storm.await.unwrap();
        println!("the end after {:?} and {rounds} rounds", began.elapsed());
        assert!(rounds >= 3, "{rounds}");
        let mut homes = Vec::new();
        for task in tasks {
            homes.push(task.await.unwrap());
        }
        for person in &homes {
            let room = person.home.room_of(None).unwrap();
            assert!(done(person), "{}: {:?}", person.name, room.replica.ending());
            let said = room.replica.order().len();
            assert!(said > 3 * SAYS + 3, "{} has {said}", person.name);
        }
        see_nothing(&brokers);
    });
}

#[test]
fn the_only_broker_may_lose_its_store_and_it_costs_nothing_once_the_others_are_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    by_real_time();
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let brokers = Rc::new(Brokers::new(1).await);
        let mut all = people(&["ada", "ben", "cy"]);
        acquaint(&mut all);
        let cast = [("moderator", "me"), ("speaker", "ben,cy")];
        open_as(&mut all[0], TALK, &cast, "question=\"zinnober?\"");
        let end = Rc::new(End::default());
        let cy = all.pop().unwrap();
        let mut tasks: Vec<_> =
            all.into_iter().map(|person| begin(person, &brokers, SAYS, &end)).collect();
        end.until(|end| end.said.get() >= 2 * SAYS).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let broker = brokers.running.borrow_mut()[0].take().unwrap();
        broker.stop().await;
        // What an operator does whose nats-server cannot read its store any more.
        let folder = brokers.folders[0].path();
        std::fs::rename(folder.join("jetstream"), folder.join("jetstream.damaged")).unwrap();
        let again = brokers.start(0).await;
        brokers.running.borrow_mut()[0] = Some(again);
        // Cy was away all the time: all that he gets comes from that store, or from the others again.
        tasks.push(begin(cy, &brokers, SAYS, &end));
        end.until(|end| end.names.borrow().len() == 3).await;
        end.over.set(true);
        for task in tasks {
            let person = task.await.unwrap();
            let room = person.home.room_of(None).unwrap();
            let said = room.replica.order().len();
            assert!(done(&person), "{} has {said}: {:?}", person.name, room.replica.ending());
            assert!(said > 3 * SAYS + 3, "{} has {said}", person.name);
        }
    });
}
