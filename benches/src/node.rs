//! Nodes as operators run them: the program's own commands.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use watch::people::password_hash;

use crate::http::Line;
use crate::parties::Failure;
use crate::scratch::Scratch;

/// Protects nothing: the folder is gone after the measurement.
pub(crate) const PASSPHRASE: &str = "measured, not kept";

/// The password of every phone.
pub(crate) const PHONE: &str = "measured-phone";

/// A node that takes longer to answer has failed.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// Between two looks at a starting node.
const LOOK_EVERY: Duration = Duration::from_millis(1);

const ROADS: &str = include_str!("../../scenarios/karachi/roads.json");

/// Linux counts processor time in hundredths of a second for whoever asks in `/proc`.
const TICKS_A_SECOND: f64 = 100.0;

/// A node's folder and ports.
pub(crate) struct Home {
    pub(crate) folder: PathBuf,
    pub(crate) console: SocketAddr,
    pub(crate) peer: SocketAddr,
    pub(crate) fingerprint: String,
    party: &'static str,
}

/// A node that runs; it is stopped when this is dropped.
pub(crate) struct Node {
    child: Child,
    /// From the start of the process to its first answer.
    pub(crate) ready: Duration,
}

/// The program, built beside this one.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name("safeconduct");
    if path.exists() {
        return Ok(path);
    }
    Err("no `safeconduct` beside this program: `cargo build --release -p safeconduct`".into())
}

fn command(words: &[&str], folder: &Path) -> Result<Value, Failure> {
    let mut command = Command::new(program()?);
    command.args(words).arg("--folder").arg(folder).arg("--json");
    let done = command.stdin(Stdio::null()).output()?;
    if done.status.success() {
        return Ok(serde_json::from_slice(&done.stdout)?);
    }
    Err(format!("{words:?}: {}", String::from_utf8_lossy(&done.stderr)).into())
}

// A port that was free a moment ago.
fn free() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

impl Home {
    /// A new party's node with one officer for everything, and that many enrolled phones.
    pub(crate) fn make(
        scratch: &Scratch,
        party: &'static str,
        units: u32,
    ) -> Result<Self, Failure> {
        let folder = scratch.file(party);
        let (officers, passphrase) = (scratch.file("officers.toml"), scratch.file("passphrase"));
        fs::write(&passphrase, PASSPHRASE)?;
        let roles = r#"["signatory", "consent_officer", "watch_officer", "protection_lead"]"#;
        let text = format!("[[officer]]\nperson = \"{party}/officer\"\nroles = {roles}\n");
        fs::write(&officers, text)?;
        let (officers, passphrase) = (officers.display(), passphrase.display());
        let given = format!(
            "init --party {party} --side {party} --name {party} --officers {officers} \
             --passphrase-file {passphrase}"
        );
        let said = command(&given.split(' ').collect::<Vec<_>>(), &folder)?;
        let fingerprint = said.get("fingerprint").and_then(Value::as_str).unwrap_or_default();
        let fingerprint = fingerprint.to_owned();
        furnish(&folder, units)?;
        Ok(Self { folder, console: free()?, peer: free()?, fingerprint, party })
    }

    /// Names the counterpart, whose node must be running, and ours must not.
    pub(crate) fn pair(&self, scratch: &Scratch, other: &Self) -> Result<(), Failure> {
        let passphrase = scratch.file("passphrase").display().to_string();
        let (peer, fingerprint) = (other.peer.to_string(), other.fingerprint.as_str());
        let words = ["pair", "--peer", &peer, "--fingerprint", fingerprint];
        command(&[&words[..], &["--passphrase-file", &passphrase]].concat(), &self.folder)?;
        Ok(())
    }

    /// Starts the node, and waits for its first answer.
    pub(crate) fn serve(&self) -> Result<Node, Failure> {
        let started = Instant::now();
        let mut command = Command::new(program()?);
        command.arg("serve").arg("--folder").arg(&self.folder);
        command.args(["--console", &self.console.to_string()]);
        command.args(["--peer", &self.peer.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut node = Node { child: child.spawn()?, ready: Duration::ZERO };
        loop {
            let answer = Line::open(self.console).and_then(|mut line| line.get("/signin"));
            if answer.is_ok_and(|answer| answer.status == 200) {
                node.ready = started.elapsed();
                return Ok(node);
            }
            if started.elapsed() > READY_WITHIN {
                return Err(format!("{}: no answer from {}", self.party, self.console).into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Signs the officer in.
    pub(crate) fn officer(&self) -> Result<String, Failure> {
        Line::sign_in(self.console, &format!("{}/officer", self.party), PASSPHRASE)
    }
}

// Roads, and a register of vehicles with phones.
fn furnish(folder: &Path, units: u32) -> Result<(), Failure> {
    let settings = folder.join("safeconduct.toml");
    let text = fs::read_to_string(&settings)?;
    let text = text.replace("# roads =", "roads =").replace("# people =", "people =");
    fs::write(&settings, text)?;
    fs::write(folder.join("roads.json"), ROADS)?;
    let register: String = (0..units).map(unit).collect();
    let register = if register.is_empty() { "unit = []\n".to_owned() } else { register };
    fs::write(folder.join("people.toml"), register)?;
    Ok(())
}

fn unit(number: u32) -> String {
    let user = format!("v-{number}");
    let password = password_hash(&user, PHONE);
    format!(
        "[[unit]]\nunit = \"{user}\"\nkind = \"vehicle\"\nlabel = \"Vehicle {number}\"\n\
         phone = \"{user}\"\npassword = \"{password}\"\n"
    )
}

/// Two nodes that have founded, met and mirrored each other.
pub(crate) fn paired(scratch: &Scratch, units: u32) -> Result<[(Home, Node); 2], Failure> {
    let (host, guest) = (Home::make(scratch, "host", units)?, Home::make(scratch, "guest", units)?);
    let alone = host.serve()?;
    guest.pair(scratch, &host)?;
    drop(alone);
    let guest_node = guest.serve()?;
    host.pair(scratch, &guest)?;
    let host_node = host.serve()?;
    Ok([(host, host_node), (guest, guest_node)])
}

impl Node {
    /// Memory that lies in RAM, in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64, Failure> {
        let status = fs::File::open(format!("/proc/{}/status", self.child.id()))?;
        for line in BufReader::new(status).lines() {
            if let Some(kib) = line?.strip_prefix("VmRSS:") {
                let kib: f64 = kib.trim().trim_end_matches(" kB").parse()?;
                return Ok(kib / 1_024.0);
            }
        }
        Err("no `VmRSS` in the process's status".into())
    }

    /// Processor time that the node has used, in seconds.
    pub(crate) fn worked_s(&self) -> Result<f64, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may hold blanks; user and system time are fields 14 and 15.
        let (_, after) = stat.rsplit_once(')').ok_or("no name in the process's figures")?;
        let times = after.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(times.sum::<Result<f64, _>>()? / TICKS_A_SECOND)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
