//! The commands about routes that nobody can wait on.

use crate::command::{Opt, Spec, opt, spec};

const ROADS: Opt = opt("roads", "FILE", "imported roads, or our own schematic network");
const THREAT: Opt =
    opt("threat", "FILE", "what an ambush on each road costs; `every 0.3` and so on");
const BUDGET: Opt =
    opt("budget", "N", "how long a route may take, in times of the fastest; 1.3, or `none`");
const GUARDS: Opt =
    opt("guards", "ROADS", "where a guard stands; a semicolon before the next road");
const CUT: Opt = opt("guard-cut", "N", "how many of the ambushes a guard foils; 0.5");
const WATCHED: Opt = opt("watched", "FILE", "roads driven lately: lines `ROAD TIMES`");
const MORE: Opt = opt("watched-more", "N", "how much likelier each time makes an ambush; 0.25");
const HELD: Opt = opt("held", "METRES", "around both ends, held by their own guards; 0");
const EXITS: Opt = opt("exits", "PLACES", "further gates to leave by; a semicolon before the next");
const GATES: Opt = opt("gates", "PLACES", "further gates to arrive by");
const SLOTS: Opt = opt("slots", "N", "minutes that the departure is drawn from; 1");
const DWELL: Opt = opt("dwell", "N", "minutes that an ambush can stay; 1");
const LEAK: Opt = opt("leak", "N", "how likely somebody tells the minute; 0");
const ATTACKERS: Opt = opt("attackers", "N", "places attacked at once; 1");
const ADVANCE: Opt = opt("advance", "N", "how many of the ambushes an advance party finds; 0.5");
const WORK: Opt = opt("work", "N", "millions of steps at most; 1000");
const OVERLAY: Opt =
    opt("overlay", "FILES", "closures, speeds and own tracks; a comma before the next file");
const AT: Opt = opt("at", "TIME", "the moment of the overlay, in UTC");
const HOUR: Opt = opt("hour", "N", "the hour of the pace, 0 to 23; 0, if it is not said");
const PRIVATE: Opt = opt("private", "", "as if private roads and gates let us through");
const BACK: Opt = opt("turning-back", "WORD", "`anywhere`, or at `dead-ends` only; anywhere");
const MINE: Opt = opt("mine", "SEED", "our seed: 64 hexadecimal digits, or a file with them");
const THEIRS: Opt = opt("theirs", "SEED", "theirs");
const SIDE: Opt = opt("side", "SIDE", "which of both we are: `host` or `guest`; guest");

/// Routes: the game, the list that is drawn from, the draw and its proof.
pub(crate) const ROUTED: &[Spec] = &[
    spec(
        "route game",
        "FROM TO",
        "find the mixture of routes that no ambush beats, and what would help",
        "Places are a junction's id or `LAT,LON`, roads are an id, `#NUMBER` or `LAT,LON`. Says \
         the value and the bound that proves it, the routes with their chances, detours, how hard \
         they are to guess, chokepoints with their dual price, what no routing can avoid, and what \
         each lever would leave. Exits with 1 if there is no answer, and says what to do. The \
         answer is an attack plan to whoever should not have it: it is printed and kept nowhere.",
        &[
            ROADS, THREAT, BUDGET, GUARDS, CUT, WATCHED, MORE, HELD, EXITS, GATES, SLOTS, DWELL,
            LEAK, ATTACKERS, ADVANCE, WORK, OVERLAY, AT, HOUR, PRIVATE, BACK,
        ],
    ),
    spec(
        "route plan",
        "FROM TO",
        "write the list that is drawn from: routes with tickets that sum to 2^52",
        "One canonical text, so that both parties have the same hash before anybody has a seed. \
         Written whole or not at all, readable by its owner alone, and never over another.",
        &[
            opt("out", "FILE", "the list"),
            ROADS,
            THREAT,
            BUDGET,
            GUARDS,
            CUT,
            WATCHED,
            MORE,
            HELD,
            EXITS,
            GATES,
            SLOTS,
            DWELL,
            WORK,
            OVERLAY,
            AT,
            HOUR,
            PRIVATE,
            BACK,
        ],
    ),
    spec(
        "route draw",
        "LIST",
        "draw the minute and the route of a list from both seeds",
        "The same list and seeds give the same draw everywhere. With --roads the route is told by \
         its streets.",
        &[MINE, THEIRS, SIDE, ROADS, OVERLAY, AT, HOUR, PRIVATE, BACK],
    ),
    spec(
        "route audit",
        "LIST",
        "prove a list: that no other is much better, and that a draw was fair",
        "Weighs what the best ambush gains against the list, and searches the route that the \
         list's own attacker catches least: nobody has to trust the solver. With seeds it draws \
         again, and with --drawn compares. Exits with 4 if the roads or weights are others, if a \
         route is broken, if the bounds are farther apart than --gap, or if the draw was another.",
        &[
            opt("gap", "N", "how far the bounds may be apart, as a part of the lower; 0.01"),
            opt("drawn", "SLOT,ROUTE", "what was said to be drawn, counted from 0"),
            MINE,
            THEIRS,
            SIDE,
            ROADS,
            THREAT,
            GUARDS,
            CUT,
            WATCHED,
            MORE,
            HELD,
            OVERLAY,
            AT,
            HOUR,
            PRIVATE,
            BACK,
        ],
    ),
];
