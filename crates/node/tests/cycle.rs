//! The life of an agreement, from its review to its end.
#![cfg(test)]

mod pair;

use article::root::root;
use joint::asking::Asking;
use joint::cycle::Standing;
use joint::state::Sight;
use ledger::reader::Entry;
use node::judge::cycle::at_home;
use node::review::Review;
use pair::{Pair, agreement};
use words::act::{
    Act, AgreementProposed, AgreementResumed, AgreementSigned, AgreementSuspended, Scope,
};
use words::audience::Audience;
use words::hash::Hash;
use words::id::{PersonId, UnitId};
use words::refusal::Refusal;
use words::review::{
    AgencyReviewed, AgreementDrafted, AgreementInitialled, AgreementTerminated, Circle, Commented,
    ConditionMet, Position, ReviewOpened,
};
use words::role::Side::{self, Guest, Host};

const FIRST: &str = include_str!("../../../scenarios/karachi/agreement.toml");
const MINUTE_MS: i64 = 60_000;

// The second version: it can be suspended by clause and person, ends, and waits for two things.
fn second() -> String {
    let conditions = "[[condition]]\nname = \"ratified\"\nby = \"host\"\nnames.en = \"Ratified\"\n\
                      names.zh = \"批准\"\nnames.ur = \"توثیق\"\n\n\
                      [[condition]]\nname = \"funded\"\nby = \"guest\"\nnames.en = \"Funded\"\n\
                      names.zh = \"拨款\"\nnames.ur = \"فنڈز\"\n\n";
    let end = "\n[[article]]\nnumber = \"90\"\n\
               termination = { notice_days = 1, survivors = [\"personal_data\"] }\n\n\
               [article.heading]\nen = \"End\"\nzh = \"终止\"\nur = \"اختتام\"\n\n\
               [article.text]\nen = \"It ends.\"\nzh = \"终止。\"\nur = \"ختم\"\n";
    let extents = "[\"whole\", \"zone\", \"category\"]";
    let wider = "[\"whole\", \"zone\", \"category\", \"clause\", \"person\"]";
    assert!(FIRST.contains(extents));
    let text = FIRST.replace(extents, wider);
    text.replacen("[[article]]", &format!("{conditions}[[article]]"), 1) + end
}

// The third version waits for nothing.
fn third() -> String {
    let text = second();
    let (preamble, _) = text.split_once("[[condition]]").unwrap();
    let (_, articles) = text.split_once("[[article]]").unwrap();
    format!("{preamble}[[article]]{articles}")
}

fn proposed(text: &str) -> (Pair, Hash) {
    let mut pair = Pair::agreed();
    let act = AgreementProposed { agreement: agreement(), text: text.to_owned() };
    pair.say(Host, act).unwrap();
    (pair, root(text))
}

fn in_force(text: &str) -> Pair {
    let (mut pair, text) = proposed(text);
    for side in [Host, Guest] {
        pair.say(side, sign(text)).unwrap();
    }
    assert_eq!(pair.state().agreements[&agreement()].in_force(), Some(text));
    pair
}

fn sign(text: Hash) -> Act {
    AgreementSigned { agreement: agreement(), text }.into()
}

fn initial(text: Hash) -> Act {
    AgreementInitialled { agreement: agreement(), text }.into()
}

fn review(pair: &Pair, text: Hash, agencies: &[&str], circle: Circle) -> Act {
    let agencies = agencies.iter().map(|agency| (*agency).to_owned()).collect();
    let until = pair.now.plus_ms(60 * MINUTE_MS);
    ReviewOpened { agreement: agreement(), text, agencies, until, circle }.into()
}

fn position(text: Hash, agency: &str, position: Position, circle: Circle) -> Act {
    let (agency, articles) = (agency.to_owned(), vec!["6".to_owned()]);
    let remark = "our remark".to_owned();
    AgencyReviewed { agreement: agreement(), text, agency, position, articles, remark, circle }
        .into()
}

fn comment(text: Hash, words: &str, circle: Circle) -> Act {
    let (article, words) = (Some("6".to_owned()), words.to_owned());
    Commented { agreement: agreement(), text, article, words, circle }.into()
}

fn suspend(scope: Scope) -> Act {
    AgreementSuspended { agreement: agreement(), scope, reason: "exercise".into() }.into()
}

fn resume(scope: Scope) -> Act {
    AgreementResumed { agreement: agreement(), scope }.into()
}

fn no(said: Result<(), Refusal>) -> &'static str {
    said.expect_err("it is refused").reasons.first().unwrap().code()
}

