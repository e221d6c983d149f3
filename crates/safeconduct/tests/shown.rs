//! What a folder has for its pages: weights of roads, posts, rosters.
#![cfg(test)]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use cli::given::{Asked, read};
use planner::terrain::{EVEN_PPM, Weighed};
use post::pledge::{Said, plan_hash, pledge};
use post::rota::document;
use safeconduct::folder::Folder;
use safeconduct::posting::Places;
use safeconduct::settings::Settings;
use words::hash::Seed;
use words::moment::Moment;
use words::role::Side;

const HEAD: &str = "party = \"guest\"\nside = \"guest\"\n";
const CAMP: &str = include_str!("../../../scenarios/posts/port-camp.toml");
const CSV: &str = "id,date,place,admin1,lat,lon,geo_precision_km,geo_source,guest_persons_targeted,\
    phase,node,weapon,claim_or_attribution,killed_low,killed_high,killed_guest_nationals,\
    injured_low,injured_high,injured_guest_nationals,escort_present,armour,insider_factor,\
    conflicting_reports,sources\n\
    PK-20241001,2024-10-01,a crossing,x,43.7384,7.4246,1,by hand,1,in_vehicle,urban road,\
    firearm,none,0,0,0,0,0,0,,,,,https://example.org/a\n";

struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sc-shown-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn folder(&self) -> Folder {
        let words = ["serve", "--folder"].map(OsString::from);
        let words = words.into_iter().chain([self.0.clone().into_os_string()]);
        let Asked::Command(given) = read(words.collect()).unwrap() else { panic!("a command") };
        Folder::of(&given)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[expect(clippy::print_stderr, reason = "a skip is loud")]
fn monaco(temp: &Temp) -> bool {
    let folder = std::env::var("SAFECONDUCT_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("monaco.osm.pbf");
    let Ok(bytes) = fs::read(&path) else {
        eprintln!("SKIPPED: {} is not here", path.display());
        return false;
    };
    let open = || Ok::<_, std::convert::Infallible>(bytes.as_slice());
    let (roads, _) = road::import::import(open, |_, _| ()).unwrap().unwrap();
    fs::write(temp.0.join("m.roads"), road::file::write(&roads)).unwrap();
    true
}

#[test]
fn imported_roads_weigh_what_was_reported_and_what_the_nodes_own_file_says() {
    let temp = Temp::new("weights");
    if !monaco(&temp) {
        return;
    }
    temp.put("incidents.csv", CSV);
    temp.put("threat.txt", "class residential 0.9\nnear 43.7384,7.4246 50 0.1\n");
    let now = Moment::parse("2024-10-02T00:00:00Z").unwrap();
    let read = |roads: &str, rest: &str| {
        let settings = Settings::parse(&format!("{HEAD}roads = {roads}\n{rest}")).unwrap();
        temp.folder().terrain(&settings, now)
    };
    let plain = read("{ file = \"m.roads\" }", "").unwrap().unwrap();
    assert_eq!(plain.weighed(), Some(Weighed::default()));
    assert!(plain.weights().iter().all(|weight| *weight == EVEN_PPM), "nobody has said anything");
    let incidents = "places = \"p\"\nincidents = \"incidents.csv\"\n";
    let reported = read("{ file = \"m.roads\" }", incidents).unwrap().unwrap();
    assert_eq!(reported.weighed(), Some(Weighed { incidents: 1, file: false }));
    let more = reported.weights().iter().filter(|weight| **weight > EVEN_PPM).count();
    assert!(more > 50 && more < reported.weights().len(), "{more} roads near it");
    let both = "{ file = \"m.roads\", threat = \"threat.txt\" }";
    let both = read(both, incidents).unwrap().unwrap();
    assert_eq!(both.weighed(), Some(Weighed { incidents: 1, file: true }));
    let low = both.weights().iter().filter(|weight| **weight == 100_000).count();
    assert!(low > 0, "the file has the last word");
    temp.put("threat.txt", "road nowhere-at-all 0.4\n");
    let wrong = read("{ file = \"m.roads\", threat = \"threat.txt\" }", "").unwrap_err();
    let wrong = wrong.to_string();
    assert!(wrong.contains("the weights in `threat.txt`") && wrong.contains("line 1"), "{wrong}");
    let absent = read("{ file = \"m.roads\", threat = \"none.txt\" }", "").unwrap_err();
    assert!(absent.to_string().contains("none.txt"), "{absent}");
    assert!(Settings::parse(&format!("{HEAD}roads = {{ fyle = \"x\" }}")).is_err());
}

#[test]
fn posts_are_read_from_the_folder_or_it_is_said_why_not() {
    let temp = Temp::new("posts");
    let settings = |posts: &str| Settings::parse(&format!("{HEAD}[posts]\n{posts}")).unwrap().posts;
    let places = |posts: &str| Places::of(&temp.folder(), &settings(posts));
    assert!(places("").is_none(), "nothing is named, nothing is shown");
    let plan = plan_hash(CAMP);
    let said = [(Side::Host, 3), (Side::Guest, 4)].map(|(side, seed)| {
        let seed = Seed([seed; 32]);
        let pledge = pledge(side, &plan, &seed);
        [Said::Pledged { side, plan, pledge }, Said::Shown { side, plan, seed }]
    });
    let (roster, _) = document(CAMP, &said.concat()).unwrap();
    let roster = serde_json::to_string(&roster).unwrap();
    temp.put("plan.toml", CAMP);
    temp.put("roster.json", &roster);
    temp.put("fleet.toml", include_str!("../../../scenarios/fleet/three-districts.toml"));
    let all = "plan = \"plan.toml\"\nroster = \"roster.json\"\nfleet = \"fleet.toml\"\n";
    let posted = places(all).unwrap().read().unwrap();
    assert!(posted.plan.is_some() && posted.drawn.is_some() && posted.fleet.is_some());
    let no = |posts: &str, part: &str| {
        let said = places(posts).unwrap().read().unwrap_err().to_string();
        assert!(said.contains(part), "{part}: {said}");
    };
    no("roster = \"roster.json\"", "with its plan only");
    no("plan = \"absent.toml\"", "absent.toml");
    no("fleet = \"plan.toml\"", "the plan of the fleet");
    temp.put("roster.json", &roster.replacen("g-001", "g-002", 1));
    no(all, "plan and seeds give another line than it says");
    temp.put("roster.json", &roster);
    temp.put("plan.toml", &format!("{CAMP}# a remark more\n"));
    no(all, "it was drawn for the plan");
    assert!(Settings::parse(&format!("{HEAD}[posts]\nplans = \"x\"")).is_err());
}
