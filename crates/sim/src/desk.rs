//! Officers at their desks: plausible acts of every kind.

use engine::engine::Engine;
use joint::consent::live;
use joint::movement::{Movement, Standing};
use joint::state::{AlarmState, Deployment, State, TaskOrder};
use wish::{NoticeWish, PassWish, SecretWish, Wish};
use words::act::{Act, AgreementResumed, AgreementSuspended, Scope};
use words::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use words::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, DeploymentRequested, Subject,
    TaskEnded, TaskOrdered, TaskStarted, Terms,
};
use words::id::{AlarmId, ConsentId, DeploymentId, MovementId, SiteId, TaskId, UnitId, ZoneId};
use words::moment::{Moment, Window};
use words::movement::{
    Arrived, Check, CheckedIn, Closed, Debriefed, Departed, Halt, MovementApproved,
    MovementAssessed, MovementHalted, MovementResumed, PassRevoked, Stage,
};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::role::Side;

use crate::chance::Chance;
use crate::party::agreement_id;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Movements that a history carries: each lives for days.
const MOVEMENTS_MAX: usize = 2;
/// Deployments that a history carries: enough to press against a ceiling.
const DEPLOYMENTS_MAX: usize = 7;

/// Guest people stand down, and begin nothing, when the host has been silent this long: well
/// before its consent is taken to have ended, so that they are gone within the time that the
/// agreement gives after a revocation that they could not hear.
pub const SILENCE_MS_MAX: i64 = 4 * MINUTE;
/// After this the node itself refuses, so officers may well try.
const FRESH_MS_MAX: i64 = 22 * MINUTE;

/// What a team may be sent to do: two of five press against a ceiling, one is never permitted.
const TEAMS: [(Category, Task, Rung); 5] = [
    (Category::Police, Task::CloseProtection, Rung::EscortInsideCordon),
    (Category::Police, Task::InnerCordon, Rung::EscortInsideCordon),
    (Category::Liaison, Task::Liaise, Rung::Advise),
    (Category::Technical, Task::TechnicalSurveillance, Rung::TechnicalFeed),
    (Category::ArmedForces, Task::InnerCordon, Rung::Armed),
];

/// One party's desk.
#[derive(Debug)]
pub struct Desk {
    side: Side,
    chance: Chance,
    // Of its own, so that an annex more or less changes no other choice.
    papers: Chance,
    made: u64,
    now: Moment,
    // The host has been silent so long that it may have revoked what still seems to live: its
    // people would have to go before they could hear of it, so an honest guest begins nothing.
    doubts: bool,
    wishes: Vec<Wish>,
}

macro_rules! fresh {
    ($desk:ident, $kind:ident, $prefix:literal) => {{
        $desk.made += 1;
        $kind::new(&format!("{}-{}", $prefix, $desk.made)).expect("a number makes an id")
    }};
}

impl Desk {
    /// The desk of a side in a history.
    pub fn of(side: Side, seed: u64) -> Self {
        let purpose = format!("desk/{side:?}");
        let chance = Chance::of(seed, &purpose);
        let (now, wishes) = (Moment::default(), Vec::new());
        let papers = Chance::of(seed, &format!("papers/{side:?}"));
        Self { side, chance, papers, made: 0, now, doubts: false, wishes }
    }

    /// Whose desk it is.
    pub(crate) fn side(&self) -> Side {
        self.side
    }

    /// Chance for what is done with papers, once in so many times.
    pub(crate) fn papers_one_in(&mut self, many: u64) -> bool {
        self.papers.one_in(many)
    }

    /// What an officer wants to do next, as far as the node shows the world.
    pub fn wish(&mut self, engine: &Engine) -> Option<Wish> {
        self.now = engine.now();
        let silence_ms = engine.peer().map_or(0, |peer| self.now.ms_since(peer.heard()));
        self.doubts = (SILENCE_MS_MAX..FRESH_MS_MAX).contains(&silence_ms);
        self.wishes.clear();
        let state = engine.state();
        match self.side {
            Side::Host => self.host(state),
            Side::Guest => self.guest(state),
        }
        self.both(state);
        self.annex(state);
        self.rungs(state);
        self.chance.pick(&self.wishes).cloned()
    }

