//! What is in an unpacked block: nodes, ways and relations with their tags.

use words::place::Point;

use crate::blob::PbfError;
use crate::wire::{Fields, Packed, Summed, Value, zigzag};

/// What this reader understands of what a file may ask for.
const FEATURES: [&[u8]; 3] = [b"OsmSchema-V0.6", b"DenseNodes", b"HistoricalInformation"];

/// A key and its value.
pub type Tag<'a> = (&'a [u8], &'a [u8]);

/// The tags of a thing.
#[derive(Debug, Clone, Copy)]
pub struct Tags<'a>(pub &'a [Tag<'a>]);

impl<'a> Tags<'a> {
    /// The value of a key, as text; `None` if it has none or is no text.
    pub fn get(self, key: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().find(|(has, _)| *has == key.as_bytes())?;
        str::from_utf8(value).ok()
    }

    /// Is the value of a key one of these?
    pub fn is(self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }
}

/// A way: the nodes along it, in their order.
#[derive(Debug)]
pub struct Way<'a> {
    /// Its id.
    pub id: i64,
    /// Its tags.
    pub tags: Tags<'a>,
    refs: &'a [u8],
}

impl<'a> Way<'a> {
    /// The ids of its nodes.
    pub const fn nodes(&self) -> Summed<'a> {
        Summed::of(self.refs)
    }
}

/// What a relation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// A node (0), a way (1) or another relation (2).
    pub kind: u64,
    /// Its id.
    pub id: i64,
    /// What it is there for.
    pub role: &'a [u8],
}

/// The file's own header: the moment that its data is of, as it says, or nothing.
pub fn header(message: &[u8], at: u64) -> Result<Option<i64>, PbfError> {
    let mut moment = None;
    let mut fields = Fields::of(message);
    for (field, value) in fields.by_ref() {
        match (field, value) {
            (4, Value::Bytes(feature)) if !FEATURES.contains(&feature) => {
                let feature = String::from_utf8_lossy(feature).chars().take(80).collect();
                return Err(PbfError::Feature { feature });
            }
            (32, Value::Number(seconds)) => moment = Some(seconds.cast_signed()),
            _ => {}
        }
    }
    let damaged = PbfError::Damaged { at, what: "the file's header cannot be read" };
    if fields.whole() { Ok(moment) } else { Err(damaged) }
}

/// An unpacked block.
#[derive(Debug)]
pub struct Block<'a> {
    at: u64,
    strings: Vec<&'a [u8]>,
    groups: Vec<(u64, &'a [u8])>,
    granularity: i64,
    offset: [i64; 2],
}

impl<'a> Block<'a> {
    /// The parts of a block that begins at byte `at` of its file.
    pub fn of(message: &'a [u8], at: u64) -> Result<Self, PbfError> {
        let mut block =
            Self { at, strings: Vec::new(), groups: Vec::new(), granularity: 100, offset: [0; 2] };
        let mut fields = Fields::of(message);
        for (field, value) in fields.by_ref() {
            match (field, value) {
                (1, Value::Bytes(table)) => block.strings = parts(table, 1),
                (2, Value::Bytes(group)) => {
                    let mut items = Fields::of(group);
                    block.groups.extend(items.by_ref().filter_map(|(field, value)| match value {
                        Value::Bytes(item) => Some((field, item)),
                        Value::Number(_) | Value::Fixed => None,
                    }));
                    if !items.whole() {
                        return Err(block.damaged("a group of it cannot be read"));
                    }
                }
                (17, Value::Number(units)) => block.granularity = units.cast_signed(),
                (19, Value::Number(offset)) => block.offset[0] = offset.cast_signed(),
                (20, Value::Number(offset)) => block.offset[1] = offset.cast_signed(),
                _ => {}
            }
        }
        if fields.whole() { Ok(block) } else { Err(block.damaged("it cannot be read")) }
    }

    /// Are there nodes in it?
    pub fn holds_nodes(&self) -> bool {
        self.groups.iter().any(|(field, _)| matches!(field, 1 | 2))
    }

