//! A roster drawn by two parties, and every way to cheat.
#![cfg(test)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use audit::letters::Letter;
use cli::given::{Asked, read};
use cli::trouble::{Exit, Trouble};
use planning::pledging::before;
use post::pledge::{Said, plan_hash, pledge, said};
use post::rota::{Document, document};
use words::hash::Seed;
use words::id::PersonId;
use words::moment::Moment;
use words::role::Side::{self, Guest, Host};

const CAMP: &str = include_str!("../../../scenarios/posts/port-camp.toml");

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pledged-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn put(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.at(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn run(words: &[&str]) -> Result<(), Trouble> {
    match read(words.iter().map(OsString::from).collect())? {
        Asked::Command(given) => planning::run(&given),
        Asked::Help(_) => panic!("{words:?} is a command"),
    }
}

fn no(words: &[&str], exit: Exit, part: &str) {
    let trouble = run(words).expect_err(part);
    let said = trouble.to_string();
    assert!(trouble.exit == exit && said.contains(part), "{part}: {said}");
}

// What `post commit` has printed, from the seed that it kept.
fn pledged(seed: &str) -> String {
    let [Said::Shown { side, plan, seed }] = said(seed)[..] else { panic!("a seed") };
    Said::Pledged { side, plan, pledge: pledge(side, &plan, &seed) }.to_string()
}

#[test]
fn two_parties_pledge_show_draw_and_check() {
    let folder = Folder::new("drawn");
    let plan = folder.put("plan.toml", CAMP);
    let [host, guest] = ["host", "guest"].map(|side| {
        let out = folder.at(&format!("{side}.seed"));
        run(&["post", "commit", &plan, "--side", side, "--out", &out]).unwrap();
        no(&["post", "commit", &plan, "--side", side, "--out", &out], Exit::Fault, "cannot write");
        out
    });
    let seeds = [folder.text("host.seed"), folder.text("guest.seed")];
    assert_ne!(seeds[0].split(' ').next_back(), seeds[1].split(' ').next_back());
    let mode = fs::metadata(&host).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "a seed is for its owner's eyes");
    let ours = folder.put("host.pledge", &pledged(&seeds[0]));
    let theirs = folder.put("guest.letter", &format!("Sir,\n{}\nYours\n", pledged(&seeds[1])));
    // Nobody shows before he has the other's pledge, and his own is not the other's.
    no(&["post", "reveal", &host, "--theirs", &ours], Exit::Refused, "no pledge of the guest");
    no(&["post", "reveal", &ours, "--theirs", &theirs], Exit::Malformed, "holds no seed");
    run(&["post", "reveal", &host, "--theirs", &theirs]).unwrap();
    run(&["post", "reveal", &guest, "--theirs", &ours]).unwrap();
    let files = [ours.as_str(), &theirs, &host, &guest].join(",");
    let out = folder.at("roster.json");
    run(&["post", "roster", &plan, "--said", &files, "--out", &out]).unwrap();
    run(&["post", "check", &out, &plan]).unwrap();
    // The same on the other party's machine, whatever the order of what was said.
    let other = folder.at("other.json");
    let backwards = [guest.as_str(), &host, &theirs, &ours].join(",");
    run(&["post", "roster", &plan, "--said", &backwards, "--out", &other]).unwrap();
    assert_eq!(folder.text("roster.json"), folder.text("other.json"));
    let document = Document::read(&folder.text("roster.json")).unwrap();
    assert_eq!(document.lines.len(), 7 * (3 * 7 + 1));
    assert!(!document.orders.is_empty(), "teams have their orders");
    // Half of it is refused.
    let half = [ours.as_str(), &theirs, &host].join(",");
    no(&["post", "roster", &plan, "--said", &half], Exit::Unverified, "seed of the guest");
    no(&["post", "roster", &plan], Exit::Malformed, "--said FILES");
}

fn hands() -> ([Seed; 2], Vec<Said>) {
    let plan = plan_hash(CAMP);
    let seeds = [Seed([7; 32]), Seed([9; 32])];
    let both = [Host, Guest].into_iter().zip(seeds);
    let all = both.flat_map(|(side, seed)| {
        let pledge = pledge(side, &plan, &seed);
        [Said::Pledged { side, plan, pledge }, Said::Shown { side, plan, seed }]
    });
    (seeds, all.collect())
}

#[test]
fn a_roster_that_somebody_changed_is_refused_by_its_line() {
    let folder = Folder::new("changed");
    let plan = folder.put("plan.toml", CAMP);
    let written = document(CAMP, &hands().1).unwrap().0;
    let as_is = serde_json::to_string(&written).unwrap();
    let roster = folder.put("roster.json", &as_is);
    run(&["post", "check", &roster, &plan]).unwrap();
    let other = folder.put("other.toml", &format!("{CAMP}\n"));
    no(&["post", "check", &roster, &other], Exit::Unverified, "drawn for the plan");
    no(&["post", "check", &plan, &roster], Exit::Malformed, "no roster that");
    let check = |change: &dyn Fn(&mut Document), part: &str| {
        let mut changed = written.clone();
        change(&mut changed);
        let text = serde_json::to_string(&changed).unwrap();
        let changed = folder.put("changed.json", &text);
        no(&["post", "check", &changed, &plan], Exit::Unverified, part);
    };
    // The commander's cousin does not stand at the gate at night.
    check(&|it| it.lines[40].person = "g-001x".into(), "another line than it says, first at 41");
    check(
        &|it| {
            let other = it.lines[60].person.clone();
            it.lines[40].person = other;
        },
        "first at 41",
    );
    check(&|it| drop(it.lines.pop()), "first at 154");
    check(&|it| it.orders[0].movements.clear(), "another order");
    check(&|it| it.title.push('.'), "another title");
    check(&|it| it.host.seed = Seed([8; 32]), "does not hold");
    // Another seed with another pledge: the roster is another one.
    let again = |it: &mut Document| {
        it.guest.seed = Seed([8; 32]);
        it.guest.pledge = pledge(Guest, &it.plan, &it.guest.seed);
    };
    check(&again, "another line");
}

fn letter(side: Side, index: u64, seen: u64, lines: &[&Said]) -> Letter {
    let words: Vec<String> = lines.iter().map(|line| format!("We say:\n{line}")).collect();
    let by = PersonId::new(&format!("{}/officer", post::pledge::word(side))).unwrap();
    let at = Moment::from_ms(i64::try_from(index).unwrap() * 1000);
    Letter { side, index, seen, at, by, words: words.join("\n") }
}

#[test]
fn two_ledgers_prove_that_nobody_chose_or_say_who_could() {
    let (seeds, all) = hands();
    let [host_pledge, host_seed, guest_pledge, guest_seed] = &all[..] else { panic!("four lines") };
    let written = document(CAMP, &all).unwrap().0;
    let fair = [
        letter(Host, 4, 2, &[host_pledge]),
        letter(Host, 9, 7, &[host_seed]),
        letter(Guest, 6, 5, &[guest_pledge]),
        letter(Guest, 8, 5, &[guest_seed]),
    ];
    let at = |index: i64| Moment::from_ms(index * 1000);
    assert_eq!(before(&fair, &written), Ok([(at(4), at(9)), (at(6), at(8))]));
    let with = |at: usize, it: Letter| {
        let mut some = fair.to_vec();
        some[at] = it;
        before(&some, &written).expect_err("it does not bear it out")
    };
    // The guest had seen nothing of the host's pledge when it showed: the host could choose.
    let early = with(3, letter(Guest, 8, 4, &[guest_seed]));
    assert!(early.contains("the guest showed its seed before"), "{early}");
    // The host showed its seed in the letter that pledges.
    let at_once = with(0, letter(Host, 4, 7, &[host_pledge, host_seed]));
    assert!(at_once.contains("the host showed its seed before"), "{at_once}");
    // A seed that was whispered in an earlier letter counts from there.
    let early = letter(Host, 2, 1, &[host_seed]);
    let mut whispered = vec![early];
    whispered.extend(fair.clone());
    let said = before(&whispered, &written).unwrap_err();
    assert!(said.contains("the host showed its seed before"), "{said}");
    // Two pledges, to choose from later.
    let plan = written.plan;
    let second = pledge(Guest, &plan, &Seed([3; 32]));
    let second = Said::Pledged { side: Guest, plan, pledge: second };
    let mut two = fair.to_vec();
    two.push(letter(Guest, 7, 5, &[&second]));
    assert!(before(&two, &written).unwrap_err().contains("the guest pledged twice"));
    // What stands in the other's ledger is not said by this side.
    let forged = with(2, letter(Host, 3, 2, &[guest_pledge]));
    assert!(forged.contains("no letter of the guest to both holds its pledge"), "{forged}");
    assert!(before(&fair[..3], &written).unwrap_err().contains("holds its seed"));
    assert_ne!(seeds[0], seeds[1]);
}
