//! A browser's client data: the few members that bind a challenge.

use std::str;

/// Client data nest nothing in practice; token binding was one level.
const DEPTH_MAX: u32 = 8;

/// What the browser says it asked.
pub(super) struct ClientData<'b> {
    pub(super) kind: &'b str,
    pub(super) challenge: &'b str,
    pub(super) cross_origin: bool,
}

/// Reads exactly one JSON object. `None` if it is not one, if `type` or `challenge` is not there
/// once as a plain string, or if a name is hidden behind an escape.
pub(super) fn read(bytes: &[u8]) -> Option<ClientData<'_>> {
    let mut rest = Rest(str::from_utf8(bytes).ok()?);
    let (mut kind, mut challenge, mut cross_origin) = (None, None, None);
    let mut more = rest.open('{', '}')?;
    while more {
        let name = rest.plain_string()?;
        rest.token(':')?;
        let fresh = match name {
            "type" => kind.replace(rest.plain_string()?).is_none(),
            "challenge" => challenge.replace(rest.plain_string()?).is_none(),
            "crossOrigin" => cross_origin.replace(rest.word()? != "false").is_none(),
            _ => rest.skip(0).is_some(),
        };
        more = fresh.then(|| rest.next('}'))??;
    }
    rest.space();
    let whole = rest.0.is_empty();
    let (kind, challenge) = (kind?, challenge?);
    whole.then_some(ClientData { kind, challenge, cross_origin: cross_origin.unwrap_or(false) })
}

// What has not been read yet.
struct Rest<'b>(&'b str);

impl<'b> Rest<'b> {
    fn space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn token(&mut self, wanted: char) -> Option<()> {
        self.space();
        self.0 = self.0.strip_prefix(wanted)?;
        Some(())
    }

    // Enters an object or a list: is anything in it?
    fn open(&mut self, open: char, close: char) -> Option<bool> {
        self.token(open)?;
        Some(self.token(close).is_none())
    }

    // After a member: does another follow?
    fn next(&mut self, close: char) -> Option<bool> {
        if self.token(close).is_some() {
            return Some(false);
        }
        self.token(',').map(|()| true)
    }

    // A string, without its quotes, escapes not resolved.
    fn string(&mut self) -> Option<&'b str> {
        self.token('"')?;
        let mut escaped = false;
        let end = self.0.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        (!text.contains(|c: char| c < ' ')).then_some(text)
    }

    fn plain_string(&mut self) -> Option<&'b str> {
        self.string().filter(|text| !text.contains('\\'))
    }

    // A number or one of `true`, `false`, `null`.
    fn word(&mut self) -> Option<&'b str> {
        self.space();
        let part = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let end = self.0.find(|c| !part(c)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        let number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        (number || ["true", "false", "null"].contains(&word)).then_some(word)
    }

    fn skip(&mut self, depth: u32) -> Option<()> {
        self.space();
        match self.0.chars().next()? {
            '"' => self.string().map(drop),
            '{' | '[' if depth == DEPTH_MAX => None,
            '{' => self.skip_members('{', '}', depth),
            '[' => self.skip_members('[', ']', depth),
            _ => self.word().map(drop),
        }
    }

    fn skip_members(&mut self, open: char, close: char, depth: u32) -> Option<()> {
        let mut more = self.open(open, close)?;
        while more {
            if open == '{' {
                self.string()?;
                self.token(':')?;
            }
            self.skip(depth + 1)?;
            more = self.next(close)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn said(json: &str) -> Option<(&str, &str, bool)> {
        read(json.as_bytes()).map(|data| (data.kind, data.challenge, data.cross_origin))
    }

    #[test]
    fn browsers_are_understood() {
        let texts = [
            r#"{"type":"t","challenge":"c","origin":"https://a.example","crossOrigin":false}"#,
            r#"{"challenge":"c","clientExtensions":{},"hashAlgorithm":"SHA-256","type":"t"}"#,
            r#"{ "type" : "t", "x" : [1, -2.5e3, {"type":"no", "q":"\"}"}, null, []],
                 "challenge" : "c" }"#,
        ];
        for text in texts {
            assert_eq!(said(text), Some(("t", "c", false)), "{text}");
        }
        let framed = r#"{"type":"t","challenge":"c","crossOrigin":true}"#;
        assert_eq!(said(framed), Some(("t", "c", true)));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let texts = [
            "",
            "{}",
            "[]",
            r#"{"type":"t"}"#,
            r#"{"type":"t","challenge":"c"} "#.trim_end_matches(['}', ' ']),
            r#"{"type":"t","challenge":"c"}{}"#,
            r#"{"type":"t","challenge":"c",}"#,
            r#"{"type":"t","challenge":"c","challenge":"d"}"#,
            r#"{"type":"t","challenge":"c","type":"t"}"#,
            r#"{"type":"t","challenge":"c","crossOrigin":false,"crossOrigin":false}"#,
            r#"{"type":"t","challenge":"c","\u0074ype":"u"}"#,
            r#"{"type":"t","challenge":"\u0063"}"#,
            r#"{"type":"t","challenge":["c"]}"#,
            r#"{"nested":{"type":"t","challenge":"c"}}"#,
            r#"{"type":"t" "challenge":"c"}"#,
            r#"{"type":"t","challenge":"c","x":maybe}"#,
            "{\"type\":\"t\",\"challenge\":\"c\n\"}",
            r#"{"type":"t","challenge":"c","x":[[[[[[[[[[1]]]]]]]]]]}"#,
        ];
        for text in texts {
            assert_eq!(said(text), None, "{text}");
        }
        assert!(read(b"{\"type\":\"\xff\",\"challenge\":\"c\"}").is_none());
    }
}
