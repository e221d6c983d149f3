//! What a provision names exists: parties, categories, zones, kinds.

use std::collections::BTreeMap;

use words::id::ZoneId;
use words::presence::Category;

use crate::check::CompileError;
use article::document::Document;
use article::provision::governance::Authority;
use article::provision::{Provision, kind};

/// An article, and what its provisions may name.
pub(super) struct About<'a> {
    pub(super) number: &'a str,
    pub(super) categories: &'a [Category],
    pub(super) zones: &'a BTreeMap<ZoneId, bool>,
}

type Checked = Result<(), CompileError>;

impl About<'_> {
    fn article(&self) -> String {
        self.number.to_owned()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "most kinds name nothing of the text")]
    pub(super) fn names_what_exists(&self, document: &Document, one: &Provision) -> Checked {
        match one {
            Provision::PartiesAndAuthorities(authorities) => self.parties(document, authorities),
            Provision::Ceilings(ceilings) => ceilings
                .iter()
                .try_for_each(|one| self.known(&[one.category], std::slice::from_ref(&one.zone))),
            Provision::PermittedTasks(permits) => {
                permits.iter().try_for_each(|one| self.known(&one.categories, &one.zones))
            }
            Provision::Arms(rules) => {
                rules.iter().try_for_each(|one| self.known(&[one.category], &one.zones))
            }
            Provision::SensorsAndDrones(rules) => {
                rules.iter().try_for_each(|one| self.known(&[], &one.zones))
            }
            Provision::AccreditationAndTraining(items) => {
                items.iter().try_for_each(|one| self.known(&one.categories, &[]))
            }
            Provision::PscLicensing(licensing) => self.known(&licensing.categories, &[]),
            Provision::UniformAndInsignia(rules) => {
                rules.iter().try_for_each(|one| self.known(&[one.category], &[]))
            }
            Provision::ImmunityAndTestimony(rules) => {
                rules.iter().try_for_each(|one| self.known(&[one.category], &[]))
            }
            Provision::EntryExitCustoms(entry) => self.known(&[], &entry.ports),
            Provision::PremisesAndLodging(premises) => {
                premises.iter().try_for_each(|one| self.known(&[], std::slice::from_ref(&one.zone)))
            }
            Provision::Reciprocity(reciprocity) => self.kinds(&reciprocity.kinds),
            Provision::Termination(termination) => self.kinds(&termination.survivors),
            _ => Ok(()),
        }
    }

    fn parties(&self, document: &Document, authorities: &[Authority]) -> Checked {
        let known = [&document.host, &document.guest];
        let stranger = authorities.iter().find(|office| !known.contains(&&office.party));
        stranger.map_or(Ok(()), |office| {
            let party = office.party.clone();
            Err(CompileError::UnknownParty { article: self.article(), party })
        })
    }

    fn known(&self, categories: &[Category], zones: &[ZoneId]) -> Checked {
        let article = self.article();
        if let Some(category) = categories.iter().find(|one| !self.categories.contains(one)) {
            return Err(CompileError::UnknownCategory { article, category: *category });
        }
        for zone in zones {
            let (article, zone) = (self.article(), zone.clone());
            match self.zones.get(&zone) {
                Some(true) => {}
                Some(false) => return Err(CompileError::ExcludedZone { article, zone }),
                None => return Err(CompileError::UnknownZone { article, zone }),
            }
        }
        Ok(())
    }

    fn kinds(&self, named: &[String]) -> Checked {
        let odd = named.iter().find(|word| kind(word).is_none());
        odd.map_or(Ok(()), |odd| {
            Err(CompileError::UnknownKind { article: self.article(), kind: odd.clone() })
        })
    }
}
