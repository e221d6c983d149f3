//! Overlays: one form, and what they change among roads.
#![cfg(test)]

use proptest::prelude::*;
use road::drivable::{Drivable, Terms, drivable};
use road::kind::{Access, Barrier, Class, Surface, flag};
use road::laid::{Laid, Unmet, lay};
use road::overlay::{Change, Deed, Direction, Overlay, Which};
use road::roads::{Name, Roads, Segment};
use road::snap::Index;
use words::moment::{Moment, Window};
use words::place::Point;

// 20:26:40 UTC on 28 May 2026.
const EVENING: i64 = 1_780_000_000_000;

fn at(lat: i32, lon: i32) -> Point {
    Point::new(248_600_000 + lat * 10_000, 670_100_000 + lon * 10_000).unwrap()
}

// A ladder: 0-1-2 in the south, 3-4-5 in the north, rungs 0-3 and 2-5. About 110 m a piece.
fn ladder() -> Roads {
    let mut roads = Roads { names: vec![Name::default()], ..Roads::default() };
    for number in 0..6 {
        roads.junctions.push(at(number / 3, number % 3));
        roads.barriers.push(Barrier::Nothing);
    }
    for (way, (from, to)) in [(0, 1), (0, 3), (1, 2), (2, 5), (3, 4), (4, 5)].iter().enumerate() {
        roads.segments.push(Segment {
            from: *from,
            to: *to,
            way: i64::try_from(way).unwrap(),
            length_mm: 110_000,
            name: 0,
            shape_at: 0,
            shape_bytes: 0,
            island: 0,
            flags: flag::BOTH,
            kmh: [36, 36],
            class: Class::Primary,
            surface: Surface::Paved,
            access: Access::Open,
        });
    }
    // From 0 to 1 nobody goes on to 2.
    roads.bans.push([0, 4].into());
    roads
}

fn laid(text: &str, moment: i64) -> (Laid, Drivable) {
    let roads = ladder();
    let overlay = Overlay::parse(&format!("safeconduct overlay 1\n{text}\n")).expect("an overlay");
    let laid = lay(&roads, &Index::of(&roads), &overlay, Moment::from_ms(moment));
    let it = drivable(&laid.roads, &Terms::default());
    (laid, it)
}

// Arcs that are driven, as `way` and `-way` for its backward direction; ways count from 1.
fn driven(it: &Drivable, roads: &Roads) -> Vec<i64> {
    let mut arcs: Vec<i64> = it
        .arc
        .iter()
        .map(|arc| {
            let way = roads.segment(arc / 2).unwrap().way + 1;
            if arc % 2 == 1 { -way } else { way }
        })
        .collect();
    arcs.sort_unstable();
    arcs.dedup();
    arcs
}

#[test]
fn closures_hold_in_their_direction_and_time() {
    let closed = |text: &str, moment| {
        let (laid, it) = laid(text, moment);
        assert_eq!(laid.unmet, []);
        let left = driven(&it, &laid.roads);
        (-6..=6).filter(|arc| *arc != 0 && !left.contains(arc)).collect::<Vec<i64>>()
    };
    assert_eq!(closed("close way=3", EVENING), [-4, 4]);
    assert_eq!(closed("close way=3 direction=backward", EVENING), [-4]);
    let hour = "close way=3 from=2026-05-28T21:00:00Z until=2026-05-28T22:00:00Z";
    assert_eq!(closed(hour, EVENING), [0_i64; 0], "before its time");
    assert_eq!(closed(hour, EVENING + 2_400_000), [-4, 4], "in its time");
    assert_eq!(closed(hour, EVENING + 8_000_000), [0_i64; 0], "after it");
    assert_eq!(closed("close way=3\nopen way=3\nspeed way=3 kmh=50", EVENING), [-4, 4]);
}

#[test]
fn a_speed_changes_the_time_and_a_pace_its_class_and_hour() {
    let (laid, it) = laid("speed way=0 kmh=18 direction=forward", EVENING);
    assert_eq!((it.millis[0], it.millis[1]), (22_000, 11_000));
    assert_eq!(laid.roads.segments[0].kmh, [18, 36]);
    let overlay = Overlay::parse("safeconduct overlay 1\npace class=primary hour=8 permille=500");
    let pace = overlay.unwrap().pace(Moment::from_ms(EVENING));
    let terms = |hour| Terms { pace: pace.clone(), hour, ..Terms::default() };
    let millis = |hour| drivable(&ladder(), &terms(hour)).millis[2];
    assert_eq!((millis(8), millis(9)), (22_000, 11_000));
}

