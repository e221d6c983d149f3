//! Forms of standing: items, licences, officers, emergencies, rungs.

use sheet::stamp;
use wish::Wish;
use words::act::Scope;
use words::clause::Training;
use words::id::ZoneId;
use words::moment::Moment;
use words::presence::{Category, Rung};
use words::standing::{
    AccreditationAccepted, AccreditationWithdrawn, Accredited, Beside, EmergencyDeclared,
    EmergencyEnded, HostOfficersAssigned, LicenceRecorded, LicenceWithdrawn, RungClosed,
    RungOpened,
};

use crate::form::{Form, FormError, Read, act, scope};

/// The forms of this room.
pub(super) const FORMS: &[(&str, Read)] = &[
    ("accredited", accredited),
    ("accreditation_accepted", accepted),
    ("accreditation_withdrawn", withdrawn),
    ("licence_recorded", licence_recorded),
    ("licence_withdrawn", licence_withdrawn),
    ("host_officers_assigned", officers_assigned),
    ("emergency_declared", emergency_declared),
    ("emergency_ended", emergency_ended),
    ("rung_closed", rung_closed),
    ("rung_opened", rung_opened),
];

fn moment(form: &Form<'_>, field: &'static str) -> Result<Moment, FormError> {
    form.of(field, "give date and time as `2026-11-23T08:00`", stamp::parse_local)
}

// Everywhere, or one zone.
fn reach(form: &Form<'_>) -> Result<Option<ZoneId>, FormError> {
    form.word("scope", |text| match scope(text)? {
        Scope::Whole => Some(None),
        Scope::Zone(zone) => Some(Some(zone)),
        Scope::Category(_) | Scope::Clause(_) | Scope::Person(_) => None,
    })
}

fn reason(form: &Form<'_>) -> Result<String, FormError> {
    form.text("reason").map(str::to_owned)
}

fn accredited(form: &Form<'_>) -> Result<Wish, FormError> {
    let taken = form.engine.state().standing.accreditations.keys().collect();
    let company = form.text("company").ok().map(|_| form.id("company")).transpose()?;
    Ok(act(Accredited {
        accreditation: form.fresh('i', &taken),
        unit: form.id("unit")?,
        category: form.word("category", Category::parse)?,
        item: form.word("item", Training::parse)?,
        shown: moment(form, "shown")?,
        until: moment(form, "until")?,
        company,
    }))
}

fn accepted(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AccreditationAccepted { accreditation: form.id("accreditation")? }))
}

fn withdrawn(form: &Form<'_>) -> Result<Wish, FormError> {
    let accreditation = form.id("accreditation")?;
    Ok(act(AccreditationWithdrawn { accreditation, reason: reason(form)? }))
}

fn licence_recorded(form: &Form<'_>) -> Result<Wish, FormError> {
    form.text("categories")?;
    let category = |text: &str| {
        Category::parse(text).ok_or_else(|| FormError::Wrong {
            field: "categories",
            wanted: "choose from the list",
            found: text.to_owned(),
        })
    };
    Ok(act(LicenceRecorded {
        company: form.id("company")?,
        name: form.text("name")?.to_owned(),
        categories: form.all("categories").map(category).collect::<Result<_, _>>()?,
        audited: moment(form, "audited")?,
        insured: form.word("insured", |text| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        })?,
        until: moment(form, "until")?,
    }))
}

fn licence_withdrawn(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(LicenceWithdrawn { company: form.id("company")?, reason: reason(form)? }))
}

fn officers_assigned(form: &Form<'_>) -> Result<Wish, FormError> {
    let beside = form.word("beside", |text| match text.split_once(':')? {
        ("deployment", id) => id.parse().ok().map(Beside::Deployment),
        ("task", id) => id.parse().ok().map(Beside::Task),
        _ => None,
    })?;
    let (officers, until) = (form.number("officers")?, form.hours("hours")?);
    Ok(act(HostOfficersAssigned { beside, officers, until }))
}

fn emergency_declared(form: &Form<'_>) -> Result<Wish, FormError> {
    let (agreement, zone) = (form.id("agreement")?, reach(form)?);
    Ok(act(EmergencyDeclared { agreement, zone, reason: reason(form)? }))
}

fn emergency_ended(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(EmergencyEnded { agreement: form.id("agreement")?, zone: reach(form)? }))
}

fn rung_closed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(RungClosed {
        agreement: form.id("agreement")?,
        rung: form.word("rung", Rung::parse)?,
        zone: reach(form)?,
        reason: reason(form)?,
    }))
}

fn rung_opened(form: &Form<'_>) -> Result<Wish, FormError> {
    let (agreement, rung) = (form.id("agreement")?, form.word("rung", Rung::parse)?);
    Ok(act(RungOpened { agreement, rung, zone: reach(form)? }))
}
