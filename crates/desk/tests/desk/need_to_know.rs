//! Nobody reads anything early, and nobody reads what is not for him.

use desk::page::{Viewer, known, ledger, me, movement as shown, movements, statement, watch};
use desk::scene::{Class, scene_json, units_json};
use engine::engine::Engine;
use pages::statement::Body;
use sheet::frame::Page;
use tongue::speech::Lang;
use words::id::PersonId;
use words::movement::Stage;
use words::role::Role;

use crate::pair::{LABEL, Pair, backdrop, frame, movement, officer, unit};

const EVERY_STAGE: [Stage; 4] = [Stage::Window, Stage::Start, Stage::Minute, Stage::Route];

fn page(engine: &Engine, viewer: &Viewer) -> String {
    let view = shown::view(engine, viewer, &movement()).unwrap();
    pages::movement::page(&view, &frame(engine, viewer, Page::Movement)).into_string()
}

fn route(engine: &Engine) -> String {
    engine.stage_text(&movement(), Stage::Route).unwrap()
}

fn leaves(engine: &Engine) -> String {
    sheet::stamp::hour(engine.drawn(&movement()).unwrap().leaves)
}

#[test]
fn the_route_is_on_the_page_of_those_who_drive_it_and_of_nobody_else() {
    let mut pair = Pair::agreed();
    pair.sealed();
    pair.at("2024-10-06T15:44:00Z");
    let driver = officer(&[Role::EscortLeader, Role::Driver]);
    let early = page(&pair.guest, &driver);
    pair.at("2024-10-06T15:46:00Z");
    let secret = route(&pair.guest);
    assert!(!early.contains(&secret), "15 minutes before the window and not 16");
    for engine in [&pair.guest, &pair.host] {
        assert!(page(engine, &driver).contains(&secret));
        assert!(page(engine, &officer(&[Role::EscortLeader])).contains(&secret));
        let others = sheet::term::ROLES.into_iter();
        for role in others.filter(|role| ![Role::EscortLeader, Role::Driver].contains(role)) {
            let html = page(engine, &officer(&[role]));
            assert!(!html.contains(&secret) && !html.contains(" → "), "{role:?}");
        }
    }
}

#[test]
fn the_minute_is_for_drivers_and_protected_persons_from_half_an_hour_before() {
    let mut pair = Pair::agreed();
    pair.sealed();
    pair.at("2024-10-06T15:29:00Z");
    let driver = officer(&[Role::Driver]);
    assert_eq!(known::leaves(&pair.guest, &driver, &movement()), None);
    pair.at("2024-10-06T15:31:00Z");
    let drawn = pair.guest.drawn(&movement()).unwrap();
    assert_eq!(known::leaves(&pair.guest, &driver, &movement()), Some(drawn.leaves));
    // The window's own hours are on no desk's page, so the minute's hour can be looked for.
    let minute = leaves(&pair.guest);
    assert!(page(&pair.guest, &driver).contains(&minute));
    for role in [Role::WatchOfficer, Role::ConsentOfficer, Role::JourneyManager] {
        let viewer = officer(&[role]);
        assert_eq!(known::leaves(&pair.guest, &viewer, &movement()), None, "{role:?}");
        let view = shown::view(&pair.guest, &viewer, &movement()).unwrap();
        assert!(view.draw.result.is_none());
        assert!(view.disclosures.iter().all(|line| line.content.is_none()), "{role:?}");
        let sealed = pages::movement::Mark::Sealed;
        let step = view.steps.iter().find(|step| step.state == "under_way").unwrap();
        assert_eq!((step.mark, step.plan), (sealed, None));
    }
}

#[test]
fn the_window_is_told_to_the_district_and_others_read_the_day() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let notice = pair.host.state().movements[&movement()].notice.day;
    let row = |viewer: &Viewer| movements::view(&pair.host, viewer).rows[0].window;
    assert_eq!(row(&officer(&[Role::ConsentOfficer, Role::WatchOfficer])), notice);
    assert_ne!(row(&officer(&[Role::DistrictCommand])), notice);
}

#[test]
fn a_stranger_sees_nothing_at_all() {
    let mut pair = Pair::agreed();
    pair.sealed();
    pair.at("2024-10-06T15:50:00Z");
    let nobody = Viewer::nobody(Lang::En);
    assert!(shown::view(&pair.guest, &nobody, &movement()).is_none());
    assert_eq!(movements::view(&pair.guest, &nobody).rows, []);
    assert_eq!(watch::view(&pair.guest, &nobody, &backdrop()), pages::watch::View::default());
    assert_eq!(ledger::view(&pair.guest, &nobody, 0), pages::ledger::View::default());
    let party = pair.guest.config().party.clone();
    assert!(statement::view(&pair.guest, &nobody, &party, 0).is_none());
    for stage in EVERY_STAGE {
        assert_eq!(known::stage(&pair.guest, &nobody, &movement(), stage), None);
    }
}

