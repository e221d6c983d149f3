//! A plan and both seeds → who stands where when, and its proof.

use std::fmt;

use route::net::ix;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use words::hash::{Hash, Seed};
use words::role::Side;

use crate::comb::{draw, lot};
use crate::escort::escort;
use crate::file::{Wrong, clock, day};
use crate::origami::allocate;
use crate::plan::{Plan, parse};
use crate::pledge::{Bound, Said, Unbound, bound, plan_hash};
use crate::roster::{Line, Roster, Slot, roster};
use crate::team;

/// The format of a document.
pub const FORMAT: &str = "safeconduct/roster/1";

/// A plan of posts that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rota {
    /// The plan.
    pub plan: Plan,
    /// The posts: sites first, then standing ones.
    pub names: Vec<String>,
    /// The shifts, in order of time.
    pub slots: Vec<Slot>,
    /// Who stands on them.
    pub roster: Roster,
}

/// What a plan needs so that a roster can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Lacks {
    /// A shift.
    #[error("it has no shift")]
    Shift,
    /// A person.
    #[error("it has no person")]
    Person,
    /// A post.
    #[error("it has no post")]
    Post,
}

impl Lacks {
    /// What to do.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Shift => "name them under [[shift]]",
            Self::Person => "name them under [[person]]",
            Self::Post => "name posts under [[standing]], or sites and `guards` to draw them from",
        }
    }
}

/// Draws posts, makes the roster.
pub fn rota(plan: Plan, [host, guest]: [&Seed; 2]) -> Result<Rota, Lacks> {
    match () {
        () if plan.shifts.is_empty() => return Err(Lacks::Shift),
        () if plan.people.is_empty() => return Err(Lacks::Person),
        () if plan.standing.is_empty() && plan.drawn.is_none() => return Err(Lacks::Post),
        () => {}
    }
    let slots = slots(&plan, [host, guest]);
    let mut lot = lot(&format!("roster/{}", day(plan.start, 0)), host, guest);
    let roster = roster(&plan.people, &slots, &plan.rules, &mut lot);
    Ok(Rota { names: names(&plan), plan, slots, roster })
}

// Sites first, then standing posts: their numbers are those of the roster's lines.
fn names(plan: &Plan) -> Vec<String> {
    let sites = plan.drawn.iter().flat_map(|drawn| drawn.names.iter());
    sites.chain(plan.standing.iter().map(|post| &post.name)).cloned().collect()
}

fn slots(plan: &Plan, [host, guest]: [&Seed; 2]) -> Vec<Slot> {
    let cover = plan.drawn.as_ref().map(|drawn| allocate(&drawn.sites, drawn.guards).cover);
    let sites = plan.drawn.as_ref().map_or(0, |drawn| drawn.names.len());
    let first = u32::try_from(sites).unwrap_or(u32::MAX);
    let mut slots = Vec::new();
    for number in 0..plan.days {
        for (shift, it) in (0..).zip(&plan.shifts) {
            // A draw of its own for each shift: what one shift saw tells nothing of the next.
            let subject = format!("posts/{}/{}", day(plan.start, number), it.name);
            let mut lot = lot(&subject, host, guest);
            let mut posts = cover.as_ref().map_or_else(Vec::new, |cover| draw(cover, &mut lot));
            for (post, standing) in (first..).zip(&plan.standing) {
                if standing.shifts.contains(&shift) {
                    posts.extend((0..standing.people).map(|_| post));
                }
            }
            slots.push(Slot { day: number, shift, start: it.start, minutes: it.minutes, posts });
        }
    }
    slots
}

impl Rota {
    /// The name of a post.
    pub fn post(&self, number: u32) -> &str {
        self.names.get(ix(number)).map_or("", String::as_str)
    }

    /// The pseudonym of a person.
    pub fn person(&self, number: u32) -> &str {
        self.plan.people.get(ix(number)).map_or("", |person| person.name.as_str())
    }

    /// The name of a slot's shift.
    pub fn shift(&self, slot: &Slot) -> &str {
        self.plan.shifts.get(ix(slot.shift)).map_or("", |shift| shift.name.as_str())
    }

    /// The slot of a number.
    pub fn slot(&self, number: u32) -> Option<&Slot> {
        self.slots.get(ix(number))
    }

    /// Every line as it is written.
    pub fn written(&self) -> Vec<Written> {
        self.roster.lines.iter().filter_map(|line| self.line(line)).collect()
    }

    fn line(&self, line: &Line) -> Option<Written> {
        let slot = self.slot(line.slot)?;
        Some(Written {
            date: day(self.plan.start, slot.day),
            shift: self.shift(slot).to_owned(),
            from: clock(slot.start),
            minutes: slot.minutes,
            post: self.post(line.post).to_owned(),
            person: self.person(line.person).to_owned(),
        })
    }
}

/// One line of a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The date on which the shift begins.
    pub date: String,
    /// The shift.
    pub shift: String,
    /// When it begins.
    pub from: String,
    /// How long it lasts.
    pub minutes: u32,
    /// Where.
    pub post: String,
    /// Who.
    pub person: String,
}

/// What one escort team does on the first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Which team.
    pub team: u32,
    /// Where it begins.
    pub base: String,
    /// What it goes with.
    pub movements: Vec<String>,
}