fn own_entry(pair: &mut Pair, side: Side, act: Act) -> Entry {
    Entry { audience: Audience::Own, ..pair.entry(side, act) }
}

// As the engine does: judged at home, then kept.
fn note(pair: &mut Pair, side: Side, act: &Act) -> Result<(), Refusal> {
    let entry = own_entry(pair, side, act.clone());
    let ledger = pair.desk(side).ledger.clone();
    let asking = Asking {
        by: &entry.by,
        key: entry.key,
        roles: &entry.roles,
        side,
        at: entry.at,
        heard: entry.seen.at,
        index: entry.index,
        seen: entry.seen.size,
    };
    let review = Review::fold(&agreement(), &ledger);
    at_home(pair.desk(side).view.state(), &review, &asking, act)?;
    pair.push(side, entry);
    Ok(())
}

fn at_the_hosts(pair: &Pair) -> Review {
    Review::fold(&agreement(), &pair.host.ledger)
}

#[test]
fn where_nobody_opened_a_review_both_just_sign() {
    let pair = in_force(&third());
    let versions = &pair.state().agreements[&agreement()].cycle.versions;
    assert_eq!(
        versions.iter().map(|it| it.text).collect::<Vec<_>>(),
        [root(FIRST), root(&third())]
    );
}

#[test]
fn one_signature_supersedes_nothing() {
    let (mut pair, text) = proposed(&third());
    pair.say(Host, sign(text)).unwrap();
    let known = &pair.state().agreements[&agreement()];
    assert_eq!(known.in_force(), Some(root(FIRST)), "the first text binds until both have signed");
    assert!(known.rules().is_some());
    assert_eq!(pair.line("06:05 guest request d-1 2"), "ok");
    pair.say(Guest, sign(text)).unwrap();
    assert_eq!(pair.state().agreements[&agreement()].in_force(), Some(text));
}

#[test]
fn a_text_under_review_needs_initials_and_agencies() {
    let (mut pair, text) = proposed(&third());
    let opening = review(&pair, text, &["interior", "defence"], Circle::Shared);
    pair.say(Host, opening.clone()).unwrap();
    assert_eq!(no(pair.say(Host, sign(text))), "review-open");
    assert_eq!(no(pair.say(Guest, sign(text))), "not-initialled");
    let stranger = position(text, "customs", Position::Concur, Circle::Shared);
    assert_eq!(no(pair.say(Host, stranger)), "not-on-the-list");
    let guests = position(text, "interior", Position::Concur, Circle::Shared);
    assert_eq!(no(pair.say(Guest, guests)), "not-on-the-list", "the guest's review asks nobody");
    pair.say(Host, position(text, "interior", Position::Object, Circle::Shared)).unwrap();
    assert_eq!(no(pair.say(Host, sign(text))), "agency-objects");
    pair.say(Host, position(text, "interior", Position::Reserve, Circle::Shared)).unwrap();
    assert_eq!(no(pair.say(Host, sign(text))), "review-open", "defence still has time");
    let fewer = review(&pair, text, &["interior"], Circle::Shared);
    assert_eq!(no(pair.say(Host, fewer)), "wrong-state", "who must be heard stays so");
    pair.now = pair.now.plus_ms(61 * MINUTE_MS);
    let known = &pair.state().agreements[&agreement()];
    let required = &known.cycle.reviews[&(text, Host)];
    assert_eq!(
        required.standing(required.agencies["defence"].as_ref(), pair.now),
        Standing::Silent
    );
    assert_eq!(no(pair.say(Host, sign(text))), "not-initialled");
    pair.say(Host, initial(text)).unwrap();
    assert_eq!(no(pair.say(Host, initial(text))), "already-exists");
    assert_eq!(no(pair.say(Host, sign(text))), "not-initialled", "by one side only");
    pair.say(Guest, initial(text)).unwrap();
    pair.say(Host, sign(text)).unwrap();
    pair.say(Guest, sign(text)).unwrap();
    assert_eq!(pair.state().agreements[&agreement()].in_force(), Some(text));
    pair.meet();
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
}

#[test]
fn a_review_that_a_signatory_could_not_know_of_holds_him_not_up() {
    let (mut pair, text) = proposed(&third());
    pair.line("06:10 apart");
    let opening = review(&pair, text, &["interior"], Circle::Shared);
    pair.say(Host, opening).unwrap();
    pair.say(Guest, sign(text)).unwrap();
    pair.line("06:11 together");
    assert_eq!(pair.state().void, 0);
    assert_eq!(no(pair.say(Guest, sign(text))), "not-initialled", "now he knows");
}

