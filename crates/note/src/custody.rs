//! Orders of a root: the bytes that are signed, and by how many.

use thiserror::Error;
use words::custody::{Custodians, RootOrder, RootSignature};
use words::hash::{Hash, KeyId};
use words::limit::CUSTODIANS_MAX;

use crate::canon;
use crate::digest::sha256_joined;
use crate::key::{KeyAway, SigningKey, Signs, key_id, told, verify};

/// What stands before an order under a custodian's signature: no other signature of the house
/// begins so.
const ORDER_DOMAIN: &[u8] = b"safeconduct/root-order/1\n";

/// What stands before a set of custodians in its hash.
const SET_DOMAIN: &[u8] = b"safeconduct/custodians/1\n";

/// Why a set of custodians is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SetError {
    /// Nobody, or a crowd.
    #[error("a root has 1 to {CUSTODIANS_MAX} custodians")]
    Count,
    /// Not in order, or a key twice.
    #[error("the custodians' keys stand in ascending order of their short names, each once")]
    Order,
    /// A threshold that nobody or not everybody can reach.
    #[error("at least one custodian signs, and at most all of them")]
    Threshold,
}

/// The bytes that every custodian signs: the domain, then the order in its one form.
pub fn to_sign(order: &RootOrder) -> Vec<u8> {
    let mut bytes = ORDER_DOMAIN.to_vec();
    bytes.extend(canon::encode(order));
    bytes
}

/// What custodians read to each other before they sign: a fingerprint of the bytes to sign.
pub fn order_fingerprint(order: &RootOrder) -> String {
    told(&to_sign(order))
}

/// The hash by which a reserve set is named before anybody need know its keys.
pub fn set_hash(custodians: &Custodians) -> Hash {
    sha256_joined(&[SET_DOMAIN, &canon::encode(custodians)])
}

/// A set in its one form: the keys in order.
pub fn set(mut keys: Vec<words::act::Key>, threshold: u32) -> Result<Custodians, SetError> {
    keys.sort_by_key(key_id);
    let custodians = Custodians { keys, threshold };
    check_set(&custodians).map(|()| custodians)
}

/// Is that a set of custodians in its one form?
pub fn check_set(custodians: &Custodians) -> Result<(), SetError> {
    let Custodians { keys, threshold } = custodians;
    if keys.is_empty() || keys.len() > CUSTODIANS_MAX {
        return Err(SetError::Count);
    }
    let ids: Vec<KeyId> = keys.iter().map(key_id).collect();
    if !ids.is_sorted_by(|one, next| one < next) {
        return Err(SetError::Order);
    }
    let threshold = usize::try_from(*threshold).unwrap_or(usize::MAX);
    if threshold == 0 || threshold > keys.len() { Err(SetError::Threshold) } else { Ok(()) }
}

/// One custodian signs an order with a key that is here.
pub fn sign(order: &RootOrder, key: &SigningKey) -> RootSignature {
    RootSignature { key: key.id(), signature: key.sign(&to_sign(order)).to_vec() }
}

/// One custodian signs an order, in whichever way his key signs, if it can now.
pub fn try_sign(order: &RootOrder, key: &dyn Signs) -> Result<RootSignature, KeyAway> {
    Ok(RootSignature { key: key.id(), signature: key.sign_now(&to_sign(order))? })
}

/// Do all signatures hold, each by a key of one of these sets, in ascending order, none twice?
pub fn all_hold(order: &RootOrder, signatures: &[RootSignature], sets: &[&Custodians]) -> bool {
    let bytes = to_sign(order);
    let holds = |it: &RootSignature| {
        let mut keys = sets.iter().flat_map(|set| &set.keys);
        let key = keys.find(|key| key_id(key) == it.key);
        key.is_some_and(|key| verify(key, &bytes, &it.signature).is_ok())
    };
    signatures.is_sorted_by(|one, next| one.key < next.key) && signatures.iter().all(holds)
}

