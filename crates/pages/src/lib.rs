//! HTML in three languages, from view values to markup.
