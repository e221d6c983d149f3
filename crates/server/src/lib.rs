//! HTTP: API, pages, peers, live stream, guard, limits.
