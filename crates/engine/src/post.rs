//! The watch post: joint state, register and the reports of phones.

use std::collections::BTreeMap;

use gateway::owntracks::Location;
use joint::movement::Standing;
use joint::standing::withheld;
use joint::state::{AlarmState, Sight};
use minicbor::{Decode, Encode};
use note::canon;
use watch::change::Change;
use watch::plan::{Duty, Holder, Track, UnitInfo, UnitKind};
use watch::sighting::{Sighting, Source};
use watch::state::Watch;
use watch::timing::Timing;
use words::deployment::Subject;
use words::id::{AlarmId, DeploymentId, MovementId, SiteId, UnitId};
use words::moment::Moment;
use words::place::Point;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::topic::Topic;
use ledger::held::Ledger;
use watch::people::{Enrolled, People};

/// How far from its line a convoy may be: a wide road, its side streets and a phone's error.
pub const CORRIDOR_M: u32 = 700;

/// Positions that travel between nodes in one answer.
pub const SIGHTINGS_AT_ONCE: u32 = 1_000;

/// A movement that has not arrived this long after its drawn time is late.
pub const ARRIVAL_SLACK_MS: i64 = 10 * 60_000;

/// A convoy is heard of at least this often on its way, in seconds of driving.
pub const CHECK_IN_EVERY_S: u32 = 600;

/// Traffic makes a convoy late for a check-in point; this much is not yet an alarm.
pub const CHECK_IN_SLACK_MS: i64 = 5 * 60_000;

/// A convoy whose own report lies this near to a check-in point has passed it.
pub const PASSED_WITHIN_M: f64 = 350.0;

/// What watches: positions, alarms, the register.
#[derive(Debug)]
pub struct Post {
    pub(crate) watch: Watch,
    pub(crate) people: People,
    // Check-in points of movements on the road, to tell when one is passed.
    points: BTreeMap<MovementId, Vec<(SiteId, Point, Moment)>>,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            watch: Watch::new(Timing::default()),
            people: People::default(),
            points: BTreeMap::new(),
        }
    }
}

impl Post {
    /// The watch itself.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The register.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The check-in points of a movement on the road: where, and by when.
    pub fn check_ins(&self, movement: &MovementId) -> &[(SiteId, Point, Moment)] {
        self.points.get(movement).map_or(&[], Vec::as_slice)
    }

