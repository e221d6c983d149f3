//! What must always hold, checked on what an exercise left behind.

use audit::stranger::{Audit, AuditError, audit};
use engine::engine::Engine;
use engine::fault::Fault;
use joint::state::State;
use ledger::held::Ledger;
use ledger::outcome::Outcome;
use words::act::Act;
use words::deployment::Subject;
use words::moment::Moment;
use words::movement::Check;
use words::presence::ArmsClass;
use words::refusal::Reason;
use words::role::Side;

use crate::drill::{Drill, Record};
use crate::theatre::{Theatre, TheatreError};

/// One promise, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its name in the design.
    pub name: &'static str,
    /// Was it kept?
    pub kept: bool,
    /// What was looked at.
    pub found: String,
}

/// What an exercise leaves behind.
#[derive(Debug)]
pub struct Findings {
    /// The nine promises.
    pub promises: Vec<Promise>,
    /// The audit of the file.
    pub audit: Audit,
    /// The file itself.
    pub export: Vec<u8>,
}

/// Why nothing could be found out.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// A node failed.
    #[error("a node cannot be looked at")]
    Node(#[source] Box<Fault>),
    /// The theatre is closed.
    #[error("a node cannot be reached")]
    Theatre(#[from] TheatreError),
    /// The export does not verify.
    #[error("the export of the exercise does not verify")]
    Audit(#[from] AuditError),
}

impl Findings {
    /// Was everything kept?
    pub fn all_kept(&self) -> bool {
        self.promises.iter().all(|promise| promise.kept)
            && self.audit.unconsented_guest_minutes == 0
    }
}

/// Looks at both nodes and at the host's export, which is audited from its bytes alone.
pub fn findings<T: Theatre>(drill: &mut Drill<T>) -> Result<Findings, FindingsError> {
    drill.theatre.settle()?;
    let looked = drill.theatre.work(Side::Host, |host| host.export().map_err(node));
    let export = looked??;
    let audit = audit(&export)?;
    let guest = drill.theatre.work(Side::Guest, |guest| {
        let report = guest.fsck().map_err(node)?;
        Ok::<_, FindingsError>((report.broken, guest.fold().hash()))
    })??;
    let private: Vec<String> = drill.cast.private().map(str::to_owned).collect();
    let record = drill.record.clone();
    let promises = drill.theatre.work(Side::Host, |host| {
        let state = host.state();
        let broken = host.fsck().map_err(node)?.broken;
        Ok::<_, FindingsError>(vec![
            default_deny(state, &record),
            live_consent(state, &audit, &record),
            ceilings(&audit, &record),
            never_wider(state),
            nobody_early(host, &record),
            no_silent_override(state, &record),
            nothing_lost(host, &audit, (broken, &guest), &record),
            erasable(&export, &private),
            nobody_for_another(host, &audit, &record),
        ])
    })??;
    Ok(Findings { promises, audit, export })
}

fn refused(record: &Record, reason: Reason) -> usize {
    record.attempts.iter().filter(|attempt| attempt.refusal.reasons.contains(&reason)).count()
}

fn default_deny(state: &State, record: &Record) -> Promise {
    let without = [Reason::NotInForce, Reason::NoLiveConsent, Reason::NoLivePass];
    let tried = without.iter().all(|reason| refused(record, *reason) > 0);
    let left = state.movements.values().filter(|it| it.departed.is_some());
    let papers = left.clone().all(|movement| {
        let of = |pass: &&joint::state::Pass| pass.movement == movement.notice.movement;
        let pass = state.passes.values().find(of);
        movement.consent.is_some() && pass.is_some_and(|pass| pass.countersigned)
    });
    Promise {
        name: "default deny",
        kept: tried && papers && state.unlawful.is_empty(),
        found: format!(
            "{} attempts without agreement, consent or pass were refused; {} movements left \
             with all three",
            without.iter().map(|reason| refused(record, *reason)).sum::<usize>(),
            left.count()
        ),
    }
}

fn live_consent(state: &State, audit: &Audit, record: &Record) -> Promise {
    let rules = state.agreements.values().find(|one| one.under().is_none());
    let rules = rules.and_then(|agreement| agreement.rules());
    let reach_ms = rules.map_or(0, |rules| rules.consent().freshness_ms + rules.consent().skew_ms);
    let slowest = record.revocations.iter().map(|it| it.exercise_ms).max();
    let reached = slowest.is_some_and(|slowest| slowest <= reach_ms);
    Promise {
        name: "live consent",
        kept: audit.unconsented_guest_minutes == 0 && reached,
        found: format!(
            "{} revocations reached the guest's node within {} s of the exercise ({} ms); the \
             agreement allows {} s",
            record.revocations.len(),
            slowest.unwrap_or(0) / 1_000,
            record.revocations.iter().map(|it| it.real_ms).max().unwrap_or(0),
            reach_ms / 1_000
        ),
    }
}

fn ceilings(audit: &Audit, record: &Record) -> Promise {
    let tried = refused(record, Reason::CeilingReached);
    Promise {
        name: "ceilings at every instant",
        kept: audit.overruns.is_empty() && tried > 0,
        found: format!("{} overruns; {tried} attempts refused", audit.overruns.len()),
    }
}

fn never_wider(state: &State) -> Promise {
    let deployments = state.deployments.values().all(|known| {
        let terms = &known.request.terms;
        let rules = state.agreements.get(&known.request.agreement).and_then(|it| it.rules());
        let ceiling = rules.and_then(|rules| rules.ceiling(terms.category, &terms.zone));
        ceiling.is_some_and(|most| {
            terms.headcount <= most.headcount_max
                && (terms.arms < ArmsClass::Sidearm || terms.headcount <= most.armed_max)
        })
    });
    let consents = state.consents.values().all(|consent| match &consent.subject {
        Subject::Deployment(id) => state.deployments.get(id).is_some_and(|known| {
            consent.headcount_max <= known.request.terms.headcount
                && consent.until <= known.request.terms.window.end()
        }),
        Subject::Movement(id) => {
            state.movements.get(id).is_some_and(|it| consent.until <= it.notice.day.end())
        }
    });
    let tasks = state.tasks.values().all(|task| {
        let known = state.deployments.get(&task.order.deployment);
        known.is_some_and(|known| known.request.terms.window.contains(task.order.window))
    });
    let passes = state.passes.values().all(|pass| {
        let movement = state.movements.get(&pass.movement);
        movement
            .is_some_and(|it| it.notice.day.contains(pass.window) && it.notice.zone == pass.zone)
    });
    Promise {
        name: "a lower instrument never widens a higher one",
        kept: deployments && consents && tasks && passes,
        found: format!(
            "{} deployments, {} leases, {} orders and {} passes, each within the one above",
            state.deployments.len(),
            state.consents.len(),
            state.tasks.len(),
            state.passes.len()
        ),
    }
}

fn nobody_early(host: &Engine, record: &Record) -> Promise {
    let plan = |id| host.state().movements.get(id).and_then(|known| known.plan.as_ref());
    let mut counted = 0;
    let mut early = 0;
    let mut count = |at: Moment, not_before: Option<Moment>| {
        counted += 1;
        if not_before.is_none_or(|not_before| at < not_before) {
            early += 1;
        }
    };
    for (at, act) in acted(host) {
        if let Act::DrawRevealed(act) = act {
            count(at, plan(&act.movement).map(|plan| plan.draw_at));
        } else if let Act::StageReleased(act) = act {
            let steps = plan(&act.movement).map(|plan| &plan.disclosures);
            let step = steps.and_then(|steps| steps.iter().find(|step| step.stage == act.stage));
            count(at, step.map(|step| step.not_before));
        }
    }
    let tried = refused(record, Reason::TooEarly);
    Promise {
        name: "nobody knows early",
        kept: early == 0 && counted > 0 && tried > 0,
        found: format!(
            "{counted} reveals and releases, {early} early; {tried} early tries refused"
        ),
    }
}

fn no_silent_override(state: &State, record: &Record) -> Promise {
    let departures = state.movements.values().filter_map(|known| known.departed.as_ref());
    let open = departures.clone().all(|(act, _)| {
        act.override_reason.is_some() || Check::ALL.iter().all(|check| act.green.contains(check))
    });
    let red = refused(record, Reason::GateRed);
    Promise {
        name: "no silent override",
        kept: open && red > 0,
        found: format!(
            "{} departures, all green or signed for; {red} red gate blocked",
            departures.count()
        ),
    }
}

fn nothing_lost(
    host: &Engine,
    audit: &Audit,
    (broken, (guest_broken, guest_hash)): (Vec<String>, &(Vec<String>, words::hash::Hash)),
    record: &Record,
) -> Promise {
    let same = audit.state == host.fold().hash() && *guest_hash == audit.state;
    let named = host.state().misbehaved.values().flatten().any(|code| code == "fork");
    let whole = broken.is_empty() && guest_broken.is_empty();
    let forgery = match (record.forged, named) {
        (true, true) => "; the forged ledger was caught and its party named",
        (true, false) => "; the forged ledger was NOT caught",
        (false, _) => "",
    };
    let same_word =
        if same { "one joint state on both nodes and in the file" } else { "states differ" };
    Promise {
        name: "nothing lost",
        kept: same && whole && record.forged == named,
        found: format!(
            "fsck finds {} faults; {same_word}{forgery}",
            broken.len() + guest_broken.len()
        ),
    }
}

fn erasable(export: &[u8], private: &[String]) -> Promise {
    let holds = |word: &&String| export.windows(word.len()).any(|bytes| bytes == word.as_bytes());
    let found = private.iter().filter(holds).count();
    Promise {
        name: "personal data stays out of ledgers",
        kept: found == 0 && !private.is_empty(),
        found: format!(
            "{} names and passwords of the register, {found} in the file",
            private.len()
        ),
    }
}

fn nobody_for_another(host: &Engine, audit: &Audit, record: &Record) -> Promise {
    let ledgers = [Some(host.own()), host.peer()].into_iter().flatten();
    let foreign = ledgers.flat_map(|ledger| {
        let prefix = format!("{}/", ledger.party());
        let lines = ledger.lines().iter();
        lines.filter(move |line| {
            let by = line.entry.by.as_str();
            !by.starts_with(&prefix) && by != prefix.trim_end_matches('/')
        })
    });
    let (foreign, tried) = (foreign.count(), refused(record, Reason::NotYourRole));
    Promise {
        name: "nobody acts for another",
        kept: foreign == 0 && audit.void == 0 && tried > 0,
        found: format!(
            "{} statements verified under their own person's key, {} void; {tried} try in \
             another's role refused",
            audit.entries.iter().map(|(_, entries)| entries).sum::<u64>(),
            audit.void
        ),
    }
}

fn node(fault: Fault) -> FindingsError {
    FindingsError::Node(Box::new(fault))
}

// Every act of both ledgers that acted, and when.
fn acted(host: &Engine) -> impl Iterator<Item = (Moment, &Act)> {
    let ledgers = [Some(host.own()), host.peer()].into_iter().flatten();
    let lines = ledgers.flat_map(Ledger::lines);
    lines.filter(|line| line.outcome == Some(Outcome::Acted)).filter_map(|line| {
        let act = line.entry.act.as_ref()?;
        Some((line.entry.at, act))
    })
}