    pub(crate) fn want(&mut self, act: impl Into<Act>) {
        self.wishes.push(Wish::Act(Box::new(act.into())));
    }

    fn want_secret(&mut self, wish: SecretWish) {
        self.wishes.push(Wish::Secret(wish));
    }

    fn both(&mut self, state: &State) {
        if self.chance.one_in(4) {
            self.alarms(state);
        }
        let agreement = agreement_id();
        if self.chance.one_in(40) {
            let zone = ZoneId::new("karachi-airport").expect("a zone of the exercise");
            let scopes = [Scope::Whole, Scope::Category(Category::Liaison), Scope::Zone(zone)];
            let scope = self.chance.pick(&scopes).cloned().unwrap_or(Scope::Whole);
            let reason = "exercise".to_owned();
            self.want(AgreementSuspended { agreement: agreement.clone(), scope, reason });
        }
        let known = state.agreements.get(&agreement);
        let ours = known.into_iter().flat_map(|known| known.suspended.keys());
        let side = self.side;
        for suspension in ours.filter(|suspension| suspension.side == side) {
            for _ in 0..6 {
                let (agreement, scope) = (agreement.clone(), suspension.scope.clone());
                self.want(AgreementResumed { agreement, scope });
            }
        }
        for (id, known) in &state.movements {
            self.halts(id, known);
        }
    }

    fn alarms(&mut self, state: &State) {
        let number = self.chance.below(4);
        let alarm = AlarmId::new(&format!("sos/u-{number}/1")).expect("an alarm's id");
        let answered = state.alarms.get(&alarm).cloned().unwrap_or_default();
        match answered {
            AlarmState { noted: None, .. } => self.want(AlarmNoted { alarm }),
            AlarmState { handled: None, .. } => {
                self.want(AlarmHandled { alarm, action: "called them".into() });
            }
            AlarmState { .. } => {
                let outcome = "a drill".to_owned();
                self.want(AlarmResolved { alarm, outcome, incident: None });
            }
        }
    }

    fn halts(&mut self, id: &MovementId, known: &Movement) {
        let movement = id.clone();
        match &known.halt {
            Some((Halt::Held | Halt::Diverted, side, _)) if *side == self.side => {
                for _ in 0..4 {
                    self.want(MovementResumed { movement: movement.clone() });
                }
            }
            Some(_) | None if self.chance.one_in(40) => {
                let hows = [Halt::Held, Halt::Held, Halt::Diverted, Halt::Aborted, Halt::Cancelled];
                let how = self.chance.pick(&hows).copied().unwrap_or(Halt::Held);
                let (reason, side) = ("exercise".to_owned(), self.side);
                self.want(MovementHalted { movement, how, reason, side });
            }
            Some(_) | None => {}
        }
    }

    fn guest(&mut self, state: &State) {
        if state.deployments.len() < DEPLOYMENTS_MAX {
            let wish = self.deployment();
            self.want(wish);
        }
        for (id, known) in &state.deployments {
            let over = known.request.terms.window.end() <= self.now;
            if !over && (known.consent.is_some() || self.chance.one_in(6)) {
                let order = self.order(id, known);
                self.want(order);
            }
        }
        for (task, known) in &state.tasks {
            self.task(task, known);
        }
        if state.movements.len() < MOVEMENTS_MAX {
            let notice = self.notice();
            self.want_secret(SecretWish::Notice(Box::new(notice)));
        }
        for (id, known) in &state.movements {
            for _ in 0..3 {
                self.drive(id, known);
            }
        }
    }

    fn deployment(&mut self) -> DeploymentRequested {
        let team = self.chance.pick(&TEAMS).copied();
        let (category, task, rung) =
            team.unwrap_or((Category::Police, Task::CloseProtection, Rung::EscortInsideCordon));
        let zones =
            ["karachi-port-road", "karachi-port-road", "karachi-airport", "cantonment-north"];
        let zone = self.chance.pick(&zones).copied().unwrap_or("karachi-port-road");
        let start = self.now.plus_ms(self.chance.between(-10, 20) * MINUTE);
        let end = start.plus_ms(self.chance.between(1, 14) * HOUR);
        let headcount = u32::try_from(self.chance.between(0, 7)).unwrap_or(1);
        DeploymentRequested {
            deployment: fresh!(self, DeploymentId, "d"),
            agreement: agreement_id(),
            purpose: Purpose::ProtectPersons,
            terms: Terms {
                zone: ZoneId::new(zone).expect("a zone of the exercise"),
                category,
                task,
                rung,
                arms: ArmsClass::Unarmed,
                headcount,
                vehicles: 1,
                sensing: None,
                window: Window::new(start, end).expect("it lasts an hour or more"),
            },
        }
    }

