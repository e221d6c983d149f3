//! Calendars: what an agreement in force asks for again and again.

use article::document::Document;
use article::provision::Provision;
use words::clause::Drill;
use words::duty::Record;
use words::hash::hex;
use words::id::ObligationId;
use words::moment::Moment;
use words::record::{RecordKind, Step};
use words::role::Side;

use crate::obligation::{About, InForce, Obligation, standing};
use crate::record::Duties;
use crate::terms::rule;

/// The agreement names no pace for the report on the host's support: monthly, as ministries do.
pub const SERVICE_REPORT_EVERY_MS: i64 = 30 * 86_400_000;

/// Turns of one calendar that are looked at: a daily one for three years.
const TURNS_MAX: u32 = 1_100;

// What is to be held, how often, and by whom.
#[derive(Debug, Clone, Copy)]
struct Calendar<'a> {
    article: &'a str,
    kind: RecordKind,
    drill: Option<Drill>,
    every_ms: i64,
    // The sides take turns to convene, the host first; or it is always the host's.
    in_turn: bool,
}

impl Calendar<'_> {
    fn word(self) -> String {
        self.drill.map_or_else(|| self.kind.to_string(), |drill| format!("drill:{drill}"))
    }

    fn owed_by(self, turn: u32) -> Side {
        if self.in_turn && turn.is_multiple_of(2) { Side::Guest } else { Side::Host }
    }

    fn holds(self, what: &Record) -> bool {
        let drill = match what {
            Record::Drill(held) => Some(held.drill),
            Record::UseOfForce(_)
            | Record::Detention(_)
            | Record::Complaint(_)
            | Record::Restriction(_)
            | Record::Claim(_)
            | Record::Investigation(_)
            | Record::Loss(_)
            | Record::EquipmentTransfer(_)
            | Record::Warning(_)
            | Record::Support(_)
            | Record::Arrival(_)
            | Record::ProhibitedAct(_)
            | Record::Removal(_)
            | Record::PublicStatement(_)
            | Record::Committee(_)
            | Record::Review(_)
            | Record::ServiceReport(_)
            | Record::LicenceAudit(_) => None,
        };
        what.kind() == self.kind && drill == self.drill
    }
}

fn calendars(document: &Document) -> Vec<Calendar<'_>> {
    let plain = |article, kind, every_ms, in_turn| Calendar {
        article,
        kind,
        drill: None,
        every_ms,
        in_turn,
    };
    let committee = rule!(document, JointCommittee)
        .map(|(article, rule)| plain(article, RecordKind::Committee, rule.every_ms, true));
    let service = rule!(document, HostSupport).map(|(article, _)| {
        plain(article, RecordKind::ServiceReport, SERVICE_REPORT_EVERY_MS, false)
    });
    let audit = rule!(document, PscLicensing)
        .map(|(article, rule)| plain(article, RecordKind::LicenceAudit, rule.audit_ms, false));
    let drills = rule!(document, ReviewExercisesKpis).into_iter().flat_map(|(article, rule)| {
        rule.drills.iter().map(move |drill| Calendar {
            drill: Some(drill.drill),
            ..plain(article, RecordKind::Drill, drill.every_ms, true)
        })
    });
    committee.into_iter().chain(service).chain(audit).chain(drills).collect()
}

/// Every turn of a text's calendars that has begun.
pub(crate) fn turns(duties: &Duties, text: InForce<'_>, at: Moment) -> Vec<Obligation> {
    let of = calendars(text.document).into_iter().filter(|calendar| calendar.every_ms > 0);
    of.flat_map(|calendar| one(duties, text, calendar, at)).collect()
}

fn one(duties: &Duties, text: InForce<'_>, calendar: Calendar<'_>, at: Moment) -> Vec<Obligation> {
    let records = duties.records.values();
    let held: Vec<Moment> = records
        .filter(|kept| &kept.agreement == text.agreement && calendar.holds(&kept.what))
        .map(|kept| kept.at)
        .collect();
    let start =
        |turn: u32| text.since.plus_ms(calendar.every_ms.saturating_mul(i64::from(turn) - 1));
    let end = rule!(text.document, Period).map(|(_, period)| period.window.end());
    let within = |turn: u32| end.is_none_or(|end| start(turn + 1) <= end);
    let begun = (1..=TURNS_MAX).take_while(|turn| start(*turn) <= at && within(*turn));
    let turn = |turn: u32| {
        let (opened, due) = (start(turn), start(turn + 1));
        let short: String = hex(&text.text.0).chars().take(12).collect();
        let id = ObligationId::new(&format!("calendar/{short}/{}/{turn}", calendar.word())).ok()?;
        let timely = held.iter().filter(|held| opened < **held && **held <= due);
        let done = timely.min().copied();
        Some(Obligation {
            state: standing(duties, &id, (opened, due, done), at),
            id,
            agreement: text.agreement.clone(),
            text: text.text,
            article: calendar.article.to_owned(),
            kind: calendar.kind,
            step: Step::Held,
            about: About::Turn(turn),
            owed_by: calendar.owed_by(turn),
            opened,
            due,
            done,
        })
    };
    begun.filter_map(turn).collect()
}
