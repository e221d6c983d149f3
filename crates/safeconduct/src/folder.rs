//! A node's folder: what lies where; nothing is overwritten.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cli::given::Given;
use cli::trouble::Trouble;
use custody::successor::Successor;
use engine::engine::{Config, Engine, World};
use engine::fault::{Fault, chain};
use line::peer_link::Link;
use note::key::SigningKey;
use office::file::{failed, read, read_key, write_new};
use picture::import::import_csv;
use pinned::files::load;
use pinned::tls::{node_name, peer_client};
use planner::reported::raise;
use planner::terrain::{Terrain, Weighed};
use restore::mend::{Signer, Whose};
use road::drivable::Terms;
use route::graph::Graph;
use serde::{Deserialize, Serialize};
use store::sqlite::Sqlite;
use strongbox::clock::SystemClock;
use strongbox::dice::SystemDice;
use strongbox::keyfile::KeyFile;
use strongbox::node_keys::NodeKeys;
use tlog::policy::Policy;
use token::command::trouble;
use token::key::known;
use watch::people::Enrolled;
use witness::ask::Asking;
use words::act::Key;
use words::hash::Seed;
use words::id::PartyId;
use words::moment::Moment;

use crate::mark::{FileMark, beside, is_within};
use crate::settings::{RoadFiles, Settings};
use crate::witnesses::asked;

/// A node's folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// The counterpart, once paired: `peer.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Its id.
    pub party: PartyId,
    /// Its root key.
    pub root: Key,
    /// Where its peer port is; nowhere, if the two share no network.
    #[serde(default)]
    pub address: Option<String>,
}

impl Folder {
    /// The folder that the options name.
    pub fn of(given: &Given) -> Self {
        Self(PathBuf::from(given.get("folder").unwrap_or(".")))
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A path as the settings name it: one that is not absolute lies in the folder.
    pub fn path_of(&self, path: &Path) -> PathBuf {
        self.0.join(path)
    }

    /// Makes it, and the folder of its keys.
    pub fn make(&self) -> Result<(), Trouble> {
        let keys = self.path("keys");
        fs::create_dir_all(&keys).map_err(|cause| failed("make", &keys, &cause))
    }

    /// Writes a new file that everybody may read.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        self.write_as(name, bytes, 0o644)
    }

    /// Writes a new file for the node's user alone.
    pub fn write_secret(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        self.write_as(name, bytes, 0o600)
    }

    fn write_as(&self, name: &str, bytes: &[u8], mode: u32) -> Result<(), Trouble> {
        write_new(&self.path(name), bytes, mode)
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        read(&self.path(name))
    }

    /// The settings.
    pub fn settings(&self) -> Result<Settings, Trouble> {
        Settings::parse(&self.settings_text()?)
    }

    /// The settings as they are written.
    pub fn settings_text(&self) -> Result<String, Trouble> {
        String::from_utf8(self.read("safeconduct.toml")?)
            .map_err(|cause| Trouble::malformed("`safeconduct.toml` is not UTF-8").because(cause))
    }

    /// Which witnesses are asked, if any are.
    pub fn policy(&self, settings: &Settings) -> Result<Option<Policy>, Trouble> {
        let Some(name) = &settings.ledger.witnesses else { return Ok(None) };
        let text = String::from_utf8_lossy(&self.read(name)?).into_owned();
        Policy::parse(&text)
            .map(Some)
            .map_err(|cause| Trouble::malformed(format!("`{name}` is not a policy")).because(cause))
    }

    /// The witnesses of that policy that are asked.
    pub fn witnesses(&self, settings: &Settings) -> Result<Vec<(String, Asking)>, Trouble> {
        let plain = settings.ledger.plain_witnesses;
        let asked = self.policy(settings)?.map(|policy| asked(&policy, plain)).transpose();
        let asked = asked.map_err(|cause| {
            let cause = chain(&cause);
            Trouble::malformed("a witness of the policy cannot be asked").because(cause)
        });
        Ok(asked?.unwrap_or_default())
    }

    /// The seed of the node's keys.
    pub fn node_seed(&self) -> Result<Seed, Trouble> {
        let bytes = self.read("node.key")?;
        Seed::from_slice(&bytes).ok_or_else(|| Trouble::malformed("`node.key` is not 32 bytes"))
    }

    /// The node's keys. With a token in the settings the one that signs lies there, and the
    /// token may be away now.
    pub fn keys(&self, settings: &Settings) -> Result<NodeKeys, Trouble> {
        Ok(self.own_keys(settings)?.keys())
    }