#[test]
fn what_is_internal_stays_at_home_and_still_decides_there() {
    let (mut pair, text) = proposed(&third());
    let opening = review(&pair, text, &["interior"], Circle::Internal);
    assert_eq!(no(pair.say(Host, opening.clone())), "wrong-audience");
    note(&mut pair, Host, &opening).unwrap();
    note(&mut pair, Host, &comment(text, "we can give way on article 6", Circle::Internal))
        .unwrap();
    pair.say(Host, comment(text, "we cannot give way", Circle::Shared)).unwrap();
    let shared = comment(text, "for both", Circle::Shared);
    assert_eq!(no(note(&mut pair, Host, &shared)), "wrong-audience");
    let internal = comment(text, "for us", Circle::Internal);
    assert_eq!(no(pair.say(Host, internal.clone())), "wrong-audience");
    pair.lie(Host, internal).unwrap();
    let review = at_the_hosts(&pair);
    let said: Vec<_> = review.remarks.iter().map(|it| (it.words.as_str(), it.circle)).collect();
    let both = [
        ("we can give way on article 6", Circle::Internal),
        ("we cannot give way", Circle::Shared),
    ];
    assert_eq!(said, both, "a liar's stands, as its body may be erased, and is not heard");
    let cycle = &pair.state().agreements[&agreement()].cycle;
    assert!(cycle.reviews.is_empty(), "the joint state knows of no review");
    assert_eq!(no(review.may_sign(cycle, text, pair.now)), "review-open");
    note(&mut pair, Host, &position(text, "interior", Position::Object, Circle::Internal)).unwrap();
    let cycle = &pair.state().agreements[&agreement()].cycle;
    assert_eq!(no(at_the_hosts(&pair).may_sign(cycle, text, pair.now)), "agency-objects");
    note(&mut pair, Host, &position(text, "interior", Position::Concur, Circle::Internal)).unwrap();
    let cycle = &pair.state().agreements[&agreement()].cycle;
    assert_eq!(no(at_the_hosts(&pair).may_sign(cycle, text, pair.now)), "not-initialled");
    pair.say(Host, initial(text)).unwrap();
    pair.say(Guest, initial(text)).unwrap();
    let cycle = &pair.state().agreements[&agreement()].cycle;
    at_the_hosts(&pair).may_sign(cycle, text, pair.now).unwrap();
}

#[test]
fn a_draft_is_seen_by_nobody_and_can_be_talked_about() {
    let mut pair = Pair::agreed();
    let (words, text) = (third(), root(&third()));
    let draft: Act = AgreementDrafted { agreement: agreement(), text: words.clone() }.into();
    assert_eq!(no(pair.say(Host, draft.clone())), "wrong-audience");
    let early = comment(text, "too early", Circle::Internal);
    assert_eq!(no(note(&mut pair, Host, &early)), "unknown-agreement");
    note(&mut pair, Host, &draft).unwrap();
    note(&mut pair, Host, &comment(text, "better", Circle::Internal)).unwrap();
    let shared = comment(text, "better", Circle::Shared);
    assert_eq!(no(pair.say(Host, shared)), "unknown-agreement", "nobody else knows the text");
    assert_eq!(at_the_hosts(&pair).drafts[&text].text, words);
    assert_eq!(pair.state().agreements[&agreement()].texts.len(), 1);
}

#[test]
fn a_signed_text_waits_for_its_conditions() {
    let (mut pair, text) = proposed(&second());
    for side in [Host, Guest] {
        pair.say(side, sign(text)).unwrap();
    }
    let met = |name: &str| ConditionMet { agreement: agreement(), text, condition: name.into() };
    let known = &pair.state().agreements[&agreement()];
    assert_eq!(known.in_force(), Some(root(FIRST)));
    assert_eq!(known.unmet(text), ["ratified", "funded"]);
    assert_eq!(no(pair.say(Guest, met("ratified"))), "not-your-side");
    assert_eq!(no(pair.say(Host, met("blessed"))), "unknown-condition");
    pair.say(Host, met("ratified")).unwrap();
    assert_eq!(no(pair.say(Host, met("ratified"))), "already-exists");
    assert_eq!(pair.state().agreements[&agreement()].in_force(), Some(root(FIRST)));
    pair.say(Guest, met("funded")).unwrap();
    assert_eq!(pair.state().agreements[&agreement()].in_force(), Some(text));
}

