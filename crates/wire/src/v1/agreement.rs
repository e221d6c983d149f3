//! Agreements: articles, signatures, suspensions, trials.

use crate::v1::{NamesView, UnixMs};

views! {
    /// One article of an agreement.
    ArticleView {
        /// Its number, such as `4(1)`.
        article: String,
        /// Its heading.
        heading: NamesView,
        /// Its text; all languages are equally authentic.
        text: NamesView,
        /// The kinds of its provisions.
        provisions: Vec<String>,
        /// The rules that it became, in Cedar; empty while it is not in force.
        rules: String,
    }

    /// A side's signature under a text.
    SignedView {
        /// `host` or `guest`.
        side: String,
        /// Who signed.
        by: String,
        /// When.
        at: UnixMs,
        /// SHA-256 of the text that was signed.
        hash: String,
    }

    /// A suspension in force.
    SuspensionView {
        /// `whole`, `zone:ID`, `category:WORD`, `clause:NUMBER` or `person:ID`.
        scope: String,
        /// Which side suspended, and alone may lift it.
        side: String,
        /// Since when.
        at: UnixMs,
    }

    /// An agreement.
    AgreementView {
        /// The family.
        agreement: String,
        /// `proposed`, `in_force`, `suspended_in_part`, `suspended` or `terminated`.
        state: String,
        /// `agreement`, `annex`, `memorandum`, `operational_plan` or `sop`; empty where no text
        /// of it can be read.
        instrument: String,
        /// A lower instrument: the family that it stands under; null for an agreement.
        under: Option<String>,
        /// A lower instrument in force: the root of the text above it when it came into force;
        /// null otherwise.
        under_text: Option<String>,
        /// Why a lower instrument in force does not fit under the text above it any more; what it
        /// speaks of is closed. Null if it fits.
        unfit: Option<String>,
        /// The lower instruments that came into force directly or not under it.
        lower: Vec<String>,
        /// `as_written`, or `mirrored`: the host of this pair of ledgers is the guest of the text.
        direction: String,
        /// Its title.
        title: NamesView,
        /// SHA-256 of the text that is in force, or else was proposed.
        hash: String,
        /// The hashes of every text that was proposed.
        texts: Vec<String>,
        /// The whole file; empty in lists.
        text: String,
        /// Its articles; empty in lists.
        articles: Vec<ArticleView>,
        /// The last signature of each side.
        signatures: Vec<SignedView>,
        /// What is suspended.
        suspensions: Vec<SuspensionView>,
    }

    /// A fact that a decision looked at.
    FactView {
        /// Its name in the rules.
        name: String,
        /// Its value.
        value: String,
        /// Both, in words.
        said: NamesView,
    }

    /// One thing that would have to change.
    ChangeView {
        /// What, as a stable word.
        change: String,
        /// Whose move it is: `asker`, `host` or `parties`.
        whose: String,
        /// In words.
        said: NamesView,
    }

    /// What an agreement says to a question.
    TryAnswer {
        /// Would it be allowed?
        allowed: bool,
        /// Stable codes of the reasons, if not.
        reasons: Vec<String>,
        /// The articles that decide.
        articles: Vec<ArticleView>,
        /// The facts that matter.
        facts: Vec<FactView>,
        /// The least that would turn a no into a yes; all of them together.
        changes: Vec<ChangeView>,
        /// The same, for people, in English.
        remedy: Vec<String>,
    }
}

requests! {
    /// Asks an agreement; nothing is kept.
    TryRequest {
        /// `deploy`, `order_task`, `notice`, `move`, `depart` or `enter`.
        deed: String,
        /// In which zone.
        zone: String,
        /// Why.
        purpose: Option<String>,
        /// Guest personnel of which category.
        category: Option<String>,
        /// Doing what.
        task: Option<String>,
        /// On which rung of presence.
        rung: Option<String>,
        /// How armed.
        arms: Option<String>,
        /// In which class of vehicle.
        armour: Option<String>,
        /// Ordered by a person of which role; a protection lead, if it is not said.
        ordered_by: Option<String>,
        /// With which sensor.
        sensor: Option<String>,
        /// How high the sensor flies, in metres above ground; 0, if it is not said.
        altitude_m: Option<u32>,
        /// How many persons; 1, if it is not said.
        headcount: Option<u32>,
        /// How many vehicles; none, if it is not said.
        vehicles: Option<u32>,
        /// When; now, if it is not said.
        at: Option<UnixMs>,
    }
}
