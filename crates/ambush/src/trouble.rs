//! Why there is no answer, and the nearest thing that works.

use thiserror::Error;

/// Why a question cannot be answered. Nothing is left half done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Trouble {
    /// Nobody moves.
    #[error("the movement ends where it starts")]
    SamePlace,
    /// A number that is none of the network's junctions.
    #[error("the network has no junction {junction}")]
    NoJunction {
        /// The number asked for.
        junction: u32,
    },
    /// The network falls apart, and the two ends lie on different parts of it.
    #[error(
        "no road leads there: of {junctions} junctions, {reached} can be reached from the start"
    )]
    Island {
        /// How many junctions the start reaches, itself included.
        reached: u32,
        /// How many junctions there are.
        junctions: u32,
    },
    /// Even the fastest route takes longer than is allowed.
    #[error("no route takes {limit_ms} ms or less: the fastest takes {fastest_ms} ms")]
    NoneWithin {
        /// What was allowed, in milliseconds.
        limit_ms: u64,
        /// What the fastest route takes, in milliseconds: the least budget that works.
        fastest_ms: u64,
    },
    /// The routes that were measured against the fastest may take less than the fastest.
    #[error(
        "a budget of {budget_ppm} millionths of the fastest route allows no route: \
         give at least 1000000"
    )]
    BudgetBelowFastest {
        /// What was asked, in millionths of the fastest route's time.
        budget_ppm: u32,
    },
    /// A road's weight is no number, infinite, negative or more than can be.
    #[error(
        "the weight of road {road} is {kind}: give a number from 0 to {most}",
        most = WEIGHT_MAX
    )]
    BadWeight {
        /// The road.
        road: u32,
        /// What is wrong with it.
        kind: BadNumber,
    },
    /// The lower end of a band lies above the upper.
    #[error("the band of road {road} ends below its beginning")]
    BandUpsideDown {
        /// The road.
        road: u32,
    },
    /// As many weights as roads are needed.
    #[error("there are {weights} weights for {roads} roads")]
    OtherRoads {
        /// How many weights were given.
        weights: u32,
        /// How many roads the network has.
        roads: u32,
    },
    /// Nothing can be attacked anywhere, so that every route is as good as another.
    #[error("all weights are zero: no road is threatened, take the fastest route")]
    NoThreat,
    /// A route over roads that nobody can attack: nothing needs to be drawn.
    #[error("a route of {millis} ms meets no threatened road: take it, nothing needs to be drawn")]
    SafeRoute {
        /// How long the fastest such route takes, in milliseconds.
        millis: u64,
    },
    /// The weights of a mixture do not sum to what they must.
    #[error("the weights of the mixture sum to {sum}, not to {due}")]
    BadSum {
        /// What they sum to.
        sum: u128,
        /// What they must sum to.
        due: u64,
    },
    /// A route of a menu is not a way from the start to the end.
    #[error("route {route} of the menu does not lead from the start to the end at its step {step}")]
    BrokenRoute {
        /// The route, counted from 0.
        route: u32,
        /// The arc of the route, counted from 0.
        step: u32,
    },
    /// A route of a menu takes longer than every route may.
    #[error("route {route} of the menu takes {millis} ms, more than the {limit_ms} ms allowed")]
    SlowRoute {
        /// The route, counted from 0.
        route: u32,
        /// What it takes, in milliseconds.
        millis: u64,
        /// What was allowed, in milliseconds.
        limit_ms: u64,
    },
    /// A road of a mix or of a lever that the network does not have.
    #[error("the network has no road {road}")]
    NoRoad {
        /// The number asked for.
        road: u32,
    },
    /// A share above one whole, or a count of nothing.
    #[error("{what} is out of range")]
    OutOfRange {
        /// What it is.
        what: &'static str,
    },
    /// The network's columns contradict each other.
    #[error("the network is damaged: arc {arc} names a junction or a road that it does not have")]
    BadNet {
        /// The arc.
        arc: u32,
    },
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadNumber {
    /// Not a number at all.
    #[error("not a number")]
    NotANumber,
    /// Without end.
    #[error("infinite")]
    Infinite,
    /// Below zero.
    #[error("negative")]
    Negative,
    /// More than the scale has.
    #[error("too large")]
    TooLarge,
}

/// The greatest weight: a sure ambush of what is lost a thousandfold.
pub const WEIGHT_MAX: u32 = 1_000;
