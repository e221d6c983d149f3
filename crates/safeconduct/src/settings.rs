//! The configuration file of a node: every key documented.

use std::net::SocketAddr;
use std::path::PathBuf;

use cli::trouble::Trouble;
use serde::{Deserialize, Serialize};
use token::place::Place;
use words::id::PartyId;
use words::limit::HEARTBEAT_EVERY_MS;
use words::role::Side;

use crate::posting::PostFiles;

/// The console's usual port.
pub const CONSOLE: SocketAddr = usual(7601);
/// The peer port's usual port.
pub const PEER: SocketAddr = usual(7602);

/// A month, as agreements about positions usually say.
const POSITIONS_KEPT_HOURS: i64 = 720;

const fn usual(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port)
}

/// `safeconduct.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whose node it is.
    pub party: PartyId,
    /// On which side.
    pub side: Side,
    /// Where it listens.
    #[serde(default)]
    pub listen: Listen,
    /// The console's address as people type it; its port on localhost, if it is not said.
    #[serde(default)]
    pub origin: Option<String>,
    /// The longest silence of its ledger, in ms.
    #[serde(default = "heartbeat")]
    pub heartbeat_ms: i64,
    /// How long positions are kept, in hours.
    #[serde(default = "kept")]
    pub positions_kept_hours: i64,
    /// The road files, in the folder.
    #[serde(default)]
    pub roads: Option<RoadFiles>,
    /// The register of people and vehicles, in the folder.
    #[serde(default)]
    pub people: Option<String>,
    /// Places for the map, in the folder.
    #[serde(default)]
    pub places: Option<String>,
    /// Incidents for the map, in the folder.
    #[serde(default)]
    pub incidents: Option<String>,
    /// Folders that are carried to the counterpart and from it.
    #[serde(default)]
    pub carry: Carrying,
    /// What strangers are shown of the ledger.
    #[serde(default)]
    pub ledger: Shown,
    /// What keeps the node from signing as an old copy.
    #[serde(default)]
    pub node: OwnNode,
    /// The token that holds the node's signing key, whose public half is in `node.pub`.
    #[serde(default)]
    pub token: Option<Place>,
    /// Posts, their roster and a timetable of convoys, for the page of those who command them.
    #[serde(default)]
    pub posts: PostFiles,
    /// The number that takes a call for help as a text message when the link is down.
    #[serde(default)]
    pub sms: Option<String>,
}

/// The node's own safety.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnNode {
    /// Where the mark of its ledger lies, outside its folder; beside it, if it is not said.
    pub mark: Option<PathBuf>,
}

/// Which roads a node has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a file of roads, or a table with `schematic` and `file`")]
pub enum RoadFiles {
    /// The schematic network of both parties, from which plans are sealed.
    Schematic(String),
    /// Both kinds.
    Both(BothRoads),
}

/// Roads of both kinds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BothRoads {
    /// The schematic network of both parties, from which plans are sealed.
    pub schematic: Option<String>,
    /// Roads that `safeconduct roads import` made: for the map and the planner.
    pub file: Option<String>,
    /// What an ambush on each of them costs, as `route game --threat` reads it: it has the last
    /// word over what reported incidents say.
    pub threat: Option<String>,
}

impl RoadFiles {
    /// The schematic network's file.
    pub fn schematic(&self) -> Option<&str> {
        match self {
            Self::Schematic(name) => Some(name),
            Self::Both(both) => both.schematic.as_deref(),
        }
    }

    /// The imported roads' file.
    pub fn imported(&self) -> Option<&str> {
        match self {
            Self::Schematic(_) => None,
            Self::Both(both) => both.file.as_deref(),
        }
    }

    /// The file of their weights.
    pub fn threat(&self) -> Option<&str> {
        match self {
            Self::Schematic(_) => None,
            Self::Both(both) => both.threat.as_deref(),
        }
    }
}

/// Folders that people or a data diode carry, if the two nodes share no network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Carrying {
    /// Where the counterpart's files come in. Those that were taken go to `taken` below it,
    /// those that were refused to `refused`, with the reason.
    #[serde(rename = "in")]
    pub into: Option<PathBuf>,
    /// Where ours are laid for it.
    pub out: Option<PathBuf>,
    /// How often, in seconds.
    pub every_s: Every,
}

/// Seconds between two looks at a carried folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Every(pub u32);

impl Default for Every {
    // A person with a stick waits so long without asking why.
    fn default() -> Self {
        Self(30)
    }
}

