//! `mundi unlock` and `mundi lock` on real homes: what opens, what is remembered, and that it is
//! forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod home;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use home::{
    AT, Home, PROGRAM, Ran, SESAME, as_nobody, db_key, is_alive, is_root, mode, person, python,
};
use mundi_identity::pgp::{self, Keyholder, PgpError};
use mundi_node::agent;
use mundi_node::store::DbKey;
use mundi_node::unlock::{GnuPgKeyring, Holder, NoKeyring};
use rustix::process::{Pid, Signal, kill_process};

const BY_FD: [&str; 3] = ["unlock", "--passphrase-fd", "0"];

fn kill(process: u32, signal: Signal) {
    kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn unlocked_keys_are_used_without_a_passphrase_until_lock_forgets_them() {
    let home = Home::of(1);
    let ran = home.run(&["lock"], "");
    assert!(ran.status == 0 && ran.out.contains("was locked already"), "{ran:?}");
    let process = home.unlock(&[]);
    let open = agent::unlocked(&home.place, &NoKeyring).unwrap().unwrap();
    assert_eq!(open.db_key.as_bytes(), &db_key(1));
    assert!(matches!(open.keyholder, Holder::Agent(_)));
    let key = person(1);
    let signature = open.keyholder.sign_detached(b"data", AT).unwrap();
    key.cert().verify_detached(b"data", &signature, AT).unwrap();
    let signed = open.keyholder.sign_message(b"text", AT).unwrap();
    let sealed = pgp::encrypt(&[&key.cert()], &signed, AT).unwrap();
    let inner = open.keyholder.decrypt(&sealed).unwrap();
    let read = pgp::read(&inner, &[&key.cert()], AT).unwrap();
    assert_eq!(read.plaintext.as_slice(), b"text");
    assert_eq!(read.author, pgp::Authorship::By(key.cert().fingerprint()));
    let to_another = pgp::encrypt(&[&person(2).cert()], &signed, AT).unwrap();
    let refused = open.keyholder.decrypt(&to_another).map(|_| ());
    assert_eq!(refused, Err(PgpError::NotForUs));
    let ran = home.run(&BY_FD, "");
    assert!(ran.status == 0 && ran.out.starts_with("unlocked already, for "), "{ran:?}");
    let ran = home.run(&["lock"], "");
    assert!(ran.status == 0 && ran.out.contains(&format!("(process {process}) has")), "{ran:?}");
    assert!(home.is_gone(process));
    let gone = open.keyholder.sign_detached(b"data", AT).unwrap_err().to_string();
    assert!(gone.contains("locked meanwhile"), "{gone}");
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let home = Home::of(1);
    let before = std::fs::read(home.place.key()).unwrap();
    for input in ["sesame\n", "\n", &format!("{SESAME} \n")] {
        let ran = home.run(&BY_FD, input);
        assert!(ran.status == 1 && ran.err.contains("the passphrase is wrong"), "{ran:?}");
        assert!(!ran.err.contains("sesame") && home.agent().is_none());
    }
    let ran = home.run(&BY_FD, "");
    assert!(ran.status == 1 && ran.err.contains("holds no passphrase"), "{ran:?}");
    let ran = home.run(&["unlock", "--passphrase-fd", "77"], "");
    assert!(ran.status == 2 && ran.err.contains("it is not open"), "{ran:?}");
    assert_eq!(std::fs::read(home.place.key()).unwrap(), before);
}

#[test]
fn what_is_missing_damaged_another_persons_or_newer_is_named() {
    let home = Home::of(1);
    let other = Home::of(2);
    let told = |status: i32, words: &str| {
        let ran = home.run(&BY_FD, &format!("{SESAME}\n"));
        assert!(ran.status == status && ran.err.contains(words), "{words}: {ran:?}");
        assert!(home.agent().is_none());
    };
    let secret = std::fs::read(home.place.secret()).unwrap();
    std::fs::copy(other.place.secret(), home.place.secret()).unwrap();
    told(1, "is not for this key");
    std::fs::write(home.place.secret(), &secret[..40]).unwrap();
    told(3, "is damaged");
    let newer = pgp::literal(&[9; 50]).unwrap();
    let newer = pgp::encrypt(&[&person(1).cert()], &newer, AT).unwrap();
    std::fs::write(home.place.secret(), newer).unwrap();
    told(3, "has form 9");
    std::fs::write(home.place.secret(), &secret).unwrap();
    let key = std::fs::read(home.place.key()).unwrap();
    std::fs::write(home.place.key(), &key[..key.len() - 30]).unwrap();
    told(3, "is damaged");
    std::fs::remove_file(home.place.secret()).unwrap();
    told(2, "there is no home at");
    let ran = home.run(&["lock", "--home", "nowhere"], "");
    assert!(ran.status == 2 && ran.err.contains("there is no home at nowhere"), "{ran:?}");
}

#[test]
fn two_homes_are_unlocked_and_locked_apart() {
    let (one, two) = (Home::of(1), Home::of(2));
    let (first, second) = (one.unlock(&[]), two.unlock(&[]));
    assert_ne!(first, second);
    let opened = |home: &Home| agent::unlocked(&home.place, &NoKeyring).unwrap().unwrap();
    assert_eq!(opened(&one).db_key.as_bytes(), &db_key(1));
    assert_eq!(opened(&two).db_key.as_bytes(), &db_key(2));
    assert_eq!(one.run(&["lock"], "").status, 0);
    assert!(one.is_gone(first) && is_alive(second));
    assert_eq!(opened(&two).db_key.as_bytes(), &db_key(2));
}

#[test]
fn two_unlocks_at_once_make_one_agent() {
    let home = Home::of(1);
    let started: Vec<_> = (0..4).map(|_| home.start(&BY_FD, &format!("{SESAME}\n"))).collect();
    let ran: Vec<_> =
        started.into_iter().map(|c| Ran::of(&c.wait_with_output().unwrap())).collect();
    assert!(ran.iter().all(|r| r.status == 0), "{ran:?}");
    assert_eq!(ran.iter().filter(|r| r.out.starts_with("unlocked for 8 h")).count(), 1, "{ran:?}");
    let process = home.agent().unwrap();
    assert_eq!(home.run(&["lock"], "").status, 0);
    // Its lock is free a moment before the process has ended.
    assert!(home.is_gone(process), "no second one is left");
}

#[test]
fn a_path_that_is_too_long_for_a_socket_is_no_hindrance() {
    let home = Home::below(1, &"l".repeat(150));
    assert!(home.place.runtime().as_os_str().len() > 107);
    let process = home.unlock(&[]);
    let open = agent::unlocked(&home.place, &NoKeyring).unwrap().unwrap();
    assert!(open.keyholder.sign_detached(b"data", AT).is_ok());
    let ran = home.run(&BY_FD, "");
    assert!(ran.status == 0 && ran.out.starts_with("unlocked already"), "{ran:?}");
    assert_eq!(home.run(&["lock"], "").status, 0);
    assert!(home.is_gone(process));
}

#[test]
fn it_forgets_at_the_end_of_its_time() {
    let home = Home::of(1);
    let process = home.unlock(&["--for", "2s"]);
    assert!(home.is_gone(process));
    assert_eq!(home.run(&["unlock", "--for", "8d"], "").status, 2);
}

#[test]
fn a_shorter_time_is_not_believed_in() {
    let home = Home::of(1);
    home.unlock(&["--for", "2h"]);
    let ran = home.run(&[&BY_FD[..], &["--for", "1m"]].concat(), "");
    assert!(ran.status == 1 && ran.err.contains("the time stays as it is"), "{ran:?}");
}

#[test]
fn it_forgets_when_told_to_end_and_when_its_home_or_socket_is_gone() {
    let home = Home::of(1);
    let socket = home.place.runtime().join("agent");
    let process = home.unlock(&[]);
    kill(process, Signal::TERM);
    assert!(home.is_gone(process) && !socket.exists());
    let process = home.unlock(&[]);
    std::fs::remove_file(&socket).unwrap();
    assert!(home.is_gone(process));
    let process = home.unlock(&[]);
    std::fs::rename(home.place.folder(), home.temp().join("moved")).unwrap();
    assert!(home.is_gone(process) && !socket.exists());
    let moved = home.place_of("moved");
    let folder = moved.folder().to_str().unwrap();
    let ran = home.run(&[&BY_FD[..], &["--home", folder]].concat(), &format!("{SESAME}\n"));
    assert_eq!(ran.status, 0, "a moved home opens by --home: {ran:?}");
    assert!(matches!(agent::lock(&moved), Ok(agent::Locked::Forgotten(_))));
}

#[test]
fn a_killed_agents_socket_is_replaced_and_a_hanging_agent_is_killed() {
    let home = Home::of(1);
    let process = home.unlock(&[]);
    kill(process, Signal::KILL);
    assert!(home.is_gone(process));
    assert!(home.place.runtime().join("agent").exists(), "it could not tidy up");
    let ran = home.run(&["lock"], "");
    assert!(ran.status == 0 && ran.out.contains("was locked already"), "{ran:?}");
    let process = home.unlock(&[]);
    kill(process, Signal::STOP);
    let ran = home.run(&["lock"], "");
    assert!(ran.status == 0 && ran.out.contains("hung and was killed"), "{ran:?}");
    assert!(home.is_gone(process));
}

#[test]
fn the_agents_process_gives_nothing_away() {
    let home = Home::of(1);
    let file = home.temp().join("passphrase");
    std::fs::write(&file, format!("{SESAME}\nmore\n")).unwrap();
    let held = home.temp().join("held");
    let script = r#""$0" "$@" --passphrase-fd 3 3<"$FILE" 9>"$HELD""#;
    let mut command = Command::new("sh");
    home.surround(command.args(["-c", script, PROGRAM]), &["unlock"]);
    let ran = Ran::of(&command.env("FILE", &file).env("HELD", &held).output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
    let process = home.agent().unwrap();
    let read = |what: &str| std::fs::read(format!("/proc/{process}/{what}"));
    let cmdline = read("cmdline").unwrap();
    assert!(cmdline.ends_with(b"mundi\0agent\0"), "{cmdline:?}");
    let limits = String::from_utf8(read("limits").unwrap()).unwrap();
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    assert_eq!(mode(home.place.runtime()), 0o700);
    assert_eq!(mode(&home.place.runtime().join("agent")), 0o600);
    if !is_root() {
        return;
    }
    assert_eq!(read("environ").unwrap(), b"");
    let open: Vec<_> = std::fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .map(|e| std::fs::read_link(e.unwrap().path()).unwrap())
        .collect();
    for path in [&file, &held] {
        assert!(!open.contains(path), "{open:?}");
    }
    assert_eq!(open.iter().filter(|p| p.as_path() == Path::new("/dev/null")).count(), 3);
    let status = String::from_utf8(read("status").unwrap()).unwrap();
    let session = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    assert_eq!(session.split(' ').nth(5), Some(process.to_string().as_str()), "{status}");
    assert!(is_in_memory(process, &db_key(1)), "the search finds what is there");
    assert!(!is_in_memory(process, SESAME.as_bytes()), "a passphrase is never remembered");
    let open = agent::unlocked(&home.place, &NoKeyring).unwrap().unwrap();
    open.keyholder.sign_detached(b"data", AT).unwrap();
    let file = person(1).secret_bytes().unwrap();
    for part in 1..=2 {
        let seed = home::seed(1, part);
        assert!(file.windows(32).any(|window| window == seed.as_slice()), "this is looked for");
        assert!(!is_in_memory(process, seed.as_slice()), "part {part} lies encrypted in memory");
    }
}

/// Whether bytes are anywhere in the memory of a process.
fn is_in_memory(process: u32, wanted: &[u8]) -> bool {
    use std::os::unix::fs::FileExt;
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = std::fs::File::open(format!("/proc/{process}/mem")).unwrap();
    maps.lines().filter(|line| line.contains(" rw")).any(|line| {
        let range = line.split(' ').next().unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let number = |hex: &str| u64::from_str_radix(hex, 16).unwrap();
        let mut bytes = vec![0; usize::try_from(number(to) - number(from)).unwrap()];
        memory.read_exact_at(&mut bytes, number(from)).is_ok()
            && bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[test]
fn other_users_are_not_answered() {
    if !is_root() {
        return;
    }
    let home = Home::of(1);
    home.unlock(&[]);
    let socket = home.place.runtime().join("agent");
    // Even where the folders and the socket would let them in.
    let open = |path: &Path| std::fs::set_permissions(path, PermissionsExt::from_mode(0o777));
    for path in [home.temp(), socket.ancestors().nth(2).unwrap(), home.place.runtime(), &socket] {
        open(path).unwrap();
    }
    let ask = "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.settimeout(20)\n\
               s.connect(sys.argv[1])\ntry:\n s.sendall(bytes([1,2,0,0,0,0]))\n print(len(s.recv(1)))\n\
               except (ConnectionError, BrokenPipeError):\n print(0)";
    let answered = |mut command: Command| {
        let output = command.args(["-c", ask]).arg(&socket).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        Ran::of(&output).out.trim().parse::<u32>().unwrap()
    };
    assert_eq!(answered(Command::new(python())), 1, "its own user is");
    assert_eq!(answered(as_nobody(&python())), 0);
}

#[test]
fn another_process_of_the_same_user_cannot_read_its_memory() {
    if !is_root() {
        return;
    }
    let home = Home::of(1);
    let program = home.temp().join("mundi");
    std::fs::copy(PROGRAM, &program).unwrap();
    let script = "chown -R 65534:65534 \"$0\" && chmod 755 \"$0\"";
    assert!(Command::new("sh").args(["-c", script]).arg(home.temp()).status().unwrap().success());
    let mut command = as_nobody(&program);
    home.surround(&mut command, &["unlock", "--passphrase-fd", "0"]);
    let pass = home.temp().join("passphrase");
    std::fs::write(&pass, SESAME).unwrap();
    let ran = Ran::of(&command.stdin(std::fs::File::open(&pass).unwrap()).output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
    let mut command = as_nobody(&program);
    home.surround(&mut command, &["unlock", "--passphrase-fd", "0", "--verbose"]);
    let ran = Ran::of(&command.stdin(std::fs::File::open(&pass).unwrap()).output().unwrap());
    assert!(ran.out.starts_with("unlocked already") && ran.err.contains("memory is"), "{ran:?}");
    let find = "import os\nfor p in os.listdir('/proc'):\n  try:\n    c=open(f'/proc/{p}/cmdline').read()\n\
                \x20 except Exception: continue\n  if c.startswith(os.environ['WHO']) and 'agent' in c: print(p)";
    let output = Command::new(python()).args(["-c", find]).env("WHO", &program).output().unwrap();
    let process: u32 = Ran::of(&output).out.trim().parse().unwrap();
    for what in ["mem", "environ", "maps"] {
        let path = format!("/proc/{process}/{what}");
        assert!(std::fs::File::open(&path).is_ok(), "root may");
        let mut command = as_nobody(Path::new("cat"));
        let ran = Ran::of(&command.arg(&path).output().unwrap());
        assert!(ran.err.contains("Permission denied"), "{path}: {ran:?}");
    }
    let mut command = as_nobody(&program);
    home.surround(&mut command, &["lock"]);
    assert_eq!(Ran::of(&command.output().unwrap()).status, 0);
    assert!(!is_alive(process));
}

/// Runs `mundi unlock` at a terminal, types, and gives what was shown.
fn at_terminal(home: &Home, typed: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pty_passphrase.py");
    let mut command = Command::new("python3");
    home.surround(command.arg(script).args([typed, PROGRAM]), &["unlock"]);
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.out
}

#[test]
fn at_a_terminal_it_is_typed_unseen() {
    let home = Home::of(1);
    let shown = at_terminal(&home, &format!("{SESAME}\\r"));
    assert!(shown.contains("echo while asked: False, after: True, status: 0"), "{shown}");
    assert!(shown.contains("unlocked for 8 h") && !shown.contains("sesame"), "{shown}");
}

#[test]
fn ctrl_c_and_a_signal_at_the_question_leave_the_terminal_as_it_was() {
    let home = Home::of(1);
    for typed in ["ses\\x03", "TERM"] {
        let shown = at_terminal(&home, typed);
        assert!(shown.contains("no passphrase was given"), "{typed}: {shown}");
        assert!(shown.contains("echo while asked: False, after: True, status: 1"), "{shown}");
        assert!(home.agent().is_none());
    }
}

#[test]
fn pinentry_is_asked_where_it_is_wished() {
    let home = Home::of(1);
    let program = home.temp().join("pinentry");
    let script = format!(
        "#!/bin/sh\necho OK\nwhile read -r l; do case \"$l\" in GETPIN) echo 'D {SESAME}'; echo OK;; \
         *) echo OK;; esac; done\n"
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    let mut command = home.command(&["unlock", "--pinentry"]);
    let ran = Ran::of(&command.env("MUNDI_PINENTRY", &program).output().unwrap());
    assert!(ran.status == 0 && ran.out.starts_with("unlocked for 8 h"), "{ran:?}");
    home.run(&["lock"], "");
    let ran = Ran::of(&command.env("MUNDI_PINENTRY", "/nowhere/pinentry").output().unwrap());
    assert!(ran.status == 3 && ran.err.contains("no such file"), "{ran:?}");
}

/// A GnuPG of its own, with one key without a passphrase. Its agent ends with it.
struct Gpg(tempfile::TempDir);

impl Gpg {
    fn new() -> Self {
        let gpg = Self(tempfile::tempdir().unwrap());
        let key =
            ["--passphrase", "", "--quick-gen-key", "Gus <gus@example.org>", "future-default"];
        gpg.run(&[&key[..], &["default", "never"]].concat());
        gpg
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--quiet", "--homedir"]).arg(self.0.path()).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let mut command = Command::new("gpgconf");
        let _gone = command.arg("--homedir").arg(self.0.path()).args(["--kill", "all"]).status();
    }
}

#[test]
fn a_home_whose_key_stays_in_gnupg_is_unlocked_by_gnupg() {
    let (gpg, home) = (Gpg::new(), Home::of(1));
    std::fs::remove_file(home.place.key()).unwrap();
    let unlock = || {
        let mut command = home.command(&["unlock"]);
        Ran::of(&command.env("GNUPGHOME", gpg.0.path()).output().unwrap())
    };
    let ran = unlock();
    assert!(ran.status == 1 && ran.err.contains("is not for this key"), "{ran:?}");
    let cert = pgp::PgpCert::parse(&gpg.run(&["--export"])).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    let secret = home.place.secret();
    mundi_node::secret_file::write(&secret, &DbKey::new(&db_key(3)), &cert, now).unwrap();
    let ran = unlock();
    assert!(ran.status == 0 && ran.out.starts_with("unlocked for 8 h"), "{ran:?}");
    let keyring = GnuPgKeyring { home: Some(gpg.0.path().into()) };
    let open = agent::unlocked(&home.place, &keyring).unwrap().unwrap();
    assert_eq!(open.db_key.as_bytes(), &db_key(3));
    assert!(matches!(open.keyholder, Holder::Outside(_)));
    let signature = open.keyholder.sign_detached(b"data", now).unwrap();
    cert.verify_detached(b"data", &signature, now + 10_000).unwrap();
    let packets = gpg.run(&["--list-packets", secret.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&packets).contains("keyid 0000000000000000"));
    assert_eq!(gpg.run(&["-d", secret.to_str().unwrap()]).get(1..), Some(&db_key(3)[..]));
    let ran = home.run(&["lock"], "");
    assert!(ran.status == 0 && ran.err.contains("whose own agent remembers it"), "{ran:?}");
}
