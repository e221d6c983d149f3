//! The phone of a protected person: its leg, its call, who sees it.

use engine::engine::Engine;
use joint::movement::Movement;
use joint::state::AlarmState;
use pages::me::{Leg, Seer, Sos, View};
use watch::alarm::AlarmKind;
use words::deployment::Subject;
use words::id::UnitId;
use words::movement::Stage;
use words::role::Role;

use crate::page::{Viewer, known, past};

/// Everything on the phone; nothing if no phone is signed in.
pub fn view(engine: &Engine, viewer: &Viewer, sms: Option<&str>) -> View {
    let Some(unit) = &viewer.unit else { return View::default() };
    let positions = engine.post().watch().positions();
    let last = positions.filter(|sighting| &sighting.unit == unit).map(|it| it.received).max();
    let movement = travels(engine, unit);
    View {
        leg: movement.and_then(|movement| leg(engine, viewer, movement)),
        checkin_due: None,
        last_sent: last,
        sos: sos(engine, unit),
        seen_by: seen_by(engine, viewer, unit),
        sms: sms.map(str::to_owned),
    }
}

fn travels<'e>(engine: &'e Engine, unit: &UnitId) -> Option<&'e Movement> {
    let enrolled = engine.post().people().get(unit)?;
    let movement = engine.state().movements.get(enrolled.movement.as_ref()?)?;
    (!movement.standing.ended()).then_some(movement)
}

// Before its time the leg holds the time alone.
fn leg(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Option<Leg> {
    let id = &movement.notice.movement;
    let listed = movement.plan.iter().flat_map(|plan| &plan.disclosures);
    let mine = listed.filter(|one| one.stage == Stage::Minute && viewer.is_any(&one.roles));
    let not_before = mine.map(|one| one.not_before).min()?;
    let start = known::stage(engine, viewer, id, Stage::Start).unwrap_or_default();
    match known::leaves(engine, viewer, id) {
        Some(at) => Some(Leg { at, meet: start, not_before }),
        None if engine.now() < not_before => {
            Some(Leg { at: not_before, meet: String::new(), not_before })
        }
        // Its hour has come and both sides have not released it: there is nothing to tell.
        None => None,
    }
}

// A duress call must not show on the device that made it.
fn sos(engine: &Engine, unit: &UnitId) -> Option<Sos> {
    let mut alarms = engine.post().watch().alarms();
    let alarm = alarms.find(|it| &it.unit == unit && it.kind == AlarmKind::Sos)?;
    let answered: Option<&AlarmState> = engine.state().alarms.get(&alarm.alarm);
    let noted = answered.and_then(|answered| answered.noted.as_ref());
    let handled = answered.and_then(|answered| answered.handled.as_ref());
    Some(Sos {
        at: alarm.raised,
        noted: noted.map(|by| (by.by.to_string(), by.at)),
        action: handled.map(|(_, action)| action.clone()).unwrap_or_default(),
    })
}

// Our own desk sees the last position while it is kept; the other party's while the movement is
// on the road under its consent.
fn seen_by(engine: &Engine, viewer: &Viewer, unit: &UnitId) -> Vec<Seer> {
    let mut positions = engine.post().watch().positions();
    let last = positions.find(|sighting| &sighting.unit == unit);
    let kept = engine.config().positions_kept_ms;
    let seer = |side, until| Seer {
        party: viewer.lang.of(&past::names(engine, side)).to_owned(),
        role: Role::WatchOfficer,
        until,
    };
    let ours = last.map(|last| seer(engine.side(), last.received.plus_ms(kept)));
    let moving = travels(engine, unit).filter(|movement| movement.standing.on_the_road());
    let theirs = moving.and_then(|movement| {
        let subject = Subject::Movement(movement.notice.movement.clone());
        let consent = joint::consent::live(engine.state(), &subject, engine.now())?;
        Some(seer(engine.side().other(), consent.end()))
    });
    ours.into_iter().chain(theirs).collect()
}
