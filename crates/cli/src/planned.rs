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
        "post commit",
        "PLAN",
        "draw a seed for a plan, and say the pledge that binds this side to it",
        "Writes the seed into a file of its own, readable by its owner alone, and prints one line: \
         the pledge, for this plan to its last byte. Send it to the other party; in a letter to \
         both it stands in both ledgers, and anybody can see later that it came first.",
        &[
            opt("side", "SIDE", "whose pledge it is: `host` or `guest`"),
            opt("out", "FILE", "where the seed is kept until it is shown"),
        ],
    ),
    spec(
        "post reveal",
        "SEED",
        "show this side's seed, once the other side has pledged",
        "Refuses while the other side's pledge for the same plan is not there: whoever sees a \
         seed before he has pledged can choose.",
        &[opt("theirs", "FILE", "a file with the other side's pledge")],
    ),
    spec(
        "post roster",
        "PLAN",
        "draw the posts of each shift and make a roster that people can follow",
        "Posts over sites are drawn from the chances, people are put on them under the rules of \
         rest, nobody gets all the nights, and who stands where is drawn. The same file and seeds \
         give the same roster on both nodes. --said takes files in which both pledges and both \
         seeds stand, such as two letters, and refuses what does not fit; --seeds takes two bare \
         seeds that nothing binds to this plan. Says which posts stay empty and why; exits with 1 \
         then, and with 4 if what was said does not hold.",
        &[
            opt("said", "FILES", "files with both pledges and seeds; a comma before the next file"),
            opt("out", "FILE", "with --said: write the roster and its proof here"),
            SEEDS,
        ],
    ),
    spec(
        "post check",
        "ROSTER PLAN",
        "make a roster again from its plan and seeds, and say whether anybody chose",
        "With --audit the two ledgers are asked as well: each side must have pledged once, in a \
         letter to both, and shown its seed only after it had seen the other's pledge. Exits with \
         4 if any of it does not hold.",
        &[opt("audit", "FILE", "an exported file of both ledgers")],
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
