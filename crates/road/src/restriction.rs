//! Turn restrictions: relations → arcs that must not follow each other.

use std::collections::BTreeMap;

use crate::roads::{Arc, Roads, reverse};
use crate::tags::VEHICLES;
use pbf::block::{Member, Tags};

/// A million turns: Europe has about as many, and a hostile file could say any number.
pub const RESTRICTIONS_MAX: usize = 1_000_000;

/// A restriction that reaches over ways in between reaches this many arcs; the longest on
/// motorways and wide crossings stay far below, and beyond it a slip of the pen is likelier.
const BETWEEN_MAX: usize = 16;

/// What a restriction says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    pub(crate) only: bool,
    pub(crate) from: Vec<i64>,
    pub(crate) via: Via,
    pub(crate) to: Vec<i64>,
}

/// What lies between the way that is left and the way that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Via {
    /// A node.
    Node(i64),
    /// Ways.
    Ways(Vec<i64>),
}

/// A product of many by many is no restriction that anybody has signed.
pub(crate) const WAYS_MAX: usize = 8;

/// Reads a restriction that binds a car; `None` if the relation is none.
pub fn read(tags: Tags<'_>, members: &[Member<'_>]) -> Option<Restriction> {
    if !tags.is("type", &["restriction"]) {
        return None;
    }
    let said = ["restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle"]
        .into_iter()
        .chain(["restriction"])
        .find_map(|key| tags.get(key))?;
    let only = said.starts_with("only_");
    let excepted = tags.get("except").unwrap_or_default();
    let excepts = |vehicle: &str| VEHICLES.contains(&vehicle.trim());
    if !(only || said.starts_with("no_")) || excepted.split(';').any(excepts) {
        return None;
    }
    let of = |role: &[u8], kind| {
        let of = move |it: &&Member<'_>| it.role == role && it.kind == kind;
        members.iter().filter(of).map(|it| it.id).collect::<Vec<_>>()
    };
    let (from, to, between) = (of(b"from", 1), of(b"to", 1), of(b"via", 1));
    let via = match of(b"via", 0).as_slice() {
        [node] if between.is_empty() => Via::Node(*node),
        [] if !between.is_empty() => Via::Ways(between),
        _ => return None,
    };
    let some = |ways: &[i64]| (1..=WAYS_MAX).contains(&ways.len());
    (some(&from) && some(&to)).then_some(Restriction { only, from, via, to })
}

/// What became of the restrictions of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Became {
    /// They are kept.
    pub kept: u64,
    /// A way or node of them is not here, or not driven: they forbid nothing here.
    pub elsewhere: u64,
    /// It cannot be told which turn they mean.
    pub unclear: u64,
}

/// Where ways and nodes of the file are among the roads.
pub(crate) struct Found<'a> {
    pub(crate) roads: &'a Roads,
    /// Segments of a way: sorted pairs.
    pub(crate) of_way: &'a [(i64, u32)],
    /// Arcs that leave a junction, each with its junction: sorted pairs.
    pub(crate) leaving: &'a [(u32, Arc)],
    /// The junction of a node.
    pub(crate) junction: &'a dyn Fn(i64) -> Option<u32>,
}

/// The arcs that restrictions forbid in a row, sorted, and what became of them.
pub(crate) fn bans(found: &Found<'_>, restrictions: &[Restriction]) -> (Vec<Box<[Arc]>>, Became) {
    let mut bans = Vec::new();
    let mut became = Became::default();
    for restriction in restrictions {
        match found.forbidden(restriction) {
            Ok(rows) if rows.is_empty() => became.elsewhere += 1,
            Ok(rows) => {
                became.kept += 1;
                bans.extend(rows);
            }
            Err(Lost::Elsewhere) => became.elsewhere += 1,
            Err(Lost::Unclear) => became.unclear += 1,
        }
    }
    bans.sort_unstable();
    bans.dedup();
    (bans, became)
}

enum Lost {
    Elsewhere,
    Unclear,
}