#[test]
fn the_text_says_what_can_be_suspended() {
    let mut pair = Pair::agreed();
    let person = Scope::Person(PersonId::new("u-1").unwrap());
    let said = pair.say(Host, suspend(person.clone()));
    assert_eq!(said.as_ref().unwrap_err().articles, ["13"]);
    assert_eq!(no(said), "not-suspendable");
    let mut pair = in_force(&third());
    assert_eq!(no(pair.say(Host, suspend(Scope::Clause("99".into())))), "not-suspendable");
    pair.say(Host, suspend(Scope::Clause("9".into()))).unwrap();
    let known = &pair.state().agreements[&agreement()];
    let (host, unaware) = (Sight { side: Host, seen: 0 }, Sight { side: Guest, seen: 0 });
    assert_eq!(known.suspended_articles(host).into_iter().collect::<Vec<_>>(), ["9"]);
    assert!(known.suspended_articles(unaware).is_empty(), "who cannot know is not bound yet");
    assert_eq!(no(pair.say(Guest, resume(Scope::Clause("9".into())))), "wrong-state");
    pair.say(Host, resume(Scope::Clause("9".into()))).unwrap();
    assert!(pair.state().agreements[&agreement()].suspended_articles(host).is_empty());
    pair.say(Host, suspend(person)).unwrap();
    assert!(
        pair.state().agreements[&agreement()]
            .suspends_person(&UnitId::new("u-1").unwrap(), host)
            .is_some()
    );
}

#[test]
fn who_is_suspended_in_person_is_neither_ordered_nor_begins() {
    let mut pair = in_force(&third());
    let script = "06:00 guest request d-1 4
        06:01 host grant c-1 d-1 4 until 08:00
        06:02 guest order t-1 d-1 2";
    for line in script.lines() {
        assert_eq!(pair.line(line.trim()), "ok", "{line}");
    }
    let person = Scope::Person(PersonId::new("u-1").unwrap());
    pair.say(Host, suspend(person.clone())).unwrap();
    assert_eq!(pair.line("06:03 guest start t-1"), "suspended §13");
    assert_eq!(pair.line("06:03 guest order t-2 d-1 2"), "suspended §13");
    assert_eq!(pair.line("06:04 guest order t-3 d-1 1"), "ok", "u-0 is not suspended");
    pair.say(Host, resume(person)).unwrap();
    assert_eq!(pair.line("06:05 guest start t-1"), "ok");
}

#[test]
fn a_suspended_clause_permits_nothing_and_the_guards_stand() {
    let mut pair = in_force(&third());
    assert_eq!(pair.line("06:00 guest request d-1 4"), "ok");
    assert_eq!(pair.line("06:01 host grant c-1 d-1 4 until 08:00"), "ok");
    pair.say(Host, suspend(Scope::Clause("9".into()))).unwrap();
    let refused = pair.line("06:02 guest order t-1 d-1 2");
    assert_eq!(refused, "suspended §9");
    assert_eq!(pair.line("06:03 guest request d-2 1"), "suspended §9");
    pair.say(Host, resume(Scope::Clause("9".into()))).unwrap();
    assert_eq!(pair.line("06:04 guest order t-1 d-1 2"), "ok");
    assert_eq!(pair.minutes(), 0);
}

#[test]
fn an_end_has_effect_when_its_notice_is_over_and_some_things_outlive_it() {
    let end = || AgreementTerminated { agreement: agreement(), reason: "exercise".into() };
    let mut pair = Pair::agreed();
    assert_eq!(no(pair.say(Guest, end())), "not-permitted", "the text does not say how it ends");
    let mut pair = in_force(&third());
    pair.say(Guest, end()).unwrap();
    assert_eq!(no(pair.say(Host, end())), "terminated");
    let known = &pair.state().agreements[&agreement()];
    assert_eq!(known.survivors(), ["personal_data"]);
    assert_eq!(pair.line("09:00 guest request d-1 2"), "ok", "notice is a day");
    assert_eq!(pair.line("+1 09:00 guest request d-2 2"), "not-in-force §1");
    let text = root(&third());
    pair.say(Host, sign(text)).unwrap();
    assert_eq!(
        pair.line("+1 09:01 guest request d-2 2"),
        "not-in-force §1",
        "it takes two to revive"
    );
    pair.say(Guest, sign(text)).unwrap();
    assert_eq!(pair.line("+1 09:02 guest request d-2 2"), "ok");
}
