//! Every field of statements, bodies and orders, changed one at a time.
#![cfg(test)]

use note::custody::set;
use note::key::SigningKey;
use note::order_file::OrderFile;
use note::statement::{Draft, Intent, Sealed, Seen, open, parse};
use spoilt::cbor::changes;
use spoilt::table::{hold, name};
use words::act::KeyVoided;
use words::audience::Audience;
use words::custody::{Order, RootOrder};
use words::deployment::{ConsentGranted, Subject};
use words::hash::{Hash, KeyId, Seed, StatementId};
use words::id::{ConsentId, DeploymentId, PartyId, PersonId};
use words::moment::Moment;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn sealed(audience: Audience) -> Sealed {
    let intent = Intent {
        origin: PartyId::new("host.example").unwrap(),
        id: StatementId([1; 16]),
        at: Moment::from_ms(1_728_239_400_000),
        seen: Seen { size: 3, root: Hash([2; 32]), at: Moment::from_ms(1_728_239_395_000) },
        audience,
    };
    let granted = ConsentGranted {
        consent: ConsentId::new("consent-1").unwrap(),
        subject: Subject::Deployment(DeploymentId::new("d-1").unwrap()),
        until: Moment::from_ms(1_728_339_400_000),
        headcount_max: 4,
    };
    let draft = Draft::new(intent, &granted.into(), Seed([9; 32]), &key(7).public());
    draft.unwrap().sign(&key(7))
}

#[test]
fn no_field_of_a_statement_can_be_changed() {
    let named = Audience::Named(vec![PersonId::new("host/aziz").unwrap()]);
    for (format, audience) in [("statement", Audience::Joint), ("statement-named", named)] {
        let sealed = sealed(audience);
        hold(format, changes(&sealed.entry, &["[0]", "[2]"]), &[], |bytes| {
            let statement = parse(bytes).map_err(|error| name(&error))?;
            statement.verify(&key(7).public()).map(|_| ()).map_err(|error| name(&error))
        });
    }
}

#[test]
fn no_field_of_a_body_can_be_changed() {
    let Sealed { entry, body } = sealed(Audience::Joint);
    let header = parse(&entry).unwrap().header;
    hold("body", changes(&body, &[]), &[], |bytes| {
        open(&header, bytes).map(|_| ()).map_err(|error| name(&error))
    });
}

#[test]
fn no_field_of_an_order_can_be_changed() {
    let custodians = set([1, 2, 3].map(|seed| key(seed).public()).to_vec(), 2).unwrap();
    let since = Some(7);
    let voided = KeyVoided { key: KeyId([5; 8]), reason: "it was copied".into(), since };
    let party = PartyId::new("alpha").unwrap();
    let order = RootOrder { party, version: 1, serial: 4, order: Order::Void(voided) };
    let mut file = OrderFile::new(order, custodians);
    for seed in [1, 2, 3] {
        file.sign(&key(seed)).unwrap();
    }
    // How many must sign is read in the ledger when the order is submitted: the file shows it.
    hold("order-file", changes(&file.bytes(), &[]), &[".2.1"], |bytes| {
        let read = OrderFile::read(bytes).map_err(|error| name(&error))?;
        let whole = read.ordered.signatures.len() == 3;
        whole.then_some(()).ok_or_else(|| "too few signatures".to_owned())
    });
}
