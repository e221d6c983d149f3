//! The seeds of both parties, from a file that only the planner reads.

use cli::trouble::Trouble;
use words::hash::Seed;

/// The host's seed and the guest's.
#[derive(Clone)]
pub struct Seeds {
    /// The host's.
    pub host: Seed,
    /// The guest's.
    pub guest: Seed,
}

// What is drawn from them is a secret until the shift begins.
impl std::fmt::Debug for Seeds {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seeds(…)")
    }
}

/// Reads them from a file.
pub fn read(path: &str) -> Result<Seeds, Trouble> {
    parse(&crate::answer::read(path)?).ok_or_else(|| {
        Trouble::malformed(format!("`{path}` does not hold two seeds"))
            .hint("two lines of 64 hexadecimal digits: the host's seed, then the guest's")
    })
}

/// Reads them from the file's text.
pub fn parse(text: &str) -> Option<Seeds> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let [host, guest] = lines.as_slice() else { return None };
    let seed = |line: &str| Seed::try_from(line.to_owned()).ok();
    Some(Seeds { host: seed(host)?, guest: seed(guest)? })
}
