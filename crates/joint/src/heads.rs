//! Heads that two algorithms sign: who named a key, who asks for it.

use minicbor::Encode;
use note::key::key_id;
use words::act::Key;
use words::custody::HeadKeyNamed;
use words::hash::KeyId;

use crate::asking::Asking;
use crate::state::{Agreement, Party, State};

/// The ML-DSA-44 key that a node has named, and which node it was.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct HeadKey {
    /// The node's own key, in whose life no other is named.
    #[n(0)]
    pub node: KeyId,
    /// What signs its heads too.
    #[n(1)]
    pub key: Key,
}

/// Does an agreement that has come into force, and has not ended, ask for hybrid heads?
pub fn demanded(state: &State) -> bool {
    let stands = |agreement: &&Agreement| agreement.cycle.ended.is_none();
    let rules = state.agreements.values().filter(stands).filter_map(Agreement::rules);
    rules.into_iter().any(|rules| rules.consent().hybrid_heads)
}

impl Party {
    /// The key that the node as it is now has named for heads.
    pub fn head_key(&self) -> Option<&Key> {
        let named = self.heads.as_ref()?;
        (named.node == key_id(&self.node)).then_some(&named.key)
    }
}

impl State {
    pub(crate) fn head_key_named(&mut self, asking: &Asking<'_>, act: HeadKeyNamed) {
        if let Some(party) = self.parties.get_mut(&asking.side) {
            party.heads = Some(HeadKey { node: key_id(&party.node), key: act.key });
        }
    }
}
