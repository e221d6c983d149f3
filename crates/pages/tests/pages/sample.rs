//! One view of every page, with enough in it to show every part.

use std::fmt::Debug;
use std::str::FromStr;

use folio::agreement::{self, Ruled, Signature, Suspension, Trial};
use folio::duty;
use folio::family::{self, Family, Kin, Upper};
use folio::life::{Condition, Ending, Life, Phase, Reached, Step as Passed, Version};
use folio::meaning::{self, Answer, Finding, Meaning, Sure};
use folio::record;
use folio::review::{
    self, Agency, Change, Check, CheckKind, Hand, May, Panel, Redlined, Run, Standing,
};
use folio::rungs::{self, Cell, Closure, Reach, RungState};
use folio::standing::{self, Company, Emergency, Item, Officers, Validity};
use maud::Markup;
use pages::alarm::{Alarm, AlarmState, AlarmStep};
use pages::consent::{self, Asked, Effect, Lease, Order, Request, RequestState, TaskState};
use pages::ledger::{self, Agreed, Breach, Cosigned, Finality, Head};
use pages::letters::{self, Letter};
use pages::me::{self, Leg, Seer, Sos};
use pages::movement::{self, CheckIn, Disclosed, Draw, Drawer, Drawn, GateLine, Mark, Step};
use pages::movements::{self, Row};
use pages::passes::{self, Pass};
use pages::signin::{self, Officer};
use pages::statement::{self, Body, Gone, Proof};
use pages::watch::{self, Headcount, Presence, Rate, Threat, Uncounted};
use sheet::form::{Choice, Fill, Next};
use sheet::frame::{Frame, Heard, Page, SignedIn, Theme};
use sheet::problem::{self, Kind};
use sheet::verdict::{Article, Fact, Nearest, Verdict, Whose};
use tongue::speech::Lang;
use words::act::{KeyKind, Names, Scope};
use words::audience::Audience;
use words::clause::{Instrument, Training};
use words::deployment::{Subject, Terms};
use words::hash::{Hash, KeyId, StatementId};
use words::id::{PersonId, ZoneId};
use words::letter::ErasureRule;
use words::lint::LintSeverity;
use words::moment::{Moment, Window};
use words::movement::Stage;
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::record::{RecordKind, Step as Owing};
use words::refusal::{Reason, Refusal};
use words::review::Circle;
use words::role::{Role, Side};
use words::standing::Beside;

/// The minute and the route that nobody may know early.
pub(crate) const SECRET_ROUTE: &str = "by the old canal bridge";

// Any id of the samples.
fn id<T: FromStr>(text: &str) -> T
where
    T::Err: Debug,
{
    text.parse().expect("the samples hold only good ids")
}

/// The server's clock: 13:05 PKT.
pub(crate) fn now() -> Moment {
    Moment::parse("2026-11-23T08:05:00Z").expect("it is a date")
}

/// So many minutes from now.
pub(crate) fn min(minutes: i64) -> Moment {
    now().plus_ms(minutes * 60_000)
}

fn hours(from: i64, to: i64) -> Window {
    Window::new(min(from * 60), min(to * 60)).expect("it ends after it starts")
}

pub(crate) fn names(en: &str, zh: &str, ur: &str) -> Names {
    Names { en: en.into(), zh: zh.into(), ur: ur.into() }
}

pub(crate) fn frame(lang: Lang, page: Page) -> Frame {
    Frame {
        lang,
        theme: Theme::Auto,
        party_id: id("host.example"),
        party_name: names("Hostland", "东道之国", "میزبان ملک"),
        side: Side::Host,
        page,
        exercise: true,
        speed: 10,
        now: now(),
        signed_in: Some(SignedIn {
            person: id("h-017"),
            name: "Major Amin".into(),
            roles: vec![Role::WatchOfficer, Role::ConsentOfficer],
            key: KeyKind::Ed25519,
        }),
        nonce: "bm9uY2U".into(),
        version: "0.1.0".into(),
        query: "id=annex-k".into(),
        host_heard: Some(Heard { age_ms: 4_000, limit_ms: 60_000 }),
        hindrance: None,
        zones: Vec::new(),
    }
}

