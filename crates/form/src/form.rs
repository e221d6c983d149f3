//! Posted fields become wishes: one table, one function a form.

mod duty;
mod letter;
mod review;
mod standing;

use std::collections::BTreeSet;
use std::str::FromStr;

use engine::engine::Engine;
use pages::consent::subject_value;
use sheet::stamp;
use sheet::term::{HALTS, STAGES, Term};
use thiserror::Error;
use wish::{NoticeWish, PassWish, SecretWish, Wish};
use words::act::{Act, AgreementResumed, AgreementSigned, AgreementSuspended, Key, KeyKind, Scope};
use words::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use words::clause::Sensor;
use words::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, DeploymentRequested, Sensing,
    Subject, TaskEnded, TaskOrdered, TaskStarted, Terms,
};
use words::hash::{Hash, hex, unhex};
use words::moment::{Moment, Window};
use words::movement::{
    Arrived, Check, CheckedIn, Closed, Debriefed, Departed, MovementApproved, MovementAssessed,
    MovementHalted, MovementResumed, PassRevoked, Stage,
};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};

const HOUR_MS: i64 = 3_600_000;

/// Which field is wrong, and what it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormError {
    /// No form makes such an act.
    #[error("there is no form for `{0}`")]
    Unknown(String),
    /// A field is not there or empty.
    #[error("`{0}`: fill this in")]
    Missing(&'static str),
    /// A field holds something else.
    #[error("`{field}`: {wanted}, not `{found}`")]
    Wrong {
        /// Which field.
        field: &'static str,
        /// What it must hold.
        wanted: &'static str,
        /// What it holds.
        found: String,
    },
}

/// A posted form and what it is read against.
#[derive(Debug)]
pub struct Form<'a> {
    /// The fields in the order in which they came; some come several times.
    pub fields: &'a [(String, String)],
    /// The node: its time, its side and the ids that are taken.
    pub engine: &'a Engine,
    /// Chance for the ids of new things.
    pub chance: [u8; 32],
}

