//! The frames of a file: a header, a blob, and so on to the end.

use std::io::{self, Read};

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
use thiserror::Error;

use crate::wire::{Fields, Value};

/// A header says a type and a size. The format's own bound.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;

/// A blob, packed or unpacked. The format's own bound; what unpacks to more is a bomb.
pub const BLOB_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Why a file cannot be read on.
#[derive(Debug, Error)]
pub enum PbfError {
    /// The file could not be read.
    #[error("the file cannot be read at byte {at}")]
    Read {
        /// Where.
        at: u64,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The file ends inside a frame.
    #[error("the file ends inside a block that begins at byte {at}: it is cut off")]
    Cut {
        /// Where the block begins.
        at: u64,
    },
    /// A frame is larger than the format allows.
    #[error("the block at byte {at} says it has {bytes} bytes; the format allows {max}")]
    Large {
        /// Where.
        at: u64,
        /// What it says.
        bytes: u64,
        /// What is allowed.
        max: usize,
    },
    /// What is in a frame is not what the format says.
    #[error("the block at byte {at} is damaged: {what}")]
    Damaged {
        /// Where.
        at: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The file needs something that this reader does not know.
    #[error("the file asks for `{feature}`, which this program does not read")]
    Feature {
        /// Its name in the file.
        feature: String,
    },
}

/// What a blob holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// What the file is and needs.
    Header,
    /// Nodes, ways, relations.
    Data,
    /// What nobody needs to know.
    Other,
}

/// A blob as it lies in the file, still packed.
#[derive(Debug)]
pub struct Frame {
    /// What it holds.
    pub content: Content,
    /// Where it begins in the file.
    pub at: u64,
    /// How many bytes of the file it takes, its header included.
    pub bytes: u64,
    blob: Vec<u8>,
}

/// Reads frame after frame.
#[derive(Debug)]
pub struct Frames<R> {
    from: R,
    at: u64,
}

impl<R: Read> Frames<R> {
    /// Reads on in a file of which so many bytes were read.
    pub const fn after(from: R, at: u64) -> Self {
        Self { from, at }
    }

    /// What is read from.
    pub const fn from(&self) -> &R {
        &self.from
    }

    /// The next frame; `None` at the end of the file.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, PbfError> {
        let at = self.at;
        let mut length = [0; 4];
        match fill(&mut self.from, &mut length).map_err(|cause| PbfError::Read { at, cause })? {
            0 => return Ok(None),
            4 => {}
            _ => return Err(PbfError::Cut { at }),
        }
        let header = self.take(at, u64::from(u32::from_be_bytes(length)), HEADER_BYTES_MAX)?;
        let (mut content, mut size) = (Content::Other, None);
        let mut fields = Fields::of(&header);
        for (field, value) in fields.by_ref() {
            match (field, value) {
                (1, Value::Bytes(b"OSMHeader")) => content = Content::Header,
                (1, Value::Bytes(b"OSMData")) => content = Content::Data,
                (3, Value::Number(bytes)) => size = Some(bytes),
                _ => {}
            }
        }
        let size = size.filter(|_| fields.whole());
        let size = size.ok_or(PbfError::Damaged { at, what: "its header cannot be read" })?;
        let blob = self.take(at, size, BLOB_BYTES_MAX)?;
        let bytes = 4 + u64::try_from(header.len() + blob.len()).unwrap_or(u64::MAX);
        self.at = at.saturating_add(bytes);
        Ok(Some(Frame { content, at, bytes, blob }))
    }

    // Memory follows what is there, not what is said to be there.
    fn take(&mut self, at: u64, bytes: u64, max: usize) -> Result<Vec<u8>, PbfError> {
        if usize::try_from(bytes).map_or(true, |bytes| bytes > max) {
            return Err(PbfError::Large { at, bytes, max });
        }
        let mut taken = Vec::new();
        let read = self.from.by_ref().take(bytes).read_to_end(&mut taken);
        let read = read.map_err(|cause| PbfError::Read { at, cause })?;
        if u64::try_from(read) == Ok(bytes) { Ok(taken) } else { Err(PbfError::Cut { at }) }
    }
}

fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(filled)
}

impl Frame {
    /// Unpacks the blob.
    pub fn open(&self) -> Result<Vec<u8>, PbfError> {
        let at = self.at;
        let damaged = |what| PbfError::Damaged { at, what };
        let (mut raw, mut packed, mut said) = (None, None, None);
        let mut fields = Fields::of(&self.blob);
        for (field, value) in fields.by_ref() {
            match (field, value) {
                (1, Value::Bytes(bytes)) => raw = Some(bytes),
                (2, Value::Number(bytes)) => said = Some(bytes),
                (3, Value::Bytes(bytes)) => packed = Some(bytes),
                (4..=7, Value::Bytes(_)) => {
                    return Err(damaged("it is packed by another method than zlib"));
                }
                _ => {}
            }
        }
        if !fields.whole() {
            return Err(damaged("its parts do not add up"));
        }
        match (raw, packed) {
            (Some(raw), None) => Ok(raw.to_vec()),
            (None, Some(packed)) => {
                let bytes = said.ok_or_else(|| damaged("it does not say how large it is"))?;
                let large = || PbfError::Large { at, bytes, max: BLOB_BYTES_MAX };
                let size = usize::try_from(bytes).ok().filter(|size| *size <= BLOB_BYTES_MAX);
                inflate(packed, size.ok_or_else(large)?).map_err(damaged)
            }
            (Some(_), Some(_)) => Err(damaged("it is said twice what it holds")),
            (None, None) => Err(damaged("there is nothing in it")),
        }
    }
}

fn inflate(packed: &[u8], said: usize) -> Result<Vec<u8>, &'static str> {
    match decompress_to_vec_zlib_with_limit(packed, said) {
        Ok(bytes) if bytes.len() == said => Ok(bytes),
        Ok(_) => Err("it unpacks to less than it says"),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => {
            Err("it unpacks to more than it says")
        }
        Err(_) => Err("it cannot be unpacked"),
    }
}
