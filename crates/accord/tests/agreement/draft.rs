//! A draft that is loose, unbounded or contradicts itself does not compile.

use accord::rules::Rules;
use article::document::parse;

use crate::exercise::TEXT;

/// What is replaced by what in the exercise, and the message.
const TABLE: &[(&str, &str, &str)] = &[
    (
        "zones = [\"karachi-airport\", \"karachi-port-road\", \"site-industrial\"]",
        "zones = [\"karachi-harbour\"]",
        "article 9 names the zone `karachi-harbour`, which no article draws; draw it or correct \
         its id",
    ),
    (
        "zones = [\"karachi-airport\", \"karachi-port-road\", \"site-industrial\"]",
        "zones = [\"cantonment-north\"]",
        "article 9 names the zone `cantonment-north`, which is excluded; remove it there or allow \
         the zone",
    ),
    (
        "headcount_max = 10,",
        "headcount_max = 4294967295,",
        "article 8 sets a ceiling of 4294967295 for `police` in `karachi-airport`, which bounds \
         nothing; set at most 1000",
    ),
    (
        "category = \"technical\", zone = \"site-industrial\"",
        "category = \"private_security\", zone = \"site-industrial\"",
        "article 8 sets a ceiling for `private_security` in `site-industrial` a second time; keep \
         one of the two",
    ),
    (
        "    { category = \"liaison\", zone = \"site-industrial\", headcount_max = 4, \
         vehicles_max = 4, armed_max = 0 },\n",
        "",
        "article 9 permits `liaison` in `site-industrial` without a ceiling; set one",
    ),
    (
        "armed_max = 0",
        "armed_max = 11",
        "article 8 lets more `police` be armed in `karachi-airport` than be present; lower the \
         number of armed",
    ),
    (
        "rung_max = \"escort_inside_cordon\"",
        "rung_max = \"armed\"",
        "article 9 permits the rung `armed` to `private_security` in `karachi-airport`, where \
         nobody of them may be armed; lower the rung",
    ),
    (
        "categories = [\"technical\"]",
        "categories = [\"armed_forces\"]",
        "article 9 names the category `armed_forces`, which may not come; list it among the \
         categories",
    ),
    (
        "zone = \"site-industrial\"",
        "zone = \"karachi-airport\"",
        "article 3 draws the zone `karachi-airport` a second time; keep one of the two",
    ),
    (
        "party = \"guest\"",
        "party = \"a-third-state\"",
        "article 1 names the party `a-third-state`; only the host and the guest are parties",
    ),
    (
        "lease_minutes_max = 720",
        "lease_minutes_max = 100000",
        "article 6 sets the longest lease to 6000000000 ms; it must lie between 1 and 86400000 ms",
    ),
    (
        "freshness_seconds = 1200",
        "freshness_seconds = 9",
        "article 6 sets the freshness to 9000 ms; it must lie between 10000 and 86400000 ms",
    ),
    (
        "urgent_hours = 24",
        "urgent_hours = 49",
        "article 7 sets the urgent notice to 176400000 ms; it must lie between 0 and 172800000 ms",
    ),
    (
        "roles = [\"driver\", \"protected\"]",
        "roles = [\"driver\", \"driver\"]",
        "article 12 lists `Driver` twice for the stage `Minute`; keep one of the two",
    ),
    (
        "by = [\"host\", \"guest\"]",
        "by = [\"guest\"]",
        "article 13 does not let the host suspend the whole; a host always can: add it",
    ),
    (
        "vehicles = { armour_min = \"bullet_proof\", gap_m_min = 50 }",
        "vehicles = { armour_min = \"bullet_proof\", gap_m_min = 50 }\n\
         advance_notice = { normal_hours = 1, urgent_hours = 1 }",
        "articles 7 and 11 both provide `advance_notice`; keep one of them",
    ),
];

#[test]
fn a_loose_draft_does_not_compile_and_says_why() {
    for (from, to, message) in TABLE {
        assert!(TEXT.contains(from), "{from}");
        let draft = parse(&TEXT.replacen(from, to, 1)).unwrap();
        let refused = Rules::compile(draft).unwrap_err();
        assert_eq!(refused.to_string(), *message);
    }
}

#[test]
fn a_territory_without_an_allowed_zone_does_not_compile() {
    let draft = parse(&TEXT.replace("allowed = true", "allowed = false")).unwrap();
    let refused = Rules::compile(draft).unwrap_err();
    assert_eq!(refused.to_string(), "no zone is allowed; allow at least one");
}
