//! The planner's commands over our scenarios and over wrong files.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use planning::answer::Answer;
    use planning::posting::plan as posts;
    use planning::rostering::roster;
    use planning::seeds::{Seeds, parse};
    use planning::timetable::plan as fleet;
    use serde_json::Value;

    const CAMP: &str = include_str!("../../../scenarios/posts/port-camp.toml");
    const SEEDS: &str = include_str!("../../../scenarios/posts/seeds.txt");
    const DISTRICTS: &str = include_str!("../../../scenarios/fleet/three-districts.toml");

    fn seeds() -> Seeds {
        parse(SEEDS).unwrap()
    }

    fn list<'a>(json: &'a Value, name: &str) -> &'a Vec<Value> {
        json[name].as_array().unwrap()
    }

    #[test]
    fn the_camp_has_chances_and_team_orders() {
        let Answer { text, json, unmet } = posts("camp", CAMP, Some(&seeds())).unwrap();
        assert_eq!(unmet, None);
        let guards = &json["guards"];
        let sum: u64 =
            list(guards, "chances").iter().map(|it| it["weight"].as_u64().unwrap()).sum();
        assert_eq!(sum, 4 << 52, "four guards to the last digit");
        assert!(guards["threat_with_one_more"].as_f64() < guards["threat"].as_f64());
        let escorts = &json["escorts"];
        assert_eq!(list(escorts, "chances").len(), 14);
        let orders = list(escorts, "orders");
        assert!((1..=3).contains(&orders.len()), "{orders:?}");
        for part in ["12 sites", "3 escort teams", "What holds it up", "Drawn for this day"] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        let without = posts("camp", CAMP, None).unwrap();
        assert_eq!(without.json["escorts"]["orders"], Value::Null);
    }

    #[test]
    fn the_week_of_the_camp_is_met_and_the_same_on_both_nodes() {
        let answer = roster("camp", CAMP, &seeds()).unwrap();
        assert_eq!(answer.unmet, None, "{}", answer.text);
        assert_eq!(answer, roster("camp", CAMP, &seeds()).unwrap());
        let lines = list(&answer.json, "lines");
        // Four drawn and three standing a shift, one more by day.
        assert_eq!(lines.len(), 7 * (3 * 7 + 1));
        let mut slots: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for line in lines {
            let slot = format!("{} {}", line["date"], line["shift"]);
            slots.entry(slot).or_default().push(line["post"].as_str().unwrap());
        }
        let drawn: std::collections::BTreeSet<_> = slots.values().collect();
        assert!(drawn.len() > 15, "the posts of a shift tell nothing of the next");
        let nights = list(&answer.json, "people").iter().map(|it| it["nights"].as_u64().unwrap());
        assert_eq!(nights.max(), answer.json["nights_at_least"].as_u64());
        let other = SEEDS.replace("0001", "0101");
        let other = roster("camp", CAMP, &parse(&other).unwrap()).unwrap();
        assert_ne!(other.json["lines"], answer.json["lines"], "one seed alone changes it");
    }

    #[test]
    fn a_week_with_too_few_people_says_what_and_why() {
        let few: String = CAMP.replace("[[person]]\nid = \"g-0", "[[person]]\nid = \"x-0");
        let (head, rest) = few.split_once("[[person]]").unwrap();
        let people: Vec<&str> = rest.split("[[person]]").take(18).collect();
        let (_, tail) = rest.split_once("[[base]]").unwrap();
        let text = format!("{head}[[person]]{}[[base]]{tail}", people.join("[[person]]"));
        let answer = roster("camp", &text, &seeds()).unwrap();
        let unmet = answer.unmet.unwrap();
        assert!(unmet.contains("duties have nobody"), "{unmet}");
        let least = answer.json["missing_at_least"].as_u64().unwrap();
        let missing: usize =
            list(&answer.json, "unmet").iter().map(|it| list(it, "posts").len()).sum();
        assert!(least > 0 && u64::try_from(missing).unwrap() >= least, "{missing} {least}");
        assert!(answer.text.contains("NOT MET 2025-03-1"), "{}", answer.text);
    }

    #[test]
    fn the_three_districts_are_served_in_time() {
        let Answer { text, json, unmet } = fleet("districts", DISTRICTS).unwrap();
        assert_eq!(unmet, None, "{text}");
        assert_eq!(list(&json, "departures").len(), 80);
        let number = |value: &Value| value.as_f64().unwrap();
        assert!(number(&json["mean_at_least"]) <= number(&json["waits"]["mean"]));
        assert!(number(&json["waits"]["median"]) < 20.0, "{text}");
        assert!((0.5..=1.0).contains(&number(&json["fairness"])), "{text}");
        let crossing =
            list(&json, "departures").iter().find(|it| !list(it, "handovers").is_empty());
        let point = &crossing.unwrap()["handovers"][0]["point"];
        assert!(point == "canal-bridge" || point == "toll-plaza");
    }

    #[test]
    fn json_is_read_as_toml_is() {
        let table: toml::Table = toml::from_str(DISTRICTS).unwrap();
        let text = serde_json::to_string(&table).unwrap();
        assert_eq!(fleet("a", &text).unwrap(), fleet("a", DISTRICTS).unwrap());
    }

    fn trouble(answer: Result<Answer, cli::trouble::Trouble>) -> String {
        answer.unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_what_to_do() {
        let camp = |from: &str, to: &str| trouble(posts("camp", &CAMP.replacen(from, to, 1), None));
        let line = |name: &str| {
            let quoted = format!("\"{name}\"");
            1 + CAMP.lines().position(|line| line.contains(&quoted)).unwrap()
        };
        let said = camp("left = 90", "left = 620");
        assert_eq!(
            said,
            format!(
                "error: `camp`, line {}: `north-gate`: site 1: an attack is worth as much to the \
                 attacker with a guard as without\nhint: say what a guard there changes, in units \
                 up to 10^9",
                line("north-gate")
            )
        );
        for (from, to, part) in [
            ("start = \"2025-03-10\"", "start = \"2025-02-30\"", "is no date"),
            ("from = \"06:00\"", "from = \"6\"", "shift `day` has no time"),
            ("shifts = [\"day\"]", "shifts = [\"noon\"]", "names a shift that is not there"),
            ("id = \"jetty\"", "id = \"north-gate\"", "`north-gate` stands twice"),
            ("guards = 4", "guards = \"four\"", "line 12"),
            ("teams = 2", "team = 2", "unknown field"),
            ("loss = 900\n", "", "says not what is at stake"),
            ("days = 7", "days = 0", "0 days"),
        ] {
            let said = camp(from, to);
            assert!(said.contains(part) && said.contains("hint: "), "{part}: {said}");
        }
        let fleets =
            |from: &str, to: &str| trouble(fleet("fleet", &DISTRICTS.replacen(from, to, 1)));
        for (from, to, part) in [
            ("armour = \"VR6\"", "armour = \"thick\"", "no rating of armour"),
            ("point = \"toll-plaza\"", "", "missing field `point`"),
            (
                "between = [\"north\", \"centre\"]",
                "between = [\"north\", \"south\"]",
                "at no point",
            ),
            ("hours = 12", "hours = 25", "more than a day"),
            ("seats = 29", "seats = -1", "line "),
        ] {
            let said = fleets(from, to);
            assert!(said.contains(part) && said.contains("hint: "), "{part}: {said}");
        }
        assert!(parse("00").is_none() && parse(&SEEDS.replace('\n', " ")).is_none());
        assert!(!format!("{:?}", seeds()).contains("0001"), "seeds are printed nowhere");
    }
}
