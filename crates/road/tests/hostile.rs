//! Files cut off, damaged or made to hurt, and a small one that is not.
#![cfg(test)]

use std::convert::Infallible;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pbf::blob::{BLOB_BYTES_MAX, PbfError};
use road::build::Report;
use road::drivable::{Terms, drivable};
use road::import::{ImportError, import};
use road::kind::{Barrier, flag};
use road::roads::Roads;

use crate::made::{Map, bytes, frame, header, number, packed};

mod made;

fn read(file: &[u8]) -> Result<(Roads, Report), ImportError> {
    import(|| Ok::<_, Infallible>(file), |_, _| ()).unwrap()
}

// A cross: 1 in the middle, 2 north, 3 east, 4 south, 5 west; way 10·n from the middle to n.
fn cross() -> Map {
    let (lat, lon) = (248_600_000, 670_100_000);
    let mut map = Map::default().node(1, [lat, lon], "");
    for (id, north, east) in [(2, 1, 0), (3, 0, 1), (4, -1, 0), (5, 0, -1)] {
        map = map.node(id, [lat + north * 10_000, lon + east * 10_000], "");
    }
    for id in 2..=5_i64 {
        map = map.way(u64::try_from(id * 10).unwrap(), &[1, id], "highway=primary");
    }
    map
}

// Which ways lead on from a way, at the middle.
fn onwards(map: &Map, from: i64) -> Vec<i64> {
    let (roads, _) = read(&map.file()).expect("a small file");
    let it = drivable(&roads, &Terms::default());
    let way = |arc: u32| roads.segment(arc / 2).unwrap().way;
    let into = (0..it.net.arcs()).find(|arc| way(it.arc[*arc]) == from && it.arc[*arc] % 2 == 1);
    let mut ways: Vec<i64> =
        it.net.leaving(it.net.head[into.unwrap()]).map(|arc| way(it.arc[arc])).collect();
    ways.sort_unstable();
    ways
}

#[test]
fn restrictions_barriers_and_access_say_where_one_drives_on() {
    let via = [("from", 1, 20), ("via", 0, 1), ("to", 1, 30)];
    let all = vec![20, 30, 40, 50];
    assert_eq!(onwards(&cross(), 20), all);
    let no = |tags| onwards(&cross().relation(&via, tags), 20);
    assert_eq!(no("type=restriction restriction=no_left_turn"), [20, 40, 50]);
    assert_eq!(no("type=restriction restriction=only_left_turn"), [30]);
    assert_eq!(no("type=restriction restriction=no_left_turn except=motorcar"), all);
    assert_eq!(no("type=restriction restriction:hgv=no_left_turn"), all);
    assert_eq!(no("type=restriction restriction=give_way"), all);
    let turned = cross().relation(&via, "type=restriction restriction=no_left_turn");
    assert_eq!(onwards(&turned, 40), all, "only from where it is said");
    let back = [("from", 1, 20), ("via", 0, 1), ("to", 1, 20)];
    let back = cross().relation(&back, "type=restriction restriction=no_u_turn");
    assert_eq!(onwards(&back, 20), [30, 40, 50]);
    // A restriction over a way: from 2 by the middle and way 30 into way 60.
    let over = [("from", 1, 20), ("via", 1, 30), ("to", 1, 60)];
    let long = cross()
        .node(6, [248_600_000, 670_130_000], "")
        .way(60, &[3, 6], "highway=primary")
        .relation(&over, "type=restriction restriction=no_straight_on");
    let (roads, report) = read(&long.file()).unwrap();
    assert_eq!((report.restrictions.kept, roads.bans[0].len()), (1, 3));
}

#[test]
fn barriers_stop_and_ends_of_the_file_are_told() {
    for (tags, open) in [
        ("barrier=bollard", false),
        ("barrier=gate access=private", false),
        ("barrier=gate", true),
        ("", true),
    ] {
        let map = Map::default()
            .node(1, [248_600_000, 670_100_000], "")
            .node(2, [248_610_000, 670_100_000], tags)
            .node(3, [248_620_000, 670_100_000], "")
            .way(7, &[1, 2, 3], "highway=tertiary")
            .way(8, &[3, 99], "highway=tertiary");
        let (roads, report) = read(&map.file()).unwrap();
        assert_eq!(report.missing_nodes, 1);
        let it = drivable(&roads, &Terms::default());
        let mut through = 0;
        for arc in 0..it.net.arcs() {
            for next in it.net.leaving(it.net.head[arc]) {
                through += usize::from(it.net.road[arc] != it.net.road[next]);
            }
        }
        let stands = roads.barriers.iter().any(|it| *it != Barrier::Nothing);
        assert_eq!(through > 0 || !stands, open, "{tags}");
    }
}

