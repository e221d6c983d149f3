//! Trust: which logs, which witnesses, how many (C2SP `tlog-policy`).

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;
use words::moment::Moment;

use crate::signed::SignedCheckpoint;
use crate::vkey::{SignatureKind, Vkey};

/// The specification asks for 32 each; more is no policy that a person has read.
pub const LINES_MAX: usize = 256;

/// A log or a witness: its key, and where it can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The key.
    pub vkey: Vkey,
    /// Where, if that is said.
    pub url: Option<String>,
}

// A witness, or a group of which so many members must have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Voice {
    Witness(Known),
    Group { needed: usize, members: Vec<String> },
}

/// A trust policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Known>,
    voices: BTreeMap<String, Voice>,
    // `None`: no witness is needed.
    quorum: Option<String>,
}

/// Why a text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line} of the policy: {what}")]
pub struct PolicyError {
    /// From 1; the line after the last for what is missing.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Why a checkpoint is not one that a policy takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Untrusted {
    /// No log of the policy signed it.
    #[error("no log of the policy signed this head of `{0}`")]
    NoLog(String),
    /// Too few witnesses cosigned it.
    #[error("the quorum `{quorum}` is not reached: cosigned by {}", names(.cosigned))]
    NoQuorum {
        /// The policy's quorum.
        quorum: String,
        /// Who did cosign.
        cosigned: Vec<String>,
    },
}

fn names(cosigned: &[String]) -> String {
    if cosigned.is_empty() { "nobody".to_owned() } else { cosigned.join(", ") }
}

/// What a policy found in a checkpoint that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The log whose signature counted.
    pub log: Vkey,
    /// Who cosigned, under the policy's names, and when.
    pub cosigned: Vec<(String, Moment)>,
}

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Reading::default();
        for (at, line) in text.lines().enumerate() {
            let line_number = at + 1;
            let fail = |what: String| PolicyError { line: line_number, what };
            if line_number > LINES_MAX {
                return Err(fail(format!("a policy has at most {LINES_MAX} lines")));
            }
            if line.contains(|c: char| c.is_ascii_control() && c != '\t') {
                return Err(fail("no control characters are allowed".to_owned()));
            }
            let words: Vec<&str> =
                line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            policy.line(&words).map_err(fail)?;
        }
        policy.whole().map_err(|what| PolicyError { line: text.lines().count() + 1, what })
    }

    /// The logs, in the order of the file.
    pub fn logs(&self) -> &[Known] {
        &self.logs
    }

    /// The witnesses, in order of their names.
    pub fn witnesses(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.voices.iter().filter_map(|(name, voice)| match voice {
            Voice::Witness(known) => Some((name.as_str(), known)),
            Voice::Group { .. } => None,
        })
    }

    /// Does the policy take this checkpoint: signed by one of its logs, cosigned by its quorum?
    pub fn trust(&self, checkpoint: &SignedCheckpoint) -> Result<Trusted, Untrusted> {
        let origin = &checkpoint.head.origin;
        let signs =
            |log: &&Known| log.vkey.name == *origin && checkpoint.verify_by(&log.vkey).is_ok();
        let log = self.logs.iter().find(signs);
        let log = log.ok_or_else(|| Untrusted::NoLog(origin.clone()))?.vkey.clone();
        let cosigned = self.quorum(checkpoint)?;
        Ok(Trusted { log, cosigned })
    }

    /// Have enough of the witnesses cosigned this checkpoint, whoever signed it? Who, and when.
    pub fn quorum(
        &self,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Vec<(String, Moment)>, Untrusted> {
        let cosigned = self.cosigned(checkpoint);
        match &self.quorum {
            Some(quorum) if !self.heard(quorum, &cosigned) => {
                let cosigned = cosigned.into_iter().map(|(name, _)| name).collect();
                Err(Untrusted::NoQuorum { quorum: quorum.clone(), cosigned })
            }
            Some(_) | None => Ok(cosigned),
        }
    }

    /// Who of the policy's witnesses cosigned, and when; whether or not that is enough.
    pub fn cosigned(&self, checkpoint: &SignedCheckpoint) -> Vec<(String, Moment)> {
        let witnesses = self.witnesses();
        witnesses
            .filter_map(|(name, known)| {
                Some((name.to_owned(), checkpoint.cosigned_by(&known.vkey)?))
            })
            .collect()
    }

    // Groups name only what stands before them, so this ends.
    fn heard(&self, name: &str, cosigned: &[(String, Moment)]) -> bool {
        match self.voices.get(name) {
            Some(Voice::Witness(_)) => cosigned.iter().any(|(witness, _)| witness == name),
            Some(Voice::Group { needed, members }) => {
                let heard = members.iter().filter(|member| self.heard(member, cosigned));
                heard.count() >= *needed
            }
            None => false,
        }
    }
}

