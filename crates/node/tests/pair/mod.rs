//! Two ledgers in memory, and a small language in which their officers act.
//!
//! A line is `HH:MM side verb words…`; `lies` after the side skips the judge. The day is the
//! second of October 2024, later days are `+1 HH:MM`.

use std::sync::OnceLock;

use article::root::root;
use joint::asking::Asking;
use joint::state::State;
use ledger::outcome::Outcome;
use ledger::reader::Entry;
use node::audit::{overruns, unconsented_guest_minutes};
use node::fold::Fold;
use node::judge::judge;
use note::key::SigningKey;
use note::statement::Seen;
use pass::basis::Basis;
use pass::claims::Claims;
use route::outcome::pledge;
use veil::halves::lock;
use veil::plan::{Candidate, Core, Plan, PlanHalves, PlanSecrets, guest_halves, host_halves};
use veil::seal::SealingKey;
use words::act::{
    Act, AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended, Names,
    PartyFounded, Scope,
};
use words::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use words::audience::Audience;
use words::clause::Training;
use words::deployment::{
    ConsentGranted, ConsentRefused, ConsentRenewed, ConsentRevoked, DeploymentRequested, Subject,
    TaskEnded, TaskOrdered, TaskStarted, Terms,
};
use words::hash::{Hash, Seed};
use words::id::{
    AccreditationId, AgreementId, AlarmId, CompanyId, ConsentId, DeploymentId, MovementId, PartyId,
    PassId, PersonId, RouteId, TaskId, UnitId, ZoneId,
};
use words::moment::{Moment, Window};
use words::movement::{
    Arrived, CapacityNoticed, Check, Closed, Debriefed, Departed, DrawCommitted, DrawDefaulted,
    DrawRevealed, Fallback, Halt, MovementApproved, MovementAssessed, MovementHalted,
    MovementResumed, MovementSubmitted, PassCountersigned, PassIssued, PlanSealed, Stage,
    StageReleased,
};
use words::presence::{ArmourClass, ArmsClass, Category, Criticality, Purpose, Risk, Rung, Task};
use words::refusal::Refusal;
use words::role::{Role, Side};
use words::standing::{
    AccreditationAccepted, AccreditationWithdrawn, Accredited, Beside, EmergencyDeclared,
    EmergencyEnded, HostOfficersAssigned, LicenceRecorded, LicenceWithdrawn, RungClosed,
    RungOpened,
};

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const DAY_MS: i64 = 86_400_000;

/// Every office at once: what an officer may sign is not what these scripts are about.
pub(crate) const ROLES: [Role; 9] = [
    Role::Root,
    Role::Node,
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
    Role::EscortLeader,
    Role::Analyst,
];

/// A party: its ledger, what its node has folded, and when it last heard the other.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) ledger: Vec<Entry>,
    pub(crate) view: Fold,
    pub(crate) heard: Moment,
}

/// Both parties.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) host: Desk,
    pub(crate) guest: Desk,
    pub(crate) now: Moment,
    pub(crate) together: bool,
}

pub(crate) fn midnight() -> Moment {
    Moment::parse("2024-10-02T00:00:00Z").unwrap()
}

pub(crate) fn agreement() -> AgreementId {
    AgreementId::new("karachi-exercise").unwrap()
}

pub(crate) fn node_key(side: Side) -> SigningKey {
    SigningKey::from_seed(&[if side == Side::Host { 1 } else { 2 }; 32])
}

pub(crate) fn party(side: Side) -> PartyId {
    PartyId::new(if side == Side::Host { "host" } else { "guest" }).unwrap()
}

impl Pair {
    /// Both have founded their ledgers and signed the exercise's agreement. Compiling its rules
    /// takes a while, so it is done once.
    pub(crate) fn agreed() -> Self {
        static AGREED: OnceLock<Pair> = OnceLock::new();
        AGREED.get_or_init(|| Self::agreed_on(AGREEMENT)).clone()
    }

