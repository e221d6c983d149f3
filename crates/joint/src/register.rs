//! The register: what both ledgers say of standing, living and dead.

use std::collections::BTreeMap;

use minicbor::Encode;
use words::id::{AccreditationId, AgreementId, CompanyId, PersonId, ZoneId};
use words::moment::Moment;
use words::presence::Rung;
use words::role::Side;
use words::standing::{Accredited, Beside, LicenceRecorded};

use crate::asking::Asking;
use crate::state::Sight;

/// Everything of standing. The dead stay, for the audit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Register {
    /// What the guest's people have shown.
    #[n(0)]
    pub accreditations: BTreeMap<AccreditationId, Accreditation>,
    /// Records of security companies, oldest first.
    #[n(1)]
    pub licences: BTreeMap<CompanyId, Vec<Licence>>,
    /// Officers of the host beside guest personnel, oldest word first.
    #[n(2)]
    pub officers: BTreeMap<Beside, Vec<Assignment>>,
    /// Emergencies, oldest first.
    #[n(3)]
    pub emergencies: BTreeMap<AgreementId, Vec<Emergency>>,
    /// Closures of rungs, oldest first.
    #[n(4)]
    pub closures: BTreeMap<AgreementId, Vec<Closure>>,
}

/// Who said a thing, when, and at which place of which ledger.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Said {
    /// Who.
    #[n(0)]
    pub by: PersonId,
    /// When, by the clock of that side.
    #[n(1)]
    pub at: Moment,
    /// In whose ledger.
    #[n(2)]
    pub side: Side,
    /// Where in that ledger.
    #[n(3)]
    pub index: u64,
}

impl Said {
    pub(crate) fn of(asking: &Asking<'_>) -> Self {
        Self { by: asking.by.clone(), at: asking.at, side: asking.side, index: asking.index }
    }

    /// Was it known to whoever asks?
    pub fn known(&self, sight: Sight) -> bool {
        sight.reaches(self.side, self.index)
    }
}

/// A thing taken back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct TakenBack {
    /// By whom and when.
    #[n(0)]
    pub said: Said,
    /// Why; empty where a later record replaced it.
    #[n(1)]
    pub reason: String,
}

/// An item that one of the guest's people has shown.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Accreditation {
    /// What the guest said.
    #[n(0)]
    pub act: Accredited,
    /// Who said it.
    #[n(1)]
    pub said: Said,
    /// Who of the host accepted it.
    #[n(2)]
    pub accepted: Option<Said>,
    /// Who took it back.
    #[n(3)]
    pub withdrawn: Option<TakenBack>,
}

impl Accreditation {
    /// Accepted and not taken back, as far as whoever asks can know?
    pub fn stands(&self, sight: Sight) -> bool {
        self.accepted.as_ref().is_some_and(|said| said.known(sight))
            && !self.withdrawn.as_ref().is_some_and(|taken| taken.said.known(sight))
    }

    /// Does it count at that moment, if such an item counts for so long?
    pub fn counts(&self, (at, sight): (Moment, Sight), valid_ms: i64) -> bool {
        let end = self.act.until.min(self.act.shown.plus_ms(valid_ms));
        self.stands(sight) && self.act.shown <= at && at < end
    }
}

/// One record of a company.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Licence {
    /// What the host recorded.
    #[n(0)]
    pub act: LicenceRecorded,
    /// Who recorded it.
    #[n(1)]
    pub said: Said,
    /// Who took it back or replaced it.
    #[n(2)]
    pub withdrawn: Option<TakenBack>,
}

impl Licence {
    /// Does it live at that moment, as far as whoever asks can know?
    pub fn lives(&self, (at, sight): (Moment, Sight)) -> bool {
        self.said.known(sight)
            && at < self.act.until
            && !self.withdrawn.as_ref().is_some_and(|taken| taken.said.known(sight))
    }
}

/// Officers of the host beside guest personnel.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Assignment {
    /// How many.
    #[n(0)]
    pub officers: u32,
    /// Until when.
    #[n(1)]
    pub until: Moment,
    /// Who said so.
    #[n(2)]
    pub said: Said,
}

/// An emergency: it ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Emergency {
    /// Where; everywhere, if it is not said.
    #[n(0)]
    pub zone: Option<ZoneId>,
    /// Why.
    #[n(1)]
    pub reason: String,
    /// Who declared it.
    #[n(2)]
    pub said: Said,
    /// When it ends by itself.
    #[n(3)]
    pub until: Moment,
    /// Who ended it before.
    #[n(4)]
    pub ended: Option<Said>,
}

impl Emergency {
    /// Does it last at that moment, as far as whoever asks can know?
    pub fn lasts(&self, (at, sight): (Moment, Sight)) -> bool {
        self.said.known(sight)
            && at < self.until
            && !self.ended.as_ref().is_some_and(|said| said.known(sight))
    }

    /// Does it reach a zone?
    pub fn covers(&self, zone: &ZoneId) -> bool {
        self.zone.as_ref().is_none_or(|own| own == zone)
    }
}

/// A rung that the host closed.
#[derive(Debug, Clone, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Closure {
    /// Which rung, and no other.
    #[n(0)]
    pub rung: Rung,
    /// Where; everywhere, if it is not said.
    #[n(1)]
    pub zone: Option<ZoneId>,
    /// Why.
    #[n(2)]
    pub reason: String,
    /// Who closed it.
    #[n(3)]
    pub closed: Said,
    /// Who opened it again.
    #[n(4)]
    pub opened: Option<Said>,
}

impl Closure {
    /// Does it reach a rung in a zone?
    pub fn covers(&self, rung: Rung, zone: &ZoneId) -> bool {
        self.rung == rung && self.zone.as_ref().is_none_or(|own| own == zone)
    }

    /// Is it in effect for whoever asks? No clock decides: it is for everyone who has seen it.
    pub fn holds(&self, sight: Sight) -> bool {
        self.opened.is_none() && self.closed.known(sight)
    }
}

impl Register {
    /// The closures of rungs under an agreement, oldest first.
    pub fn closures(&self, agreement: &AgreementId) -> &[Closure] {
        self.closures.get(agreement).map_or(&[], Vec::as_slice)
    }

    /// The emergencies under an agreement, oldest first.
    pub fn emergencies(&self, agreement: &AgreementId) -> &[Emergency] {
        self.emergencies.get(agreement).map_or(&[], Vec::as_slice)
    }

    /// The newest word on officers beside somebody that whoever asks can know, while it lasts.
    pub fn officers(&self, beside: &Beside, (at, sight): (Moment, Sight)) -> Option<&Assignment> {
        let words = self.officers.get(beside)?;
        let newest = words.iter().rev().find(|word| word.said.known(sight))?;
        (at < newest.until).then_some(newest)
    }
}
