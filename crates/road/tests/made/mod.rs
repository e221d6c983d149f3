//! Extracts as a test writes them, and no more of the format.
#![cfg(test)]

use miniz_oxide::deflate::compress_to_vec_zlib;
use road::packed::{put, put_signed};

// Fields of Protocol Buffers, as far as a test writes them.
pub(crate) fn bytes(out: &mut Vec<u8>, field: u64, of: &[u8]) {
    put(out, field << 3 | 2);
    put(out, u64::try_from(of.len()).unwrap());
    out.extend_from_slice(of);
}

pub(crate) fn number(out: &mut Vec<u8>, field: u64, of: u64) {
    put(out, field << 3);
    put(out, of);
}

pub(crate) fn frame(kind: &str, blob: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    bytes(&mut header, 1, kind.as_bytes());
    number(&mut header, 3, u64::try_from(blob.len()).unwrap());
    let mut out = u32::try_from(header.len()).unwrap().to_be_bytes().to_vec();
    out.extend(header);
    out.extend_from_slice(blob);
    out
}

pub(crate) fn packed(message: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    number(&mut blob, 2, u64::try_from(message.len()).unwrap());
    bytes(&mut blob, 3, &compress_to_vec_zlib(message, 6));
    blob
}

pub(crate) fn header(feature: &str) -> Vec<u8> {
    let mut message = Vec::new();
    bytes(&mut message, 4, feature.as_bytes());
    frame("OSMHeader", &packed(&message))
}

// A file as people write one: nodes `id lat lon tags`, ways `id nodes tags`, relations.
#[derive(Default)]
pub(crate) struct Map {
    strings: Vec<String>,
    groups: Vec<u8>,
}

impl Map {
    fn string(&mut self, text: &str) -> u64 {
        if self.strings.is_empty() {
            self.strings.push(String::new());
        }
        let at = self.strings.iter().position(|other| other == text).unwrap_or_else(|| {
            self.strings.push(text.to_owned());
            self.strings.len() - 1
        });
        u64::try_from(at).unwrap()
    }

    fn tags(&mut self, item: &mut Vec<u8>, tags: &str) {
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for (key, value) in tags.split_whitespace().filter_map(|tag| tag.split_once('=')) {
            put(&mut keys, self.string(key));
            put(&mut values, self.string(value));
        }
        bytes(item, 2, &keys);
        bytes(item, 3, &values);
    }

    pub(crate) fn node(mut self, id: i64, [lat, lon]: [i64; 2], tags: &str) -> Self {
        let mut item = Vec::new();
        for (field, of) in [(1, id), (8, lat), (9, lon)] {
            put(&mut item, field << 3);
            put_signed(&mut item, of);
        }
        self.tags(&mut item, tags);
        self.group(1, &item)
    }

    pub(crate) fn way(mut self, id: u64, nodes: &[i64], tags: &str) -> Self {
        let mut item = Vec::new();
        number(&mut item, 1, id);
        self.tags(&mut item, tags);
        let (mut refs, mut before) = (Vec::new(), 0);
        for node in nodes {
            put_signed(&mut refs, node - before);
            before = *node;
        }
        bytes(&mut item, 8, &refs);
        self.group(3, &item)
    }

    // Members as `role kind id`, kind 0 for a node and 1 for a way.
    pub(crate) fn relation(mut self, members: &[(&str, u64, i64)], tags: &str) -> Self {
        let mut item = Vec::new();
        number(&mut item, 1, 1);
        self.tags(&mut item, tags);
        let (mut roles, mut ids, mut kinds, mut before) = (vec![], vec![], vec![], 0);
        for (role, kind, id) in members {
            put(&mut roles, self.string(role));
            put_signed(&mut ids, id - before);
            put(&mut kinds, *kind);
            before = *id;
        }
        for (field, run) in [(8, roles), (9, ids), (10, kinds)] {
            bytes(&mut item, field, &run);
        }
        self.group(4, &item)
    }

    fn group(mut self, field: u64, item: &[u8]) -> Self {
        let mut group = Vec::new();
        bytes(&mut group, field, item);
        bytes(&mut self.groups, 2, &group);
        self
    }

    pub(crate) fn message(&self) -> Vec<u8> {
        let mut table = Vec::new();
        self.strings.iter().for_each(|text| bytes(&mut table, 1, text.as_bytes()));
        let mut message = Vec::new();
        bytes(&mut message, 1, &table);
        message.extend_from_slice(&self.groups);
        message
    }

    pub(crate) fn file(&self) -> Vec<u8> {
        let mut file = header("OsmSchema-V0.6");
        file.extend(frame("OSMData", &packed(&self.message())));
        file
    }
}
