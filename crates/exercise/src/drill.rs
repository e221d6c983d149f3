//! The player of a script: time, phones, officers, both nodes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use engine::engine::Engine;
use engine::fault::{Answer, Fault, chain};
use ledger::outcome::Outcome;
use serde_json::Value;
use thiserror::Error;
use words::id::{AlarmId, ConsentId, MovementId, PersonId};
use words::moment::Moment;
use words::refusal::Refusal;
use words::role::Side;

use crate::cast::Cast;
use crate::fill::Known;
use crate::glance::{alarms, as_expected, by_itself, deed, has_due, next_timed, shows, told};
use crate::phones::Fleet;
use crate::scenario::{Look, Scenario, ScenarioError, Step, When};
use crate::theatre::{Theatre, TheatreError};
use crate::transcript::Transcript;

mod cue;

/// While somebody is watched, time passes in steps as long as a phone's pause between reports.
pub const STRIDE_MS: i64 = 20_000;

/// A draw that is awaited is looked for once a minute.
const WAIT_MS: i64 = 60_000;

/// A look is repeated, a hundredth of a second apart at least: a node carries out what was timed
/// within a quarter of a second, and positions reach the other node within a second or two.
const LOOKS_MAX: u32 = 500;

/// A round whose movement never was drawn is given up after this time.
const ROUND_LATE_MS: i64 = 3 * 3_600_000;

/// Rounds that are under preparation at once: a day of them, for notice is given a day ahead.
pub const ROUNDS_AHEAD: u32 = 14;

/// Why an exercise ended before its end.
#[derive(Debug, Error)]
pub enum DrillError {
    /// The scenario cannot be played.
    #[error("cannot read the scenario")]
    Scenario(#[from] ScenarioError),
    /// The nodes or their surroundings failed.
    #[error("the exercise cannot go on")]
    Theatre(#[from] TheatreError),
    /// A step came out otherwise than the script says.
    #[error("`{say}`: {told}")]
    Unexpected {
        /// What was to be done.
        say: String,
        /// What came of it.
        told: String,
    },
}

/// A refusal that an attempt met.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Whose.
    pub by: PersonId,
    /// What it was.
    pub say: String,
    /// Why not.
    pub refusal: Refusal,
}

/// How fast a revocation reached the other node.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// Which lease.
    pub consent: ConsentId,
    /// By the exercise's clock, ms.
    pub exercise_ms: i64,
    /// By the real clock, ms.
    pub real_ms: u128,
}

/// What an exercise showed besides its ledgers.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Attempts that were refused, as they should be.
    pub attempts: Vec<Attempt>,
    /// Revocations and their latency.
    pub revocations: Vec<Revocation>,
    /// Positions that phones reported.
    pub reports: u64,
    /// Alarms that were raised.
    pub alarms: BTreeSet<AlarmId>,
    /// Was a forged ledger presented?
    pub forged: bool,
}

/// One line of events: the script, or a round.
#[derive(Debug)]
struct Thread {
    steps: VecDeque<Step>,
    hour: Option<Moment>,
    // The script must come out as written; a round may meet what people at the consoles did.
    strict: bool,
}

/// How somebody forges the guest's ledger: it depends on where the guest's node keeps it.
pub type Forger = Box<dyn FnMut(&Engine) -> Result<Engine, Box<Fault>>>;

/// What is done once the script is over.
pub type After<T> = Box<dyn FnOnce(&mut Drill<T>)>;

/// A script that is being played.
pub struct Drill<T> {
    /// Where.
    pub theatre: T,
    /// By whom.
    pub cast: Cast,
    /// What it showed.
    pub record: Record,
    /// What it prints.
    pub transcript: Transcript,
    scenario: Scenario,
    fleet: Fleet,
    known: Known,
    forger: Option<Forger>,
    after: Option<After<T>>,
    every_ms: i64,
    told: BTreeMap<Side, usize>,
}

impl<T> std::fmt::Debug for Drill<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Drill({})", self.scenario.title)
    }
}