    /// The same under another text of that agreement.
    pub(crate) fn agreed_on(agreed: &str) -> Self {
        let mut pair = Self::founded(party);
        let text = root(agreed);
        let proposed = AgreementProposed { agreement: agreement(), text: agreed.to_owned() };
        pair.say(Side::Host, proposed).unwrap();
        for side in [Side::Host, Side::Guest] {
            pair.say(side, AgreementSigned { agreement: agreement(), text }).unwrap();
        }
        pair
    }

    /// Both have founded their ledgers, the named party on each side, and signed nothing.
    pub(crate) fn founded(named: fn(Side) -> PartyId) -> Self {
        let (host, guest) = (Desk::default(), Desk::default());
        let now = midnight().plus_ms(6 * 3_600_000);
        let mut pair = Self { host, guest, now, together: true };
        for side in [Side::Host, Side::Guest] {
            let name = named(side).to_string();
            pair.say(
                side,
                PartyFounded {
                    party: named(side),
                    names: Names { en: name.clone(), zh: name.clone(), ur: name },
                    side,
                    root: node_key(side).public(),
                    node: node_key(side).public(),
                    sealing: sealing().public(),
                    custody: None,
                },
            )
            .unwrap();
        }
        pair
    }

    pub(crate) fn desk(&mut self, side: Side) -> &mut Desk {
        match side {
            Side::Host => &mut self.host,
            Side::Guest => &mut self.guest,
        }
    }

    pub(crate) fn state(&self) -> &State {
        self.host.view.state()
    }

    /// Judges on the author's own view, then says it.
    pub(crate) fn say(&mut self, side: Side, act: impl Into<Act>) -> Result<(), Refusal> {
        let act = act.into();
        let entry = self.entry(side, act.clone());
        let asking = Asking {
            by: &entry.by,
            key: entry.key,
            roles: &entry.roles,
            side,
            at: entry.at,
            heard: entry.seen.at,
            index: entry.index,
            seen: entry.seen.size,
        };
        judge(self.desk(side).view.state(), &asking, &act)?;
        match self.push(side, entry) {
            Outcome::Acted => Ok(()),
            other @ (Outcome::Silent | Outcome::Void(_)) => panic!("it was judged: {other:?}"),
        }
    }

    /// Says it without asking anyone, as a liar does.
    pub(crate) fn lie(&mut self, side: Side, act: impl Into<Act>) -> Result<(), Refusal> {
        let entry = self.entry(side, act.into());
        match self.push(side, entry) {
            Outcome::Acted | Outcome::Silent => Ok(()),
            Outcome::Void(refusal) => Err(refusal),
        }
    }

    /// The entry as its author would write it now.
    pub(crate) fn entry(&mut self, side: Side, act: Act) -> Entry {
        let (now, desk) = (self.now, self.desk(side));
        let (host, guest) = desk.view.sizes();
        let size = if side == Side::Host { guest } else { host };
        let root = Hash([0; 32]);
        Entry {
            index: u64::try_from(desk.ledger.len()).unwrap(),
            side,
            id: None,
            at: now,
            seen: Seen { size, root, at: desk.heard },
            by: PersonId::new(&format!("{}/officer", party(side))).unwrap(),
            key: None,
            roles: ROLES.to_vec(),
            number: act.number(),
            audience: Audience::Joint,
            act: Some(act),
            void: None,
        }
    }

    pub(crate) fn push(&mut self, side: Side, entry: Entry) -> Outcome {
        let desk = self.desk(side);
        desk.ledger.push(entry.clone());
        let outcome = desk.view.take(entry);
        if self.together {
            self.meet();
        }
        outcome
    }

    /// Each takes from the other all that it lacks, and hears it.
    pub(crate) fn meet(&mut self) {
        let (hosts, guests) = (self.host.ledger.clone(), self.guest.ledger.clone());
        while self.guest.take_from(&hosts) || self.host.take_from(&guests) {}
        self.host.heard = self.now;
        self.guest.heard = self.now;
    }

