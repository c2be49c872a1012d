//! Before a process touches secrets: no core dump can hold them, no other process of the user can
//! read them, no swap file keeps them (where the system lets us), no fault prints them.
//!
//! All of it is done by functions that are safe in Rust's sense. Locking single pages (`mlock`)
//! is not among them: where the limit of locked memory does not let us lock all, none is locked,
//! and [`Hygiene::memory`] says so.

use std::sync::OnceLock;

use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// `CAP_IPC_LOCK`, as a bit of `CapEff` in `/proc/self/status`: may lock any amount of memory.
const MAY_LOCK: u64 = 1 << 14;

/// What could be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hygiene {
    /// Whether the process's memory stays out of the swap file.
    pub memory: Memory,
    /// What should have worked everywhere and did not; empty mostly.
    pub failed: Vec<String>,
}

/// Whether memory is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Memory {
    /// All of it, also what is taken later.
    Locked,
    /// The system does not allow it; why.
    Unlocked(String),
}

impl Hygiene {
    /// What a person may want to know, one line each.
    #[must_use]
    pub fn report(&self) -> Vec<String> {
        let mut lines = self.failed.clone();
        lines.push(match &self.memory {
            Memory::Locked => "memory is locked: secrets stay out of the swap file".into(),
            Memory::Unlocked(why) => {
                format!("memory is not locked ({why}): encrypt the swap file, or have none")
            }
        });
        lines
    }
}

/// Does all of it, once; later calls give the first one's answer. Never fails: a system that
/// refuses is reported, and the work goes on.
pub fn harden() -> &'static Hygiene {
    static DONE: OnceLock<Hygiene> = OnceLock::new();
    DONE.get_or_init(|| {
        // First, so that no other library sets OpenSSL up in its own way.
        openssl::init();
        quiet_faults();
        let mut failed = Vec::new();
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(e) = rustix::process::setrlimit(Resource::Core, none) {
            failed.push(format!("core dumps cannot be switched off: {e}"));
        }
        // Also closes /proc/PID/mem to every other process of this user.
        if let Err(e) = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            failed.push(format!("other processes can read this one's memory: {e}"));
        }
        Hygiene { memory: lock_memory(), failed }
    })
}

/// Locks all memory, now and later, where that cannot make a later allocation fail.
fn lock_memory() -> Memory {
    let limit = rustix::process::getrlimit(Resource::Memlock).current;
    if let (Some(bytes), false) = (limit, may_lock_all()) {
        // Under a limit, locking all that comes later would let allocations fail at the limit.
        return Memory::Unlocked(format!("at most {} KiB may be locked", bytes / 1024));
    }
    let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    match mlockall(all) {
        Ok(()) => Memory::Locked,
        Err(e) => Memory::Unlocked(e.to_string()),
    }
}

fn may_lock_all() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        let bits = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
        let bits = bits.and_then(|b| u64::from_str_radix(b.trim(), 16).ok()).unwrap_or(0);
        bits & MAY_LOCK != 0
    })
}

/// A fault says where it happened, never what it was working on: that may be a secret.
fn quiet_faults() {
    std::panic::set_hook(Box::new(|fault| {
        use std::io::Write;
        let place = fault.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| {
                let file = at.file().rsplit('/').next().unwrap_or("");
                format!("{file}, line {}", at.line())
            },
        );
        let _nobody_to_tell = writeln!(
            std::io::stderr(),
            "mundi: a fault in the program ({place}). What it worked on is not shown, because \
             secrets may be in it. Please report it."
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_it_there_is_no_core_and_no_reading_by_others() {
        let hygiene = harden();
        assert!(hygiene.failed.is_empty(), "{:?}", hygiene.failed);
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        let words: Vec<&str> = core.split_whitespace().collect();
        assert_eq!((words[4], words[5]), ("0", "0"), "{core}");
        let dumpable = rustix::process::dumpable_behavior().unwrap();
        assert_eq!(dumpable, DumpableBehavior::NotDumpable);
        if hygiene.memory == Memory::Locked {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let locked = status.lines().find(|line| line.starts_with("VmLck:")).unwrap();
            assert_ne!(locked.split_whitespace().nth(1), Some("0"), "{locked}");
        }
        assert_eq!(harden(), hygiene, "once is enough");
        let _restores_the_hook_for_other_tests = std::panic::take_hook();
    }

    /// Runs itself once more, and comes to a fault there.
    #[test]
    fn a_fault_says_where_and_not_what_it_worked_on() {
        const MARKER: &str = "MUNDI_TEST_FAULT";
        if std::env::var_os(MARKER).is_some() {
            harden();
            panic!("sesame open");
        }
        let name = "hygiene::tests::a_fault_says_where_and_not_what_it_worked_on";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(MARKER, "1")
            .env("RUST_BACKTRACE", "full")
            .output()
            .unwrap();
        assert!(!output.status.success());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("a fault in the program (hygiene.rs, line "), "{said}");
        assert!(!said.contains("sesame"), "{said}");
    }

    #[test]
    fn what_is_not_locked_is_told_with_what_to_do() {
        let why = Memory::Unlocked("at most 64 KiB may be locked".into());
        let lines = Hygiene { memory: why, failed: vec![] }.report();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("64 KiB") && lines[0].contains("swap"), "{lines:?}");
    }
}
