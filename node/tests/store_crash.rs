//! A store whose process is killed, whose disk is full, or whose files may not be written.
//!
//! The process that suffers is this test program itself, run again with [`ROLE`] set; it does what
//! [`suffer`] says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mundi_engine::EntryId;
use mundi_node::store::{ConversationNo, DbKey, NewConversation, Store, StoreError};

/// The variable that says what the process is to do, and the one that says where.
const ROLE: &str = "STORE_TEST_ROLE";
const FOLDER: &str = "STORE_TEST_FOLDER";

/// Writes of one store before the next is begun.
const WRITES: u32 = 500;

fn key() -> DbKey {
    DbKey::new(&[7; 32])
}

fn id(n: u32) -> EntryId {
    let mut bytes = [0x5a; 32];
    bytes[..4].copy_from_slice(&n.wrapping_mul(0x9e37_79b1).to_be_bytes());
    bytes[4..8].copy_from_slice(&n.to_be_bytes());
    EntryId(bytes)
}

/// The bytes of the n-th entry: of many lengths, told from each other.
fn bytes(n: u32) -> Vec<u8> {
    n.to_le_bytes().repeat(1 + (n as usize * 37) % 900)
}

/// The n-th saved replica: several pages, so that the log reaches its limit within a run.
fn saved(n: u32) -> Vec<u8> {
    n.to_be_bytes().repeat(5_000 + n as usize)
}

fn begin(folder: &Path) -> Store {
    let mut store = Store::create(&folder.join("db"), &key()).unwrap();
    let open = bytes(0);
    let new = NewConversation {
        id: id(0),
        open: &open,
        title: "t",
        topic: None,
        opened_at: 0,
        device: None,
    };
    store.write(|tx| tx.add_conversation(&new)).unwrap();
    store
}

fn number(store: &Store) -> ConversationNo {
    store.conversations().unwrap()[0].number
}

/// One write: an entry, a saved replica and a setting, which all say the same number.
fn write(store: &mut Store, to: ConversationNo, n: u32) -> Result<(), StoreError> {
    store.write(|tx| {
        assert_eq!(tx.append(to, &[(id(n), &bytes(n))])?, 1);
        tx.set_checkpoint(to, u64::from(n), &saved(n))?;
        tx.set_setting("n", &n.to_le_bytes())
    })
}

/// How many writes a store holds, all of them whole.
fn looked(store: &Store) -> u32 {
    let to = number(store);
    let entries: Vec<(EntryId, Vec<u8>)> = store.entries(to).map(Result::unwrap).collect();
    for (n, (found, content)) in (0..).zip(&entries) {
        assert!(*found == id(n) && *content == bytes(n), "entry {n}");
        assert_eq!(store.entry(found).unwrap().unwrap().position, u64::from(n));
    }
    let last = u32::try_from(entries.len()).unwrap() - 1;
    assert_eq!(store.conversation(to).unwrap().unwrap().entries, u64::from(last) + 1);
    if last > 0 {
        let checkpoint = store.checkpoint(to).unwrap().unwrap();
        assert!(checkpoint.entries == u64::from(last) && checkpoint.bytes == saved(last));
        assert_eq!(store.setting("n").unwrap().unwrap(), last.to_le_bytes());
    }
    last
}

/// The same, with every page and index looked at.
fn whole(store: &mut Store) -> u32 {
    store.check().unwrap();
    looked(store)
}

/// Says something to the test that runs this process.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "= {text}").unwrap();
    out.flush().unwrap();
}

/// What the process does that suffers.
#[test]
#[ignore = "run by the other tests here, in a process of its own"]
fn suffer() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    match std::env::var(ROLE).unwrap().as_str() {
        "append" => append(&folder),
        "fill" => say(&fill(&mut Store::open(&folder.join("db"), &key()).unwrap(), u32::MAX)),
        "fill and cut" => say(&fill(&mut Store::open(&folder.join("db"), &key()).unwrap(), 3)),
        "fill and look" => {
            let mut store = begin(&folder);
            say(&fill(&mut store, u32::MAX));
            let held = looked(&store);
            drop(store);
            let store = Store::open(&folder.join("db"), &key()).unwrap();
            assert_eq!(looked(&store), held);
            say("held");
        }
        "open" => match Store::open(&folder.join("db"), &key()) {
            Ok(_) => say("opened"),
            Err(error) => say(&format!("{error:?}")),
        },
        other => panic!("{other}"),
    }
}

