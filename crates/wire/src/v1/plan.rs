//! The planner's question and its answer; the predictability board.

requests! {
    /// Which mixture of routes no ambush beats. Nothing of it is kept.
    GameRequest {
        /// Gates to leave by, the usual one first: a junction's id or `LAT,LON`.
        from: Vec<String>,
        /// Gates to arrive by, the usual one first.
        to: Vec<String>,
        /// How long a route may take, in millionths of the fastest one's time; null is as long as
        /// it likes.
        budget_ppm: Option<u32>,
        /// Roads where a guard stands: an id, `#NUMBER`, or `LAT,LON` on it.
        guards: Option<Vec<String>>,
        /// How many of the ambushes a guard foils, in millionths; 500000, if it is not said.
        guard_cut_ppm: Option<u32>,
        /// Minutes that the departure is drawn from; 1, if it is not said.
        slots: Option<u32>,
        /// Metres around both ends that their own guards hold; 0, if it is not said.
        held_m: Option<u32>,
    }
}

views! {
    /// A route of a mixture.
    GameRouteView {
        /// How likely it is drawn, in millionths.
        share_ppm: u32,
        /// How long it takes, in milliseconds.
        millis: u64,
        /// What it passes, in order.
        via: Vec<String>,
    }

    /// A road where a perfect attacker waits.
    ChokepointView {
        /// What names it.
        road: String,
        /// What it is called.
        name: String,
        /// How often he waits there, in millionths.
        share_ppm: u32,
        /// How often a movement passes there, in millionths.
        passed_ppm: u32,
        /// Its dual price, in millionths: what the value falls by where the weight does.
        price_ppm: u32,
    }

    /// A road that every route takes.
    ResidualView {
        /// What names it.
        road: String,
        /// What it is called.
        name: String,
        /// What it weighs, in millionths: no routing lowers the risk below it.
        weight_ppm: u32,
    }

    /// What would help.
    LeverView {
        /// `guard`, `exit`, `gate`, `hold`, `decoy` or `advance`.
        lever: String,
        /// Where; empty for one without a place.
        at: String,
        /// What would remain, in millionths.
        remains_ppm: u32,
    }

    /// The best mixture of routes, what proves it, and what remains.
    GameView {
        /// What the best ambush gains if it knows the minute, in millionths of a movement.
        value_ppm: u32,
        /// What no mixture can beat, in millionths.
        bound_ppm: u32,
        /// What it gains from whoever takes the fastest route, in millionths.
        fastest_route_ppm: u32,
        /// What remains with the minute drawn, in millionths.
        remains_ppm: u32,
        /// How long the fastest route takes, in milliseconds.
        fastest_ms: u64,
        /// How long a route takes in the mean.
        expected_ms: u64,
        /// How long the slowest takes.
        worst_ms: u64,
        /// How hard the route is to guess, in thousandths of a bit.
        route_millibits: u32,
        /// How hard the minute is to guess.
        minute_millibits: u32,
        /// The routes, likeliest first.
        routes: Vec<GameRouteView>,
        /// Where protection tells, dearest first.
        chokepoints: Vec<ChokepointView>,
        /// What no routing avoids.
        residual: Vec<ResidualView>,
        /// What would help, the most first.
        levers: Vec<LeverView>,
    }

    /// How hard something was to guess.
    GuessView {
        /// What an observer does not know, in thousandths of a bit.
        millibits: u32,
        /// The most that so few movements can show.
        most_millibits: u32,
        /// `better`, `worse`, `steady` or `unknown`.
        trend: String,
    }

    /// How often a road was passed.
    PassedView {
        /// What names it.
        road: String,
        /// By which part of the movements, in millionths.
        share_ppm: u32,
    }

    /// How predictable the movements of the last days were; only those that are over count.
    PredictabilityView {
        /// Over how many days.
        days: u32,
        /// How many movements.
        movements: u32,
        /// The minute of departure.
        minute: GuessView,
        /// The route, between the same ends.
        route: GuessView,
        /// Roads, the most passed first.
        roads: Vec<PassedView>,
    }
}