type Read = fn(&Form<'_>) -> Result<Wish, FormError>;

const FORMS: &[(&str, Read)] = &[
    ("agreement_signed", agreement_signed),
    ("agreement_suspended", agreement_suspended),
    ("agreement_resumed", agreement_resumed),
    ("deployment_requested", deployment_requested),
    ("consent_granted", consent_granted),
    ("consent_refused", consent_refused),
    ("consent_renewed", consent_renewed),
    ("consent_revoked", consent_revoked),
    ("task_ordered", task_ordered),
    ("task_started", task_started),
    ("task_ended", task_ended),
    ("capacity_noticed", capacity_noticed),
    ("movement_submitted", movement_submitted),
    ("movement_assessed", movement_assessed),
    ("movement_approved", movement_approved),
    ("plan_sealed", plan_sealed),
    ("draw_committed", draw_committed),
    ("draw_revealed", draw_revealed),
    ("stage_released", stage_released),
    ("pass_issued", pass_issued),
    ("pass_countersigned", pass_countersigned),
    ("pass_revoked", pass_revoked),
    ("departed", departed),
    ("checked_in", checked_in),
    ("movement_halted", movement_halted),
    ("movement_resumed", movement_resumed),
    ("arrived", arrived),
    ("debriefed", debriefed),
    ("closed", closed),
    ("alarm_noted", alarm_noted),
    ("alarm_handled", alarm_handled),
    ("alarm_resolved", alarm_resolved),
    ("agreement_drafted", review::agreement_drafted),
    ("agreement_proposed", review::agreement_proposed),
    ("review_opened", review::review_opened),
    ("agency_reviewed", review::agency_reviewed),
    ("commented", review::commented),
    ("agreement_initialled", review::agreement_initialled),
    ("condition_met", review::condition_met),
    ("agreement_terminated", review::agreement_terminated),
];

/// What the form of `/act/WORD` asks for.
pub fn read(word: &str, form: &Form<'_>) -> Result<Wish, FormError> {
    let (_, read) = FORMS
        .iter()
        .chain(standing::FORMS)
        .chain(duty::FORMS)
        .chain(letter::FORMS)
        .find(|(known, _)| *known == word)
        .ok_or_else(|| FormError::Unknown(word.to_owned()))?;
    read(form)
}

impl Form<'_> {
    fn all(&self, field: &'static str) -> impl Iterator<Item = &str> {
        let named = self.fields.iter().filter(move |(name, _)| name == field);
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn text(&self, field: &'static str) -> Result<&str, FormError> {
        self.all(field).next().ok_or(FormError::Missing(field))
    }

    fn of<T>(
        &self,
        field: &'static str,
        wanted: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, FormError> {
        let text = self.text(field)?;
        read(text).ok_or_else(|| FormError::Wrong { field, wanted, found: text.to_owned() })
    }

    // The same, for a field that may be left blank.
    fn maybe<T>(
        &self,
        field: &'static str,
        wanted: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, FormError> {
        if self.all(field).next().is_none() {
            Ok(None)
        } else {
            self.of(field, wanted, read).map(Some)
        }
    }

    // What is written with commas between.
    fn listed(&self, field: &'static str) -> Vec<String> {
        let parts = self.all(field).flat_map(|text| text.split([',', '،', '，']));
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    fn id<T: FromStr>(&self, field: &'static str) -> Result<T, FormError> {
        self.of(field, "name one of small letters, digits and `-._/:`", |text| text.parse().ok())
    }

    fn number(&self, field: &'static str) -> Result<u32, FormError> {
        self.of(field, "write a whole number", |text| text.parse().ok())
    }

    fn word<T>(&self, field: &'static str, read: fn(&str) -> Option<T>) -> Result<T, FormError> {
        self.of(field, "choose one from the list", read)
    }

    fn window(&self, from: &'static str, to: &'static str) -> Result<Window, FormError> {
        let wanted = "give date and time as `2026-11-23T08:00`";
        let start = self.of(from, wanted, stamp::parse_local)?;
        let end = self.of(to, wanted, stamp::parse_local)?;
        let found = || stamp::local(end);
        Window::new(start, end).ok_or_else(|| FormError::Wrong {
            field: to,
            wanted: "give a moment after the start",
            found: found(),
        })
    }

    // So many hours from now.
    fn hours(&self, field: &'static str) -> Result<Moment, FormError> {
        let hours = i64::from(self.number(field)?);
        Ok(self.engine.now().plus_ms(hours.saturating_mul(HOUR_MS)))
    }

    // A short id that nothing has yet: `d-3fa9`, to be read aloud.
    fn fresh<T: FromStr + Ord>(&self, letter: char, taken: &BTreeSet<&T>) -> T {
        let short = self.chance.windows(2).chain([self.chance.as_slice().split_at(12).0]);
        let ids = short.filter_map(|bytes| format!("{letter}-{}", hex(bytes)).parse().ok());
        let mut free = ids.filter(|id| !taken.contains(id));
        free.next().expect("twelve bytes of chance are not taken")
    }
}

fn act(act: impl Into<Act>) -> Wish {
    Wish::Act(Box::new(act.into()))
}

fn scope(text: &str) -> Option<Scope> {
    match text.split_once(':') {
        None => (text == "whole").then_some(Scope::Whole),
        Some(("zone", id)) => id.parse().ok().map(Scope::Zone),
        Some(("category", word)) => Category::parse(word).map(Scope::Category),
        Some(("clause", number)) => Some(Scope::Clause(number.to_owned())),
        Some(("person", id)) => id.parse().ok().map(Scope::Person),
        Some(_) => None,
    }
}

fn stage(text: &str) -> Option<Stage> {
    STAGES.into_iter().find(|stage| stage.word() == text)
}

fn check(text: &str) -> Option<Check> {
    Check::ALL.into_iter().find(|check| check.word() == text)
}

fn agreement_signed(form: &Form<'_>) -> Result<Wish, FormError> {
    let text = form.of("text", "give the text's fingerprint", |t| t.to_owned().try_into().ok())?;
    Ok(act(AgreementSigned { agreement: form.id("agreement")?, text }))
}

fn agreement_suspended(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AgreementSuspended {
        agreement: form.id("agreement")?,
        scope: form.word("scope", scope)?,
        reason: form.text("reason")?.to_owned(),
    }))
}

fn agreement_resumed(form: &Form<'_>) -> Result<Wish, FormError> {
    let (agreement, scope) = (form.id("agreement")?, form.word("scope", scope)?);
    Ok(act(AgreementResumed { agreement, scope }))
}

fn deployment_requested(form: &Form<'_>) -> Result<Wish, FormError> {
    let taken = form.engine.state().deployments.keys().collect();
    Ok(act(DeploymentRequested {
        deployment: form.fresh('d', &taken),
        agreement: form.id("agreement")?,
        purpose: form.word("purpose", Purpose::parse)?,
        terms: Terms {
            zone: form.id("zone")?,
            category: form.word("category", Category::parse)?,
            task: form.word("task", Task::parse)?,
            rung: form.word("rung", Rung::parse)?,
            arms: form.word("arms", ArmsClass::parse)?,
            headcount: form.number("headcount")?,
            vehicles: form.number("vehicles")?,
            sensing: sensing(form)?,
            window: form.window("start", "end")?,
        },
    }))
}

// No sensor, unless one is chosen.
fn sensing(form: &Form<'_>) -> Result<Option<Sensing>, FormError> {
    if ["", "none"].contains(&form.text("sensor").unwrap_or_default()) {
        return Ok(None);
    }
    let sensor = form.word("sensor", Sensor::parse)?;
    let flies = form.text("altitude_m").is_ok_and(|text| !text.is_empty());
    let altitude_m = if flies { form.number("altitude_m")? } else { 0 };
    Ok(Some(Sensing { sensor, altitude_m }))
}

fn subject(form: &Form<'_>) -> Result<Subject, FormError> {
    form.word("subject", read_subject)
}

// How a form names a subject: `deployment:ID` or `movement:ID`.
fn read_subject(text: &str) -> Option<Subject> {
    let (kind, id) = text.split_once(':')?;
    let subject = match kind {
        "deployment" => Subject::Deployment(id.parse().ok()?),
        "movement" => Subject::Movement(id.parse().ok()?),
        _ => return None,
    };
    (subject_value(&subject) == text).then_some(subject)
}

fn consent_granted(form: &Form<'_>) -> Result<Wish, FormError> {
    let taken = form.engine.state().consents.keys().collect();
    Ok(act(ConsentGranted {
        consent: form.fresh('c', &taken),
        subject: subject(form)?,
        until: form.hours("hours")?,
        headcount_max: form.number("headcount_max")?,
    }))
}

fn consent_refused(form: &Form<'_>) -> Result<Wish, FormError> {
    let reason = form.text("reason")?.to_owned();
    Ok(act(ConsentRefused { subject: subject(form)?, reason }))
}

fn consent_renewed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(ConsentRenewed { consent: form.id("consent")?, until: form.hours("hours")? }))
}

