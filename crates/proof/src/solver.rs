//! Solvers: programs beside this one, asked together, that must agree.

use std::fmt;
use std::io;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cedar_policy_symcc::solver::{Decision, DecisionWithModel, Solver as Asked, SolverError};
use thiserror::Error;
use tokio::io::AsyncWrite;

use crate::dialect;

/// The largest question of a worked agreement takes a solver well below a second on a quiet
/// machine; twenty times that is no answer.
pub const ANSWER_MS_MAX: u64 = 20_000;

/// A solver stops by itself; one that does not is stopped this much later.
const GRACE_MS: u64 = 2_000;

/// A program that decides whether a sentence can be false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Solver {
    /// cvc5.
    Cvc5,
    /// Z3.
    Z3,
}

impl Solver {
    /// Every solver, in the order in which models are asked for.
    pub const ALL: &'static [Self] = &[Self::Cvc5, Self::Z3];

    /// Its program, which is also the name of Debian's package.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cvc5 => "cvc5",
            Self::Z3 => "z3",
        }
    }

    fn command(self) -> Command {
        let mut command = Command::new(self.as_str());
        match self {
            Self::Cvc5 => command.arg("--lang=smt2").arg(format!("--tlimit-per={ANSWER_MS_MAX}")),
            Self::Z3 => command.arg("-in").arg(format!("-t:{ANSWER_MS_MAX}")),
        };
        command
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Which solvers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// One, whose word is taken.
    One(Solver),
    /// Both; what they do not agree on is not proved.
    Both,
}

impl Choice {
    /// The choice of a word: `cvc5`, `z3` or `both`.
    pub fn parse(text: &str) -> Option<Self> {
        let one = Solver::ALL.iter().find(|solver| solver.as_str() == text);
        one.map(|one| Self::One(*one)).or_else(|| (text == "both").then_some(Self::Both))
    }

    fn solvers(self) -> Vec<Solver> {
        match self {
            Self::One(solver) => vec![solver],
            Self::Both => Solver::ALL.to_vec(),
        }
    }
}