pub(crate) fn alarm(state: AlarmState) -> Alarm {
    Alarm {
        id: id("sos/wang/1"),
        kind: "sos".into(),
        priority: 1,
        unit: Some(id("u-3")),
        label: "Wang <Lei>".into(),
        movement: Some(id("m-014")),
        raised: min(-2),
        act_by: Some(min(1)),
        state,
        returned: false,
        steps: vec![AlarmStep {
            state: AlarmState::Noted,
            who: "Cpt. Li".into(),
            at: min(-1),
            words: String::new(),
        }],
    }
}

pub(crate) fn row(name: &str, worst: Option<u8>) -> Row {
    Row {
        id: id(name),
        state: "under_way".into(),
        zone: id("airport"),
        window: hours(-1, 2),
        seats: 12,
        unit: Some(id("u-3")),
        consent_until: Some(min(90)),
        alarms: u32::from(worst.is_some()),
        worst,
    }
}

pub(crate) fn watch() -> watch::View {
    watch::View {
        alarms: vec![alarm(AlarmState::Handled), alarm(AlarmState::Raised)],
        rate: Rate { last_10_min: 12, last_hour: 14, flood: true },
        headcount: Headcount {
            accounted: 1_283,
            enrolled: 1_284,
            uncounted: vec![Uncounted {
                unit: id("u-9"),
                label: "Liu Min".into(),
                phone: Some("+923001234567".into()),
                last: Some((min(-40), "owntracks".into())),
            }],
        },
        movements: vec![row("m-002", None), row("m-014", Some(1)), row("m-001", None)],
        presence: vec![Presence {
            zone: id("airport"),
            category: Category::Police,
            rung: Rung::Advise,
            present: 3,
            ceiling: 4,
        }],
        unconsented_minutes: 0,
        threat: Threat { incidents: 41, days: 90, killed: (12, 19), injured: (30, 30) },
    }
}

pub(crate) fn movements() -> movements::View {
    let zones = [Choice { value: "airport".into(), label: "Airport".into() }];
    let notice = Fill::of("agreement", "annex-k").choosing("zone", &zones);
    movements::View { rows: vec![row("m-014", Some(2))], notice: Some(notice) }
}

fn drawer(party: &str, revealed: Option<Moment>) -> Drawer {
    Drawer { party: party.into(), committed: Some(min(-60)), revealed }
}

/// A movement before its draw: everything that could leak is in the view, nothing may be shown.
pub(crate) fn movement() -> movement::View {
    let step = |state: &str, mark, plan, real| Step { state: state.into(), mark, plan, real };
    movement::View {
        id: id("m-014"),
        state: "sealed".into(),
        reason: String::new(),
        order: order(),
        consent_until: Some(min(90)),
        steps: vec![
            step("consented", Mark::Done, None, Some(min(-300))),
            step("drawn", Mark::Now, Some(min(20)), None),
            step("under_way", Mark::Sealed, Some(min(47)), None),
        ],
        checkins: vec![CheckIn { label: "Bridge <7>".into(), at: min(-3) }],
        disclosures: vec![Disclosed {
            stage: Stage::Route,
            roles: vec![Role::EscortLeader, Role::Driver],
            not_before: min(35),
            content: Some(SECRET_ROUTE.into()),
        }],
        draw: Draw {
            at: Some(min(20)),
            drawers: vec![drawer("Hostland", Some(min(-1))), drawer("Guestland", None)],
            faults: Vec::new(),
            failed: None,
            result: Some(Drawn { minute: min(47), route: id("r-2"), label: SECRET_ROUTE.into() }),
            command: "safeconduct verify draw m-014".into(),
        },
        gate: vec![
            GateLine { fact: "consent_live".into(), green: true, value: "90 min".into() },
            GateLine { fact: "drawn".into(), green: false, value: "1/2".into() },
        ],
        passes: vec![pass()],
        next: nexts(),
    }
}