/// Writes and acknowledges until it is killed.
fn append(folder: &Path) {
    let mut store = Store::open(&folder.join("db"), &key()).unwrap();
    let to = number(&store);
    let next = u32::try_from(store.conversation(to).unwrap().unwrap().entries).unwrap();
    say("open");
    for n in next..=WRITES {
        write(&mut store, to, n).unwrap();
        say(&n.to_string());
        if n % 41 == 0 {
            store.cut_log().unwrap();
        }
    }
}

/// Writes until it fails; each write is acknowledged. Every so many, the log is cut.
fn fill(store: &mut Store, every: u32) -> String {
    let to = number(store);
    let next = u32::try_from(store.conversation(to).unwrap().unwrap().entries).unwrap();
    for n in next.. {
        match write(store, to, n) {
            Ok(()) => say(&n.to_string()),
            Err(error) => return format!("{error:?}"),
        }
        if n % every == 0
            && let Err(error) = store.cut_log()
        {
            return format!("{error:?}");
        }
    }
    String::new()
}

/// This program again, in a role.
fn again(program: &Path, role: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--exact", "suffer", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

fn this() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// What a process says, line by line.
fn said(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let out = BufReader::new(child.stdout.take().unwrap());
    out.lines().map_while(Result::ok).filter_map(|line| {
        // The test harness may have begun the line.
        line.split_once("= ").map(|(_, text)| text.to_owned())
    })
}

/// All that a process says until it ends.
fn heard(mut command: Command) -> Vec<String> {
    let mut child = command.spawn().unwrap();
    let all = said(&mut child).collect();
    child.wait().unwrap();
    all
}

#[test]
fn no_acknowledged_write_is_lost_when_the_process_is_killed() {
    let start = Instant::now();
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: u64| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance % below
    };
    let (mut rounds, mut between) = (0, 0);
    let (mut folder, mut held) = (None, WRITES);
    while rounds < 60 && start.elapsed() < Duration::from_secs(15) {
        if held >= WRITES {
            let new = tempfile::tempdir().unwrap();
            begin(new.path()).close().unwrap();
            (folder, held) = (Some(new), 0);
        }
        let folder = folder.as_ref().unwrap().path();
        let mut child = again(&this(), "append", folder).spawn().unwrap();
        let mut lines = said(&mut child);
        assert_eq!(lines.next().as_deref(), Some("open"));
        let mut acknowledged = held;
        for _ in 0..random(40) {
            acknowledged = lines.next().map_or(acknowledged, |line| line.parse().unwrap());
        }
        std::thread::sleep(Duration::from_micros(random(3_000)));
        child.kill().unwrap();
        acknowledged = lines.last().map_or(acknowledged, |line| line.parse().unwrap());
        child.wait().unwrap();
        // The lock is gone with the process.
        let mut store = Store::open(&folder.join("db"), &key()).unwrap();
        held = whole(&mut store);
        assert!(held >= acknowledged, "{acknowledged} were acknowledged, {held} are there");
        assert!(held <= acknowledged + 1, "{held} are there, {acknowledged} were acknowledged");
        between += u32::from(held > acknowledged);
        rounds += 1;
    }
    println!("{rounds} rounds, {between} killed between writing and acknowledging");
    assert!(rounds >= 10, "{rounds}");
}

#[test]
fn while_another_process_has_a_store_it_is_in_use_by_that_one() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path()).close().unwrap();
    let mut child = again(&this(), "append", folder.path()).spawn().unwrap();
    let mut lines = said(&mut child);
    assert_eq!(lines.next().as_deref(), Some("open"));
    let refused = Store::open(&folder.path().join("db"), &key()).err();
    child.kill().unwrap();
    child.wait().unwrap();
    let Some(StoreError::InUse { pid }) = refused else { panic!("{refused:?}") };
    if Path::new("/proc/locks").exists() {
        assert_eq!(pid, Some(child.id()));
    }
    assert!(Store::open(&folder.path().join("db"), &key()).is_ok());
}

