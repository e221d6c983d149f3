//! Papers: passes that both nodes sign, and how to verify them offline.

use std::collections::BTreeSet;

use pass::claims::Claims;
use pass::verify::Trust;
use words::act::Act;
use words::deployment::Subject;
use words::id::PassId;
use words::moment::{Moment, Window};
use words::movement::{PassCountersigned, PassIssued};
use words::role::Side;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::wish::PassWish;

/// A list of revocations older than this makes a guard ask by radio: two heartbeats of an hour.
pub const REVOCATIONS_STALE_MS: i64 = 2 * 3_600_000;

/// The longest life of a pass: half a day, so that a stolen one dies soon.
pub const PASS_LIFE_MS: i64 = 12 * 3_600_000;

impl Engine {
    pub(crate) fn issue_pass(&mut self, wish: &PassWish) -> Result<Act, Fault> {
        let known = self.movement(&wish.movement)?;
        let submitted = known.submitted.as_ref();
        let submitted = submitted.ok_or_else(|| Fault::Plan("submit the movement first".into()))?;
        let consent = known
            .consent
            .clone()
            .ok_or_else(|| Fault::Plan("a pass needs the host's consent".into()))?;
        let rules = self.state().agreements.get(&known.notice.agreement);
        let rules = rules.and_then(|agreement| agreement.rules());
        let articles = rules.and_then(|rules| rules.article_of("host_consent"));
        let (zone, day, seats) = (known.notice.zone.clone(), known.notice.day, submitted.seats);
        let articles: Vec<String> = articles.into_iter().map(str::to_owned).collect();
        let window =
            life(self.at(), day).ok_or_else(|| Fault::Plan("the movement's day is over".into()))?;
        let serial = words::hash::hex(&self.dice.short());
        let id = format!("p-{}", serial.chars().take(12).collect::<String>());
        let pass = PassId::new(&id).map_err(|cause| Fault::Plan(cause.to_string()))?;
        let party = |side: Side| {
            let known = self.state().parties.get(&side);
            let known = known.ok_or_else(|| Fault::Plan("both ledgers are needed".into()))?;
            Ok::<_, Fault>(known.founded.party.clone())
        };
        let claims = Claims {
            pass: pass.clone(),
            host: party(Side::Host)?,
            guest: party(Side::Guest)?,
            movement: wish.movement.clone(),
            holder: wish.holder.clone(),
            appearance: wish.appearance.clone(),
            vehicle: wish.vehicle.clone(),
            headcount: seats,
            task: wish.task,
            arms: wish.arms,
            zone: zone.clone(),
            window,
            articles,
            consent,
        };
        let code = pass::code::issue(&claims, &self.keys.node)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        let (movement, holder) = (wish.movement.clone(), wish.holder.clone());
        Ok(Act::PassIssued(PassIssued { pass, movement, holder, zone, window, code }))
    }

    pub(crate) fn countersign(&mut self, id: &PassId) -> Result<Act, Fault> {
        let known = self.state().passes.get(id);
        let known = known.ok_or_else(|| Fault::Plan(format!("no pass `{id}`")))?;
        let code = pass::code::countersign(&known.code, &self.keys.node)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        Ok(Act::PassCountersigned(PassCountersigned { pass: id.clone(), code }))
    }

    /// What a checkpoint carries: both nodes' keys and every dead pass, as of the host's word.
    pub fn trust(&self) -> Trust {
        let now = self.now();
        let keys = |side: Side| {
            let party = self.state().parties.get(&side);
            party.map(|party| party.founded.node.clone()).into_iter().collect()
        };
        let state = self.state();
        let dead = state.passes.iter().filter(|(_, pass)| {
            let subject = Subject::Movement(pass.movement.clone());
            pass.revoked.is_some() || joint::consent::live(state, &subject, now).is_none()
        });
        let revoked: BTreeSet<PassId> = dead.map(|(id, _)| id.clone()).collect();
        let heard = match self.side() {
            Side::Host => now,
            Side::Guest => {
                self.peer.as_ref().map_or(Moment::default(), crate::ledger::Ledger::heard)
            }
        };
        Trust {
            host: keys(Side::Host),
            guest: keys(Side::Guest),
            revoked,
            revoked_as_of: heard,
            stale_after_ms: REVOCATIONS_STALE_MS,
        }
    }
}

// A pass begins now or when the day does, and dies within half a day.
fn life(now: Moment, day: Window) -> Option<Window> {
    let start = now.max(day.start());
    Window::new(start, day.end().min(start.plus_ms(PASS_LIFE_MS)))
}
