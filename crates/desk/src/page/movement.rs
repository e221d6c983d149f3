//! One movement, with nothing of it before its time.

use std::collections::BTreeMap;

use engine::engine::Engine;
use joint::draw::Wrong;
use joint::movement::{Movement, Standing};
use lots::record::record;
use node::judge::road::{Computed, green};
use pages::movement::{
    CheckIn, Disclosed, Draw, Drawer, Drawn, Failed, Fault, GateLine, Mark, Order, Step, View,
};
use words::act::Act;
use words::id::{MovementId, PersonId};
use words::moment::Moment;
use words::movement::{Disclosure, Stage};
use words::role::{Role, Side};

use crate::page::{Viewer, known, movements, next, passes, past};

/// The ordinary life of a movement, as the strip shows it.
const STRIP: [Standing; 11] = [
    Standing::Noticed,
    Standing::Submitted,
    Standing::Assessed,
    Standing::Consented,
    Standing::Approved,
    Standing::Sealed,
    Standing::Drawn,
    Standing::UnderWay,
    Standing::Arrived,
    Standing::Debriefed,
    Standing::Closed,
];

/// One movement; nothing if there is none, or nobody looks.
pub fn view(engine: &Engine, viewer: &Viewer, id: &MovementId) -> Option<View> {
    viewer.person.as_ref()?;
    let movement = engine.state().movements.get(id)?;
    Some(View {
        id: id.clone(),
        state: movement.standing.as_str().to_owned(),
        reason: reason(movement),
        order: order(engine, viewer, movement),
        consent_until: movements::consent_until(engine, id),
        steps: steps(engine, viewer, movement),
        checkins: checkins(movement),
        disclosures: disclosures(engine, viewer, movement),
        draw: draw(engine, viewer, movement),
        gate: gate(engine, movement),
        passes: passes::of(engine, viewer, id),
        next: next::acts(engine, viewer, movement),
    })
}

fn reason(movement: &Movement) -> String {
    let halt = movement.halt.as_ref().map(|(_, _, reason)| reason.clone());
    halt.or_else(|| movement.refused.clone()).unwrap_or_default()
}

