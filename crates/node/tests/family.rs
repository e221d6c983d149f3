//! A family: lower instruments beside an agreement, from draft to end.
#![cfg(test)]

#[path = "family/mirror.rs"]
mod mirror;
mod pair;
#[path = "family/sensing.rs"]
mod sensing;

use article::root::root;
use joint::asking::Asking;
use joint::duty::obligations;
use joint::family::Direction;
use node::judge::cycle::at_home;
use node::review::Review;
use node::verdict::trial;
use pair::{Pair, agreement};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use words::act::{
    Act, AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended, Scope,
};
use words::audience::Audience;
use words::deployment::{DeploymentRequested, Terms};
use words::id::{AgreementId, DeploymentId, PersonId, UnitId, ZoneId};
use words::moment::Window;
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Refusal;
use words::review::{
    AgencyReviewed, AgreementDrafted, AgreementInitialled, AgreementTerminated, Circle,
    ConditionMet, Position, ReviewOpened,
};
use words::role::Side::{self, Guest, Host};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
const ANNEX: &str = include_str!("../../../scenarios/karachi/annex-airport.toml");
const AIRPORT: &str = "karachi-airport";
const ROAD: &str = "karachi-port-road";
const MINUTE_MS: i64 = 60_000;

fn id(text: &str) -> AgreementId {
    AgreementId::new(text).unwrap()
}

fn annex() -> AgreementId {
    id("karachi-annex-airport")
}

// The annex, with what a test adds above its articles and below them.
fn annex_with(above: &str, below: &str) -> String {
    ANNEX.replacen("[[article]]", &format!("{above}[[article]]"), 1) + below
}

fn article(number: &str, provision: &str) -> String {
    format!(
        "\n[[article]]\nnumber = \"{number}\"\n{provision}\n\n[article.heading]\nen = \"More\"\n\
         zh = \"更多\"\nur = \"مزید\"\n\n[article.text]\nen = \"As it says.\"\nzh = \"如文。\"\n\
         ur = \"جیسا لکھا ہے\"\n"
    )
}

// A plan under the annex, for the same zone: nobody but one liaison officer.
fn plan() -> String {
    "agreement = \"airport-plan\"\ninstrument = \"operational_plan\"\n\
     under = \"karachi-annex-airport\"\nhost = \"host\"\nguest = \"guest\"\n\n\
     [title]\nen = \"Plan\"\nzh = \"计划\"\nur = \"منصوبہ\"\n"
        .to_owned()
        + &article(
            "P1",
            "ceilings = [{ category = \"liaison\", zone = \"karachi-airport\", headcount_max = 1, \
             vehicles_max = 1, armed_max = 0 }]\npermitted_tasks = [{ task = \"liaise\", \
             categories = [\"liaison\"], zones = [\"karachi-airport\"], rung_max = \"advise\" }]",
        )
}

fn propose(of: &AgreementId, text: &str) -> Act {
    AgreementProposed { agreement: of.clone(), text: text.to_owned() }.into()
}

fn sign(of: &AgreementId, text: &str) -> Act {
    AgreementSigned { agreement: of.clone(), text: root(text) }.into()
}

fn suspend(of: &AgreementId, scope: Scope) -> Act {
    AgreementSuspended { agreement: of.clone(), scope, reason: "exercise".into() }.into()
}

fn end(of: &AgreementId) -> Act {
    AgreementTerminated { agreement: of.clone(), reason: "exercise".into() }.into()
}

fn put_in_force(pair: &mut Pair, of: &AgreementId, text: &str) {
    let known = pair.state().agreements.get(of);
    if known.is_none_or(|known| !known.texts.contains_key(&root(text))) {
        pair.say(Host, propose(of, text)).unwrap();
    }
    for side in [Host, Guest] {
        pair.say(side, sign(of, text)).unwrap();
    }
    assert_eq!(pair.state().agreements[of].in_force(), Some(root(text)));
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
}

fn with_annex() -> Pair {
    let mut pair = Pair::agreed();
    put_in_force(&mut pair, &annex(), ANNEX);
    pair
}

