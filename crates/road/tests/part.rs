//! Imports that are stopped anywhere and gone on with.
#![cfg(test)]

use proptest::prelude::*;
use road::build::Report;
use road::file;
use road::import::{Begun, ImportError, Reading, go_on, import};
use road::part::{PartError, heading, read};
use road::roads::Roads;

use crate::made::{Map, frame, header, packed};

mod made;

type Said = Result<(Roads, Report), ImportError>;

// A town of some blocks: every block of the file has nodes, ways that use them and others, and a
// forbidden turn.
fn town(blocks: i64, salt: i64) -> Vec<u8> {
    let mut file = header("OsmSchema-V0.6");
    for block in 0..blocks {
        let mut map = Map::default();
        for step in 0..6 {
            let id = block * 6 + step + 1;
            let at = [248_600_000 + block * 9_000 + salt, 670_100_000 + step * 7_000];
            let stands = if step == 3 { "barrier=gate" } else { "" };
            map = map.node(id, at, stands);
        }
        let first = block * 6 + 1;
        let before = (first - 6).max(1);
        let name = format!("highway=primary name=Road-{block} maxspeed=60 oneway=yes");
        let way = |number: i64| u64::try_from(block * 10 + number).unwrap();
        map = map
            .way(way(1), &[first, first + 1, first + 2], &name)
            .way(way(2), &[first + 2, first + 3, first + 4, first], "highway=residential")
            .way(way(3), &[first + 2, before, before + 2], "highway=tertiary name=Ring")
            .way(way(4), &[first, 999_999], "highway=footway");
        let turn = |number| i64::try_from(way(number)).unwrap();
        let (from, to) = (("from", 1, turn(1)), ("to", 1, turn(2)));
        let only = "type=restriction restriction=only_right_turn";
        map = map
            .relation(&[from, ("via", 0, first + 2), to], only)
            .relation(&[from, ("via", 1, turn(3)), to], "type=restriction restriction=no_u_turn");
        file.extend(frame("OSMData", &packed(&map.message())));
    }
    file
}

fn whole(file: &[u8]) -> (Roads, Report) {
    import(|| Ok::<_, ()>(file), |_, _| ()).unwrap().expect("a town has roads")
}

// Goes on with a part for so many frames; `None` if it was stopped.
fn on(file: &[u8], part: &mut Vec<u8>, frames: usize, every: u64) -> Option<Said> {
    let taken = read(part.as_slice()).expect("ours");
    part.truncate(usize::try_from(taken.bytes).unwrap());
    if part.is_empty() {
        part.extend(heading());
    }
    let mut left = frames;
    let keep = |frame: &[u8]| {
        left = left.checked_sub(1).ok_or(())?;
        part.extend_from_slice(frame);
        Ok(())
    };
    go_on(taken.begun.every(every), || Ok::<_, ()>(file), keep, |_, _| ()).ok()
}

#[test]
fn an_import_stopped_at_any_frame_comes_to_the_same_roads() {
    let file = town(7, 0);
    let (roads, report) = whole(&file);
    let mut part = Vec::new();
    let made = on(&file, &mut part, usize::MAX, 1).expect("nobody stops it").expect("roads");
    assert_eq!((&made.0, &made.1), (&roads, &report));
    let written = file::write(&roads);
    // Eight frames of the file in each reading, and the end of the first.
    for stop in 0..17 {
        let mut part = Vec::new();
        assert!(on(&file, &mut part, stop, 1).is_none(), "stopped after {stop} frames");
        let before = read(part.as_slice()).unwrap().begun.reached();
        assert_eq!(before.0 == Reading::Nodes, stop > 8, "after {stop} frames");
        let (made, told) = on(&file, &mut part, usize::MAX, 1).unwrap().unwrap();
        assert_eq!(told, report, "after {stop} frames");
        assert!(file::write(&made) == written, "after {stop} frames: other bytes");
    }
    assert!(on(&file, &mut Vec::new(), 17, 1).is_some(), "there are seventeen frames");
    // Stopped after every frame, as often as it takes.
    let mut part = Vec::new();
    let rounds = (0..40).find(|_| on(&file, &mut part, 1, 1).is_some());
    assert_eq!(rounds, Some(16), "each round keeps one frame more");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_part_torn_anywhere_is_cut_back_and_gone_on_with(
        blocks in 1..6_i64,
        stop in 0..12_usize,
        every in prop::sample::select(vec![1_u64, 300, 900]),
        cut in any::<prop::sample::Index>(),
        flipped in prop::option::of((any::<prop::sample::Index>(), 0..8_u8)),
    ) {
        let file = town(blocks, 0);
        let wanted = whole(&file);
        let mut part = Vec::new();
        on(&file, &mut part, stop, every);
        part.truncate(heading().len() + cut.index(part.len() - heading().len() + 1));
        if let Some((at, bit)) = flipped.filter(|_| part.len() > heading().len()) {
            let at = heading().len() + at.index(part.len() - heading().len());
            part[at] ^= 1 << bit;
            let taken = read(part.as_slice()).unwrap();
            prop_assert!(taken.torn && taken.bytes <= u64::try_from(at).unwrap());
        }
        let made = on(&file, &mut part, usize::MAX, every);
        prop_assert_eq!(made.map(Result::ok), Some(Some(wanted)));
    }
}

