//! A keep-alive HTTP/1.1 line to a node.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::parties::Failure;

/// Nothing that is measured may take longer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// One connection, and who speaks on it.
pub(crate) struct Line {
    socket: BufReader<TcpStream>,
    at: SocketAddr,
    credentials: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) first_byte: Duration,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The JSON in it.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// The answer, if it is a yes.
    pub(crate) fn good(self) -> Result<Self, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Line {
    /// Connects without credentials.
    pub(crate) fn open(at: SocketAddr) -> Result<Self, Failure> {
        let socket = TcpStream::connect(at)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(ANSWER_WITHIN))?;
        Ok(Self { socket: BufReader::new(socket), at, credentials: String::new() })
    }

    /// Connects, with a value of the header `authorization`.
    pub(crate) fn with(at: SocketAddr, authorization: &str) -> Result<Self, Failure> {
        let mut line = Self::open(at)?;
        line.credentials = format!("authorization: {authorization}\r\n");
        Ok(line)
    }

    /// Signs a person in, and gives the value of the header `authorization`.
    pub(crate) fn sign_in(
        at: SocketAddr,
        person: &str,
        passphrase: &str,
    ) -> Result<String, Failure> {
        let with = json!({ "person": person, "passphrase": passphrase });
        let answer = Self::open(at)?.post("/api/v1/session", &with)?.good()?.json()?;
        let token = answer.get("token").and_then(Value::as_str).ok_or("no token")?;
        Ok(format!("Bearer {token}"))
    }

    /// Asks.
    pub(crate) fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.send("GET", path, None)?;
        self.answer(Instant::now())
    }

    /// Submits.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.send("POST", path, Some(body))?;
        self.answer(Instant::now())
    }

    /// Asks for the live stream, and gives what comes on it.
    pub(crate) fn live(mut self) -> Result<BufReader<TcpStream>, Failure> {
        self.send("GET", "/live", None)?;
        let (status, _) = self.head()?;
        if status == 200 { Ok(self.socket) } else { Err(format!("/live: {status}").into()) }
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<()> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{}{kind}content-length: {}\r\n\r\n{body}",
            self.at,
            self.credentials,
            body.len()
        );
        self.socket.get_mut().write_all(request.as_bytes())
    }

    fn answer(&mut self, sent: Instant) -> Result<Answer, Failure> {
        self.socket.fill_buf()?;
        let first_byte = sent.elapsed();
        let (status, length) = self.head()?;
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(length, 0);
                self.socket.read_exact(&mut body)?;
            }
            None => self.chunks(&mut body)?,
        }
        Ok(Answer { status, first_byte, body })
    }

    fn head(&mut self) -> Result<(u16, Option<usize>), Failure> {
        let first = self.text()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let mut length = (status == Some(204)).then_some(0);
        let mut chunked = false;
        loop {
            let header = self.text()?.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = Some(value.parse()?);
            }
            chunked |= header == "transfer-encoding: chunked";
            if header.is_empty() {
                let length = if chunked { None } else { Some(length.unwrap_or(0)) };
                return Ok((status.ok_or("not HTTP")?, length));
            }
        }
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> Result<(), Failure> {
        loop {
            let length = usize::from_str_radix(&self.text()?, 16)?;
            let start = body.len();
            body.resize(start + length, 0);
            self.socket.read_exact(body.get_mut(start..).unwrap_or_default())?;
            self.text()?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn text(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.socket.read_line(&mut line)? == 0 {
            return Err("the node hung up".into());
        }
        Ok(line.trim_end().to_owned())
    }
}
