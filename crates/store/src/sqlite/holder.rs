//! Who holds a locked file: asked of the system, so never stale.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process;

/// The locks of all processes, where the system lists them.
const LOCKS: &str = "/proc/locks";

/// The process that has a file locked, in words: the subject of a sentence.
pub(crate) fn holder(path: &Path) -> String {
    let locks = fs::read_to_string(LOCKS).unwrap_or_default();
    let inode = fs::metadata(path).map_or(0, |about| about.ino());
    let pids = locks.lines().filter_map(|line| locked(line, inode));
    match pids.filter(|pid| holds(*pid, path)).min() {
        Some(pid) if pid == process::id() => format!("this process ({pid})"),
        Some(pid) => match fs::read_to_string(format!("/proc/{pid}/comm")) {
            Ok(name) => format!("process {pid} (`{}`)", name.trim_end()),
            Err(_) => format!("process {pid}"),
        },
        None => "another process".to_owned(),
    }
}

// `1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`: the process, if it is a lock of that file.
fn locked(line: &str, inode: u64) -> Option<u32> {
    let mut words = line.split_whitespace().skip(4);
    let pid = words.next()?.parse().ok()?;
    let (_, found) = words.next()?.rsplit_once(':')?;
    (found.parse() == Ok(inode)).then_some(pid)
}

// Two file systems may count alike: one of its open files must be this one. What is hidden from
// us, as another user's files are, is believed.
fn holds(pid: u32, path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else { return true };
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return true };
    open.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|at| at == path))
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn a_line_names_a_process_and_a_file() {
        let line = "3: POSIX  ADVISORY  WRITE 1234 fe:00:5678 1073741826 1073742335";
        assert_eq!(locked(line, 5_678), Some(1_234));
        assert_eq!(locked(line, 567), None);
        // One that waits has an arrow in front of its kind, and holds nothing.
        assert_eq!(locked("3: -> POSIX  ADVISORY  WRITE 1234 fe:00:5678 0 EOF", 5_678), None);
        assert_eq!(locked("", 0), None);
    }
}