    /// Tells every node: its id, where it lies, its tags.
    pub fn nodes(&self, mut tell: impl FnMut(i64, Point, Tags<'_>)) -> Result<(), PbfError> {
        for (field, item) in &self.groups {
            match field {
                1 => self.node(item, &mut tell)?,
                2 => self.dense(item, &mut tell)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Tells every way.
    pub fn ways(&self, mut tell: impl FnMut(&Way<'_>)) -> Result<(), PbfError> {
        for (_, item) in self.groups.iter().filter(|(field, _)| *field == 3) {
            let [keys, values, refs] = runs(item, [2, 3, 8]);
            let tags = self.tags(keys, values)?;
            let id = number(item, 1).cast_signed();
            tell(&Way { id, tags: Tags(&tags), refs });
        }
        Ok(())
    }

    /// Tells every relation: its tags and its members.
    pub fn relations(&self, mut tell: impl FnMut(Tags<'_>, &[Member<'a>])) -> Result<(), PbfError> {
        for (_, item) in self.groups.iter().filter(|(field, _)| *field == 4) {
            let [keys, values, roles] = runs(item, [2, 3, 8]);
            let [ids, kinds, _] = runs(item, [9, 10, 0]);
            let tags = self.tags(keys, values)?;
            let members = Summed::of(ids).zip(Packed(kinds)).zip(Packed(roles));
            let members: Option<Vec<_>> = members
                .map(|((id, kind), role)| Some(Member { kind, id, role: self.string(role)? }))
                .collect();
            let members = members.ok_or_else(|| self.damaged("a role is missing"))?;
            tell(Tags(&tags), &members);
        }
        Ok(())
    }

    fn node(
        &self,
        item: &'a [u8],
        tell: &mut impl FnMut(i64, Point, Tags<'_>),
    ) -> Result<(), PbfError> {
        let [keys, values, _] = runs(item, [2, 3, 0]);
        let tags = self.tags(keys, values)?;
        let signed = |field| zigzag(number(item, field));
        let point = self.point(signed(8), signed(9))?;
        tell(signed(1), point, Tags(&tags));
        Ok(())
    }

    fn dense(
        &self,
        item: &'a [u8],
        tell: &mut impl FnMut(i64, Point, Tags<'_>),
    ) -> Result<(), PbfError> {
        let [ids, lats, lons] = runs(item, [1, 8, 9]);
        let [tagged, ..] = runs(item, [10, 0, 0]);
        let mut tagged = Packed(tagged);
        let mut tags = Vec::new();
        let (mut lats, mut lons) = (Summed::of(lats), Summed::of(lons));
        for id in Summed::of(ids) {
            let (Some(lat), Some(lon)) = (lats.next(), lons.next()) else {
                return Err(self.damaged("a node has no place"));
            };
            tags.clear();
            while let Some(key) = tagged.next().filter(|key| *key != 0) {
                let value = tagged.next().and_then(|value| self.string(value));
                let tag = self.string(key).zip(value);
                tags.push(tag.ok_or_else(|| self.damaged("a tag is missing"))?);
            }
            tell(id, self.point(lat, lon)?, Tags(&tags));
        }
        Ok(())
    }

    fn point(&self, lat: i64, lon: i64) -> Result<Point, PbfError> {
        let [lat_offset, lon_offset] = self.offset;
        // The format counts in 1e-9 degrees.
        let e7 = |units: i64, offset: i64| {
            let nano = units.checked_mul(self.granularity)?.checked_add(offset)?;
            i32::try_from(nano.div_euclid(100)).ok()
        };
        let point = e7(lat, lat_offset).zip(e7(lon, lon_offset));
        let point = point.and_then(|(lat, lon)| Point::new(lat, lon));
        point.ok_or_else(|| self.damaged("a node lies nowhere on earth"))
    }

    fn string(&self, number: u64) -> Option<&'a [u8]> {
        self.strings.get(usize::try_from(number).ok()?).copied()
    }

    fn tags(&self, keys: &[u8], values: &[u8]) -> Result<Vec<Tag<'a>>, PbfError> {
        let pairs = Packed(keys).zip(Packed(values));
        let tags: Option<Vec<_>> =
            pairs.map(|(key, value)| self.string(key).zip(self.string(value))).collect();
        tags.ok_or_else(|| self.damaged("a tag is missing"))
    }

    const fn damaged(&self, what: &'static str) -> PbfError {
        PbfError::Damaged { at: self.at, what }
    }
}

fn parts(message: &[u8], wanted: u64) -> Vec<&[u8]> {
    Fields::of(message).filter(|(field, _)| *field == wanted).map(|(_, it)| it.bytes()).collect()
}

fn number(message: &[u8], wanted: u64) -> u64 {
    Fields::of(message).find(|(field, _)| *field == wanted).map_or(0, |(_, it)| it.number())
}

fn runs(message: &[u8], wanted: [u64; 3]) -> [&[u8]; 3] {
    let mut runs: [&[u8]; 3] = [&[]; 3];
    for (field, value) in Fields::of(message) {
        for (run, _) in runs.iter_mut().zip(wanted).filter(|(_, wanted)| *wanted == field) {
            *run = value.bytes();
        }
    }
    runs
}
