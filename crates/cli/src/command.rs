//! Every command: its words, its options, and its help, in one table.

use std::fmt::{self, Write};

use crate::asked::ASKED;
use crate::kept::KEPT;
use crate::planned::PLANNED;
use crate::roads::ROADS;
use crate::rooted::ROOTED;
use crate::routed::ROUTED;
use crate::shown::SHOWN;
use crate::tokened::{KEY_NAME, LABEL, MODULE, PIN, TOKENED};

/// One option of a command.
#[derive(Debug, Clone, Copy)]
pub struct Opt {
    /// Its name, without the dashes.
    pub name: &'static str,
    /// What it takes, such as `DIR`; empty for a switch.
    pub takes: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// One command.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Its words, such as `pass verify`.
    pub words: &'static str,
    /// What it takes besides options, such as `FILE`; empty for nothing.
    pub takes: &'static str,
    /// One line.
    pub about: &'static str,
    /// A paragraph.
    pub more: &'static str,
    /// Its options; every command takes `--json` and `--help` too.
    pub options: &'static [Opt],
}

pub(crate) const fn opt(name: &'static str, takes: &'static str, about: &'static str) -> Opt {
    Opt { name, takes, about }
}

pub(crate) const FOLDER: Opt = opt("folder", "DIR", "the node's folder; here, if it is not said");
pub(crate) const PASSPHRASE: Opt = opt(
    "passphrase-file",
    "FILE",
    "holds the passphrase in its first line; without it the passphrase is asked for",
);
pub(crate) const NODE: Opt =
    opt("node", "URL", "the node's console; http://127.0.0.1:7601, if it is not said");
pub(crate) const PERSON: Opt = opt("person", "ID", "who asks, such as `host/kamran`");
const SOLVER: Opt = opt("solver", "NAME", "cvc5, z3, or both, which must agree; both by default");
const LANG: Opt = opt("lang", "TAG", "en, zh or ur; English, if it is not said");
/// The texts above a lower one.
const UNDER: Opt = opt(
    "under",
    "FILES",
    "the text above it, if it stands under one; a comma before the next above",
);

/// The other direction of a text.
const MIRRORED: Opt =
    opt("mirrored", "", "as it holds in its guest's territory, where host and guest change places");

pub(crate) const REMOTE: &[Opt] = &[NODE, PERSON, PASSPHRASE];

pub(crate) const fn spec(
    words: &'static str,
    takes: &'static str,
    about: &'static str,
    more: &'static str,
    options: &'static [Opt],
) -> Spec {
    Spec { words, takes, about, more, options }
}

/// Every command, in the order of the help.
pub fn commands() -> impl Iterator<Item = &'static Spec> {
    let more = [ASKED, KEPT, SHOWN, ROOTED, TOKENED, PLANNED, ROADS, ROUTED];
    OF_NODES.iter().chain(more.into_iter().flatten())
}

