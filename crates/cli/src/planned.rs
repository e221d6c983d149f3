//! The commands of planners: posts, rosters, fleets.

use crate::command::{Opt, Spec, opt, spec};

const SEEDS: Opt =
    opt("seeds", "FILE", "two lines of 64 hexadecimal digits: the host's seed, the guest's");

/// What planners ask for.
pub(crate) const PLANNED: &[Spec] = &[
    spec(
        "post plan",
        "FILE",
        "find the chances of a guard at each site, and of an escort with each movement",
        "Reads sites with what is at stake and how many guards there are, movements with teams \
         and their bases, or both, from TOML or JSON. Answers with the chances that no choice of \
         target beats, what an attacker expects at best, and what one more guard would change. \
         With --seeds the day's team orders are drawn too. The answer is an attack plan to \
         whoever should not have it: it is printed and kept nowhere.",
        &[SEEDS],
    ),
    spec(
        "post roster",
        "FILE",
        "draw the posts of each shift and make a roster that people can follow",
        "Posts over sites are drawn from the chances, people are put on them under the rules of \
         rest, nobody gets all the nights, and who stands where is drawn. The same file and seeds \
         give the same roster on both nodes. Says which posts stay empty and why; exits with 1 \
         then.",
        &[SEEDS],
    ),
    spec(
        "fleet plan",
        "FILE",
        "make the timetable of convoys that share armoured seats, drivers and escorts",
        "Reads vehicles with their ratings, drivers with their hours, districts with their escort \
         teams, and movements, from TOML or JSON. Answers with who leaves when with what, where \
         escorts hand over, who waits how long, how fairly, and what no timetable could beat. Says \
         who can never leave and why; exits with 1 then.",
        &[],
    ),
];
