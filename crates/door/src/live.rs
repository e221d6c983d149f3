//! The live stream: each message is written once and shared.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use desk::scene::{Class, follows, units_json};
use engine::topic::Topic;
use futures_util::stream::unfold;
use serde_json::json;
use tokio::sync::{Notify, broadcast};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::app::{App, lock, stopped};
use crate::failure::Failure;
use crate::limits::{BEAT_EVERY, CHANGES_EVERY, LIVE_CLIENTS_MAX, LIVE_QUEUED_MAX, UNITS_EVERY};
use crate::session::Caller;

/// The parts of the console that may change; positions have their own message.
const PARTS: [Topic; 6] = [
    Topic::Alarms,
    Topic::Headcount,
    Topic::Movements,
    Topic::Consent,
    Topic::Agreement,
    Topic::Ledger,
];

/// One message as it goes to every screen.
#[derive(Debug, Clone)]
pub struct Message {
    /// Positions are told to each class of viewers in its own words, and to nobody else.
    class: Option<Class>,
    bytes: Bytes,
}

/// Tells every screen what changed.
pub struct Hub {
    screens: broadcast::Sender<Message>,
    number: AtomicU64,
    pending: Mutex<BTreeSet<Topic>>,
    wake: Notify,
    last_units: Mutex<Vec<Message>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            screens: broadcast::Sender::new(LIVE_QUEUED_MAX),
            number: AtomicU64::default(),
            pending: Mutex::default(),
            wake: Notify::default(),
            last_units: Mutex::default(),
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hub({} screens)", self.screens.receiver_count())
    }
}

impl Hub {
    /// Notes what changed; it is told within [`CHANGES_EVERY`].
    pub fn changed(&self, topics: &[Topic]) {
        if !topics.is_empty() {
            lock(&self.pending).extend(topics);
            self.wake.notify_one();
        }
    }

    // An error means that nobody listens.
    fn send(&self, message: Message) {
        drop(self.screens.send(message));
    }

    fn beat(&self, app: &App) -> Message {
        let seq = self.number.load(Ordering::SeqCst);
        let data = json!({ "at": app.now().unix_ms, "seq": seq, "speed": app.speed() });
        self.message("beat", &data.to_string())
    }

    fn message(&self, event: &str, data: &str) -> Message {
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        let text = format!("id: {number}\nevent: {event}\ndata: {data}\n\n");
        Message { class: None, bytes: text.into() }
    }

    // Everything but positions that changed since the last call, if anything did.
    fn take_changes(&self) -> Option<Message> {
        let mut pending = lock(&self.pending);
        let units = pending.remove(&Topic::Units);
        let parts = std::mem::take(&mut *pending);
        if units {
            pending.insert(Topic::Units);
        }
        drop(pending);
        (!parts.is_empty()).then(|| self.of(parts))
    }

    fn of(&self, parts: impl IntoIterator<Item = Topic>) -> Message {
        let what: Vec<&str> = parts.into_iter().map(Topic::as_str).collect();
        self.message("changed", &json!({ "what": what }).to_string())
    }
}

/// Keeps the stream going until the node stops.
pub async fn pump(app: Arc<App>) {
    tokio::select! {
        () = stopped(app.stopping()) => {}
        () = beats(&app) => {}
        () = changes(&app) => {}
        () = positions(&app) => {}
    }
}

async fn beats(app: &App) {
    let mut every = interval(BEAT_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        every.tick().await;
        app.live.send(app.live.beat(app));
    }
}

async fn changes(app: &App) {
    loop {
        app.live.wake.notified().await;
        if let Some(message) = app.live.take_changes() {
            app.live.send(message);
            sleep(CHANGES_EVERY).await;
        }
    }
}

async fn positions(app: &Arc<App>) {
    let mut every = interval(UNITS_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        every.tick().await;
        if !lock(&app.live.pending).remove(&Topic::Units) {
            continue;
        }
        let classes = [Class::Callers, Class::Others];
        let told = app.with(move |engine| classes.map(|class| (class, units_json(engine, class))));
        let Ok(told) = told.await else { continue };
        let messages = told.map(|(class, units)| {
            let message = app.live.message("units", &units.to_string());
            Message { class: Some(class), ..message }
        });
        *lock(&app.live.last_units) = messages.to_vec();
        for message in messages {
            app.live.send(message);
        }
    }
}

/// `GET /live`.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/live", get(live))
}

struct Screen {
    app: Arc<App>,
    caller: Caller,
    class: Option<Class>,
    messages: broadcast::Receiver<Message>,
}

async fn live(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if app.live.screens.receiver_count() >= LIVE_CLIENTS_MAX {
        return Err(Failure::Busy);
    }
    let class = follows(&caller.roles).then(|| Class::of_roles(&caller.roles));
    let messages = app.live.screens.subscribe();
    let mut first = app.live.beat(&app).bytes.to_vec();
    // Whoever comes back has missed something: everything may have changed.
    if headers.contains_key("last-event-id") {
        first.extend_from_slice(&app.live.of(PARTS).bytes);
    }
    for last in lock(&app.live.last_units).iter().filter(|last| last.class == class) {
        first.extend_from_slice(&last.bytes);
    }
    let screen = Screen { app, caller, class, messages };
    let rest = unfold((Some(Bytes::from(first)), screen), |(first, mut screen)| async move {
        let bytes = match first {
            Some(first) => first,
            None => screen.next().await?,
        };
        Some((Ok::<Bytes, Infallible>(bytes), (None, screen)))
    });
    let about = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((about, Body::from_stream(rest)).into_response())
}

impl Screen {
    // The next message; nothing more once the screen is too far behind, is signed out, or the
    // node stops: the browser then connects anew or shows that it is not live.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let message = tokio::select! {
                () = stopped(self.app.stopping()) => return None,
                message = self.messages.recv() => message.ok()?,
            };
            if !self.app.sessions.lives(&self.caller.token, Instant::now()) {
                return None;
            }
            if message.class.is_none() || message.class == self.class {
                return Some(message.bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::topic::Topic;
    use tokio::sync::broadcast::error::TryRecvError;

    use super::Hub;
    use crate::limits::LIVE_QUEUED_MAX;

    fn text(hub: &Hub) -> Option<String> {
        let message = hub.take_changes()?;
        Some(String::from_utf8(message.bytes.to_vec()).unwrap())
    }

    #[test]
    fn changes_are_told_together_and_once_and_positions_apart() {
        let hub = Hub::default();
        hub.changed(&[]);
        assert_eq!(text(&hub), None);
        hub.changed(&[Topic::Ledger, Topic::Units]);
        hub.changed(&[Topic::Alarms, Topic::Ledger]);
        let expected = "id: 1\nevent: changed\ndata: {\"what\":[\"alarms\",\"ledger\"]}\n\n";
        assert_eq!(text(&hub).as_deref(), Some(expected));
        assert_eq!(text(&hub), None, "positions wait for their own second");
    }

    #[test]
    fn all_screens_share_the_bytes_of_one_message_and_a_slow_one_is_cut_off() {
        let hub = Hub::default();
        let (mut quick, mut slow) = (hub.screens.subscribe(), hub.screens.subscribe());
        for round in 0..=LIVE_QUEUED_MAX {
            let message = hub.message("units", "{}");
            hub.send(message.clone());
            let got = quick.try_recv().unwrap();
            assert_eq!(got.bytes.as_ptr(), message.bytes.as_ptr(), "round {round}");
        }
        assert!(matches!(slow.try_recv(), Err(TryRecvError::Lagged(_))));
    }
}
