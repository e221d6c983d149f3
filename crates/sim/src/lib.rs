//! Many engines on one thread, with faults on purpose.
