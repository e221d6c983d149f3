//! Forms: every one is read, and what is wrong is said by its field.

use desk::page::summary;
use engine::engine::Engine;
use form::form::{Form, FormError, read};
use sheet::term::Naming;
use tongue::speech::{Lang, Tongue};
use wish::{SecretWish, Wish};
use words::act::Act;
use words::deployment::Subject;

use crate::pair::{Pair, at, consent, deployment};

fn posted(
    engine: &Engine,
    word: &str,
    fields: &[(&str, &str)],
    chance: u8,
) -> Result<Wish, FormError> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let fields: Vec<(String, String)> = fields.iter().map(owned).collect();
    read(word, &Form { fields: &fields, engine, chance: [chance; 32] })
}

fn act(wish: Wish) -> Act {
    let Wish::Act(act) = wish else { panic!("expected an act, got {wish:?}") };
    *act
}

const REQUEST: [(&str, &str); 11] = [
    ("agreement", "karachi-exercise"),
    ("zone", "karachi-port-road"),
    ("category", "police"),
    ("task", "close_protection"),
    ("rung", "escort_inside_cordon"),
    ("arms", "unarmed"),
    ("headcount", "4"),
    ("vehicles", "1"),
    ("start", "2024-10-02T13:00"),
    ("end", "2024-10-02T23:00"),
    ("purpose", "protect_persons"),
];

#[test]
fn every_form_of_the_pages_is_read_here() {
    let pair = Pair::agreed();
    for word in sheet::form::acts() {
        let unread = posted(&pair.host, word, &[], 1);
        assert!(!matches!(unread, Err(FormError::Unknown(_))), "{word}");
    }
    let unknown = posted(&pair.host, "key_enrolled", &[], 1);
    assert_eq!(unknown, Err(FormError::Unknown("key_enrolled".into())));
}

#[test]
fn a_request_is_read_in_pakistan_time_and_gets_a_short_id() {
    let mut pair = Pair::agreed();
    let Act::DeploymentRequested(asked) =
        act(posted(&pair.guest, "deployment_requested", &REQUEST, 0xab).unwrap())
    else {
        panic!("a request")
    };
    assert_eq!(asked.deployment.as_str(), "d-abab");
    assert_eq!(asked.terms.window.start(), at("2024-10-02T08:00:00Z"), "13:00 PKT");
    pair.guest(asked);
    let again = act(posted(&pair.guest, "deployment_requested", &REQUEST, 0xab).unwrap());
    let Act::DeploymentRequested(again) = again else { panic!("a request") };
    assert_eq!(again.deployment.as_str(), "d-abababababababababababab", "the short one is taken");
}

#[test]
fn a_wrong_field_is_named() {
    let pair = Pair::agreed();
    for (field, value, said) in [
        ("headcount", "many", "`headcount`: write a whole number, not `many`"),
        ("headcount", "", "`headcount`: fill this in"),
        ("category", "pirates", "`category`: choose one from the list, not `pirates`"),
        ("end", "2024-10-02T13:00", "`end`: give a moment after the start, not `2024-10-02T13:00`"),
        ("start", "soon", "`start`: give date and time as `2026-11-23T08:00`, not `soon`"),
        (
            "zone",
            "Karachi!",
            "`zone`: name one of small letters, digits and `-._/:`, not `Karachi!`",
        ),
    ] {
        let mut fields = REQUEST.to_vec();
        fields.iter_mut().filter(|(name, _)| *name == field).for_each(|it| it.1 = value);
        let wrong = posted(&pair.guest, "deployment_requested", &fields, 1).unwrap_err();
        assert_eq!(wrong.to_string(), said);
    }
}

#[test]
fn hours_count_from_now_and_subjects_are_read_whole() {
    let mut pair = Pair::agreed();
    pair.guest(deployment());
    let fields = [("subject", "deployment:d-1"), ("hours", "6"), ("headcount_max", "3")];
    let granted = act(posted(&pair.host, "consent_granted", &fields, 7).unwrap());
    let Act::ConsentGranted(granted) = granted else { panic!("a grant") };
    assert_eq!(granted.until, pair.host.now().plus_ms(6 * 3_600_000));
    let subject: Subject = granted.subject.clone();
    pair.host(granted);
    assert_eq!(subject, consent("c-1", subject.clone(), "2024-10-02T12:00:00Z").subject);
    let wrong = posted(&pair.host, "consent_granted", &[("subject", "d-1")], 7).unwrap_err();
    assert!(wrong.to_string().starts_with("`subject`"), "{wrong}");
}

#[test]
fn several_units_ticks_and_an_empty_override_are_read_as_meant() {
    let pair = Pair::agreed();
    let fields = [
        ("deployment", "d-1"),
        ("units", "g-01"),
        ("units", "g-02 g-03"),
        ("start", "2024-10-02T11:00"),
        ("end", "2024-10-02T12:00"),
    ];
    let Act::TaskOrdered(order) = act(posted(&pair.guest, "task_ordered", &fields, 1).unwrap())
    else {
        panic!("an order")
    };
    assert_eq!(order.units.len(), 3);
    let fields = [
        ("movement", "m-1"),
        ("green", "armour"),
        ("green", "two_radios"),
        ("armour", "bullet_proof"),
        ("override_reason", "  "),
    ];
    let Act::Departed(gate) = act(posted(&pair.guest, "departed", &fields, 1).unwrap()) else {
        panic!("a departure")
    };
    assert_eq!((gate.green.len(), gate.override_reason), (2, None));
}

#[test]
fn what_needs_the_nodes_secret_becomes_a_wish() {
    let pair = Pair::agreed();
    let wish = posted(&pair.guest, "draw_committed", &[("movement", "m-1")], 1).unwrap();
    assert!(matches!(wish, Wish::Secret(SecretWish::CommitDraw { .. })));
    let fields = [("movement", "m-1"), ("stage", "route")];
    let wish = posted(&pair.guest, "stage_released", &fields, 1).unwrap();
    assert!(matches!(wish, Wish::Secret(SecretWish::Release { .. })));
}

#[test]
fn what_is_signed_is_read_out_line_by_line_in_every_language() {
    let pair = Pair::agreed();
    let asked = act(posted(&pair.guest, "deployment_requested", &REQUEST, 1).unwrap());
    for lang in Lang::ALL {
        let tongue = Tongue::of(lang);
        let text = summary::lines(&asked, tongue);
        assert!(text.starts_with(&tongue.word("act", "deployment_requested")), "{text}");
        for needle in ["d-0101", "karachi-port-road", "2024-10-02 13:00 PKT", ": 4"] {
            assert!(text.contains(needle), "{needle} in {text}");
        }
        assert!(text.contains(&tongue.word("category", "police")), "{text}");
    }
}
