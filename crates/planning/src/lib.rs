//! The planner's commands: a file in, a table or JSON out, nothing kept.
//!
//! Each command is a function from a text to an [`answer::Answer`]; [`run`] reads the file and
//! prints.

pub mod answer;
pub mod seeds;

mod table;

pub mod posting;

pub mod rostering;

pub mod pledging;

pub mod timetable;

use cli::given::Given;
use cli::trouble::Trouble;

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    match given.spec.words {
        "post commit" => return pledging::commit(given),
        "post reveal" => return pledging::reveal(given),
        "post check" => return pledging::check(given),
        _ => {}
    }
    let path = given.beside()?;
    let text = answer::read(path)?;
    let seeds = given.get("seeds").map(seeds::read).transpose()?;
    let answer = match given.spec.words {
        "post plan" => posting::plan(path, &text, seeds.as_ref())?,
        "post roster" => match (given.get("said"), seeds) {
            (Some(files), None) => return pledging::drawn(given, path, &text, files),
            (None, Some(seeds)) if !given.has("out") => rostering::roster(path, &text, &seeds)?,
            (None | Some(_), None | Some(_)) => {
                return Err(Trouble::malformed("say `--said FILES`, or `--seeds FILE` alone")
                    .hint("a roster is drawn, not chosen: both parties pledge, then show a seed"));
            }
        },
        "fleet plan" => timetable::plan(path, &text)?,
        other => return Err(Trouble::malformed(format!("`{other}` is not a planner's command"))),
    };
    answer.say(given.json)
}
