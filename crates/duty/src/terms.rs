//! What an agreement makes of a record: what is owed on it, by when.

use article::document::Document;
use article::provision::Provision;
use words::duty::{
    Arrival, Claim, CommitteeMet, Complaint, EquipmentTransfer, PublicStatement, Record,
    Restriction, SupportRequested, WarningGiven,
};
use words::limit::CLOCK_SKEW_MAX_MS;
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::refusal::{Reason, Refusal};
use words::role::{Role, Side};

use crate::record::Owed;
use crate::table::provision;

// The first article that provides so, with what it provides.
macro_rules! rule {
    ($document:expr, $variant:ident) => {
        $document.provisions().find_map(|(article, provision)| {
            let Provision::$variant(rule) = provision else { return None };
            Some((article.number.as_str(), rule))
        })
    };
}
pub(crate) use rule;

/// What opening a record starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// The article that provides for the record.
    pub article: String,
    /// What is owed.
    pub owed: Vec<Owed>,
}

/// Who opens a record, with which roles, when.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Of which side.
    pub side: Side,
    /// With which roles.
    pub roles: &'a [Role],
    /// When.
    pub at: Moment,
}

// One thing owed, from a moment on, for so long.
fn owed(article: &str, (step, by): (Step, Side), from: Moment, within_ms: i64) -> Owed {
    let due = from.plus_ms(within_ms);
    Owed { step, turn: 1, article: article.to_owned(), by, from, due }
}

fn no(reason: Reason, detail: impl Into<String>) -> Refusal {
    Refusal::new(reason, detail)
}

/// What the text makes of the record, or why it does not take it.
pub fn terms(document: &Document, record: &Record, opening: Opening<'_>) -> Result<Terms, Refusal> {
    let word = provision(record.kind());
    let mut carries = document.provisions().filter(|(_, one)| one.kind() == word);
    let Some((article, _)) = carries.next() else {
        return Err(no(Reason::NotPermitted, format!("no article provides for `{word}`")));
    };
    let article = article.number.clone();
    let owed = debts(document, record, opening).map_err(|refusal| refusal.citing(&article))?;
    Ok(Terms { article, owed })
}

fn debts(document: &Document, record: &Record, opening: Opening<'_>) -> Result<Vec<Owed>, Refusal> {
    let (side, at) = (opening.side, opening.at);
    match record {
        Record::UseOfForce(what) => past(what.at, at).map(|()| force(document, (what.by, what.at))),
        Record::Detention(what) => {
            past(what.at, at)?;
            Ok(rule!(document, DetentionHandover)
                .map(|(article, rule)| {
                    owed(article, (Step::HandedOver, what.by), what.at, rule.held_ms_max)
                })
                .into_iter()
                .collect())
        }
        Record::Complaint(what) => complaint(document, what, at),
        Record::Restriction(what) => restriction(document, what, (side, at)),
        Record::Claim(what) => claim(document, what, at),
        Record::Investigation(_) => Ok(investigation(document, at)),
        Record::Loss(what) => {
            past(what.at, at)?;
            Ok(rule!(document, WeaponsAndEquipmentLosses)
                .map(|(article, rule)| {
                    owed(article, (Step::Reported, what.by), what.at, rule.report_within_ms)
                })
                .into_iter()
                .collect())
        }
        Record::EquipmentTransfer(what) => transfer(document, what, at),
        Record::Warning(what) => warning(document, what, (side, at)),
        Record::Support(what) => support(document, what, at),
        Record::Arrival(what) => arrival(document, what, (side, at)),
        Record::ProhibitedAct(what) => {
            past(what.at, at)?;
            Ok(breach_case(document, (what.by, at)))
        }
        Record::Removal(_) => Ok(rule!(document, RemovalOfIndividual)
            .map(|(article, rule)| {
                owed(article, (Step::Left, Side::Guest), at, rule.leave_within_ms)
            })
            .into_iter()
            .collect()),
        Record::PublicStatement(what) => statement(document, what, opening),
        Record::Committee(what) => quorum(document, what),
        Record::Review(what) => Ok(rule!(document, ReviewExercisesKpis)
            .map(|(article, rule)| owed(article, (Step::Corrected, what.by), at, rule.action_ms))
            .into_iter()
            .collect()),
        Record::Drill(_) | Record::ServiceReport(_) | Record::LicenceAudit(_) => Ok(Vec::new()),
    }
}

