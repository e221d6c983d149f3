//! Floors: who may import whom, and where a heavy dependency lives.

use toml::Table;

use crate::complaint::Complaint;

/// A crate of the house.
#[derive(Debug)]
pub(crate) struct Room {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its floor; it imports from lower rooms of [`HOUSE`] only.
    pub(crate) floor: u8,
    /// Do time, chance and bytes come in as arguments?
    pub(crate) pure: bool,
    /// What it may import of the house.
    pub(crate) imports: &'static [&'static str],
}

/// The house, from the ground up. A room imports only from rooms above it in this list, so that
/// there can be no circle.
#[rustfmt::skip]
pub(crate) const HOUSE: &[Room] = &[
    pure(1, "words", &[]),
    pure(1, "note", &["words"]),
    room(1, "durable", &[]),
    room(1, "spoilt", &[]),
    pure(2, "tlog", &["words", "note"]),
    pure(2, "article", &["words"]),
    pure(2, "accord", &["words", "article"]),
    pure(2, "duty", &["words", "article"]),
    pure(2, "pass", &["words", "note"]),
    pure(2, "veil", &["words", "note"]),
    pure(2, "route", &["words", "note"]),
    pure(2, "watch", &["words", "note"]),
    pure(2, "ambush", &["words", "route"]),
    pure(2, "pbf", &["words"]),
    pure(2, "road", &["words", "route", "pbf"]),
    pure(2, "drive", &["words", "route", "road"]),
    pure(2, "post", &["words", "route"]),
    pure(2, "fleet", &["words", "post"]),
    pure(2, "picture", &["words"]),
    pure(3, "planner", &[
        "words", "note", "route", "ambush", "road", "post", "fleet", "picture",
    ]),
    pure(2, "gateway", &["words"]),
    room(2, "wire", &["words"]),
    pure(3, "joint", &["words", "note", "tlog", "article", "accord", "duty", "pass"]),
    pure(3, "ledger", &["words", "note", "tlog"]),
    pure(3, "lots", &["words", "route", "veil", "joint"]),
    pure(3, "node", &[
        "words", "note", "tlog", "article", "accord", "duty", "pass", "veil", "route", "joint",
        "ledger", "lots",
    ]),
    room(3, "store", &["words"]),
    pure(2, "wish", &["words"]),
    room(2, "pinned", &["durable", "words", "note"]),
    room(2, "fault", &[]),
    pure(2, "model", &[]),
    pure(3, "carry", &["words", "note", "tlog", "veil"]),
    room(3, "strongbox", &["words", "note", "veil"]),
    pure(2, "tongue", &["words"]),
    pure(3, "draft", &["words", "article", "accord"]),
    pure(3, "sheet", &["words", "tongue"]),
    pure(3, "folio", &["words", "tongue", "sheet"]),
    pure(3, "pages", &["words", "tongue", "sheet"]),
    pure(3, "guardroom", &["words", "tongue", "sheet"]),
    room(3, "cli", &["words", "wire"]),
    room(3, "proof", &["words", "article", "accord"]),
    room(3, "audit", &["ledger", "words", "note", "tlog", "accord", "joint", "lots", "node"]),
    pure(3, "reveal", &["ledger", "words", "note", "tlog", "node"]),
    room(5, "planning", &["words", "route", "post", "fleet", "cli", "audit", "strongbox"]),
    room(4, "engine", &[
        "ledger", "audit", "strongbox",
        "words", "note", "tlog", "accord", "pass", "veil", "route", "watch", "picture", "gateway",
        "duty", "carry", "joint", "lots", "node", "store", "wish",
    ]),
    room(4, "counsel", &["words", "tongue", "article", "accord", "draft", "proof", "folio"]),
    room(5, "form", &["words", "note", "node", "article", "sheet", "pages", "engine", "wish"]),
    room(5, "desk", &[
        "words", "note", "article", "accord", "pass", "veil", "route", "watch", "picture", "duty",
        "ledger", "tongue", "joint", "lots", "node", "sheet", "folio", "pages", "engine",
    ]),
    room(5, "letters", &[
        "words", "note", "tlog", "tongue", "joint", "node", "reveal", "sheet", "pages", "engine",
        "ledger", "desk",
    ]),
    room(5, "outlook", &[
        "words", "route", "ambush", "post", "fleet", "planner", "wire", "joint", "sheet", "pages",
        "guardroom", "engine", "desk",
    ]),
    room(5, "reply", &[
        "words", "note", "article", "accord", "duty", "pass", "watch", "tongue", "wire", "joint",
        "ledger", "node", "sheet", "folio", "engine", "desk", "letters", "wish",
    ]),
    room(5, "door", &[
        "strongbox",
        "words", "tongue", "note", "watch", "wire", "node", "store", "sheet", "engine", "desk",
        "reply", "planner",
    ]),
    room(5, "line", &["pinned", "ledger", "words", "note", "tlog", "store", "engine", "door"]),
    room(4, "token", &["durable", "words", "note", "cli"]),
    room(5, "custody", &[
        "durable", "pinned", "ledger", "strongbox", "cli", "wire", "door", "reply", "token",
        "words", "note", "joint", "node", "sheet", "pages", "engine", "desk", "line",
    ]),
    room(5, "server", &[
        "ledger", "audit", "strongbox", "counsel", "custody",
        "words", "note", "tlog", "article", "pass", "veil", "route", "watch", "picture", "gateway",
        "tongue", "wire", "node", "store", "sheet", "folio", "pages", "engine", "form", "desk",
        "reply", "door", "line", "letters", "planner", "outlook", "guardroom", "pinned",
    ]),
    room(5, "office", &[
        "durable", "words", "note", "tlog", "reveal", "wire", "cli", "strongbox",
    ]),
    room(5, "drafting", &[
        "words", "article", "accord", "tongue", "draft", "proof", "node", "audit", "cli", "office",
    ]),
    room(5, "witness", &["durable", "pinned", "words", "note", "tlog"]),
    room(5, "restore", &["ledger", "words", "note", "tlog", "audit", "node", "store", "engine"]),
    room(5, "sim", &[
        "wish", "ledger", "audit", "strongbox",
        "words", "note", "tlog", "article", "pass", "veil", "route", "joint", "node", "store",
        "engine",
    ]),
    room(5, "exercise", &[
        "wish", "ledger", "audit", "strongbox",
        "words", "note", "tlog", "article", "pass", "veil", "route", "watch", "gateway", "joint",
        "node", "store", "engine",
    ]),
    room(5, "survey", &["words", "route", "ambush", "cli", "pbf", "road", "drive", "planner"]),
    room(6, "theatre", &[
        "pinned", "ledger",
        "words", "note", "gateway", "route", "store", "strongbox", "engine", "desk", "door", "line",
        "server", "exercise", "planner", "post",
    ]),
    room(6, "safeconduct", &[
        "theatre", "office", "letters", "durable", "pinned",
        "audit", "strongbox",
        "words", "note", "tlog", "article", "accord", "draft",
        "pass", "veil", "route", "watch", "picture", "gateway", "carry",
        "tongue",
        "wire", "node", "lots", "store", "pages", "cli", "engine", "desk", "door", "line", "server",
        "exercise", "proof", "restore", "witness", "custody", "planning", "survey",
        "planner", "post", "road", "token", "drafting",
    ]),
    room(6, "benches", &[
        "durable", "ledger", "road", "drive",
        "audit", "strongbox",
        "words", "note", "tlog", "article", "accord", "draft",
        "pass", "veil", "route", "watch", "gateway", "wire",
        "node", "store", "engine", "desk", "door", "server", "proof",
        "witness", "post", "fleet",
    ]),
    room(6, "trial", &["words", "route", "ambush", "post", "road", "drive"]),
    room(6, "muster", &["words", "route", "post", "fleet"]),
];

