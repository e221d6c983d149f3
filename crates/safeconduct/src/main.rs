//! The binary: reads the command line, does it, ends with a code.

use std::env::args_os;
use std::panic::catch_unwind;
use std::process::ExitCode;

use cli::given::{Asked, read};
use cli::print;
use cli::trouble::{BUG, Trouble};
use mimalloc::MiMalloc;
use safeconduct::commands::run;

// A third of a decision's time was the C library's allocator (docs/figures.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // A panic is a bug of ours, and says so in its code; its message is printed already.
    let Ok(done) = catch_unwind(asked) else { return ExitCode::from(BUG) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            print::aside(&trouble.to_string());
            ExitCode::from(trouble.exit.code())
        }
    }
}

fn asked() -> Result<(), Trouble> {
    match read(args_os().skip(1).collect())? {
        Asked::Help(text) => {
            print::answer(text.trim_end());
            Ok(())
        }
        Asked::Command(given) => run(&given),
    }
}
