//! Letters to some, erased later: two nodes, and what their files hold.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use audit::letters::letters;
use audit::stranger::audit;
use engine::engine::{Config, Engine, Founding, World};
use engine::fault::Answer;
use ledger::outcome::Outcome;
use note::digest::sha256;
use note::key::SigningKey;
use store::sqlite::Sqlite;
use strongbox::clock::ManualClock;
use strongbox::dice::SeededDice;
use words::act::{Act, AgreementProposed, AgreementSigned, KeyEnrolled, Names};
use words::audience::Audience;
use words::hash::{Seed, StatementId};
use words::id::{AgreementId, PartyId, PersonId};
use words::letter::{About, BodyErased, ErasureRule, LetterSent};
use words::moment::Moment;
use words::refusal::{Reason, Refusal};
use words::review::{Circle, Commented};
use words::role::{Role, Side};

const AGREEMENT: &str = include_str!("../../../scenarios/karachi/agreement.toml");
const SECRET: &str = "the convoy's doctor was ill on the ninth";
const DAY_MS: i64 = 86_400_000;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("apart-{name}-{}", std::process::id()));
        fs::remove_dir_all(&path).ok();
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

// Do the raw bytes of any file of the folder hold the words?
fn in_files(folder: &Path, words: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        holds(&bytes, words)
    })
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

fn party(id: &str) -> PartyId {
    PartyId::new(id).unwrap()
}

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn key(of: &str) -> SigningKey {
    SigningKey::from_seed(&sha256(of.as_bytes()).0)
}

fn config(id: &str) -> Config {
    let other = if id == "host" { "guest" } else { "host" };
    Config {
        party: party(id),
        peer: Some((party(other), key(&format!("{other}/root")).public())),
        heartbeat_every_ms: 60_000,
        positions_kept_ms: DAY_MS,
    }
}

fn seed(id: &str) -> Seed {
    Seed(sha256(format!("{id}/node").as_bytes()).0)
}

struct Pair {
    clock: Arc<ManualClock>,
    folders: [Folder; 2],
    host: Engine,
    guest: Engine,
}

fn world(clock: &Arc<ManualClock>, id: &str, store: Sqlite) -> World {
    let clock = Arc::<ManualClock>::clone(clock);
    World { store: Box::new(store), clock, dice: Box::new(SeededDice::of(7, id)), roads: None }
}

fn found(clock: &Arc<ManualClock>, id: &str, side: Side, at: &Path) -> Engine {
    let enrolled = |name: &str, roles: &[Role]| KeyEnrolled {
        person: person(&format!("{id}/{name}")),
        key: key(&format!("{id}/{name}")).public(),
        roles: roles.to_vec(),
        until: Moment::parse("2030-01-01T00:00:00Z").unwrap(),
    };
    let officers = vec![
        enrolled("officer", &[Role::Signatory, Role::ConsentOfficer, Role::ProtectionLead]),
        enrolled("other", &[Role::WatchOfficer]),
        enrolled("driver", &[Role::Driver]),
    ];
    let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
    let store = Sqlite::create(&at.join("ledger.db")).unwrap();
    let founding = Founding { names, side, officers, custody: None };
    let root = key(&format!("{id}/root"));
    Engine::found(config(id), world(clock, id, store), &seed(id), &root, founding).unwrap()
}

fn with_retention() -> String {
    let article = "\n[[article]]\nnumber = \"52\"\n\n[article.heading]\nen = \"Personal data\"\n\
         zh = \"个人数据\"\nur = \"ذاتی معلومات\"\n\n[article.text]\nen = \"Kept for thirty days.\"\n\
         zh = \"保存三十天。\"\nur = \"تیس دن رکھا جائے گا۔\"\n\n[article.personal_data]\n\
         fields = [\"name\"]\ngranularity_m_min = 100\nretention_days = 30\n";
    format!("{AGREEMENT}{article}")
}

impl Pair {
    fn new(name: &str) -> Self {
        let clock = Arc::new(ManualClock::at(Moment::parse("2024-10-02T06:00:00Z").unwrap()));
        let folders = [Folder::new(&format!("{name}-host")), Folder::new(&format!("{name}-guest"))];
        let host = found(&clock, "host", Side::Host, &folders[0].0);
        let guest = found(&clock, "guest", Side::Guest, &folders[1].0);
        let mut pair = Self { clock, folders, host, guest };
        pair.sync();
        pair
    }

