//! Who has a file locked.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The process that has a lock on a file, where the system tells. The file is not opened: closing
/// it again would drop the locks that this process itself has.
pub(super) fn of(path: &Path) -> Option<u32> {
    let found = std::fs::metadata(path).ok()?;
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let device = found.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let file = format!("{major:02x}:{minor:02x}:{}", found.ino());
    locks.lines().find_map(|line| writer(line, &file))
}

/// The process of one line of `/proc/locks` (proc(5)), if it writes this file:
/// `1: POSIX  ADVISORY  WRITE 2433 fe:00:131 0 EOF`. The words between differ by kernel, so it is
/// looked for next to the file's number.
fn writer(line: &str, file: &str) -> Option<u32> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == file)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::writer;

    #[test]
    fn the_process_stands_before_the_file() {
        let line = "3: POSIX  ADVISORY  WRITE 2433 fe:00:131 0 EOF";
        assert_eq!(writer(line, "fe:00:131"), Some(2433));
        assert_eq!(writer(line, "fe:00:132"), None);
        assert_eq!(writer("3: OFDLCK ADVISORY WRITE -1 fe:00:131 0 EOF", "fe:00:131"), None);
    }
}