const OF_NODES: &[Spec] = &[
    spec(
        "init",
        "",
        "make a party's node: its folder, keys and ledger",
        "Makes a folder with a new ledger, a configuration, the node's keys and certificates, the \
         party's root key under a passphrase, and a key file for every officer of --officers. \
         Nothing that exists is overwritten. Prints the fingerprint that the other party will \
         ask for over the telephone. With --label the node signs with a key on a token, which \
         `token new` has made.",
        &[
            opt("party", "ID", "the party's id, such as `host`"),
            opt("side", "SIDE", "`host`, whose territory this pair of nodes is about, or `guest`"),
            opt("name", "NAME", "how the party is called, in English"),
            opt("name-zh", "NAME", "in Chinese; the English name, if it is not said"),
            opt("name-ur", "NAME", "in Urdu; the English name, if it is not said"),
            opt("officers", "FILE", "TOML with [[officer]] person and roles"),
            opt("custodians", "FILE", "who holds the root, as `root set` wrote them"),
            opt("next", "HASH", "their reserve"),
            MODULE,
            LABEL,
            PIN,
            KEY_NAME,
            FOLDER,
            PASSPHRASE,
        ],
    ),
    spec(
        "serve",
        "",
        "run the node until Ctrl-C",
        "Serves the console, the API and phones on one port and the counterpart on another. \
         Serving never creates data: a wrong folder is noticed.",
        &[
            FOLDER,
            opt("console", "ADDR", "where people, programs and phones are served"),
            opt("peer", "ADDR", "where the counterpart is served"),
        ],
    ),
    spec(
        "pair",
        "",
        "name the counterpart by the fingerprint that was read over the telephone",
        "Asks the node at --peer who it is, compares its root key with --fingerprint, and states \
         the pairing in our ledger under our root key. Stop the node first, start it after.",
        &[
            opt("peer", "ADDR", "the counterpart's peer port, such as `guest.example:7602`"),
            opt("file", "FILE", "a carried founding, if the two nodes share no network"),
            opt("fingerprint", "TEXT", "eight groups of four, as they were read to you"),
            FOLDER,
            PASSPHRASE,
        ],
    ),
    spec(
        "carry write",
        "DIR",
        "write our ledger onto a stick for the counterpart, who shares no network with us",
        "Writes files that prove themselves and that only the counterpart's node opens: what it \
         has not witnessed yet, or what does not lie in DIR yet. They may be taken in any order \
         and twice, and some of them may be lost. Stop the node first; one that runs does it by \
         itself with [carry] in its configuration. Before both foundings were exchanged the \
         only file is ours, which anybody can read.",
        &[
            opt("from", "N", "begin at this entry, if the counterpart lost more"),
            opt("kib", "N", "how large a file may be, about; 4096, if it is not said"),
            opt("to", "ID", "the party to introduce ourselves to, before `pair --file`"),
            FOLDER,
        ],
    ),
    spec(
        "carry take",
        "DIR|FILE",
        "take the counterpart's ledger from a stick",
        "Proves every part before anything is kept. What comes before its predecessors waits. \
         Exits with 4 if a file was refused. The files stay where they are.",
        &[FOLDER],
    ),
    spec(
        "fsck",
        "",
        "check everything that is kept against everything that was signed",
        "Reads every entry and body of both ledgers, their chains, heads and signatures. Exits \
         with 4 if anything is broken. With --mend a damaged store, or an old copy, is first made \
         whole from what --from names: entries count that stand under a head their node has \
         signed, bodies that their entry commits to. What was damaged stays beside it.",
        &[
            FOLDER,
            opt("mend", "", "make it whole first; stop the node before"),
            opt(
                "from",
                "FILES",
                "backups, audit files the counterpart exports, or `line`: its node",
            ),
        ],
    ),
    spec(
        "drill",
        "",
        "prove that a backup would save this node; stop the node first",
        "Works on copies and removes them. Restores a backup and compares it, shows that old \
         copies sign nothing, damages a page and mends it from the backup and from an audit \
         file. Exits with 4 if any of it does not hold. What needs a counterpart is not asked \
         without one, and the answer says so.",
        &[FOLDER, opt("scratch", "DIR", "where the copies lie, made new; else in the folder")],
    ),
    spec(
        "export",
        "",
        "write both ledgers into one file for a stranger to audit",
        "The file holds entries, joint bodies and signed heads. Whoever has it needs nothing of \
         ours to check it.",
        &[FOLDER, opt("audit", "FILE", "the file")],
    ),
    spec(
        "audit",
        "FILE",
        "check an exported file from nothing but its bytes",
        "Verifies every signature and root, folds both ledgers anew, and counts the minutes that \
         guests were present without consent. Exits with 4 if the file does not verify. With \
         --text also if that text, or a redacted copy of it, is none that both parties signed.",
        &[opt("text", "FILE", "a text or a redacted copy: did both parties sign its root?")],
    ),
    spec(
        "pass verify",
        "CODE|FILE|-",
        "decide about a pass, offline",
        "Takes the text of a pass, a file with it, or standard input, and the kit that the \
         checkpoint carries. Exits with 0 if the pass is good here and now, with 1 if it is \
         revoked, expired or for another zone, and with 4 if its signatures do not verify. A \
         newer list than the kit's is taken with --list, an older one is refused. --issuer is \
         the key that signed the first kit, as `pass kit` printed it.",
        &[
            opt("kit", "FILE", "the kit that `pass kit` wrote"),
            opt("list", "FILE", "a newer list of dead passes"),
            opt("issuer", "KEY", "the key that must have signed the kit"),
            opt("zone", "ID", "which zone this is"),
            opt("photo", "FILE", "the photograph that was compared with the face"),
            opt("basis", "FILE", "what the pass rests on, for officers"),
            opt("at", "TIME", "the moment; now, if it is not said"),
        ],
    ),
    spec(
        "pass show",
        "CODE|FILE|-",
        "say what a pass says, verified or not",
        "Reads the claims and checks no signature: a pass that can be shown need not be good.",
        &[],
    ),
    spec(
        "pass kit",
        "",
        "write what a checkpoint carries: keys, zones and dead passes",
        "The kit is signed by this node. It is read by `pass verify` and by the page that \
         `pass page` writes. With --list the signed list of dead passes is written alone: carry \
         it to every checkpoint at least as often as passes are revoked.",
        &[
            FOLDER,
            opt("out", "FILE", "the kit"),
            opt("list", "FILE", "the list alone, beside the kit"),
            opt("svg", "FILE", "the kit as a QR code"),
        ],
    ),
    spec(
        "pass page",
        "",
        "write the page that verifies passes with no network",
        "One HTML file that holds everything it needs: copy it to a telephone and open it. It \
         takes a kit as a file or a picture, and passes by camera or picture.",
        &[opt("out", "FILE", "the page")],
    ),
    spec(
        "pass strip",
        "PASS",
        "print the numbers that the holder of a pass answers with",
        "Both nodes work out the same numbers, and nobody else can. Give the strip to the holder \
         and to nobody else; the protected person's phone has the same.",
        &[FOLDER],
    ),
    spec(
        "config",
        "",
        "print the effective configuration and where each value came from",
        "",
        &[FOLDER],
    ),
    spec(
        "key new",
        "",
        "make an officer's key file and enrol it under the root key",
        "Stop the node first. The officer's passphrase is asked for, or taken from the second \
         line of --passphrase-file; the root's is its first line.",
        &[
            PERSON,
            opt("roles", "LIST", "what the key may sign, such as `watch_officer,analyst`"),
            opt("days", "N", "how long it signs; a year, if it is not said"),
            FOLDER,
            PASSPHRASE,
        ],
    ),
    spec("key list", "", "list every key of both ledgers", "", &[FOLDER]),
    spec(
        "agreement check",
        "FILE",
        "read an agreement as the parties would sign it",
        "Parses and compiles the text, prints its hash, its articles and what they enforce. A \
         redacted copy has the root of its text: --against another file proves it, and exits \
         with 4 if the roots differ.",
        &[opt("against", "FILE", "a file that must have the same root"), UNDER, MIRRORED],
    ),
    spec(
        "agreement try",
        "FILE",
        "ask a text what it would say to a deed, before anybody signs it",
        "The facts are those of an agreement in force, with live consent, the host heard and \
         nobody present yet.",
        &[
            opt("deed", "WORD", "deploy, order_task, notice, move, depart or enter"),
            opt("zone", "ID", "where"),
            opt("purpose", "WORD", "protect_persons, build_capacity, investigate or evacuate"),
            opt("category", "WORD", "who"),
            opt("task", "WORD", "doing what"),
            opt("rung", "WORD", "on which rung of presence"),
            opt("arms", "WORD", "how armed"),
            opt("armour", "WORD", "in what"),
            opt("headcount", "N", "how many persons; 1, if it is not said"),
            opt("notice-hours", "N", "how long before; 72, if it is not said"),
            opt("at", "TIME", "when; the start of its period, if it is not said"),
            opt("without-consent", "", "as if the host's consent were not live"),
            opt("ordered-by", "WORD", "by whose order; protection_lead, if it is not said"),
            opt("sensor", "WORD", "with which sensor"),
            opt("altitude-m", "N", "how high it flies; 0, if it is not said"),
            opt("lang", "en|zh|ur", "show the articles that decide, in that language"),
            UNDER,
            MIRRORED,
        ],
    ),
    spec(
        "agreement prove",
        "FILE",
        "prove a text for all requests there can be, or show one that breaks it",
        "Puts every theorem to SMT solvers: no guest on the ground without live consent, nothing \
         beyond a ceiling, a zone, the period or a task, and so on, whatever an annex permits. \
         What they do not know, or do not agree on, is not proved. A broken theorem comes with \
         the smallest request that breaks it, replayed in the engine. Exits with 1 if a theorem \
         is broken, and with 3 if one is not proved. Needs Debian's cvc5 and z3.",
        &[SOLVER, opt("under", "FILE", "the text above it, which it must not widen"), LANG],
    ),
    spec(
        "agreement redline",
        "OLD NEW",
        "what a new text permits that the old refuses, and the other way round",
        "Concrete requests, each answered by both texts with the articles; or a proof that there \
         is none. Without a solver the edges of both texts are searched, which proves nothing \
         and says so.",
        &[SOLVER, LANG],
    ),
    spec(
        "agreement fmt",
        "FILE",
        "lay a text out: one order, one layout, comments kept",
        "Writes the file anew if it must. The root that people sign is over the bytes, so that a \
         file laid out anew has another one: both are printed. Lay a text out before it is \
         circulated.",
        &[opt("check", "", "write nothing; exit with 1 if the file is not laid out")],
    ),
    spec(
        "agreement lint",
        "FILE",
        "say what looks wrong in a draft, with line and remedy",
        "Finds contradictions, dead clauses, clauses that no act can reach, ceilings and periods \
         without bound, what is missing, numbers that do not fit, and, with --under, what a \
         lower text widens. Works on drafts that have no rules yet. Exits with 1 if any finding \
         is an error.",
        &[opt("under", "FILE", "the text above it")],
    ),
    spec(
        "agreement whatif",
        "DRAFT",
        "replay a past ledger under a draft",
        "Judges every act of both ledgers once by the text that was in force and once by the \
         draft, and lists each act that the draft would have decided otherwise, by which \
         article, both ways. The past is a node's folder or an exported file, and is verified \
         first. The draft's period is set aside, for the past lies before most drafts. Stop the \
         node before its folder is read.",
        &[
            FOLDER,
            opt("audit", "FILE", "an exported file instead of a folder"),
            opt("with-period", "", "let the draft's period refuse what lies outside it"),
        ],
    ),
    spec(
        "agreement redact",
        "FILE",
        "write a copy without the restricted articles; its root is the same",
        "Whoever has the copy can check the signatures under the text, and what is withheld \
         cannot be guessed without the salt.",
        &[opt("out", "FILE", "the copy; beside the text, if it is not said")],
    ),
    spec(
        "agreement schema",
        "",
        "print the JSON schema of a text, for editors",
        "A first line `#:schema PATH` in a text tells editors where it is.",
        &[opt("markdown", "", "the table of the documentation instead")],
    ),
    spec(
        "act",
        "JSON|-",
        "do an act: draft it, sign it with a key file, submit it",
        "The JSON is an act or a wish of the API. The draft is shown before the passphrase is \
         asked for: what is signed is what was shown.",
        &[NODE, PERSON, PASSPHRASE, opt("key", "FILE", "the officer's key file")],
    ),
    spec(
        "demo",
        "",
        "play the Karachi exercise on two full nodes",
        "Starts a host and a guest on this machine, pairs them, enrols invented officers, lets \
         simulated phones report, and plays three days at --speed; then quiet movements go on \
         until Ctrl-C. With --once it plays the script alone, as fast as the nodes go, ends in \
         the number of unconsented guest minutes, and fails if any promise was broken.",
        &[
            opt("once", "", "play the script once, without waiting, and end"),
            opt("speed", "N", "exercise seconds in a real one; 60, if it is not said"),
            opt("seed", "N", "chance; the same seed gives the same draw"),
            opt("folder", "DIR", "where the nodes keep; a temporary folder, if it is not said"),
            opt("audit", "FILE", "with --once: write the export here"),
            opt("ready-file", "FILE", "when the script is over: write addresses and sign-ins"),
            opt("console-host", "ADDR", "the host's console; 127.0.0.1:7601, if it is not said"),
            opt("console-guest", "ADDR", "the guest's console; 127.0.0.1:7701, if it is not said"),
        ],
    ),
    spec("version", "", "print the version", "", &[]),
];