/// A role, in which no file may grow beyond so many blocks of 512 bytes.
fn limited(role: &str, blocks: u32, folder: &Path) -> Vec<String> {
    let plain = again(&this(), role, folder);
    let mut limited = Command::new("sh");
    // Without the trap, the system would kill the process.
    limited.args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &blocks.to_string()]);
    limited.arg(plain.get_program()).args(plain.get_args()).stdout(Stdio::piped());
    limited.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    heard(limited)
}

#[test]
fn a_file_that_may_not_grow_fails_the_write_and_nothing_else() {
    // With "fill" it is the log that meets its limit, with "fill and cut" the database.
    for (role, blocks) in ["fill", "fill and cut"]
        .iter()
        .flat_map(|role| [801, 1_000, 1_503, 2_007].map(|blocks| (*role, blocks)))
    {
        let folder = tempfile::tempdir().unwrap();
        begin(folder.path()).close().unwrap();
        let mut all = limited(role, blocks, folder.path());
        let error = all.pop().unwrap();
        assert!(error.starts_with("Io("), "{role} {blocks}: {error}");
        let acknowledged: u32 = all.last().unwrap().parse().unwrap();
        let mut store = Store::open(&folder.path().join("db"), &key()).unwrap();
        assert_eq!(whole(&mut store), acknowledged, "{role} {blocks}");
        let to = number(&store);
        write(&mut store, to, acknowledged + 1).unwrap();
        store.cut_log().unwrap();
        assert_eq!(whole(&mut store), acknowledged + 1);
    }
}

#[test]
fn a_full_disk_fails_the_write_and_nothing_else() {
    // A small disk in memory, which only this process sees: some systems do not allow one.
    let allowed = Command::new("unshare").args(["-rm", "true"]).status();
    if !allowed.is_ok_and(|status| status.success()) {
        println!("no disk of one's own can be mounted here: not tested");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let plain = again(&this(), "fill and look", folder.path());
    let mut alone = Command::new("unshare");
    let mount = "mount -t tmpfs -o size=3m small \"$STORE_TEST_FOLDER\" && exec \"$@\"";
    alone.args(["-rm", "sh", "-c", mount, "sh"]);
    alone.arg(plain.get_program()).args(plain.get_args()).stdout(Stdio::piped());
    alone.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let all = heard(alone);
    let [acknowledged @ .., error, held] = &all[..] else { panic!("{all:?}") };
    assert_eq!((error.as_str(), held.as_str()), ("Full", "held"));
    assert!(acknowledged.len() > 10, "{acknowledged:?}");
}

#[test]
fn files_that_may_only_be_read_are_told_so_and_left_as_they_are() {
    let home = tempfile::tempdir().unwrap();
    // The root user may write everything: another one opens the store then.
    let root = rustix::process::geteuid().is_root();
    let program = home.path().join("program");
    std::fs::copy(this(), &program).unwrap();
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(home.path(), 0o755);
    let folder = home.path().join("home");
    std::fs::create_dir(&folder).unwrap();
    begin(&folder).close().unwrap();
    let db = folder.join("db");
    let before = std::fs::read(&db).unwrap();
    let opened = |of_folder, of_file| {
        mode(&db, of_file);
        mode(&folder, of_folder);
        let mut command = again(&program, "open", &folder);
        if root {
            command.uid(65_534);
        }
        heard(command)
    };
    assert_eq!(opened(0o777, 0o444), ["ReadOnly"]);
    assert_eq!(opened(0o555, 0o666), ["ReadOnly"]);
    assert_eq!(opened(0o555, 0o444), ["ReadOnly"]);
    if root {
        assert_eq!(opened(0o777, 0o600), ["ReadOnly"]);
    }
    mode(&folder, 0o700);
    mode(&db, 0o600);
    assert!(std::fs::read(&db).unwrap() == before);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    assert!(Store::open(&db, &key()).is_ok());
}