    /// One line of a script; the answer is `ok` or a reason's code and the article.
    pub(crate) fn line(&mut self, line: &str) -> String {
        let mut words = line.split_whitespace();
        let mut word = words.next().unwrap();
        let days: i64 = word.strip_prefix('+').map_or(0, |days| days.parse().unwrap());
        if days > 0 {
            word = words.next().unwrap();
        }
        self.now = clock(word).plus_ms(days * DAY_MS);
        let words: Vec<&str> = words.collect();
        let said = match words.as_slice() {
            ["apart"] => {
                self.together = false;
                Ok(())
            }
            ["together"] => {
                self.together = true;
                self.meet();
                Ok(())
            }
            [side, "lies", rest @ ..] => {
                let side = side_of(side);
                let act = self.act(side, rest);
                self.lie(side, act)
            }
            [side, rest @ ..] => {
                let side = side_of(side);
                if self.together {
                    self.meet();
                }
                let act = self.act(side, rest);
                self.say(side, act)
            }
            [] => panic!("an empty line"),
        };
        self.holds(line);
        said.map_or_else(|refusal| answer(&refusal), |()| "ok".to_owned())
    }

    /// What holds in every state, honest or not.
    pub(crate) fn holds(&self, after: &str) {
        let (host, guest) = (&self.host.view, &self.guest.view);
        assert_eq!(overruns(host.state()), [], "{after}");
        assert_eq!(overruns(guest.state()), [], "{after}");
        if host.sizes() == guest.sizes() {
            assert_eq!(host.hash(), guest.hash(), "{after}");
        }
    }

    /// Person-minutes without consent, by now.
    pub(crate) fn minutes(&self) -> u64 {
        unconsented_guest_minutes(self.state(), self.now)
    }

    fn act(&self, side: Side, words: &[&str]) -> Act {
        let movement = |id: &str| MovementId::new(id).unwrap();
        let alarm = |id: &str| AlarmId::new(id).unwrap();
        let task = |id: &str| TaskId::new(id).unwrap();
        let consent = |id: &str| ConsentId::new(id).unwrap();
        let reason = || "exercise".to_owned();
        match words {
            ["request", id, heads] => self.request(id, heads).into(),
            ["grant", id, subject, heads, "until", until] => ConsentGranted {
                consent: consent(id),
                subject: subject_of(subject),
                until: self.until(until),
                headcount_max: heads.parse().unwrap(),
            }
            .into(),
            ["refuse", subject] => {
                ConsentRefused { subject: subject_of(subject), reason: reason() }.into()
            }
            ["renew", id, "until", until] => {
                ConsentRenewed { consent: consent(id), until: self.until(until) }.into()
            }
            ["revoke", id] => ConsentRevoked { consent: consent(id), reason: reason() }.into(),
            ["order", id, deployment, heads] => self.order(id, deployment, heads).into(),
            ["start", id] => TaskStarted { task: task(id) }.into(),
            ["end", id] => TaskEnded { task: task(id), reason: reason() }.into(),
            ["suspend", scope] => {
                let scope = scope_of(scope);
                AgreementSuspended { agreement: agreement(), scope, reason: reason() }.into()
            }
            ["resume", scope] => {
                AgreementResumed { agreement: agreement(), scope: scope_of(scope) }.into()
            }
            ["note", id] => AlarmNoted { alarm: alarm(id) }.into(),
            ["handle", id] => AlarmHandled { alarm: alarm(id), action: reason() }.into(),
            ["resolve", id] => {
                AlarmResolved { alarm: alarm(id), outcome: reason(), incident: None }.into()
            }
            ["shut" | "open" | "emergency" | "calm", ..] => reached(words),
            ["accredit" | "accept" | "withdraw" | "licence" | "unlicence" | "officers", ..] => {
                self.stand(words)
            }
            ["hold", id] => halted(movement(id), Halt::Held, side),
            ["cancel", id] => halted(movement(id), Halt::Cancelled, side),
            ["go-on", id] => MovementResumed { movement: movement(id) }.into(),
            [verb, id, rest @ ..] => self.move_on(side, verb, (movement(id), rest)),
            _ => panic!("{words:?}"),
        }
    }

