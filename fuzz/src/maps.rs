//! Extracts of OpenStreetMap, files of roads, overlays.

use std::convert::Infallible;

use note::digest::sha256;
use road::drivable::{Terms, drivable};
use road::file;
use road::import::{Begun, go_on, import};
use road::laid::lay;
use road::overlay::Overlay;
use road::part::{self, heading};
use road::roads::Roads;
use road::snap::Index;
use words::moment::Moment;

/// What is imported comes back from its file, and its network hangs together.
///
/// An input is what a block of data holds, unpacked and without the frame around it, unless it
/// begins as a file does: a fuzzer finds neither zlib's checksum nor the lengths of frames.
pub(crate) fn map(bytes: &[u8]) -> bool {
    let whole =
        if bytes.get(6..15) == Some(b"OSMHeader") { bytes.to_vec() } else { extract(bytes) };
    let read = import(|| Ok::<_, Infallible>(whole.as_slice()), |_, _| ());
    let Ok(Ok((roads, _))) = read else { return false };
    comes_back(&roads);
    true
}

fn comes_back(roads: &Roads) {
    assert!(!roads.segments.is_empty(), "no roads is a refusal");
    assert_eq!(file::read(&file::write(roads)).as_ref(), Ok(roads), "roads come back");
    hangs_together(roads);
}

// A file with one block of data, not packed.
fn extract(block: &[u8]) -> Vec<u8> {
    let framed = |content: &[u8], data: &[u8]| {
        let mut blob = vec![0x0a];
        length(&mut blob, data.len());
        blob.extend_from_slice(data);
        let mut header = vec![0x0a];
        length(&mut header, content.len());
        header.extend_from_slice(content);
        header.push(0x18);
        length(&mut header, blob.len());
        let mut frame = u32::try_from(header.len()).expect("short").to_be_bytes().to_vec();
        frame.extend(header);
        frame.extend(blob);
        frame
    };
    [framed(b"OSMHeader", b""), framed(b"OSMData", block)].concat()
}

/// A part of an import, its frames without their checksums, each after its length in two bytes:
/// whatever is begun ends in a refusal, or in roads that come back from their file.
pub(crate) fn begun(bytes: &[u8]) -> bool {
    let mut part = heading();
    let mut chain = sha256(&part).0;
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_le_bytes(*length));
        let Some((payload, after)) = after.split_at_checked(length) else { return false };
        rest = after;
        chain = sha256(&[chain.as_slice(), payload].concat()).0;
        part.extend(u32::try_from(length).expect("two bytes").to_le_bytes());
        part.extend_from_slice(payload);
        part.extend_from_slice(&chain);
    }
    let taken = part::read(part.as_slice()).expect("its heading is ours");
    let good = !taken.torn && !bytes.is_empty();
    let whole = extract(&block());
    let open = || Ok::<_, Infallible>(whole.as_slice());
    if let Ok(Ok((roads, _))) = go_on(taken.begun, open, |_| Ok(()), |_, _| ()) {
        comes_back(&roads);
    }
    good
}

/// What imports of the small extract leave, stopped after every frame.
pub(crate) fn begun_ones() -> Vec<Vec<u8>> {
    let whole = extract(&block());
    let (mut one, mut all) = (Vec::new(), Vec::new());
    let keep = |frame: &[u8]| {
        let payload = frame.get(4..frame.len() - 32).expect("a frame has a length and a sum");
        one.extend(u16::try_from(payload.len()).expect("a small extract").to_le_bytes());
        one.extend_from_slice(payload);
        all.push(one.clone());
        Ok::<_, Infallible>(())
    };
    let imported = go_on(Begun::default().every(1), || Ok(whole.as_slice()), keep, |_, _| ());
    assert!(matches!(imported, Ok(Ok(_))), "the example is whole");
    all
}

fn length(out: &mut Vec<u8>, mut length: usize) {
    while length > 0x7f {
        out.push(u8::try_from(length & 0x7f | 0x80).expect("a byte"));
        length >>= 7;
    }
    out.push(u8::try_from(length).expect("a byte"));
}

fn hangs_together(roads: &Roads) {
    let it = drivable(roads, &Terms::default());
    for junction in 0..u32::try_from(it.net.junctions()).expect("few") {
        for arc in it.net.leaving(junction) {
            let place = usize::try_from(junction).expect("few");
            assert_eq!(roads.tail(it.arc[arc]), it.junction.get(place).copied());
            assert!(it.net.millis[arc] > 0, "no road takes no time");
        }
    }
    let index = Index::of(roads);
    for place in roads.junctions.iter().take(3) {
        let slowly = roads.numbers().filter_map(|it| road::snap::project_on(roads, it, *place));
        let slowly = slowly.map(|spot| spot.off_mm).min();
        let found = index.nearest(roads, *place, 1_000, |_| true).map(|spot| spot.off_mm);
        assert_eq!(found, slowly.filter(|off| *off <= 1_000), "the nearest is found");
    }
}

