//! What a forwarder makes the system do: it connects to the proxies, and to nothing else; no name is
//! looked up.
//!
//! Each test runs itself once more as a child, under strace, and in a network of its own where that is
//! permitted (`unshare`): there nothing but this machine can be reached at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mundi_transport::control::Control;
use mundi_transport::forwarder::{ForwardError, Forwarder};
use mundi_transport::proxies::{Proxies, RouteError};
use support::{Answer, Socks, nobody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Where a child writes what it expects to be connected to.
const REPORT: &str = "MUNDI_LEAKS_REPORT";

/// The report's file, in a child.
fn child() -> Option<PathBuf> {
    std::env::var_os(REPORT).map(PathBuf::from)
}

/// How a network of one's own is had: with these options of `unshare`, if at all.
fn namespace() -> Option<&'static str> {
    let permitted = |options: &&str| {
        let mut command = Command::new("unshare");
        let tried = command.args([options, "sh", "-c", "ip link set lo up"]).output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    ["-rn", "-n"].into_iter().find(permitted)
}

/// Runs a test of this program as a child, and gives back what it expected to be connected to, and what
/// it did connect or send to: addresses, or what strace shows of those of other families.
fn watched(test: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let strace = Command::new("strace").arg("-V").output();
    assert!(strace.is_ok_and(|s| s.status.success()), "strace is missing: apt-get install strace");
    let folder = tempfile::tempdir().unwrap();
    let (report, trace) = (folder.path().join("report"), folder.path().join("trace"));
    let mut command = match namespace() {
        Some(options) => {
            let mut command = Command::new("unshare");
            command.args([options, "sh", "-c", "ip link set lo up && exec \"$@\"", "sh", "strace"]);
            command
        }
        None => {
            println!("unshare is not permitted here: strace alone watches");
            Command::new("strace")
        }
    };
    let calls = "trace=connect,sendto,sendmsg,sendmmsg";
    command.args(["-f", "-qq", "-s", "0", "-e", calls, "-e", "signal=none", "-o"]).arg(&trace);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    let ran = command.env(REPORT, &report).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}{err}");
    (lines(&report), lines(&trace).iter().filter_map(|line| peer(line)).collect())
}

fn lines(path: &Path) -> BTreeSet<String> {
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// To whom a line of strace goes; what goes over a connection that is there names nobody.
fn peer(line: &str) -> Option<String> {
    let (_, address) = line.split_once("sa_family=")?;
    let between = |begin: &str, end: char| address.split_once(begin)?.1.split(end).next();
    let port = between("_port=htons(", ')').and_then(|port| port.parse::<u16>().ok());
    let ip = between("inet_addr(\"", '"').or_else(|| between("inet_pton(AF_INET6, \"", '"'));
    match (ip.and_then(|ip| ip.parse::<IpAddr>().ok()), port) {
        (Some(ip), Some(port)) => Some(SocketAddr::new(ip, port).to_string()),
        _ => Some(address.to_owned()),
    }
}

#[test]
fn a_forwarder_connects_to_its_proxy_only() {
    match child() {
        Some(report) => forward(&report),
        None => {
            let (expected, met) = watched("a_forwarder_connects_to_its_proxy_only");
            assert_eq!(met, expected);
            assert!(expected.len() >= 6 && expected.iter().all(|at| at.starts_with("127.0.0.1:")));
        }
    }
}

/// Asks forwarders for all kinds of hosts.
fn forward(report: &Path) {
    let (tor, i2p) = (Socks::start(Answer::Echo), Socks::start(Answer::Echo));
    let (down, control) = (nobody(), nobody());
    let mut expected = vec![tor.at, i2p.at, down, control];
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let proxies = Proxies::new(Some(tor.at), Some(i2p.at)).unwrap().allow("example.org");
        for host in ["abcdefgh.onion", "xyz.b32.i2p", "example.org"] {
            let forwarder = Forwarder::start(&proxies, host, 4222).await.unwrap();
            assert_eq!(said(&forwarder).await, b"PING.");
            expected.push(forwarder.address());
        }
        let error = Forwarder::start(&proxies, "www.example.org", 4222).await.unwrap_err();
        assert!(matches!(error, ForwardError::Route(RouteError::Clearnet(_))), "{error}");
        let untold = Proxies::default().allow("example.org");
        let error = Forwarder::start(&untold, "example.org", 4222).await.unwrap_err();
        assert!(matches!(error, ForwardError::Route(RouteError::Lookup(_))), "{error}");
        let error = Forwarder::start(&untold, "abcdefgh.onion", 4222).await.unwrap_err();
        assert!(matches!(error, ForwardError::Route(RouteError::NoProxy { .. })), "{error}");

        let proxies = Proxies::new(Some(down), Some(down)).unwrap();
        for host in ["abcdefgh.onion", "xyz.b32.i2p"] {
            let forwarder = Forwarder::start(&proxies, host, 4222).await.unwrap();
            assert_eq!(said(&forwarder).await, b"");
            let error = forwarder.last_error().unwrap();
            assert!(matches!(error, ForwardError::ProxyDown { .. }), "{error}");
            expected.push(forwarder.address());
        }
        assert!(Control::connect(control, None).await.is_err());
    });
    let names: Vec<_> = tor.asked().into_iter().map(|asked| asked.name).collect();
    assert_eq!(names, ["abcdefgh.onion", "example.org"]);
    assert_eq!(i2p.asked()[0].name, "xyz.b32.i2p");
    let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    std::fs::write(report, expected.join("\n")).unwrap();
}

async fn said(forwarder: &Forwarder) -> Vec<u8> {
    let mut stream = tokio::net::TcpStream::connect(forwarder.address()).await.unwrap();
    let _sent = stream.write_all(b"PING").await;
    let _ended = stream.shutdown().await;
    let mut heard = Vec::new();
    let _broken = stream.read_to_end(&mut heard).await;
    heard
}

/// That the watch sees what it is there for.
#[test]
fn a_lookup_and_a_connection_outside_would_be_noticed() {
    match child() {
        Some(report) => {
            let outside = "192.0.2.1:80".parse().unwrap();
            assert!(TcpStream::connect_timeout(&outside, Duration::from_millis(50)).is_err());
            assert!(("mundi-test.invalid", 80).to_socket_addrs().is_err());
            std::fs::write(report, "").unwrap();
        }
        None => {
            let (_, mut met) = watched("a_lookup_and_a_connection_outside_would_be_noticed");
            assert!(met.remove("192.0.2.1:80"), "{met:?}");
            let resolver = |at: &String| at.ends_with(":53") || at.starts_with("AF_UNIX");
            assert!(met.iter().any(resolver), "{met:?}");
        }
    }
}
