//! The commands about roads.

use crate::command::{Opt, Spec, opt, spec};

const OVERLAY: Opt =
    opt("overlay", "FILES", "closures, speeds and own tracks; a comma before the next file");
const AT: Opt = opt("at", "TIME", "the moment of the overlay, in UTC");
const HOUR: Opt = opt("hour", "N", "the hour of the pace, 0 to 23; 0, if it is not said");
const PRIVATE: Opt = opt("private", "", "as if private roads and gates let us through");
const BACK: Opt = opt("turning-back", "WORD", "`anywhere`, or at `dead-ends` only; anywhere");

/// Roads: where they come from, and how long they take.
pub(crate) const ROADS: &[Spec] = &[
    spec(
        "roads import",
        "FILE",
        "make a file of roads from an extract of OpenStreetMap",
        "Reads an OSM PBF twice, in the memory that its drivable roads take. The old file of \
         roads stays until the new one is whole. An interrupted import leaves a `.part` beside \
         it; the same command goes on from there, says from where, and comes to the same bytes. \
         A part of another extract is told and dropped, a torn one cut back. Exits with 2 if the \
         extract is damaged, hostile or without roads. The data is © OpenStreetMap \
         contributors, under the Open Database License.",
        &[
            opt("out", "FILE", "the file of roads; the extract's name with `.roads`, here"),
            opt("anew", "", "begin anew, whatever an interrupted import has left"),
        ],
    ),
    spec("roads show", "FILE", "say what is in a file of roads", "", &[]),
    spec(
        "roads snap",
        "FILE",
        "find where a site meets the road",
        "The nearest place on a road from which every other place is reached and which is reached \
         again. Exits with 1 if it is more than 500 m away, and names the nearest.",
        &[opt("place", "LAT,LON", "the site"), OVERLAY, AT, PRIVATE],
    ),
    spec(
        "roads overlay",
        "FILES",
        "read overlays and print their canonical text and hash",
        "Two parties who have the same hash have the same closures. With --roads it exits with 1 \
         if a change changes nothing there.",
        &[opt("roads", "FILE", "the roads that they are meant for")],
    ),
    spec(
        "roads fastest",
        "FILE",
        "the fastest route between two places",
        "Exact, by the map's speeds and turn restrictions. With --depart it is the route that \
         arrives first when speeds change by the hour as the overlay's `pace` says.",
        &[
            opt("from", "LAT,LON", "where it begins"),
            opt("to", "LAT,LON", "where it ends"),
            opt("depart", "HH:MM", "the time of driving off, in the time of the pace"),
            OVERLAY,
            AT,
            HOUR,
            PRIVATE,
            BACK,
        ],
    ),
    spec(
        "roads times",
        "FILE",
        "how long many pairs of places take",
        "A line `LAT,LON LAT,LON` of --pairs is answered with a line of milliseconds and metres, \
         or `- -` where there is no way.",
        &[
            opt("pairs", "FILE", "the pairs"),
            opt("shortest", "", "by length: every road as fast as every other"),
            OVERLAY,
            AT,
            HOUR,
            PRIVATE,
            BACK,
        ],
    ),
];