// A policy that is being read, line by line.
#[derive(Default)]
struct Reading {
    logs: Vec<Known>,
    voices: BTreeMap<String, Voice>,
    grouped: BTreeSet<String>,
    quorum: Quorum,
}

#[derive(Default)]
enum Quorum {
    #[default]
    NotSaid,
    Nobody,
    Voice(String),
}

impl Reading {
    fn line(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            [] => Ok(()),
            [comment, ..] if comment.starts_with('#') => Ok(()),
            ["log", vkey] => self.log(vkey, None),
            ["log", vkey, url] => self.log(vkey, Some((*url).to_owned())),
            ["witness", name, vkey] => self.witness(name, vkey, None),
            ["witness", name, vkey, url] => self.witness(name, vkey, Some((*url).to_owned())),
            ["group", name, needed, members @ ..] => self.group(name, needed, members),
            ["quorum", name] => self.quorum(name),
            [word, ..] => Err(format!("`{word}` is not a line of a policy, or not so many words")),
        }
    }

    fn log(&mut self, vkey: &str, url: Option<String>) -> Result<(), String> {
        let vkey = key(vkey, &[SignatureKind::Plain])?;
        if self.logs.iter().any(|log| log.vkey.key == vkey.key) {
            return Err(format!("the key of `{}` is there already", vkey.name));
        }
        self.logs.push(Known { vkey, url });
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<String>) -> Result<(), String> {
        let vkey = key(vkey, &[SignatureKind::Cosignature, SignatureKind::MlDsa])?;
        let same =
            |voice: &Voice| matches!(voice, Voice::Witness(known) if known.vkey.key == vkey.key);
        if self.voices.values().any(same) {
            return Err(format!("the key of `{}` is there already", vkey.name));
        }
        self.define(name, Voice::Witness(Known { vkey, url }))
    }

    fn group(&mut self, name: &str, needed: &str, members: &[&str]) -> Result<(), String> {
        let needed = match needed {
            "all" => members.len(),
            "any" => 1,
            number => number
                .parse()
                .map_err(|cause| format!("`{number}` is no number of members: {cause}"))?,
        };
        if !(1..=members.len()).contains(&needed) {
            return Err(format!("{needed} of {} members cannot be", members.len()));
        }
        for member in members {
            if !self.voices.contains_key(*member) {
                return Err(format!("`{member}` is not named above"));
            }
            if !self.grouped.insert((*member).to_owned()) {
                return Err(format!("`{member}` is in a group already"));
            }
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.define(name, Voice::Group { needed, members })
    }

    fn define(&mut self, name: &str, voice: Voice) -> Result<(), String> {
        if name == "none" || self.voices.contains_key(name) {
            return Err(format!("`{name}` means something already"));
        }
        self.voices.insert(name.to_owned(), voice);
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), String> {
        if !matches!(self.quorum, Quorum::NotSaid) {
            return Err("there is a quorum already".to_owned());
        }
        if name != "none" && !self.voices.contains_key(name) {
            return Err(format!("`{name}` is not named above"));
        }
        self.quorum = if name == "none" { Quorum::Nobody } else { Quorum::Voice(name.to_owned()) };
        Ok(())
    }

    fn whole(self) -> Result<Policy, String> {
        let quorum = match self.quorum {
            Quorum::NotSaid => {
                return Err("a quorum is missing; `quorum none` needs no witness".to_owned());
            }
            Quorum::Nobody => None,
            Quorum::Voice(name) => Some(name),
        };
        Ok(Policy { logs: self.logs, voices: self.voices, quorum })
    }
}

fn key(text: &str, kinds: &[SignatureKind]) -> Result<Vkey, String> {
    let vkey: Vkey = text.parse().map_err(|cause| format!("{cause}"))?;
    if kinds.contains(&vkey.kind) {
        return Ok(vkey);
    }
    Err(match vkey.kind {
        SignatureKind::Plain => format!("the key of `{}` does not cosign", vkey.name),
        SignatureKind::Cosignature | SignatureKind::MlDsa => {
            format!("the key of `{}` cosigns and does not sign", vkey.name)
        }
    })
}