    // Its own keys, as one that takes another's place is given them.
    fn own_keys(&self, settings: &Settings) -> Result<Successor, Trouble> {
        Ok(Successor { seed: self.node_seed()?, token: self.on_token(settings)? })
    }

    fn on_token(&self, settings: &Settings) -> Result<Option<SigningKey>, Trouble> {
        let Some(place) = &settings.token else { return Ok(None) };
        let key = serde_json::from_slice(&self.read("node.pub")?)
            .map_err(|cause| Trouble::malformed("`node.pub` holds no key").because(cause))?;
        known(&place.within(&self.0), &key).map(Some).map_err(|error| trouble(&error))
    }

    /// The counterpart, if one is paired.
    pub fn peer(&self) -> Result<Option<Peer>, Trouble> {
        if !self.path("peer.json").exists() {
            return Ok(None);
        }
        let bytes = self.read("peer.json")?;
        let peer = serde_json::from_slice(&bytes);
        peer.map(Some)
            .map_err(|cause| Trouble::malformed("`peer.json` cannot be read").because(cause))
    }

    /// The line to the counterpart, if one is paired and shares a network with us.
    pub fn line(&self) -> Result<Option<Link>, Trouble> {
        let Some(peer) = self.peer()? else { return Ok(None) };
        let Some(address) = peer.address else { return Ok(None) };
        let identity = load(&self.path("tls")).map_err(|cause| Trouble::of(&cause))?;
        let tls = peer_client(&identity, (&peer.party, &peer.root));
        let tls = tls.map_err(|cause| Trouble::of(&cause))?;
        Ok(Some(Link::new(tls, node_name(&peer.party), &address)))
    }

    /// A key file by its name without the ending.
    pub fn key_file(&self, name: &str) -> Result<KeyFile, Trouble> {
        read_key(&self.path(&format!("keys/{name}.json")))
    }

    /// Every officers' key file in the folder.
    pub fn key_files(&self) -> Result<Vec<KeyFile>, Trouble> {
        let keys = self.path("keys");
        let listed = fs::read_dir(&keys).map_err(|cause| failed("list", &keys, &cause))?;
        let mut files = Vec::new();
        for entry in listed {
            let path = entry.map_err(|cause| failed("list", &keys, &cause))?.path();
            let is_key = path.extension().is_some_and(|ending| ending == "json");
            if is_key && path.file_stem().is_some_and(|name| name != "root") {
                files.push(read_key(&path)?);
            }
        }
        Ok(files)
    }

    /// The root key, by its passphrase.
    pub fn root(&self, passphrase: &str) -> Result<SigningKey, Trouble> {
        let opened = self.key_file("root")?.open(passphrase);
        opened.map_err(|cause| Trouble::refused("the root key stays shut").because(cause))
    }

    /// Opens the node that lies here.
    pub fn engine(&self, settings: &Settings) -> Result<Engine, Trouble> {
        self.engine_as(settings, None)
    }

    /// Opens the node that lies here, with its own keys or as the one that takes its place.
    pub fn engine_as(
        &self,
        settings: &Settings,
        successor: Option<&Successor>,
    ) -> Result<Engine, Trouble> {
        let keys = successor.map_or_else(|| self.own_keys(settings), |it| Ok(it.clone()))?;
        let opened = self.opener_as(settings, keys)?(&self.path("ledger.db"));
        let mut engine = opened.map_err(|cause| Trouble::of(&cause))?;
        engine.keep_mark(Box::new(FileMark::new(self.mark(settings)?, settings.party.clone())));
        if let Some(people) = &settings.people {
            engine.enrol(self.people(people)?);
        }
        Ok(engine)
    }

    /// Where the mark lies of a node whose settings say nothing of it.
    pub fn usual_mark(&self) -> PathBuf {
        beside(&self.0)
    }

    /// Where the mark of this node's ledger lies.
    pub fn mark(&self, settings: &Settings) -> Result<PathBuf, Trouble> {
        let Some(path) = &settings.node.mark else { return Ok(self.usual_mark()) };
        let path = self.path_of(path);
        if !is_within(&self.0, &path) {
            return Ok(path);
        }
        let what = format!("the mark `{}` lies in the node's own folder", path.display());
        Err(Trouble::malformed(what)
            .because("a backup that is restored would bring it back with the rest")
            .hint("name a place outside it with `mark` under [node], best on another disk"))
    }

