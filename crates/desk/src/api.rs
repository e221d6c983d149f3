//! Views of the HTTP API, one file a resource.
//!
//! What a viewer may see is decided where the pages decide it: `page::known`.

pub mod list;
pub mod no;
pub mod word;

pub mod ledger;
pub mod party;
pub mod status;

pub mod agreement;
pub mod review;
pub mod trial;

pub mod movement;
pub mod pass;
pub mod presence;
pub mod rungs;
pub mod standing;
pub mod watch;

pub mod duty;

pub mod act;
pub mod posted;