impl<T: Theatre> Drill<T> {
    /// A script before its first step; phones report every `every_ms`.
    pub fn new(
        theatre: T,
        scenario: Scenario,
        cast: Cast,
        transcript: Transcript,
        every_ms: i64,
    ) -> Self {
        let fleet = cast.fleet();
        Self {
            theatre,
            cast,
            record: Record::default(),
            transcript,
            scenario,
            fleet,
            known: Known::default(),
            forger: None,
            after: None,
            every_ms,
            told: BTreeMap::new(),
        }
    }

    /// What is played.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Lets the script's attack happen; without a forger it is left out.
    pub fn forging(&mut self, forger: Forger) {
        self.forger = Some(forger);
    }

    /// Plays the script to its end.
    pub fn script(&mut self) -> Result<(), DrillError> {
        self.play(vec![self.main()], None)
    }

    /// Plays the script and then rounds, until the theatre is closed. `after` hears that the
    /// script is over.
    pub fn script_and_rounds(&mut self, after: After<T>) -> Result<(), DrillError> {
        let mut threads = vec![self.main()];
        for n in 1..=ROUNDS_AHEAD {
            threads.push(self.round(n)?);
        }
        self.after = Some(after);
        self.play(threads, Some(ROUNDS_AHEAD + 1))
    }

    fn main(&self) -> Thread {
        Thread { steps: self.scenario.steps.clone().into(), hour: None, strict: true }
    }

    fn round(&self, n: u32) -> Result<Thread, ScenarioError> {
        let (hour, steps) = self.scenario.round(n)?;
        Ok(Thread { steps: steps.into(), hour: Some(hour), strict: false })
    }

    fn play(
        &mut self,
        mut threads: Vec<Thread>,
        mut next_round: Option<u32>,
    ) -> Result<(), DrillError> {
        self.enrol()?;
        while self.theatre.goes_on() {
            let before = threads.len();
            let script = threads.iter().any(|thread| thread.strict);
            threads.retain(|thread| !thread.steps.is_empty());
            let over = script && !threads.iter().any(|thread| thread.strict);
            if let Some(after) = self.after.take_if(|_| over) {
                after(self);
            }
            for _ in threads.len()..before - usize::from(over) {
                if let Some(n) = &mut next_round {
                    threads.push(self.round(*n)?);
                    *n += 1;
                }
            }
            if threads.is_empty() {
                return Ok(());
            }
            self.next(&mut threads)?;
        }
        Ok(())
    }

    // The step that falls first, whosever it is; while a draw is awaited, a minute passes.
    fn next(&mut self, threads: &mut [Thread]) -> Result<(), DrillError> {
        let now = self.theatre.now();
        let mut first: Option<(Moment, usize)> = None;
        let mut awaited = false;
        for (index, thread) in threads.iter_mut().enumerate() {
            match self.when(thread)? {
                Some(at) if first.is_none_or(|(sooner, _)| at < sooner) => {
                    first = Some((at, index));
                }
                Some(_) => {}
                None => {
                    awaited = true;
                    let late = |hour| now.ms_since(hour) > ROUND_LATE_MS;
                    if thread.hour.is_some_and(late) {
                        thread.steps.clear();
                    }
                }
            }
        }
        let wait = now.plus_ms(WAIT_MS);
        match first {
            Some((at, index)) if !awaited || at <= wait => {
                self.go_to(at)?;
                if !self.theatre.goes_on() {
                    return Ok(());
                }
                threads.get_mut(index).map_or(Ok(()), |thread| self.step_of(thread))
            }
            Some(_) | None => self.go_to(wait),
        }
    }

    fn when(&mut self, thread: &Thread) -> Result<Option<Moment>, DrillError> {
        let Some(step) = thread.steps.front() else { return Ok(None) };
        let minutes = |at: Option<Moment>, minutes: i64| Some(at?.plus_ms(minutes * 60_000));
        Ok(match &step.at {
            When::At(at) => Some(*at),
            When::Hour { minutes: after } => minutes(thread.hour, *after),
            When::Leaves { leaves, minutes: after } => {
                minutes(self.drawn(leaves)?.map(|(leaves, _)| leaves), *after)
            }
            When::Arrives { arrives, minutes: after } => {
                minutes(self.drawn(arrives)?.map(|(_, arrives)| arrives), *after)
            }
        })
    }