#[test]
fn a_track_meets_roads_in_their_middle_and_what_was_forbidden_stays_forbidden() {
    let south = Point::new(248_600_000, 670_105_000);
    let north = Point::new(248_610_000, 670_105_000);
    let point = |at: Option<Point>| {
        let at = at.unwrap();
        format!("{:.7},{:.7}", at.lat(), at.lon())
    };
    let text = format!("add id=7 class=track kmh=36 points={};{}", point(south), point(north));
    let (laid, it) = laid(&text, EVENING);
    assert_eq!(laid.unmet, []);
    let roads = &laid.roads;
    assert_eq!((roads.junctions.len(), roads.segments.len()), (8, 9));
    assert!(driven(&it, roads).contains(&-7) && roads.segments[8].way == -8);
    let long: u32 = [0, 6].map(|at: usize| roads.segments[at].length_mm).iter().sum();
    assert!((100_000..=102_000).contains(&long), "two halves of a hundred metres: {long}");
    // Segment 6 is the second half of the first road: from it nobody goes on to 2.
    assert_eq!(roads.bans, [Box::from([12, 4])]);
    let onwards = |arc: u32| {
        let from = it.arc.iter().position(|it| *it == arc).unwrap();
        it.net.leaving(it.net.head[from]).map(|next| it.arc[next]).collect::<Vec<_>>()
    };
    assert_eq!(onwards(12), [13], "only back");
    assert_eq!(onwards(0), [1, 12, 16], "back, on, or into the track");
}

#[test]
fn a_block_stops_everybody_and_a_lift_lets_everybody_pass() {
    let onwards = |text: &str| {
        let (laid, it) = laid(text, EVENING);
        assert_eq!(laid.unmet, []);
        let from = it.arc.iter().position(|arc| *arc == 8).unwrap();
        it.net.leaving(it.net.head[from]).map(|next| it.arc[next]).collect::<Vec<_>>()
    };
    assert_eq!(onwards(""), [9, 10]);
    assert_eq!(onwards("block at=24.86100,67.01100"), [9]);
    let mut roads = ladder();
    roads.barriers[4] = Barrier::Block;
    let overlay = Overlay::parse("safeconduct overlay 1\nlift at=24.86100,67.01100").unwrap();
    let lifted = lay(&roads, &Index::of(&roads), &overlay, Moment::from_ms(EVENING));
    assert_eq!((lifted.roads.barriers[4], lifted.unmet), (Barrier::Nothing, vec![]));
}

#[test]
fn what_changes_nothing_is_said() {
    let text = "close way=99\nlift at=24.86100,67.01100\nblock at=25,67\n\
        add id=1 class=track kmh=9 points=25,67;25.1,67";
    let (laid, it) = laid(text, EVENING);
    let mut why: Vec<Unmet> = laid.unmet.iter().map(|(_, why)| *why).collect();
    why.sort_by_key(ToString::to_string);
    assert_eq!(why, [Unmet::NoRoad, Unmet::NoBarrier, Unmet::NoJunction, Unmet::NoWay]);
    assert_eq!(laid.roads, ladder());
    assert_eq!(it, drivable(&ladder(), &Terms::default()));
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    for (text, says) in [
        ("close", "line 2: `way` is missing"),
        ("shut way=1", "line 2: `shut` is no change"),
        ("close way=x", "line 2: `x` is no `way`"),
        ("close way=1 way=2", "line 2: `way` is said twice"),
        ("close way=1 when=now", "line 2: `close` takes no `when`"),
        ("speed way=1 kmh=0", "line 2: `0` is no `kmh`"),
        ("speed way=1 kmh=255", "line 2: `255` is no `kmh`"),
        ("pace class=primary hour=24 permille=500", "line 2: `24` is no `hour`"),
        ("pace class=primary hour=1 permille=0", "line 2: `0` is no `permille`"),
        ("block at=91,0", "line 2: `91,0` is no `at`"),
        ("block at=1.00000001,0", "line 2: `1.00000001,0` is no `at`"),
        ("add id=1 class=track kmh=9 points=1,1", "line 2: `1,1` is no `points`"),
        ("close way=1 from=2026-05-28T20:00:00Z", "line 2: `from` needs `until`"),
        (
            "close way=1 from=2026-05-28T20:00:00Z until=2026-05-28T20:00:00Z",
            "line 2: `from` and `until` are no span of time",
        ),
    ] {
        let said = Overlay::parse(&format!("safeconduct overlay 1\n{text}")).map(|_| ());
        assert_eq!(said.map_err(|error| error.to_string()), Err(says.to_owned()), "{text}");
    }
    let other = Overlay::parse("something else").unwrap_err().to_string();
    assert!(other.contains("first line"), "{other}");
}

