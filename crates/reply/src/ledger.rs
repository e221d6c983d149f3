//! Ledgers: heads, statements, proofs, the file for auditors.

use engine::engine::Engine;
use ledger::erasure::Told;
use ledger::held::{Ledger, Line};
use ledger::outcome::Outcome;
use letters::revealed::{NoFile, file};
use serde::Deserialize;
use wire::v1::{ErasedView, Finality, HeadView, LedgerView, Page, ProofView, StatementView};
use words::act::WORDS;
use words::hash::StatementId;
use words::id::{MovementId, PartyId};
use words::refusal::{Reason, Refusal};
use words::role::Role;

use crate::list::limit;
use crate::no::No;
use crate::word;
use desk::page::{Viewer, known};

/// Statements in one answer: the largest body is the text of an agreement, 256 KiB.
pub const STATEMENTS_MAX: u32 = 100;

/// Which statements of a ledger are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first index; 0, if it is not said.
    pub from: Option<u64>,
    /// At most so many; [`STATEMENTS_MAX`], if it is not said.
    pub limit: Option<u32>,
}

/// Every ledger of this node, its own first.
pub fn list(engine: &Engine) -> Page<LedgerView> {
    let ledgers = [Some(engine.own()), engine.peer()].into_iter().flatten();
    let view = |ledger: &Ledger| LedgerView {
        ledger: ledger.party().to_string(),
        own: std::ptr::eq(ledger, engine.own()),
        size: ledger.size(),
        folded: ledger.folded_size(),
        head: head(ledger),
    };
    Page { items: ledgers.map(view).collect(), next: None }
}

/// One ledger's newest head as a signed note.
pub fn note(engine: &Engine, party: &PartyId) -> Result<String, No> {
    find(engine, party)?.head().map(ToString::to_string).ok_or(No::Unknown)
}

/// Statements of a ledger, in order.
pub fn statements(
    engine: &Engine,
    viewer: &Viewer,
    party: &PartyId,
    span: &Span,
) -> Result<Page<StatementView>, No> {
    let ledger = find(engine, party)?;
    let (from, limit) = (span.from.unwrap_or(0), limit(span.limit, STATEMENTS_MAX)?);
    let skip = usize::try_from(from).unwrap_or(usize::MAX);
    let mut lines = ledger.lines().iter().skip(skip);
    let items = lines.by_ref().take(limit).map(|line| view(engine, viewer, ledger, line));
    let items: Vec<StatementView> = items.collect();
    let next = lines.next().map(|line| line.entry.index.to_string());
    Ok(Page { items, next })
}

/// One statement.
pub fn statement(
    engine: &Engine,
    viewer: &Viewer,
    party: &PartyId,
    index: u64,
) -> Result<StatementView, No> {
    let ledger = find(engine, party)?;
    let line = usize::try_from(index).ok().and_then(|index| ledger.lines().get(index));
    line.map(|line| view(engine, viewer, ledger, line)).ok_or(No::Unknown)
}

/// Proof that an entry is under the newest signed head.
pub fn proof(engine: &Engine, party: &PartyId, index: u64) -> Result<ProofView, No> {
    let ledger = find(engine, party)?;
    let leaf = ledger.tree().leaf(index).ok_or(No::Unknown)?;
    let head = ledger.head().map(|head| &head.head);
    let proved = head.and_then(|head| Some((head, ledger.tree().inclusion(index, head.size)?)));
    let early = || Refusal::new(Reason::TooEarly, "no signed head covers the entry yet");
    let (head, hashes) = proved.ok_or_else(early)?;
    Ok(ProofView {
        leaf: leaf.to_string(),
        index,
        size: head.size,
        hashes: hashes.iter().map(ToString::to_string).collect(),
        root: head.root.to_string(),
    })
}

/// The file that shows a body to others, for whoever may read it and has said to whom.
pub fn revealed(engine: &Engine, viewer: &Viewer, place: (&PartyId, u64)) -> Result<Vec<u8>, No> {
    file(engine, viewer, place).map_err(|no| match no {
        NoFile::Unknown => No::Unknown,
        NoFile::NotTold => {
            Refusal::new(Reason::WrongState, "state first to whom it is shown").into()
        }
        NoFile::NoHead => Refusal::new(Reason::TooEarly, "no signed head covers it yet").into(),
        NoFile::Fault(fault) => (*fault).into(),
    })
}

