//! The fold of two ledgers, whatever arrives first.
#![cfg(test)]

use ledger::reader::Entry;
use node::fold::{Fold, replay};
use note::statement::Seen;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use words::act::Act;
use words::alarm::{AlarmHandled, AlarmNoted, AlarmResolved};
use words::audience::Audience;
use words::hash::Hash;
use words::id::{AlarmId, PersonId};
use words::moment::Moment;
use words::refusal::Reason;
use words::role::{Role, Side};

// What one party does next, and how many of the other's newest entries it has not seen.
#[derive(Debug, Clone)]
struct Deed {
    side: Side,
    unseen: usize,
    what: u8,
    alarm: u8,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (any::<bool>(), 0_usize..4, 0_u8..6, 0_u8..3);
    let deed = deed.prop_map(|(host, unseen, what, alarm)| {
        let side = if host { Side::Host } else { Side::Guest };
        Deed { side, unseen, what, alarm }
    });
    vec(deed, 0..40)
}

// Acknowledge, handle, resolve: each is judged by what others did to the same alarm before.
fn act(deed: &Deed) -> Act {
    let alarm = AlarmId::new(&format!("sos:{}", deed.alarm)).unwrap();
    match deed.what {
        0 | 1 => AlarmNoted { alarm }.into(),
        2 => AlarmHandled { alarm, action: "called".into() }.into(),
        _ => AlarmResolved { alarm, outcome: "safe".into(), incident: None }.into(),
    }
}

fn ledgers(deeds: &[Deed]) -> (Vec<Entry>, Vec<Entry>) {
    let (mut host, mut guest) = (Vec::<Entry>::new(), Vec::<Entry>::new());
    for deed in deeds {
        let (own, other) = match deed.side {
            Side::Host => (&mut host, &guest),
            Side::Guest => (&mut guest, &host),
        };
        let before = own.last().map_or(0, |last| last.seen.size);
        let size = u64::try_from(other.len().saturating_sub(deed.unseen)).unwrap().max(before);
        let act = act(deed);
        own.push(Entry {
            index: u64::try_from(own.len()).unwrap(),
            side: deed.side,
            id: None,
            at: Moment::default(),
            seen: Seen { size, root: Hash([0; 32]), at: Moment::default() },
            by: PersonId::new("officer").unwrap(),
            key: None,
            roles: vec![Role::WatchOfficer],
            number: act.number(),
            audience: if deed.what == 4 { Audience::Own } else { Audience::Joint },
            act: Some(act),
            void: (deed.what == 5).then_some(Reason::BadSignature),
        });
    }
    (host, guest)
}

proptest! {
    #[test]
    fn the_state_is_that_of_the_replay_whatever_arrives_first(
        deeds in deeds(),
        hosts_first in vec(any::<bool>(), 40),
    ) {
        let (host, guest) = ledgers(&deeds);
        let (mut fold, mut hosts, mut guests) = (Fold::default(), 0, 0);
        for host_first in hosts_first.into_iter().take(deeds.len()) {
            let next = [host.get(hosts), guest.get(guests)];
            let mut next: Vec<&Entry> = next.into_iter().flatten().collect();
            if !host_first {
                next.reverse();
            }
            let entry = next.into_iter().find(|entry| fold.ready(entry)).expect("one is ready");
            match entry.side {
                Side::Host => hosts += 1,
                Side::Guest => guests += 1,
            }
            fold.take(entry.clone());
            let whole = replay(host[..hosts].to_vec(), guest[..guests].to_vec());
            prop_assert_eq!(fold.sizes(), whole.sizes());
            prop_assert_eq!(fold.guest_fixed(), whole.guest_fixed());
            prop_assert_eq!(fold.hash(), whole.hash());
        }
    }
}