fn request(pair: &Pair, number: usize, zone: &str, heads: u32) -> DeploymentRequested {
    DeploymentRequested {
        deployment: DeploymentId::new(&format!("d-{number}")).unwrap(),
        agreement: agreement(),
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new(zone).unwrap(),
            category: Category::Police,
            task: Task::CloseProtection,
            rung: Rung::EscortInsideCordon,
            arms: ArmsClass::Unarmed,
            headcount: heads,
            vehicles: 1,
            sensing: None,
            window: Window::new(pair.now, pair.now.plus_ms(60 * MINUTE_MS)).unwrap(),
        },
    }
}

// What a request would be told; nobody asks for it.
fn told(pair: &Pair, act: &Act) -> Result<(), Refusal> {
    let mut asker = pair.clone();
    asker.say(Guest, act.clone())
}

fn asked(pair: &Pair, zone: &str, heads: u32) -> String {
    let act = request(pair, 99, zone, heads).into();
    told(pair, &act).map_or_else(|refusal| said(&refusal), |()| "ok".to_owned())
}

fn said(refusal: &Refusal) -> String {
    let articles = refusal.articles.iter().map(|article| format!(" §{article}"));
    std::iter::once(refusal.reasons[0].code().to_owned()).chain(articles).collect()
}

fn no(answer: Result<(), Refusal>) -> &'static str {
    answer.expect_err("it is refused").reasons[0].code()
}

#[test]
fn an_annex_in_force_is_asked_where_it_speaks_and_named_where_it_denies() {
    let mut pair = Pair::agreed();
    assert_eq!(asked(&pair, AIRPORT, 3), "ok");
    put_in_force(&mut pair, &annex(), ANNEX);
    assert_eq!(asked(&pair, AIRPORT, 2), "ok");
    assert_eq!(asked(&pair, AIRPORT, 3), "ceiling-reached §karachi-annex-airport#A1");
    assert_eq!(asked(&pair, ROAD, 3), "ok", "of the road it says nothing");
    let mut suspended = pair.clone();
    suspended.say(Guest, suspend(&annex(), Scope::Whole)).unwrap();
    assert_eq!(asked(&suspended, AIRPORT, 2), "suspended §karachi-annex-airport#A1");
    assert_eq!(asked(&pair, AIRPORT, 40), "ceiling-reached §8 §karachi-annex-airport#A1");
    let versions = &pair.state().agreements[&annex()].cycle.versions;
    assert_eq!(versions[0].under, Some(root(AGREEMENT)), "which text it was signed under");
    let named = DeploymentRequested { agreement: annex(), ..request(&pair, 9, AIRPORT, 1) };
    let refusal = told(&pair, &named.into()).unwrap_err();
    assert!(refusal.detail.contains("name `karachi-exercise`"), "{}", refusal.detail);
}

#[test]
fn an_act_that_is_under_way_is_held_to_an_annex_that_comes_after_it() {
    let mut pair = Pair::agreed();
    pair.say(Guest, request(&pair, 1, AIRPORT, 3)).unwrap();
    put_in_force(&mut pair, &annex(), ANNEX);
    assert_eq!(
        pair.line("06:10 host grant c-1 d-1 3 until 07:00"),
        "ceiling-reached §karachi-annex-airport#A1"
    );
    assert_eq!(pair.line("06:11 host grant c-1 d-1 2 until 07:00"), "ok");
}

