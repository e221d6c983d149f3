//! The other direction: one text where the two roles are exchanged.

use crate::pair::{Pair, party};
use article::document::parse;
use article::root::root;
use joint::family::Direction;
use words::act::{AgreementProposed, AgreementSigned};
use words::deployment::{DeploymentRequested, Terms};
use words::id::{AgreementId, DeploymentId, PartyId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::role::Side::{self, Guest, Host};

const PATROL: &str = include_str!("../../../../scenarios/agreements/joint-patrol.toml");
const SUPPORT: &str = include_str!("../../../../scenarios/agreements/support-only.toml");

fn patrol() -> AgreementId {
    AgreementId::new("joint-patrol").unwrap()
}

// The text's guest owns the territory of this pair.
fn exchanged(side: Side) -> PartyId {
    party(side.other())
}

fn agreed(named: fn(Side) -> PartyId) -> Pair {
    let mut pair = Pair::founded(named);
    pair.now = Moment::parse("2025-03-10T08:00:00Z").unwrap();
    pair.meet();
    pair.say(Guest, AgreementProposed { agreement: patrol(), text: PATROL.into() }).unwrap();
    for side in [Host, Guest] {
        pair.say(side, AgreementSigned { agreement: patrol(), text: root(PATROL) }).unwrap();
    }
    assert_eq!(pair.state().agreements[&patrol()].in_force(), Some(root(PATROL)), "one root");
    assert_eq!(pair.host.view.hash(), pair.guest.view.hash());
    pair
}

fn asks(pair: &mut Pair, id: &str, heads: u32, task: Task) -> String {
    let request = DeploymentRequested {
        deployment: DeploymentId::new(id).unwrap(),
        agreement: patrol(),
        purpose: Purpose::BuildCapacity,
        terms: Terms {
            zone: ZoneId::new("lahore-mall-road").unwrap(),
            category: Category::Police,
            task,
            rung: Rung::Advise,
            arms: ArmsClass::Unarmed,
            headcount: heads,
            vehicles: 0,
            sensing: None,
            window: Window::new(pair.now, pair.now.plus_ms(3_600_000)).unwrap(),
        },
    };
    match pair.say(Guest, request) {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => format!("{} {}", refusal.reasons[0].code(), refusal.articles.join(" ")),
    }
}

#[test]
fn one_text_is_in_force_in_both_directions_by_one_root() {
    let document = parse(PATROL).unwrap();
    let pairs = [(agreed(party), Direction::AsWritten), (agreed(exchanged), Direction::Mirrored)];
    for (mut pair, direction) in pairs {
        assert_eq!(pair.state().direction(&document), Ok(direction));
        let rules = pair.state().agreements[&patrol()].rules().unwrap().clone();
        let owner = &pair.state().parties[&Host].founded.party;
        assert_eq!(&rules.document().host, owner, "the territory's owner is the host of its pair");
        assert_eq!(asks(&mut pair, "d-1", 2, Task::Observe), "ok");
        assert_eq!(asks(&mut pair, "d-2", 4, Task::Observe), "ceiling-reached 8");
        assert_eq!(asks(&mut pair, "d-3", 1, Task::CloseProtection), "not-permitted 11");
    }
}

#[test]
fn what_is_not_reciprocal_does_not_exist_in_the_other_direction() {
    let (as_written, mirrored) = (agreed(party), agreed(exchanged));
    let rules = |pair: &Pair| pair.state().agreements[&patrol()].rules().unwrap().clone();
    assert!(rules(&as_written).notice().is_some());
    assert!(rules(&mirrored).notice().is_none(), "nothing moves there");
    let kinds = |pair: &Pair, kind: &str| rules(pair).article_of(kind).is_some();
    for (kind, both) in [("ceilings", true), ("host_consent", true), ("purpose", false)] {
        assert!(kinds(&as_written, kind), "{kind}");
        assert_eq!(kinds(&mirrored, kind), both, "{kind}");
    }
    let owed = |pair: &Pair| joint::duty::obligations(pair.state(), pair.now).len();
    assert!(owed(&as_written) > owed(&mirrored), "its duties are not owed there");
}

#[test]
fn a_text_in_which_nothing_is_reciprocal_is_refused_with_the_reason() {
    let mut pair = Pair::founded(exchanged);
    pair.meet();
    let agreement = parse(SUPPORT).unwrap().agreement;
    let refusal =
        pair.say(Host, AgreementProposed { agreement, text: SUPPORT.into() }).unwrap_err();
    assert_eq!(refusal.reasons[0].code(), "bad-agreement");
    assert!(refusal.detail.contains("reciprocity"), "{}", refusal.detail);
}

#[test]
fn the_two_directions_never_share_a_ledger() {
    let mut pair = agreed(exchanged);
    // Consent in this pair is the text's guest's to give: it owns the territory here.
    assert_eq!(asks(&mut pair, "d-1", 2, Task::Observe), "ok");
    let grant = |pair: &mut Pair, side: Side| {
        let grant = words::deployment::ConsentGranted {
            consent: words::id::ConsentId::new("c-1").unwrap(),
            subject: words::deployment::Subject::Deployment(DeploymentId::new("d-1").unwrap()),
            until: pair.now.plus_ms(3_600_000),
            headcount_max: 2,
        };
        pair.say(side, grant).map_err(|refusal| refusal.reasons[0].code())
    };
    assert_eq!(grant(&mut pair, Guest), Err("not-your-side"));
    assert_eq!(grant(&mut pair, Host), Ok(()));
    assert_eq!(pair.state().parties[&Host].founded.party, party(Guest));
}
