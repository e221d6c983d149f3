//! JSON, only written.

use std::fmt::{self, Display, Formatter, Write};

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Is(bool),
    Number(u64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// One more key of an object.
    pub(crate) fn with(self, key: &str, value: Self) -> Self {
        match self {
            Self::Object(mut keys) => {
                keys.push((key.to_owned(), value));
                Self::Object(keys)
            }
            Self::Is(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => self,
        }
    }

    fn write(&self, out: &mut Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Self::Is(is) => write!(out, "{is}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => quoted(out, text),
            Self::List(items) => {
                out.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    out.write_str(if at == 0 { "" } else { ", " })?;
                    item.write(out, depth)?;
                }
                out.write_char(']')
            }
            Self::Object(keys) if keys.is_empty() => out.write_str("{}"),
            Self::Object(keys) => {
                out.write_char('{')?;
                for (at, (key, value)) in keys.iter().enumerate() {
                    let end = if at == 0 { "" } else { "," };
                    write!(out, "{end}\n{}", "  ".repeat(depth + 1))?;
                    quoted(out, key)?;
                    out.write_str(": ")?;
                    value.write(out, depth + 1)?;
                }
                write!(out, "\n{}}}", "  ".repeat(depth))
            }
        }
    }
}

impl Display for Json {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.write(out, 0)
    }
}

fn quoted(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}
