//! Conversations that are held live through a broker: the whole program, one process a person.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(unix)]

mod world;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use world::{World, example};

/// A process that is talked to, and ends with the test.
struct Session {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Session {
    fn of(mut child: Child) -> Self {
        let said = Arc::new(Mutex::new(String::new()));
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for mut from in outputs {
            let said = said.clone();
            std::thread::spawn(move || {
                let mut some = [0; 4096];
                while let Ok(read @ 1..) = from.read(&mut some) {
                    said.lock().unwrap().push_str(&String::from_utf8_lossy(&some[..read]));
                }
            });
        }
        Self { child, said }
    }

    fn heard(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it has said something.
    fn wait(&self, words: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            let heard = self.heard();
            if heard.contains(words) {
                return heard;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("`{words}` is not said: {}", self.heard());
    }

    fn say(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Ends its input; its exit status.
    fn end(mut self) -> i32 {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn free() -> String {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string()
}

/// A broker that runs, and its address.
fn broker(world: &World, admission: &str) -> (Session, String) {
    let folder = world.file("broker");
    let (listen, leaves, metrics) = (free(), free(), free());
    let places = ["--listen", &listen, "--leaves", &leaves, "--metrics", &metrics];
    let mut init = vec!["broker", "init", &folder, "--admission", admission];
    init.extend(places);
    let made = world.command("nobody", &init).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let session = start(world);
    let heard = session.wait("runs: ");
    let address = heard.lines().find_map(|line| line.strip_prefix("runs: ")).unwrap();
    (session, address.to_owned())
}

fn start(world: &World) -> Session {
    let mut run = world.command("nobody", &["broker", "run", &world.file("broker")]);
    if let Some(server) = std::env::var_os("MUNDI_NATS_SERVER") {
        run.env("MUNDI_NATS_SERVER", server);
    }
    Session::of(run.stdin(Stdio::null()).spawn().unwrap())
}

#[test]
fn an_order_is_held_live_by_three_processes_to_a_final_outcome() {
    let world = World::people(&["ada", "ben", "cy"]);
    let (_broker, via) = broker(&world, "open");
    let rules = example("escrow.conv");
    let terms = "item=\"lamp\", price=12.50, currency=\"EUR\"";
    let mut ada = Session::of(world.begin(
        "ada",
        &[
            "converse",
            "--rules",
            &rules,
            "--as",
            "buyer",
            "--with",
            "seller=ben",
            "--with",
            "notary=cy",
            "--terms",
            terms,
            "--via",
            &via,
        ],
    ));
    ada.wait("on-line");
    let mut ben = Session::of(world.begin("ben", &["join", "--via", &via]));
    ben.wait("order by ada?");
    ada.say("order quantity=1 address=\"1 High St\"");
    ben.wait("accept by me");
    ben.say("accept");
    ada.wait("pay by me");
    ada.say("pay reference=\"bank 17\"");
    ben.wait("ship by me");
    ben.say("ship tracking=\"T 1\"");
    ada.wait("confirm by me");
    ada.say("confirm");
    ben.wait("final: sealed by");
    ada.wait("final: sealed by");
    assert_eq!((ada.end(), ben.end()), (0, 0));
    // Who was asleep comes later, and sees the same.
    let synced = world.ok("cy", &["net", "broker", "add", &via]);
    assert!(synced.out.contains("on this machine"), "{}", synced.out);
    let synced = world.ok("cy", &["sync"]);
    assert!(synced.out.contains("you are invited by ada?"), "{}", synced.out);
    let seen = world.seen("cy");
    assert_eq!((world.seen("ada"), world.seen("ben")), (seen.clone(), seen));
    let delivery = world.ok("ada", &["show", "1", "--delivery"]);
    assert!(
        delivery.out.contains("order: on the disk of 1 broker; received by ben?"),
        "{}",
        delivery.out
    );
    let status = world.ok("ada", &["status", "--json"]).json();
    assert_eq!((status["state"].as_str(), status["queued"].as_u64()), (Some("on-line"), Some(0)));
}

#[test]
fn what_is_said_and_written_without_a_broker_waits_and_survives() {
    let world = World::people(&["ada", "ben"]);
    let (running, via) = broker(&world, "open");
    for who in ["ada", "ben"] {
        world.ok(who, &["net", "broker", "add", &via]);
    }
    drop(running);
    let rules = example("coin.conv");
    world.ok("ada", &["open", "--rules", &rules, "--role", "left=me", "--role", "right=ben"]);
    world.ok("ada", &["mail", "write", "ben", "--send", "hello"]);
    let offline = world.run("ada", &["sync"]);
    assert_eq!(offline.status, 3, "{}", offline.out);
    let status = world.ok("ada", &["status", "--json"]).json();
    assert_eq!(status["state"], "off-line");
    let _running = start(&world);
    let end = Instant::now() + Duration::from_secs(30);
    while world.run("ada", &["sync"]).status != 0 {
        assert!(Instant::now() < end);
    }
    let synced = world.ok("ben", &["sync", "--json"]).json();
    let news = synced["news"].to_string();
    assert!(
        news.contains("you are invited by ada?") && news.contains("private message 1"),
        "{news}"
    );
    assert!(world.ok("ben", &["mail", "read", "1"]).out.contains("hello"));
    // Nothing comes twice.
    let again = world.ok("ben", &["sync", "--json"]).json();
    assert_eq!(again["news"].as_array().map(Vec::len), Some(0), "{again}");
    assert_eq!(world.ok("ada", &["sync", "--json"]).json()["queued"], 0);
}

#[test]
fn a_broker_that_invites_lets_in_who_has_a_code_and_says_so_to_others() {
    let world = World::people(&["ada", "ben"]);
    let folder = world.file("broker");
    let (running, via) = broker(&world, "invited");
    let stranger = world.run("ada", &["sync"]);
    assert!(stranger.err.contains("no broker is known"), "{}", stranger.err);
    world.ok("ada", &["net", "broker", "add", &via]);
    let refused = world.run("ada", &["sync"]);
    assert_eq!(refused.status, 3);
    assert!(refused.err.contains("does not let"), "{}", refused.err);
    drop(running);
    let made = world.command("nobody", &["broker", "invite", &folder]).output().unwrap();
    let code = String::from_utf8(made.stdout).unwrap();
    let told = world.command("nobody", &["broker", "notice", &folder, "away on \u{1b}[2JSunday"]);
    assert!({ told }.output().unwrap().status.success());
    let running = start(&world);
    running.wait("runs: ");
    world.ok("ada", &["net", "broker", "add", &via, "--invitation", code.trim()]);
    let status = world.ok("ada", &["status"]);
    assert!(status.out.contains("its operator: away on \\u{1B}[2JSunday"), "{}", status.out);
}

#[test]
fn what_cannot_be_reached_is_said_when_it_is_set() {
    let world = World::people(&["ada"]);
    let key = "ab".repeat(32);
    let onion = format!("{}.onion:4222#{key}", "a".repeat(56));
    let clear = format!("broker.example.org:4222#{key}");
    let said = world.ok("ada", &["net", "broker", "add", &onion]).err;
    assert!(said.contains("no Tor proxy is set") || said.contains("mundi net tor"), "{said}");
    let said = world.ok("ada", &["net", "broker", "add", &clear]).err;
    assert!(said.contains("will not be used"), "{said}");
    for (arguments, why) in [
        (vec!["net", "tor", "192.0.2.1:9050"], "must be on this one"),
        (vec!["net", "tor", "here"], "write IP:PORT"),
        (vec!["net", "broker", "add", "127.0.0.1:4222"], "has no key"),
        (vec!["net", "broker", "remove", "z"], "no broker's address begins"),
    ] {
        let answer = world.run("ada", &arguments);
        assert!(answer.status == 2 && answer.err.contains(why), "{}", answer.err);
    }
    let status = world.ok("ada", &["status"]).out;
    assert!(status.starts_with("off-line: none of 2 brokers"), "{status}");
    let joined = world.run("ada", &["join", "--wait", "1"]);
    assert_eq!(joined.status, 3, "{}", joined.err);
}
