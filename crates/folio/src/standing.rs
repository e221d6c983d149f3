//! Standing below the ladder: items, companies, officers, emergencies.

use maud::{Markup, html};
use words::act::Names;
use words::clause::Training;
use words::id::{AccreditationId, AgreementId, CompanyId, ZoneId};
use words::moment::Moment;
use words::presence::Category;
use words::role::Side;
use words::standing::Beside;

use crate::rungs::{place_name, scope_value};
use sheet::closed;
use sheet::form::{Fill, act};
use sheet::frame::Frame;
use sheet::stamp;
use sheet::term::{Naming, Term, own};

/// Who must renew something within two days wants to see the hours.
const SOON_MS: i64 = 2 * 86_400_000;

closed! {
    /// How an item or a licence stands.
    Validity in "validity" {
        /// The host has not accepted it.
        Waiting = "waiting",
        /// It counts.
        Counts = "counts",
        /// Its time is over.
        RunOut = "run_out",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

/// What one of the guest's people has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub accreditation: AccreditationId,
    /// Who, as the reader calls the unit.
    pub unit: String,
    /// Of which category.
    pub category: Category,
    /// What.
    pub item: Training,
    /// Who fields the person.
    pub company: Option<CompanyId>,
    /// Until when it counts, as the guest says and the agreement bounds it.
    pub until: Moment,
    /// How it stands.
    pub state: Validity,
    /// Why it was taken back; empty if it was not.
    pub reason: String,
}

/// A security company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Which.
    pub company: CompanyId,
    /// How it is called.
    pub name: String,
    /// Whom it may field.
    pub categories: Vec<Category>,
    /// When it was audited.
    pub audited: Moment,
    /// Is it insured?
    pub insured: bool,
    /// Until when its licence counts, as the host says and the agreement bounds it.
    pub until: Moment,
    /// How it stands.
    pub state: Validity,
    /// Why it was taken back; empty if it was not.
    pub reason: String,
}

/// Officers of the host beside guest personnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officers {
    /// Beside whom.
    pub beside: Beside,
    /// How many.
    pub officers: u32,
    /// Until when.
    pub until: Moment,
    /// Who said so.
    pub by: String,
}

/// An emergency that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// One zone and its name; everywhere, if it is not said.
    pub zone: Option<(ZoneId, Names)>,
    /// Why.
    pub reason: String,
    /// Who declared it.
    pub by: String,
    /// When it ends by itself.
    pub until: Moment,
    /// Did the reader's side declare it?
    pub ours: bool,
}

/// Everything of standing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The agreement in force.
    pub agreement: Option<AgreementId>,
    /// What people have shown, what waits first.
    pub items: Vec<Item>,
    /// Companies.
    pub companies: Vec<Company>,
    /// Officers of the host who are assigned now.
    pub officers: Vec<Officers>,
    /// Emergencies that last.
    pub emergencies: Vec<Emergency>,
    /// May the reader's side declare an emergency under the agreement?
    pub declares: bool,
    /// What the form of a new item holds.
    pub accredit: Fill,
    /// What the form of a new licence holds.
    pub license: Fill,
    /// What the form of officers holds.
    pub assign: Fill,
    /// What the form of an emergency holds.
    pub declare: Fill,
}

/// The lists, each with the forms of what stands in it.
pub fn fragment(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        @for emergency in &view.emergencies { (emergency_line(view, emergency, frame)) }
        h2 { (tongue.say("accreditations")) }
        p class="meta" { (tongue.say("accreditations-what")) }
        @if view.items.is_empty() { p class="empty" { (tongue.say("accreditations-none")) } }
        div class="cards" { @for item in &view.items { (item_card(item, frame)) } }
        h2 { (tongue.say("licences")) }
        @if view.companies.is_empty() { p class="empty" { (tongue.say("licences-none")) } }
        div class="cards" { @for company in &view.companies { (company_card(company, frame)) } }
        h2 { (tongue.say("officers")) }
        @if view.officers.is_empty() { p class="empty" { (tongue.say("officers-none")) } }
        ul { @for officers in &view.officers { (officers_line(officers, frame)) } }
    }
}

/// The forms of what is new.
pub fn forms(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let form = |word: &str, fill: &Fill| {
        html! {
            section class="card" aria-labelledby={ "h-" (word) } {
                h2 id={ "h-" (word) } { (tongue.say(&format!("act-{word}"))) }
                (act(frame, word, "new", fill))
            }
        }
    };
    html! {
        @if frame.signed_in.is_some() {
            div class="cards" {
                @match frame.side {
                    Side::Guest => (form("accredited", &view.accredit)),
                    Side::Host => {
                        (form("licence_recorded", &view.license))
                        (form("host_officers_assigned", &view.assign))
                    }
                }
                @if view.declares { (form("emergency_declared", &view.declare)) }
            }
        }
    }
}

