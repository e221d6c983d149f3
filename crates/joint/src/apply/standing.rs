//! Applies acts on standing.

use words::standing::{
    AccreditationAccepted, AccreditationWithdrawn, Accredited, EmergencyDeclared, EmergencyEnded,
    HostOfficersAssigned, LicenceRecorded, LicenceWithdrawn, RungClosed, RungOpened,
};

use crate::asking::Asking;
use crate::register::{Accreditation, Assignment, Closure, Emergency, Licence, Said, TakenBack};
use crate::standing::emergency;
use crate::state::State;

impl State {
    pub(super) fn accredited(&mut self, asking: &Asking<'_>, act: Accredited) {
        let id = act.accreditation.clone();
        let item = Accreditation { act, said: Said::of(asking), accepted: None, withdrawn: None };
        self.standing.accreditations.insert(id, item);
    }

    pub(super) fn accreditation_accepted(
        &mut self,
        asking: &Asking<'_>,
        act: &AccreditationAccepted,
    ) {
        if let Some(item) = self.standing.accreditations.get_mut(&act.accreditation) {
            item.accepted = Some(Said::of(asking));
        }
    }

    pub(super) fn accreditation_withdrawn(
        &mut self,
        asking: &Asking<'_>,
        act: AccreditationWithdrawn,
    ) {
        if let Some(item) = self.standing.accreditations.get_mut(&act.accreditation) {
            item.withdrawn = Some(TakenBack { said: Said::of(asking), reason: act.reason });
        }
    }

    pub(super) fn licence_recorded(&mut self, asking: &Asking<'_>, act: LicenceRecorded) {
        let said = Said::of(asking);
        let records = self.standing.licences.entry(act.company.clone()).or_default();
        for earlier in records.iter_mut().filter(|it| it.withdrawn.is_none()) {
            let replaced = TakenBack { said: said.clone(), reason: String::new() };
            earlier.withdrawn = Some(replaced);
        }
        records.push(Licence { act, said, withdrawn: None });
    }

    pub(super) fn licence_withdrawn(&mut self, asking: &Asking<'_>, act: &LicenceWithdrawn) {
        let records = self.standing.licences.get_mut(&act.company).into_iter().flatten();
        for record in records.filter(|it| it.withdrawn.is_none()) {
            let taken = TakenBack { said: Said::of(asking), reason: act.reason.clone() };
            record.withdrawn = Some(taken);
        }
    }

    pub(super) fn officers_assigned(&mut self, asking: &Asking<'_>, act: HostOfficersAssigned) {
        let HostOfficersAssigned { beside, officers, until } = act;
        let word = Assignment { officers, until, said: Said::of(asking) };
        self.standing.officers.entry(beside).or_default().push(word);
    }

    pub(super) fn emergency_declared(&mut self, asking: &Asking<'_>, act: EmergencyDeclared) {
        let rules = self.agreements.get(&act.agreement).and_then(|known| known.rules());
        let lasts_ms = rules.and_then(|rules| emergency(rules)).map_or(0, |one| one.lasts_ms_max);
        let declared = Emergency {
            zone: act.zone,
            reason: act.reason,
            said: Said::of(asking),
            until: asking.at.plus_ms(lasts_ms),
            ended: None,
        };
        self.standing.emergencies.entry(act.agreement).or_default().push(declared);
    }

    pub(super) fn emergency_ended(&mut self, asking: &Asking<'_>, act: &EmergencyEnded) {
        let known = self.standing.emergencies.get_mut(&act.agreement).into_iter().flatten();
        let ours = known.filter(|it| it.said.side == asking.side && it.zone == act.zone);
        for emergency in ours.filter(|it| it.ended.is_none() && asking.at < it.until) {
            emergency.ended = Some(Said::of(asking));
        }
    }

    pub(super) fn rung_closed(&mut self, asking: &Asking<'_>, act: RungClosed) {
        let RungClosed { agreement, rung, zone, reason } = act;
        let closure = Closure { rung, zone, reason, closed: Said::of(asking), opened: None };
        self.standing.closures.entry(agreement).or_default().push(closure);
    }

    pub(super) fn rung_opened(&mut self, asking: &Asking<'_>, act: &RungOpened) {
        let closures = self.standing.closures.get_mut(&act.agreement).into_iter().flatten();
        let fits = closures.filter(|it| it.rung == act.rung && it.zone == act.zone);
        for closure in fits.filter(|it| it.opened.is_none()) {
            closure.opened = Some(Said::of(asking));
        }
    }
}