    // A convoy that reports from a check-in point has checked in there.
    fn passed(&mut self, sighting: &Sighting) -> Vec<Change> {
        let Some(movement) = self.people.get(&sighting.unit).and_then(|it| it.movement.clone())
        else {
            return Vec::new();
        };
        let points = self.points.get(&movement).into_iter().flatten();
        let near: Vec<SiteId> = points
            .filter(|(_, point, _)| point.metres_to(sighting.point) <= PASSED_WITHIN_M)
            .map(|(site, ..)| site.clone())
            .collect();
        near.iter().flat_map(|site| self.watch.checked_in(&movement, site)).collect()
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Shared {
    #[n(0)]
    next: u64,
    #[n(1)]
    sightings: Vec<Sighting>,
}

impl Engine {
    /// Enrols people and vehicles; local, never in a ledger.
    pub fn enrol(&mut self, people: Vec<Enrolled>) {
        for enrolled in people {
            let info = UnitInfo {
                unit: enrolled.unit.clone(),
                kind: enrolled.unit_kind(),
                label: enrolled.label.clone(),
            };
            self.post.watch.set_unit(info);
            self.post.people.enrol(enrolled);
        }
        self.refresh_post();
        self.touch(&[Topic::Headcount, Topic::Units]);
    }

    /// The unit whose phone that is.
    pub fn phone(&self, user: &str, password: &str) -> Option<UnitId> {
        self.post.people.phone(user, password).cloned()
    }

    /// Takes a report of a phone: kept, then watched.
    pub fn sighting(&mut self, unit: &UnitId, location: &Location) -> Result<(), Fault> {
        let sighting = Sighting {
            unit: unit.clone(),
            point: location.point,
            at: location.at,
            received: self.now(),
            accuracy_m: location.accuracy_m,
            speed_kmh: location.speed_kmh,
            course_deg: location.course_deg,
            battery_pct: location.battery_pct,
            source: Source::OwnTracks,
            check_in: location.is_check_in(),
            sos: location.sos,
            duress: location.duress,
        };
        self.take_sightings(vec![sighting])
    }

    /// Takes a report from a protected person's own page: a check-in or a call for help.
    ///
    /// Without a position of its own it stands at the last known one; a call for help from
    /// someone who was never seen is an alarm without a place. False if nothing could be taken:
    /// a check-in needs to have been seen once.
    pub fn from_page(&mut self, unit: &UnitId, sos: bool) -> Result<bool, Fault> {
        let last = self.post.watch.positions().find(|it| &it.unit == unit).cloned();
        let now = self.now();
        let Some(last) = last else {
            if sos {
                let changes = self.post.watch.call_without_place(unit, now);
                self.tell(&changes);
                self.keep_watch()?;
            }
            return Ok(sos);
        };
        let sighting = Sighting {
            at: now,
            received: now,
            source: Source::Me,
            check_in: !sos,
            sos,
            duress: false,
            ..last
        };
        self.take_sightings(vec![sighting]).map(|()| true)
    }

    fn take_sightings(&mut self, sightings: Vec<Sighting>) -> Result<(), Fault> {
        let encoded: Vec<(i64, String, Vec<u8>)> = sightings
            .iter()
            .map(|it| (it.at.unix_ms, it.unit.to_string(), canon::encode(it)))
            .collect();
        let rows: Vec<(i64, &str, &[u8])> = encoded
            .iter()
            .map(|(at, unit, bytes)| (*at, unit.as_str(), bytes.as_slice()))
            .collect();
        // SOS, check-in and headcount wait for no ledger and for no disk: watched first.
        let mut changes = Vec::new();
        for sighting in sightings {
            changes.extend(self.post.passed(&sighting));
            changes.extend(self.post.watch.seen(sighting));
        }
        self.tell(&changes);
        self.store.put_sightings(&rows).map_err(|cause| Fault::Keep { what: "positions", cause })
    }

    fn tell(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Moved(_) | Change::Flagged(_) => self.touch(&[Topic::Units]),
                Change::CheckedIn(_) => self.touch(&[Topic::Movements, Topic::Headcount]),
                Change::Raised(_)
                | Change::Returned(_)
                | Change::Superseded(_)
                | Change::Repeated(_)
                | Change::Answered(_) => self.touch(&[Topic::Alarms, Topic::Headcount]),
                Change::Stale(_) | Change::NotEnrolled(_) => {}
            }
        }
    }

    /// Positions that the counterpart may see: units of movements under way and guest
    /// personnel on duty, after a sequence number.
    pub fn sightings_for_peer(&self, after: u64) -> Result<(Vec<u8>, u64), Fault> {
        let kept = self
            .store
            .sightings_since(after, SIGHTINGS_AT_ONCE)
            .map_err(|cause| Fault::Read { what: "positions", cause })?;
        let next = kept.last().map_or(after, |(seq, ..)| *seq);
        let seen = kept.into_iter().filter_map(|(_, _, _, bytes)| canon::decode(&bytes).ok());
        let sightings: Vec<Sighting> =
            seen.filter(|it: &Sighting| it.source != Source::Peer && self.shared(it)).collect();
        Ok((canon::encode(&Shared { next, sightings }), next))
    }

    // A position is shared while a movement or duty needs it, and a call for help always.
    fn shared(&self, sighting: &Sighting) -> bool {
        if sighting.sos || sighting.duress {
            return true;
        }
        let Some(enrolled) = self.post.people.get(&sighting.unit) else { return false };
        let state = self.state();
        let moving = enrolled.movement.as_ref().and_then(|id| state.movements.get(id));
        let on_duty = enrolled.task.as_ref().and_then(|id| state.tasks.get(id));
        moving.is_some_and(|it| it.standing.on_the_road())
            || on_duty.is_some_and(|it| it.started.is_some() && it.ended.is_none())
    }

    /// Takes positions that the counterpart shares; returns where to go on.
    pub fn take_peer_sightings(&mut self, bytes: &[u8]) -> Result<u64, Fault> {
        let shared: Shared = canon::decode(bytes)
            .map_err(|cause| Fault::Input(format!("the counterpart's positions: {cause}")))?;
        let now = self.now();
        let fresh = shared.sightings.into_iter();
        let fresh = fresh.map(|it| Sighting { received: now, source: Source::Peer, ..it });
        self.take_sightings(fresh.collect())?;
        Ok(shared.next)
    }

    /// Gives the watch what the joint state now says of tracks, duties, consent and officers.
    pub(crate) fn refresh_post(&mut self) {
        let now = self.now();
        self.refresh_tracks(now);
        self.refresh_duties(now);
        self.refresh_debts(now);
        self.refresh_alarms();
    }

