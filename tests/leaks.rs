//! Nothing readable on the disk, in temporary files or in a core: markers are put into all that people
//! write and own, and looked for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![cfg(target_os = "linux")]

mod world;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use world::{PASSPHRASE, World};

/// Rules whose title, names and texts are markers.
const RULES: &str = r#"
conversation markername "MARKERtitle"
edition 1
role first
role other
terms { thing: text(1..100) }
message say by anyone { text: text(1..200), secret: hidden(text(1..100))? }
message close by first
state { seen: text(0..200) = "" }
on say { state.seen = msg.text; }
consensus { said("close") }
"#;

/// All files below a folder, with what they hold.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                let content = std::fs::read(&path).unwrap();
                found.insert(path, content);
            }
        }
    }
    found
}

fn holds(content: &[u8], marker: &[u8]) -> bool {
    content.windows(marker.len()).any(|window| window.eq_ignore_ascii_case(marker))
}

/// Text as it stands, in hexadecimal, in base64 at its three offsets, and in UTF-16.
fn forms(marker: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = marker.iter().map(|b| format!("{b:02x}")).collect();
    let wide = marker.iter().flat_map(|b| [*b, 0]).collect();
    let mut forms = vec![marker.to_vec(), hex.into_bytes(), wide];
    for offset in 0..3 {
        let mut shifted = vec![0; offset];
        shifted.extend(marker);
        let text = base64(&shifted);
        // Without the letters that depend on what stands around it.
        let inner = &text.as_bytes()[offset + 1..text.len() - 4];
        // A few letters stand in any megabyte of noise by chance.
        if inner.len() >= 8 {
            forms.push(inner.to_vec());
        }
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let n = part.iter().chain(&[0; 3]).take(3).fold(0_u32, |n, b| n << 8 | u32::from(*b));
        for at in 0..4 {
            let letter = LETTERS[(n >> (18 - 6 * at) & 63) as usize];
            out.push(if at > part.len() { '=' } else { letter.into() });
        }
    }
    out
}

/// Everything that two people write and own.
fn live() -> (World, Vec<Vec<u8>>) {
    let world = World::new();
    let texts =
        ["MARKER", "MARKERtext 1", "MARKERhidden", "MARKERtopic", "MARKERsubject", "MARKERbody"];
    let mut markers: Vec<Vec<u8>> = texts.map(Vec::from).to_vec();
    markers.push(b"bank-account-4711".to_vec());
    for name in ["ada", "ben"] {
        let title = format!("MARKERperson {name}");
        let made = world
            .ok(name, &["id", "new", "--name", &title, "--email", "MARKER@example.org", "--json"]);
        let made = made.json();
        let print = made["fingerprint"].as_str().unwrap().replace(' ', "").to_lowercase();
        let bytes = (0..print.len()).step_by(2);
        markers.push(bytes.map(|i| u8::from_str_radix(&print[i..i + 2], 16).unwrap()).collect());
        let words = made["words"].as_str().map(str::to_owned).unwrap_or_else(|| {
            let words = made["words"].as_array().unwrap();
            words.iter().map(|w| w.as_str().unwrap()).collect::<Vec<_>>().join(" ")
        });
        markers.push(words.split(' ').take(3).collect::<Vec<_>>().join(" ").into_bytes());
        world.ok(name, &["id", "card", "--out", &world.file(&format!("{name}.card"))]);
    }
    world.ok("ada", &["contacts", "add", "markerben", &world.file("ben.card")]);
    world.ok("ben", &["contacts", "add", "markerada", &world.file("ada.card")]);
    let rules = world.file("rules.conv");
    std::fs::write(&rules, RULES).unwrap();
    let export = world.file("export.mundi");
    world.ok(
        "ada",
        &[
            "open",
            "--rules",
            &rules,
            "--role",
            "first=me",
            "--role",
            "other=markerben",
            "--terms",
            "thing=\"MARKERterm\"",
            "--topic",
            "MARKERtopic",
            "--export",
            &export,
        ],
    );
    world.ok("ben", &["import", &export]);
    for n in 0..3 {
        let text = format!("text=MARKERtext {n} bank-account-4711");
        world.ok("ada", &["say", "1", "say", &text, "secret=MARKERhidden"]);
    }
    world.ok("ada", &["export", "1", &export]);
    world.ok("ben", &["import", &export]);
    let letter = world.file("letter.asc");
    world.ok(
        "ada",
        &[
            "mail",
            "write",
            "markerben",
            "--subject",
            "MARKERsubject",
            "--out",
            &letter,
            "MARKERbody",
        ],
    );
    world.ok("ben", &["import", &letter]);
    let backup = world.file("backup.asc");
    world.ok("ada", &["id", "backup", &backup]);
    // What is public, or written by hand, is not looked at.
    for name in ["ada.card", "ben.card", "rules.conv"] {
        std::fs::remove_file(world.file(name)).unwrap();
    }
    (world, markers)
}

#[test]
fn no_file_holds_a_readable_byte_and_only_the_owner_may_look() {
    let (world, markers) = live();
    let files = files(world.folder.path());
    assert!(files.keys().any(|path| path.ends_with("ada/db")));
    assert!(files.keys().any(|path| path.ends_with("export.mundi")));
    for marker in &markers {
        for form in forms(marker) {
            for (path, content) in &files {
                let shown = String::from_utf8_lossy(&form).into_owned();
                assert!(!holds(content, &form), "{} holds {shown:?}", path.display());
                let name = path.strip_prefix(world.folder.path()).unwrap().to_string_lossy();
                assert!(!holds(name.as_bytes(), &form), "{name} holds {shown:?}");
            }
        }
    }
    for who in ["ada", "ben"] {
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&world.path(who)), 0o700);
        for path in files.keys().filter(|path| path.starts_with(world.path(who))) {
            assert_eq!(mode(path), 0o600, "{}", path.display());
        }
    }
    // The test can fail: what is shown on purpose holds them.
    let shown = world.ok("ada", &["show", "1"]).out;
    assert!(holds(shown.as_bytes(), b"MARKERtext 2") && holds(shown.as_bytes(), b"MARKERterm"));
    assert!(forms(b"MARKERtext").iter().skip(3).all(|form| {
        (0..3).any(|n| {
            holds(base64(format!("{}MARKERtext 1", "x".repeat(n)).as_bytes()).as_bytes(), form)
        })
    }));
}

#[test]
fn a_process_that_is_killed_leaves_no_core_and_nothing_in_temporary_files() {
    let (world, markers) = live();
    let mut watching = world.spawn("ada", &["watch", "1"], "");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let process = watching.id();
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    let arguments = std::fs::read(format!("/proc/{process}/cmdline")).unwrap();
    assert!(!holds(&arguments, PASSPHRASE.as_bytes()));
    let pid = rustix::process::Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::ABORT).unwrap();
    watching.wait().unwrap();
    for (path, content) in files(world.folder.path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.starts_with("core"), "{}", path.display());
        for marker in &markers {
            assert!(!holds(&content, marker), "{}", path.display());
        }
    }
}
