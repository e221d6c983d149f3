//! The same operations give the same answers in memory and in SQLite.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::{env, fs, process};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use store::memory::Memory;
use store::port::{NewEntry, Store, StoreError};
use store::sqlite::Sqlite;
use words::id::PartyId;

#[derive(Debug, Clone)]
enum Deed {
    Append { ledger: usize, first: Option<u64>, entries: Vec<(Vec<u8>, Option<Vec<u8>>)> },
    PutBody { ledger: usize, index: u64, body: Vec<u8> },
    EraseBody { ledger: usize, index: u64 },
    Put { key: usize, value: Vec<u8> },
    Delete { key: usize },
    Sight { sightings: Vec<(i64, Vec<u8>)> },
    Prune { before_ms: i64 },
}

const KEYS: [&str; 4] = ["a", "a/b", "a%", "ab"];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..4)
}

fn deed() -> impl Strategy<Value = Deed> {
    let entries = vec((bytes(), proptest::option::of(bytes())), 0..4);
    let first = prop_oneof![4 => Just(None), 1 => (0_u64..9).prop_map(Some)];
    let sightings = vec((0_i64..20, bytes()), 0..4);
    prop_oneof![
        3 => (0_usize..2, first, entries)
            .prop_map(|(ledger, first, entries)| Deed::Append { ledger, first, entries }),
        3 => (0_usize..2, 0_u64..9, bytes())
            .prop_map(|(ledger, index, body)| Deed::PutBody { ledger, index, body }),
        1 => (0_usize..2, 0_u64..9).prop_map(|(ledger, index)| Deed::EraseBody { ledger, index }),
        1 => (0_usize..4, bytes()).prop_map(|(key, value)| Deed::Put { key, value }),
        1 => (0_usize..4).prop_map(|key| Deed::Delete { key }),
        1 => sightings.prop_map(|sightings| Deed::Sight { sightings }),
        1 => (0_i64..20).prop_map(|before_ms| Deed::Prune { before_ms }),
    ]
}

fn parties() -> [PartyId; 2] {
    ["host", "guest"].map(|name| PartyId::new(name).unwrap())
}

fn perform(store: &mut dyn Store, deed: &Deed) -> Result<String, StoreError> {
    let said = match deed {
        Deed::Append { ledger, first, entries } => {
            let ledger = &parties()[*ledger];
            let first = first.map_or_else(|| store.size(ledger), Ok)?;
            let entries: Vec<_> = entries
                .iter()
                .map(|(entry, body)| NewEntry { entry, body: body.as_deref() })
                .collect();
            format!("{:?}", store.append(ledger, first, &entries)?)
        }
        Deed::PutBody { ledger, index, body } => {
            format!("{:?}", store.put_body(&parties()[*ledger], *index, body)?)
        }
        Deed::EraseBody { ledger, index } => {
            format!("{:?}", store.erase_body(&parties()[*ledger], *index)?)
        }
        Deed::Put { key, value } => format!("{:?}", store.put(KEYS[*key], value)?),
        Deed::Delete { key } => format!("{:?}", store.delete(KEYS[*key])?),
        Deed::Sight { sightings } => {
            let all: Vec<_> = sightings.iter().map(|(at, b)| (*at, "van", b.as_slice())).collect();
            format!("{:?}", store.put_sightings(&all)?)
        }
        Deed::Prune { before_ms } => format!("{:?}", store.prune_sightings(*before_ms)?),
    };
    Ok(said)
}

fn seen(store: &dyn Store) -> String {
    let of_ledger = |party: &PartyId| {
        (
            store.size(party).unwrap(),
            store.read(party, 0, 99).unwrap(),
            store.read(party, 2, 2).unwrap(),
            store.missing_bodies(party, 3).unwrap(),
        )
    };
    let values = KEYS.map(|key| (store.get(key).unwrap(), store.keys(key).unwrap()));
    let sightings = (store.sightings_since(0, 99).unwrap(), store.sightings_since(3, 2).unwrap());
    let ledgers = (store.ledgers().unwrap(), parties().each_ref().map(of_ledger));
    format!("{ledgers:?} {values:?} {sightings:?} {:?}", store.check().unwrap())
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]
    #[test]
    fn memory_and_sqlite_give_the_same_answers(deeds in vec(deed(), 1..24)) {
        let folder = env::temp_dir().join(format!("store-equal-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("ledger.db");
        let (mut memory, mut sqlite) = (Memory::new(), Sqlite::create(&path).unwrap());
        for deed in &deeds {
            let said = perform(&mut memory, deed).map_err(|error| error.to_string());
            let also = perform(&mut sqlite, deed).map_err(|error| error.to_string());
            assert_eq!(said, also, "{deed:?}");
            assert_eq!(seen(&memory), seen(&sqlite), "{deed:?}");
        }
        drop(sqlite);
        assert_eq!(seen(&memory), seen(&Sqlite::open(&path).unwrap()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