    fn drawn(&mut self, id: &MovementId) -> Result<Option<(Moment, Moment)>, TheatreError> {
        let drawn = |engine: &mut Engine| engine.drawn(id).map(|it| (it.leaves, it.arrives));
        self.theatre.work(Side::Guest, drawn)
    }

    fn step_of(&mut self, thread: &mut Thread) -> Result<(), DrillError> {
        let Some(step) = thread.steps.pop_front() else { return Ok(()) };
        self.known.hour = thread.hour;
        match self.step(&step) {
            Err(DrillError::Unexpected { say, told }) if !thread.strict => {
                let at = self.theatre.now();
                let given_up = format!("{told}; the rest of this round is left out");
                self.transcript.line(at, "exercise", &say, &given_up);
                thread.steps.clear();
                Ok(())
            }
            other => other,
        }
    }

    /// Lets time pass until a moment, in strides while anybody is watched.
    pub fn go_to(&mut self, at: Moment) -> Result<(), DrillError> {
        loop {
            let now = self.theatre.now();
            let left = at.ms_since(now);
            if left <= 0 {
                break;
            }
            if !self.theatre.goes_on() {
                return Ok(());
            }
            let busy = self.fleet.is_busy();
            let timed = self.theatre.work(Side::Host, |engine| next_timed(engine, now))?;
            let left = timed.map_or(left, |timed| left.min(timed.ms_since(now)));
            let stride = if busy { left.min(STRIDE_MS) } else { left };
            self.theatre.pass(now.plus_ms(stride), !busy)?;
            if timed.is_some_and(|timed| timed <= self.theatre.now()) {
                self.carried_out()?;
            }
            self.report()?;
            self.news()?;
        }
        self.theatre.settle()?;
        Ok(())
    }

    // What a plan timed is carried out by the nodes themselves: gives them the time for it.
    fn carried_out(&mut self) -> Result<(), DrillError> {
        for _ in 0..LOOKS_MAX {
            self.theatre.beat()?;
            let now = self.theatre.now();
            let due = |engine: &mut Engine| has_due(engine, now);
            if !self.theatre.work(Side::Host, due)? && !self.theatre.work(Side::Guest, due)? {
                break;
            }
        }
        Ok(())
    }