    // Accreditation, licences and officers of the host.
    fn stand(&self, words: &[&str]) -> Act {
        let item = |id: &str| AccreditationId::new(id).unwrap();
        let company = |id: &str| CompanyId::new(id).unwrap();
        match words {
            ["accredit", id, unit, training, how, end, fielded @ ..] => Accredited {
                accreditation: item(id),
                unit: UnitId::new(unit).unwrap(),
                category: Category::Police,
                item: Training::parse(training).unwrap(),
                shown: self.now,
                until: match *how {
                    "until" => self.until(end),
                    _ => self.now.plus_ms(end.parse::<i64>().unwrap() * DAY_MS),
                },
                company: fielded.first().map(|id| company(id)),
            }
            .into(),
            ["accept", id] => AccreditationAccepted { accreditation: item(id) }.into(),
            ["withdraw", id] => {
                AccreditationWithdrawn { accreditation: item(id), reason: "exercise".into() }.into()
            }
            ["licence", id, insured] => LicenceRecorded {
                company: company(id),
                name: "Exercise Guards".into(),
                categories: vec![Category::Police],
                audited: self.now,
                insured: *insured == "insured",
                until: self.now.plus_ms(30 * DAY_MS),
            }
            .into(),
            ["unlicence", id] => {
                LicenceWithdrawn { company: company(id), reason: "exercise".into() }.into()
            }
            ["officers", officers, "beside", id, "until", until] => HostOfficersAssigned {
                beside: match id.strip_prefix('d') {
                    Some(_) => Beside::Deployment(DeploymentId::new(id).unwrap()),
                    None => Beside::Task(TaskId::new(id).unwrap()),
                },
                officers: officers.parse().unwrap(),
                until: self.until(until),
            }
            .into(),
            other => panic!("{other:?}"),
        }
    }

    fn request(&self, id: &str, heads: &str) -> DeploymentRequested {
        DeploymentRequested {
            deployment: DeploymentId::new(id).unwrap(),
            agreement: agreement(),
            purpose: Purpose::ProtectPersons,
            terms: Terms {
                zone: ZoneId::new("karachi-port-road").unwrap(),
                category: Category::Police,
                task: Task::CloseProtection,
                rung: Rung::EscortInsideCordon,
                arms: ArmsClass::Unarmed,
                headcount: heads.parse().unwrap(),
                vehicles: 1,
                sensing: None,
                window: Window::new(self.now, self.now.plus_ms(DAY_MS)).unwrap(),
            },
        }
    }

    fn order(&self, id: &str, deployment: &str, heads: &str) -> TaskOrdered {
        let heads: u32 = heads.parse().unwrap();
        TaskOrdered {
            task: TaskId::new(id).unwrap(),
            deployment: DeploymentId::new(deployment).unwrap(),
            units: (0..heads).map(|unit| UnitId::new(&format!("u-{unit}")).unwrap()).collect(),
            window: Window::new(self.now, self.now.plus_ms(8 * 3_600_000)).unwrap(),
        }
    }

    fn until(&self, text: &str) -> Moment {
        clock(text).plus_ms(self.now.ms_since(midnight()).div_euclid(DAY_MS) * DAY_MS)
    }

