//! The planner's commands: a file in, a table or JSON out, nothing kept.
//!
//! Each command is a function from a text to an [`answer::Answer`]; [`run`] reads the file and
//! prints.

pub mod answer;
pub mod seeds;

mod table;

pub mod posting;

pub mod rostering;

pub mod timetable;

use cli::given::Given;
use cli::trouble::Trouble;

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let path = given.beside()?;
    let text = answer::read(path)?;
    let seeds = given.get("seeds").map(seeds::read).transpose()?;
    let answer = match given.spec.words {
        "post plan" => posting::plan(path, &text, seeds.as_ref())?,
        "post roster" => {
            let seeds = seeds.ok_or_else(|| {
                Trouble::malformed("`safeconduct post roster` needs `--seeds FILE`")
                    .hint("a roster is drawn, not chosen: both parties show a seed first")
            })?;
            rostering::roster(path, &text, &seeds)?
        }
        "fleet plan" => timetable::plan(path, &text)?,
        other => return Err(Trouble::malformed(format!("`{other}` is not a planner's command"))),
    };
    answer.say(given.json)
}
