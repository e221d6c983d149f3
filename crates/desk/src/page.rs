//! Views of the console, one file a page.
