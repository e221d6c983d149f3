//! When to stop: Ctrl-C from a person, SIGTERM from a supervisor.

use std::io;

use tokio::select;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

/// Waits until somebody asks the program to end.
pub async fn asked_to_end() -> io::Result<()> {
    let mut term = signal(SignalKind::terminate())?;
    select! {
        pressed = ctrl_c() => pressed,
        _ = term.recv() => Ok(()),
    }
}