impl Found<'_> {
    fn forbidden(&self, restriction: &Restriction) -> Result<Vec<Box<[Arc]>>, Lost> {
        let mut rows = Vec::new();
        for from in &restriction.from {
            for to in &restriction.to {
                let row = match &restriction.via {
                    Via::Node(node) => self.at_node(*from, *node, *to)?,
                    Via::Ways(between) => self.over(*from, between, *to)?,
                };
                rows.push(row);
            }
        }
        if !restriction.only {
            return Ok(rows.into_iter().map(Vec::into_boxed_slice).collect());
        }
        Ok(rows.iter().flat_map(|row| self.all_others(row, &rows)).collect())
    }

    // Whoever has driven all but the last arc must drive a last arc of one of the rows.
    fn all_others(&self, row: &[Arc], rows: &[Vec<Arc>]) -> Vec<Box<[Arc]>> {
        let Some((last, before)) = row.split_last() else { return Vec::new() };
        let junction = self.roads.tail(*last).unwrap_or(u32::MAX);
        let allowed = |arc: Arc| {
            rows.iter().any(|row| row.split_last().is_some_and(|it| it.1 == before && *it.0 == arc))
        };
        let others = self.leaving(junction).filter(|arc| !allowed(*arc));
        others.map(|arc| before.iter().copied().chain([arc]).collect()).collect()
    }

    fn at_node(&self, from: i64, node: i64, to: i64) -> Result<Vec<Arc>, Lost> {
        let junction = (self.junction)(node).ok_or(Lost::Elsewhere)?;
        let into = self.arcs(from, |arc| self.roads.head(arc) == Some(junction));
        let out = self.arcs(to, |arc| self.roads.tail(arc) == Some(junction));
        match (into.as_slice(), out.as_slice()) {
            ([], _) | (_, []) => Err(Lost::Elsewhere),
            ([into], [out]) => Ok(vec![*into, *out]),
            // A way that goes on beyond the node, from which one turns back into itself.
            _ => Err(Lost::Unclear),
        }
    }

    // Breadth first over the ways between: the fewest arcs from the one to the other.
    fn over(&self, from: i64, between: &[i64], to: i64) -> Result<Vec<Arc>, Lost> {
        let by_tail = self.by_tail(between);
        let starts = self
            .arcs(from, |arc| self.roads.head(arc).is_some_and(|head| by_tail.contains_key(&head)));
        let ends = self.arcs(to, |_| true);
        let mut rows: Vec<Vec<Arc>> = starts.iter().map(|start| vec![*start]).collect();
        for _ in 0..BETWEEN_MAX {
            rows = rows.iter().flat_map(|row| self.onwards(row, &by_tail)).collect();
            let ended: Vec<_> = rows.iter().flat_map(|row| self.ended(row, &ends)).collect();
            match ended.as_slice() {
                [] if rows.is_empty() || rows.len() > 64 => return Err(Lost::Elsewhere),
                [] => {}
                [row] => return Ok(row.clone()),
                _ => return Err(Lost::Unclear),
            }
        }
        Err(Lost::Elsewhere)
    }

    fn by_tail(&self, ways: &[i64]) -> BTreeMap<u32, Vec<Arc>> {
        let mut by_tail: BTreeMap<u32, Vec<Arc>> = BTreeMap::new();
        for arc in ways.iter().flat_map(|way| self.arcs(*way, |_| true)) {
            if let Some(tail) = self.roads.tail(arc) {
                by_tail.entry(tail).or_default().push(arc);
            }
        }
        by_tail
    }

    fn onwards(&self, row: &[Arc], by_tail: &BTreeMap<u32, Vec<Arc>>) -> Vec<Vec<Arc>> {
        let Some(last) = row.last().copied() else { return Vec::new() };
        let next = self.roads.head(last).and_then(|head| by_tail.get(&head));
        let fresh = |arc: &&Arc| !row.contains(arc) && !row.contains(&reverse(**arc));
        let next = next.into_iter().flatten().filter(fresh);
        next.map(|arc| row.iter().copied().chain([*arc]).collect()).collect()
    }

    fn ended(&self, row: &[Arc], ends: &[Arc]) -> Vec<Vec<Arc>> {
        let head = row.last().and_then(|last| self.roads.head(*last));
        let ends = ends.iter().filter(|end| self.roads.tail(**end) == head && head.is_some());
        ends.map(|end| row.iter().copied().chain([*end]).collect()).collect()
    }

    // The arcs of a way that are driven and that meet a condition.
    fn arcs(&self, way: i64, wanted: impl Fn(Arc) -> bool) -> Vec<Arc> {
        let begin = self.of_way.partition_point(|(other, _)| *other < way);
        let own = self.of_way.get(begin..).unwrap_or_default().iter();
        let own = own.take_while(|(other, _)| *other == way);
        own.flat_map(|(_, segment)| self.roads.arcs_of(*segment)).filter(|it| wanted(*it)).collect()
    }

    fn leaving(&self, junction: u32) -> impl Iterator<Item = Arc> {
        let begin = self.leaving.partition_point(|(other, _)| *other < junction);
        let own = self.leaving.get(begin..).unwrap_or_default().iter();
        own.take_while(move |(other, _)| *other == junction).map(|(_, arc)| *arc)
    }
}
