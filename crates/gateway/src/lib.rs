//! Other people's formats, parse and print only.

pub mod geojson;
pub mod owntracks;