/// What one party has said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its pledge.
    pub pledge: Hash,
    /// Its seed.
    pub seed: Seed,
}

impl fmt::Debug for Party {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Party({})", self.pledge)
    }
}

/// A roster with its proof: whoever has the plan can make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Always [`FORMAT`].
    pub format: String,
    /// The SHA-256 of the plan's file.
    pub plan: Hash,
    /// What the plan is about.
    pub title: String,
    /// What the host said.
    pub host: Party,
    /// What the guest said.
    pub guest: Party,
    /// Who stands where when.
    pub lines: Vec<Written>,
    /// What escort teams do on the first day.
    pub orders: Vec<Order>,
}

/// Why a document is no roster of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unfit {
    /// It cannot be read.
    #[error("it is no roster that `post roster --out` wrote: {0}")]
    Unreadable(String),
    /// It was drawn for another plan, or this one was changed.
    #[error("it was drawn for the plan {drawn}; this plan is {given}")]
    OtherPlan {
        /// Its plan.
        drawn: Hash,
        /// The plan that was given.
        given: Hash,
    },
    /// What was said does not bind both.
    #[error("what the parties said does not hold")]
    Unbound(#[source] Unbound),
    /// The plan cannot be read.
    #[error("the plan cannot be read: {0}")]
    Plan(Wrong),
    /// There is nothing to draw.
    #[error("the plan has nothing to draw")]
    Lacks(#[source] Lacks),
    /// Plan and seeds give another roster.
    #[error("plan and seeds give another {what} than it says, first at {place}")]
    Differs {
        /// What.
        what: &'static str,
        /// Where, from 1.
        place: usize,
    },
}

/// Draws a plan and writes down how.
pub fn document(text: &str, said: &[Said]) -> Result<(Document, Rota), Unfit> {
    let hash = plan_hash(text);
    let bound = bound(&hash, said).map_err(Unfit::Unbound)?;
    made(text, &bound)
}

fn made(text: &str, bound: &Bound) -> Result<(Document, Rota), Unfit> {
    let plan = parse(text).map_err(Unfit::Plan)?;
    let Bound { plan: hash, pledges: [one, other], seeds: [host, guest] } = *bound;
    let orders = orders(&plan, [&host, &guest])?;
    let rota = rota(plan, [&host, &guest]).map_err(Unfit::Lacks)?;
    let document = Document {
        format: FORMAT.to_owned(),
        plan: hash,
        title: rota.plan.title.clone(),
        host: Party { pledge: one, seed: host },
        guest: Party { pledge: other, seed: guest },
        lines: rota.written(),
        orders,
    };
    Ok((document, rota))
}

fn orders(plan: &Plan, [host, guest]: [&Seed; 2]) -> Result<Vec<Order>, Unfit> {
    let Some(escorted) = &plan.escorted else { return Ok(Vec::new()) };
    let escorts = escort(&escorted.day).map_err(|cause| {
        let remedy = "mend the movements".to_owned();
        Unfit::Plan(Wrong { line: 0, problem: cause.to_string(), remedy })
    })?;
    let mut lot = lot(&format!("escorts/{}", day(plan.start, 0)), host, guest);
    let name = |names: &[String], at: u32| names.get(ix(at)).cloned().unwrap_or_default();
    let orders = (1..).zip(team::draw(&escorts, &mut lot)).map(|(team, order)| Order {
        team,
        base: name(&escorted.bases, order.base),
        movements: order.trips.iter().map(|trip| name(&escorted.names, *trip)).collect(),
    });
    Ok(orders.collect())
}

impl Document {
    /// Reads a document.
    pub fn read(text: &str) -> Result<Self, Unfit> {
        let read: Self =
            serde_json::from_str(text).map_err(|cause| Unfit::Unreadable(cause.to_string()))?;
        if read.format == FORMAT {
            Ok(read)
        } else {
            Err(Unfit::Unreadable(format!("its format is not `{FORMAT}`")))
        }
    }

    /// What both parties have said, as lines.
    pub fn said(&self) -> Vec<Said> {
        let both = [(Side::Host, &self.host), (Side::Guest, &self.guest)];
        let lines = both.into_iter().flat_map(|(side, party)| {
            let Party { pledge, seed } = party;
            let plan = self.plan;
            let shown = Said::Shown { side, plan, seed: *seed };
            [Said::Pledged { side, plan, pledge: *pledge }, shown]
        });
        lines.collect()
    }

    /// Makes it again from the plan and the seeds: nothing in it is taken on trust.
    pub fn check(&self, text: &str) -> Result<Rota, Unfit> {
        let given = plan_hash(text);
        if given != self.plan {
            return Err(Unfit::OtherPlan { drawn: self.plan, given });
        }
        let (again, rota) = document(text, &self.said())?;
        differs("line", &self.lines, &again.lines)?;
        differs("order", &self.orders, &again.orders)?;
        if *self == again { Ok(rota) } else { Err(Unfit::Differs { what: "title", place: 1 }) }
    }
}

fn differs<T: PartialEq>(what: &'static str, said: &[T], made: &[T]) -> Result<(), Unfit> {
    let same = said.iter().zip(made).take_while(|(one, other)| one == other).count();
    if same == said.len() && same == made.len() {
        return Ok(());
    }
    Err(Unfit::Differs { what, place: same + 1 })
}