const fn pure(floor: u8, name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, floor, pure: true, imports }
}

const fn room(floor: u8, name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { name, floor, pure: false, imports }
}

/// One heavy dependency, one home: it can be replaced there, and nowhere else is it felt.
const HOMES: &[(&str, &[&str])] = &[
    ("cedar-policy", &["accord", "proof"]),
    ("cedar-policy-core", &["accord"]),
    ("cedar-policy-symcc", &["proof"]),
    ("rusqlite", &["store"]),
    ("sqlite-vfs", &["fault"]),
    ("axum", &["door", "line", "server", "witness", "safeconduct"]),
    // `proof` names a trait of it and runs nothing.
    ("tokio", &["door", "line", "server", "witness", "theatre", "safeconduct", "proof"]),
    ("maud", &["sheet", "folio", "pages", "guardroom"]),
    ("fluent-bundle", &["tongue"]),
    ("hpke", &["veil"]),
    ("ed25519-dalek", &["note"]),
    ("ml-dsa", &["note"]),
    ("cryptoki", &["token"]),
    ("webauthn-rs", &["door"]),
    ("similar", &["desk"]),
    ("fast_paths", &["drive"]),
];

/// A pure crate stays cheap to build and to read.
const PURE_EXTERNAL_MAX: usize = 7;

