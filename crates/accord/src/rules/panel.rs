//! A panel: texts that are asked at once, each by its own count.

use crate::explain::Nearest;
use crate::rules::answer::both;
use crate::rules::nearest::nearest;
use crate::rules::{Decision, Facts, Question, Rules};

/// A text that is asked, and the facts as it counts them: its own suspensions and ceilings.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    pub(super) rules: &'a Rules,
    pub(super) facts: Facts,
    /// Is it asked even where it does not speak?
    always: bool,
}

impl Seat<'_> {
    pub(super) fn is_asked(&self, question: &Question) -> bool {
        self.always || self.rules.is_about(&question.zone)
    }
}

/// An agreement and the lower instruments in force beside it. Each is asked where it speaks, and
/// yes needs all of them: a lower one that joins never lets anything more be done.
#[derive(Debug)]
pub struct Panel<'a> {
    seats: Vec<Seat<'a>>,
}

impl<'a> Panel<'a> {
    /// The text that stands under none.
    pub fn of(rules: &'a Rules, facts: Facts) -> Self {
        Self { seats: vec![Seat { rules, facts, always: true }] }
    }

    /// And a lower one, asked where it speaks.
    #[must_use]
    pub fn beside(mut self, rules: &'a Rules, facts: Facts) -> Self {
        self.seats.push(Seat { rules, facts, always: false });
        self
    }

    /// Answers a question: yes if every text that is asked says so.
    pub fn decide(&self, question: &Question) -> Decision {
        let asked = self.seats.iter().filter(|seat| seat.is_asked(question));
        let answers = asked.map(|seat| seat.rules.own(question, &seat.facts));
        answers.reduce(both).unwrap_or_else(Decision::nobody_asked)
    }

    /// Answers a question, and after a no finds the [nearest](Nearest) change to all texts.
    pub fn explain(&self, question: &Question) -> Decision {
        let decision = self.decide(question);
        let nearest = (!decision.allow).then(|| nearest(&self.seats, question));
        Decision { nearest, ..decision }
    }
}

impl Rules {
    /// The nearest change after a no of this text and those above it, by the same facts.
    pub fn nearest(&self, question: &Question, facts: &Facts) -> Nearest {
        let mut seats = Vec::new();
        let mut next = Some(self);
        while let Some(rules) = next {
            seats.push(Seat { rules, facts: facts.clone(), always: true });
            next = rules.upper().map(AsRef::as_ref);
        }
        nearest(&seats, question)
    }
}
