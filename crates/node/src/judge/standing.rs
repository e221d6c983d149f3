//! Judges acts on standing, and what a closed rung stops.

use accord::rules::Rules;
use words::id::{AccreditationId, AgreementId, ZoneId};
use words::refusal::{Reason, Refusal};
use words::standing::{
    AccreditationAccepted, AccreditationWithdrawn, Accredited, Beside, EmergencyDeclared,
    EmergencyEnded, HostOfficersAssigned, LicenceRecorded, LicenceWithdrawn, RungClosed,
    RungOpened,
};

use crate::judge::facts::{citing, in_force};
use crate::judge::text;
use joint::asking::Asking;
use joint::register::{Accreditation, Closure};
use joint::standing::emergency;
use joint::state::State;

/// The guest says what somebody has shown: it was shown, and still counts.
pub(crate) fn accredited(
    state: &State,
    asking: &Asking<'_>,
    act: &Accredited,
) -> Result<(), Refusal> {
    if state.standing.accreditations.contains_key(&act.accreditation) {
        return Err(Refusal::new(Reason::AlreadyExists, format!("item `{}`", act.accreditation)));
    }
    if act.shown > asking.at {
        return Err(Refusal::new(Reason::TooEarly, format!("it is to be shown at {}", act.shown)));
    }
    if act.until <= asking.at {
        let detail = format!("it counted until {}: give a later end", act.until);
        return Err(Refusal::new(Reason::BadNumber, detail));
    }
    Ok(())
}

/// The host accepts an item that stands and has not run out.
pub(crate) fn accepted(
    state: &State,
    asking: &Asking<'_>,
    act: &AccreditationAccepted,
) -> Result<(), Refusal> {
    let known = item(state, &act.accreditation)?;
    if known.accepted.is_some() {
        return Err(Refusal::new(Reason::AlreadyExists, "it is accepted already"));
    }
    if known.withdrawn.is_some() || known.act.until <= asking.at {
        return Err(Refusal::new(Reason::WrongState, "it was withdrawn or has run out"));
    }
    Ok(())
}

/// Either side takes an item back, once.
pub(crate) fn withdrawn(state: &State, act: &AccreditationWithdrawn) -> Result<(), Refusal> {
    text(&act.reason)?;
    if item(state, &act.accreditation)?.withdrawn.is_some() {
        return Err(Refusal::new(Reason::AlreadyExists, "it is withdrawn already"));
    }
    Ok(())
}

fn item<'a>(state: &'a State, id: &AccreditationId) -> Result<&'a Accreditation, Refusal> {
    let unknown = || Refusal::new(Reason::UnknownAccreditation, format!("no item `{id}`"));
    state.standing.accreditations.get(id).ok_or_else(unknown)
}

/// The host records a company that was audited and fields somebody.
pub(crate) fn licensed(asking: &Asking<'_>, act: &LicenceRecorded) -> Result<(), Refusal> {
    text(&act.name)?;
    if act.categories.is_empty() {
        return Err(Refusal::new(Reason::BadNumber, "name at least one category"));
    }
    if act.audited > asking.at {
        return Err(Refusal::new(Reason::TooEarly, format!("it is audited at {}", act.audited)));
    }
    if act.until <= asking.at {
        return Err(Refusal::new(Reason::BadNumber, format!("it ended at {}", act.until)));
    }
    Ok(())
}

/// The host takes a licence back that was not taken back.
pub(crate) fn licence_withdrawn(state: &State, act: &LicenceWithdrawn) -> Result<(), Refusal> {
    text(&act.reason)?;
    let records = state.standing.licences.get(&act.company).ok_or_else(|| {
        Refusal::new(Reason::UnknownLicence, format!("no licence of `{}`", act.company))
    })?;
    if records.iter().any(|licence| licence.withdrawn.is_none()) {
        return Ok(());
    }
    Err(Refusal::new(Reason::AlreadyExists, "it is withdrawn already"))
}

