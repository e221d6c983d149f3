//! What options of `route` say: roads of either kind, a question.

use std::error::Error;
use std::fmt;
use std::fs;
use std::sync::Arc;

use ambush::generate::Effort;
use cli::given::Given;
use cli::trouble::Trouble;
use planner::no::No;
use planner::number::millionths;
use planner::question::{Posed, Question, pose};
use planner::terrain::Terrain;
use planner::weights;
use road::file::MAGIC;
use words::hash::Seed;

use crate::asked::asked;
use crate::files::unread;

/// Millions of steps, if nobody says how many: some two seconds.
const WORK_MILLIONS: u64 = 1_000;

/// Seeds of both sides.
pub struct Seeds {
    /// The host's.
    pub host: Seed,
    /// The guest's.
    pub guest: Seed,
}

// What is drawn from them is a secret until the agreed time.
impl fmt::Debug for Seeds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Seeds(…)")
    }
}

/// The roads of `--roads`: imported ones with their overlay, or a schematic network.
pub fn terrain(given: &Given) -> Result<Terrain, Trouble> {
    let path = given.need("roads")?;
    let bytes = fs::read(path).map_err(|cause| unread(path, &cause))?;
    if bytes.starts_with(MAGIC) {
        let asked = asked(given, path)?;
        return Ok(Terrain::of_roads(asked.roads, &asked.terms));
    }
    let text = String::from_utf8(bytes).map_err(|cause| no_roads(path, &cause))?;
    let graph = route::graph::parse(&text).map_err(|cause| no_roads(path, &cause))?;
    if given.has("overlay") {
        let what = "a schematic network takes no overlay";
        return Err(Trouble::malformed(what).hint("change the drawing itself"));
    }
    Ok(Terrain::of_graph(Arc::new(graph)))
}

fn no_roads(path: &str, cause: &(dyn Error + 'static)) -> Trouble {
    Trouble::malformed(format!("`{path}` holds no roads"))
        .because_of(Some(cause))
        .hint("`safeconduct roads import FILE.osm.pbf` makes roads from a map")
}

/// The question that is asked.
pub fn question(given: &Given, from: &str, to: &str) -> Result<Question, Trouble> {
    let mut question = Question::of(from, to);
    question.from.extend(list(given, "exits"));
    question.to.extend(list(given, "gates"));
    question.budget_ppm = match given.get("budget") {
        None => question.budget_ppm,
        Some("none") => None,
        Some(_) => share(given, "budget")?,
    };
    question.guards = list(given, "guards");
    let numbers = [
        ("guard-cut", &mut question.guard_cut_ppm),
        ("leak", &mut question.leak_ppm),
        ("advance", &mut question.advance_ppm),
    ];
    for (name, slot) in numbers {
        *slot = share(given, name)?.unwrap_or(*slot);
    }
    let numbers = [
        ("held", &mut question.held_m),
        ("slots", &mut question.slots),
        ("dwell", &mut question.dwell),
        ("attackers", &mut question.attackers),
    ];
    for (name, slot) in numbers {
        *slot = given.read(name)?.unwrap_or(*slot);
    }
    Ok(question)
}

/// A question on its roads, with weights and watched roads from their files.
pub fn posed(given: &Given, terrain: &Terrain, question: &Question) -> Result<Posed, Trouble> {
    let read = |name: &str| -> Result<Option<(String, String)>, Trouble> {
        let Some(path) = given.get(name) else { return Ok(None) };
        let text = fs::read_to_string(path).map_err(|cause| unread(path, &cause))?;
        Ok(Some((path.to_owned(), text)))
    };
    let wrong = |path: &str, cause: &weights::WeightsError| {
        Trouble::malformed(format!("`{path}` cannot be read"))
            .because(cause)
            .hint("`every 0.3`, `class primary 0.2..0.4`, `way 24117 0.5`, `near LAT,LON 400 0.8`")
    };
    let all = match read("threat")? {
        Some((path, text)) => {
            weights::read(terrain, &text).map_err(|cause| wrong(&path, &cause))?
        }
        None => terrain.weights(),
    };
    let driven = match read("watched")? {
        Some((path, text)) => {
            weights::watched(terrain, &text).map_err(|cause| wrong(&path, &cause))?
        }
        None => Vec::new(),
    };
    let more = share(given, "watched-more")?.unwrap_or(250_000);
    pose(terrain, question, &all, (&driven, more)).map_err(|no| refused(terrain, &no))
}

/// How much work is done at most.
pub fn effort(given: &Given) -> Result<Effort, Trouble> {
    let millions: u64 = given.read("work")?.unwrap_or(WORK_MILLIONS);
    Ok(Effort { work: millions.saturating_mul(1_000_000), ..Effort::default() })
}

/// A no with what to do. Roads are told by their names.
pub fn refused(terrain: &Terrain, no: &No) -> Trouble {
    use ambush::trouble::Trouble as Game;
    let what = match no {
        No::Game(Game::BadWeight { road, kind }) => {
            format!("the weight of {} is {kind}", terrain.name(*road))
        }
        No::NoPlace(_)
        | No::OffRoad { .. }
        | No::FarOff(_)
        | No::NoRoad(_)
        | No::TooMany { .. }
        | No::OutOfRange { .. }
        | No::Game(_) => no.to_string(),
    };
    let trouble = match no {
        No::NoPlace(_) | No::NoRoad(_) | No::TooMany { .. } | No::OutOfRange { .. } => {
            Trouble::malformed(what)
        }
        No::OffRoad { .. } | No::FarOff(_) | No::Game(_) => Trouble::refused(what),
    };
    trouble.hint(no.remedy())
}

/// Both seeds, if they are given.
pub fn seeds(given: &Given) -> Result<Option<Seeds>, Trouble> {
    let (mine, theirs) = match (given.get("mine"), given.get("theirs")) {
        (None, None) => return Ok(None),
        (mine, theirs) => (mine, theirs),
    };
    let missing = || {
        Trouble::malformed("a draw needs `--mine SEED` and `--theirs SEED`")
            .hint("one seed alone says nothing: that is what it is for")
    };
    let mine = seed(mine.ok_or_else(missing)?)?;
    let theirs = seed(theirs.ok_or_else(missing)?)?;
    match given.get("side") {
        Some("host") => Ok(Some(Seeds { host: mine, guest: theirs })),
        None | Some("guest") => Ok(Some(Seeds { host: theirs, guest: mine })),
        Some(other) => Err(Trouble::malformed(format!("`{other}` is neither `host` nor `guest`"))),
    }
}

// What a seed says is never repeated in an error.
fn seed(text: &str) -> Result<Seed, Trouble> {
    let read = |text: &str| Seed::try_from(text.to_owned()).ok();
    let of_file = || read(fs::read_to_string(text).ok()?.trim());
    read(text).or_else(of_file).ok_or_else(|| {
        Trouble::malformed("a seed is 64 hexadecimal digits, or a file with them")
            .hint("a file keeps it out of the list of programs that everybody can read")
    })
}

fn list(given: &Given, name: &str) -> Vec<String> {
    let all = given.get(name).unwrap_or_default().split(';').map(str::trim);
    all.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn share(given: &Given, name: &str) -> Result<Option<u32>, Trouble> {
    let Some(text) = given.get(name) else { return Ok(None) };
    let number = text.parse::<f64>().ok().filter(|it| it.is_finite() && *it >= 0.0);
    number.map(|it| Some(millionths(it))).ok_or_else(|| {
        let what = format!("`--{name} {text}` is no number from 0 up");
        Trouble::malformed(what).hint(format!("such as `--{name} 0.5`"))
    })
}
