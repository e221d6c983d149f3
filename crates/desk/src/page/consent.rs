//! The consent desk: what is asked, what lives, what would end.

use engine::engine::Engine;
use joint::asking::Asking;
use joint::consent::{Consent, live};
use joint::movement::{Movement, Standing};
use joint::quorum::waits;
use joint::standing::withheld;
use joint::state::{Deployment, Sight, State, TaskOrder};
use ledger::held::Ledger;
use node::verdict;
use pages::consent::{Asked, Effect, Lease, Order, Request, RequestState, TaskState, View};
use sheet::form::{Choice, Fill};
use sheet::stamp;
use tongue::speech::Lang;
use watch::plan::UnitKind;
use words::deployment::Subject;
use words::id::{AgreementId, ConsentId, DeploymentId, PersonId, TaskId};
use words::limit::LEASE_MS_MAX;
use words::moment::Moment;
use words::role::{Role, Side};

use crate::page::{Viewer, known, movements, verdict as verdicts};

/// Requests that were answered stay on the desk this long: a week is one rota of a desk.
const ANSWERED_SHOWN_MS: i64 = 7 * 86_400_000;

const HOUR_MS: i64 = 3_600_000;

/// Everything on the desk.
pub fn view(engine: &Engine, viewer: &Viewer) -> View {
    if viewer.person.is_none() {
        return View::default();
    }
    let mut view = View {
        requests: requests(engine, viewer),
        leases: leases(engine),
        orders: orders(engine),
        ..View::default()
    };
    if engine.side() == Side::Guest {
        offer(engine, viewer, &mut view);
    }
    view
}

// What the guest's own forms can name.
fn offer(engine: &Engine, viewer: &Viewer, view: &mut View) {
    if let Some((id, agreement)) = movements::in_force(engine) {
        let start = Moment::from_ms((engine.now().unix_ms / HOUR_MS + 1) * HOUR_MS);
        view.zones = movements::zones(viewer, agreement);
        view.request = Fill::of("agreement", id)
            .with("start", stamp::local(start))
            .with("end", stamp::local(start.plus_ms(12 * HOUR_MS)));
    }
    let plain = |text: String| Choice { value: text.clone(), label: text };
    let deployments = engine.state().deployments.keys().filter(|id| {
        let subject = Subject::Deployment((*id).clone());
        live(engine.state(), &subject, engine.now()).is_some()
    });
    view.deployments = deployments.map(|id| plain(id.to_string())).collect();
    let people = engine.post().people().all();
    let guards = people.filter(|it| it.unit_kind() == UnitKind::GuestPersonnel);
    let choice = |unit: &words::id::UnitId| Choice {
        value: unit.to_string(),
        label: known::label(engine, viewer, unit),
    };
    view.units = guards.map(|it| choice(&it.unit)).collect();
}

fn requests(engine: &Engine, viewer: &Viewer) -> Vec<Request> {
    let state = engine.state();
    let deployments = state.deployments.iter().map(|known| deployment(engine, viewer, known));
    let movements = state.movements.iter().filter_map(|(id, known)| {
        movement(engine, viewer, (&Subject::Movement(id.clone()), known))
    });
    let since = engine.now().plus_ms(-ANSWERED_SHOWN_MS);
    let shown = |request: &Request| {
        matches!(request.state, RequestState::Waiting | RequestState::Granted)
            || request.at >= since
    };
    deployments.chain(movements).filter(shown).collect()
}

fn deployment(
    engine: &Engine,
    viewer: &Viewer,
    (id, known): (&DeploymentId, &Deployment),
) -> Request {
    let (request, now) = (&known.request, engine.now());
    let subject = Subject::Deployment(id.clone());
    let deadline = deadline(engine.state(), &request.agreement, known.at);
    let answered = (known.consent.is_some(), known.refused.is_some());
    let until = request.terms.window.end();
    Request {
        state: standing(engine, &subject, answered, deadline),
        asked: Asked::Deployment(request.terms.clone()),
        purpose: request.purpose,
        by: known.by.to_string(),
        at: known.at,
        deadline,
        reason: known.refused.clone().unwrap_or_default(),
        verdict: judged(engine, viewer.lang, |state, asking| {
            verdict::deployment(state, asking, request)
        }),
        grant: Fill::of("hours", hours(engine.state(), &request.agreement, (now, until)))
            .with("headcount_max", request.terms.headcount),
        subject,
    }
}

fn movement(
    engine: &Engine,
    viewer: &Viewer,
    (subject, known): (&Subject, &Movement),
) -> Option<Request> {
    let submitted = known.submitted.as_ref()?;
    let notice = &known.notice;
    let reached = known.history.iter().find(|(standing, ..)| *standing == Standing::Submitted);
    let (_, at, by) = reached?;
    let deadline = deadline(engine.state(), &notice.agreement, *at);
    let answered = (known.consent.is_some(), known.refused.is_some());
    let span = (engine.now(), notice.day.end());
    Some(Request {
        subject: subject.clone(),
        asked: Asked::Movement {
            seats: notice.seats,
            window: known::window(engine, viewer, known),
        },
        purpose: submitted.purpose,
        by: by.to_string(),
        at: *at,
        deadline,
        state: standing(engine, subject, answered, deadline),
        reason: known.refused.clone().unwrap_or_default(),
        verdict: judged(engine, viewer.lang, |state, asking| {
            verdict::movement(state, asking, &notice.movement)
        }),
        grant: Fill::of("hours", hours(engine.state(), &notice.agreement, span))
            .with("headcount_max", notice.seats),
    })
}

