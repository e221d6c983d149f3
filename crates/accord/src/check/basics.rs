//! What a text provides once, found once.

use words::moment::Window;
use words::presence::{ArmourClass, Category, Purpose};
use words::role::Role;

use crate::check::{Above, CompileError};
use article::document::Document;
use article::provision::Provision;
use article::provision::governance::Suspension;
use article::provision::presence::{AdvanceNotice, HostConsent, Rotation};

/// What an agreement provides at most once. A lower text that does not say how the host consents
/// or who suspends has it from the text above.
#[derive(Debug)]
pub(crate) struct Basics {
    pub(crate) consent: HostConsent,
    pub(crate) notice: Option<AdvanceNotice>,
    pub(crate) armour_min: ArmourClass,
    pub(crate) gap_m_min: u32,
    pub(crate) suspension: Suspension,
    pub(crate) period: Option<Window>,
    pub(crate) rotation: Option<Rotation>,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) categories: Vec<Category>,
    pub(crate) orders_by: Vec<Role>,
    pub(crate) emergency_notice_ms: Option<i64>,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most kinds are no basics of a decision")]
pub(super) fn find(document: &Document, above: Option<Above<'_>>) -> Result<Basics, CompileError> {
    let mut basics = start(document, above)?;
    for (_, provision) in document.provisions() {
        match provision {
            Provision::AdvanceNotice(one) => basics.notice = Some(one.clone()),
            Provision::Vehicles(one) => {
                basics.armour_min = basics.armour_min.max(one.armour_min);
                basics.gap_m_min = basics.gap_m_min.max(one.gap_m_min);
            }
            Provision::Period(one) => basics.period = Some(one.window),
            Provision::Rotation(one) => basics.rotation = Some(one.clone()),
            Provision::Purpose(listed) => basics.purposes.clone_from(listed),
            Provision::PersonnelCategories(listed) => basics.categories.clone_from(listed),
            Provision::CommandAndInstructions(one) => basics.orders_by.clone_from(&one.orders_by),
            Provision::EmergencyAndEvacuation(one) => {
                basics.emergency_notice_ms = Some(one.notice_ms_min);
            }
            _ => {}
        }
    }
    Ok(basics)
}

// Consent and suspension, without which there is nothing; the rest as above, or as silence has it.
fn start(document: &Document, above: Option<Above<'_>>) -> Result<Basics, CompileError> {
    let upper = above.map(|above| above.basics);
    let consent = document.provisions().find_map(|(_, provision)| {
        let Provision::HostConsent(one) = provision else { return None };
        Some(one.clone())
    });
    let suspension = document.provisions().find_map(|(_, provision)| {
        let Provision::Suspension(one) = provision else { return None };
        Some(one.clone())
    });
    let missing = |kind| CompileError::Missing { kind };
    let consent = consent.or_else(|| Some(upper?.consent.clone()));
    let suspension = suspension.or_else(|| Some(upper?.suspension.clone()));
    Ok(Basics {
        consent: consent.ok_or(missing("host_consent"))?,
        suspension: suspension.ok_or(missing("suspension"))?,
        notice: upper.and_then(|upper| upper.notice.clone()),
        armour_min: upper.map_or(ArmourClass::Soft, |upper| upper.armour_min),
        gap_m_min: upper.map_or(0, |upper| upper.gap_m_min),
        period: upper.and_then(|upper| upper.period),
        rotation: None,
        purposes: Vec::new(),
        categories: Vec::new(),
        orders_by: Vec::new(),
        emergency_notice_ms: None,
    })
}