#[test]
fn the_shape_between_junctions_and_the_direction_are_kept() {
    let map = Map::default()
        .node(1, [248_600_000, 670_100_000], "")
        .node(2, [248_610_000, 670_105_000], "")
        .node(3, [248_620_000, 670_100_000], "")
        .way(7, &[1, 2, 3], "highway=tertiary oneway=yes bridge=yes name=Bund name:ur=بند");
    let (roads, _) = read(&map.file()).unwrap();
    assert_eq!((roads.junctions.len(), roads.segments.len()), (2, 1));
    let lats: Vec<i32> = roads.points(0).iter().map(|point| point.lat_e7()).collect();
    assert_eq!(lats, [248_600_000, 248_610_000, 248_620_000]);
    assert_eq!(roads.segments[0].flags, flag::FORWARD | flag::BRIDGE);
    let name = roads.name(0).unwrap();
    assert_eq!((name.local.as_str(), name.ur.as_str()), ("Bund", "بند"));
}

#[test]
fn a_file_cut_anywhere_is_refused_and_every_flipped_byte_is_survived() {
    let file = cross()
        .relation(
            &[("from", 1, 20), ("via", 0, 1), ("to", 1, 30)],
            "type=restriction restriction=no_left_turn",
        )
        .file();
    let second = header("OsmSchema-V0.6").len();
    for cut in 0..file.len() {
        let said = read(&file[..cut]);
        let plain = matches!(said, Err(ImportError::NoRoads { .. } | ImportError::NoHeader));
        let torn = matches!(said, Err(ImportError::File(PbfError::Cut { .. })));
        assert_eq!((plain, torn), (cut == 0 || cut == second, cut != 0 && cut != second), "{cut}");
    }
    let mut refused = 0;
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut flipped = file.clone();
            flipped[at] ^= 1 << bit;
            refused += usize::from(read(&flipped).is_err());
        }
    }
    assert!(refused > file.len() * 6, "most of it is noticed: {refused} of {}", file.len() * 8);
}

#[test]
fn bombs_and_lies_are_named() {
    let after = |frame: Vec<u8>| {
        let mut file = header("OsmSchema-V0.6");
        file.extend(frame);
        read(&file).map(|_| ()).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            cause.unwrap_or_else(|| error.to_string())
        })
    };
    let says = |frame, part: &str| {
        let said = after(frame).expect_err(part);
        assert!(said.contains(part), "{said}: {part}");
    };
    // Forty megabytes of nothing in forty kilobytes: honest about it, and lying about it.
    let nothing = vec![0; BLOB_BYTES_MAX + 8_000_000];
    let packed_nothing = compress_to_vec_zlib(&nothing, 1);
    let bomb = |says: usize| {
        let mut blob = Vec::new();
        number(&mut blob, 2, u64::try_from(says).unwrap());
        bytes(&mut blob, 3, &packed_nothing);
        frame("OSMData", &blob)
    };
    says(bomb(nothing.len()), "the format allows");
    says(bomb(1000), "unpacks to more than it says");
    says(frame("OSMData", &[]), "nothing in it");
    let mut lzma = Vec::new();
    bytes(&mut lzma, 4, b"x");
    says(frame("OSMData", &lzma), "another method than zlib");
    says(u32::MAX.to_be_bytes().to_vec(), "the format allows 65536");
    let mut long = Vec::new();
    bytes(&mut long, 1, b"OSMData");
    number(&mut long, 3, u64::MAX);
    let mut lie = u32::try_from(long.len()).unwrap().to_be_bytes().to_vec();
    lie.extend(long);
    says(lie, "the format allows");
    // A granularity that takes every node off the earth.
    let mut far = cross().message();
    number(&mut far, 17, u64::MAX >> 1);
    says(frame("OSMData", &packed(&far)), "nowhere on earth");
    let footpaths = Map::default().way(1, &[1, 2], "highway=footway");
    says(frame("OSMData", &packed(&footpaths.message())), "no road that a car can drive");
    let alone = Map::default().way(1, &[1, 2], "highway=primary");
    says(frame("OSMData", &packed(&alone.message())), "no road that a car can drive");
    let history = header("LocationsOnWays-but-not-ours");
    assert!(matches!(read(&history), Err(ImportError::File(PbfError::Feature { .. }))));
    assert!(matches!(read(b"not at all"), Err(ImportError::File(PbfError::Large { .. }))));
}

#[test]
fn a_file_that_changes_between_the_readings_is_refused() {
    let (one, mut readings) = (cross().file(), 0);
    let other = cross().way(99, &[2, 3], "highway=primary").file();
    let said = import(
        || {
            readings += 1;
            Ok::<_, Infallible>(if readings == 1 { one.as_slice() } else { other.as_slice() })
        },
        |_, _| (),
    );
    assert!(matches!(said.unwrap(), Err(ImportError::Changed)));
}
