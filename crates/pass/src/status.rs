//! Dead passes as a signed list of bits: an IETF token status list.

use minicbor::decode::{Decode, Decoder, Error as DecodeError};
use minicbor::encode::{Encode, Encoder, Error as EncodeError, Write};
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use note::canon::{self, CanonError};
use note::key::{KeyAway, SigningKey};
use words::act::Key;
use words::hash::Hash;
use words::moment::Moment;

use crate::claims::INDICES;
use crate::refusal::ListRefusal;
use crate::sign1;
use crate::verified::Verified;

/// The type of a status list as a CWT.
pub const KIND: &str = "application/statuslist+cwt";

/// A list with every second pass dead does not compress: 8 KiB and what is signed around them.
pub const LIST_BYTES_MAX: usize = 9_216;

/// The bits of every index: what a list unpacks to, to the byte. Nothing longer is unpacked.
pub const BITS_BYTES: usize = 8_192;

/// A list speaks for at most a day: by then every pass it could have named has died.
pub const LIST_LIFE_MS: i64 = 24 * 3_600_000;

// RFC 8392: sub, exp, iat; the status list draft: status_list, ttl; ours: the head.
const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS_LIST: i64 = 65_533;
const TTL: i64 = 65_534;
const HEAD: i64 = -65_537;

/// The strongest compression: a list is made rarely and carried over thin lines.
const COMPRESSION: u8 = 9;

/// Which passes are dead, as the node that signs the list knew when its ledger had this head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The list's own name.
    pub subject: String,
    /// Complete up to this moment, in whole seconds.
    pub as_of: Moment,
    /// It is asked no more from this moment on, in whole seconds.
    pub until: Moment,
    /// Ask for a newer one after so many seconds.
    pub ttl_s: u32,
    /// Entries of the ledger.
    pub size: u64,
    /// Root of the ledger at that size.
    pub root: Hash,
    bits: Vec<u8>,
}

impl Status {
    /// No pass is dead yet.
    pub fn new(subject: &str, as_of: Moment, ttl_s: u32, (size, root): (u64, Hash)) -> Self {
        let as_of = whole_second(as_of);
        Self {
            subject: subject.to_owned(),
            as_of,
            until: as_of.plus_ms(LIST_LIFE_MS),
            ttl_s,
            size,
            root,
            bits: vec![0; BITS_BYTES],
        }
    }

    /// Marks the pass with this index as dead; one past the last changes nothing.
    pub fn kill(&mut self, index: u32) {
        if let Some((byte, bit)) = place(index)
            && let Some(byte) = self.bits.get_mut(byte)
        {
            *byte |= bit;
        }
    }

    /// Is the pass with this index dead? One past the last is not listed: `None`.
    pub fn is_dead(&self, index: u32) -> Option<bool> {
        let (byte, bit) = place(index)?;
        self.bits.get(byte).map(|byte| byte & bit != 0)
    }

    /// How many are dead.
    pub fn dead(&self) -> u32 {
        self.bits.iter().map(|byte| byte.count_ones()).sum()
    }

    /// The list with a node's signature, whose key is here.
    pub fn sign(&self, node: &SigningKey) -> Vec<u8> {
        self.try_sign(node).expect("a key that may be away is asked with `try_sign`")
    }

    /// The list with a node's signature, if its key can sign now.
    pub fn try_sign(&self, node: &SigningKey) -> Result<Vec<u8>, KeyAway> {
        let packed = compress_to_vec_zlib(&self.bits, COMPRESSION);
        let list = Packed {
            subject: &self.subject,
            until_s: self.until.unix_ms.div_euclid(1_000),
            as_of_s: self.as_of.unix_ms.div_euclid(1_000),
            list: &packed,
            ttl_s: self.ttl_s,
            size: self.size,
            root: self.root,
        };
        sign1::sign(KIND, &canon::encode(&list), node)
    }
}