/// What strangers are shown: nothing, unless it is said here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shown {
    /// A folder, in the node's, that is kept as static files of the ledger.
    pub publish: Option<String>,
    /// Where the same is served over HTTP, to anybody.
    pub listen: Option<SocketAddr>,
    /// Is every head signed with ML-DSA-44 too? The node names its key for that in its ledger.
    pub hybrid_heads: bool,
    /// The policy file, in the folder: which witnesses are asked, and how many are enough.
    pub witnesses: Option<String>,
    /// May witnesses on other machines be asked over plain HTTP?
    pub plain_witnesses: bool,
}

/// Where a node listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// People, programs and phones.
    pub console: SocketAddr,
    /// The counterpart.
    pub peer: SocketAddr,
}

impl Default for Listen {
    fn default() -> Self {
        Self { console: CONSOLE, peer: PEER }
    }
}

fn heartbeat() -> i64 {
    HEARTBEAT_EVERY_MS
}

fn kept() -> i64 {
    POSITIONS_KEPT_HOURS
}

impl Settings {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        toml::from_str(text).map_err(|cause| {
            let trouble = Trouble::malformed("`safeconduct.toml` cannot be read");
            trouble.because(cause.to_string().trim_end())
        })
    }

    /// The address that passkeys are bound to.
    pub fn origin(&self, console: SocketAddr) -> String {
        let usual = || format!("http://localhost:{}", console.port());
        self.origin.clone().unwrap_or_else(usual)
    }
}

// What stands above `[token]` in the settings.
const ABOVE_TOKEN: &str = "\n# The node signs with this key, which cannot leave its token. While \
                           the token is away\n# the node reads on and signs nothing.\n";

fn token_table(place: &Place) -> String {
    let table = toml::to_string(place).expect("paths and names are strings");
    format!("{ABOVE_TOKEN}[token]\n{table}")
}

/// The text of settings with the node's signing key at another place, or in the folder. All else
/// in them stays, to the last remark; settings in which that cannot be done are refused.
pub fn with_token(text: &str, place: Option<&Place>) -> Result<String, Trouble> {
    let (mut rest, mut inside) = (String::with_capacity(text.len()), false);
    for line in text.replace(ABOVE_TOKEN, "").split_inclusive('\n') {
        let head = line.trim_start().starts_with('[');
        inside = if head { line.trim() == "[token]" } else { inside };
        if !inside {
            rest.push_str(line);
        }
    }
    if let Some(place) = place {
        let end = if rest.is_empty() || rest.ends_with('\n') { "" } else { "\n" };
        rest = format!("{rest}{end}{}", token_table(place));
    }
    let wanted = Settings { token: place.cloned(), ..Settings::parse(text)? };
    if Settings::parse(&rest).ok().as_ref() == Some(&wanted) {
        return Ok(rest);
    }
    let what = "the settings cannot be rewritten for another place of the node's key";
    Err(Trouble::refused(what)
        .because("`token` in `safeconduct.toml` is no table of its own")
        .hint("write it as `[token]`, with a line for each of its keys"))
}