fn order() -> movement::Order {
    movement::Order {
        zone: id("airport"),
        window: hours(0, 3),
        seats: 12,
        armour: ArmourClass::BulletProof,
        escorts: 2,
        purpose: Some(Purpose::ProtectPersons),
        criticality: Some(Criticality::Pc2),
        risk: Some(Risk::Medium),
        risk_note: "no incident in 14 days".into(),
    }
}

fn pass() -> Pass {
    Pass {
        id: id("p-1"),
        holder: id("u-3"),
        label: "Wang Lei".into(),
        appearance: "grey jacket".into(),
        headcount: 4,
        task: Task::CloseProtection,
        arms: ArmsClass::Sidearm,
        serials: vec!["K-48213".into()],
        strip: vec![17, 4815],
        vehicle: Some("LES-4471".into()),
        zone: id("airport"),
        window: hours(0, 3),
        countersigned: false,
        revoked: None,
        qr_svg: Some("<svg viewBox=\"0 0 1 1\"><path d=\"M0 0h1\"/></svg>".into()),
    }
}

fn nexts() -> Vec<Next> {
    let next = |act: &str, fill| Next { act: act.into(), fill };
    vec![
        next("movement_assessed", Fill::default()),
        next("departed", Fill::of("green", "armour gap")),
        next("movement_halted", Fill::default()),
        next("stage_released", Fill::of("stage", "route")),
        next("pass_countersigned", Fill::of("pass", "p-1")),
    ]
}

pub(crate) fn article() -> Article {
    Article {
        number: "4(1)".into(),
        heading: names("Ceilings", "上限", "حدود"),
        text: names("At most four.", "最多四人。", "زیادہ سے زیادہ چار۔"),
    }
}

pub(crate) fn verdict(allow: bool) -> Verdict {
    Verdict {
        allow,
        articles: vec![article()],
        reasons: if allow { vec![] } else { vec![Reason::CeilingReached] },
        facts: vec![Fact { name: "Persons".into(), value: "5 of at most 4".into() }],
        nearest: (!allow).then(|| Nearest {
            whose: Whose::Asker,
            changes: vec!["Bring 1 fewer, or stand others down first.".into()],
        }),
        detail: vec!["ask for one person less".into()],
    }
}

fn request(deadline: i64, name: &str, allow: bool) -> Request {
    Request {
        subject: Subject::Deployment(id(name)),
        asked: Asked::Deployment(Terms {
            zone: id("airport"),
            category: Category::Police,
            task: Task::Advise,
            rung: Rung::Advise,
            arms: ArmsClass::Unarmed,
            headcount: 4,
            vehicles: 1,
            sensing: None,
            window: hours(1, 9),
        }),
        purpose: Purpose::ProtectPersons,
        by: "Col. Chen".into(),
        at: min(-30),
        deadline: Some(min(deadline)),
        state: RequestState::Waiting,
        reason: String::new(),
        verdict: verdict(allow),
        grant: Fill::of("hours", 8).with("headcount_max", 4),
    }
}

pub(crate) fn consent() -> consent::View {
    let unit = Choice { value: "u-3".into(), label: "Wang Lei".into() };
    consent::View {
        requests: vec![request(120, "d-2", true), request(15, "d-1", false)],
        leases: vec![Lease {
            consent: id("c-1"),
            subject: Subject::Movement(id("m-014")),
            headcount_max: 12,
            from: min(-60),
            until: min(90),
            waits: None,
            effect: Effect { tasks: 1, movements: 2, passes: 5 },
            renew: Fill::of("hours", 4),
        }],
        orders: vec![Order {
            task: id("t-1"),
            deployment: id("d-1"),
            units: vec![id("u-3")],
            window: hours(0, 8),
            state: TaskState::Running,
        }],
        zones: vec![Choice { value: "airport".into(), label: "Airport".into() }],
        request: Fill::of("agreement", "annex-k"),
        deployments: vec![Choice { value: "d-1".into(), label: "d-1".into() }],
        units: vec![unit],
    }
}

