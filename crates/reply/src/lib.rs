//! What the API answers, one file a resource.
//!
//! The engine's state as the API's own types (`wire`). What may not happen here: deciding anew
//! who may see what. That is decided once, where the pages decide it (`desk::page::known`).

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
pub mod watch;

pub mod duty;

pub mod act;
pub mod posted;