/// The room of a name.
pub(crate) fn room_of(name: &str) -> Option<&'static Room> {
    HOUSE.iter().find(|room| room.name == name)
}

/// What a manifest imports keeps to the house's plan. Dependencies of tests are free: a test may
/// look at its subject from outside.
pub(crate) fn manifest(file: &str, text: &str) -> Vec<Complaint> {
    let complain = |line, rule, remedy| Complaint::new(file, line, rule, remedy);
    let Ok(table) = text.parse::<Table>() else {
        return vec![complain(1, "manifest", "write it as TOML".to_owned())];
    };
    let name = table.get("package").and_then(|package| package.get("name")?.as_str());
    let Some(room) = name.and_then(room_of) else {
        let remedy = "give the crate a floor in xtask/src/rule/floor.rs".to_owned();
        return vec![complain(1, "floor", remedy)];
    };
    let imported = imported(&table);
    let mut complaints = Vec::new();
    for import in &imported {
        let line = line_of(text, import);
        if let Some(other) = room_of(import).filter(|_| !room.imports.contains(import)) {
            let (from, to) = (room.floor, other.floor);
            let remedy = format!(
                "do without `{import}` (floor {to}): `{}` (floor {from}) does not import it",
                room.name
            );
            complaints.push(complain(line, "floor", remedy));
        }
        let home = HOMES.iter().find(|(heavy, _)| heavy == import).map(|(_, home)| *home);
        if let Some(home) = home.filter(|home| !home.contains(&room.name)) {
            let remedy = format!("leave `{import}` to `{}`", home.join("` and `"));
            complaints.push(complain(line, "home", remedy));
        }
    }
    let external = imported.iter().filter(|import| room_of(import).is_none()).count();
    if room.pure && external > PURE_EXTERNAL_MAX {
        let remedy = format!("do with {PURE_EXTERNAL_MAX} external dependencies, not {external}");
        complaints.push(complain(1, "pure", remedy));
    }
    complaints
}

/// What the fuzz targets need beside pure rooms. Of `audit` they build the file's types alone.
const FUZZED_BESIDE: [&str; 4] = ["libfuzzer-sys", "minicbor", "serde_json", "audit"];

/// The fuzz targets read what pure rooms parse: an input that runs twice must do the same twice.
pub(crate) fn fuzzed(file: &str, text: &str) -> Vec<Complaint> {
    let Ok(table) = text.parse::<Table>() else {
        return vec![Complaint::new(file, 1, "manifest", "write it as TOML".to_owned())];
    };
    let impure = imported(&table).into_iter().filter(|import| {
        !FUZZED_BESIDE.contains(import) && !room_of(import).is_some_and(|room| room.pure)
    });
    let complain = |import: &str| {
        let remedy = format!("do without `{import}`: only pure rooms are fuzzed");
        Complaint::new(file, line_of(text, import), "fuzzed", remedy)
    };
    impure.map(complain).collect()
}

fn imported(table: &Table) -> Vec<&str> {
    ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| table.get(*section)?.as_table())
        .flat_map(|section| section.keys().map(String::as_str))
        .collect()
}

fn line_of(text: &str, import: &str) -> usize {
    let named = |line: &str| {
        line.strip_prefix(import).is_some_and(|rest| rest.starts_with([' ', '=', '.']))
    };
    text.lines().position(named).map_or(1, |at| at + 1)
}