    fn order(&mut self, id: &DeploymentId, known: &Deployment) -> TaskOrdered {
        let terms = known.request.terms.window;
        let start = terms.start().max(self.now);
        let end = terms.end().min(start.plus_ms(self.chance.between(20, 300) * MINUTE));
        let heads = self.chance.between(1, 5);
        let units = (0..heads).map(|unit| UnitId::new(&format!("u-{unit}")));
        TaskOrdered {
            task: fresh!(self, TaskId, "t"),
            deployment: id.clone(),
            units: units.map(|unit| unit.expect("a number makes an id")).collect(),
            window: Window::new(start, end).unwrap_or(terms),
        }
    }

    fn task(&mut self, task: &TaskId, known: &TaskOrder) {
        let over = known.order.window.end() <= self.now;
        if known.started.is_none() && !over && !self.doubts {
            for _ in 0..3 {
                self.want(TaskStarted { task: task.clone() });
            }
        }
        if known.started.is_some() && known.ended.is_none() {
            self.want(TaskEnded { task: task.clone(), reason: "relieved".into() });
        }
    }

    fn notice(&mut self) -> NoticeWish {
        let ahead = if self.chance.one_in(5) { 3 } else { 25 };
        let day = self.now.plus_ms(ahead * HOUR);
        let window = day.plus_ms(HOUR);
        let span = |start: Moment, hours: i64| {
            Window::new(start, start.plus_ms(hours * HOUR)).expect("it lasts hours")
        };
        NoticeWish {
            movement: fresh!(self, MovementId, "m"),
            agreement: agreement_id(),
            zone: ZoneId::new("karachi-port-road").expect("a zone of the exercise"),
            day: span(day, 12),
            seats: 4,
            dummies: 3,
            armour: ArmourClass::BulletProof,
            escorts: 1,
            purpose: Purpose::ProtectPersons,
            criticality: Criticality::Pc2,
            window: span(window, 2),
        }
    }

    // The next step of a movement's life, and now and then one that comes too early.
    fn drive(&mut self, id: &MovementId, known: &Movement) {
        let movement = id.clone();
        let hasty = self.chance.one_in(10);
        match known.standing {
            Standing::Noticed => self.want_secret(SecretWish::Submit { movement }),
            Standing::Consented => self.want(MovementApproved { movement }),
            Standing::Approved => {
                let (from, to) = ("airport".to_owned(), "port-camp".to_owned());
                self.want_secret(SecretWish::SealPlan {
                    movement,
                    from,
                    to,
                    slot_minutes: 5,
                    gates: Vec::new(),
                });
            }
            Standing::Sealed if hasty => self.want_secret(SecretWish::RevealDraw { movement }),
            Standing::Sealed => self.want_secret(SecretWish::CommitDraw { movement }),
            Standing::Drawn => {
                if hasty {
                    let stage = Stage::Route;
                    self.want_secret(SecretWish::Release { movement: movement.clone(), stage });
                }
                self.want_secret(SecretWish::IssuePass(Box::new(pass(&movement))));
                let departure = self.departure(movement);
                self.want(departure);
            }
            Standing::UnderWay | Standing::Diverted => {
                let site = SiteId::new("bridge").expect("a word makes an id");
                self.want(CheckedIn { movement: movement.clone(), site });
                self.want(Arrived { movement, headcount: 4 });
            }
            Standing::Arrived | Standing::Aborted => {
                self.want(Debriefed { movement, note: "nothing to report".into() });
            }
            Standing::Debriefed | Standing::Cancelled | Standing::Refused => {
                self.want(Closed { movement });
            }
            Standing::Submitted | Standing::Assessed | Standing::Held | Standing::Closed => {
                if hasty {
                    let departure = self.departure(movement);
                    self.want(departure);
                }
            }
        }
    }