// What happened has happened, give or take the clocks.
fn past(what: Moment, now: Moment) -> Result<(), Refusal> {
    if what <= now.plus_ms(CLOCK_SKEW_MAX_MS) {
        return Ok(());
    }
    Err(no(Reason::OutOfTime, "it lies in the future"))
}

fn force(document: &Document, (by, at): (Side, Moment)) -> Vec<Owed> {
    let Some((article, rule)) = rule!(document, UseOfForce) else { return Vec::new() };
    vec![
        owed(article, (Step::Reported, by), at, rule.report_within_ms),
        owed(article, (Step::Reviewed, by), at, rule.review_within_ms),
    ]
}

fn complaint(document: &Document, what: &Complaint, at: Moment) -> Result<Vec<Owed>, Refusal> {
    let Some((article, rule)) = rule!(document, ComplaintsAndRights) else {
        return Ok(Vec::new());
    };
    if what.complainant.is_none() && !rule.anonymous {
        return Err(no(Reason::NotPermitted, "a complaint names its pseudonym"));
    }
    Ok(vec![owed(article, (Step::Answered, what.against), at, rule.answer_within_ms)])
}

fn arrival(
    document: &Document,
    what: &Arrival,
    (side, at): (Side, Moment),
) -> Result<Vec<Owed>, Refusal> {
    past(what.at, at)?;
    let Some((article, rule)) = rule!(document, EntryExitCustoms) else { return Ok(Vec::new()) };
    if !rule.ports.contains(&what.port) {
        return Err(no(Reason::NotPermitted, format!("`{}` is no port", what.port)));
    }
    if rule.serials_declared && what.serials.is_none() {
        return Err(no(Reason::BadText, "the serial numbers are declared"));
    }
    Ok(vec![owed(article, (Step::Reported, side), what.at, rule.declare_within_ms)])
}

// A meeting owes nothing more, if it was one.
fn quorum(document: &Document, what: &CommitteeMet) -> Result<Vec<Owed>, Refusal> {
    let Some((_, rule)) = rule!(document, JointCommittee) else { return Ok(Vec::new()) };
    if what.host_members.min(what.guest_members) >= rule.quorum_each {
        return Ok(Vec::new());
    }
    Err(no(Reason::BadNumber, format!("{} of each side", rule.quorum_each)))
}

fn restriction(
    document: &Document,
    what: &Restriction,
    (side, at): (Side, Moment),
) -> Result<Vec<Owed>, Refusal> {
    let Some((article, rule)) = rule!(document, ComplaintsAndRights) else {
        return Ok(Vec::new());
    };
    let lasts = what.until.ms_since(at);
    if lasts <= 0 || lasts > rule.restriction_ms_max {
        let most = rule.restriction_ms_max / 3_600_000;
        return Err(no(Reason::BadNumber, format!("it ends within {most} h, or is renewed")));
    }
    Ok(vec![owed(article, (Step::Lifted, side), at, lasts)])
}

fn claim(document: &Document, what: &Claim, at: Moment) -> Result<Vec<Owed>, Refusal> {
    let Some((article, rule)) = rule!(document, ClaimsAndCompensation) else {
        return Ok(Vec::new());
    };
    let award = rule.awards.iter().find(|award| award.harm == what.harm);
    let award = award.ok_or_else(|| no(Reason::NotPermitted, "the schedule has no such harm"))?;
    let due = award.amount.saturating_mul(u64::from(what.count));
    if what.count == 0 || what.amount != due {
        let detail = format!("the schedule gives {due} {}", rule.currency);
        return Err(no(Reason::BadNumber, detail));
    }
    Ok(vec![owed(article, (Step::Paid, rule.payer), at, rule.pay_within_ms)])
}

// The scene is the host's: it reports, and it deals with who failed.
fn investigation(document: &Document, at: Moment) -> Vec<Owed> {
    let Some((article, rule)) = rule!(document, JointInvestigation) else { return Vec::new() };
    vec![
        owed(article, (Step::Preliminary, Side::Host), at, rule.preliminary_ms),
        owed(article, (Step::Disciplined, Side::Host), at, rule.discipline_ms),
    ]
}