    fn report(&mut self) -> Result<(), DrillError> {
        for report in self.fleet.due(self.theatre.now(), self.every_ms) {
            self.theatre.report(&report)?;
            self.record.reports += 1;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), DrillError> {
        for look in &step.look {
            self.look(step, look)?;
        }
        for cue in &step.phones {
            self.cue(step, cue)?;
        }
        match (&step.by, &step.wish) {
            (Some(by), Some(wish)) => self.act(step, by, wish)?,
            (Some(_) | None, _) if step.attack => self.attack(step)?,
            (Some(_) | None, _) => {
                self.transcript.line(self.theatre.now(), "", &step.say, "");
            }
        }
        self.report()?;
        self.theatre.settle()?;
        self.news()
    }

    fn act(&mut self, step: &Step, by: &PersonId, wish: &Value) -> Result<(), DrillError> {
        let unexpected = |told: String| DrillError::Unexpected { say: step.say.clone(), told };
        let (side, key) = self
            .cast
            .officer(by)
            .ok_or_else(|| unexpected(format!("`{by}` is not in the cast")))?;
        let known = self.known.clone();
        let started = Instant::now();
        let answer = self.theatre.work(side, |engine| deed(engine, &key, wish.clone(), &known))?;
        let at = self.theatre.now();
        match answer {
            Ok(accepted) if step.refused.is_empty() => {
                let outcome = accepted.outcome.clone();
                if outcome != Some(Outcome::Acted) {
                    return Err(unexpected(format!("it does not stand: {outcome:?}")));
                }
                let who = self.cast.party(side).id.to_string();
                let stands = format!("stands as {who} {}", accepted.index);
                self.transcript.line(at, by.as_str(), &step.say, &stands);
                self.follow_revocation(wish, (at, started))
            }
            Ok(_) => Err(unexpected(format!("it stands, and must not: {:?}", step.refused))),
            Err(Answer::Fault(fault)) => Err(unexpected(chain(fault.as_ref()))),
            Err(Answer::Refused(refusal)) if as_expected(step, &refusal) => {
                self.transcript.line(at, by.as_str(), &step.say, &told(&refusal));
                let (by, say) = (by.clone(), step.say.clone());
                self.record.attempts.push(Attempt { by, say, refusal });
                Ok(())
            }
            Err(Answer::Refused(refusal)) => Err(unexpected(told(&refusal))),
        }
    }

    // How long until the guest's node knows that the host took its consent back?
    fn follow_revocation(
        &mut self,
        wish: &Value,
        (at, started): (Moment, Instant),
    ) -> Result<(), DrillError> {
        let revoked = wish.get("act").and_then(Value::as_str) == Some("consent_revoked");
        let consent = wish.get("consent").and_then(Value::as_str);
        let Some(consent) = consent.filter(|_| revoked).and_then(|id| ConsentId::new(id).ok())
        else {
            return Ok(());
        };
        self.theatre.settle()?;
        let (real_ms, now) = (started.elapsed().as_millis(), self.theatre.now());
        let exercise_ms = now.ms_since(at);
        let what = format!("{consent} is dead on the guest's node too");
        let after = format!("{real_ms} ms after, {} s of the exercise", exercise_ms / 1_000);
        self.transcript.line(now, "guest/node", &what, &after);
        self.record.revocations.push(Revocation { consent, exercise_ms, real_ms });
        Ok(())
    }

    fn attack(&mut self, step: &Step) -> Result<(), DrillError> {
        let Some(mut forger) = self.forger.take() else { return Ok(()) };
        self.transcript.line(self.theatre.now(), "", &step.say, "");
        let forged = self.theatre.work(Side::Guest, |engine| forger(engine))?;
        let unexpected = |told: String| DrillError::Unexpected { say: step.say.clone(), told };
        let forged = forged.map_err(|fault| unexpected(chain(fault.as_ref())))?;
        self.theatre.betray(forged)?;
        let guest = self.cast.guest.id.clone();
        let caught = self
            .theatre
            .work(Side::Host, |engine| engine.state().misbehaved.contains_key(&guest))?;
        self.record.forged = true;
        if caught { Ok(()) } else { Err(unexpected("nobody noticed".to_owned())) }
    }

    fn look(&mut self, step: &Step, look: &Look) -> Result<(), DrillError> {
        for _ in 0..LOOKS_MAX {
            let host = self.theatre.work(Side::Host, |engine| shows(engine, look))?;
            let guest = self.theatre.work(Side::Guest, |engine| shows(engine, look))?;
            for side in [Side::Host, Side::Guest] {
                let mut known = std::mem::take(&mut self.known);
                self.known = self.theatre.work(side, |engine| {
                    known.learn(engine);
                    known
                })?;
            }
            if host && guest {
                return Ok(());
            }
            self.theatre.beat()?;
        }
        let told = format!("the nodes do not show {look:?}");
        Err(DrillError::Unexpected { say: step.say.clone(), told })
    }

    // What the nodes did by themselves, and alarms that were raised since.
    fn news(&mut self) -> Result<(), DrillError> {
        for side in [Side::Host, Side::Guest] {
            let from = self.told.get(&side).copied().unwrap_or(0);
            let (upto, lines, raised) = self.theatre.work(side, |engine| {
                let lines = engine.own().lines();
                let told = lines.iter().skip(from).filter_map(by_itself).collect::<Vec<_>>();
                (lines.len(), told, alarms(engine))
            })?;
            self.told.insert(side, upto);
            for (at, by, what) in lines {
                self.transcript.line(at, by.as_str(), &what, "");
            }
            for (id, at, what) in raised {
                if self.record.alarms.insert(id) {
                    self.transcript.line(at, "ALARM", &what, "");
                }
            }
        }
        Ok(())
    }
}
