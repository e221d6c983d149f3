//! A revocation on its way to the other node and an open console.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use words::act::{Act, AgreementProposed, AgreementSigned};
use words::deployment::{ConsentGranted, ConsentRevoked, Subject};
use words::id::{ConsentId, DeploymentId};
use words::moment::{Moment, Window};

use crate::http::Line;
use crate::parties::{AGREEMENT, Failure, agreement, deployment};
use crate::timing::percentile;
use crate::{node, say};

/// Leases that are granted and revoked.
const ROUNDS: u32 = 200;

/// Before each revocation nothing happens, so that no earlier change is told with it.
const QUIET: Duration = Duration::from_millis(400);

/// A state that does not come has failed.
const COMES_WITHIN: Duration = Duration::from_secs(20);

/// Between two looks at the other node.
const LOOK_EVERY: Duration = Duration::from_millis(2);

const HOUR_MS: i64 = 3_600_000;

/// Both officers' lines.
pub(crate) struct Desks {
    host: Line,
    guest: Line,
    now: Moment,
}

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let about = "Two processes on loopback, TLS between them, SQLite; from the moment the host's \
                 officer sends the act.";
    say::heading("Revocation", about)?;
    let scratch = crate::scratch::Scratch::new("revocation")?;
    let [(host, _host_node), (guest, _guest_node)] = node::paired(&scratch, 0)?;
    let token = guest.officer()?;
    let screen = Line::with(guest.console, &token)?.live()?;
    let told = listen(screen);
    let mut desks = Desks::open(&host, &guest, &token)?;
    desks.agree()?;
    let (mut states, mut screens) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (state, screen) = desks.round(round, &told)?;
        states.push(state);
        screens.push(screen);
    }
    for (what, mut samples) in
        [("in the guest's state", states), ("at the guest's open console", screens)]
    {
        let (half, most) = (percentile(&mut samples, 50), percentile(&mut samples, 99));
        say::line(format_args!(
            "| revocation {what} ({ROUNDS} rounds) | p50 {:.0} ms, p99 {:.0} ms |",
            half.as_secs_f64() * 1e3,
            most.as_secs_f64() * 1e3
        ))?;
    }
    Ok(())
}

// Each message of the live stream that says that consent changed, when it came.
fn listen(stream: BufReader<TcpStream>) -> Receiver<Instant> {
    let (tell, told) = channel();
    thread::spawn(move || {
        for line in stream.lines().map_while(Result::ok) {
            let changed = line.starts_with("data:") && line.contains("\"consent\"");
            if changed && tell.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    told
}

impl Desks {
    /// Signs both officers in.
    pub(crate) fn open(
        host: &node::Home,
        guest: &node::Home,
        guest_token: &str,
    ) -> Result<Self, Failure> {
        let mut host = Line::with(host.console, &host.officer()?)?;
        let status = host.get("/api/v1/status")?.good()?.json()?;
        let now = status.get("now").or_else(|| status.get("at")).and_then(Value::as_i64);
        let now = Moment::from_ms(now.ok_or_else(|| format!("no time in {status}"))?);
        Ok(Self { host, guest: Line::with(guest.console, guest_token)?, now })
    }

    /// Brings an agreement of today into force.
    pub(crate) fn agree(&mut self) -> Result<(), Failure> {
        let year = |moment: Moment| moment.civil().0;
        let text = AGREEMENT
            .replace("2024-10-01T00:00:00Z", &format!("{}-01-01T00:00:00Z", year(self.now)))
            .replace("2025-10-01T00:00:00Z", &format!("{}-01-01T00:00:00Z", year(self.now) + 2));
        let hash = article::root::root(&text);
        let agreement = agreement()?;
        let signed = AgreementSigned { agreement: agreement.clone(), text: hash };
        act(&mut self.host, AgreementProposed { agreement, text })?;
        act(&mut self.host, signed.clone())?;
        let path = "/api/v1/agreements";
        wait(&mut self.guest, path, |found| found.to_string().contains(&hash.to_string()))?;
        act(&mut self.guest, signed)?;
        for line in [&mut self.host, &mut self.guest] {
            wait(line, path, |found| found.to_string().contains("\"in_force\""))?;
        }
        Ok(())
    }

    /// Requests and grants; both sides know it.
    pub(crate) fn lease(&mut self, round: u32) -> Result<ConsentId, Failure> {
        let id = format!("d-{round}");
        let mut request = deployment(&id)?;
        let (from, until) = (self.now.plus_ms(-HOUR_MS), self.now.plus_ms(24 * HOUR_MS));
        request.terms.window = Window::new(from, until).ok_or("an empty window")?;
        act(&mut self.guest, request)?;
        let path = format!("/api/v1/deployments/{id}");
        wait(&mut self.host, &path, |found| found.get("deployment").is_some())?;
        let consent = ConsentId::new(&format!("c-{round}"))?;
        act(
            &mut self.host,
            ConsentGranted {
                consent: consent.clone(),
                subject: Subject::Deployment(DeploymentId::new(&id)?),
                until: self.now.plus_ms(2 * HOUR_MS),
                headcount_max: 4,
            },
        )?;
        wait(&mut self.guest, &path, |found| !first(found, "consent").is_null())?;
        Ok(consent)
    }

    fn round(
        &mut self,
        round: u32,
        told: &Receiver<Instant>,
    ) -> Result<(Duration, Duration), Failure> {
        let consent = self.lease(round)?;
        thread::sleep(QUIET);
        while told.try_recv().is_ok() {}
        let path = format!("/api/v1/deployments/d-{round}");
        let sent = Instant::now();
        act(&mut self.host, ConsentRevoked { consent, reason: "measured".into() })?;
        wait(&mut self.guest, &path, |found| first(found, "revoked").is_i64())?;
        let state = sent.elapsed();
        let screen = told.recv_timeout(COMES_WITHIN)?;
        Ok((state, screen.duration_since(sent)))
    }
}

fn first(deployment: &Value, member: &str) -> Value {
    let value = deployment.pointer(&format!("/consents/0/{member}"));
    value.cloned().unwrap_or(Value::Null)
}

fn act(line: &mut Line, act: impl Into<Act>) -> Result<(), Failure> {
    let act = serde_json::to_value(act.into())?;
    line.post("/api/v1/acts", &json!({ "act": act }))?.good()?;
    Ok(())
}

fn wait(line: &mut Line, path: &str, come: impl Fn(&Value) -> bool) -> Result<(), Failure> {
    let started = Instant::now();
    loop {
        let answer = line.get(path)?;
        if answer.status == 200 && come(&answer.json()?) {
            return Ok(());
        }
        if started.elapsed() > COMES_WITHIN {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(format!("{path} never said so: {said}").into());
        }
        thread::sleep(LOOK_EVERY);
    }
}
