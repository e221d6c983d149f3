//! Other people's formats, parse and print only.
