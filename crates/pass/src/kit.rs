//! A verifier's kit: whose signatures count, and which passes are dead.

use minicbor::{Decode, Encode};
use note::canon::{self, CanonError};
use note::key::{KeyAway, SigningKey, key_id};
use words::act::{Key, KeyKind, Names};
use words::clause::WhenStale;
use words::hash::KeyId;
use words::id::{PartyId, PassId, ZoneId};
use words::moment::Moment;

use crate::claims::Ed25519;
use crate::refusal::{KitFault, KitRefusal, ListRefusal};
use crate::sign1;
use crate::status::{self, LIST_BYTES_MAX, Status};
use crate::verified::Verified;

/// The type of a kit.
pub const KIND: &str = "application/vnd.safeconduct.kit+cbor";

/// A list at its longest, names of some hundred zones, and a movement's passes.
pub const KIT_BYTES_MAX: usize = 65_536;

/// A party has one node; while it changes its key it has two.
pub const KEYS_MAX: usize = 4;

/// A host names the zones of one province; the longest agreement at hand has ten.
pub const ZONES_MAX: usize = 256;

/// A convoy of the largest movement, each person with a pass.
pub const EXPECTED_MAX: usize = 500;

/// A kit is renewed daily; a week without a road to headquarters is the longest it is believed.
pub const KIT_LIFE_MS: i64 = 7 * 24 * 3_600_000;

/// A party as a checkpoint knows it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Signer {
    /// Its id.
    #[n(0)]
    pub party: PartyId,
    /// How it is called.
    #[n(1)]
    pub names: Names,
    /// Ed25519 keys of its node.
    #[n(2)]
    pub keys: Vec<Ed25519>,
}

/// A zone and how it is called.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ZoneName {
    /// The zone.
    #[n(0)]
    pub zone: ZoneId,
    /// How it is called.
    #[n(1)]
    pub names: Names,
}

/// A pass that a protected person may meet, and the spoken numbers that its holder was given.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Expected {
    /// The pass.
    #[n(0)]
    pub pass: PassId,
    /// One-time answers by number, empty for everybody but the protected person.
    #[n(1)]
    pub answers: Vec<u32>,
}

/// An exercise runs on a clock of its own: a kit says how to get there from a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Exercise {
    /// The real moment at which the kit was made.
    #[n(0)]
    pub real: Moment,
    /// Seconds of the exercise in a real one.
    #[n(1)]
    pub speed: u32,
}

/// A moment, by whose clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// By the checkpoint's real clock.
    Device(Moment),
    /// By the clock of whoever made the kit.
    Theirs(Moment),
}

/// Everything that verifying offline needs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Kit {
    /// Whose territory it is.
    #[n(0)]
    pub host: Signer,
    /// Whose people they are.
    #[n(1)]
    pub guest: Signer,
    /// When the kit was made.
    #[n(2)]
    pub made: Moment,
    /// A list is called stale when it is older than this many milliseconds.
    #[n(3)]
    pub stale_after_ms: i64,
    /// What to do then.
    #[n(4)]
    pub when_stale: WhenStale,
    /// The zones that a checkpoint may stand in.
    #[n(5)]
    pub zones: Vec<ZoneName>,
    /// The signed list of dead passes.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub list: Vec<u8>,
    /// A protected person's kit: the passes of whoever is expected beside her.
    #[n(7)]
    pub expected: Option<Vec<Expected>>,
    /// Present in an exercise only.
    #[n(8)]
    pub exercise: Option<Exercise>,
}

impl Kit {
    /// The kit with the signature of one of its parties' nodes, whose key is here.
    pub fn sign(&self, node: &SigningKey) -> Vec<u8> {
        self.try_sign(node).expect("a key that may be away is asked with `try_sign`")
    }

    /// The kit with the signature of one of its parties' nodes, if its key can sign now.
    pub fn try_sign(&self, node: &SigningKey) -> Result<Vec<u8>, KeyAway> {
        sign1::sign(KIND, &canon::encode(self), node)
    }

    /// The moment by the clock of whoever made the kit.
    pub fn moment(&self, now: Now) -> Moment {
        match (now, self.exercise) {
            (Now::Theirs(at), _) | (Now::Device(at), None) => at,
            (Now::Device(at), Some(Exercise { real, speed })) => {
                self.made.plus_ms(at.ms_since(real).saturating_mul(i64::from(speed)))
            }
        }
    }