    fn move_on(&self, side: Side, verb: &str, (movement, rest): (MovementId, &[&str])) -> Act {
        let id = movement.clone();
        match (verb, rest) {
            ("notice", []) => self.notice(&id).into(),
            ("submit", []) => self.submission(&id).into(),
            ("assess", [risk]) => {
                let risk = Risk::parse(risk).unwrap();
                MovementAssessed { movement, risk, note: "quiet".into() }.into()
            }
            ("approve", []) => MovementApproved { movement }.into(),
            ("seal", how) => self.seal(&id, how).into(),
            ("commit" | "reveal" | "default", how) => self.draw(side, verb, (movement, how)),
            ("release", [stage]) => {
                let stage = stage_of(stage);
                let half = self.halves(side, &id).of(stage).unwrap();
                StageReleased { movement, stage, half }.into()
            }
            ("pass", []) => self.pass(&id).into(),
            ("countersign", []) => {
                let pass = PassId::new("p-1").unwrap();
                let code = &self.state().passes[&pass].code;
                let code = pass::code::countersign(code, &node_key(Side::Host)).unwrap();
                PassCountersigned { pass, code }.into()
            }
            ("depart", how) => Departed {
                movement,
                green: if how.is_empty() { Check::ALL.to_vec() } else { Check::ALL[1..].to_vec() },
                armour: ArmourClass::BulletProof,
                override_reason: how.contains(&"signed").then(|| "ordered".to_owned()),
            }
            .into(),
            ("arrive", []) => Arrived { movement, headcount: 6 }.into(),
            ("debrief", []) => Debriefed { movement, note: "nothing to report".into() }.into(),
            ("close", []) => Closed { movement }.into(),
            other => panic!("{other:?}"),
        }
    }

    // A plan, as it should be or as a cheat seals it.
    fn seal(&self, id: &MovementId, how: &[&str]) -> PlanSealed {
        let known = self.state().movements[id].submitted.clone().unwrap();
        let secrets = match how {
            ["fixed"] => secrets().with_fallback(fixed()),
            _ => secrets(),
        };
        let sealing = sealing().public();
        let plan = plan(&known);
        let mut sealed = veil::plan::seal_plan(id, &plan, &secrets, &sealing, &[6; 32]).unwrap();
        match how {
            [] | ["fixed"] => {}
            ["unbound"] => sealed.bound = None,
            // Both halves are those that the plan names, and what they open is no menu.
            ["hollow"] => {
                let context = format!("{id} {} core", sealed.core);
                sealed.sealed = lock(&secrets.core, &context, b"nothing to draw from");
            }
            other => panic!("{other:?}"),
        }
        sealed
    }

    // A share of the draw, as it should be or as a cheat gives it.
    fn draw(&self, side: Side, verb: &str, (movement, how): (MovementId, &[&str])) -> Act {
        let plan = self.state().movements[&movement].plan.as_ref().unwrap();
        let (menu, half) = (plan.core, || self.halves(side, &movement).core);
        let wrong = Seed([99; 32]);
        let pledged = |menu: &Hash| pledge(&party(side), &movement, menu, &seed(side));
        match (verb, how) {
            ("commit", []) if plan.bound.is_none() => {
                let commitment = route::draw::commitment(&party(side), &movement, &seed(side));
                DrawCommitted { movement, commitment, menu: None }.into()
            }
            ("commit", []) => {
                let commitment = pledged(&menu);
                DrawCommitted { movement, commitment, menu: Some(menu) }.into()
            }
            ("commit", ["elsewhere"]) => {
                let other = Hash([3; 32]);
                let commitment = pledged(&other);
                DrawCommitted { movement, commitment, menu: Some(other) }.into()
            }
            ("commit", ["as", other]) => {
                let other = &self.state().movements[&MovementId::new(other).unwrap()];
                let commitment = other.draw.committed[&side];
                DrawCommitted { movement, commitment, menu: Some(menu) }.into()
            }
            ("reveal", []) => {
                DrawRevealed { seed: seed(side), half: half(), movement: movement.clone() }.into()
            }
            ("reveal", ["seed"]) => {
                DrawRevealed { seed: wrong, half: half(), movement: movement.clone() }.into()
            }
            ("reveal", ["half"]) => DrawRevealed { movement, seed: seed(side), half: wrong }.into(),
            ("default", [named @ .., "fixed"]) => self.default(movement, named, Some(fixed())),
            ("default", [named @ .., "forged"]) => self.default(movement, named, Some(wrong)),
            ("default", named) => self.default(movement, named, None),
            other => panic!("{other:?}"),
        }
    }