fn emergency_line(view: &View, emergency: &Emergency, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let scope = scope_value(emergency.zone.as_ref().map(|(zone, _)| zone));
    html! {
        section class="card" data-key={ "emergency-" (scope.replace(':', "-")) } {
            h2 { span class="chip alarm" { (tongue.say("emergency")) } " "
                (place_name(emergency.zone.as_ref(), frame)) }
            p { q { bdi { (emergency.reason) } } }
            p class="meta" {
                (own(&emergency.by)) " · " (tongue.say("ends-by-itself")) " "
                (stamp::at(emergency.until)) " · " (stamp::countdown(emergency.until, frame.now))
            }
            @if let (true, Some(agreement)) = (emergency.ours, &view.agreement) {
                (act(frame, "emergency_ended", &scope.replace(':', "-"),
                    &Fill::of("agreement", agreement).with("scope", &scope)))
            }
        }
    }
}

fn chip(state: Validity, frame: &Frame) -> Markup {
    let class = match state {
        Validity::Waiting => "pending",
        Validity::Counts => "ok",
        Validity::RunOut => "attention",
        Validity::Withdrawn => "lost",
    };
    html! { span class={ "chip " (class) } { (frame.tongue().term(state)) } }
}

fn ends(until: Moment, state: Validity, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        dt { (tongue.say("field-until")) }
        dd {
            (stamp::at(until))
            @if state == Validity::Counts && until.ms_since(frame.now) < SOON_MS {
                " · " (stamp::countdown(until, frame.now))
            }
        }
    }
}

fn item_card(item: &Item, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let id = item.accreditation.as_str();
    let fill = Fill::of("accreditation", id);
    let alive = matches!(item.state, Validity::Waiting | Validity::Counts);
    html! {
        section class="card" data-key={ "item-" (id) } {
            h3 { (own(&item.unit)) " " (chip(item.state, frame)) }
            p { (tongue.term(item.item)) " · " (tongue.term(item.category)) " "
                span class="meta" { (own(id)) } }
            dl class="facts-list" {
                (ends(item.until, item.state, frame))
                @if let Some(company) = &item.company {
                    dt { (tongue.say("field-company")) } dd { (own(company)) }
                }
            }
            @if !item.reason.is_empty() { p { q { bdi { (item.reason) } } } }
            @if frame.side == Side::Host && item.state == Validity::Waiting {
                (act(frame, "accreditation_accepted", id, &fill))
            }
            @if alive && frame.signed_in.is_some() {
                details data-key={ "withdraw-" (id) } {
                    summary { (tongue.say("do-accreditation_withdrawn")) }
                    (act(frame, "accreditation_withdrawn", id, &fill))
                }
            }
        }
    }
}

fn company_card(company: &Company, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let id = company.company.as_str();
    let insured = if company.insured { "insured-yes" } else { "insured-no" };
    html! {
        section class="card" data-key={ "company-" (id) } {
            h3 { (own(&company.name)) " " span class="meta" { (own(id)) } " "
                (chip(company.state, frame)) }
            dl class="facts-list" {
                dt { (tongue.say("field-categories")) } dd { (tongue.terms(&company.categories)) }
                dt { (tongue.say("field-audited")) } dd { (stamp::at(company.audited)) }
                dt { (tongue.say("field-insured")) } dd { (tongue.say(insured)) }
                (ends(company.until, company.state, frame))
            }
            @if !company.reason.is_empty() { p { q { bdi { (company.reason) } } } }
            @if frame.side == Side::Host && frame.signed_in.is_some()
                && company.state != Validity::Withdrawn {
                details data-key={ "unlicence-" (id) } {
                    summary { (tongue.say("do-licence_withdrawn")) }
                    (act(frame, "licence_withdrawn", id, &Fill::of("company", id)))
                }
            }
        }
    }
}

fn officers_line(officers: &Officers, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        li {
            strong { (officers.officers) } " "
            @match &officers.beside {
                Beside::Deployment(id) => { (tongue.say("deployment")) " " (own(id)) }
                Beside::Task(id) => { (tongue.say("order-of-task")) " " (own(id)) }
            }
            " " span class="meta" {
                (own(&officers.by)) " · " (tongue.say("field-until")) " "
                (stamp::at(officers.until)) " · " (stamp::countdown(officers.until, frame.now))
            }
        }
    }
}