    /// Keys of the host's node.
    pub fn host_keys(&self) -> Vec<Key> {
        self.host.keys.iter().map(whole).collect()
    }

    /// Keys of the guest's node.
    pub fn guest_keys(&self) -> Vec<Key> {
        self.guest.keys.iter().map(whole).collect()
    }
}

/// What a checkpoint holds once it has opened its kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The kit.
    pub kit: Kit,
    /// The newest list.
    pub status: Status,
    /// The key that signed the kit: a later kit must be signed by the same.
    pub issuer: KeyId,
}

/// Opens a kit. The first kit is as good as the hand that brings it, and `pinned` is `None`;
/// later ones must be signed by the key that signed the first.
pub fn open(bytes: &[u8], now: Now, pinned: Option<KeyId>) -> Result<Verified<Trust>, KitRefusal> {
    if bytes.len() > KIT_BYTES_MAX {
        return Err(KitFault::TooLong.into());
    }
    let signed = sign1::read(KIND, bytes).map_err(|error| unreadable(&error))?;
    let kit: Kit = canon::decode(signed.payload()).map_err(|error| unreadable(&error))?;
    let (host, guest) = (kit.host_keys(), kit.guest_keys());
    limits(&kit, (&host, &guest))?;
    let issuer = signed.key();
    if pinned.is_some_and(|pinned| pinned != issuer) {
        return Err(KitFault::OtherIssuer.into());
    }
    let own = |keys: &[Key]| keys.iter().any(|key| key_id(key) == issuer);
    let side = match (own(&host), own(&guest)) {
        (true, false) => host,
        (false, true) => guest,
        (true, true) | (false, false) => return Err(KitFault::UnknownKey.into()),
    };
    if !side.iter().any(|key| signed.is_by(key)) {
        return Err(KitFault::BadSignature.into());
    }
    if kit.moment(now).ms_since(kit.made) >= KIT_LIFE_MS {
        return Err(KitFault::Expired.into());
    }
    let status = status::open(&kit.list, &side).map_err(KitRefusal::List)?.into_inner();
    Ok(Verified::new(Trust { kit, status, issuer }, Vec::new()))
}

/// Takes a newer list into a kit; it must be signed by the kit's own issuer, and never older than
/// the list at hand: an old list would wake dead passes.
pub fn renew(trust: &Verified<Trust>, list: &[u8]) -> Result<Verified<Trust>, ListRefusal> {
    let Trust { kit, status, issuer } = trust.get();
    let keys = [kit.host_keys(), kit.guest_keys()].concat();
    let keys: Vec<Key> = keys.into_iter().filter(|key| key_id(key) == *issuer).collect();
    let newer = status::open(list, &keys)?.into_inner();
    if newer.subject != status.subject {
        return Err(ListRefusal::OtherList);
    }
    if newer.as_of < status.as_of || newer.size < status.size {
        return Err(ListRefusal::Older);
    }
    let kit = Kit { list: list.to_vec(), ..kit.clone() };
    Ok(Verified::new(Trust { kit, status: newer, issuer: *issuer }, trust.cautions().to_vec()))
}

fn limits(kit: &Kit, (host, guest): (&[Key], &[Key])) -> Result<(), KitRefusal> {
    let some = |keys: &[Key]| (1..=KEYS_MAX).contains(&keys.len());
    let apart = kit.host.party != kit.guest.party && !host.iter().any(|key| guest.contains(key));
    let expected = kit.expected.as_ref().is_none_or(|all| all.len() <= EXPECTED_MAX);
    let fits = some(host)
        && some(guest)
        && apart
        && expected
        && kit.zones.len() <= ZONES_MAX
        && kit.list.len() <= LIST_BYTES_MAX
        && kit.stale_after_ms >= 0;
    if fits { Ok(()) } else { Err(KitFault::BadKit.into()) }
}

fn unreadable(error: &CanonError) -> KitRefusal {
    match error {
        CanonError::NotCanonical => KitFault::NotCanonical.into(),
        CanonError::Malformed(_) => KitFault::NotAKit.into(),
    }
}

fn whole(public: &Ed25519) -> Key {
    Key { kind: KeyKind::Ed25519, public: public.0.to_vec(), relying_party: None }
}