fn airport() -> (ZoneId, Names) {
    (id("airport"), names("Airport", "机场", "ہوائی اڈا"))
}

fn rung_step(rung: Rung, closures: Vec<Closure>) -> rungs::Step {
    let effect = rungs::Effect { tasks: 2, persons: 6, leases: 3 };
    let opened = closures.is_empty().then(|| ("h-017".to_owned(), min(-90)));
    let reaches = vec![
        Reach { zone: None, effect },
        Reach { zone: Some(airport()), effect: rungs::Effect::default() },
    ];
    rungs::Step { rung, consented: 8, on_duty: 6, closures, opened, reaches }
}

fn shut(zone: Option<(ZoneId, Names)>) -> Closure {
    Closure { zone, by: "h-017".into(), at: min(-4), reason: "a parade <today>".into() }
}

pub(crate) fn rungs() -> rungs::View {
    let cell = |rung: &Rung| Cell {
        rung: *rung,
        permitted: *rung <= Rung::TechnicalFeed,
        closed: *rung == Rung::Observe || *rung == Rung::Advise,
        consented: if *rung == Rung::Inform { 8 } else { 0 },
        on_duty: u32::from(*rung == Rung::Inform || *rung == Rung::Advise),
    };
    let row = rungs::Row {
        category: Category::Technical,
        permitted: Some((Rung::TechnicalFeed, "9".into())),
        ceiling: 1,
        cells: Rung::ALL.iter().map(cell).collect(),
    };
    let (zone, names) = airport();
    let board = rungs::Board {
        agreement: id("annex-k"),
        steps: vec![
            rung_step(Rung::Inform, Vec::new()),
            rung_step(Rung::Observe, vec![shut(Some(airport()))]),
            rung_step(Rung::Advise, vec![shut(None)]),
        ],
        places: vec![rungs::Place { zone, names, rows: vec![row] }],
    };
    let states: Vec<RungState> = board.steps.iter().map(rungs::Step::state).collect();
    assert_eq!(states, [RungState::Open, RungState::ClosedInPart, RungState::Closed]);
    rungs::View { boards: vec![board], standing: standing() }
}

fn item(accreditation: &str, state: Validity) -> Item {
    Item {
        accreditation: id(accreditation),
        unit: "Wang Lei".into(),
        category: Category::PrivateSecurity,
        item: Training::UseOfForce,
        company: Some(id("guards")),
        until: min(600),
        state,
        reason: if state == Validity::Withdrawn { "expelled".into() } else { String::new() },
    }
}

fn standing() -> standing::View {
    let states = Validity::ALL.iter().enumerate();
    let company = Company {
        company: id("guards"),
        name: "Exercise Guards".into(),
        categories: vec![Category::PrivateSecurity, Category::Driver],
        audited: min(-9_000),
        insured: true,
        until: min(9_000),
        state: Validity::Counts,
        reason: String::new(),
    };
    let beside =
        |beside: Beside| Officers { beside, officers: 2, until: min(60), by: "h-017".into() };
    let units = [Choice { value: "u-3".into(), label: "Wang Lei".into() }];
    let categories = [Choice { value: "driver".into(), label: "Driver".into() }];
    standing::View {
        agreement: Some(id("annex-k")),
        items: states.map(|(n, state)| item(&format!("i-{n}"), *state)).collect(),
        companies: vec![company],
        officers: vec![beside(Beside::Task(id("t-1"))), beside(Beside::Deployment(id("d-1")))],
        emergencies: vec![Emergency {
            zone: Some(airport()),
            reason: "flood".into(),
            by: "h-017".into(),
            until: min(30),
            ours: true,
        }],
        declares: true,
        accredit: Fill::default().choosing("unit", &units),
        license: Fill::default().choosing("categories", &categories),
        assign: Fill::of("hours", 8),
        declare: Fill::of("agreement", "annex-k"),
    }
}