/// Both ledgers in one file, for whoever inspects or answers for a party.
///
/// The file holds the halves and seeds that both sides have given up. An inspector is there to
/// read all of it; nobody else learns from it what the disclosure lists do not tell him.
pub fn export(engine: &Engine, viewer: &Viewer) -> Result<Vec<u8>, No> {
    if !viewer.is_any(&[Role::Inspector, Role::Signatory]) {
        let text = "the audit file is for an inspector or a signatory";
        return Err(Refusal::new(Reason::NotYourRole, text).into());
    }
    if let Some(movement) = told(engine).filter(|_| !viewer.is_any(&[Role::Inspector])) {
        let text = format!("the file would tell the plan of `{movement}`, which has not ended");
        return Err(Refusal::new(Reason::TooEarly, text).into());
    }
    Ok(engine.export()?)
}

// A movement that has not ended and of whose keys something is in the ledgers.
fn told(engine: &Engine) -> Option<&MovementId> {
    let mut movements = engine.state().movements.iter();
    let told = movements.find(|(_, known)| {
        let keys = !known.draw.revealed.is_empty() || !known.released.is_empty();
        keys && !known.standing.ended()
    });
    told.map(|(id, _)| id)
}

/// The newest head of a ledger.
pub(crate) fn head(ledger: &Ledger) -> Option<HeadView> {
    let signed = ledger.head()?;
    let key = ledger.node_key_at(signed.head.size);
    let at = key.and_then(|key| signed.cosigned_at(ledger.party().as_str(), key));
    Some(HeadView {
        ledger: ledger.party().to_string(),
        size: signed.head.size,
        root: signed.head.root.to_string(),
        at: at.unwrap_or_default().unix_ms,
        cosigned: ledger.cosigned(),
        note: signed.to_string(),
    })
}

fn find<'e>(engine: &'e Engine, party: &PartyId) -> Result<&'e Ledger, No> {
    let ledgers = [Some(engine.own()), engine.peer()].into_iter().flatten();
    ledgers.into_iter().find(|ledger| ledger.party() == party).ok_or(No::Unknown)
}

fn view(engine: &Engine, viewer: &Viewer, ledger: &Ledger, line: &Line) -> StatementView {
    let entry = &line.entry;
    let act = entry.act.as_ref().filter(|_| known::body(engine, viewer, entry));
    let word = WORDS.iter().find(|(number, _)| *number == entry.number);
    StatementView {
        ledger: ledger.party().to_string(),
        index: entry.index,
        id: entry.id.map(|id| id.to_string()).unwrap_or_default(),
        act: word.map_or("unreadable", |(_, word)| word).to_owned(),
        by: entry.by.to_string(),
        at: entry.at.unix_ms,
        audience: word::audience(&entry.audience),
        body: act.and_then(|act| serde_json::to_value(act).ok()),
        void: void(line),
        finality: finality(ledger, entry.index),
        erased: erased(engine, ledger.party(), entry.id),
    }
}

fn erased(engine: &Engine, party: &PartyId, id: Option<StatementId>) -> Vec<ErasedView> {
    let told = id.map(|id| engine.erasures().of(&(party.clone(), id))).unwrap_or_default();
    let own = engine.side();
    let ledger = |side| if side == own { Some(engine.own()) } else { engine.peer() };
    let view = |told: &Told| ErasedView {
        party: ledger(told.side).map(|it| it.party().to_string()).unwrap_or_default(),
        by: told.by.to_string(),
        at: told.at.unix_ms,
        rule: told.rule.map(|rule| rule.as_str().to_owned()),
        reason: told.reason.clone(),
    };
    told.iter().map(view).collect()
}

fn void(line: &Line) -> Option<String> {
    let judged = match &line.outcome {
        Some(Outcome::Void(refusal)) => refusal.reasons.first().copied(),
        Some(Outcome::Acted | Outcome::Silent) | None => None,
    };
    line.entry.void.or(judged).map(|reason| reason.code().to_owned())
}

fn finality(ledger: &Ledger, index: u64) -> Finality {
    let signed = ledger.head().map_or(0, |head| head.head.size);
    if index < ledger.cosigned() {
        Finality::L2
    } else if index < signed {
        Finality::L1
    } else {
        Finality::L0
    }
}
