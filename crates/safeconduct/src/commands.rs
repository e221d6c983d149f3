//! One file a command, and the table that finds it.

pub mod audit;
pub mod carry;
pub mod config;
pub mod drill;
pub mod init;
pub mod kept;
pub mod key;
pub mod ledger;
pub mod pair;
pub mod pass;
pub mod root;
pub mod serve;
pub mod witness;

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use drafting::{agreement, proving, text};
use office::{asking, body};
use serde_json::json;

use crate::demo;

/// Does what was asked for.
pub fn run(given: &Given) -> Result<(), Trouble> {
    match given.spec.words {
        "init" => init::run(given),
        "serve" => serve::run(given),
        "pair" => pair::run(given),
        "carry write" => carry::write(given),
        "carry take" => carry::take(given),
        "fsck" => kept::fsck(given),
        "backup" | "downgrade" => kept::aside(given),
        "drill" => drill::run(given),
        "export" => kept::export(given),
        "audit" => audit::run(given),
        "pass verify" => pass::verify(given),
        "pass show" => pass::show(given),
        "pass kit" => pass::kit(given),
        "pass page" => pass::page(given),
        "pass strip" => pass::strip(given),
        "config" => config::run(given),
        "key new" => key::new(given),
        of if of == "key list" || of.starts_with("root ") => root::run(given),
        "agreement check" => agreement::check(given),
        "agreement try" => agreement::ask(given),
        "agreement prove" => proving::prove(given),
        "agreement redline" => proving::redline(given),
        "agreement fmt" => text::fmt(given),
        "agreement lint" => text::lint(given),
        "agreement whatif" => text::whatif(given, || kept::past(given)),
        "agreement redact" => text::redact(given),
        "agreement schema" => {
            text::schema(given);
            Ok(())
        }
        "ledger vkey" => ledger::vkey(given),
        "ledger publish" => ledger::publish_to(given),
        "ledger verify" => ledger::verify(given),
        "ledger prove" => ledger::prove(given),
        "ledger check" => ledger::check(given),
        "ledger accuse" => ledger::accuse(given),
        "ledger evidence" => ledger::evidence(given),
        "witness init" => witness::init(given),
        "witness trust" => witness::trust(given),
        "witness serve" => witness::serve(given),
        "witness show" => witness::show(given),
        "act" => asking::act(given),
        "ledger reveal" => body::reveal(given),
        "erase" => body::erase(given),
        "status" | "accreditation list" | "agreement list" | "licence list" | "ledger list"
        | "ledger show" | "watch" | "movement list" | "movement show" | "consent list"
        | "obligation list" | "record list" | "record show" | "rungs" => asking::show(given),
        "demo" => demo::run(given),
        "version" => {
            version(given);
            Ok(())
        }
        post if post.starts_with("post ") || post == "fleet plan" => planning::run(given),
        on if on.starts_with("token ") => token::command::run(given),
        roads if roads.starts_with("roads ") || roads.starts_with("route ") => survey::run(given),
        other => Err(Trouble::malformed(format!("`{other}` is in the table and not done here"))),
    }
}

fn version(given: &Given) {
    let version = env!("CARGO_PKG_VERSION");
    if given.json {
        print::json(&json!({ "version": version }));
    } else {
        print::answer(&format!("safeconduct {version}"));
    }
}
