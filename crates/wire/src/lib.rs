//! The HTTP API's own types, problem documents and the client.