fn consent_revoked(form: &Form<'_>) -> Result<Wish, FormError> {
    let reason = form.text("reason")?.to_owned();
    Ok(act(ConsentRevoked { consent: form.id("consent")?, reason }))
}

fn task_ordered(form: &Form<'_>) -> Result<Wish, FormError> {
    let taken = form.engine.state().tasks.keys().collect();
    form.text("units")?;
    let wrong = |text: &str| FormError::Wrong {
        field: "units",
        wanted: "choose from the list",
        found: text.to_owned(),
    };
    let unit = |text: &str| text.parse().ok().ok_or_else(|| wrong(text));
    // Ids hold neither spaces nor commas: several in one line are several units.
    let units = form.all("units").flat_map(|line| line.split([' ', ',']));
    let units = units.filter(|text| !text.is_empty()).map(unit).collect::<Result<_, _>>()?;
    Ok(act(TaskOrdered {
        task: form.fresh('t', &taken),
        deployment: form.id("deployment")?,
        units,
        window: form.window("start", "end")?,
    }))
}

fn task_started(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(TaskStarted { task: form.id("task")? }))
}

fn task_ended(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(TaskEnded { task: form.id("task")?, reason: form.text("reason")?.to_owned() }))
}

fn capacity_noticed(form: &Form<'_>) -> Result<Wish, FormError> {
    let taken = form.engine.state().movements.keys().collect();
    Ok(Wish::Secret(SecretWish::Notice(Box::new(NoticeWish {
        movement: form.fresh('m', &taken),
        agreement: form.id("agreement")?,
        zone: form.id("zone")?,
        day: form.window("day_start", "day_end")?,
        seats: form.number("seats")?,
        dummies: form.number("dummies")?,
        armour: form.word("armour", ArmourClass::parse)?,
        escorts: form.number("escorts")?,
        purpose: form.word("purpose", Purpose::parse)?,
        criticality: form.word("criticality", Criticality::parse)?,
        window: form.window("start", "end")?,
    }))))
}