    fn default(&self, movement: MovementId, named: &[&str], seed: Option<Seed>) -> Act {
        let named = named.iter().map(|side| side_of(side)).collect();
        let fallback = seed.map(|seed| Fallback {
            seed,
            host_half: self.halves(Side::Host, &movement).core,
            guest_half: self.halves(Side::Guest, &movement).core,
        });
        DrawDefaulted { movement, named, fallback }.into()
    }

    fn halves(&self, side: Side, id: &MovementId) -> PlanHalves {
        match side {
            Side::Host => {
                let plan = self.state().movements[id].plan.as_ref().unwrap();
                host_halves(&sealing(), plan).unwrap()
            }
            Side::Guest => guest_halves(&secrets()),
        }
    }

    // The day begins two days after the notice, its window six hours later.
    fn submission(&self, id: &MovementId) -> MovementSubmitted {
        let noticed = self.state().movements.get(id).map(|known| known.notice.day.start());
        let day = noticed.unwrap_or_else(|| self.now.plus_ms(2 * DAY_MS));
        let start = day.plus_ms(6 * 3_600_000);
        MovementSubmitted {
            movement: id.clone(),
            purpose: Purpose::ProtectPersons,
            criticality: Criticality::Pc2,
            window: Window::new(start, start.plus_ms(2 * 3_600_000)).unwrap(),
            seats: 6,
            salt: Seed([8; 32]),
        }
    }

    fn notice(&self, id: &MovementId) -> CapacityNoticed {
        let day = self.now.plus_ms(2 * DAY_MS);
        CapacityNoticed {
            movement: id.clone(),
            agreement: agreement(),
            zone: ZoneId::new("karachi-port-road").unwrap(),
            day: Window::new(day, day.plus_ms(12 * 3_600_000)).unwrap(),
            seats: 14,
            armour: ArmourClass::BulletProof,
            escorts: 2,
            commitment: veil::notice::commit(&self.submission(id)),
        }
    }

    fn pass(&self, id: &MovementId) -> PassIssued {
        let known = &self.state().movements[id];
        let window = Window::new(self.now, known.notice.day.end()).unwrap();
        let pass = PassId::new("p-1").unwrap();
        let (zone, holder) = (known.notice.zone.clone(), UnitId::new("v-1").unwrap());
        let basis = Basis {
            salt: Hash([7; 32]),
            movement: id.clone(),
            holder: holder.clone(),
            consent: known.consent.clone().unwrap(),
            articles: vec!["6".into()],
        };
        let claims = Claims {
            pass: pass.clone(),
            index: 1,
            photo: None,
            appearance: "grey jacket".into(),
            vehicle: "EX-1001".into(),
            headcount: 6,
            task: Task::CloseProtection,
            arms: ArmsClass::Unarmed,
            serials: Vec::new(),
            zone: zone.clone(),
            window,
            basis: basis.digest(),
            phone: None,
        };
        let code = pass::code::issue(&claims, &node_key(Side::Guest)).unwrap();
        let basis = basis.to_bytes();
        PassIssued { pass, movement: id.clone(), holder, zone, window, code, basis }
    }
}

impl Desk {
    /// Takes the next entry of the other's ledger, if there is one that can be folded.
    pub(crate) fn take_from(&mut self, other: &[Entry]) -> bool {
        let (host, guest) = self.view.sizes();
        let Some(first) = other.first() else { return false };
        let next = if first.side == Side::Host { host } else { guest };
        let entry = other.get(usize::try_from(next).unwrap()).filter(|it| self.view.ready(it));
        let Some(entry) = entry.cloned() else { return false };
        self.view.take(entry);
        true
    }
}