/// Are there signatures by enough custodians of a set? Whether they hold is [`all_hold`].
pub fn enough(signatures: &[RootSignature], set: &Custodians) -> bool {
    count(signatures, set) >= usize::try_from(set.threshold).unwrap_or(usize::MAX)
}

/// How many custodians of a set have signed.
pub fn count(signatures: &[RootSignature], set: &Custodians) -> usize {
    let signed = |key: &&words::act::Key| signatures.iter().any(|it| it.key == key_id(key));
    set.keys.iter().filter(signed).count()
}

#[cfg(test)]
mod tests {
    use words::act::KeyVoided;
    use words::custody::{Order, RootOrder};
    use words::hash::KeyId;
    use words::id::PartyId;

    use super::{SetError, all_hold, check_set, enough, set, set_hash, sign, try_sign};
    use crate::hybrid::HybridKey;
    use crate::key::{SigningKey, Signs};

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32])
    }

    fn order(serial: u64) -> RootOrder {
        let void = KeyVoided { key: KeyId([3; 8]), reason: "lost".into(), since: Some(7) };
        let party = PartyId::new("alpha").unwrap();
        RootOrder { party, version: 1, serial, order: Order::Void(void) }
    }

    #[test]
    fn a_set_has_one_form_and_one_hash() {
        let [one, two, three] = [1, 2, 3].map(|seed| key(seed).public());
        let first = set(vec![one.clone(), two.clone(), three.clone()], 2).unwrap();
        let again = set(vec![three, one.clone(), two], 2).unwrap();
        assert_eq!(first, again);
        let mut other = first.clone();
        other.threshold = 3;
        assert_ne!(set_hash(&first), set_hash(&other));
        other.keys.reverse();
        assert_eq!(check_set(&other), Err(SetError::Order));
        assert_eq!(set(vec![one.clone(), one.clone()], 1), Err(SetError::Order));
        assert_eq!(set(vec![one.clone()], 0), Err(SetError::Threshold));
        assert_eq!(set(vec![one], 2), Err(SetError::Threshold));
        assert_eq!(set(vec![], 0), Err(SetError::Count));
        let crowd = (1..=17).map(|seed| key(seed).public()).collect();
        assert_eq!(set(crowd, 2), Err(SetError::Count));
    }

    #[test]
    fn custodians_of_either_kind_sign_one_order() {
        let (plain, both) = (key(1), HybridKey::from_seed(&[2; 32]));
        let held = set(vec![plain.public(), both.public()], 2).unwrap();
        let wanted = order(0);
        let keys: [&dyn Signs; 2] = [&plain, &both];
        let mut signed = keys.map(|key| try_sign(&wanted, key).unwrap()).to_vec();
        signed.sort_by_key(|it| it.key);
        assert!(all_hold(&wanted, &signed, &[&held]) && enough(&signed, &held));
        for at in [0, 2_419, 2_420, 2_483] {
            let mut forged = signed.clone();
            let of_both = forged.iter_mut().find(|it| it.key == both.id()).unwrap();
            of_both.signature[at] ^= 1;
            assert!(!all_hold(&wanted, &forged, &[&held]), "byte {at} in either half");
        }
    }

    #[test]
    fn two_of_three_are_enough_and_one_twice_is_not() {
        let held = set([1, 2, 3].map(|seed| key(seed).public()).to_vec(), 2).unwrap();
        let wanted = order(0);
        let mut signed = [1, 3].map(|seed| sign(&wanted, &key(seed))).to_vec();
        signed.sort_by_key(|it| it.key);
        assert!(all_hold(&wanted, &signed, &[&held]) && enough(&signed, &held));
        assert!(!all_hold(&order(1), &signed, &[&held]), "signed for another turn");
        assert!(!enough(&signed[..1], &held));
        let twice = vec![signed[0].clone(), signed[0].clone()];
        assert!(!all_hold(&wanted, &twice, &[&held]) && !enough(&twice, &held));
        let stranger = sign(&wanted, &key(9));
        assert!(!all_hold(&wanted, &[stranger], &[&held]));
        signed.reverse();
        assert!(!all_hold(&wanted, &signed, &[&held]), "signatures have one order");
    }
}