fn movement_submitted(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::Submit { movement: form.id("movement")? }))
}

fn movement_assessed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(MovementAssessed {
        movement: form.id("movement")?,
        risk: form.word("risk", Risk::parse)?,
        note: form.text("note")?.to_owned(),
    }))
}

fn movement_approved(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(MovementApproved { movement: form.id("movement")? }))
}

fn plan_sealed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::SealPlan {
        movement: form.id("movement")?,
        from: form.text("from")?.to_owned(),
        to: form.text("to")?.to_owned(),
        slot_minutes: form.number("slot_minutes")?,
        gates: form.listed("gates"),
    }))
}

fn draw_committed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::CommitDraw { movement: form.id("movement")? }))
}

fn draw_revealed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::RevealDraw { movement: form.id("movement")? }))
}

fn stage_released(form: &Form<'_>) -> Result<Wish, FormError> {
    let (movement, stage) = (form.id("movement")?, form.word("stage", stage)?);
    Ok(Wish::Secret(SecretWish::Release { movement, stage }))
}

fn pass_issued(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::IssuePass(Box::new(PassWish {
        movement: form.id("movement")?,
        holder: form.id("holder")?,
        appearance: form.text("appearance")?.to_owned(),
        vehicle: form.text("vehicle")?.to_owned(),
        task: form.word("task", Task::parse)?,
        arms: form.word("arms", ArmsClass::parse)?,
        serials: form.listed("arm_serials"),
        photo: form.maybe("photo", "64 digits of 0-9 and a-f", hash)?,
        phone: form.maybe("phone_key", "64 digits of 0-9 and a-f", phone)?,
    }))))
}

fn hash(text: &str) -> Option<Hash> {
    Hash::from_slice(&unhex(text)?)
}

fn phone(text: &str) -> Option<Key> {
    let public = unhex(text).filter(|public| public.len() == 32)?;
    Some(Key { kind: KeyKind::Ed25519, public, relying_party: None })
}

fn pass_countersigned(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(Wish::Secret(SecretWish::Countersign { pass: form.id("pass")? }))
}

fn pass_revoked(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(PassRevoked { pass: form.id("pass")?, reason: form.text("reason")?.to_owned() }))
}

fn departed(form: &Form<'_>) -> Result<Wish, FormError> {
    let line = |text: &str| {
        check(text).ok_or_else(|| FormError::Wrong {
            field: "green",
            wanted: "tick lines of the gate",
            found: text.to_owned(),
        })
    };
    Ok(act(Departed {
        movement: form.id("movement")?,
        green: form.all("green").map(line).collect::<Result<_, _>>()?,
        armour: form.word("armour", ArmourClass::parse)?,
        override_reason: form.text("override_reason").ok().map(str::to_owned),
    }))
}

fn checked_in(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(CheckedIn { movement: form.id("movement")?, site: form.id("site")? }))
}

fn movement_halted(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(MovementHalted {
        movement: form.id("movement")?,
        how: form.word("how", |text| HALTS.into_iter().find(|halt| halt.word() == text))?,
        reason: form.text("reason")?.to_owned(),
        side: form.engine.side(),
    }))
}

fn movement_resumed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(MovementResumed { movement: form.id("movement")? }))
}

fn arrived(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(Arrived { movement: form.id("movement")?, headcount: form.number("headcount")? }))
}

fn debriefed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(Debriefed { movement: form.id("movement")?, note: form.text("note")?.to_owned() }))
}

fn closed(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(Closed { movement: form.id("movement")? }))
}

fn alarm_noted(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AlarmNoted { alarm: form.id("alarm")? }))
}

fn alarm_handled(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AlarmHandled { alarm: form.id("alarm")?, action: form.text("action")?.to_owned() }))
}

fn alarm_resolved(form: &Form<'_>) -> Result<Wish, FormError> {
    Ok(act(AlarmResolved {
        alarm: form.id("alarm")?,
        outcome: form.text("outcome")?.to_owned(),
        incident: None,
    }))
}
