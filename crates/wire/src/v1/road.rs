//! Movements: stages, the departure gate, passes.

use crate::v1::UnixMs;
use crate::v1::presence::ConsentView;

views! {
    /// One step of a movement's disclosure.
    StageView {
        /// `window`, `start`, `minute` or `route`.
        stage: String,
        /// To whom.
        roles: Vec<String>,
        /// Not before.
        not_before: UnixMs,
        /// Which sides have given up their halves: `host`, `guest`.
        released_by: Vec<String>,
        /// What it says, if it is open and the caller is on its list.
        text: Option<String>,
    }

    /// One line of the departure gate.
    CheckView {
        /// Its word.
        check: String,
        /// Is it green?
        green: bool,
        /// Why not, for people.
        detail: String,
    }

    /// The departure gate of a movement.
    GateView {
        /// The movement.
        movement: String,
        /// Is every line green that the node computes?
        green: bool,
        /// The lines that the node computes.
        checks: Vec<CheckView>,
        /// The lines that the person who signs the departure attests.
        attested: Vec<String>,
    }

    /// A pass of a movement.
    PassView {
        /// Its id.
        pass: String,
        /// For which movement.
        movement: String,
        /// Who carries it.
        holder: String,
        /// Where it is good.
        zone: String,
        /// First moment.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// Has the host countersigned it?
        countersigned: bool,
        /// Is it revoked?
        revoked: bool,
    }

    /// A pass as it is printed.
    PaperView {
        /// The pass.
        pass: PassView,
        /// The code as text (base 45), as the picture holds it.
        code: String,
        /// The picture of the code, SVG.
        svg: String,
    }

    /// A movement of protected persons.
    MovementView {
        /// Its id.
        movement: String,
        /// Under which agreement.
        agreement: String,
        /// Its state, in the words of the design.
        state: String,
        /// In which zone.
        zone: String,
        /// Seats that the notice asked for, dummies included.
        seats: u32,
        /// First moment of the day or window that the caller may know.
        start: UnixMs,
        /// First moment after.
        end: UnixMs,
        /// How important, once submitted.
        criticality: Option<String>,
        /// Residual risk, once assessed.
        risk: Option<String>,
        /// Its leases, newest first.
        consents: Vec<ConsentView>,
        /// What is disclosed in steps.
        stages: Vec<StageView>,
        /// The departure gate.
        gate: Vec<CheckView>,
        /// Its passes.
        passes: Vec<PassView>,
    }
}