fn points() -> impl Strategy<Value = Point> {
    (-900_000_000..=900_000_000, -1_800_000_000..=1_800_000_000)
        .prop_map(|(lat, lon)| Point::new(lat, lon).unwrap())
}

fn directions() -> impl Strategy<Value = Direction> {
    prop::sample::select(vec![Direction::Both, Direction::Forward, Direction::Backward])
}

fn classes() -> impl Strategy<Value = Class> {
    prop::sample::select(Class::ALL.to_vec())
}

fn whiches() -> impl Strategy<Value = Which> {
    (any::<i64>(), prop::option::of(points()), directions())
        .prop_map(|(way, near, direction)| Which { way, near, direction })
}

fn deeds() -> impl Strategy<Value = Deed> {
    let tracks = (any::<u32>(), prop::collection::vec(points(), 2..5), directions());
    let kinds = (classes(), prop::sample::select(Surface::ALL.to_vec()), 1..=150_u8, "[a-z ]{0,9}");
    prop_oneof![
        (tracks, kinds).prop_map(|((id, points, direction), (class, surface, kmh, name))| {
            Deed::Add { id, points, direction, class, surface, kmh, name }
        }),
        points().prop_map(|at| Deed::Block { at }),
        points().prop_map(|at| Deed::Lift { at }),
        whiches().prop_map(|which| Deed::Close { which }),
        whiches().prop_map(|which| Deed::Open { which }),
        (whiches(), 1..=150_u8).prop_map(|(which, kmh)| Deed::Speed { which, kmh }),
        (classes(), 0..24_u8, 50..=2000_u16).prop_map(|(class, hour, per_mille)| Deed::Pace {
            class,
            hour,
            per_mille
        }),
    ]
}

fn changes() -> impl Strategy<Value = Change> {
    let window = prop::option::of((0..2_000_000_000_i64, 1..1_000_000_i64));
    (deeds(), window, "[^\"\\p{C}]{0,20}").prop_map(|(deed, window, why)| {
        let moment = |seconds: i64| Moment::from_ms(seconds * 1000);
        let window = window.map(|(from, long)| Window::new(moment(from), moment(from + long)));
        Change { deed, window: window.flatten(), why }
    })
}

proptest! {
    #[test]
    fn an_overlay_has_one_text_and_one_hash_in_whatever_order_it_is_written(
        changes in prop::collection::vec(changes(), 0..8)
    ) {
        let overlay = Overlay::of(changes);
        let text = overlay.to_string();
        let parsed = Overlay::parse(&text);
        prop_assert_eq!(parsed.as_ref(), Ok(&overlay), "{}", text);
        let mut lines: Vec<&str> = text.lines().skip(1).collect();
        lines.reverse();
        let other = format!("\n# a remark\nsafeconduct overlay 1\n{}\n\n", lines.join("\n# and\n"));
        prop_assert_eq!(Overlay::parse(&other).unwrap().hash(), overlay.hash());
    }

    #[test]
    fn whatever_is_laid_over_roads_stays_a_network(
        changes in prop::collection::vec(changes(), 0..8)
    ) {
        let roads = ladder();
        let laid = lay(&roads, &Index::of(&roads), &Overlay::of(changes), Moment::from_ms(EVENING));
        let it = drivable(&laid.roads, &Terms::default());
        for junction in 0..u32::try_from(it.net.junctions()).unwrap() {
            for arc in it.net.leaving(junction) {
                let tail = laid.roads.tail(it.arc[arc]);
                prop_assert_eq!(tail, Some(it.junction[usize::try_from(junction).unwrap()]));
            }
        }
    }
}
