//! The list of movements, and the notice of a new one.

use engine::engine::Engine;
use joint::movement::Movement;
use joint::state::Agreement;
use pages::movements::{Row, View};
use sheet::form::{Choice, Fill};
use sheet::stamp;
use words::deployment::Subject;
use words::id::{AgreementId, MovementId};
use words::moment::Moment;
use words::role::{Role, Side};

use crate::page::{Viewer, known};

/// Every movement.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    View { rows: rows(engine, viewer, |_| true), notice: notice(engine, viewer) }
}

/// The rows of the movements that are wanted.
pub fn rows(engine: &Engine, viewer: &Viewer, wanted: impl Fn(&Movement) -> bool) -> Vec<Row> {
    if viewer.person.is_none() {
        return Vec::new();
    }
    let movements = engine.state().movements.iter().filter(|(_, movement)| wanted(movement));
    movements.map(|(id, movement)| row(engine, viewer, (id, movement))).collect()
}

fn row(engine: &Engine, viewer: &Viewer, (id, movement): (&MovementId, &Movement)) -> Row {
    let alarms = engine.post().watch().alarms();
    let of: Vec<u8> = alarms
        .filter(|alarm| alarm.movement.as_ref() == Some(id))
        .map(|alarm| alarm.priority)
        .collect();
    Row {
        id: id.clone(),
        state: movement.standing.as_str().to_owned(),
        zone: movement.notice.zone.clone(),
        window: known::window(engine, viewer, movement),
        seats: movement.notice.seats,
        unit: engine.post().people().of_movement(id).first().cloned(),
        consent_until: consent_until(engine, id),
        alarms: u32::try_from(of.len()).unwrap_or(u32::MAX),
        worst: of.into_iter().min(),
    }
}

/// Until when the host consents to a movement.
pub fn consent_until(engine: &Engine, id: &MovementId) -> Option<Moment> {
    let subject = Subject::Movement(id.clone());
    joint::consent::live(engine.state(), &subject, engine.now()).map(joint::consent::Consent::end)
}

fn notice(engine: &Engine, viewer: &Viewer) -> Option<Fill> {
    if engine.side() != Side::Guest || !viewer.is_any(&[Role::JourneyManager]) {
        return None;
    }
    let (id, agreement) = in_force(engine)?;
    let rules = agreement.rules()?;
    // The earliest whole hour that needs no urgency, and a half-day from there.
    let ahead = engine.now().plus_ms(rules.notice()?.normal_ms);
    let start = Moment::from_ms((ahead.unix_ms / 3_600_000 + 1) * 3_600_000);
    let hours = |hours: i64| stamp::local(start.plus_ms(hours * 3_600_000));
    let fill = Fill::of("agreement", id)
        .with("day_start", hours(0))
        .with("day_end", hours(12))
        .with("start", hours(4))
        .with("end", hours(6))
        .with("armour", rules.armour_min())
        .with("dummies", 0);
    Some(fill.choosing("zone", &zones(viewer, agreement)))
}

/// The first agreement in force.
pub fn in_force(engine: &Engine) -> Option<(&AgreementId, &Agreement)> {
    engine.state().agreements.iter().find(|(_, agreement)| agreement.rules().is_some())
}

/// The zones that guest acts may be in, by name.
pub fn zones(viewer: &Viewer, agreement: &Agreement) -> Vec<Choice> {
    let zones = agreement.rules().into_iter().flat_map(|rules| rules.zones());
    zones.filter(|zone| zone.allowed).map(|zone| choice(viewer, zone)).collect()
}

/// Every zone of the agreement in force, those that are closed to guests too.
pub fn zones_named(engine: &Engine, viewer: &Viewer) -> Vec<Choice> {
    let rules = in_force(engine).and_then(|(_, agreement)| agreement.rules());
    rules.into_iter().flat_map(|rules| rules.zones()).map(|zone| choice(viewer, zone)).collect()
}

fn choice(viewer: &Viewer, zone: &article::provision::Zone) -> Choice {
    let label = viewer.lang.of(&zone.names).to_owned();
    Choice { value: zone.zone.to_string(), label }
}
