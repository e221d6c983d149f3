//! Papers on the desks: an annex that comes and goes, rungs that close.

use article::root::root;
use joint::state::State;
use words::act::{AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended, Scope};
use words::id::{AgreementId, ZoneId};
use words::presence::Rung;
use words::role::Side;
use words::standing::{RungClosed, RungOpened};

use crate::desk::Desk;
use crate::party::agreement_id;

/// The lower instrument that a history may put in force.
pub const ANNEX: &str = include_str!("../annex.toml");

/// Its id.
pub fn annex_id() -> AgreementId {
    AgreementId::new("simulated-annex").expect("the id of the simulated annex")
}

impl Desk {
    /// The annex: proposed by the host, signed by both, suspended by either and lifted again.
    pub(crate) fn annex(&mut self, state: &State) {
        let (side, agreement, text) = (self.side(), annex_id(), root(ANNEX));
        let Some(known) = state.agreements.get(&agreement) else {
            if side == Side::Host && self.papers_one_in(6) {
                self.want(AgreementProposed { agreement, text: ANNEX.to_owned() });
            }
            return;
        };
        if !known.signed.contains_key(&side) && self.papers_one_in(2) {
            self.want(AgreementSigned { agreement: agreement.clone(), text });
        }
        if known.in_force().is_some() && known.suspended.is_empty() && self.papers_one_in(60) {
            let reason = "exercise".to_owned();
            let scope = Scope::Whole;
            self.want(AgreementSuspended { agreement: agreement.clone(), scope, reason });
        }
        for suspension in known.suspended.keys().filter(|it| it.side == side) {
            for _ in 0..6 {
                let scope = suspension.scope.clone();
                self.want(AgreementResumed { agreement: agreement.clone(), scope });
            }
        }
    }

    /// The host closes a rung now and then, and opens it soon.
    pub(crate) fn rungs(&mut self, state: &State) {
        if self.side() != Side::Host {
            return;
        }
        let closed = |closure: &&joint::register::Closure| closure.opened.is_none();
        let standing: Vec<_> = state.standing.closures(&agreement_id()).iter().collect();
        let standing: Vec<(Rung, Option<ZoneId>)> =
            standing.into_iter().filter(closed).map(|it| (it.rung, it.zone.clone())).collect();
        for (rung, zone) in &standing {
            for _ in 0..6 {
                let (rung, zone) = (*rung, zone.clone());
                self.want(RungOpened { agreement: agreement_id(), rung, zone });
            }
        }
        if standing.is_empty() && self.papers_one_in(60) {
            let road = ZoneId::new("karachi-port-road").expect("a zone of the exercise");
            let zone = self.papers_one_in(2).then_some(road);
            let (rung, reason) = (Rung::EscortInsideCordon, "exercise".to_owned());
            self.want(RungClosed { agreement: agreement_id(), rung, zone, reason });
        }
    }
}