/// A file without its checksum: what is read has no second form.
pub(crate) fn file(bytes: &[u8]) -> bool {
    let mut whole = bytes.to_vec();
    whole.extend_from_slice(&sha256(bytes).0);
    let Ok(roads) = file::read(&whole) else { return false };
    assert_eq!(file::write(&roads), whole, "one form");
    if roads.segments.len() < 200 && roads.bans.len() < 200 {
        drivable(&roads, &Terms::default());
    }
    true
}

/// An overlay has one form, and whatever it says can be laid.
pub(crate) fn overlay(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok();
    let Some(overlay) = text.and_then(|text| Overlay::parse(text).ok()) else { return false };
    let again = Overlay::parse(&overlay.to_string());
    assert_eq!(again.as_ref(), Ok(&overlay), "what is written is read");
    let roads = example();
    let laid = lay(&roads, &Index::of(&roads), &overlay, Moment::from_ms(0));
    assert!(laid.unmet.len() <= overlay.changes().len());
    hangs_together(&laid.roads);
    true
}

// Two roads that cross, as a block of data: three nodes on each, the middle one shared.
fn block() -> Vec<u8> {
    let mut block = Vec::new();
    let put = |out: &mut Vec<u8>, tag: u8, part: &[u8]| {
        out.push(tag);
        length(out, part.len());
        out.extend_from_slice(part);
    };
    let mut strings = Vec::new();
    let texts =
        ["", "highway", "primary", "type", "restriction", "no_left_turn", "from", "via", "to"];
    for text in texts {
        put(&mut strings, 0x0a, text.as_bytes());
    }
    put(&mut block, 0x0a, &strings);
    let signed = |number: i64| u64::try_from(number << 1 ^ number >> 63).expect("a sign below");
    let mut group = Vec::new();
    for (id, lat, lon) in [(1, 0, 0), (2, 1, 0), (3, 0, 1), (4, -1, 0), (5, 0, -1)] {
        let mut node = Vec::new();
        for (tag, number) in [(0x08, id), (0x40, lat * 10_000), (0x48, lon * 10_000)] {
            node.push(tag);
            length(&mut node, usize::try_from(signed(number)).expect("small"));
        }
        put(&mut group, 0x0a, &node);
    }
    for (id, refs) in [(7, [4_u8, 3, 6]), (8, [6, 3, 8])] {
        let mut way = vec![0x08, id];
        put(&mut way, 0x12, &[1]);
        put(&mut way, 0x1a, &[2]);
        put(&mut way, 0x42, &refs);
        put(&mut group, 0x1a, &way);
    }
    let mut turn = vec![0x08, 9];
    put(&mut turn, 0x12, &[3, 4]);
    put(&mut turn, 0x1a, &[4, 5]);
    put(&mut turn, 0x42, &[6, 7, 8]);
    put(&mut turn, 0x4a, &[14, 11, 14]);
    put(&mut turn, 0x52, &[1, 0, 1]);
    put(&mut group, 0x22, &turn);
    put(&mut block, 0x12, &group);
    block
}

fn example() -> Roads {
    let block = block();
    let mut frame = vec![0x0a];
    length(&mut frame, block.len());
    frame.extend_from_slice(&block);
    let mut bytes = vec![0, 0, 0, 13, 0x0a, 9];
    bytes.extend_from_slice(b"OSMHeader");
    bytes.extend_from_slice(&[0x18, 2, 0x0a, 0]);
    let mut header = vec![0x0a, 7];
    header.extend_from_slice(b"OSMData");
    header.push(0x18);
    length(&mut header, frame.len());
    bytes.extend_from_slice(&u32::try_from(header.len()).expect("short").to_be_bytes());
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(&frame);
    let read = import(|| Ok::<_, Infallible>(bytes.as_slice()), |_, _| ());
    let Ok(Ok((roads, _))) = read else { panic!("the example is read: {read:?}") };
    roads
}

pub(crate) fn maps() -> Vec<Vec<u8>> {
    vec![block()]
}

pub(crate) fn files() -> Vec<Vec<u8>> {
    let mut file = file::write(&example());
    file.truncate(file.len() - 32);
    vec![file]
}

pub(crate) fn overlays() -> Vec<Vec<u8>> {
    let text = "safeconduct overlay 1\nclose way=7 direction=both\nblock at=0,0\nlift at=0,0\n\
        speed way=8 kmh=9\npace class=primary hour=8 permille=500\nopen way=7\n\
        add id=1 class=track kmh=9 points=0.0005,0;0,0.0005 name=\"A\"\n\
        close way=8 near=0,0.0005 from=2026-05-28T20:00:00Z until=2026-05-28T21:00:00Z why=\"x\"\n";
    vec![text.as_bytes().to_vec()]
}