    fn departure(&mut self, movement: MovementId) -> Departed {
        let red = self.chance.one_in(3);
        let green = if red { Vec::new() } else { Check::ALL.to_vec() };
        let why = (red && self.chance.one_in(2)).then(|| "ordered from the top".to_owned());
        Departed { movement, green, armour: ArmourClass::BulletProof, override_reason: why }
    }

    fn host(&mut self, state: &State) {
        for (id, known) in &state.deployments {
            let subject = Subject::Deployment(id.clone());
            let terms = &known.request.terms;
            let over = terms.window.end() <= self.now;
            if live(state, &subject, self.now).is_none() && !over {
                for _ in 0..2 {
                    let grant = self.grant(subject.clone(), terms.headcount, terms.window.end());
                    self.want(grant);
                }
                if self.chance.one_in(8) {
                    self.want(ConsentRefused { subject, reason: "not today".into() });
                }
            }
        }
        for (id, known) in &state.consents {
            if known.revoked.is_none() && known.until > self.now {
                let until = known.until.plus_ms(self.chance.between(5, 40) * MINUTE);
                self.want(ConsentRenewed { consent: id.clone(), until });
                if self.chance.one_in(3) {
                    let reason = "exercise".to_owned();
                    self.want(ConsentRevoked { consent: id.clone(), reason });
                }
            }
        }
        for (id, known) in &state.movements {
            for _ in 0..4 {
                self.answer(state, id, known);
            }
        }
        for (id, pass) in &state.passes {
            if !pass.countersigned && pass.revoked.is_none() {
                for _ in 0..3 {
                    self.want_secret(SecretWish::Countersign { pass: id.clone() });
                }
            } else if self.chance.one_in(30) {
                self.want(PassRevoked { pass: id.clone(), reason: "lost".into() });
            }
        }
    }

    fn answer(&mut self, state: &State, id: &MovementId, known: &Movement) {
        let movement = id.clone();
        let subject = Subject::Movement(id.clone());
        let end = known.notice.day.end();
        let alive = live(state, &subject, self.now).is_some();
        match known.standing {
            Standing::Submitted => {
                let risks = [Risk::Low, Risk::Medium, Risk::High, Risk::VeryHigh];
                let risk = self.chance.pick(&risks).copied().unwrap_or(Risk::Medium);
                self.want(MovementAssessed { movement, risk, note: "quiet".into() });
            }
            Standing::Assessed | Standing::Consented | Standing::Approved | Standing::Drawn
                if !alive =>
            {
                let grant = self.grant(subject, 4, end);
                self.want(grant);
            }
            Standing::Sealed => self.want_secret(SecretWish::CommitDraw { movement }),
            Standing::Noticed
            | Standing::Assessed
            | Standing::Consented
            | Standing::Refused
            | Standing::Approved
            | Standing::Drawn
            | Standing::UnderWay
            | Standing::Held
            | Standing::Diverted
            | Standing::Arrived
            | Standing::Debriefed
            | Standing::Closed
            | Standing::Aborted
            | Standing::Cancelled => {}
        }
    }

    fn grant(&mut self, subject: Subject, asked: u32, end: Moment) -> ConsentGranted {
        let long = match subject {
            Subject::Movement(_) => self.now.plus_ms(11 * HOUR),
            Subject::Deployment(_) if self.chance.one_in(12) => self.now.plus_ms(13 * HOUR),
            Subject::Deployment(_) => self.now.plus_ms(self.chance.between(6, 120) * MINUTE),
        };
        let fewer = u32::from(self.chance.one_in(4));
        ConsentGranted {
            consent: fresh!(self, ConsentId, "c"),
            subject,
            until: long.min(end),
            headcount_max: asked.saturating_sub(fewer),
        }
    }
}

fn pass(movement: &MovementId) -> PassWish {
    PassWish {
        movement: movement.clone(),
        holder: UnitId::new("v-01").expect("a word makes an id"),
        appearance: "grey jacket".into(),
        vehicle: "EX-1001".into(),
        task: Task::CloseProtection,
        arms: ArmsClass::Unarmed,
        serials: Vec::new(),
        photo: None,
        phone: None,
    }
}
