//! `/ledgers` and what is in them, and `/audit`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use reply::ledger::{self, STATEMENTS_MAX, Span};
use wire::v1::{LedgerView, Page, ProofView, StatementView};
use words::id::PartyId;

use crate::api::asker::{Answered, Asker, Named};
use crate::api::route::{Answer, Member, Route, json};
use door::app::App;
use door::failure::Failure;
use door::sent::Asked;

const SPAN: &[Member] = &[
    Member {
        name: "from",
        about: "The first index; 0, if it is not said.",
        number: Some((0, None)),
    },
    Member { name: "limit", about: "At most so many.", number: Some((1, Some(STATEMENTS_MAX))) },
];

pub(super) fn routes() -> Vec<Route> {
    let all = ("/ledgers", "list_ledgers");
    let head = ("/ledgers/{party}/head", "get_head");
    let statements = ("/ledgers/{party}/statements", "list_statements");
    let statement = ("/ledgers/{party}/statements/{index}", "get_statement");
    let proof = ("/ledgers/{party}/proof/{index}", "get_proof");
    let audit = ("/audit", "get_audit");
    let note = Answer::File("text/plain");
    let cbor = Answer::File("application/cbor");
    vec![
        Route::get(all, "This node's ledgers, its own first.", json::<Page<LedgerView>>(), list),
        Route::get(head, "The newest signed head: a C2SP signed note.", note, get_head),
        Route::get(
            statements,
            "Statements of a ledger, in order; bodies as the caller may read them.",
            json::<Page<StatementView>>(),
            list_statements,
        )
        .asking(SPAN),
        Route::get(statement, "One statement.", json::<StatementView>(), get_statement),
        Route::get(
            proof,
            "Proof that an entry is under the newest signed head.",
            json::<ProofView>(),
            get_proof,
        )
        .refusable(),
        Route::get(
            ("/ledgers/{party}/revealed/{index}", "get_revealed"),
            "A body with the proof of its time (docs/formats/revealed.md), once said to whom.",
            cbor,
            get_revealed,
        )
        .refusable(),
        Route::get(audit, "Both ledgers in one file (docs/formats/audit.md).", cbor, get_audit)
            .refusable(),
    ]
}

async fn list(State(app): State<Arc<App>>, asker: Asker) -> Answered<Page<LedgerView>> {
    asker.read(&app, |engine, _| Ok(ledger::list(engine))).await
}

async fn get_head(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(party): Named<PartyId>,
) -> Result<String, Failure> {
    let Json(note) = asker.read(&app, move |engine, _| ledger::note(engine, &party)).await?;
    Ok(note)
}

async fn list_statements(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named(party): Named<PartyId>,
    Asked(span): Asked<Span>,
) -> Answered<Page<StatementView>> {
    asker.read(&app, move |engine, viewer| ledger::statements(engine, viewer, &party, &span)).await
}

async fn get_statement(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named((party, index)): Named<(PartyId, u64)>,
) -> Answered<StatementView> {
    asker.read(&app, move |engine, viewer| ledger::statement(engine, viewer, &party, index)).await
}

async fn get_proof(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named((party, index)): Named<(PartyId, u64)>,
) -> Answered<ProofView> {
    asker.read(&app, move |engine, _| ledger::proof(engine, &party, index)).await
}

async fn get_revealed(
    State(app): State<Arc<App>>,
    asker: Asker,
    Named((party, index)): Named<(PartyId, u64)>,
) -> Result<Response, Failure> {
    let made =
        asker.read(&app, move |engine, viewer| ledger::revealed(engine, viewer, (&party, index)));
    let Json(file) = made.await?;
    Ok(([(CONTENT_TYPE, "application/cbor")], file).into_response())
}

async fn get_audit(State(app): State<Arc<App>>, asker: Asker) -> Result<Response, Failure> {
    let Json(file) = asker.read(&app, ledger::export).await?;
    Ok(([(CONTENT_TYPE, "application/cbor")], file).into_response())
}