    /// Opens this node over a store that may lie elsewhere: a backup, a mended copy.
    pub fn opener(
        &self,
        settings: &Settings,
    ) -> Result<impl Fn(&Path) -> Result<Engine, Fault> + use<>, Trouble> {
        self.opener_as(settings, self.own_keys(settings)?)
    }

    fn opener_as(
        &self,
        settings: &Settings,
        keys: Successor,
    ) -> Result<impl Fn(&Path) -> Result<Engine, Fault> + use<>, Trouble> {
        let roads = self.roads(settings)?;
        let peer = self.peer()?.map(|peer| (peer.party, peer.root));
        let config = config(settings, peer);
        Ok(move |path: &Path| {
            let what = "the store";
            let store = Sqlite::open(path).map_err(|cause| Fault::Read { what, cause })?;
            let world = World {
                store: Box::new(store),
                clock: Arc::new(SystemClock),
                dice: Box::new(SystemDice),
                roads: roads.clone(),
            };
            Engine::open(config.clone(), world, keys.keys())
        })
    }

    /// Our ledger, then the counterpart's, and whose signatures their heads carry.
    pub fn ledgers(&self, settings: &Settings) -> Result<Vec<Whose>, Trouble> {
        let node = self.keys(settings)?.node.public();
        let own = Whose { party: settings.party.clone(), signer: Signer::Node(node) };
        let peer = self.peer()?;
        let peer = peer.map(|it| Whose { party: it.party, signer: Signer::Root(it.root) });
        Ok(std::iter::once(own).chain(peer).collect())
    }

    fn roads(&self, settings: &Settings) -> Result<Option<Arc<Graph>>, Trouble> {
        let name = settings.roads.as_ref().and_then(RoadFiles::schematic);
        let Some(name) = name else { return Ok(None) };
        let text = String::from_utf8_lossy(&self.read(name)?).into_owned();
        let roads = route::graph::parse(&text);
        roads.map(|roads| Some(Arc::new(roads))).map_err(|cause| {
            Trouble::malformed(format!("the roads in `{name}` cannot be read")).because(cause)
        })
    }

    /// The imported roads, if the settings name some, with the weights that incidents reported
    /// up to now and the node's own file give them.
    pub fn terrain(
        &self,
        settings: &Settings,
        now: Moment,
    ) -> Result<Option<Arc<Terrain>>, Trouble> {
        let name = settings.roads.as_ref().and_then(RoadFiles::imported);
        let Some(name) = name else { return Ok(None) };
        let roads = survey::files::roads(&self.path(name).display().to_string())?;
        let terrain = Terrain::of_roads(roads, &Terms::default());
        let text =
            |name: &str| self.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let mut weights = terrain.weights();
        let mut weighed = Weighed::default();
        if let Some(name) = &settings.incidents {
            let incidents = import_csv(&text(name)?).map_err(|cause| {
                Trouble::malformed(format!("the incidents in `{name}` cannot be read"))
                    .because(cause)
            })?;
            weighed.incidents = raise(&terrain, &mut weights, (&incidents, now));
        }
        let mut terrain = terrain.weighing(weights, weighed);
        if let Some(name) = settings.roads.as_ref().and_then(RoadFiles::threat) {
            let weights = planner::weights::read(&terrain, &text(name)?).map_err(|cause| {
                Trouble::malformed(format!("the weights in `{name}` cannot be read")).because(cause)
            })?;
            weighed.file = true;
            terrain = terrain.weighing(weights, weighed);
        }
        Ok(Some(Arc::new(terrain)))
    }

    fn people(&self, name: &str) -> Result<Vec<Enrolled>, Trouble> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Register {
            unit: Vec<Enrolled>,
        }
        let text = String::from_utf8_lossy(&self.read(name)?).into_owned();
        let read: Result<Register, _> = toml::from_str(&text);
        read.map(|register| register.unit).map_err(|cause| {
            Trouble::malformed(format!("the register in `{name}` cannot be read")).because(cause)
        })
    }
}

/// The engine's configuration of settings and a pairing.
pub fn config(settings: &Settings, peer: Option<(PartyId, Key)>) -> Config {
    Config {
        party: settings.party.clone(),
        peer,
        heartbeat_every_ms: settings.heartbeat_ms,
        positions_kept_ms: settings.positions_kept_hours.saturating_mul(3_600_000),
    }
}