fn standing(
    engine: &Engine,
    subject: &Subject,
    (leased, refused): (bool, bool),
    deadline: Option<Moment>,
) -> RequestState {
    let now = engine.now();
    if refused {
        RequestState::Refused
    } else if live(engine.state(), subject, now).is_some() {
        RequestState::Granted
    } else if leased {
        RequestState::Over
    } else if deadline.is_some_and(|deadline| deadline <= now) {
        RequestState::DeemedRefused
    } else {
        RequestState::Waiting
    }
}

// As the host would have it: the host hears itself.
fn judged(
    engine: &Engine,
    lang: Lang,
    ask: impl Fn(&State, &Asking<'_>) -> Result<accord::rules::Decision, words::refusal::Refusal>,
) -> sheet::verdict::Verdict {
    let host = PersonId::new("host").expect("a word is an id");
    let roles = [Role::ConsentOfficer];
    let asking = Asking { side: Side::Host, ..engine.asking(&host, &roles) };
    verdicts::card(ask(engine.state(), &asking), engine, lang)
}

fn deadline(state: &State, agreement: &AgreementId, at: Moment) -> Option<Moment> {
    let rules = state.agreements.get(agreement)?.rules()?;
    Some(at.plus_ms(rules.consent().decide_within_ms))
}

// The longest whole hours that a lease from now may have; at least one, so that the form can
// be sent and the agreement answers.
fn hours(state: &State, agreement: &AgreementId, (now, end): (Moment, Moment)) -> i64 {
    let rules = state.agreements.get(agreement).and_then(|agreement| agreement.rules());
    let longest = rules.map_or(LEASE_MS_MAX, |rules| rules.consent().lease_ms_max);
    let longest = longest.min(LEASE_MS_MAX).min(end.ms_since(now));
    (longest / HOUR_MS).max(1)
}

fn leases(engine: &Engine) -> Vec<Lease> {
    let now = engine.now();
    let living = engine.state().consents.iter().filter(|(_, consent)| consent.lives(now));
    living.map(|(id, consent)| lease(engine, id, consent)).collect()
}

fn lease(engine: &Engine, id: &ConsentId, consent: &Consent) -> Lease {
    let state = engine.state();
    let (agreement, end) = match &consent.subject {
        Subject::Deployment(id) => state
            .deployments
            .get(id)
            .map(|known| (&known.request.agreement, known.request.terms.window.end())),
        Subject::Movement(id) => {
            state.movements.get(id).map(|known| (&known.notice.agreement, known.notice.day.end()))
        }
    }
    .unzip();
    let span = (engine.now(), end.unwrap_or(consent.until));
    let hours = agreement.map_or(1, |agreement| hours(state, agreement, span));
    Lease {
        consent: id.clone(),
        subject: consent.subject.clone(),
        headcount_max: consent.headcount_max,
        from: consent.from,
        until: consent.end(),
        waits: waits(state, consent, sight(engine)).map(|it| (it.have, it.needed)),
        effect: effect(state, &consent.subject),
        renew: Fill::of("hours", hours),
    }
}

fn sight(engine: &Engine) -> Sight {
    Sight { side: engine.side(), seen: engine.peer().map_or(0, Ledger::folded_size) }
}

/// What a revocation would stop at once.
pub fn effect(state: &State, subject: &Subject) -> Effect {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match subject {
        Subject::Deployment(id) => {
            let tasks = state.tasks.values().filter(|task| &task.order.deployment == id);
            let running = tasks.filter(|task| task.started.is_some() && task.ended.is_none());
            Effect { tasks: count(running.count()), ..Effect::default() }
        }
        Subject::Movement(id) => {
            let moving = state.movements.get(id).filter(|it| it.standing.on_the_road());
            let passes = state.passes.values().filter(|pass| &pass.movement == id);
            let alive = passes.filter(|pass| pass.revoked.is_none());
            Effect {
                tasks: 0,
                movements: u32::from(moving.is_some()),
                passes: count(alive.count()),
            }
        }
    }
}

fn orders(engine: &Engine) -> Vec<Order> {
    let since = engine.now().plus_ms(-ANSWERED_SHOWN_MS);
    let tasks = engine.state().tasks.iter();
    let shown = tasks.filter(|(_, task)| task.ended.is_none_or(|ended| ended >= since));
    shown.map(|(id, task)| order(engine, id, task)).collect()
}

fn order(engine: &Engine, id: &TaskId, task: &TaskOrder) -> Order {
    let subject = Subject::Deployment(task.order.deployment.clone());
    let consented = live(engine.state(), &subject, engine.now()).is_some()
        && withheld(engine.state(), &task.order.deployment).is_none();
    let state = match (task.started, task.ended) {
        (_, Some(_)) => TaskState::Ended,
        (_, None) if !consented => TaskState::Dead,
        (Some(_), None) => TaskState::Running,
        (None, None) => TaskState::Ordered,
    };
    Order {
        task: id.clone(),
        deployment: task.order.deployment.clone(),
        units: task.order.units.clone(),
        window: task.order.window,
        state,
    }
}