    fn refresh_tracks(&mut self, now: Moment) {
        let ids: Vec<MovementId> = self.state().movements.keys().cloned().collect();
        for id in ids {
            let Some(known) = self.state().movements.get(&id) else { continue };
            let Some((_, by)) = known.departed.clone().filter(|_| known.standing.on_the_road())
            else {
                self.post.watch.drop_track(&id);
                self.post.points.remove(&id);
                continue;
            };
            let under_way = known.standing == Standing::UnderWay;
            let (live, since) = self.consented(&Subject::Movement(id.clone()), (now, by.at));
            let track = self.track(&id, under_way, by.at);
            self.post.points.insert(id.clone(), track.check_ins.clone());
            self.post.watch.set_track(track, by.at);
            self.post.watch.set_consent(&Holder::Movement(id), live, since);
        }
    }

    fn track(&self, id: &MovementId, under_way: bool, left: Moment) -> Track {
        let drawn = self.drawn(id);
        let way = drawn.as_ref().and_then(|drawn| drawn.way.as_ref());
        let corridor = match (way, &self.roads) {
            (Some(way), Some(roads)) => way.points(roads),
            (Some(_) | None, _) => Vec::new(),
        };
        // Counted from when it really left; without roads the window's end must do.
        let arrives = way.map(|way| left.plus_ms(i64::from(way.seconds) * 1_000));
        let arrives = arrives.or_else(|| drawn.as_ref().map(|drawn| drawn.arrives));
        let arrive_by =
            arrives.map_or(Moment::from_ms(i64::MAX), |at| at.plus_ms(ARRIVAL_SLACK_MS));
        Track {
            movement: id.clone(),
            units: self.post.people.of_movement(id),
            corridor,
            corridor_m: CORRIDOR_M,
            check_ins: self.check_in_points(id, left),
            arrive_by,
            under_way,
        }
    }

    // A junction of the drawn way about every ten minutes of driving; the last is the arrival's.
    fn check_in_points(&self, id: &MovementId, left: Moment) -> Vec<(SiteId, Point, Moment)> {
        let (Some(drawn), Some(roads)) = (self.drawn(id), self.roads.as_ref()) else {
            return Vec::new();
        };
        let Some(way) = &drawn.way else { return Vec::new() };
        let mut points = Vec::new();
        let (mut driven, mut last) = (0_u32, 0_u32);
        for (road, at) in way.roads.iter().zip(way.junctions(roads).into_iter().skip(1)) {
            driven += roads.road(*road).map_or(0, |road| road.seconds);
            let near_the_end = driven + CHECK_IN_EVERY_S / 2 > way.seconds;
            if driven - last < CHECK_IN_EVERY_S || near_the_end {
                continue;
            }
            let site = roads.at(at).and_then(|at| Some((SiteId::new(&at.id).ok()?, at.point)));
            if let Some((site, point)) = site {
                let due = left.plus_ms(i64::from(driven) * 1_000 + CHECK_IN_SLACK_MS);
                points.push((site, point, due));
                last = driven;
            }
        }
        points
    }

    // Does consent live, and since when is that so? The moment goes into alarm ids, so it is one
    // that both nodes know: the lease's own beginning or end, or else when the presence began.
    fn consented(&self, subject: &Subject, (now, began): (Moment, Moment)) -> (bool, Moment) {
        match joint::consent::newest(self.state(), subject) {
            Some(consent) if consent.lives(now) => (true, consent.from),
            Some(consent) => (false, consent.end().max(began)),
            None => (false, began),
        }
    }

    // As `consented`, for people on duty: a closed rung takes their authority while the lease
    // lives on.
    fn authorised(&self, id: &DeploymentId, (now, began): (Moment, Moment)) -> (bool, Moment) {
        let (live, since) = self.consented(&Subject::Deployment(id.clone()), (now, began));
        match withheld(self.state(), id) {
            Some(closed) if live => (false, closed.max(began)),
            Some(_) | None => (live, since),
        }
    }

    fn refresh_duties(&mut self, now: Moment) {
        let personnel: Vec<Enrolled> = self
            .post
            .people
            .all()
            .filter(|it| it.unit_kind() == UnitKind::GuestPersonnel)
            .cloned()
            .collect();
        for enrolled in personnel {
            match self.duty(&enrolled) {
                Some((duty, since, deployment)) => {
                    let (live, from) = self.authorised(&deployment, (now, since));
                    // Suspended in person: on duty without the consent that it took back.
                    let suspended = self.suspended_in_person(&enrolled);
                    let (live, from) = suspended.map_or((live, from), |at| (false, at.max(since)));
                    let (live, from) = self.welcome(&enrolled.unit, (live, from), since);
                    self.post.watch.set_duty(duty, since);
                    self.post.watch.set_consent(&Holder::Unit(enrolled.unit), live, from);
                }
                None => self.post.watch.drop_duty(&enrolled.unit),
            }
        }
    }

