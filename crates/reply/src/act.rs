//! Acts: drafted for a signature, or signed at once with an open key file.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::acts::{Accepted, DRAFT_KEPT_MS, Prepared};
use engine::engine::Engine;
use engine::fault::Fault;
use ledger::outcome::Outcome;
use note::assertion::Assertion;
use note::key::{SigningKey, key_id};
use serde_json::Value;
use tongue::speech::Tongue;
use wire::v1::{ActAccepted, ActRequest, DraftRequest, DraftView, SignRequest, SignatureView};
use wish::{SecretWish, Wish};
use words::act::Act;
use words::hash::{Hash, KeyId, hex, unhex};
use words::id::MovementId;
use words::refusal::{Reason, Refusal};
use words::role::{Role, Side};

use crate::no::No;
use crate::posted;
use crate::word::asked_audience;
use desk::page::{Viewer, summary};

/// Drafts an act for the signature of a key.
pub fn draft(
    engine: &mut Engine,
    viewer: &Viewer,
    key: KeyId,
    request: DraftRequest,
) -> Result<DraftView, No> {
    let act = resolve(engine, viewer, request.act)?;
    let audience = asked_audience(request.audience, &act)?;
    let prepared = engine.prepare(key, act, audience)?;
    Ok(drafted(engine, viewer, &prepared))
}

/// Does an act at once, signed with the key file that the session has open.
pub fn at_once(
    engine: &mut Engine,
    viewer: &Viewer,
    key: &SigningKey,
    request: ActRequest,
) -> Result<ActAccepted, No> {
    let act = resolve(engine, viewer, request.act)?;
    let audience = asked_audience(request.audience, &act)?;
    let prepared = engine.prepare(key.id(), act, audience)?;
    let accepted = engine.submit(prepared.hash, &key.sign(&prepared.to_sign))?;
    Ok(done(engine, &accepted))
}

/// Takes the author's signature of a draft.
pub fn submit(engine: &mut Engine, key: KeyId, request: SignRequest) -> Result<ActAccepted, No> {
    let draft = Hash::try_from(request.draft)
        .map_err(|cause| No::Malformed(format!("`draft`: {cause}")))?;
    let (signer, signature) = signature(request.signature)?;
    if signer != key {
        let text = "the session is another key's: sign in with the key that signs";
        return Err(Refusal::new(Reason::UnknownKey, text).into());
    }
    let accepted = engine.submit(draft, &signature)?;
    Ok(done(engine, &accepted))
}

// What the node's secrets turn the wish into; what they cannot do in this state is refused.
fn resolve(engine: &mut Engine, viewer: &Viewer, posted: Value) -> Result<Act, No> {
    let wish = posted::wish(posted)?;
    if let Wish::Secret(wish) = &wish {
        may_wish(engine, viewer, wish)?;
    }
    match engine.resolve(wish) {
        Err(fault @ (Fault::Plan(_) | Fault::NoSecret { .. })) => {
            Err(Refusal::new(Reason::WrongState, fault.to_string()).into())
        }
        resolved => Ok(resolved?),
    }
}

// The node keeps secrets for a wish before the act is judged. A notice takes the place of the
// one kept before, so it is heard only from whoever may give it, and only once.
fn may_wish(engine: &Engine, viewer: &Viewer, wish: &SecretWish) -> Result<(), Refusal> {
    let (movements, passes) = (&engine.state().movements, &engine.state().passes);
    match wish {
        SecretWish::Notice(notice) if movements.contains_key(&notice.movement) => {
            let text = format!("movement `{}` is noticed already", notice.movement);
            Err(Refusal::new(Reason::AlreadyExists, text))
        }
        SecretWish::Notice(_) if engine.side() != Side::Guest => {
            Err(Refusal::new(Reason::NotYourSide, "a guest gives notice"))
        }
        SecretWish::Notice(_) if !viewer.is_any(&[Role::JourneyManager]) => {
            Err(Refusal::new(Reason::NotYourRole, "a journey manager gives notice"))
        }
        SecretWish::Countersign { pass } if !passes.contains_key(pass) => {
            Err(Refusal::new(Reason::UnknownPass, format!("no pass `{pass}`")))
        }
        SecretWish::Notice(_) | SecretWish::Countersign { .. } => Ok(()),
        SecretWish::IssuePass(pass) => known(engine, &pass.movement),
        SecretWish::Submit { movement }
        | SecretWish::SealPlan { movement, .. }
        | SecretWish::CommitDraw { movement }
        | SecretWish::RevealDraw { movement }
        | SecretWish::Release { movement, .. } => known(engine, movement),
    }
}

fn known(engine: &Engine, movement: &MovementId) -> Result<(), Refusal> {
    if engine.state().movements.contains_key(movement) {
        return Ok(());
    }
    Err(Refusal::new(Reason::UnknownMovement, format!("no movement `{movement}`")))
}

fn drafted(engine: &Engine, viewer: &Viewer, prepared: &Prepared) -> DraftView {
    let summary = summary::lines(&prepared.act, Tongue::of(viewer.lang));
    DraftView {
        draft: prepared.hash.to_string(),
        hash: prepared.hash.to_string(),
        to_sign: hex(&prepared.to_sign),
        challenge: URL_SAFE_NO_PAD.encode(prepared.hash.0),
        key: key_id(&prepared.key).to_string(),
        summary: summary.lines().map(str::to_owned).collect(),
        expires: engine.now().plus_ms(DRAFT_KEPT_MS).unix_ms,
    }
}

fn signature(given: SignatureView) -> Result<(KeyId, Vec<u8>), No> {
    let wrong = |member: &str| No::Malformed(format!("`signature.{member}` is not hexadecimal"));
    let bytes = |member: &str, text: &str| unhex(text).ok_or_else(|| wrong(member));
    let signer = |text: String| {
        let problem = |cause| No::Malformed(format!("`signature.key`: {cause}"));
        KeyId::try_from(text).map_err(problem)
    };
    match given {
        SignatureView::Ed25519 { key, signature } => {
            Ok((signer(key)?, bytes("signature", &signature)?))
        }
        SignatureView::PasskeyP256 { key, authenticator_data, client_data, signature } => {
            let assertion = Assertion {
                authenticator_data: bytes("authenticator_data", &authenticator_data)?,
                client_data_json: bytes("client_data", &client_data)?,
                signature: bytes("signature", &signature)?,
            };
            Ok((signer(key)?, assertion.to_bytes()))
        }
    }
}

fn done(engine: &Engine, accepted: &Accepted) -> ActAccepted {
    let outcome = match &accepted.outcome {
        Some(Outcome::Acted) => "acted",
        Some(Outcome::Silent) => "silent",
        Some(Outcome::Void(_)) => "void",
        None => "waiting",
    };
    ActAccepted {
        statement: accepted.statement.to_string(),
        ledger: engine.config().party.to_string(),
        index: accepted.index,
        outcome: outcome.to_owned(),
    }
}
