//! The commands about roads alone: built in a minute, for measuring.

use std::env::args_os;
use std::process::ExitCode;

use cli::given::{Asked, read};
use cli::print;
use cli::trouble::Trouble;

fn main() -> ExitCode {
    match asked() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            print::aside(&trouble.to_string());
            ExitCode::from(trouble.exit.code())
        }
    }
}

fn asked() -> Result<(), Trouble> {
    match read(args_os().skip(1).collect())? {
        Asked::Help(text) => print::answer(text.trim_end()),
        Asked::Command(given) if given.spec.words.starts_with("roads ") => survey::run(&given)?,
        Asked::Command(_) => return Err(Trouble::malformed("only `roads` commands are here")),
    }
    Ok(())
}
