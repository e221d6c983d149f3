//! Who holds a party's root, and which orders of it stand.

use note::custody::{all_hold, check_set, enough, set_hash};
use words::act::{Key, PartyFounded};
use words::custody::{Custodians, Custody, Order, RootOrder, RootOrdered};
use words::hash::Hash;
use words::refusal::Reason;
use words::role::Role;

/// Whoever signs for the party may carry what its custodians have ordered.
pub const CARRIERS: &[Role] = &[
    Role::Node,
    Role::Root,
    Role::Signatory,
    Role::ConsentOfficer,
    Role::WatchOfficer,
    Role::ProtectionLead,
    Role::JourneyManager,
];

/// The root of a party as its ledger has made it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// 1 at the founding, one more with each set that follows.
    pub version: u32,
    /// Orders that stood so far; also the serial number of the next one.
    pub serial: u64,
    /// Who holds it.
    pub custodians: Custodians,
    /// The hash of the reserve, if one is named.
    pub next: Option<Hash>,
    /// Where the set that holds it now took it over.
    pub since: u64,
    /// Did it come to them by the reserve, without the set before?
    pub recovered: bool,
}

impl Root {
    /// The root that a founding names; `None` if its set is none.
    pub fn founded(founded: &PartyFounded) -> Option<Self> {
        let alone = || Custody {
            custodians: Custodians { keys: vec![founded.root.clone()], threshold: 1 },
            next: None,
        };
        let Custody { custodians, next } = founded.custody.clone().unwrap_or_else(alone);
        check_set(&custodians).ok()?;
        Some(Self { version: 1, serial: 0, custodians, next, since: 0, recovered: false })
    }

    /// The one key that is the root by itself, if there is only one.
    pub fn sole(&self) -> Option<&Key> {
        sole(&self.custodians)
    }

    /// Does an order stand? Its keys are the ledger's business, its signatures this one's.
    pub fn stands(&self, act: &RootOrdered) -> Result<(), Reason> {
        let RootOrdered { order, signatures } = act;
        if (order.version, order.serial) != (self.version, self.serial) {
            return Err(Reason::StaleOrder);
        }
        let held = &self.custodians;
        let (sets, needed): (Vec<&Custodians>, Vec<&Custodians>) = match &order.order {
            Order::Rotate(to) => {
                self.fits(to)?;
                (vec![held, &to.custodians], vec![held, &to.custodians])
            }
            Order::Recover(to) => {
                check_set(&to.custodians).or(Err(Reason::BadOrder))?;
                if self.next != Some(set_hash(&to.custodians)) {
                    return Err(Reason::BadOrder);
                }
                (vec![&to.custodians], vec![&to.custodians])
            }
            Order::Enrol(act) => {
                // Whoever signs for the root or the node is named by orders of their own.
                let own = [Role::Root, Role::Node];
                if act.roles.iter().any(|role| own.contains(role)) {
                    return Err(Reason::BadOrder);
                }
                (vec![held], vec![held])
            }
            Order::Void(_) | Order::ReplaceNode(_) | Order::NameNext(_) | Order::Pair(_) => {
                (vec![held], vec![held])
            }
        };
        if !all_hold(order, signatures, &sets) {
            return Err(Reason::BadSignature);
        }
        if !needed.iter().all(|set| enough(signatures, set)) {
            return Err(Reason::TooFewCustodians);
        }
        // A reserve that is named is put aside by everybody together: a thief of some keys must
        // not take away what is kept against him.
        let replaces = matches!(order.order, Order::NameNext(_)) && self.next.is_some();
        if replaces && signatures.len() < held.keys.len() {
            return Err(Reason::TooFewCustodians);
        }
        Ok(())
    }

    // The next reserve is named by a set that was the reserve, or where there is none.
    fn fits(&self, to: &Custody) -> Result<(), Reason> {
        check_set(&to.custodians).or(Err(Reason::BadOrder))?;
        if to.custodians == self.custodians {
            return Err(Reason::BadOrder);
        }
        let foreseen = self.next.is_none_or(|next| next == set_hash(&to.custodians));
        if foreseen || to.next.is_none() { Ok(()) } else { Err(Reason::BadOrder) }
    }

    /// What follows from an order that stands, at a place of the ledger.
    pub fn follow(&mut self, order: &RootOrder, index: u64) {
        self.serial += 1;
        match &order.order {
            Order::Rotate(to) => self.pass_on(to, index, false),
            Order::Recover(to) => self.pass_on(to, index, true),
            Order::NameNext(named) => self.next = Some(named.next),
            Order::Enrol(_) | Order::Void(_) | Order::ReplaceNode(_) | Order::Pair(_) => {}
        }
    }

    fn pass_on(&mut self, to: &Custody, index: u64, recovered: bool) {
        // A rotation that the reserve did not sign leaves the reserve where it is.
        if self.next.is_none_or(|next| next == set_hash(&to.custodians)) {
            self.next = to.next;
        }
        self.custodians = to.custodians.clone();
        self.version = self.version.saturating_add(1);
        (self.since, self.recovered) = (index, recovered);
    }
}

/// The one key of a set of one.
pub(crate) fn sole(custodians: &Custodians) -> Option<&Key> {
    if let [key] = custodians.keys.as_slice() { Some(key) } else { None }
}