fn relatives() -> Family {
    let kin = |name: &str, instrument, under: Option<&str>, here| Kin {
        id: id(name),
        title: name.to_owned(),
        instrument,
        under: under.map(id),
        state: family::State::InForce,
        unfit: under.map(|_| "article A1 names the zone `x`".to_owned()),
        here,
    };
    Family {
        kin: vec![
            kin("close-protection", Instrument::Agreement, None, false),
            kin("annex-k", Instrument::Annex, Some("close-protection"), true),
        ],
        exchanged: Some(names("Guestland", "派遣之国", "مہمان ملک")),
    }
}

pub(crate) fn agreement() -> agreement::View {
    let signed = Some(("Amb. Noor".to_owned(), min(-9_000)));
    agreement::View {
        id: id("annex-k"),
        title: names("Annex K", "附件 K", "ضمیمہ K"),
        text: Hash([7; 32]),
        state: family::State::SuspendedInPart,
        signatures: vec![
            Signature { party: names("Hostland", "东道之国", "میزبان ملک"), signed },
            Signature {
                party: names("Guestland", "派遣之国", "مہمان ملک"), signed: None
            },
        ],
        suspensions: vec![Suspension {
            scope: Scope::Category(Category::PrivateSecurity),
            by: "Amb. Noor".into(),
            at: min(-90),
            reason: "under review".into(),
            ours: true,
        }],
        articles: vec![Ruled {
            article: article(),
            rules: vec!["forbid (…);".into()],
            restricted: true,
        }],
        zones: vec![Choice { value: "airport".into(), label: "Airport".into() }],
        may_sign: true,
        signed_by_us: false,
        trial: Trial {
            deeds: vec!["deploy".into(), "enter".into()],
            fill: Fill::of("deed", "enter"),
            verdict: Some(verdict(false)),
        },
        life: life(),
        family: relatives(),
        suspendable: vec![
            Scope::Whole,
            Scope::Zone(id("airport")),
            Scope::Category(Category::Police),
            Scope::Clause("9".into()),
            Scope::Person(id("u-3")),
        ],
        redacted: Some("/agreement/redacted?id=annex-k".into()),
    }
}

fn life() -> Life {
    let step = |phase, reached, at| Passed { phase, reached, at };
    Life {
        agreement: id("annex-k"),
        text: Hash([7; 32]),
        steps: vec![
            step(Phase::Drafted, Reached::Done, Some(min(-9_900))),
            step(Phase::Circulated, Reached::Now, Some(min(-9_600))),
            step(Phase::Signed, Reached::Open, None),
        ],
        conditions: vec![Condition {
            name: "ratified".into(),
            words: names("Ratified by the host", "东道国批准", "میزبان کی منظوری"),
            by: names("Hostland", "东道之国", "میزبان ملک"),
            met: None,
            ours: true,
        }],
        versions: vec![Version {
            text: Hash([7; 32]),
            phase: Phase::Circulated,
            at: min(-9_600),
            shown: true,
        }],
        ending: Some(Ending {
            by: "Amb. Noor".into(),
            at: min(-60),
            reason: "no longer needed".into(),
            from: min(1_380),
            survivors: vec!["personal_data".into()],
        }),
        may_end: true,
    }
}

fn remark(circle: Circle, words: &str) -> review::Remark {
    review::Remark {
        circle,
        by: "Amb. Noor".into(),
        party: names("Hostland", "东道之国", "میزبان ملک"),
        at: min(-40),
        words: words.into(),
        address: "/ledger/host.example/814".into(),
    }
}

fn panel(circle: Circle, ours: bool) -> Panel {
    let agency = |name: &str, standing, remark: &str| Agency {
        name: name.into(),
        standing,
        said: (!remark.is_empty()).then(|| ("Major Amin".into(), min(-50))),
        articles: vec!["4(1)".into()],
        remark: remark.into(),
    };
    let party = names("Hostland", "东道之国", "میزبان ملک");
    let agencies = vec![
        agency("Interior", Standing::Object, "ten is too many"),
        agency("Defence", Standing::Silent, ""),
        agency("Treasury", Standing::Open, ""),
    ];
    Panel { party, circle, ours, until: min(600), agencies }
}