fn transfer(
    document: &Document,
    what: &EquipmentTransfer,
    at: Moment,
) -> Result<Vec<Owed>, Refusal> {
    let Some((article, rules)) = rule!(document, CapacityBuilding) else { return Ok(Vec::new()) };
    let place = usize::try_from(what.line).ok().and_then(|line| line.checked_sub(1));
    let line = place.and_then(|place| rules.get(place));
    let line = line.ok_or_else(|| no(Reason::BadNumber, format!("{} lines", rules.len())))?;
    if what.quantity == 0 || what.quantity > line.quantity {
        return Err(no(Reason::BadNumber, format!("at most {}", line.quantity)));
    }
    Ok(vec![owed(article, (Step::EndUseChecked, Side::Guest), at, line.end_use_check_ms)])
}

// Told in time, and the receipt signed within as long again.
fn warning(
    document: &Document,
    what: &WarningGiven,
    (side, at): (Side, Moment),
) -> Result<Vec<Owed>, Refusal> {
    past(what.known_at, at)?;
    let Some((article, rules)) = rule!(document, DutyToWarn) else { return Ok(Vec::new()) };
    let covers = rules.iter().filter(|rule| rule.severity <= what.severity);
    let Some(rule) = covers.min_by_key(|rule| rule.within_ms) else { return Ok(Vec::new()) };
    if let Some(role) = rule.to.iter().find(|role| !what.addressed.contains(role)) {
        return Err(no(Reason::NotOnTheList, format!("{role:?} is told too")));
    }
    Ok(vec![
        owed(article, (Step::Reported, side), what.known_at, rule.within_ms),
        owed(article, (Step::Received, side.other()), at, rule.within_ms),
    ])
}

fn support(document: &Document, what: &SupportRequested, at: Moment) -> Result<Vec<Owed>, Refusal> {
    let Some((article, rules)) = rule!(document, HostSupport) else { return Ok(Vec::new()) };
    let rule = rules.iter().find(|rule| rule.service == what.service);
    let rule = rule.ok_or_else(|| no(Reason::NotPermitted, "the host does not provide it"))?;
    if what.amount == 0 || what.amount > rule.amount {
        return Err(no(Reason::BadNumber, format!("at most {}", rule.amount)));
    }
    Ok(vec![owed(article, (Step::Provided, Side::Host), at, rule.within_ms)])
}

// A forbidden act is answered as a complaint is, and dealt with as an incident is.
fn breach_case(document: &Document, (by, at): (Side, Moment)) -> Vec<Owed> {
    let answer = rule!(document, ComplaintsAndRights)
        .map(|(article, rule)| owed(article, (Step::Answered, by), at, rule.answer_within_ms));
    let discipline = rule!(document, JointInvestigation)
        .map(|(article, rule)| owed(article, (Step::Disciplined, by), at, rule.discipline_ms));
    answer.into_iter().chain(discipline).collect()
}

fn statement(
    document: &Document,
    what: &PublicStatement,
    opening: Opening<'_>,
) -> Result<Vec<Owed>, Refusal> {
    let Some((_, rule)) = rule!(document, PublicStatements) else { return Ok(Vec::new()) };
    if !rule.spoken_by.iter().any(|role| opening.roles.contains(role)) {
        return Err(no(Reason::NotYourRole, format!("{:?} speak", rule.spoken_by)));
    }
    let from = opening.at.plus_ms(rule.delay_ms);
    if what.publish_at < from {
        return Err(no(Reason::TooEarly, format!("not before {from}")));
    }
    Ok(Vec::new())
}

/// What a step adds to what is owed: a renewal runs out again, a dispute wants a correction.
pub fn more(
    document: &Document,
    (kind, step): (RecordKind, Step),
    (opener, at): (Side, Moment),
) -> Option<Owed> {
    match (kind, step) {
        (RecordKind::Restriction, Step::Renewed) => {
            let (article, rule) = rule!(document, ComplaintsAndRights)?;
            Some(owed(article, (Step::Lifted, opener), at, rule.restriction_ms_max))
        }
        (RecordKind::PublicStatement, Step::Disputed) => {
            let (article, rule) = rule!(document, PublicStatements)?;
            Some(owed(article, (Step::Corrected, opener), at, rule.correct_within_ms))
        }
        (_, _) => None,
    }
}