/// Why nobody can be asked.
#[derive(Debug, Error)]
pub enum SolverFault {
    /// A program that is not here.
    #[error("`{}` is not installed", joined(.0))]
    Missing(Vec<Solver>),
    /// A program that does not start.
    #[error("cannot start `{solver}`")]
    Start {
        /// Which.
        solver: Solver,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

fn joined(solvers: &[Solver]) -> String {
    solvers.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("` and `")
}

/// The solvers that are asked, running.
#[derive(Debug)]
pub struct Panel {
    seats: Vec<Seat>,
    script: Vec<u8>,
    questions: u64,
}

#[derive(Debug)]
struct Seat {
    solver: Solver,
    command: fn(Solver) -> Command,
    // A solver that erred or fell silent is stopped; the next question starts it anew.
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Sat,
    Unsat,
    Unknown,
}

#[cfg(test)]
pub(crate) type Fake = (Solver, fn(Solver) -> Command);

impl Panel {
    /// Starts the solvers of a choice; all of them must be installed.
    pub fn seat(choice: Choice) -> Result<Self, SolverFault> {
        let (mut seats, mut missing) = (Vec::new(), Vec::new());
        for solver in choice.solvers() {
            let command = Solver::command;
            match Running::start(solver.command()) {
                Ok(running) => seats.push(Seat { solver, command, running: Some(running) }),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => missing.push(solver),
                Err(cause) => return Err(SolverFault::Start { solver, cause }),
            }
        }
        if missing.is_empty() {
            Ok(Self { seats, script: Vec::new(), questions: 0 })
        } else {
            Err(SolverFault::Missing(missing))
        }
    }

    #[cfg(test)]
    pub(crate) fn of(fakes: &[Fake]) -> Self {
        let seats = fakes.iter().map(|(solver, command)| {
            let (solver, command) = (*solver, *command);
            Seat { solver, command, running: None }
        });
        Self { seats: seats.collect(), script: Vec::new(), questions: 0 }
    }

    /// Who sits in it.
    pub fn solvers(&self) -> impl Iterator<Item = Solver> {
        self.seats.iter().map(|seat| seat.solver)
    }

    /// How many questions it was asked.
    pub fn questions(&self) -> u64 {
        self.questions
    }

    // All are asked before any is heard, so that they think at the same time.
    fn hear(&mut self) -> Result<Word, SolverError> {
        self.questions += 1;
        let script = String::from_utf8_lossy(&std::mem::take(&mut self.script)).into_owned();
        let marker = format!("asked {}", self.questions);
        let told: Vec<Result<(), String>> =
            self.seats.iter_mut().map(|seat| seat.tell(&script, &marker)).collect();
        let words: Vec<Result<Word, String>> = self
            .seats
            .iter_mut()
            .zip(told)
            .map(|(seat, told)| told.and_then(|()| seat.word(&marker)))
            .collect();
        let mut agreed = None;
        for (seat, word) in self.seats.iter().zip(words) {
            let word = word.map_err(|why| failed(format!("{}: {why}", seat.solver)))?;
            match agreed {
                Some(other) if other != word => {
                    let all: Vec<String> = self.solvers().map(|one| one.to_string()).collect();
                    let all = all.join(" and ");
                    return Err(failed(format!("{all} disagree: {other:?} and {word:?}")));
                }
                Some(_) | None => agreed = Some(word),
            }
        }
        agreed.ok_or_else(|| failed("nobody was asked".to_owned()))
    }

    fn model(&mut self) -> Result<String, SolverError> {
        let marker = format!("model {}", self.questions);
        let first = self.seats.first_mut().ok_or_else(|| failed("nobody was asked".to_owned()))?;
        first.say(&format!("(get-model)\n(echo \"{marker}\")\n")).map_err(failed)?;
        Ok(first.until(&marker).map_err(failed)?.join("\n") + "\n")
    }
}

fn failed(why: String) -> SolverError {
    SolverError::Solver(why)
}

// The symbolic compiler writes its questions here, line by line; nothing is sent before the
// question is whole.
impl Asked for Panel {
    fn smtlib_input(&mut self) -> &mut (dyn AsyncWrite + Unpin + Send) {
        &mut self.script
    }

    async fn enable_models(&mut self) -> Result<(), SolverError> {
        self.script.extend_from_slice(b"(set-option :produce-models true)\n");
        Ok(())
    }

    async fn check_sat(&mut self) -> Result<Decision, SolverError> {
        Ok(match self.hear()? {
            Word::Sat => Decision::Sat,
            Word::Unsat => Decision::Unsat,
            Word::Unknown => Decision::Unknown,
        })
    }

    async fn check_sat_with_model(&mut self) -> Result<DecisionWithModel, SolverError> {
        Ok(match self.hear()? {
            Word::Sat => DecisionWithModel::Sat { model: self.model()? },
            Word::Unsat => DecisionWithModel::Unsat,
            Word::Unknown => DecisionWithModel::Unknown,
        })
    }
}

impl Seat {
    fn tell(&mut self, script: &str, marker: &str) -> Result<(), String> {
        let script = match self.solver {
            Solver::Cvc5 => dialect::cvc5(script)?,
            Solver::Z3 => dialect::z3(script)?,
        };
        if self.running.is_none() {
            let command = (self.command)(self.solver);
            let started = Running::start(command).map_err(|cause| cause.to_string())?;
            self.running = Some(started);
        }
        self.say(&format!("{script}(check-sat)\n(echo \"{marker}\")\n"))
    }

    fn say(&mut self, text: &str) -> Result<(), String> {
        let running = self.running.as_mut().ok_or("it has stopped")?;
        let said = running.input.write_all(text.as_bytes()).and_then(|()| running.input.flush());
        said.map_err(|cause| {
            self.running = None;
            cause.to_string()
        })
    }

    fn word(&mut self, marker: &str) -> Result<Word, String> {
        let lines = self.until(marker)?;
        match lines.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["sat"] => Ok(Word::Sat),
            ["unsat"] => Ok(Word::Unsat),
            ["unknown" | "timeout"] => Ok(Word::Unknown),
            odd => {
                self.running = None;
                Err(format!("it says {}", odd.join(" ")))
            }
        }
    }

    // Every line before the marker. A line that says `error` may be followed by an answer to
    // another question than ours, so nothing after it counts.
    fn until(&mut self, marker: &str) -> Result<Vec<String>, String> {
        let running = self.running.as_mut().ok_or("it has stopped")?;
        let mut lines = Vec::new();
        let why = loop {
            match running.lines.recv_timeout(Duration::from_millis(ANSWER_MS_MAX + GRACE_MS)) {
                Ok(line) if line.trim_matches('"') == marker => return Ok(lines),
                Ok(line) if line.starts_with("(error") => break line,
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Timeout) => break "no answer in time".to_owned(),
                Err(RecvTimeoutError::Disconnected) => break "it ended".to_owned(),
            }
        };
        self.running = None;
        Err(why)
    }
}

impl Running {
    fn start(mut command: Command) -> io::Result<Self> {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = pipes.spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let (say, lines) = channel();
        // Ends with the solver: then there is no further line, and nobody to read it.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if say.send(line.trim_end().to_owned()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input, lines })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The most that can be asked here: both, or the one that is installed.
pub fn available() -> Option<Choice> {
    let here = |solver: &Solver| Panel::seat(Choice::One(*solver)).is_ok();
    let found: Vec<Solver> = Solver::ALL.iter().copied().filter(here).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(Choice::One(*one)),
        _ => Some(Choice::Both),
    }
}
