//! The domain's words: ids, moments, places, every typed act, limits.
//!
//! Pure and without behaviour of its own: a word here means one thing everywhere.
//!
//! | word | means only | the other sense is called |
//! | --- | --- | --- |
//! | checkpoint | the place on a road where passes are shown | a log's signed tree head: `head` |
//! | ledger | one party's signed, append-only log | diagnostics: `log` |
//! | act, statement | what a party did; the signed act | no type is called event |
//! | record | what a duty asks a party to file for the other | a row of a table: row |
//! | party | a sovereign: state, agency, company | people on the road: `convoy` |
//! | witness | a party that cosigns heads | who saw an incident: `source` |
//! | provision, rule | a clause; its compiled Cedar | "policy" is used for neither |
//! | node | one party's running program | vertices of the road graph: `junction` |
//! | pass | the document | going through: `admit` |
//! | marking, stamp | classification of a text; fingerprint in a copy | never "mark" |
//! | draw | the joint lottery | making HTML: `render` |
//! | release | lifting a secret at its time | software: `version` |
//! | refusal, fault | the answer no, with reasons; the world broke | "error" only for faults |
//! | moment, window | points and spans of time | `Instant` stays the standard library's |
//! | site, point, area | a named place, coordinates, a polygon | "location" is not used |

mod closed;

pub mod limit;

pub mod hash;
pub mod id;
pub mod moment;
pub mod place;

pub mod audience;
pub mod clause;
pub mod presence;
pub mod record;
pub mod role;

pub mod act;
pub mod alarm;
pub mod custody;
pub mod deployment;
pub mod duty;
pub mod letter;
pub mod movement;
pub mod review;
pub mod standing;

pub mod refusal;

pub mod lint;
