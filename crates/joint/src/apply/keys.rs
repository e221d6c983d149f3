//! Applies what a party says of its keys: a new node, and what is disowned.

use note::key::key_id;
use words::act::{AgreementSuspended, Scope};
use words::custody::{Order, RootOrdered};
use words::deployment::ConsentRevoked;
use words::hash::KeyId;
use words::id::{AgreementId, MovementId, PassId};
use words::movement::Halt;
use words::standing::{
    AccreditationWithdrawn, EmergencyEnded, HostOfficersAssigned, LicenceWithdrawn, RungClosed,
};

use crate::asking::Asking;
use crate::movement::Standing;
use crate::rests::{Disowned, What};
use crate::state::State;

/// The reason that stands where a person's would: not translated, as every reason of a statement.
const DISOWNED: &str = "disowned";

impl State {
    pub(super) fn root_ordered(&mut self, asking: &Asking<'_>, act: RootOrdered) {
        let Order::ReplaceNode(to) = act.order.order else { return };
        let Some(party) = self.parties.get_mut(&asking.side) else { return };
        let before = std::mem::replace(&mut party.node, to.node);
        party.sealing = to.sealing;
        match to.since {
            // What it signed may be anybody's: it vouches for nothing any more.
            Some(since) => {
                let before = key_id(&before);
                self.disowned(asking, (before, since));
            }
            None => party.former.push(before),
        }
    }

    /// What a key signed in other hands gives nothing from here on. What others did on it before
    /// they could know stands as it was.
    pub(super) fn disowned(&mut self, asking: &Asking<'_>, (key, since): (KeyId, u64)) {
        let fallen = self.rests.fall(asking.side, key, since);
        let (side, at, index) = (asking.side, asking.at, asking.index);
        let ended = u64::try_from(fallen.len()).unwrap_or(u64::MAX);
        self.rests.disowned.push(Disowned { side, key, since, index, at, ended });
        for what in fallen {
            self.fell(asking, what);
        }
    }

    fn fell(&mut self, asking: &Asking<'_>, what: What) {
        let reason = || DISOWNED.to_owned();
        match what {
            // The reader of that ledger has voided it.
            What::Key(..) => {}
            What::Consent(consent) | What::Renewal(consent) => {
                let dead = self.consents.get(&consent).is_none_or(|it| it.revoked.is_some());
                if !dead {
                    self.revoked(asking, ConsentRevoked { consent, reason: reason() });
                }
            }
            What::Task(task) => {
                if let Some(task) = self.tasks.get_mut(&task) {
                    task.disowned = Some(asking.at);
                    // Whoever has not begun begins no more; whoever is there is there.
                    if task.started.is_none() {
                        task.ended.get_or_insert(asking.at);
                    }
                }
            }
            What::Approval(movement) | What::Plan(movement) | What::Resumption(movement) => {
                self.hold(asking, &movement);
            }
            What::Pass(pass) | What::Countersignature(pass) => self.kill(asking, &pass),
            What::Accreditation(accreditation) | What::Acceptance(accreditation) => {
                let known = self.standing.accreditations.get(&accreditation);
                if known.is_some_and(|it| it.withdrawn.is_none()) {
                    let taken = AccreditationWithdrawn { accreditation, reason: reason() };
                    self.accreditation_withdrawn(asking, taken);
                }
            }
            What::Licence(company) => {
                self.licence_withdrawn(asking, &LicenceWithdrawn { company, reason: reason() });
            }
            What::Officers(beside) => {
                let until = words::moment::Moment::from_ms(i64::MAX);
                let nobody = HostOfficersAssigned { beside, officers: 0, until };
                self.officers_assigned(asking, nobody);
            }
            What::Signature(agreement, text, _) => self.unsign(asking, &agreement, text),
            What::Lifting(agreement, scope, _) => {
                let again = AgreementSuspended { agreement, scope, reason: reason() };
                self.suspended(asking, again);
            }
            What::Emergency(agreement, zone, _) => {
                self.emergency_ended(asking, &EmergencyEnded { agreement, zone });
            }
            What::Opening(agreement, rung, zone) => {
                let closed = RungClosed { agreement, rung, zone, reason: reason() };
                self.rung_closed(asking, closed);
            }
        }
    }

    // Before it leaves, and where it went on by that word, it waits for an officer who may say
    // so. One that waits for the other side already never leaves: two may not share one halt.
    fn hold(&mut self, asking: &Asking<'_>, id: &MovementId) {
        let Some(known) = self.movements.get_mut(id) else { return };
        let halt = match known.standing {
            Standing::Approved | Standing::Sealed | Standing::Drawn => Halt::Held,
            Standing::Held if known.departed.is_none() => {
                let ours = known.halt.as_ref().is_some_and(|(_, side, _)| *side == asking.side);
                if ours { Halt::Held } else { Halt::Cancelled }
            }
            Standing::Noticed
            | Standing::Submitted
            | Standing::Assessed
            | Standing::Consented
            | Standing::Refused
            | Standing::UnderWay
            | Standing::Held
            | Standing::Diverted
            | Standing::Arrived
            | Standing::Debriefed
            | Standing::Closed
            | Standing::Aborted
            | Standing::Cancelled => return,
        };
        let standing = if halt == Halt::Held { Standing::Held } else { Standing::Cancelled };
        known.halt = Some((halt, asking.side, DISOWNED.to_owned()));
        known.reach(standing, asking.at, asking.by);
    }

    fn kill(&mut self, asking: &Asking<'_>, pass: &PassId) {
        if let Some(pass) = self.passes.get_mut(pass) {
            pass.revoked.get_or_insert(asking.at);
        }
    }

    // A text in force is suspended as a whole until that side resumes it; one that is not yet in
    // force has lost the signature.
    fn unsign(&mut self, asking: &Asking<'_>, id: &AgreementId, text: words::hash::Hash) {
        let Some(known) = self.agreements.get_mut(id) else { return };
        if known.in_force() == Some(text) {
            let reason = DISOWNED.to_owned();
            let whole = AgreementSuspended { agreement: id.clone(), scope: Scope::Whole, reason };
            self.suspended(asking, whole);
        } else if known.signed.get(&asking.side).is_some_and(|it| it.text == text) {
            known.signed.remove(&asking.side);
        }
    }
}