#[test]
fn a_lower_text_that_widens_or_hangs_in_the_air_is_refused_with_what_to_do() {
    let mut pair = Pair::agreed();
    let refused = |pair: &mut Pair, of: &AgreementId, text: &str| {
        let refusal = pair.say(Host, propose(of, text)).unwrap_err();
        (refusal.reasons[0].code(), refusal.detail)
    };
    let longer = annex_with(
        "",
        &article(
            "A9",
            "host_consent = { decide_within_hours = 24, lease_minutes_max = 721, \
             freshness_seconds = 60, skew_seconds = 5, stop_within_minutes = 10 }",
        ),
    );
    let (code, detail) = refused(&mut pair, &annex(), &longer);
    assert_eq!(code, "bad-agreement", "{detail}");
    let (code, detail) = refused(&mut pair, &id("airport-plan"), &plan());
    assert_eq!(code, "not-in-force");
    assert!(detail.contains("put that in force first"), "{detail}");
    let elsewhere = ANNEX.replace("zone = \"karachi-airport\"", "zone = \"lahore\"");
    let (code, detail) = refused(&mut pair, &annex(), &elsewhere);
    assert!(code == "bad-agreement" && detail.contains("lahore"), "{detail}");
    let itself = ANNEX.replace("under = \"karachi-exercise\"", "under = \"karachi-annex-airport\"");
    assert_eq!(refused(&mut pair, &annex(), &itself).0, "bad-agreement");
    put_in_force(&mut pair, &annex(), ANNEX);
    let rank = plan().replace("operational_plan", "annex");
    let (_, detail) = refused(&mut pair, &id("airport-plan"), &rank);
    assert!(detail.contains("does not rank higher"), "{detail}");
    put_in_force(&mut pair, &id("airport-plan"), &plan());
    assert_eq!(asked(&pair, AIRPORT, 1), "not-permitted §airport-plan#P1");
}

#[test]
fn an_annex_goes_through_the_whole_life_of_a_text() {
    let mut pair = Pair::agreed();
    let text = annex_with(
        "[[condition]]\nname = \"gates\"\nby = \"guest\"\nnames.en = \"Gates\"\nnames.zh = \"门\"\n\
         names.ur = \"دروازے\"\n\n",
        &article(
            "A9",
            "suspension = { by = [\"host\", \"guest\"], extents = [\"whole\", \"zone\", \
             \"clause\", \"person\"] }\ntermination = { notice_days = 1, survivors = \
             [\"personal_data\"] }",
        ),
    );
    let hash = root(&text);
    reviewed_and_signed(&mut pair, &text);
    assert_eq!(pair.state().agreements[&annex()].unmet(hash), ["gates"]);
    assert_eq!(asked(&pair, AIRPORT, 3), "ok", "it waits for its condition");
    let met = ConditionMet { agreement: annex(), text: hash, condition: "gates".into() };
    pair.say(Guest, met).unwrap();
    assert_eq!(asked(&pair, AIRPORT, 3), "ceiling-reached §karachi-annex-airport#A1");
    let smaller = ANNEX.replace("headcount_max = 2", "headcount_max = 1");
    let ends = text.split_once("\n[[article]]\nnumber = \"A9\"").unwrap().1;
    let smaller = format!("{smaller}\n[[article]]\nnumber = \"A9\"{ends}");
    put_in_force(&mut pair, &annex(), &smaller);
    assert_eq!(asked(&pair, AIRPORT, 2), "ceiling-reached §karachi-annex-airport#A1", "amended");
    let lifts = |scope: Scope| AgreementResumed { agreement: annex(), scope };
    for (scope, then) in [
        (Scope::Whole, "suspended §karachi-annex-airport#A9"),
        (Scope::Zone(ZoneId::new(AIRPORT).unwrap()), "suspended §karachi-annex-airport#A9"),
        (Scope::Clause("A2".into()), "suspended §karachi-annex-airport#A2"),
    ] {
        pair.say(Guest, suspend(&annex(), scope.clone())).unwrap();
        assert_eq!(asked(&pair, AIRPORT, 1), then);
        assert_eq!(asked(&pair, ROAD, 1), "ok");
        assert!(pair.say(Host, lifts(scope.clone())).is_err(), "it is the guest's to lift");
        pair.say(Guest, lifts(scope)).unwrap();
        assert_eq!(asked(&pair, AIRPORT, 1), "ok");
    }
    pair.say(Host, end(&annex())).unwrap();
    assert_eq!(asked(&pair, AIRPORT, 2), "ceiling-reached §karachi-annex-airport#A1", "notice");
    pair.now = pair.now.plus_ms(24 * 60 * MINUTE_MS);
    pair.meet();
    assert_eq!(asked(&pair, AIRPORT, 2), "ok", "the host has taken its own limit back");
}