pub(crate) fn review() -> review::View {
    let words = vec![
        Run::Kept("At most ".into()),
        Run::Removed("ten".into()),
        Run::Added("four".into()),
        Run::Kept(" persons.".into()),
    ];
    let party = |host: bool| {
        if host {
            names("Hostland", "东道之国", "میزبان ملک")
        } else {
            names("Guestland", "派遣之国", "مہمان ملک")
        }
    };
    let hand = |host: bool| Hand { party: party(host), initialled: None, signed: None, ours: host };
    review::View {
        title: "Annex K".into(),
        life: life(),
        upper: Some(Upper {
            id: id("close-protection"),
            title: Some("Close protection".into()),
            text: Some(Hash([5; 32])),
            state: Some(family::State::InForce),
        }),
        against: Some(Hash([6; 32])),
        parties: (party(true), party(false)),
        hands: vec![hand(true), hand(false)],
        panels: vec![panel(Circle::Internal, true), panel(Circle::Shared, false)],
        checks: vec![
            Check { kind: CheckKind::Parses, trouble: None },
            Check { kind: CheckKind::Compiles, trouble: Some("no ceiling".into()) },
        ],
        findings: findings(),
        meaning: Some(meaning()),
        articles: vec![Redlined {
            number: "4(1)".into(),
            heading: "Ceilings".into(),
            change: Change::Changed,
            restricted: true,
            words: words.clone(),
            file: words,
            remarks: vec![remark(Circle::Internal, "we can give way here")],
        }],
        remarks: vec![remark(Circle::Shared, "a good text")],
        source: "agreement = \"annex-k\"\n".into(),
        may: May { note: true, share: true, sign: true, circulate: false },
    }
}

fn findings() -> Vec<Finding> {
    vec![Finding {
        severity: LintSeverity::Warning,
        article: Some("8".into()),
        what: "This ceiling bounds nothing: police.".into(),
        remedy: "Set a number that a watch officer can count.".into(),
    }]
}

fn meaning() -> Meaning {
    let gained = meaning::Request {
        deed: "order_task",
        zone: id("airport"),
        facts: vec![("category", "police".into()), ("consent_live", "true".into())],
        old: Answer { allows: false, articles: vec!["8".into()] },
        new: Answer { allows: true, articles: vec!["9".into()] },
    };
    Meaning {
        sure: Sure::Found,
        gained: vec![gained],
        lost: Vec::new(),
        notes: vec![meaning::Note::NoLoss],
        solver: true,
    }
}

fn ledger_row() -> ledger::Row {
    ledger::Row {
        party: id("host.example"),
        index: 812,
        act: "consent_granted".into(),
        by: "Major Amin".into(),
        at: min(-60),
        audience: Audience::Joint,
        finality: Finality::L2,
        void: None,
    }
}

pub(crate) fn ledger() -> ledger::View {
    let void = ledger::Row { void: Some(Reason::NotYourSide), index: 811, ..ledger_row() };
    ledger::View {
        heads: vec![Head {
            party: id("host.example"),
            name: "Hostland".into(),
            own: true,
            size: 813,
            root: Hash([1; 32]),
            heartbeat: min(0).plus_ms(-4_000),
            cosigned: vec![Cosigned { by: "Guestland".into(), at: min(-1), size: 813 }],
            state: Agreed::Equal,
            state_hash: Some(Hash([2; 32])),
        }],
        breaches: vec![Breach {
            party: "Guestland".into(),
            code: "fork".into(),
            at: min(-5),
            heads: vec!["guest.example\n812\n…".into()],
        }],
        silences: vec![ledger::Silence {
            party: "Guestland".into(),
            code: "withheld".into(),
            since: min(-3),
        }],
        evidence: vec!["split-view-0123456789abcdef".into()],
        statements: vec![ledger_row(), void],
        newer: None,
        older: Some("/ledger?before=810".into()),
    }
}

