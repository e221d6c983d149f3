//! What a request carries, refused with a reason if it does not read.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// A body of JSON.
#[derive(Debug, Clone)]
pub struct Sent<T>(pub T);

/// A body of form fields.
#[derive(Debug, Clone)]
pub struct Fields<T>(pub T);

/// The query of an address.
#[derive(Debug, Clone)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = bytes(request, state).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|cause| Failure::Malformed(cause.to_string()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Fields<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(cause) => Err(Failure::Malformed(cause.body_text())),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(cause) => Err(Failure::Malformed(cause.body_text())),
        }
    }
}

/// The whole body within the route's limit.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|cause| {
        if let BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) = cause {
            return Failure::TooLarge;
        }
        Failure::Malformed(cause.body_text())
    })
}
