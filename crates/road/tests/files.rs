//! Files of roads: what is written comes back, and nothing else is read.
#![cfg(test)]

use proptest::prelude::*;
use road::file::{FileError, read, write};
use road::kind::{Access, Barrier, Class, Surface, flag};
use road::roads::{Name, Roads, Segment, put_shape};
use sha2::{Digest, Sha256};
use words::place::Point;

prop_compose! {
    fn places()(lat in -900_000_000..=900_000_000, lon in -1_800_000_000..=1_800_000_000) -> Point {
        Point::new(lat, lon).unwrap()
    }
}

prop_compose! {
    fn rows(junctions: u32)(
        from in 0..junctions,
        to in 0..junctions,
        way in any::<i64>(),
        length_mm in 1..u32::MAX,
        island in prop::sample::select(vec![0, 1, 77, u32::MAX]),
        flags in 1..=255_u16,
        kmh in [1..=255_u8, 1..=255_u8],
        kinds in (0..15_usize, 0..5_usize, 0..3_usize),
    ) -> Segment {
        Segment {
            from, to, way, length_mm, island,
            name: 1,
            shape_at: 0,
            shape_bytes: 0,
            flags: if flags & flag::BOTH == 0 { flags | flag::FORWARD } else { flags },
            kmh,
            class: Class::ALL[kinds.0],
            surface: Surface::ALL[kinds.1],
            access: Access::ALL[kinds.2],
        }
    }
}

prop_compose! {
    fn networks()(
        junctions in prop::collection::vec((places(), 0..6_u8), 1..8),
        shapes in prop::collection::vec(prop::collection::vec(places(), 0..4), 0..12),
        rows in prop::collection::vec(rows(1), 12),
        ends in prop::collection::vec((0..8_u32, 0..8_u32), 12),
        name in "\\PC{0,12}",
    ) -> Roads {
        let mut roads = Roads { source: [7; 32], data_unix_s: -1, ..Roads::default() };
        roads.names = vec![Name::default(), Name { ur: name, ..Name::default() }];
        let count = u32::try_from(junctions.len()).unwrap();
        for (place, barrier) in junctions {
            roads.junctions.push(place);
            roads.barriers.push(Barrier::of(barrier).unwrap());
        }
        for ((mut row, (from, to)), inner) in rows.into_iter().zip(ends).zip(shapes) {
            (row.from, row.to) = (from % count, to % count);
            let end = |at: u32| roads.junctions[usize::try_from(at).unwrap()];
            let line: Vec<Point> =
                [end(row.from)].into_iter().chain(inner).chain([end(row.to)]).collect();
            row.shape_at = u32::try_from(roads.shapes.len()).unwrap();
            put_shape(&mut roads.shapes, &line);
            row.shape_bytes = u32::try_from(roads.shapes.len()).unwrap() - row.shape_at;
            roads.segments.push(row);
        }
        // Sorted by their ends alone: shapes lie in the order of segments.
        roads.segments.sort_by_key(|row| (row.from, row.to, row.way));
        let mut shapes = Vec::new();
        for row in &mut roads.segments {
            let begin = usize::try_from(row.shape_at).unwrap();
            let end = begin + usize::try_from(row.shape_bytes).unwrap();
            row.shape_at = u32::try_from(shapes.len()).unwrap();
            shapes.extend_from_slice(&roads.shapes[begin..end]);
        }
        roads.shapes = shapes;
        let leaving = roads.leaving();
        let pairs = leaving.iter().flat_map(|(_, one)| {
            let head = roads.head(*one);
            let next = leaving.iter().filter(move |(tail, _)| Some(*tail) == head);
            next.map(|(_, two)| Box::from([*one, *two])).collect::<Vec<Box<[u32]>>>()
        });
        let mut bans: Vec<Box<[u32]>> = pairs.step_by(5).collect();
        bans.sort_unstable();
        bans.dedup();
        roads.bans = bans;
        roads
    }
}

fn sealed(body: &[u8]) -> Vec<u8> {
    let mut file = body.to_vec();
    file.extend_from_slice(&Sha256::digest(body));
    file
}

proptest! {
    #[test]
    fn roads_come_back_and_no_byte_may_be_another(roads in networks(), at in any::<usize>()) {
        let file = write(&roads);
        prop_assert_eq!(read(&file), Ok(roads));
        let mut damaged = file.clone();
        let at = at % file.len();
        damaged[at] ^= 0x40;
        prop_assert!(read(&damaged).is_err(), "byte {}", at);
        prop_assert!(read(&file[..at]).is_err(), "cut at {}", at);
    }

    #[test]
    fn whatever_is_read_is_written_as_it_was(roads in networks(), at in any::<usize>(), to: u8) {
        // With a checksum that fits: what is then read has no second form.
        let file = write(&roads);
        let mut body = file[..file.len() - 32].to_vec();
        let at = at % body.len();
        body[at] = to;
        let file = sealed(&body);
        if let Ok(roads) = read(&file) {
            prop_assert_eq!(write(&roads), file);
        }
    }
}

#[test]
fn what_is_no_file_of_roads_is_called_what_it_is() {
    let file = write(&Roads { names: vec![Name::default()], ..Roads::default() });
    assert!(read(&file).is_ok());
    assert_eq!(read(b"{}"), Err(FileError::NotRoads));
    assert_eq!(read(&[0; 100]), Err(FileError::NotRoads));
    assert_eq!(read(&file[..file.len() - 1]), Err(FileError::Checksum));
    let mut body = file[..file.len() - 32].to_vec();
    body[16] = 2;
    assert_eq!(read(&sealed(&body)), Err(FileError::Version(2)));
    body[16] = 1;
    // A size that is not there: memory follows the file.
    body.truncate(60);
    body.extend([0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]);
    assert!(matches!(read(&sealed(&body)), Err(FileError::Wrong(_))));
}