#[test]
fn protected_persons_are_called_by_name_only_by_those_who_call_them() {
    let mut pair = Pair::agreed();
    pair.sealed();
    pair.report("p-01", r#","poi":"SOS""#);
    let html = |viewer: &Viewer| {
        let view = watch::view(&pair.guest, viewer, &backdrop());
        pages::watch::page(&view, &frame(&pair.guest, viewer, Page::Watch)).into_string()
    };
    for role in sheet::term::ROLES {
        let viewer = officer(&[role]);
        let units = units_json(&pair.guest, Class::of_roles(&viewer.roles)).to_string();
        let callers = [Role::WatchOfficer, Role::EscortLeader, Role::JourneyManager];
        let caller = callers.contains(&role);
        assert_eq!(html(&viewer).contains(LABEL), caller, "{role:?}");
        assert_eq!(units.contains(LABEL), caller, "{role:?}");
        assert!(units.contains("p-01") && units.contains(r#""state":"alarm""#), "{units}");
    }
}

#[test]
fn a_corridor_is_drawn_for_a_movement_on_the_road_and_only_for_its_drivers() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let corridors = |pair: &Pair, role: Role| {
        let scene = scene_json(&pair.guest, &officer(&[role]), &backdrop());
        scene["corridors"]["features"].as_array().unwrap().len()
    };
    pair.at("2024-10-06T15:50:00Z");
    assert_eq!(corridors(&pair, Role::Driver), 0, "it has not left");
    pair.departed();
    assert_eq!(corridors(&pair, Role::Driver), 1);
    assert_eq!(corridors(&pair, Role::WatchOfficer), 0);
    let scene = scene_json(&pair.guest, &officer(&[Role::Driver]), &backdrop());
    assert_eq!(scene["zones"]["features"][0]["geometry"]["type"], "Polygon");
    assert!(scene["roads"]["features"].as_array().unwrap().len() > 10);
    assert!(scene["places"][0]["names"]["ur"].is_string());
    assert!(scene["incidents"]["features"].as_array().unwrap().len() > 10);
    assert!(scene["bounds"][0][0].as_f64().unwrap() > 60.0);
}

#[test]
fn bodies_that_would_open_a_stage_stay_closed_on_the_ledger_page() {
    let mut pair = Pair::agreed();
    pair.sealed();
    pair.at("2024-10-06T15:50:00Z");
    let host = pair.host.config().party.clone();
    let bodies = |viewer: &Viewer, word: &str| -> Vec<Body> {
        let view = ledger::view(&pair.host, viewer, 0);
        let rows = view.statements.into_iter().filter(|row| row.act == word);
        rows.map(|row| statement::view(&pair.host, viewer, &row.party, row.index).unwrap().body)
            .collect()
    };
    let analyst = officer(&[Role::Analyst]);
    for word in ["draw_revealed", "stage_released", "movement_submitted"] {
        let found = bodies(&analyst, word);
        assert!(!found.is_empty() && found.iter().all(|it| *it == Body::Withheld), "{word}");
    }
    let open = |body: &Body| matches!(body, Body::Open(_));
    assert!(bodies(&officer(&[Role::Driver]), "draw_revealed").iter().all(open));
    assert!(bodies(&analyst, "consent_granted").iter().all(open));
    let author = Viewer::officer(PersonId::new("guest/officer").unwrap(), Vec::new(), Lang::En);
    assert!(bodies(&author, "movement_submitted").iter().all(open), "its own words");
    assert!(statement::view(&pair.host, &analyst, &host, 9_999).is_none());
}

#[test]
fn a_phone_reads_its_own_minute_in_time_and_no_other_movement() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let phone = Viewer::phone(&pair.guest, unit("p-01"), Lang::En);
    pair.at("2024-10-06T15:00:00Z");
    let early = me::view(&pair.guest, &phone, None).leg.unwrap();
    assert!(early.not_before > pair.guest.now() && early.meet.is_empty());
    pair.at("2024-10-06T15:31:00Z");
    let drawn = pair.guest.drawn(&movement()).unwrap();
    assert_eq!(me::view(&pair.guest, &phone, None).leg.unwrap().at, drawn.leaves);
    let stranger = Viewer::phone(&pair.guest, unit("p-99"), Lang::En);
    assert!(me::view(&pair.guest, &stranger, None).leg.is_none());
}

#[test]
fn a_duress_call_does_not_show_on_the_phone_that_made_it() {
    let mut pair = Pair::agreed();
    pair.sealed();
    let phone = Viewer::phone(&pair.guest, unit("p-01"), Lang::En);
    pair.report("p-01", r#","poi":"DURESS""#);
    let alarms = pair.guest.post().watch().alarms().count();
    assert_eq!(me::view(&pair.guest, &phone, None).sos, None);
    pair.at("2024-10-06T12:01:00Z");
    pair.report("p-01", r#","poi":"SOS""#);
    assert!(pair.guest.post().watch().alarms().count() > alarms);
    assert!(me::view(&pair.guest, &phone, None).sos.is_some());
}
