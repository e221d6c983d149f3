//! `roads import`: a file of OpenStreetMap → a file of roads.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cli::given::Given;
use cli::print;
use cli::trouble::Trouble;
use pbf::blob::PbfError;
use road::build::Report;
use road::file;
use road::import::{Begun, ImportError, Reading, go_on};
use road::roads::Roads;
use serde_json::{Value, json};

use crate::begun::{Part, told};
use crate::files::{Pending, unread};
use crate::show::{facts, lines};

/// Islands that are named; the rest is counted.
const ISLANDS_NAMED: usize = 5;

/// How often the bar moves.
const BAR: Duration = Duration::from_millis(200);

/// Imports a file, or goes on where an earlier import of it was interrupted.
pub fn run(given: &Given) -> Result<(), Trouble> {
    let from = given.beside()?;
    let size = std::fs::metadata(from).map_err(|cause| unread(from, &cause))?.len();
    let out = given.get("out").map_or_else(|| beside(from), PathBuf::from);
    let (mut part, begun) = if given.has("anew") { Part::begin(&out)? } else { Part::open(&out)? };
    told(&begun, size);
    let made = match imported((from, size), begun, &mut part)? {
        Err(ImportError::Another | ImportError::Changed) => {
            let begun = part.anew("is of another extract")?;
            imported((from, size), begun, &mut part)?
        }
        made => made,
    };
    match made {
        Ok((roads, report)) => {
            let bytes = file::write(&roads);
            Pending::begin(&out)?.finish(&bytes)?;
            part.remove();
            say(given, (&roads, &report), &out, bytes.len());
            Ok(())
        }
        Err(error) => {
            // What a disk did not give may come another time; a damaged extract stays damaged.
            if !matches!(error, ImportError::File(PbfError::Read { .. })) {
                part.remove();
            }
            Err(trouble(from, error))
        }
    }
}

fn beside(from: &str) -> PathBuf {
    let name = Path::new(from).file_name().and_then(|name| name.to_str()).unwrap_or("roads");
    let stem = name.strip_suffix(".osm.pbf").or_else(|| name.strip_suffix(".pbf"));
    PathBuf::from(format!("{}.roads", stem.unwrap_or(name)))
}

type Imported = Result<(Roads, Report), ImportError>;

fn imported((from, size): (&str, u64), begun: Begun, part: &mut Part) -> Result<Imported, Trouble> {
    let mut bar = Bar { size, done: 0, reading: Reading::Ways, moved: Instant::now() };
    let open = || {
        let file = File::open(from).map_err(|cause| unread(from, &cause))?;
        Ok(BufReader::with_capacity(1 << 18, file))
    };
    let tell = |reading, bytes| bar.moves(reading, bytes);
    let imported = go_on(begun, open, |frame| part.keep(frame), tell);
    print::progress_ends();
    imported
}

fn trouble(from: &str, error: ImportError) -> Trouble {
    let hint = match &error {
        ImportError::NoRoads { .. } => "an extract with `highway` ways is needed",
        ImportError::Changed | ImportError::Another => "import it again when nobody writes it",
        ImportError::File(PbfError::Read { .. }) => {
            "ask again: the import goes on where it stopped; the old roads are as they were"
        }
        ImportError::NoHeader | ImportError::File(_) => {
            "download it again and compare its checksum; the old roads are as they were"
        }
        ImportError::TooMany { .. } => "import an extract of a country, not of a continent",
    };
    let trouble = match error {
        ImportError::File(cause @ PbfError::Read { .. }) => {
            Trouble::fault(format!("cannot read `{from}`")).because_of(Some(&cause))
        }
        ImportError::File(cause) => {
            Trouble::malformed(format!("`{from}` cannot be imported")).because_of(Some(&cause))
        }
        other @ (ImportError::NoRoads { .. }
        | ImportError::Changed
        | ImportError::Another
        | ImportError::NoHeader
        | ImportError::TooMany { .. }) => Trouble::malformed(other.to_string()),
    };
    trouble.hint(hint)
}

struct Bar {
    size: u64,
    done: u64,
    reading: Reading,
    moved: Instant,
}

impl Bar {
    fn moves(&mut self, reading: Reading, bytes: u64) {
        if reading != self.reading {
            self.reading = reading;
            self.done = 0;
        }
        self.done += bytes;
        if self.moved.elapsed() < BAR && self.done < self.size {
            return;
        }
        self.moved = Instant::now();
        let share = (self.done.min(self.size) * 100).checked_div(self.size).unwrap_or(100);
        let what = match reading {
            Reading::Again => "what was read before, again",
            Reading::Ways => "1 of 2: ways and turns",
            Reading::Nodes => "2 of 2: places",
        };
        let full = usize::try_from(share / 4).unwrap_or(0);
        let bar = format!("{}{}", "#".repeat(full), ".".repeat(25_usize.saturating_sub(full)));
        print::progress(&format!("{what} [{bar}] {share} %"));
    }
}

fn say(given: &Given, (roads, report): (&Roads, &Report), out: &Path, bytes: usize) {
    let islands = || report.islands.iter().take(ISLANDS_NAMED);
    let became = report.restrictions;
    if given.json {
        let largest: Vec<Value> = islands()
            .map(|it| {
                let [lat, lon] = [it.at.lat(), it.at.lon()];
                json!({ "number": it.number, "segments": it.segments, "name": it.name,
                    "metres": it.length_mm / 1000, "lat": lat, "lon": lon })
            })
            .collect();
        let more = json!({
            "file": out.display().to_string(), "bytes": bytes,
            "ways": report.ways, "driven_ways": report.driven,
            "missing_nodes": report.missing_nodes,
            "restrictions": {
                "kept": became.kept, "elsewhere": became.elsewhere, "unclear": became.unclear,
            },
            "islands": report.islands.len(), "largest_islands": largest,
        });
        let mut said = facts(roads);
        if let (Some(said), Value::Object(more)) = (said.as_object_mut(), more) {
            said.extend(more);
        }
        print::json(&said);
        return;
    }
    print::answer(&format!("{}, {bytes} bytes", out.display()));
    print::answer(&format!("{} of {} ways are driven", report.driven, report.ways));
    lines(roads);
    let (kept, elsewhere, unclear) = (became.kept, became.elsewhere, became.unclear);
    print::answer(&format!(
        "turn restrictions: {kept} kept, {elsewhere} of roads that are not here, {unclear} unclear"
    ));
    if report.missing_nodes > 0 {
        let missing = report.missing_nodes;
        print::answer(&format!("{missing} nodes are not in the file: roads end there"));
    }
    if !report.islands.is_empty() {
        let count = report.islands.len();
        print::answer(&format!("{count} islands, not reached from the rest and left again:"));
    }
    for it in islands() {
        let name = it.name.as_deref().unwrap_or("without a name");
        let kilometres = it.length_mm / 1_000_000;
        let (number, lat, lon) = (it.number, it.at.lat(), it.at.lon());
        print::answer(&format!("  {number}: {name}, {kilometres} km of road, at {lat},{lon}"));
    }
}