// What reaches everywhere or one zone: rungs and emergencies.
fn reached(words: &[&str]) -> Act {
    let reason = "exercise".to_owned();
    let agreement = agreement();
    let zone = |rest: &[&str]| rest.first().map(|zone| ZoneId::new(zone).unwrap());
    match words {
        ["shut", rung, rest @ ..] => {
            let (rung, zone) = (Rung::parse(rung).unwrap(), zone(rest));
            RungClosed { agreement, rung, zone, reason }.into()
        }
        ["open", rung, rest @ ..] => {
            let (rung, zone) = (Rung::parse(rung).unwrap(), zone(rest));
            RungOpened { agreement, rung, zone }.into()
        }
        ["emergency", rest @ ..] => {
            EmergencyDeclared { agreement, zone: zone(rest), reason }.into()
        }
        ["calm", rest @ ..] => EmergencyEnded { agreement, zone: zone(rest) }.into(),
        other => panic!("{other:?}"),
    }
}

fn answer(refusal: &Refusal) -> String {
    let first = refusal.reasons.first().unwrap().code();
    let articles = refusal.articles.iter().map(|article| format!(" §{article}"));
    std::iter::once(first.to_owned()).chain(articles).collect()
}

fn clock(text: &str) -> Moment {
    Moment::parse(&format!("2024-10-02T{text}:00Z")).unwrap()
}

fn side_of(text: &str) -> Side {
    if text == "host" { Side::Host } else { Side::Guest }
}

fn subject_of(text: &str) -> Subject {
    if text.starts_with('d') {
        Subject::Deployment(DeploymentId::new(text).unwrap())
    } else {
        Subject::Movement(MovementId::new(text).unwrap())
    }
}

fn scope_of(text: &str) -> Scope {
    match text {
        "whole" => Scope::Whole,
        "liaison" => Scope::Category(Category::Liaison),
        zone => Scope::Zone(ZoneId::new(zone).unwrap()),
    }
}

fn stage_of(text: &str) -> Stage {
    match text {
        "window" => Stage::Window,
        "start" => Stage::Start,
        "minute" => Stage::Minute,
        "route" => Stage::Route,
        other => panic!("{other}"),
    }
}

fn halted(movement: MovementId, how: Halt, side: Side) -> Act {
    MovementHalted { movement, how, reason: "exercise".into(), side }.into()
}

fn sealing() -> SealingKey {
    SealingKey::from_seed(&[4; 32])
}

fn seed(side: Side) -> Seed {
    Seed([if side == Side::Host { 21 } else { 22 }; 32])
}

// The seed of the entry that is fixed when a plan is sealed.
fn fixed() -> Seed {
    Seed([23; 32])
}

fn secrets() -> PlanSecrets {
    PlanSecrets::from_seed(&Seed([5; 32]), &[Stage::Window, Stage::Start])
}

fn plan(submitted: &MovementSubmitted) -> Plan {
    let start = submitted.window.start();
    let before = |minutes: i64| start.plus_ms(-minutes * 60_000);
    let stage =
        |stage, role, minutes, text: &str| (stage, vec![role], before(minutes), text.into());
    Plan {
        core: Core {
            salt: Seed([9; 32]),
            first_slot: start,
            slot_ms: 300_000,
            slots: 24,
            routes: vec![Candidate {
                route: RouteId::new("r1").unwrap(),
                weight: 1,
                gates: Some(vec!["east".into(), "west".into()]),
            }],
            start: "airport".into(),
            destination: "port-camp".into(),
            vehicles: Some((1..4).map(|n| UnitId::new(&format!("v-{n}")).unwrap()).collect()),
        },
        stages: vec![
            stage(Stage::Window, Role::DistrictCommand, 720, "ten to noon"),
            stage(Stage::Start, Role::EscortLeader, 120, "airport"),
            stage(Stage::Minute, Role::Driver, 30, ""),
            stage(Stage::Route, Role::Driver, 15, ""),
        ],
        draw_at: before(30),
    }
}
