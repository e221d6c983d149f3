//! The commands about roads and routes: files and answers.

pub mod asked;
pub mod begun;
pub mod files;
pub mod import;
pub mod show;

pub mod route;

pub mod game;
pub mod posed;

use cli::given::Given;
use cli::trouble::Trouble;

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    match given.spec.words {
        "roads import" => import::run(given),
        "roads show" => show::show(given),
        "roads snap" => show::snap(given),
        "roads overlay" => show::overlay(given),
        "roads fastest" => route::fastest(given),
        "roads times" => route::times(given),
        "route game" => game::game(given),
        "route plan" => game::plan(given),
        "route draw" => game::draw(given),
        "route audit" => game::audit(given),
        other => Err(Trouble::malformed(format!("`{other}` is in the table and not done here"))),
    }
}
