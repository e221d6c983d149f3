//! The vector of docs/formats/routes.md.

#[cfg(test)]
mod tests {
    use planner::list::List;
    use words::hash::{Seed, hex};

    const DOCUMENT: &str = include_str!("../../../docs/formats/routes.md");

    fn value(name: &str) -> String {
        let line = DOCUMENT.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(" = "));
        line.unwrap_or_else(|| panic!("no `{name}` in the document")).to_owned()
    }

    #[test]
    fn the_list_of_the_document_has_its_hash_and_its_draw() {
        let (_, rest) = DOCUMENT.split_once("```text\n").unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        let list = List::parse(text).unwrap();
        let seed = |name: &str| Seed::try_from(value(name)).unwrap();
        let drawn = list.draw(&seed("host seed"), &seed("guest seed")).unwrap();
        assert_eq!(hex(&list.hash().0), value("list sha256"));
        assert_eq!(drawn.slot.to_string(), value("drawn slot"));
        assert_eq!(drawn.route.to_string(), value("drawn route"));
    }
}
