//! Forms that open records, and the step of a record.

use std::collections::BTreeSet;

use note::digest::sha256_joined;
use sheet::stamp;
use sheet::term::{ROLES, Term};
use wish::Wish;
use words::clause::{Drill, Harm, Prohibited, Service, Severity};
use words::duty::{
    Arrival, Claim, CommitteeMet, Complaint, Detention, DrillHeld, EquipmentTransfer,
    Investigation, LicenceAudited, Loss, ProhibitedActReported, PublicStatement, Record,
    RecordAnswered, RecordOpened, Removal, Restriction, ReviewHeld, ServiceReported,
    SupportRequested, UseOfForce, WarningGiven,
};
use words::hash::Hash;
use words::id::AgreementId;
use words::moment::Moment;
use words::record::{Channel, Force, Grievance, Item, Step};
use words::role::{Role, Side};

use crate::form::{Form, FormError, Read, act};

/// Domain separation of what a record keeps only the fingerprint of.
const SECRET_DOMAIN: &[u8] = b"safeconduct/record-secret/1\n";

pub(super) const FORMS: &[(&str, Read)] = &[
    ("open_use_of_force", |form| open(form, use_of_force)),
    ("open_detention", |form| open(form, detention)),
    ("open_complaint", |form| open(form, complaint)),
    ("open_restriction", |form| open(form, restriction)),
    ("open_claim", |form| open(form, claim)),
    ("open_investigation", |form| open(form, investigation)),
    ("open_loss", |form| open(form, loss)),
    ("open_equipment_transfer", |form| open(form, transfer)),
    ("open_warning", |form| open(form, warning)),
    ("open_support", |form| open(form, support)),
    ("open_arrival", |form| open(form, arrival)),
    ("open_prohibited_act", |form| open(form, prohibited)),
    ("open_removal", |form| open(form, removal)),
    ("open_public_statement", |form| open(form, statement)),
    ("open_committee", |form| open(form, committee)),
    ("open_drill", |form| open(form, drill)),
    ("open_review", |form| open(form, review)),
    ("open_service_report", |form| open(form, service)),
    ("open_licence_audit", |form| open(form, audit)),
    ("record_answered", answered),
];

type What = fn(&Form<'_>) -> Result<Record, FormError>;

fn open(form: &Form<'_>, what: What) -> Result<Wish, FormError> {
    let taken: BTreeSet<_> = form.engine.state().duties.records.keys().collect();
    let agreement: AgreementId = form.id("agreement")?;
    let record = form.fresh('r', &taken);
    Ok(act(RecordOpened { record, agreement, what: what(form)? }))
}

fn answered(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(RecordAnswered {
        record: form.id("record")?,
        step: form.word("step", Step::parse)?,
        detail: words(form, "detail")?,
    }))
}

fn words(form: &Form<'_>, field: &'static str) -> Result<String, FormError> {
    form.text(field).map(str::to_owned)
}

fn side(form: &Form<'_>, field: &'static str) -> Result<Side, FormError> {
    form.word(field, |text| [Side::Host, Side::Guest].into_iter().find(|it| it.word() == text))
}

fn yes(form: &Form<'_>, field: &'static str) -> Result<bool, FormError> {
    form.word(field, |text| match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    })
}

fn moment(form: &Form<'_>, field: &'static str) -> Result<Moment, FormError> {
    form.of(field, "give date and time as `2026-11-23T08:00`", stamp::parse_local)
}

// A serial number, minutes, a certificate: whoever has it can recognise it, nobody reads it.
fn secret(text: &str) -> Hash {
    sha256_joined(&[SECRET_DOMAIN, text.as_bytes()])
}

fn use_of_force(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::UseOfForce(UseOfForce {
        by: side(form, "by")?,
        unit: form.id("unit")?,
        at: moment(form, "at")?,
        zone: form.id("zone")?,
        level: form.word("level", Force::parse)?,
        warned: yes(form, "warned")?,
        rounds: form.number("rounds")?,
        injured: form.number("injured")?,
        medical_aid: yes(form, "medical_aid")?,
        host_officer: yes(form, "host_officer")?,
        reason: words(form, "reason")?,
    }))
}

fn detention(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Detention(Detention {
        by: side(form, "by")?,
        persons: form.number("persons")?,
        at: moment(form, "at")?,
        zone: form.id("zone")?,
        reason: words(form, "reason")?,
    }))
}

fn complaint(form: &Form<'_>) -> Result<Record, FormError> {
    let named = form.all("complainant").next().is_some();
    Ok(Record::Complaint(Complaint {
        against: side(form, "against")?,
        channel: form.word("channel", Channel::parse)?,
        grievance: form.word("grievance", Grievance::parse)?,
        complainant: named.then(|| form.id("complainant")).transpose()?,
        summary: words(form, "summary")?,
    }))
}