/// The list of these bytes, if one of these keys has signed it. How old it is, is not asked here.
pub fn open(bytes: &[u8], keys: &[Key]) -> Result<Verified<Status>, ListRefusal> {
    if bytes.len() > LIST_BYTES_MAX {
        return Err(ListRefusal::TooLong);
    }
    let signed = sign1::read(KIND, bytes).map_err(|error| unreadable(&error))?;
    let named: Vec<&Key> =
        keys.iter().filter(|key| note::key::key_id(key) == signed.key()).collect();
    if named.is_empty() {
        return Err(ListRefusal::UnknownKey);
    }
    // Unpacked only when it is known who packed it.
    if !named.into_iter().any(|key| signed.is_by(key)) {
        return Err(ListRefusal::BadSignature);
    }
    let packed: Packed<'_> = canon::decode(signed.payload()).map_err(|error| unreadable(&error))?;
    let bits = decompress_to_vec_zlib_with_limit(packed.list, BITS_BYTES);
    let bits = bits.ok().filter(|bits| bits.len() == BITS_BYTES).ok_or(ListRefusal::BadBits)?;
    let moment = |seconds: i64| Moment::from_ms(seconds.saturating_mul(1_000));
    let status = Status {
        subject: packed.subject.to_owned(),
        as_of: moment(packed.as_of_s),
        until: moment(packed.until_s),
        ttl_s: packed.ttl_s,
        size: packed.size,
        root: packed.root,
        bits,
    };
    Ok(Verified::new(status, Vec::new()))
}

fn unreadable(error: &CanonError) -> ListRefusal {
    match error {
        CanonError::NotCanonical => ListRefusal::NotCanonical,
        CanonError::Malformed(_) => ListRefusal::NotAList,
    }
}

// Least significant bit first, as the draft counts.
fn place(index: u32) -> Option<(usize, u8)> {
    let byte = usize::try_from(index / 8).ok().filter(|_| index < INDICES)?;
    Some((byte, 1 << (index % 8)))
}

fn whole_second(at: Moment) -> Moment {
    Moment::from_ms(at.unix_ms.div_euclid(1_000).saturating_mul(1_000))
}

#[derive(Debug)]
struct Packed<'b> {
    subject: &'b str,
    until_s: i64,
    as_of_s: i64,
    list: &'b [u8],
    ttl_s: u32,
    size: u64,
    root: Hash,
}

impl<C> Encode<C> for Packed<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.map(6)?.i64(SUB)?.str(self.subject)?.i64(EXP)?.i64(self.until_s)?;
        e.i64(IAT)?.i64(self.as_of_s)?;
        e.i64(STATUS_LIST)?.map(2)?.str("lst")?.bytes(self.list)?.str("bits")?.u8(1)?;
        e.i64(TTL)?.u32(self.ttl_s)?;
        e.i64(HEAD)?.array(2)?.u64(self.size)?;
        self.root.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Packed<'b> {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, DecodeError> {
        if d.map()? != Some(6) {
            return Err(DecodeError::message("a status list has six claims"));
        }
        claim(d, SUB)?;
        let subject = d.str()?;
        claim(d, EXP)?;
        let until_s = d.i64()?;
        claim(d, IAT)?;
        let as_of_s = d.i64()?;
        claim(d, STATUS_LIST)?;
        let shape = d.map()? == Some(2) && d.str()? == "lst";
        let list = d.bytes()?;
        if !shape || d.str()? != "bits" || d.u8()? != 1 {
            return Err(DecodeError::message("not one bit for each pass"));
        }
        claim(d, TTL)?;
        let ttl_s = d.u32()?;
        claim(d, HEAD)?;
        if d.array()? != Some(2) {
            return Err(DecodeError::message("a head is a size and a root"));
        }
        let (size, root) = (d.u64()?, Hash::decode(d, ctx)?);
        Ok(Self { subject, until_s, as_of_s, list, ttl_s, size, root })
    }
}

fn claim(d: &mut Decoder<'_>, wanted: i64) -> Result<(), DecodeError> {
    if d.i64()? == wanted { Ok(()) } else { Err(DecodeError::message("another claim was due")) }
}