#[test]
fn a_part_of_other_bytes_is_refused() {
    let (file, other) = (town(5, 0), town(5, 1));
    for stop in [1, 3, 6, 9, 11] {
        let mut part = Vec::new();
        assert!(on(&file, &mut part, stop, 1).is_none());
        let same = (stop == 1).then(|| on(&other, &mut part.clone(), usize::MAX, 1).unwrap());
        // The header of both is one: so far, nothing of the other town was taken.
        let said = same.unwrap_or_else(|| on(&other, &mut part, usize::MAX, 1).unwrap());
        assert_eq!(matches!(said, Err(ImportError::Another)), stop > 1, "after {stop} frames");
        assert!(stop > 1 || said.unwrap() == whole(&other));
    }
    let paths = Map::default().way(1, &[1, 2], "highway=footway").file();
    let mut part = Vec::new();
    assert!(on(&file, &mut part, 2, 1).is_none());
    assert!(matches!(on(&paths, &mut part, 9, 1), Some(Err(ImportError::Another))));
}

#[test]
fn a_download_that_was_cut_and_is_whole_now_is_gone_on_with() {
    let file = town(5, 0);
    let third = town(5, 0).len() / 3;
    let mut part = Vec::new();
    let said = on(&file[..third], &mut part, usize::MAX, 1).unwrap();
    assert!(matches!(said, Err(ImportError::File(_))));
    assert!(read(part.as_slice()).unwrap().begun.reached().1 > 0);
    assert_eq!(on(&file, &mut part, usize::MAX, 1).unwrap().unwrap(), whole(&file));
    // A file that was whole in the first reading and is shorter in the second.
    let mut part = Vec::new();
    assert!(on(&file, &mut part, 10, 1).is_none());
    let said = on(&file[..third], &mut part, usize::MAX, 1).unwrap();
    assert!(matches!(said, Err(ImportError::Another)));
}

#[test]
fn what_is_no_part_is_named() {
    let heading = heading();
    let torn = |bytes: &[u8]| read(bytes).map(|it| (it.bytes, it.torn));
    for cut in 0..heading.len() {
        let said = torn(&heading[..cut]).unwrap();
        assert_eq!(said, (0, cut > 0), "{cut} bytes of a heading");
    }
    let whole = u64::try_from(heading.len()).unwrap();
    assert_eq!(torn(&heading).unwrap(), (whole, false));
    let mut old = heading.clone();
    old[20] ^= 1;
    assert!(matches!(read(old.as_slice()), Err(PartError::Rules)));
    assert!(matches!(read(&b"a diary"[..]), Err(PartError::Else)));
    assert!(matches!(read(&[0; 60][..]), Err(PartError::Else)));
    // A length that nobody has, and a good frame after nothing: both are torn.
    let mut long = heading.clone();
    long.extend([0xff; 80]);
    assert_eq!(torn(&long).unwrap(), (whole, true));
    assert_eq!(Begun::default().reached(), (Reading::Ways, 0));
}
