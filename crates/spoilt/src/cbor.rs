//! Every item of some CBOR changed, one at a time, and where it lies.
#![expect(
    clippy::indexing_slicing,
    reason = "bytes that a test wrote itself; where they are others, it stops"
)]

use crate::Change;

/// One bit turned in every item: the last of a number, of a text, of bytes. And in every head:
/// `~` is the length of a text or of bytes, `#` that of a list or a map, `!` a key.
/// What lies inside byte strings that hold CBOR is walked too, where `inside` says so.
pub fn changes(bytes: &[u8], inside: &[&str]) -> Vec<Change> {
    let mut found = Vec::new();
    let end = item(bytes, 0, "", inside, &mut found);
    assert_eq!(end, bytes.len());
    found
}

fn item(all: &[u8], at: usize, path: &str, inside: &[&str], found: &mut Vec<Change>) -> usize {
    let (major, short) = (all[at] >> 5, all[at] & 31);
    assert!(short < 28, "no length at {at}");
    let size = match short {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        _ => 8,
    };
    let mut after = at + 1 + size;
    let value = match size {
        0 => u64::from(short),
        _ => all[at + 1..after].iter().fold(0, |value, byte| value << 8 | u64::from(*byte)),
    };
    let length = usize::try_from(value).unwrap_or(usize::MAX);
    let mut turn = |name: String, byte: usize| {
        let mut bytes = all.to_vec();
        bytes[byte] ^= 1;
        found.push(Change { path: name, bytes });
    };
    match major {
        2 | 3 => {
            turn(format!("{path}~"), after - 1);
            if length > 0 && !inside.contains(&path) {
                turn(path.to_owned(), after + length - 1);
            }
            if inside.contains(&path) {
                let end = item(all, after, path, inside, found);
                assert_eq!(end, after + length, "{path}");
            }
            after + length
        }
        4 => {
            turn(format!("{path}#"), after - 1);
            for place in 0..length {
                after = item(all, after, &format!("{path}[{place}]"), inside, found);
            }
            after
        }
        5 => {
            turn(format!("{path}#"), after - 1);
            for _ in 0..length {
                let key = label(all, after);
                after = item(all, after, &format!("{path}.{key}!"), inside, found);
                after = item(all, after, &format!("{path}.{key}"), inside, found);
            }
            after
        }
        6 => {
            turn(format!("{path}#"), after - 1);
            item(all, after, path, inside, found)
        }
        _ => {
            turn(path.to_owned(), after - 1);
            after
        }
    }
}

// A key of a map, in words.
fn label(all: &[u8], at: usize) -> String {
    let decoder = || minicbor::Decoder::new(&all[at..]);
    let text = || decoder().str().expect("a key is a number or a text").to_owned();
    decoder().int().map_or_else(|_| text(), |key| key.to_string())
}