/// A pure crate is read by clippy under the pure rules; `link` is where its `clippy.toml` points.
pub(crate) fn pure_link(room: &Room, link: Option<&str>) -> Vec<Complaint> {
    let file = format!("crates/{}/clippy.toml", room.name);
    match (room.pure, link) {
        (true, Some("../../clippy.pure.toml")) | (false, None) => Vec::new(),
        (true, Some(_) | None) => {
            vec![Complaint::new(&file, 1, "pure", "link it to ../../clippy.pure.toml")]
        }
        (false, Some(_)) => {
            vec![Complaint::new(&file, 1, "pure", "remove it: the root's settings hold here")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HOMES, HOUSE, fuzzed, manifest, pure_link, room_of};

    fn with(name: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{name}\"\n[dependencies]\n{dependencies}");
        manifest("Cargo.toml", &text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_house_has_six_floors_and_no_circle() {
        for (place, room) in HOUSE.iter().enumerate() {
            assert!((1..=6).contains(&room.floor));
            for import in room.imports {
                let lower = HOUSE[..place].iter().find(|lower| lower.name == *import);
                let lower = lower.unwrap_or_else(|| panic!("{} imports {import}", room.name));
                let beside = [
                    ("words", "note"),
                    ("route", "ambush"),
                    ("article", "accord"),
                    ("article", "duty"),
                    ("route", "post"),
                    ("post", "fleet"),
                    ("joint", "node"),
                    ("ledger", "node"),
                    ("ledger", "audit"),
                    ("ledger", "reveal"),
                    ("desk", "custody"),
                    ("reply", "custody"),
                    ("door", "custody"),
                    ("line", "custody"),
                    ("custody", "server"),
                    ("joint", "audit"),
                    ("node", "audit"),
                    ("node", "reveal"),
                    ("desk", "letters"),
                    ("desk", "outlook"),
                    ("outlook", "server"),
                    ("letters", "reply"),
                    ("letters", "server"),
                    ("sheet", "folio"),
                    ("sheet", "pages"),
                    ("sheet", "guardroom"),
                    ("pbf", "road"),
                    ("form", "server"),
                    ("desk", "reply"),
                    ("desk", "door"),
                    ("desk", "server"),
                    ("reply", "door"),
                    ("reply", "server"),
                    ("door", "line"),
                    ("door", "server"),
                    ("line", "server"),
                    ("office", "drafting"),
                    ("theatre", "safeconduct"),
                    ("joint", "lots"),
                    ("lots", "node"),
                    ("lots", "audit"),
                    ("route", "road"),
                    ("route", "drive"),
                    ("road", "drive"),
                ];
                let pair = (lower.name, room.name);
                assert!(lower.floor < room.floor || beside.contains(&pair), "{pair:?}");
                assert!(lower.pure || !room.pure, "{}", room.name);
            }
        }
        let homes = HOMES.iter().flat_map(|(_, homes)| homes.iter());
        assert!(homes.copied().all(|home| room_of(home).is_some()));
    }

    #[test]
    fn an_import_from_a_higher_floor_is_named() {
        assert_eq!(with("tlog", "words = { workspace = true }\nsha2.workspace = true\n"), [""; 0]);
        let complaints =
            with("tlog", "words = { workspace = true }\nnode = { workspace = true }\n");
        assert_eq!(
            complaints,
            [concat!(
                "Cargo.toml:5 floor: do without `node` (floor 3): ",
                "`tlog` (floor 2) does not import it"
            )]
        );
        assert_eq!(with("attic", "").len(), 1);
    }

    #[test]
    fn only_pure_rooms_are_fuzzed() {
        let of = |dependencies: &str| fuzzed("fuzz/Cargo.toml", dependencies).len();
        assert_eq!(of("[dependencies]\nnote = \"1\"\nlibfuzzer-sys = \"0.4\"\n"), 0);
        assert_eq!(of("[dependencies]\nstore = \"1\"\nrand = \"1\"\n"), 2);
    }

    #[test]
    fn a_heavy_dependency_away_from_home_is_named() {
        assert_eq!(with("store", "rusqlite = \"1\"\n"), [""; 0]);
        let complaints = with("engine", "tokio = \"1\"\n");
        assert_eq!(
            complaints,
            [concat!(
                "Cargo.toml:4 home: leave `tokio` to ",
                "`door` and `line` and `server` and `witness` and ",
                "`theatre` and `safeconduct` and `proof`"
            )]
        );
    }

    #[test]
    fn a_pure_crate_has_few_dependencies_and_the_pure_settings() {
        let many: String =
            ["a", "b", "c", "d", "e", "f", "g", "h"].join(" = \"1\"\n") + " = \"1\"\n";
        assert_eq!((with("watch", &many).len(), with("engine", &many).len()), (1, 0));
        let (watch, engine) = (room_of("watch").unwrap(), room_of("engine").unwrap());
        assert_eq!(pure_link(watch, Some("../../clippy.pure.toml")), []);
        assert_eq!(pure_link(watch, Some("../../clippy.toml")).len(), 1);
        assert_eq!(pure_link(watch, None).len(), 1);
        assert_eq!(pure_link(engine, None), []);
        assert_eq!(pure_link(engine, Some("../../clippy.pure.toml")).len(), 1);
    }
}
