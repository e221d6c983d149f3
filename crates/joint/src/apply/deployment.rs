//! Applies acts on agreements, deployments, consent and tasks.

use article::root::root;
use words::act::{AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended};
use words::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, DeploymentRequested, Subject,
    TaskEnded, TaskOrdered, TaskStarted,
};

use crate::asking::Asking;
use crate::consent::Consent;
use crate::movement::Standing;
use crate::quorum::{Step, asks};
use crate::state::{ByAt, Deployment, Signature, State, Suspension, TaskOrder, Withdrawn};

impl State {
    pub(super) fn proposed(&mut self, asking: &Asking<'_>, act: AgreementProposed) {
        let known = self.agreements.entry(act.agreement).or_default();
        let text = root(&act.text);
        let by = ByAt { by: asking.by.clone(), at: asking.at };
        known.cycle.circulated.entry(text).or_insert((asking.side, by));
        known.texts.insert(text, act.text);
    }

    pub(super) fn signed(&mut self, asking: &Asking<'_>, act: &AgreementSigned) {
        let known = self.agreements.entry(act.agreement.clone()).or_default();
        let signature = Signature { text: act.text, by: asking.by.clone(), at: asking.at };
        known.signed.insert(asking.side, signature);
        self.enter_into_force(asking, &act.agreement);
    }

    pub(super) fn suspended(&mut self, asking: &Asking<'_>, act: AgreementSuspended) {
        let known = self.agreements.entry(act.agreement).or_default();
        let withdrawn = Withdrawn { at: asking.at, index: asking.index };
        known.cycle.pause(act.scope.clone(), asking.side, asking.at);
        known.suspended.insert(Suspension { scope: act.scope, side: asking.side }, withdrawn);
    }

    pub(super) fn agreement_resumed(&mut self, asking: &Asking<'_>, act: AgreementResumed) {
        let known = self.agreements.entry(act.agreement).or_default();
        known.cycle.lift(&act.scope, asking.side, asking.at);
        known.suspended.remove(&Suspension { scope: act.scope, side: asking.side });
    }

    pub(super) fn renewed(&mut self, asking: &Asking<'_>, act: &ConsentRenewed) {
        let asks = self.consents.get(&act.consent).is_some_and(|it| asks(self, &it.subject));
        if let Some(consent) = self.consents.get_mut(&act.consent) {
            let before = consent.until;
            consent.until = act.until;
            let step = Step { index: asking.index, until: act.until };
            if let Some(steps) = &mut consent.steps {
                steps.push(step);
            } else if asks {
                // What was granted before witnesses were asked for counts as it was granted.
                consent.steps = Some(vec![Step { index: 0, until: before }, step]);
            }
        }
    }

    pub(super) fn ordered(&mut self, order: TaskOrdered) {
        let task = TaskOrder { order, started: None, ended: None, disowned: None };
        self.tasks.insert(task.order.task.clone(), task);
    }

    pub(super) fn started(&mut self, asking: &Asking<'_>, act: &TaskStarted) {
        if let Some(task) = self.tasks.get_mut(&act.task) {
            task.started = Some(asking.at);
        }
    }

    pub(super) fn ended(&mut self, asking: &Asking<'_>, act: &TaskEnded) {
        self.leave(act.task.as_str(), asking);
        if let Some(task) = self.tasks.get_mut(&act.task) {
            task.ended = Some(asking.at);
        }
    }

    pub(super) fn requested(&mut self, asking: &Asking<'_>, request: DeploymentRequested) {
        let id = request.deployment.clone();
        let by = asking.by.clone();
        let known = Deployment { request, by, at: asking.at, consent: None, refused: None };
        self.deployments.insert(id, known);
    }

    pub(super) fn granted(&mut self, asking: &Asking<'_>, act: ConsentGranted) {
        match &act.subject {
            Subject::Deployment(id) => {
                if let Some(known) = self.deployments.get_mut(id) {
                    known.consent = Some(act.consent.clone());
                    known.refused = None;
                }
            }
            Subject::Movement(id) => {
                if let Some(known) = self.movements.get_mut(id) {
                    known.consent = Some(act.consent.clone());
                    if known.standing == Standing::Assessed {
                        known.reach(Standing::Consented, asking.at, asking.by);
                    }
                }
            }
        }
        let step = Step { index: asking.index, until: act.until };
        let steps = asks(self, &act.subject).then(|| vec![step]);
        let consent = Consent {
            subject: act.subject,
            by: asking.by.clone(),
            from: asking.at,
            until: act.until,
            headcount_max: act.headcount_max,
            revoked: None,
            revoked_reason: None,
            revoked_at: None,
            steps,
        };
        self.consents.insert(act.consent, consent);
    }

    pub(super) fn consent_refused(&mut self, asking: &Asking<'_>, act: ConsentRefused) {
        match &act.subject {
            Subject::Deployment(id) => {
                if let Some(known) = self.deployments.get_mut(id) {
                    known.refused = Some(act.reason);
                }
            }
            Subject::Movement(id) => {
                if let Some(known) = self.movements.get_mut(id) {
                    known.refused = Some(act.reason);
                    known.reach(Standing::Refused, asking.at, asking.by);
                }
            }
        }
    }

    pub(super) fn revoked(&mut self, asking: &Asking<'_>, act: ConsentRevoked) {
        let Some(consent) = self.consents.get_mut(&act.consent) else { return };
        consent.revoked = Some(asking.at);
        consent.revoked_reason = Some(act.reason);
        consent.revoked_at = Some(asking.index);
        let Subject::Movement(movement) = consent.subject.clone() else { return };
        // The passes of a movement die with its consent.
        for pass in self.passes.values_mut().filter(|pass| pass.movement == movement) {
            pass.revoked.get_or_insert(asking.at);
        }
    }
}
