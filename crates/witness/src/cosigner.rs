//! The cosigner: asked, it judges, keeps, and only then signs.

use std::collections::BTreeMap;

use note::key::SigningKey;
use thiserror::Error;
use tlog::accusation::Accusation;
use tlog::signed::{SignatureLine, SignedCheckpoint};
use tlog::tree::Tree;
use tlog::vkey::Vkey;
use tlog::witness::{AddCheckpoint, Cosigned, Declined, judge, log_of};
use words::moment::Moment;

/// Keeps what a witness must never forget. Every call is durable when it returns.
pub trait Memory: Send {
    /// Keeps the newest head of a log with our cosignature, in place of the one before.
    fn keep(&mut self, cosigned: &SignedCheckpoint) -> std::io::Result<()>;

    /// Keeps evidence against a log.
    fn accuse(&mut self, accusation: &Accusation) -> std::io::Result<()>;
}

/// Why there is no cosignature.
#[derive(Debug, Error)]
pub enum NotCosigned {
    /// The answer is no.
    #[error(transparent)]
    Declined(#[from] Declined),
    /// It could not be kept, so nothing was signed.
    #[error("what was cosigned cannot be kept")]
    Keep(#[source] std::io::Error),
}

/// A witness: its key, the logs that it knows, and what it last cosigned of each.
pub struct Cosigner<M> {
    name: String,
    key: SigningKey,
    logs: Vec<Vkey>,
    newest: BTreeMap<String, Newest>,
    memory: M,
}

// The newest head of a log that we cosigned, and when: checking our own signature again for its
// time would cost as much as checking the log's.
struct Newest {
    head: SignedCheckpoint,
    at: Moment,
}

impl<M> std::fmt::Debug for Cosigner<M> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Cosigner({}, {} logs)", self.name, self.logs.len())
    }
}

impl<M: Memory> Cosigner<M> {
    /// A witness that last cosigned these heads; logs that are not among them it never did.
    pub fn new(
        (name, key): (&str, SigningKey),
        logs: Vec<Vkey>,
        newest: BTreeMap<String, SignedCheckpoint>,
        memory: M,
    ) -> Self {
        let ours = Vkey::witness(name, &key.public());
        let timed = newest.into_iter().map(|(log, head)| {
            let at = head.cosigned_by(&ours).unwrap_or_default();
            (log, Newest { head, at })
        });
        Self { name: name.to_owned(), key, logs, newest: timed.collect(), memory }
    }

    /// The key by which its cosignatures are checked.
    pub fn vkey(&self) -> Vkey {
        Vkey::witness(&self.name, &self.key.public())
    }

    /// The newest head that it cosigned of each log.
    pub fn all(&self) -> impl Iterator<Item = &SignedCheckpoint> {
        self.newest.values().map(|newest| &newest.head)
    }

    /// Cosigns what is asked, if it continues what was cosigned before: the lines to answer with.
    ///
    /// The exclusive borrow is the lock that the specification asks for: nobody is answered
    /// between the check and the disk.
    pub fn add(&mut self, request: &str, now: Moment) -> Result<String, NotCosigned> {
        let asked = AddCheckpoint::parse(request)?;
        let log = log_of(&self.logs, &asked.checkpoint)?.clone();
        let last = self.newest.get(&log.name);
        let known = last.map_or_else(Cosigned::default, |last| Cosigned {
            size: last.head.head.size,
            root: last.head.head.root,
        });
        if let Err(no) = judge(known, &asked) {
            if let Some(accusation) = self.contradiction(&log, &asked) {
                tracing::error!(
                    log = log.name,
                    charge = accusation.charge.as_str(),
                    "a log contradicts itself: the evidence is kept"
                );
                self.memory.accuse(&accusation).map_err(NotCosigned::Keep)?;
            }
            return Err(no.into());
        }
        let mut cosigned = asked.checkpoint;
        // Its own clock may be set back; what it vouched for does not become younger.
        let at = last.map_or(now, |last| now.max(last.at));
        let line = cosigned.cosignature(&self.name, &self.key, at);
        cosigned.lines = own_lines(&cosigned, &log);
        cosigned.lines.push(line.clone());
        // On disk first: a witness that forgets what it cosigned can be led to cosign its rewrite.
        self.memory.keep(&cosigned).map_err(NotCosigned::Keep)?;
        self.newest.insert(log.name, Newest { head: cosigned, at });
        Ok(format!("{line}\n"))
    }

    // A log that signed what contradicts what it signed before, if that shows from the two alone.
    fn contradiction(&self, log: &Vkey, asked: &AddCheckpoint) -> Option<Accusation> {
        let last = self.newest.get(&log.name)?;
        Accusation::of_heads(log, &last.head, &asked.checkpoint, &Tree::new())
    }
}

// Strangers' lines are not kept: they are of no use, and anybody can add some. The log's own
// cosignature is: its time shows a rollback.
fn own_lines(checkpoint: &SignedCheckpoint, log: &Vkey) -> Vec<SignatureLine> {
    let timed = Vkey::witness(&log.name, &log.key);
    let ours = [log.key_hash(), timed.key_hash()];
    let own = |line: &&SignatureLine| line.name == log.name && ours.contains(&line.key_hash);
    // One of each: a head has room for few lines, and a log might send many.
    let mut lines: Vec<SignatureLine> = Vec::new();
    for line in checkpoint.lines.iter().filter(own) {
        if lines.iter().all(|kept| kept.key_hash != line.key_hash) {
            lines.push(line.clone());
        }
    }
    lines
}