    fn sync(&mut self) {
        for _ in 0..4 {
            self.host.tick().unwrap();
            self.guest.tick().unwrap();
            mirror(&mut self.host, &mut self.guest);
            mirror(&mut self.guest, &mut self.host);
        }
        assert_eq!(self.host.fold().sizes(), self.guest.fold().sizes(), "both have everything");
        assert_eq!(self.host.fold().hash(), self.guest.fold().hash(), "one joint state");
    }

    fn later(&mut self, ms: i64) {
        let now = self.host.now();
        self.clock.set(now.plus_ms(ms));
        self.sync();
    }

    fn node(&mut self, who: &str) -> &mut Engine {
        if who.starts_with("host/") { &mut self.host } else { &mut self.guest }
    }

    fn says(&mut self, who: &str, act: impl Into<Act>) -> (StatementId, u64) {
        let done = self.node(who).act(&key(who), act).unwrap();
        let void = matches!(done.outcome, Some(Outcome::Void(_)));
        assert!(!void, "{done:?}");
        self.sync();
        (done.statement, done.index)
    }

    fn no(&mut self, who: &str, act: impl Into<Act>) -> Refusal {
        match self.node(who).act(&key(who), act) {
            Err(Answer::Refused(refusal)) => refusal,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    // Opens the node of a folder again: everything is read, verified and folded from zero.
    fn reopen(&mut self, id: &str) {
        let at = self.folders[usize::from(id == "guest")].0.join("ledger.db");
        let (clock, engine) = (
            Arc::clone(&self.clock),
            match id {
                "host" => &mut self.host,
                _ => &mut self.guest,
            },
        );
        let memory = World {
            store: Box::new(store::memory::Memory::new()),
            clock: Arc::<ManualClock>::clone(&clock),
            dice: Box::new(SeededDice::of(8, id)),
            roads: None,
        };
        let names = Names { en: id.into(), zh: id.into(), ur: id.into() };
        let founding = Founding { names, side: Side::Host, officers: Vec::new(), custody: None };
        // Whoever holds a store holds its lock: the old engine goes before the new one opens.
        let other = Engine::found(config(id), memory, &seed(id), &key("x"), founding).unwrap();
        drop(std::mem::replace(engine, other));
        let store = Sqlite::open(&at).unwrap();
        *engine = Engine::open(config(id), world(&clock, id, store), &seed(id)).unwrap();
    }

    fn in_files(&self, words: &str) -> [bool; 2] {
        [in_files(&self.folders[0].0, words), in_files(&self.folders[1].0, words)]
    }
}

fn mirror(from: &mut Engine, to: &mut Engine) {
    let Some(head) = from.head_text() else { return };
    let entries = from.entries_from(to.peer_size()).unwrap();
    let wanted = to.peer_body_wanted().unwrap_or_else(|| to.peer_size());
    let (bodies, _) = from.bodies_for(&to.config().party, wanted).unwrap();
    let mirrored = to.take_peer(&head, entries, bodies).unwrap();
    assert!(!mirrored.diverged);
    if from.peer_size() > 0 {
        from.take_cosigned(&mirrored.cosigned.unwrap()).unwrap();
    }
}

fn letter(to: Audience, words: &str) -> LetterSent {
    let about = Some(About::Agreement(AgreementId::new("karachi-exercise").unwrap()));
    LetterSent { readers: to, subject: "a person's health".into(), words: words.into(), about }
}

fn named(persons: &[&str]) -> Audience {
    Audience::Named(persons.iter().map(|it| person(it)).collect())
}

fn erase(statement: StatementId, ledger: Option<&str>) -> BodyErased {
    let (reason, rule) = ("he asked for it".to_owned(), Some(ErasureRule::Request));
    BodyErased { statement, reason, ledger: ledger.map(party), rule }
}

fn agreed(pair: &mut Pair, text: &str) {
    let agreement = AgreementId::new("karachi-exercise").unwrap();
    let proposed = AgreementProposed { agreement: agreement.clone(), text: text.to_owned() };
    pair.says("host/officer", proposed);
    let signed =
        || AgreementSigned { agreement: agreement.clone(), text: article::root::root(text) };
    pair.says("host/officer", signed());
    pair.says("guest/officer", signed());
}

#[test]
fn a_letter_reaches_the_node_of_whom_it_names_and_no_other() {
    let mut pair = Pair::new("named");
    let ours = letter(named(&["host/other"]), "for one of us");
    pair.says("host/officer", ours);
    assert_eq!(pair.in_files("for one of us"), [true, false]);
    let (_, index) = pair.says("host/officer", letter(named(&["guest/other"]), SECRET));
    assert_eq!(pair.in_files(SECRET), [true, true]);
    let at = usize::try_from(index).unwrap();
    let line = &pair.guest.peer().unwrap().lines()[at];
    assert_eq!(line.outcome, Some(Outcome::Silent));
    assert!(matches!(&line.entry.act, Some(Act::LetterSent(letter)) if letter.words == SECRET));
    // A stranger gets neither, of whichever node he asks.
    for engine in [&pair.host, &pair.guest] {
        let file = engine.export().unwrap();
        assert!(!holds(&file, SECRET) && !holds(&file, "for one of us"));
        assert_eq!(audit(&file).unwrap().state, pair.host.fold().hash());
    }
    // What is carried by hand is for the same eyes as what goes over the line.
    let folder = Folder::new("carried-guest");
    let mut guest = found(&pair.clock, "guest", Side::Guest, &folder.0);
    guest.tick().unwrap();
    let part = pair.host.write_part(0, 1 << 20).unwrap();
    assert!(!holds(&part.file, SECRET), "a part is sealed");
    guest.take_carried(&part.file).unwrap();
    assert!(in_files(&folder.0, SECRET) && !in_files(&folder.0, "for one of us"));
}

#[test]
fn a_stranger_reads_letters_to_both_with_what_their_authors_had_seen() {
    let mut pair = Pair::new("both");
    let mut index = Vec::new();
    for (by, words) in
        [("host/officer", "one"), ("guest/officer", "two"), ("host/officer", "three")]
    {
        index.push(pair.says(by, letter(Audience::Joint, words)).1);
    }
    pair.says("host/officer", letter(Audience::Own, "for ourselves"));
    pair.says("host/officer", letter(named(&["guest/other"]), SECRET));
    let file = pair.guest.export().unwrap();
    let read = letters(&file).unwrap();
    let told: Vec<_> =
        read.iter().map(|it| (it.side, it.index, it.by.as_str(), it.words.as_str())).collect();
    let (host, guest) = ("host/officer", "guest/officer");
    assert_eq!(
        told,
        [
            (Side::Host, index[0], host, "one"),
            (Side::Host, index[2], host, "three"),
            (Side::Guest, index[1], guest, "two"),
        ]
    );
    // Each had seen the letter before his own, and the first had seen none.
    let seen: Vec<u64> = read.iter().map(|it| it.seen).collect();
    assert!(seen[0] <= index[1] && seen[1] > index[1] && seen[2] > index[0], "{seen:?} {index:?}");
    // What nobody signed was not said.
    let at = file.windows(5).position(|part| part == b"three").unwrap();
    let mut forged = file.clone();
    forged[at..at + 5].copy_from_slice(b"THREE");
    let read = letters(&forged).unwrap_or_default();
    assert!(read.iter().all(|it| it.words != "THREE" && it.words != "three"), "{read:?}");
}

#[test]
fn a_letter_goes_to_whom_it_names_or_is_not_written() {
    let mut pair = Pair::new("refused");
    let said = |refusal: Refusal| refusal.reasons.first().copied().unwrap();
    let nobody = letter(named(&["guest/nobody"]), SECRET);
    assert_eq!(said(pair.no("host/officer", nobody)), Reason::WrongAudience);
    assert_eq!(said(pair.no("host/officer", letter(named(&[]), SECRET))), Reason::BadNumber);
    let twice = letter(named(&["host/other", "host/other"]), SECRET);
    assert_eq!(said(pair.no("host/officer", twice)), Reason::WrongAudience);
    assert_eq!(said(pair.no("host/officer", letter(Audience::Own, " "))), Reason::BadText);
    assert_eq!(said(pair.no("host/driver", letter(Audience::Own, "x"))), Reason::NotYourRole);
    // The header says what the act says, and only a letter goes to named persons.
    let key = key("host/officer");
    let mut ask = |act: Act, to: Audience| match pair.host.prepare(key.id(), act, to) {
        Err(Answer::Refused(refusal)) => refusal.reasons.first().copied().unwrap(),
        other => panic!("{other:?}"),
    };
    let both = letter(Audience::Joint, SECRET);
    assert_eq!(ask(both.into(), named(&["host/other"])), Reason::WrongAudience);
    let ended = words::movement::Closed { movement: words::id::MovementId::new("m").unwrap() };
    assert_eq!(ask(ended.into(), named(&["host/other"])), Reason::WrongAudience);
    let quiet = erase(StatementId([1; 16]), None);
    assert_eq!(ask(quiet.into(), Audience::Own), Reason::WrongAudience);
    // Refusals are kept at home, and none of them holds the words.
    pair.sync();
    assert_eq!(pair.in_files(SECRET), [false, false]);
}

#[test]
#[expect(clippy::cognitive_complexity, reason = "one story, told in order")]
fn what_both_erase_is_in_no_file_and_the_ledgers_still_verify() {
    let mut pair = Pair::new("erased");
    agreed(&mut pair, AGREEMENT);
    let (letter_id, at) = pair.says("host/officer", letter(Audience::Joint, SECRET));
    let text = article::root::root(AGREEMENT);
    let comment = Commented {
        agreement: AgreementId::new("karachi-exercise").unwrap(),
        text,
        article: None,
        words: "a name that slipped in".into(),
        circle: Circle::Shared,
    };
    let (comment_id, _) = pair.says("guest/officer", comment);
    assert_eq!(pair.in_files(SECRET), [true, true]);
    assert_eq!(pair.in_files("a name that slipped in"), [true, true]);
    let salt = pair.host.store().read(&party("host"), at, 1).unwrap().pop().unwrap().body.unwrap();
    // The salt is the second thing in a body: an array of two, a string of 32 bytes.
    let salt = salt[3..35].to_vec();
    let before = pair.host.state().acted;
    let (order, _) = pair.says("host/officer", erase(letter_id, None));
    pair.says("guest/officer", erase(comment_id, None));
    assert_eq!(pair.in_files(SECRET), [false, false]);
    assert_eq!(pair.in_files("a name that slipped in"), [false, false]);
    for folder in &pair.folders {
        let mut files = fs::read_dir(&folder.0).unwrap();
        assert!(!files.any(|file| {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            bytes.windows(32).any(|part| part == salt)
        }));
    }
    // Each order acted, and the other node answered that its copy is gone too.
    assert_eq!(pair.host.state().acted, before + 4);
    for engine in [&pair.host, &pair.guest] {
        let place = (party("host"), letter_id);
        let told = engine.erasures().of(&place);
        let sides: Vec<Side> = told.iter().map(|told| told.side).collect();
        assert_eq!(sides, [Side::Host, Side::Guest]);
        assert_eq!(told[0].rule, Some(ErasureRule::Request));
        assert_eq!(engine.erasures().of(&(party("guest"), comment_id)).len(), 2);
        let report = engine.fsck().unwrap();
        assert_eq!((report.broken, report.void), (vec![], vec![]));
        assert!(report.absent >= 2);
        let file = engine.export().unwrap();
        assert!(!holds(&file, SECRET));
        assert_eq!(audit(&file).unwrap().state, engine.fold().hash(), "a stranger says the same");
    }
    let hash = pair.host.fold().hash();
    for id in ["host", "guest"] {
        pair.reopen(id);
    }
    pair.sync();
    assert_eq!(pair.host.fold().hash(), hash, "from zero and without the words");
    // It is not erased twice, and what says so is not itself erased.
    let again = pair.no("host/officer", erase(letter_id, None));
    assert_eq!(again.reasons, [Reason::AlreadyExists]);
    assert_eq!(pair.no("host/officer", erase(order, None)).reasons, [Reason::StateRestsOnIt]);
}

#[test]
fn nothing_is_erased_on_which_the_state_rests() {
    let mut pair = Pair::new("rests");
    agreed(&mut pair, AGREEMENT);
    let signed = pair.host.own().lines().iter().rev().find(|it| it.entry.number == 5).unwrap();
    let (signed, unruled) = (signed.entry.id.unwrap(), StatementId([9; 16]));
    let no = pair.no("host/officer", erase(signed, None));
    assert_eq!(no.reasons, [Reason::StateRestsOnIt]);
    assert!(no.detail.contains("`agreement_signed`"), "{}", no.detail);
    let no = pair.no("host/officer", erase(unruled, None));
    assert_eq!(no.reasons, [Reason::UnknownStatement]);
    let (id, _) = pair.says("host/officer", letter(Audience::Own, SECRET));
    let no = pair.no("host/officer", BodyErased { rule: None, ..erase(id, None) });
    assert_eq!(no.reasons, [Reason::BadText]);
    assert_eq!(pair.no("host/other", erase(id, None)).reasons, [Reason::NotYourRole]);
    // A review that stayed at home goes as it came: nobody else had it, nobody answers.
    pair.says("host/officer", erase(id, None));
    assert_eq!(pair.in_files(SECRET), [false, false]);
    assert_eq!(pair.guest.erasures().of(&(party("host"), id)).len(), 1);
}

#[test]
fn the_other_party_erases_its_copy_of_our_words_and_not_ours() {
    let mut pair = Pair::new("copy");
    let (id, _) = pair.says("host/officer", letter(named(&["guest/other"]), SECRET));
    pair.says("guest/officer", erase(id, Some("host")));
    assert_eq!(pair.in_files(SECRET), [true, false], "whose words they are decides over them");
    let told = pair.host.erasures().of(&(party("host"), id));
    assert_eq!(told.iter().map(|it| it.side).collect::<Vec<_>>(), [Side::Guest]);
    // It does not come back over the line, nor by hand.
    pair.sync();
    let part = pair.host.write_part(0, 1 << 20).unwrap();
    pair.guest.take_carried(&part.file).unwrap();
    pair.sync();
    assert_eq!(pair.in_files(SECRET), [true, false]);
    pair.says("host/officer", erase(id, None));
    assert_eq!(pair.in_files(SECRET), [false, false]);
}

#[test]
fn a_restored_copy_of_the_folder_forgets_again_what_was_erased() {
    let mut pair = Pair::new("restored");
    let (id, index) = pair.says("host/officer", letter(Audience::Joint, SECRET));
    let body = pair.host.store().read(&party("host"), index, 1).unwrap().pop().unwrap().body;
    pair.says("host/officer", erase(id, None));
    // A copy from before, brought up to date: the order stands in the ledger, the body lies there.
    let folder = Folder::new("restored-copy");
    let mut store = Sqlite::create(&folder.0.join("ledger.db")).unwrap();
    for id in ["host", "guest"] {
        let kept = pair.host.store().read(&party(id), 0, 10_000).unwrap();
        for (at, kept) in (0..).zip(kept) {
            let lies = if id == "host" && at == index { body.clone() } else { kept.body };
            let entry = store::port::NewEntry { entry: &kept.entry, body: lies.as_deref() };
            store::port::Store::append(&mut store, &party(id), at, &[entry]).unwrap();
        }
    }
    assert!(in_files(&folder.0, SECRET));
    let opened = Engine::open(config("host"), world(&pair.clock, "host", store), &seed("host"));
    assert_eq!(opened.unwrap().fold().hash(), pair.host.fold().hash());
    assert!(!in_files(&folder.0, SECRET));
}

#[test]
fn letters_go_when_their_time_is_over_and_the_ledger_says_so() {
    let mut pair = Pair::new("retention");
    agreed(&mut pair, &with_retention());
    let (early, _) = pair.says("host/officer", letter(Audience::Joint, SECRET));
    let kept = letter(named(&["guest/other"]), "kept a little longer");
    let (named, _) = pair.says("guest/officer", kept);
    pair.later(20 * DAY_MS);
    let (late, _) = pair.says("host/officer", letter(Audience::Joint, "written later"));
    assert_eq!(pair.in_files(SECRET), [true, true]);
    pair.later(11 * DAY_MS);
    assert_eq!(pair.in_files(SECRET), [false, false]);
    assert_eq!(pair.in_files("kept a little longer"), [false, false]);
    assert_eq!(pair.in_files("written later"), [true, true]);
    let told = pair.guest.erasures().of(&(party("host"), early));
    assert_eq!(told[0].rule, Some(ErasureRule::Retention));
    assert_eq!(told[0].by, person("host/node"));
    assert_eq!(told.len(), 2, "the guest's node answered");
    // A letter to one of our own that names nobody of theirs is no matter of the other node.
    assert_eq!(pair.host.erasures().of(&(party("guest"), named)).len(), 1);
    assert!(pair.host.erasures().of(&(party("host"), late)).is_empty());
    let report = pair.host.fsck().unwrap();
    assert_eq!((report.broken, report.void), (vec![], vec![]));
}