/// Officers stand beside somebody who is known, until a moment to come.
pub(crate) fn officers(
    state: &State,
    asking: &Asking<'_>,
    act: &HostOfficersAssigned,
) -> Result<(), Refusal> {
    match &act.beside {
        Beside::Deployment(id) if !state.deployments.contains_key(id) => {
            return Err(Refusal::new(Reason::UnknownDeployment, format!("no deployment `{id}`")));
        }
        Beside::Task(id) if !state.tasks.contains_key(id) => {
            return Err(Refusal::new(Reason::UnknownTask, format!("no task order `{id}`")));
        }
        Beside::Deployment(_) | Beside::Task(_) => {}
    }
    if act.until <= asking.at {
        return Err(Refusal::new(Reason::BadNumber, format!("until {}: that is past", act.until)));
    }
    Ok(())
}

/// An emergency needs an agreement that provides for it, and the side that it names.
pub(crate) fn declared(
    state: &State,
    asking: &Asking<'_>,
    act: &EmergencyDeclared,
) -> Result<(), Refusal> {
    text(&act.reason)?;
    let (_, rules) = in_force(state, &act.agreement)?;
    let provided = emergency(rules).ok_or_else(|| {
        Refusal::new(Reason::NotPermitted, "the agreement provides for no emergency")
    })?;
    if provided.declared_by != asking.side {
        let refusal = Refusal::new(Reason::NotYourSide, "the other side declares emergencies");
        return Err(citing(refusal, rules, "emergency_and_evacuation"));
    }
    within(rules, act.zone.as_ref())?;
    let at = (asking.at, asking.sight());
    let known = state.standing.emergencies(&act.agreement).iter();
    if known.filter(|it| it.zone == act.zone).any(|it| it.lasts(at)) {
        return Err(Refusal::new(Reason::AlreadyExists, "that emergency lasts already"));
    }
    Ok(())
}

/// The side that declared an emergency ends it while it lasts.
pub(crate) fn ended(
    state: &State,
    asking: &Asking<'_>,
    act: &EmergencyEnded,
) -> Result<(), Refusal> {
    let at = (asking.at, asking.sight());
    let known = state.standing.emergencies(&act.agreement).iter();
    let mut ours = known.filter(|it| it.said.side == asking.side && it.zone == act.zone);
    if ours.any(|it| it.lasts(at)) {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongState, "your side has declared none there that lasts"))
}

/// The host closes a rung: no permission is needed, and a second time changes nothing.
pub(crate) fn closed(state: &State, act: &RungClosed) -> Result<(), Refusal> {
    text(&act.reason)?;
    let known = state.agreements.get(&act.agreement).ok_or_else(|| {
        Refusal::new(Reason::UnknownAgreement, format!("no agreement `{}`", act.agreement))
    })?;
    if let Some(rules) = known.rules() {
        within(rules, act.zone.as_ref())?;
    }
    if standing(state, &act.agreement, |it| it.rung == act.rung && it.zone == act.zone) {
        return Err(Refusal::new(Reason::AlreadyExists, "that is closed already"));
    }
    Ok(())
}

/// The host opens exactly what it closed.
pub(crate) fn opened(state: &State, act: &RungOpened) -> Result<(), Refusal> {
    if standing(state, &act.agreement, |it| it.rung == act.rung && it.zone == act.zone) {
        return Ok(());
    }
    Err(Refusal::new(Reason::WrongState, "that is not closed"))
}

fn standing(state: &State, agreement: &AgreementId, fits: impl Fn(&Closure) -> bool) -> bool {
    let closures = state.standing.closures(agreement).iter();
    closures.filter(|it| it.opened.is_none()).any(fits)
}

fn within(rules: &Rules, zone: Option<&ZoneId>) -> Result<(), Refusal> {
    match zone {
        Some(zone) if rules.zone(zone).is_none() => {
            let detail = format!("the agreement has no zone `{zone}`");
            Err(citing(Refusal::new(Reason::NotPermitted, detail), rules, "territory_and_zones"))
        }
        Some(_) | None => Ok(()),
    }
}
