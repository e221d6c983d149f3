//! Agreements: articles and provisions become rules; decide and explain.
