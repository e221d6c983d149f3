//! What rests on whose statement, so that it can fall with its key.

use std::collections::BTreeMap;

use minicbor::Encode;
use words::act::{Act, Scope};
use words::custody::Order;
use words::hash::{Hash, KeyId};
use words::id::{
    AccreditationId, AgreementId, CompanyId, ConsentId, MovementId, PassId, TaskId, ZoneId,
};
use words::moment::Moment;
use words::presence::Rung;
use words::role::Side;
use words::standing::Beside;

use note::key::key_id;

use crate::asking::Asking;

/// A thing that has its authority from one statement. Facts (a departure, an arrival, an alarm)
/// and what takes authority away rest on nothing: they stay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Encode)]
pub enum What {
    /// An enrolment in a side's ledger.
    #[n(0)]
    Key(#[n(0)] Side, #[n(1)] KeyId),
    /// A lease, as granted.
    #[n(1)]
    Consent(#[n(0)] ConsentId),
    /// A lease, as last renewed.
    #[n(2)]
    Renewal(#[n(0)] ConsentId),
    /// A task order.
    #[n(3)]
    Task(#[n(0)] TaskId),
    /// The guest's word that the residual risk is borne.
    #[n(4)]
    Approval(#[n(0)] MovementId),
    /// A sealed plan.
    #[n(5)]
    Plan(#[n(0)] MovementId),
    /// The last word that a halted movement goes on.
    #[n(6)]
    Resumption(#[n(0)] MovementId),
    /// A pass, as issued.
    #[n(7)]
    Pass(#[n(0)] PassId),
    /// A pass, as countersigned.
    #[n(8)]
    Countersignature(#[n(0)] PassId),
    /// What one of the guest's people has shown.
    #[n(9)]
    Accreditation(#[n(0)] AccreditationId),
    /// The host's word that it suffices.
    #[n(10)]
    Acceptance(#[n(0)] AccreditationId),
    /// A company's newest record.
    #[n(11)]
    Licence(#[n(0)] CompanyId),
    /// The newest word on officers beside somebody.
    #[n(12)]
    Officers(#[n(0)] Beside),
    /// A side's signature under a text.
    #[n(13)]
    Signature(#[n(0)] AgreementId, #[n(1)] Hash, #[n(2)] Side),
    /// The lifting of a side's suspension.
    #[n(14)]
    Lifting(#[n(0)] AgreementId, #[n(1)] Scope, #[n(2)] Side),
    /// A side's emergency.
    #[n(15)]
    Emergency(#[n(0)] AgreementId, #[n(1)] Option<ZoneId>, #[n(2)] Side),
    /// The opening of a closed rung.
    #[n(16)]
    Opening(#[n(0)] AgreementId, #[n(1)] Rung, #[n(2)] Option<ZoneId>),
}

/// Which statement a thing rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Basis {
    /// In whose ledger.
    #[n(0)]
    pub side: Side,
    /// Signed with which key.
    #[n(1)]
    pub key: KeyId,
    /// At which place.
    #[n(2)]
    pub index: u64,
}

/// A key whose statements its party has disowned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Disowned {
    /// Whose.
    #[n(0)]
    pub side: Side,
    /// Which.
    #[n(1)]
    pub key: KeyId,
    /// What it signed here or later.
    #[n(2)]
    pub since: u64,
    /// Where it was said.
    #[n(3)]
    pub index: u64,
    /// When it was said.
    #[n(4)]
    pub at: Moment,
    /// How many things ended with it.
    #[n(5)]
    pub ended: u64,
}

/// Everything that rests on statements, and what was disowned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Rests {
    /// What rests on which statement: the newest, where several gave the same.
    #[n(0)]
    pub on: BTreeMap<What, Basis>,
    /// The disowned keys, oldest first.
    #[n(1)]
    pub disowned: Vec<Disowned>,
}

impl Rests {
    /// Remembers what an act gives, before it is applied.
    pub(crate) fn note(&mut self, asking: &Asking<'_>, act: &Act) {
        let (Some(key), Some(what)) = (asking.key, given(act, asking.side)) else { return };
        let basis = Basis { side: asking.side, key, index: asking.index };
        // The first enrolment of a key stands.
        if let What::Key(..) = what {
            self.on.entry(what).or_insert(basis);
        } else {
            self.on.insert(what, basis);
        }
    }

    /// Takes out what rests on statements of a key from a place on, and of the keys that these
    /// enrolled.
    pub(crate) fn fall(&mut self, side: Side, key: KeyId, since: u64) -> Vec<What> {
        let (mut fallen, mut waiting) = (Vec::new(), vec![(key, since)]);
        while let Some((key, since)) = waiting.pop() {
            let falls =
                |basis: &Basis| (basis.side, basis.key) == (side, key) && basis.index >= since;
            let mut kept = BTreeMap::new();
            for (what, basis) in std::mem::take(&mut self.on) {
                if !falls(&basis) {
                    kept.insert(what, basis);
                    continue;
                }
                if let What::Key(_, below) = what {
                    waiting.push((below, basis.index));
                }
                fallen.push(what);
            }
            self.on = kept;
        }
        fallen
    }
}

#[expect(clippy::cognitive_complexity, reason = "one line an act that gives authority")]
fn given(act: &Act, side: Side) -> Option<What> {
    Some(if let Act::KeyEnrolled(act) = act {
        What::Key(side, key_id(&act.key))
    } else if let Act::ConsentGranted(act) = act {
        What::Consent(act.consent.clone())
    } else if let Act::ConsentRenewed(act) = act {
        What::Renewal(act.consent.clone())
    } else if let Act::TaskOrdered(act) = act {
        What::Task(act.task.clone())
    } else if let Act::MovementApproved(act) = act {
        What::Approval(act.movement.clone())
    } else if let Act::PlanSealed(act) = act {
        What::Plan(act.movement.clone())
    } else if let Act::MovementResumed(act) = act {
        What::Resumption(act.movement.clone())
    } else if let Act::PassIssued(act) = act {
        What::Pass(act.pass.clone())
    } else if let Act::PassCountersigned(act) = act {
        What::Countersignature(act.pass.clone())
    } else if let Act::Accredited(act) = act {
        What::Accreditation(act.accreditation.clone())
    } else if let Act::AccreditationAccepted(act) = act {
        What::Acceptance(act.accreditation.clone())
    } else if let Act::LicenceRecorded(act) = act {
        What::Licence(act.company.clone())
    } else if let Act::HostOfficersAssigned(act) = act {
        What::Officers(act.beside.clone())
    } else if let Act::AgreementSigned(act) = act {
        What::Signature(act.agreement.clone(), act.text, side)
    } else if let Act::AgreementResumed(act) = act {
        What::Lifting(act.agreement.clone(), act.scope.clone(), side)
    } else if let Act::EmergencyDeclared(act) = act {
        What::Emergency(act.agreement.clone(), act.zone.clone(), side)
    } else if let Act::RungOpened(act) = act {
        What::Opening(act.agreement.clone(), act.rung, act.zone.clone())
    } else {
        return None;
    })
}

/// What an act says of a key that was in other hands: which, and since when.
pub(crate) fn disowning(act: &Act) -> Option<(KeyId, u64)> {
    let voided = if let Act::KeyVoided(voided) = act {
        voided
    } else if let Act::RootOrdered(ordered) = act
        && let Order::Void(voided) = &ordered.order.order
    {
        voided
    } else {
        return None;
    };
    Some((voided.key, voided.since?))
}