/// The file that `init` writes.
pub fn template(party: &PartyId, side: Side, token: Option<&Place>) -> String {
    let token = token.map_or_else(String::new, token_table);
    let side = if side == Side::Host { "host" } else { "guest" };
    format!(
        "# The node of one party. Every key may be left out but the first two; one that is not\n\
         # known is refused. Secrets are never here: see `node.key`, `keys/` and `tls/`.\n\n\
         # Whose node it is, as its ledger says.\n\
         party = \"{party}\"\n\
         # `host`, whose territory it is, or `guest`.\n\
         side = \"{side}\"\n\n\
         # The console's address as people type it. Passkeys are bound to its host.\n\
         # origin = \"https://desk.example:7601\"\n\n\
         # The longest silence of the ledger, in ms: the counterpart counts from its heads.\n\
         heartbeat_ms = {HEARTBEAT_EVERY_MS}\n\n\
         # How long positions are kept, in hours; the agreement says at most how long.\n\
         positions_kept_hours = {POSITIONS_KEPT_HOURS}\n\n\
         # Files in this folder: the road network, and the register of people and vehicles.\n\
         # roads = \"roads.json\"\n\
         # or, with roads that `safeconduct roads import` made, for the map and the planner:\n\
         # roads = {{ schematic = \"roads.json\", file = \"k.roads\", threat = \"threat.txt\" }}\n\
         # people = \"people.toml\"\n\
         # What stands behind the map, if it is wanted.\n\
         # places = \"places.toml\"\n\
         # incidents = \"incidents.csv\"\n\
         # The number that takes a call for help as a text message when the link is down.\n\
         # sms = \"+000000000\"\n\n\
         # Who stands where, from `safeconduct post roster --out`, and what leaves when.\n\
         # posts = {{ plan = \"posts.toml\", roster = \"r.json\", fleet = \"fleet.toml\" }}\n\n\
         # If the two nodes share no network: folders that a stick or a data diode carries.\n\
         # [carry]\n\
         # in = \"from-them\"\n\
         # out = \"to-them\"\n\
         # every_s = 30\n\n\
         [listen]\n\
         # People, programs and phones.\n\
         console = \"{CONSOLE}\"\n\
         # The counterpart's node, over mutual TLS.\n\
         peer = \"{PEER}\"\n\n\
         # Where it is kept how far the ledger has come, so that a folder that was restored from\n\
         # a backup knows that it is old: outside the folder, best on another disk.\n\
         # [node]\n\
         # mark = \"/mnt/other/{party}.mark\"\n\n\
         # What strangers are shown of the ledger: signed heads and headers of statements, never\n\
         # a body. Nothing, unless it is said here.\n\
         # [ledger]\n\
         # Kept as static files for any web server; and served from here.\n\
         # publish = \"public\"\n\
         # listen = \"127.0.0.1:7603\"\n\
         # Which witnesses are asked to cosign, and how many are enough (C2SP tlog-policy).\n\
         # witnesses = \"witnesses.policy\"\n\
         # Ask them over plain HTTP too, where the policy says `http://` of another machine.\n\
         # plain_witnesses = true\n\
         # Heads are signed with ML-DSA-44 too, against what may forge Ed25519 one day.\n\
         # hybrid_heads = true\n{token}"
    )
}

#[cfg(test)]
mod tests {
    use words::id::PartyId;
    use words::role::Side;

    use super::{Place, Settings, template, with_token};

    fn place(label: &str) -> Place {
        Place {
            module: "/usr/lib/softhsm/libsofthsm2.so".into(),
            label: label.to_owned(),
            pin_file: "token.pin".into(),
            key: "safeconduct".to_owned(),
        }
    }

    #[test]
    fn a_key_moves_in_the_settings_and_nothing_else_does() {
        let party = PartyId::new("host").unwrap();
        let bare = template(&party, Side::Host, None);
        let more = "\n[ledger]\npublish = \"public\"\n# ours\n";
        for text in [bare.clone(), format!("{bare}{more}"), bare.trim_end().to_owned()] {
            let first = with_token(&text, Some(&place("one"))).unwrap();
            assert_eq!(Settings::parse(&first).unwrap().token, Some(place("one")));
            // From token to token, also where more stands after it, and back into the folder.
            let grown = if text.contains("publish = \"public\"\n# ours") {
                first
            } else {
                format!("{first}{more}")
            };
            let second = with_token(&grown, Some(&place("two"))).unwrap();
            assert_eq!(Settings::parse(&second).unwrap().token, Some(place("two")));
            assert_eq!(second.matches("[token]").count(), 1);
            assert!(second.contains("# ours"), "{second}");
            let back = with_token(&second, None).unwrap();
            assert!(!back.contains("[token]") && back.contains("# ours"), "{back}");
            assert_eq!(back.matches("# The node signs with this key").count(), 0);
        }
        let inline = "party = \"host\"\nside = \"host\"\ntoken = { module = \"m\", label = \"l\", \
                      pin_file = \"p\" }\n";
        let told = with_token(inline, None).unwrap_err().to_string();
        assert!(told.contains("cannot be rewritten"), "{told}");
    }

    #[test]
    fn what_init_writes_is_what_serve_reads() {
        let party = PartyId::new("host").unwrap();
        for token in [None, Some(place("the node's"))] {
            let settings = Settings::parse(&template(&party, Side::Host, token.as_ref()));
            let settings = settings.unwrap();
            assert_eq!((&settings.party, settings.side), (&party, Side::Host));
            assert_eq!(settings.token, token);
        }
    }

    #[test]
    fn a_key_that_is_not_known_is_refused() {
        let text = "party = \"host\"\nside = \"host\"\nlogin = \"root\"\n";
        let told = Settings::parse(text).unwrap_err().to_string();
        assert!(told.contains("unknown field `login`"), "{told}");
    }
}
