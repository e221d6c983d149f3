//! A node's folder: what lies where; nothing is overwritten.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cli::given::Given;
use cli::trouble::Trouble;
use engine::engine::{Config, Engine, NodeKeys, World};
use engine::fault::Fault;
use line::peer_link::Link;
use line::tls::{node_name, peer_client};
use line::tls_files::load;
use note::key::SigningKey;
use office::file::{failed, read, read_key, write_new};
use picture::import::import_csv;
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
use tlog::policy::Policy;
use token::command::trouble;
use token::key::known;
use watch::people::Enrolled;
use words::act::Key;
use words::hash::Seed;
use words::id::PartyId;
use words::moment::Moment;

use crate::settings::{RoadFiles, Settings};

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
        let text = self.read("safeconduct.toml")?;
        let text = String::from_utf8(text).map_err(|cause| {
            Trouble::malformed("`safeconduct.toml` is not UTF-8").because(cause)
        })?;
        Settings::parse(&text)
    }

    /// Which witnesses are asked, if any are.
    pub fn policy(&self, settings: &Settings) -> Result<Option<Policy>, Trouble> {
        let Some(name) = &settings.ledger.witnesses else { return Ok(None) };
        let text = String::from_utf8_lossy(&self.read(name)?).into_owned();
        Policy::parse(&text)
            .map(Some)
            .map_err(|cause| Trouble::malformed(format!("`{name}` is not a policy")).because(cause))
    }

    /// The seed of the node's keys.
    pub fn node_seed(&self) -> Result<Seed, Trouble> {
        let bytes = self.read("node.key")?;
        Seed::from_slice(&bytes).ok_or_else(|| Trouble::malformed("`node.key` is not 32 bytes"))
    }

    /// The node's keys. With a token in the settings the one that signs lies there, and the
    /// token may be away now.
    pub fn keys(&self, settings: &Settings) -> Result<NodeKeys, Trouble> {
        Ok(Self::keys_of(&self.node_seed()?, self.on_token(settings)?))
    }

    fn keys_of(seed: &Seed, on_token: Option<SigningKey>) -> NodeKeys {
        let mut keys = NodeKeys::from_seed(seed);
        keys.node = on_token.unwrap_or(keys.node);
        keys
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

    /// Opens the node that lies here, with its own seed or with the one that takes its place.
    pub fn engine_as(&self, settings: &Settings, seed: Option<&Seed>) -> Result<Engine, Trouble> {
        // One that takes the place of another has a key of its own.
        let (seed, token) = match seed {
            Some(seed) => (*seed, None),
            None => (self.node_seed()?, self.on_token(settings)?),
        };
        let opened = self.opener_as(settings, (seed, token))?(&self.path("ledger.db"));
        let mut engine = opened.map_err(|cause| Trouble::of(&cause))?;
        if let Some(people) = &settings.people {
            engine.enrol(self.people(people)?);
        }
        Ok(engine)
    }

    /// Opens this node over a store that may lie elsewhere: a backup, a mended copy.
    pub fn opener(
        &self,
        settings: &Settings,
    ) -> Result<impl Fn(&Path) -> Result<Engine, Fault> + use<>, Trouble> {
        self.opener_as(settings, (self.node_seed()?, self.on_token(settings)?))
    }

    fn opener_as(
        &self,
        settings: &Settings,
        (seed, token): (Seed, Option<SigningKey>),
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
            Engine::open(config.clone(), world, Self::keys_of(&seed, token.clone()))
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