pub(crate) fn statement() -> statement::View {
    statement::View {
        row: ledger_row(),
        id: StatementId([3; 16]),
        key: KeyId([4; 8]),
        kind: Some(KeyKind::PasskeyP256),
        seen: Some((640, Hash([5; 32]))),
        commitment: Hash([6; 32]),
        body: Body::Open("{\n  \"act\": \"consent_granted\"\n}".into()),
        proof: Some(Proof {
            size: 813,
            root: Hash([1; 32]),
            leaf: Hash([8; 32]),
            hashes: vec![Hash([9; 32])],
        }),
        command: "safeconduct verify statement host.example 812".into(),
        next: vec![
            Next { act: "body_revealed".into(), fill: Fill::of("ledger", "host.example") },
            Next { act: "body_erased".into(), fill: Fill::of("ledger", "host.example") },
        ],
        file: Some("/revealed/host.example/812".into()),
    }
}

pub(crate) fn erased() -> statement::View {
    let gone = Gone {
        party: names("Hostland", "东道之国", "میزبان ملک"),
        by: "Amb. Noor".into(),
        at: min(-5),
        rule: Some(ErasureRule::Court),
        reason: "order 12".into(),
    };
    statement::View { body: Body::Erased(vec![gone]), ..statement() }
}

pub(crate) fn letters() -> letters::View {
    let letter = Letter {
        party: names("Hostland", "东道之国", "میزبان ملک"),
        by: "Major Amin".into(),
        ours: true,
        at: min(-5),
        readers: Audience::Named(vec![PersonId::new("guest/li").unwrap()]),
        subject: "The doctor".into(),
        words: "He is ill.".into(),
        about: Some(("m-1".into(), "/m/m-1".into())),
        address: "/ledger/host.example/812".into(),
    };
    let both = Letter { readers: Audience::Joint, ours: false, about: None, ..letter.clone() };
    let persons = [Choice { value: "guest/li".into(), label: "guest/li".into() }];
    let about = [Choice { value: String::new(), label: "–".into() }];
    let fill = Fill::default().choosing("persons", &persons).choosing("about", &about);
    letters::View { letters: vec![letter, both], write: Some(fill) }
}

pub(crate) fn me() -> me::View {
    me::View {
        leg: Some(Leg { at: min(25), meet: "North gate".into(), not_before: min(-5) }),
        checkin_due: Some(min(55)),
        last_sent: Some(min(-1)),
        sos: Some(Sos {
            at: min(-3),
            noted: Some(("Cpt. Li".into(), min(-2))),
            action: "patrol on its way".into(),
        }),
        seen_by: vec![Seer { party: "Hostland".into(), role: Role::WatchOfficer, until: min(180) }],
        sms: Some("+923001234567".into()),
    }
}

pub(crate) fn signin() -> signin::View {
    signin::View {
        officers: vec![Officer {
            person: id("h-017"),
            name: "Major Amin".into(),
            roles: vec![Role::WatchOfficer, Role::ConsentOfficer],
        }],
        hint: Some("open sesame".into()),
        then: Some("/consent".into()),
        failed: true,
    }
}

pub(crate) fn problem() -> problem::View {
    problem::View {
        kind: Kind::Refused,
        refusal: Some(Refusal::new(Reason::GateRed, "red: drawn").citing("6(2)")),
        articles: vec![article()],
        request: "r-77".into(),
    }
}

fn duty_line(id: &str, state: duty::State, next: Option<duty::Next>) -> duty::Line {
    let turn = id.starts_with("calendar").then_some(2);
    duty::Line {
        id: self::id(id),
        kind: if turn.is_some() { RecordKind::Committee } else { RecordKind::Complaint },
        step: if turn.is_some() { Owing::Held } else { Owing::Answered },
        record: turn.is_none().then(|| self::id("r-1")),
        turn,
        owed_by: Side::Host,
        article: Some(article()),
        number: "6(2)".into(),
        due: min(if state == duty::State::Breached { -90 } else { 90 }),
        done: (state == duty::State::Done).then(|| min(-5)),
        state,
        next,
    }
}