fn order(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Order {
    let (notice, submitted) = (&movement.notice, movement.submitted.as_ref());
    let assessed = movement.assessed.as_ref();
    Order {
        zone: notice.zone.clone(),
        window: known::window(engine, viewer, movement),
        seats: notice.seats,
        armour: notice.armour,
        escorts: notice.escorts,
        purpose: submitted.map(|submitted| submitted.purpose),
        criticality: submitted.map(|submitted| submitted.criticality),
        risk: assessed.map(|assessed| assessed.risk),
        risk_note: assessed.map(|assessed| assessed.note.clone()).unwrap_or_default(),
    }
}

fn checkins(movement: &Movement) -> Vec<CheckIn> {
    let passed = movement.check_ins.iter();
    passed.map(|(site, at)| CheckIn { label: site.to_string(), at: *at }).collect()
}

// What happened stands in the history; what is planned is shown to whoever may know it.
fn steps(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Vec<Step> {
    let aside = (!STRIP.contains(&movement.standing)).then_some(movement.standing);
    let standings = STRIP.into_iter().chain(aside);
    standings.map(|standing| step(engine, viewer, movement, standing)).collect()
}

fn step(engine: &Engine, viewer: &Viewer, movement: &Movement, standing: Standing) -> Step {
    let reached = movement.history.iter().rev().find(|(one, ..)| *one == standing);
    let real = reached.map(|(_, at, _)| *at);
    let plan = planned(engine, viewer, movement, standing);
    let secret = movement.plan.is_some()
        && matches!(standing, Standing::UnderWay | Standing::Arrived)
        && plan.is_none();
    let late = plan.is_some_and(|plan| plan < engine.now());
    let mark = match real {
        _ if standing == movement.standing => Mark::Now,
        Some(_) => Mark::Done,
        None if movement.standing.ended() => Mark::Next,
        None if secret => Mark::Sealed,
        None if late => Mark::Late,
        None => Mark::Next,
    };
    Step { state: standing.as_str().to_owned(), mark, plan, real }
}

fn planned(
    engine: &Engine,
    viewer: &Viewer,
    movement: &Movement,
    standing: Standing,
) -> Option<Moment> {
    let id = &movement.notice.movement;
    match standing {
        Standing::Drawn => movement.plan.as_ref().map(|plan| plan.draw_at),
        Standing::UnderWay => known::leaves(engine, viewer, id),
        // The hour of arrival tells the length of the way, and so the way.
        Standing::Arrived => {
            known::leaves(engine, viewer, id)?;
            known::route(engine, viewer, id).map(|drawn| drawn.arrives)
        }
        Standing::Noticed
        | Standing::Submitted
        | Standing::Assessed
        | Standing::Consented
        | Standing::Refused
        | Standing::Approved
        | Standing::Sealed
        | Standing::Held
        | Standing::Diverted
        | Standing::Debriefed
        | Standing::Closed
        | Standing::Aborted
        | Standing::Cancelled => None,
    }
}

fn disclosures(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Vec<Disclosed> {
    let id = &movement.notice.movement;
    let listed = movement.plan.iter().flat_map(|plan| &plan.disclosures);
    let line = |one: &Disclosure| Disclosed {
        stage: one.stage,
        roles: one.roles.clone(),
        not_before: one.not_before,
        content: known::stage(engine, viewer, id, one.stage).map(|text| said(one.stage, text)),
    };
    listed.map(line).collect()
}

// A minute is read in the desk's own time.
fn said(stage: Stage, text: String) -> String {
    match (stage, Moment::parse(&text)) {
        (Stage::Minute, Some(at)) => {
            format!("{} {} PKT", sheet::stamp::date(at), sheet::stamp::hour(at))
        }
        (Stage::Window | Stage::Start | Stage::Minute | Stage::Route, _) => text,
    }
}

fn draw(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Draw {
    let id = &movement.notice.movement;
    let Some(plan) = &movement.plan else { return Draw::default() };
    let sides = [Side::Host, Side::Guest].into_iter();
    Draw {
        at: Some(plan.draw_at),
        drawers: sides.map(|side| drawer(engine, viewer, movement, side)).collect(),
        faults: faults(engine, viewer, movement),
        failed: movement
            .draw
            .defaulted
            .as_ref()
            .map(|failed| if failed.fallback.is_some() { Failed::Fixed } else { Failed::Held }),
        result: drawn(engine, viewer, id),
        command: past::CHECK.to_owned(),
    }
}

// Who is named: by what stands in the ledgers, or by the clock before anybody has said so.
fn faults(engine: &Engine, viewer: &Viewer, movement: &Movement) -> Vec<(String, Fault)> {
    let found = record(engine.state(), &movement.notice.movement, movement, engine.now());
    let named = found.defaulted.map_or(found.overdue, |failed| failed.named);
    let name = |side| viewer.lang.of(&past::names(engine, side)).to_owned();
    let shown = found.faults.iter().map(|fault| {
        let what = match fault.wrong {
            Wrong::Lied => Fault::Lied,
            Wrong::Replayed => Fault::Replayed,
            Wrong::Late => Fault::Late,
            Wrong::BadMenu => Fault::BadMenu,
        };
        (name(fault.side), what)
    });
    let silent = named.into_iter().filter(|side| !movement.draw.revealed.contains_key(side));
    shown.chain(silent.map(|side| (name(side), Fault::Silent))).collect()
}

fn drawer(engine: &Engine, viewer: &Viewer, movement: &Movement, side: Side) -> Drawer {
    let id = &movement.notice.movement;
    let said = |fits: &dyn Fn(&Act) -> bool| past::last(engine, side, fits).map(|it| it.at);
    let committed = said(&|act| matches!(act, Act::DrawCommitted(act) if &act.movement == id));
    let revealed = said(&|act| matches!(act, Act::DrawRevealed(act) if &act.movement == id));
    Drawer {
        party: viewer.lang.of(&past::names(engine, side)).to_owned(),
        committed: committed.filter(|_| movement.draw.committed.contains_key(&side)),
        revealed: revealed.filter(|_| movement.draw.revealed.contains_key(&side)),
    }
}

fn drawn(engine: &Engine, viewer: &Viewer, id: &MovementId) -> Option<Drawn> {
    let minute = known::leaves(engine, viewer, id)?;
    let route = known::route(engine, viewer, id)?.route;
    let label = known::stage(engine, viewer, id, Stage::Route)?;
    Some(Drawn { minute, route, label })
}

fn gate(engine: &Engine, movement: &Movement) -> Vec<GateLine> {
    let node = PersonId::new(engine.config().party.as_str());
    let node = node.expect("a party's id is short enough to be a person's");
    let asking = engine.asking(&node, &[Role::Node]);
    let line = |line: Computed| GateLine {
        fact: line.as_str().to_owned(),
        green: green(engine.state(), movement, line, &asking),
        value: found(engine, movement, line),
    };
    Computed::ALL.into_iter().map(line).collect()
}

// What was found, in ids and words that need no translation.
fn found(engine: &Engine, movement: &Movement, line: Computed) -> String {
    let id = &movement.notice.movement;
    match line {
        Computed::ConsentLive => {
            movement.consent.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string)
        }
        Computed::RiskBearable => {
            let risk = movement.assessed.as_ref().map(|assessed| assessed.risk.as_str());
            risk.unwrap_or("–").to_owned()
        }
        Computed::Drawn => format!("{}/2", movement.draw.revealed.len()),
        Computed::RouteReleased => {
            let halves = movement.released.get(&Stage::Route);
            format!("{}/2", halves.map_or(0, BTreeMap::len))
        }
        Computed::PassLive => {
            let passes = engine.state().passes.values().filter(|pass| &pass.movement == id);
            let live = passes.filter(|pass| pass.countersigned && pass.revoked.is_none());
            live.count().to_string()
        }
    }
}
