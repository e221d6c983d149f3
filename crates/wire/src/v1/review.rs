//! Reviews of agreements: states, agencies, redlines, remarks.

use crate::v1::UnixMs;

views! {
    /// A state that a text has come to.
    StepView {
        /// `drafted`, `circulated`, `concurred`, `initialled`, `signed`, `in_force`, `amended`,
        /// `suspended` or `terminated`.
        phase: String,
        /// When it did; null if it has not.
        at: Option<UnixMs>,
    }

    /// What a signed text waits for.
    ConditionView {
        /// Its name in the text.
        condition: String,
        /// When it was met; null if it is not.
        met: Option<UnixMs>,
    }

    /// An agency that must be heard.
    AgencyView {
        /// How its party calls it.
        agency: String,
        /// `open`, `silent`, `concur`, `reserve` or `object`.
        standing: String,
        /// The articles that it is about.
        articles: Vec<String>,
        /// In its own words.
        remark: String,
        /// Who spoke for it; null if nobody has.
        by: Option<String>,
        /// When; null if nobody has.
        at: Option<UnixMs>,
    }

    /// The agencies that one side asks.
    PanelView {
        /// Are they those of this node's party?
        ours: bool,
        /// `internal` (this party alone reads it) or `shared`.
        circle: String,
        /// Who has said nothing until then is silent.
        until: UnixMs,
        /// Each agency.
        agencies: Vec<AgencyView>,
    }

    /// Something that was said about a text.
    RemarkView {
        /// `internal` (this party alone reads it) or `shared`.
        circle: String,
        /// Who said it.
        by: String,
        /// When.
        at: UnixMs,
        /// What.
        words: String,
        /// The article; null for the text as a whole.
        article: Option<String>,
    }

    /// A piece of a redline.
    RunView {
        /// `kept`, `added` or `removed`.
        what: String,
        /// The piece.
        text: String,
    }

    /// An article between two texts.
    RedlineView {
        /// Its number.
        article: String,
        /// `same`, `changed`, `added` or `removed`.
        change: String,
        /// Is it left out of copies for the public?
        restricted: bool,
        /// The file's own lines.
        lines: Vec<RunView>,
    }

    /// A check by machine.
    TextCheckView {
        /// `parses`, `compiles` or `languages`.
        check: String,
        /// Why not; null if all is well.
        trouble: Option<String>,
    }

    /// The review of one text.
    ReviewView {
        /// The family.
        agreement: String,
        /// The root of the text.
        text: String,
        /// Of a lower text: the family that it stands under; null for an agreement.
        under: Option<String>,
        /// The root of the text above it, if that is known here.
        under_text: Option<String>,
        /// The root of the text that it is compared with.
        against: Option<String>,
        /// Its states in order.
        steps: Vec<StepView>,
        /// What it waits for.
        conditions: Vec<ConditionView>,
        /// The roots of every version that this node knows, the newest first.
        versions: Vec<String>,
        /// Which agencies are asked.
        panels: Vec<PanelView>,
        /// What is checked by machine.
        checks: Vec<TextCheckView>,
        /// Article by article.
        articles: Vec<RedlineView>,
        /// What was said, in order of time.
        remarks: Vec<RemarkView>,
    }
}
