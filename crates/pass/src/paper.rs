//! A pass on paper and on a screen: base 45 text and its QR code.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode, Version};

use crate::code::{CODE_BYTES_MAX, PassError};

/// What every text of a pass starts with: the letters tell readers apart, the number versions.
pub const PREFIX: &str = "SC1:";

/// Base 45 makes three characters of two bytes.
pub const TEXT_CHARS_MAX: usize = PREFIX.len() + CODE_BYTES_MAX / 2 * 3;

/// White modules around a code (ISO/IEC 18004), without which readers do not find it.
const QUIET_MODULES: usize = 4;

/// The text of a code: only characters of QR's alphanumeric mode.
pub fn text(code: &[u8]) -> String {
    format!("{PREFIX}{}", base45::encode(code))
}

/// The code of its one text.
pub fn from_text(paper: &str) -> Result<Vec<u8>, PassError> {
    let body = paper.strip_prefix(PREFIX).filter(|_| paper.len() <= TEXT_CHARS_MAX);
    let code = body.and_then(|body| base45::decode(body).ok());
    code.filter(|code| text(code) == paper).ok_or(PassError::NotPaper)
}

/// The QR code, error correction M, as an SVG that needs neither script nor style: one unit is
/// one module, the page sets the size.
pub fn svg(code: &[u8]) -> Result<String, PassError> {
    let qr = qr(code).ok_or(PassError::TooLargeToPrint)?;
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

/// The version (size) of the QR code, 1 to 40; `None` if the code fits none.
pub fn qr_version(code: &[u8]) -> Option<i16> {
    match qr(code)?.version() {
        Version::Normal(version) => Some(version),
        Version::Micro(_) => None,
    }
}

fn qr(code: &[u8]) -> Option<QrCode> {
    QrCode::with_error_correction_level(text(code), EcLevel::M).ok()
}
