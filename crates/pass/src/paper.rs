//! Passes and their kind on paper: base 45 text and its QR code.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode, Version};
use thiserror::Error;

use crate::code::{CODE_BYTES_MAX, PassError};
use crate::kit::KIT_BYTES_MAX;

/// What a text holds: the letters tell readers apart, the number versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sheet {
    /// A pass.
    Pass,
    /// What a pass rests on.
    Basis,
    /// A verifier's kit.
    Kit,
    /// A list of dead passes.
    List,
    /// A question to the holder of a pass.
    Question,
}

impl Sheet {
    /// What every such text starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Pass => "SC2:",
            Self::Basis => "SB2:",
            Self::Kit => "SK2:",
            Self::List => "SL2:",
            Self::Question => "SQ2:",
        }
    }
}

/// What every text of a pass starts with.
pub const PREFIX: &str = Sheet::Pass.prefix();

/// Base 45 makes three characters of two bytes.
pub const TEXT_CHARS_MAX: usize = PREFIX.len() + CODE_BYTES_MAX / 2 * 3;

/// The longest text: a kit's. Most kits fit a code; the longest are carried as files.
pub const SHEET_CHARS_MAX: usize = PREFIX.len() + KIT_BYTES_MAX / 2 * 3;

/// White modules around a code (ISO/IEC 18004), without which readers do not find it.
const QUIET_MODULES: usize = 4;

/// No QR code is large enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it fits no QR code")]
pub struct TooLarge;

/// How much of a code may be lost: on a screen little is, paper is folded and stained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Correction {
    /// 7 %: a kit, which is large, read once and in peace.
    Low,
    /// 15 %: a screen.
    Medium,
    /// 25 %: paper.
    Quartile,
}

/// The text of bytes: only characters of QR's alphanumeric mode.
pub fn sheet(kind: Sheet, bytes: &[u8]) -> String {
    format!("{}{}", kind.prefix(), base45::encode(bytes))
}

/// The bytes of their one text.
pub fn from_sheet(kind: Sheet, paper: &str) -> Result<Vec<u8>, PassError> {
    let body = paper.strip_prefix(kind.prefix()).filter(|_| paper.len() <= SHEET_CHARS_MAX);
    let bytes = body.and_then(|body| base45::decode(body).ok());
    bytes.filter(|bytes| sheet(kind, bytes) == paper).ok_or(PassError::NotPaper)
}

/// The text of a pass.
pub fn text(code: &[u8]) -> String {
    sheet(Sheet::Pass, code)
}

/// The pass of its one text.
pub fn from_text(paper: &str) -> Result<Vec<u8>, PassError> {
    if paper.len() > TEXT_CHARS_MAX {
        return Err(PassError::NotPaper);
    }
    from_sheet(Sheet::Pass, paper)
}

/// The QR code of a text as an SVG that needs neither script nor style: one unit is one module,
/// the page sets the size.
pub fn svg(text: &str, correction: Correction) -> Result<String, TooLarge> {
    let qr = qr(text, correction).ok_or(TooLarge)?;
    let side = qr.width() + 2 * QUIET_MODULES;
    let mut dark = String::new();
    for (y, row) in qr.to_colors().chunks(qr.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, two| one == two) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, width) = (x + QUIET_MODULES, y + QUIET_MODULES, run.len());
                write!(dark, "M{left} {top}h{width}v1h-{width}z").expect("a text takes every text");
            }
            x += run.len();
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path fill=\"#000\" d=\"{dark}\"/></svg>"
    ))
}

/// The version (size) of the QR code of a text, 1 to 40; `None` if the text fits none.
pub fn qr_version(text: &str, correction: Correction) -> Option<i16> {
    match qr(text, correction)?.version() {
        Version::Normal(version) => Some(version),
        Version::Micro(_) => None,
    }
}

fn qr(text: &str, correction: Correction) -> Option<QrCode> {
    let level = match correction {
        Correction::Low => EcLevel::L,
        Correction::Medium => EcLevel::M,
        Correction::Quartile => EcLevel::Q,
    };
    QrCode::with_error_correction_level(text, level).ok()
}
