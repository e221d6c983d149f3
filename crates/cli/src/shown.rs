//! The commands by which a ledger is shown, witnessed and checked.

use crate::command::{FOLDER, NODE, Opt, PASSPHRASE, PERSON, Spec, opt, spec};

const POLICY: Opt =
    opt("policy", "FILE", "which logs and witnesses are trusted, and how many (C2SP tlog-policy)");
const KEY: Opt = opt("key", "FILE", "the officer's key file");
const WITNESS_FOLDER: Opt = opt("folder", "DIR", "the witness's folder; here, if it is not said");

/// What is shown to strangers, and what strangers do with it.
pub(crate) const SHOWN: &[Spec] = &[
    spec(
        "ledger vkey",
        "",
        "print the keys by which strangers check our heads and cosignatures",
        "Two lines of a policy (C2SP tlog-policy): the node as a log, and the node as a witness of \
         its counterpart; a third, its ML-DSA-44 key, where `hybrid_heads` is set.",
        &[FOLDER],
    ),
    spec(
        "ledger publish",
        "DIR",
        "write a stopped node's ledger as static files: head, tiles, headers",
        "Any web server or memory stick can carry them (C2SP tlog-tiles). Bodies stay at home. \
         Only what is new is written, the head last, so that an interrupted run is taken up \
         where it stood. A running node does the same with `ledger.publish` in its settings, and \
         serves it with `ledger.listen`.",
        &[FOLDER],
    ),
    spec(
        "ledger verify",
        "DIR|URL",
        "read what anybody publishes and check all of it",
        "Reads every entry and every tile, and whether they make the signed root. Exits with 4 if \
         anything does not verify. With --since it must continue a head that was seen before; if \
         it does not, --accuse keeps the evidence.",
        &[
            opt("key", "VKEY", "the key that must have signed the head"),
            POLICY,
            opt("since", "FILE", "a signed head that was seen before"),
            opt("accuse", "FILE", "where evidence against the log is written"),
        ],
    ),
    spec(
        "ledger prove",
        "ID|INDEX DIR|URL",
        "print the offline proof of one published statement",
        "A file (C2SP tlog-proof) that holds the statement's header, its place, the way to the \
         root, and the head with everybody's cosignatures.",
        &[],
    ),
    spec(
        "ledger check",
        "FILE",
        "check an offline proof, or a file of `ledger reveal`, with no network",
        "Exits with 4 if the proof does not hold or too few witnesses have cosigned its head. A \
         file of `ledger reveal` is checked without a policy too; compare the fingerprint that it \
         prints with the one that you were told.",
        &[POLICY, opt("entry", "FILE", "the entry, if the proof does not carry it")],
    ),
    spec(
        "ledger accuse",
        "FILE",
        "check an accusation and say what it proves and what it does not",
        "Needs nothing but the file. Exits with 4 if it does not hold.",
        &[opt("key", "VKEY", "the key that must be the accused one's")],
    ),
    spec(
        "ledger evidence",
        "DIR",
        "write the evidence that a stopped node keeps against its counterpart",
        "One file an accusation; `ledger accuse` checks each.",
        &[FOLDER],
    ),
    spec(
        "ledger reveal",
        "INDEX",
        "show a body that was withheld, with the proof of its time, in one file",
        "For whoever may read the body, such as an internal review or a letter to named persons. \
         That it was shown, and to whom, is stated in the ledger first. `ledger check` checks the \
         file with no network.",
        &[
            opt("to", "TEXT", "to whom it is shown, in words"),
            opt("out", "FILE", "where the file is written"),
            opt("ledger", "PARTY", "whose ledger holds it; our own, if it is not said"),
            NODE,
            PERSON,
            PASSPHRASE,
            KEY,
        ],
    ),
    spec(
        "erase",
        "INDEX",
        "erase a body with its salt, under a rule; the ledger still verifies",
        "Only what the joint state does not rest on: letters, comments, and what is not joint. If \
         it is our own statement, the other party's node erases its copy too and says so. Copies \
         that were carried away, and backups made before, hold it still: a node that is restored \
         from one erases it again when it opens.",
        &[
            opt("rule", "RULE", "`retention`, `court` or `request`"),
            opt("reason", "TEXT", "why, for people; it stays in the ledger"),
            opt("ledger", "PARTY", "whose ledger holds it; our own, if it is not said"),
            NODE,
            PERSON,
            PASSPHRASE,
            KEY,
        ],
    ),
    spec(
        "witness init",
        "",
        "make a witness: a key of its own that cosigns heads of ledgers",
        "For a third party, such as an ombudsman, a parliament or a second ministry. Prints the \
         line for the policies of those who will rely on it.",
        &[
            opt("name", "NAME", "under which it cosigns, such as `ombudsman.example/w1`"),
            opt("log", "VKEY", "a log that it watches, as `ledger vkey` prints it"),
            opt("listen", "ADDR", "where logs reach it; 127.0.0.1:7604, if it is not said"),
            WITNESS_FOLDER,
        ],
    ),
    spec(
        "witness trust",
        "VKEY",
        "watch one more log; stop the witness first",
        "",
        &[WITNESS_FOLDER],
    ),
    spec(
        "witness serve",
        "",
        "run the witness until Ctrl-C",
        "Cosigns a head only after a proof that it continues the last one, and only when that is \
         on disk (C2SP tlog-witness). Serves TLS that its own key vouches for, or plain HTTP \
         where nobody but this machine can reach it. Never copy or restore its folder: a witness \
         that forgets can be led to cosign a rewritten ledger.",
        &[
            opt("listen", "ADDR", "another address than the settings say"),
            opt("tls", "", "over TLS, though only this machine can reach it"),
            opt("plain", "", "over plain HTTP, though other machines can reach it"),
            WITNESS_FOLDER,
        ],
    ),
    spec(
        "witness show",
        "",
        "what it cosigned last of each log, and whom it caught",
        "",
        &[WITNESS_FOLDER],
    ),
];
