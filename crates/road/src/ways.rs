//! The first reading of a file: ways that are driven, forbidden turns.
//!
//! What is kept is a few bytes a node of a driven way, whatever else the file holds.

use std::collections::BTreeMap;

use crate::import::{ImportError, NODES_MAX};
use crate::packed::put_signed;
use crate::restriction::{RESTRICTIONS_MAX, Restriction, read};
use crate::roads::{NAME_BYTES_MAX, Name};
use crate::tags::{Driven, driven};
use pbf::blob::{Content, Frame};
use pbf::block::{Block, Tags, Way, header};

/// A way that is driven.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its id.
    pub(crate) id: i64,
    /// What it is.
    pub(crate) driven: Driven,
    /// Its name, by number.
    pub(crate) name: u32,
    /// How many bytes its nodes take.
    pub(crate) bytes: u32,
}

/// What the first reading has found so far.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    pub(crate) rows: Vec<Row>,
    pub(crate) nodes: Vec<u8>,
    /// Nodes along the rows, counted once for each.
    pub(crate) count: usize,
    /// Ways in the file, driven or not.
    pub(crate) seen: u64,
    pub(crate) names: BTreeMap<Name, u32>,
    /// Names that no frame of a part has yet, in their order.
    pub(crate) fresh: Vec<Name>,
    pub(crate) restrictions: Vec<Restriction>,
    /// Of every block of data: are there nodes in it?
    pub(crate) with_nodes: Vec<bool>,
    pub(crate) data_unix_s: i64,
}

impl Ways {
    /// Takes what a frame of the file holds.
    pub(crate) fn take(&mut self, frame: &Frame) -> Result<(), ImportError> {
        match frame.content {
            Content::Header => {
                self.data_unix_s = header(&frame.open()?, frame.at)?.unwrap_or(self.data_unix_s);
            }
            Content::Data => {
                let message = frame.open()?;
                let block = Block::of(&message, frame.at)?;
                self.with_nodes.push(block.holds_nodes());
                block.ways(|way| self.way(way))?;
                block.relations(|tags, members| {
                    if self.restrictions.len() <= RESTRICTIONS_MAX {
                        self.restrictions.extend(read(tags, members));
                    }
                })?;
            }
            Content::Other => {}
        }
        let too_many = |what, max| Err(ImportError::TooMany { what, max });
        match () {
            () if self.count > NODES_MAX => too_many("nodes along roads", NODES_MAX),
            () if self.restrictions.len() > RESTRICTIONS_MAX => {
                too_many("turn restrictions", RESTRICTIONS_MAX)
            }
            () => Ok(()),
        }
    }

    fn way(&mut self, way: &Way<'_>) {
        self.seen += 1;
        let Some(driven) = driven(way.tags).filter(|_| self.count <= NODES_MAX) else { return };
        let begin = self.nodes.len();
        let (mut before, mut count) = (0_i64, 0);
        for node in way.nodes() {
            if count == 0 || node != before {
                put_signed(&mut self.nodes, node.wrapping_sub(before));
                count += 1;
            }
            before = node;
        }
        let bytes = u32::try_from(self.nodes.len() - begin);
        // A block has at most 32 MiB, and so has a way in it.
        let Some(bytes) = bytes.ok().filter(|_| count > 1) else {
            self.nodes.truncate(begin);
            return;
        };
        self.count += count;
        let name = self.name(way.tags);
        self.rows.push(Row { id: way.id, driven, name, bytes });
    }

    fn name(&mut self, tags: Tags<'_>) -> u32 {
        let of = |key| cut(tags.get(key).unwrap_or_default());
        let zh = Some(of("name:zh")).filter(|name| !name.is_empty());
        let name = Name {
            local: of("name"),
            en: of("name:en"),
            ur: of("name:ur"),
            zh: zh.unwrap_or_else(|| of("name:zh-Hans")),
            number: of("ref"),
        };
        if name == Name::default() {
            return 0;
        }
        if let Some(number) = self.names.get(&name) {
            return *number;
        }
        let number = u32::try_from(self.names.len() + 1).unwrap_or(0);
        self.fresh.push(name.clone());
        self.names.insert(name, number);
        number
    }
}

// What a screen cannot show is no part of a name.
fn cut(name: &str) -> String {
    let mut cut: String = name.chars().filter(|letter| !letter.is_control()).collect();
    while cut.len() > NAME_BYTES_MAX {
        cut.pop();
    }
    cut
}
