//! Every limit of the house's words, each with its reason.

/// An id is read aloud over a radio and printed in a pass: 64 characters are plenty.
pub const ID_BYTES_MAX: usize = 64;

/// C2SP entry bundles carry a 16-bit length, so an entry has at most 65,535 bytes.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// A body lies beside its entry and travels in one answer: the largest is the text of an
/// agreement in three languages.
pub const BODY_BYTES_MAX: usize = 262_144;

/// A reason is read by a tired officer: one paragraph.
pub const REASON_CHARS_MAX: usize = 500;

/// The two clocks of a party's node and its counterpart may differ by this much before a
/// statement's time is refused (DESIGN 3a, bound S); minutes are NTP's worst ordinary day.
pub const CLOCK_SKEW_MAX_MS: i64 = 120_000;

/// An entry may be dated so long before it came into its ledger: ten minutes for a person to sign
/// a draft, and the skew of two clocks. Whoever says that it has heard more of a ledger than this
/// beyond the first entry that it has not seen has not heard it.
pub const HEARD_AHEAD_MAX_MS: i64 = 600_000 + CLOCK_SKEW_MAX_MS;

/// A head older than this is not news: ten seconds keep a revocation's reach short and cost
/// one signature and one small request.
pub const HEARTBEAT_EVERY_MS: i64 = 10_000;

/// The longest consent lease that any agreement may set: one day, so that silence ends it.
pub const LEASE_MS_MAX: i64 = 86_400_000;

/// Persons on one movement: the largest arrival on record was 67 persons off one flight.
pub const SEATS_MAX: u32 = 500;

/// A review is prepared by ministries, not by crowds: the widest on record heard about twenty.
pub const AGENCIES_MAX: usize = 32;

/// An agency's name stands in a table: its full title, and no address.
pub const AGENCY_CHARS_MAX: usize = 80;

/// A comment argues: a few paragraphs, not a paper.
pub const COMMENT_CHARS_MAX: usize = 4_000;

/// Custodians of a root: a cabinet, not a crowd; and their signatures fit into one body.
pub const CUSTODIANS_MAX: usize = 16;

/// A key that runs out within this time is named on the console: two weeks are enough to get the
/// custodians of a root around one table.
pub const KEY_ENDS_SOON_MS: i64 = 14 * 86_400_000;

/// Persons to whom one letter goes: a desk's shift on both sides. Who they are stands in the entry,
/// which everybody may read.
pub const NAMED_MAX: usize = 32;

/// The subject of a letter: one line of a list.
pub const SUBJECT_CHARS_MAX: usize = 120;