fn restriction(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Restriction(Restriction {
        unit: form.id("unit")?,
        authority: words(form, "authority")?,
        reason: words(form, "reason")?,
        until: moment(form, "until")?,
    }))
}

// The amount is the schedule's: nobody works it out by hand.
fn claim(form: &Form<'_>) -> Result<Record, FormError> {
    let (harm, count) = (form.word("harm", Harm::parse)?, form.number("count")?);
    let agreement: AgreementId = form.id("agreement")?;
    let agreement = form.engine.state().agreements.get(&agreement);
    let rules = agreement.and_then(|agreement| agreement.rules());
    let claims = rules.and_then(|rules| {
        rules.document().provisions().find_map(|(_, provision)| {
            let article::provision::Provision::ClaimsAndCompensation(claims) = provision else {
                return None;
            };
            Some(claims)
        })
    });
    let award = claims.and_then(|claims| claims.awards.iter().find(|award| award.harm == harm));
    let amount = award.map_or(0, |award| award.amount.saturating_mul(u64::from(count)));
    Ok(Record::Claim(Claim { harm, count, amount }))
}

fn investigation(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Investigation(Investigation {
        incident: form.id("incident")?,
        severity: form.word("severity", Severity::parse)?,
        summary: words(form, "summary")?,
    }))
}

fn loss(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Loss(Loss {
        by: side(form, "by")?,
        item: form.word("item", Item::parse)?,
        serial: secret(form.text("serial")?),
        at: moment(form, "at")?,
        zone: form.id("zone")?,
    }))
}

fn transfer(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::EquipmentTransfer(EquipmentTransfer {
        line: form.number("line")?,
        quantity: form.number("quantity")?,
        end_user: words(form, "end_user")?,
    }))
}

fn role(text: &str) -> Option<Role> {
    ROLES.into_iter().find(|role| role.word() == text)
}

fn warning(form: &Form<'_>) -> Result<Record, FormError> {
    let wrong = |found: &str| FormError::Wrong {
        field: "addressed",
        wanted: "choose one from the list",
        found: found.to_owned(),
    };
    let roles = form.text("addressed")?.split([' ', ',']).filter(|word| !word.is_empty());
    let addressed = roles.map(|word| role(word).ok_or_else(|| wrong(word)));
    Ok(Record::Warning(WarningGiven {
        severity: form.word("severity", Severity::parse)?,
        known_at: moment(form, "known_at")?,
        addressed: addressed.collect::<Result<_, _>>()?,
        summary: words(form, "summary")?,
    }))
}

fn support(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Support(SupportRequested {
        service: form.word("service", Service::parse)?,
        amount: form.number("amount")?,
        zone: form.id("zone")?,
    }))
}

fn arrival(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Arrival(Arrival {
        port: form.id("port")?,
        persons: form.number("persons")?,
        at: moment(form, "at")?,
        serials: form.all("serials").next().map(secret),
    }))
}

fn prohibited(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::ProhibitedAct(ProhibitedActReported {
        by: side(form, "by")?,
        prohibited: form.word("prohibited", Prohibited::parse)?,
        at: moment(form, "at")?,
        zone: form.id("zone")?,
        summary: words(form, "summary")?,
    }))
}

fn removal(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Removal(Removal { unit: form.id("unit")?, reason: words(form, "reason")? }))
}

fn statement(form: &Form<'_>) -> Result<Record, FormError> {
    let publish_at = moment(form, "publish_at")?;
    Ok(Record::PublicStatement(PublicStatement { publish_at, summary: words(form, "summary")? }))
}

fn committee(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Committee(CommitteeMet {
        host_members: form.number("host_members")?,
        guest_members: form.number("guest_members")?,
        minutes: secret(form.text("minutes")?),
    }))
}

fn drill(form: &Form<'_>) -> Result<Record, FormError> {
    let drill = form.word("drill", Drill::parse)?;
    Ok(Record::Drill(DrillHeld { drill, summary: words(form, "summary")? }))
}

fn review(form: &Form<'_>) -> Result<Record, FormError> {
    Ok(Record::Review(ReviewHeld { by: side(form, "by")?, action: words(form, "action")? }))
}

fn service(form: &Form<'_>) -> Result<Record, FormError> {
    let (asked, in_time) = (form.number("asked")?, form.number("in_time")?);
    Ok(Record::ServiceReport(ServiceReported { asked, in_time }))
}

fn audit(form: &Form<'_>) -> Result<Record, FormError> {
    let certificate = secret(form.text("certificate")?);
    Ok(Record::LicenceAudit(LicenceAudited { certificate, summary: words(form, "summary")? }))
}