pub(crate) fn obligations() -> duty::View {
    let fill = Fill::of("record", "r-1").with("step", "answered");
    let file = duty::Next::File(RecordKind::Committee);
    duty::View {
        lines: vec![
            duty_line("r-2/answered", duty::State::Done, None),
            duty_line("calendar/ab/committee/2", duty::State::Open, Some(file)),
            duty_line("r-1/answered", duty::State::Breached, Some(duty::Next::Answer(fill))),
        ],
        side: Some(Side::Host),
        counts: duty::Counts { open: 1, day: 1, breached: 1, kept: 1 },
    }
}

fn record_row() -> record::Row {
    record::Row {
        id: id("r-1"),
        kind: RecordKind::Complaint,
        side: Side::Guest,
        at: min(-60),
        state: Some(duty::State::Breached),
    }
}

pub(crate) fn records() -> record::View {
    let fill = Fill::of("agreement", "a").with("at", "2026-11-23T08:00");
    let offer = |kind: &RecordKind| record::Offer { kind: *kind, fill: fill.clone() };
    record::View { rows: vec![record_row()], offers: RecordKind::ALL.iter().map(offer).collect() }
}

pub(crate) fn detail() -> record::Detail {
    record::Detail {
        row: record_row(),
        by: "guest/mei".into(),
        facts: vec!["Wang <Lei>".into()],
        made: vec![record::Made {
            step: Owing::Received,
            side: Side::Host,
            by: "host/kamran".into(),
            at: min(-30),
            detail: "we look into it".into(),
        }],
        owed: obligations().lines,
        next: vec![
            (Owing::Answered, Fill::of("record", "r-1").with("step", "answered")),
            (Owing::Received, Fill::of("record", "r-1").with("step", "received")),
        ],
    }
}

/// Every page in one language, by name.
pub(crate) fn pages(lang: Lang) -> Vec<(&'static str, Markup)> {
    let of = |page| frame(lang, page);
    let guest = Frame { side: Side::Guest, ..of(Page::Consent) };
    let out = Frame { signed_in: None, ..of(Page::Signin) };
    let movement_frame = of(Page::Movement);
    vec![
        ("watch", watch::page(&watch(), &of(Page::Watch))),
        ("movements", movements::page(&movements(), &of(Page::Movements))),
        ("movement", movement::page(&movement(), &movement_frame)),
        ("passes", passes::page(&movement(), &movement_frame)),
        ("consent", consent::page(&consent(), &of(Page::Consent))),
        ("consent of a guest", consent::page(&consent(), &guest)),
        ("rungs", rungs::page(&rungs(), &of(Page::Rungs))),
        ("rungs of a guest", rungs::page(&rungs(), &guest)),
        ("agreement", agreement::page(&agreement(), &of(Page::Agreement))),
        ("obligations", duty::page(&obligations(), &of(Page::Obligations))),
        ("records", record::page(&records(), &of(Page::Records))),
        ("record", record::detail_page(&detail(), &of(Page::Records))),
        ("review", review::page(&review(), &of(Page::Review))),
        ("ledger", ledger::page(&ledger(), &of(Page::Ledger))),
        ("statement", statement::page(&statement(), &of(Page::Statement))),
        ("an erased statement", statement::page(&erased(), &of(Page::Statement))),
        ("keys", pages::keys::page(&crate::keyring::keys(), &of(Page::Keys))),
        ("letters", letters::page(&letters(), &of(Page::Letters))),
        ("me", me::page(&me(), &of(Page::Me))),
        ("sos", me::confirm_page(&of(Page::Me))),
        ("signin", signin::page(&signin(), &out)),
        ("passkey", signin::page(&signin(), &of(Page::Signin))),
        ("problem", problem::page(&problem(), &of(Page::Problem))),
    ]
}