    fn suspended_in_person(&self, enrolled: &Enrolled) -> Option<Moment> {
        let task = self.state().tasks.get(enrolled.task.as_ref()?)?;
        let deployment = self.state().deployments.get(&task.order.deployment)?;
        let place = (&deployment.request.agreement, &deployment.request.terms.zone);
        let seen = self.peer.as_ref().map_or(0, Ledger::folded_size);
        let at = (self.now(), Sight { side: self.side(), seen });
        let (_, since) = self.state().suspends_person(place, &enrolled.unit, at)?;
        Some(since)
    }

    // Who is unwelcome has no consent to be there, whatever lease the others have.
    fn welcome(&self, unit: &UnitId, found: (bool, Moment), since: Moment) -> (bool, Moment) {
        match self.state().duties.removed.get(unit) {
            Some(unwelcome) => (false, unwelcome.at.max(since)),
            None => found,
        }
    }

    fn duty(&self, enrolled: &Enrolled) -> Option<(Duty, Moment, DeploymentId)> {
        let task = self.state().tasks.get(enrolled.task.as_ref()?)?;
        let since = task.started.filter(|_| task.ended.is_none())?;
        let deployment = self.state().deployments.get(&task.order.deployment)?;
        let agreement = self.state().agreements.get(&deployment.request.agreement)?;
        let rules = agreement.rules()?;
        let zone = rules.zone(&deployment.request.terms.zone)?;
        let seen = self.peer.as_ref().map_or(0, Ledger::folded_size);
        let at = (self.now(), Sight { side: self.side(), seen });
        let place = (&deployment.request.agreement, &zone.zone);
        // A lower text may close zones that the agreement leaves open.
        let beside = self.state().beside(place, at).map(|lower| lower.rules);
        let zones = std::iter::once(rules).chain(beside).flat_map(|rules| rules.zones());
        let forbidden = zones.filter(|zone| !zone.allowed);
        let duty = Duty {
            unit: enrolled.unit.clone(),
            zones: vec![(zone.zone.clone(), zone.area.clone())],
            forbidden: forbidden.map(|zone| (zone.zone.clone(), zone.area.clone())).collect(),
        };
        Some((duty, since, task.order.deployment.clone()))
    }

    fn refresh_alarms(&mut self) {
        let answered: Vec<(AlarmId, AlarmState)> = std::mem::take(&mut self.answered)
            .into_iter()
            .filter_map(|id| {
                let state = self.state().alarms.get(&id)?.clone();
                Some((id, state))
            })
            .collect();
        let mut changes = Vec::new();
        for (id, state) in answered {
            let watch = &mut self.post.watch;
            if let Some(by) = state.noted {
                changes.extend(watch.note(&id, by.by, by.at));
            }
            if let Some((by, _)) = state.handled {
                changes.extend(watch.handle(&id, by.by, by.at));
            }
            if let Some((by, _)) = state.resolved {
                changes.extend(watch.resolve(&id, by.by, by.at));
            }
        }
        self.tell(&changes);
    }

    /// Restores the watch after a restart: kept positions are watched again.
    pub(crate) fn restore_post(&mut self) -> Result<(), Fault> {
        let read = |cause| Fault::Read { what: "the watch", cause };
        let kept = self.store.get("watch").map_err(read)?;
        let watch = kept.and_then(|bytes| Watch::from_bytes(&bytes, Timing::default()).ok());
        if let Some(watch) = watch {
            self.post.watch = watch;
        }
        self.refresh_post();
        Ok(())
    }

    /// Lets the watch's clocks run; called from [`Engine::tick`].
    pub(crate) fn tick_post(&mut self, now: Moment) -> Result<(), Fault> {
        let forget = now.plus_ms(-self.config.positions_kept_ms);
        self.post.watch.forget(forget);
        let changes = self.post.watch.tick(now);
        self.tell(&changes);
        if changes.is_empty() {
            return Ok(());
        }
        self.keep_watch()
    }

    fn keep_watch(&mut self) -> Result<(), Fault> {
        let bytes = self.post.watch.to_bytes();
        self.store.put("watch", &bytes).map_err(|cause| Fault::Keep { what: "the watch", cause })
    }
}