fn reviewed_and_signed(pair: &mut Pair, text: &str) {
    let hash = root(text);
    let draft = AgreementDrafted { agreement: annex(), text: text.to_owned() }.into();
    note(pair, Host, &draft);
    pair.say(Host, propose(&annex(), text)).unwrap();
    let until = pair.now.plus_ms(60 * MINUTE_MS);
    let (agencies, circle) = (vec!["interior".to_owned()], Circle::Shared);
    let opened = ReviewOpened { agreement: annex(), text: hash, agencies, until, circle };
    pair.say(Host, opened).unwrap();
    assert_eq!(no(pair.say(Host, sign(&annex(), text))), "review-open");
    let position = AgencyReviewed {
        agreement: annex(),
        text: hash,
        agency: "interior".into(),
        position: Position::Concur,
        articles: vec!["A1".into()],
        remark: "good".into(),
        circle,
    };
    pair.say(Host, position).unwrap();
    for side in [Host, Guest] {
        pair.say(side, AgreementInitialled { agreement: annex(), text: hash }).unwrap();
    }
    for side in [Host, Guest] {
        pair.say(side, sign(&annex(), text)).unwrap();
    }
}

// As the engine does: judged at home, then kept.
fn note(pair: &mut Pair, side: Side, act: &Act) {
    let mut entry = pair.entry(side, act.clone());
    entry.audience = Audience::Own;
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
    let review = Review::fold(&annex(), &pair.desk(side).ledger.clone());
    at_home(pair.desk(side).view.state(), &review, &asking, act).unwrap();
    pair.push(side, entry);
}