/// The help that stands over all commands.
pub fn overview() -> String {
    let mut text = String::from(
        "safeconduct protects people together with another party, never without its consent.\n\n\
         usage: safeconduct COMMAND [OPTIONS]\n\ncommands:\n",
    );
    for spec in commands() {
        line(&mut text, format_args!("  {:<16} {}", spec.words, spec.about));
    }
    text.push_str(
        "\n`safeconduct COMMAND --help` says more. Answers go to standard output, as JSON with \
         --json;\ntrouble goes to standard error. Exit codes: 0 done, 1 refused, 2 not \
         understood, 3 the\nmachine's fault, 4 a signature or proof does not verify, 70 a bug.\n",
    );
    text
}

impl Spec {
    /// The help of one command.
    pub fn help(&self) -> String {
        let takes = if self.takes.is_empty() { String::new() } else { format!(" {}", self.takes) };
        let mut text = format!("{}\n\nusage: safeconduct {}{takes}", self.about, self.words);
        if !self.options.is_empty() {
            text.push_str(" [OPTIONS]");
        }
        text.push('\n');
        if !self.more.is_empty() {
            line(&mut text, format_args!("\n{}", folded(self.more)));
        }
        text.push_str("\noptions:\n");
        let json = opt("json", "", "answer in JSON");
        let help = opt("help", "", "say this");
        for option in self.options.iter().chain([&json, &help]) {
            let name = format!("--{} {}", option.name, option.takes);
            line(&mut text, format_args!("  {name:<24} {}", option.about));
        }
        text
    }

    /// The option of a name.
    pub fn option(&self, name: &str) -> Option<&'static Opt> {
        self.options.iter().find(|option| option.name == name)
    }
}

fn line(text: &mut String, more: fmt::Arguments<'_>) {
    writeln!(text, "{more}").expect("a text takes every text");
}

// Lines of at most 88 characters.
fn folded(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + word.chars().count() < 88 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}
