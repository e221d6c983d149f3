//! Two nodes as two processes, paired over TLS and killed without warning.
#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use engine::engine::{Config, Engine, World};
use serde_json::Value;
use store::sqlite::Sqlite;
use strongbox::keyfile::KeyFile;
use words::hash::Seed;

/// How often each node is killed.
const KILLS: u32 = 4;

struct Node {
    party: &'static str,
    folder: PathBuf,
    child: Option<Child>,
    peer: String,
}

impl Node {
    fn made(party: &'static str) -> Self {
        let folder = std::env::temp_dir().join(format!("sc-kill-{party}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pass"), "correct horse battery\n").unwrap();
        let node = Self { party, folder, child: None, peer: "127.0.0.1:0".to_owned() };
        let made = node.run(&["init", "--party", party, "--side", party, "--name", party]);
        assert!(made.status.success(), "{made:?}");
        node
    }

    fn run(&self, args: &[&str]) -> Output {
        let pass = self.folder.join("pass");
        let mut command = Command::new(env!("CARGO_BIN_EXE_safeconduct"));
        command.args(args).arg("--folder").arg(&self.folder);
        if ["init", "pair"].contains(&args[0]) {
            command.arg("--passphrase-file").arg(pass);
        }
        command.output().unwrap()
    }

    fn fingerprint(&self) -> String {
        let key = self.folder.join("keys/root.json");
        let file: KeyFile = serde_json::from_slice(&fs::read(key).unwrap()).unwrap();
        note::key::fingerprint(&file.open("correct horse battery").unwrap().public())
    }

    fn start(&mut self) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_safeconduct"))
            .args(["serve", "--json", "--console", "127.0.0.1:0", "--peer", &self.peer, "--folder"])
            .arg(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: String = lines.map_while(Result::ok).take(4).collect();
        self.child = Some(child);
        let told: Value = serde_json::from_str(&told).expect("it serves");
        self.peer = told["peer"].as_str().unwrap().to_owned();
    }

    // SIGKILL: no signal handler, no flush, no farewell.
    fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn whole(&self) -> u64 {
        let checked = self.run(&["fsck", "--json"]);
        assert!(checked.status.success(), "{}: {checked:?}", self.party);
        let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
        report["entries"].as_u64().unwrap()
    }

    // An officer's key more: something new for the other node to mirror.
    fn write(&self, n: u32) {
        let store = Sqlite::open(&self.folder.join("ledger.db")).unwrap();
        let seed = Seed::from_slice(&fs::read(self.folder.join("node.key")).unwrap()).unwrap();
        let peer: Value =
            serde_json::from_slice(&fs::read(self.folder.join("peer.json")).unwrap()).unwrap();
        let peer = (
            serde_json::from_value(peer["party"].clone()).unwrap(),
            serde_json::from_value(peer["root"].clone()).unwrap(),
        );
        let config = Config {
            party: words::id::PartyId::new(self.party).unwrap(),
            peer: Some(peer),
            heartbeat_every_ms: 10_000,
            positions_kept_ms: 86_400_000,
        };
        let world = World {
            store: Box::new(store),
            clock: std::sync::Arc::new(strongbox::clock::SystemClock),
            dice: Box::new(strongbox::dice::SystemDice),
            roads: None,
        };
        let mut engine = Engine::open(config, world, &seed).unwrap();
        let key = fs::read(self.folder.join("keys/root.json")).unwrap();
        let file: KeyFile = serde_json::from_slice(&key).unwrap();
        let root = file.open("correct horse battery").unwrap();
        let enrolled = words::act::KeyEnrolled {
            person: words::id::PersonId::new(&format!("{}/officer-{n}", self.party)).unwrap(),
            key: note::key::SigningKey::from_seed(&[n.try_into().unwrap(); 32]).public(),
            roles: vec![words::role::Role::Inspector],
            until: words::moment::Moment::parse("2099-01-01T00:00:00Z").unwrap(),
        };
        engine.act(&root, enrolled).unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_however_often_a_node_is_killed() {
    let (mut host, mut guest) = (Node::made("host"), Node::made("guest"));
    host.start();
    guest.start();
    let (host_at, guest_at) = (host.peer.clone(), guest.peer.clone());
    host.kill();
    let wrong = host.run(&["pair", "--peer", &guest_at, "--fingerprint", &host.fingerprint()]);
    assert_eq!(wrong.status.code(), Some(4), "another key than the one read out: {wrong:?}");
    let paired = host.run(&["pair", "--peer", &guest_at, "--fingerprint", &guest.fingerprint()]);
    assert!(paired.status.success(), "{paired:?}");
    host.start();
    assert_eq!(host.peer, host_at, "it listens where it listened before");
    guest.kill();
    let paired = guest.run(&["pair", "--peer", &host_at, "--fingerprint", &host.fingerprint()]);
    assert!(paired.status.success(), "{paired:?}");
    host.kill();
    for n in 1..=KILLS {
        host.write(n);
        guest.write(n);
        host.start();
        guest.start();
        // Killed at another moment each time: before, while and after the two mirror each other.
        std::thread::sleep(Duration::from_millis(u64::from(n) * 120));
        host.kill();
        guest.kill();
        host.whole();
        guest.whole();
    }
    host.start();
    guest.start();
    let both = u64::from(2 * (2 + KILLS));
    let started = Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(500));
        host.kill();
        guest.kill();
        if (host.whole(), guest.whole()) == (both, both) {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "they never had everything");
        host.start();
        guest.start();
    }
}