#[test]
fn a_person_suspended_under_an_annex_is_not_tasked_where_it_speaks() {
    let mut pair = Pair::agreed();
    let text = annex_with(
        "",
        &article("A9", "suspension = { by = [\"host\"], extents = [\"whole\", \"person\"] }"),
    );
    put_in_force(&mut pair, &annex(), &text);
    pair.say(Guest, request(&pair, 1, AIRPORT, 1)).unwrap();
    pair.say(Guest, request(&pair, 2, ROAD, 1)).unwrap();
    pair.line("06:10 host grant c-1 d-1 1 until 07:00");
    pair.line("06:10 host grant c-2 d-2 1 until 07:00");
    let person = PersonId::new("u-0").unwrap();
    pair.say(Host, suspend(&annex(), Scope::Person(person))).unwrap();
    let order = |pair: &mut Pair, task: &str, deployment: &str| {
        let window = Window::new(pair.now, pair.now.plus_ms(10 * MINUTE_MS)).unwrap();
        let order = words::deployment::TaskOrdered {
            task: words::id::TaskId::new(task).unwrap(),
            deployment: DeploymentId::new(deployment).unwrap(),
            units: vec![UnitId::new("u-0").unwrap()],
            window,
        };
        pair.say(Guest, order).map_or_else(|refusal| said(&refusal), |()| "ok".to_owned())
    };
    assert_eq!(order(&mut pair, "t-1", "d-1"), "suspended §karachi-annex-airport#A9");
    assert_eq!(order(&mut pair, "t-2", "d-2"), "ok");
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn the_uppers_suspension_and_end_take_the_annex_with_them() {
    let mut pair = with_annex();
    pair.line("06:20 host suspend whole");
    assert_eq!(asked(&pair, AIRPORT, 1), "suspended §13");
    pair.line("06:21 host resume whole");
    assert_eq!(asked(&pair, AIRPORT, 1), "ok");
    let ending = AGREEMENT.to_owned()
        + &article("90", "termination = { notice_days = 1, survivors = [\"personal_data\"] }");
    put_in_force(&mut pair, &agreement(), &ending);
    assert_eq!(pair.state().agreements[&annex()].unfit(), None, "it fits the amended text too");
    pair.say(Host, end(&agreement())).unwrap();
    pair.now = pair.now.plus_ms(25 * 60 * MINUTE_MS);
    pair.meet();
    assert!(asked(&pair, AIRPORT, 1).starts_with("not-in-force"));
    let again = ANNEX.replace("every_days = 30", "every_days = 31");
    let refusal = pair.say(Host, propose(&annex(), &again)).unwrap_err();
    assert_eq!(refusal.reasons[0].code(), "not-in-force", "{}", refusal.detail);
    put_in_force(&mut pair, &agreement(), AGREEMENT);
    assert_eq!(asked(&pair, AIRPORT, 3), "ok", "a new agreement brings no old annex back");
    put_in_force(&mut pair, &annex(), ANNEX);
    assert_eq!(asked(&pair, AIRPORT, 3), "ceiling-reached §karachi-annex-airport#A1");
}

#[test]
fn an_annex_that_no_longer_fits_closes_what_it_speaks_of_until_it_is_amended_or_ended() {
    let mut pair = with_annex();
    let without = AGREEMENT.replace(
        "categories = [\"private_security\", \"police\"]\nzones = [\"karachi-airport\", \
         \"karachi-port-road\"]",
        "categories = [\"private_security\", \"police\"]\nzones = [\"karachi-port-road\"]",
    );
    assert_ne!(without, AGREEMENT);
    put_in_force(&mut pair, &agreement(), &without);
    assert_eq!(pair.state().agreements[&annex()].unfit(), None, "a narrower permit does no harm");
    let smaller: String = AGREEMENT
        .lines()
        .filter(|line| !line.contains("category = \"liaison\""))
        .map(|line| line.replace("\"liaison\", ", "").replace(", \"liaison\"", "") + "\n")
        .collect();
    put_in_force(&mut pair, &agreement(), &smaller);
    let known = &pair.state().agreements[&annex()];
    assert!(known.unfit().is_some_and(|why| why.contains("liaison")), "{:?}", known.unfit());
    assert!(known.rules().is_some(), "its duties stand");
    let refusal = told(&pair, &request(&pair, 1, AIRPORT, 1).into()).unwrap_err();
    assert_eq!(refusal.reasons[0].code(), "not-in-force");
    assert!(refusal.detail.contains("amend it or end it"), "{}", refusal.detail);
    assert_eq!(asked(&pair, ROAD, 1), "ok");
    let fitting: String = ANNEX
        .lines()
        .filter(|line| !line.contains("category = \"liaison\""))
        .map(|line| line.replace("\"liaison\", ", "") + "\n")
        .collect();
    put_in_force(&mut pair, &annex(), &fitting);
    assert_eq!(asked(&pair, AIRPORT, 2), "ok");
}

#[test]
fn the_guest_widens_nothing_by_ending_what_narrows_it() {
    let mut pair = Pair::agreed();
    let text = annex_with(
        "",
        &article("A9", "termination = { notice_days = 1, survivors = [\"personal_data\"] }"),
    );
    put_in_force(&mut pair, &annex(), &text);
    pair.say(Guest, end(&annex())).unwrap();
    pair.now = pair.now.plus_ms(25 * 60 * MINUTE_MS);
    pair.meet();
    assert_eq!(asked(&pair, AIRPORT, 1), "not-in-force §karachi-annex-airport#A1");
    assert_eq!(asked(&pair, ROAD, 1), "ok");
    assert_eq!(no(pair.say(Guest, end(&annex()))), "terminated");
    pair.say(Host, end(&annex())).unwrap();
    pair.now = pair.now.plus_ms(25 * 60 * MINUTE_MS);
    pair.meet();
    assert_eq!(asked(&pair, AIRPORT, 3), "ok", "the host has ended it too");
}

#[test]
fn what_an_annex_owes_is_tracked() {
    let pair = with_annex();
    let owed = obligations(pair.state(), pair.now);
    let of_annex: Vec<_> = owed.iter().filter(|one| one.agreement == annex()).collect();
    assert!(!of_annex.is_empty(), "the meeting at the airport");
    assert!(of_annex.iter().all(|one| one.article == "A3"), "{of_annex:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    // Random lower texts join one by one: whatever is allowed with more of them was allowed with
    // fewer.
    #[test]
    fn a_lower_text_that_joins_never_allows_more(
        texts in proptest::collection::vec(
            (0_usize..3, 0_usize..3, 0_u32..12, 0_usize..4, proptest::bool::ANY),
            1..4,
        ),
        suspended in proptest::option::of(0_usize..3),
    ) {
        let mut pair = Pair::agreed();
        let mut before = answers(&pair);
        for (number, shape) in texts.iter().enumerate() {
            let of = id(&format!("plan-{number}"));
            let text = lower(&of, *shape);
            if pair.say(Host, propose(&of, &text)).is_err() {
                continue;
            }
            for side in [Host, Guest] {
                pair.say(side, sign(&of, &text)).unwrap();
            }
            if suspended == Some(number) {
                pair.say(Guest, suspend(&of, Scope::Whole)).unwrap();
            }
            let now = answers(&pair);
            for (which, (before, now)) in before.iter().zip(&now).enumerate() {
                prop_assert!(*before || !now, "question {} of {}\n{}", which, number, text);
            }
            before = now;
        }
    }
}

const ZONES: [&str; 3] = [AIRPORT, ROAD, "site-industrial"];
const CATEGORIES: [Category; 3] = [Category::Police, Category::Liaison, Category::PrivateSecurity];
const TASKS: [Task; 4] = [Task::Liaise, Task::Observe, Task::Advise, Task::CloseProtection];

fn lower(
    of: &AgreementId,
    (zone, category, most, task, permits): (usize, usize, u32, usize, bool),
) -> String {
    let (zone, category, task) = (ZONES[zone], CATEGORIES[category], TASKS[task]);
    let ceilings = format!(
        "ceilings = [{{ category = \"{category}\", zone = \"{zone}\", headcount_max = {most}, \
         vehicles_max = 1, armed_max = 0 }}]\n"
    );
    let tasks = format!(
        "permitted_tasks = [{{ task = \"{task}\", categories = [\"{category}\"], \
         zones = [\"{zone}\"], rung_max = \"advise\" }}]\n"
    );
    let provisions = if permits { ceilings + &tasks } else { ceilings };
    format!(
        "agreement = \"{of}\"\ninstrument = \"operational_plan\"\nunder = \"karachi-exercise\"\n\
         host = \"host\"\nguest = \"guest\"\n\n[title]\nen = \"Plan\"\nzh = \"计划\"\n\
         ur = \"منصوبہ\"\n"
    ) + &article("P1", &provisions)
}

fn answers(pair: &Pair) -> Vec<bool> {
    let (desk, by) = (&pair.guest, PersonId::new("guest/officer").unwrap());
    let asking = Asking {
        by: &by,
        key: None,
        roles: &pair::ROLES,
        side: Guest,
        at: pair.now,
        heard: desk.heard,
        index: 0,
        seen: desk.view.sizes().0,
    };
    let mut answers = Vec::new();
    for deed in accord::rules::Deed::ALL {
        for zone in ZONES {
            for (category, task) in CATEGORIES.iter().flat_map(|c| TASKS.map(|task| (*c, task))) {
                for heads in [1, 4] {
                    let terms = Terms { category, task, ..request(pair, 1, zone, heads).terms };
                    let terms = Terms { rung: Rung::Advise, ..terms };
                    let said = trial(desk.view.state(), &asking, &agreement(), (*deed, &terms));
                    answers.push(said.is_ok_and(|said| said.allow));
                }
            }
        }
    }
    answers
}

#[test]
fn a_pair_reads_a_text_by_the_sides_its_parties_stand_on() {
    let pair = Pair::agreed();
    let document = article::document::parse(AGREEMENT).unwrap();
    assert_eq!(pair.state().direction(&document).unwrap(), Direction::AsWritten);
}
