//! The world of a history: two parties, the network between them, time.

use engine::fault::{Answer, Fault, chain};
use engine::peer::PeerError;
use joint::consent::live_for;
use joint::standing::withheld;
use ledger::outcome::Outcome;
use store::memory::Fault as DiskFault;
use words::act::Act;
use words::alarm::AlarmNoted;
use words::audience::Audience;
use words::deployment::{Subject, TaskEnded};
use words::id::{AlarmId, TaskId};
use words::moment::Moment;
use words::refusal::Reason;
use words::role::Side;

use crate::chance::Chance;
use crate::check::{Acked, Failure, Handed, agree, fail, kept, state};
use crate::desk::{Desk, SILENCE_MS_MAX};
use crate::liar::Lie;
use crate::mood::{Liar, Mood};
use crate::net::{Letter, Net, Parcel};
use crate::party::{Party, START, name, opening, party_id};
use crate::story::Story;

/// Heads are asked for this often: three times before anybody calls the host silent.
const ASK_EVERY_MS: i64 = 30_000;

/// One cosigned head in so many is given back: a later one says the same and more.
const COSIGNED_ONE_IN: u64 = 3;

/// With news to hear, asked again so soon: the last answer may be on its way.
const ASK_AGAIN_MS: i64 = 2_500;

/// Everything that a history is made of.
#[derive(Debug)]
pub struct World<'s> {
    /// The true time.
    pub now: Moment,
    /// What goes wrong.
    pub mood: Mood,
    /// The host.
    pub host: Party,
    /// The guest.
    pub guest: Party,
    /// The network.
    pub net: Net,
    /// Chance of trouble.
    pub trouble: Chance,
    /// What nodes acknowledged.
    pub acked: Vec<Acked>,
    /// What left a house, and when first.
    pub handed: Handed,
    /// Lies that were told.
    pub lies: Vec<Lie>,
    /// Refusals that nodes gave.
    pub refused: u64,
    /// Parties that a node caught, by code.
    pub caught: Vec<(Side, String)>,
    /// A party whose node hears no word about its own heads: it knows why.
    pub deaf: Option<Side>,
    /// What happened.
    pub story: &'s mut Story,
    // The sizes at which both were last looked at.
    looked: Option<[(u64, u64); 2]>,
    host_desk: Desk,
    guest_desk: Desk,
}

impl<'s> World<'s> {
    /// The world of a seed in that mood, at its start.
    pub fn of(seed: u64, mood: Mood, story: &'s mut Story) -> Result<Self, Failure> {
        let images = opening();
        let mut trouble = Chance::of(seed, "trouble");
        let mut host = Party::on(Side::Host, seed, images.host.clone());
        let mut guest = Party::on(Side::Guest, seed, images.guest.clone());
        host.skew_ms = trouble.between(-mood.skew_ms_max, mood.skew_ms_max);
        guest.skew_ms = trouble.between(-mood.skew_ms_max, mood.skew_ms_max);
        let mut world = Self {
            now: START,
            mood,
            host,
            guest,
            net: Net::of(seed),
            trouble,
            acked: Vec::new(),
            handed: Handed::new(),
            lies: Vec::new(),
            refused: 0,
            caught: Vec::new(),
            deaf: None,
            story,
            looked: None,
            host_desk: Desk::of(Side::Host, seed),
            guest_desk: Desk::of(Side::Guest, seed),
        };
        world.pass_ms(60_000);
        for side in [Side::Host, Side::Guest] {
            world.power(side)?;
        }
        if let Some((side, write, fault)) = mood.trouble_at {
            world.party(side).disk.fail_after(write, fault);
        }
        Ok(world)
    }

    /// The party of a side.
    pub fn party(&mut self, side: Side) -> &mut Party {
        match side {
            Side::Host => &mut self.host,
            Side::Guest => &mut self.guest,
        }
    }

    /// Lets time pass on every clock.
    pub fn pass_ms(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        self.host.set_clock(self.now);
        self.guest.set_clock(self.now);
    }

    /// One line of the story.
    pub fn tell(&mut self, side: Side, what: &str, how: impl std::fmt::Display) {
        self.story.event(self.now, name(side), what, how);
    }

    /// Switches a node on, from what its disk holds.
    pub fn power(&mut self, side: Side) -> Result<(), Failure> {
        let started = self.party(side).start();
        self.tell(side, "starts", if started.is_ok() { "ok" } else { "refuses" });
        started.or_else(|fault| fail("a sound disk starts", chain(fault.as_ref())))
    }

    /// After a restart: does the node still hold every statement of its own that it acknowledged?
    pub fn whole(&self, side: Side) -> Result<(), Failure> {
        let party = match side {
            Side::Host => &self.host,
            Side::Guest => &self.guest,
        };
        let own: Vec<Acked> = self.acked.iter().filter(|it| it.side == side).copied().collect();
        party.engine.as_ref().map_or(Ok(()), |engine| kept(engine, &own))
    }

    /// The power fails, a disk fills up, a clock jumps, the line is cut: as often as the mood
    /// says.
    pub fn stir(&mut self) {
        for side in [Side::Host, Side::Guest] {
            self.party(side).disk.relieve();
            if self.trouble.one_in(self.mood.trouble_one_in) {
                let faults = [DiskFault::Full, DiskFault::CrashBefore, DiskFault::CrashAfter];
                let fault = self.trouble.pick(&faults).copied().unwrap_or(DiskFault::Full);
                let writes = u32::try_from(self.trouble.below(6)).unwrap_or(0);
                self.party(side).disk.fail_after(writes, fault);
                self.tell(side, "will have trouble", format!("{fault:?} after {writes} writes"));
            }
            if self.trouble.one_in(self.mood.jump_one_in) {
                let hours = self.trouble.between(-1, 1);
                self.party(side).skew_ms = hours * 3_600_000;
                self.tell(side, "clock jumps", format!("{hours} h off"));
            }
        }
        if self.trouble.one_in(self.mood.cut_one_in) {
            let minutes = [3, 30, 300, 3_000];
            let minutes = self.trouble.pick(&minutes).copied().unwrap_or(3);
            self.net.cut_until = self.now.plus_ms(minutes * 60_000);
            self.tell(Side::Host, "line is cut", format!("{minutes} min"));
        }
    }

    /// Both nodes let time pass, ask each other and take what has arrived; one or two seconds.
    pub fn beat(&mut self) -> Result<(), Failure> {
        let ms = self.trouble.between(700, 2_000);
        self.pass_ms(ms);
        for side in [Side::Host, Side::Guest] {
            self.tick(side)?;
            self.ask(side);
        }
        for parcel in self.net.arrived(self.now) {
            self.deliver(parcel)?;
        }
        self.stand_down()?;
        self.look()
    }

    fn look(&mut self) -> Result<(), Failure> {
        let (Some(host), Some(guest)) = (&self.host.engine, &self.guest.engine) else {
            return Ok(());
        };
        let sizes = Some([host.fold().sizes(), guest.fold().sizes()]);
        if self.looked == sizes {
            return Ok(());
        }
        self.looked = sizes;
        agree(host, guest)?;
        state(host.state())?;
        state(guest.state())
    }

    fn tick(&mut self, side: Side) -> Result<(), Failure> {
        let Some(engine) = self.party(side).engine.as_mut() else { return Ok(()) };
        match engine.tick() {
            Ok(()) => Ok(()),
            Err(fault) => self.broke(side, "tick", &fault),
        }
    }

    // Asks when there is news, and at least every half minute; an answer costs signatures.
    fn ask(&mut self, side: Side) {
        let now = self.now;
        let theirs = self.party(side.other()).engine.as_ref().map_or(0, |it| it.own().size());
        let party = self.party(side);
        let Some(engine) = &party.engine else { return };
        let (size, wanted) = (engine.peer_size(), engine.peer_body_wanted());
        let news = size != theirs || wanted.is_some() || party.mistrusts;
        let patience_ms = if news { ASK_AGAIN_MS } else { ASK_EVERY_MS };
        if now.ms_since(party.asked) < patience_ms {
            return;
        }
        let have = if party.mistrusts { 0 } else { size };
        let wanted = wanted.unwrap_or(size);
        party.asked = now;
        self.net.send(now, side.other(), Letter::Ask { have, wanted });
    }

    fn deliver(&mut self, parcel: Parcel) -> Result<(), Failure> {
        let to = parcel.to;
        match parcel.letter {
            Letter::Ask { have, wanted } => self.answer(to, have, wanted),
            Letter::Answer { head, entries, bodies } => {
                let Some(engine) = self.party(to).engine.as_mut() else { return Ok(()) };
                let mirrored = engine.take_peer(&head, entries, bodies);
                self.mirrored(to, mirrored.map(|mirrored| mirrored.cosigned))
            }
            Letter::Cosigned(_) if self.deaf == Some(to) => Ok(()),
            Letter::Cosigned(head) => {
                let Some(engine) = self.party(to).engine.as_mut() else { return Ok(()) };
                if engine.peer_size() == 0 {
                    return Ok(());
                }
                let taken = engine.take_cosigned(&head);
                self.mirrored(to, taken.map(|_| None))
            }
        }
    }

    fn mirrored(
        &mut self,
        to: Side,
        mirrored: Result<Option<String>, PeerError>,
    ) -> Result<(), Failure> {
        match mirrored {
            Ok(cosigned) => {
                let Some(head) = cosigned else { return Ok(()) };
                self.party(to).mistrusts = false;
                if self.trouble.one_in(COSIGNED_ONE_IN) {
                    self.net.send(self.now, to.other(), Letter::Cosigned(head));
                }
                Ok(())
            }
            Err(PeerError::Mismatch) => {
                self.party(to).mistrusts = true;
                self.tell(to, "takes a head", "mismatch: asks for the whole ledger");
                Ok(())
            }
            Err(PeerError::Misbehaved(code)) => {
                self.tell(to, "takes a head", format!("caught: {code}"));
                self.caught.push((to.other(), code.to_owned()));
                Ok(())
            }
            Err(PeerError::Fault(fault)) => self.broke(to, "mirror", &fault),
            Err(error @ (PeerError::BadHead(_) | PeerError::WrongRoot)) => {
                self.tell(to, "takes a head", error);
                Ok(())
            }
            Err(
                error @ (PeerError::NotPaired
                | PeerError::Single
                | PeerError::TooLarge
                | PeerError::Carried(_)
                | PeerError::Waiting(_)),
            ) => fail("letters of a sound node are taken", error.to_string()),
        }
    }

    fn answer(&mut self, side: Side, have: u64, wanted: u64) -> Result<(), Failure> {
        let (now, other) = (self.now, party_id(side.other()));
        let Some(engine) = self.party(side).engine.as_ref() else { return Ok(()) };
        let Some(head) = engine.head_text() else { return Ok(()) };
        let read = (engine.entries_from(have), engine.bodies_for(&other, wanted.min(have)));
        let (entries, mut bodies) = match read {
            (Ok(entries), Ok((bodies, _))) => (entries, bodies),
            (Err(fault), _) | (_, Err(fault)) => return self.broke(side, "answer", &fault),
        };
        for (index, body) in &bodies {
            self.handed.entry((side, *index)).or_insert_with(|| (now, body.clone()));
        }
        if self.mood.liar == Liar::Bodies && side == Side::Guest && self.trouble.one_in(3) {
            for (_, body) in &mut bodies {
                if let Some(last) = body.last_mut() {
                    *last ^= 1;
                }
            }
            self.tell(side, "answers", "with false bodies");
        }
        self.net.send(now, side.other(), Letter::Answer { head, entries, bodies });
        Ok(())
    }

    /// A node met a fault: of its disk, or it is a failure of ours.
    pub fn broke(&mut self, side: Side, what: &str, fault: &Fault) -> Result<(), Failure> {
        let told = chain(fault);
        self.tell(side, what, &told);
        if self.party(side).disk.dead() {
            self.party(side).engine = None;
            return Ok(());
        }
        let full = told.contains("disk is full");
        if full { Ok(()) } else { fail("a node breaks only with its disk", told) }
    }

    /// An officer of that side does what the desk wants next.
    pub fn act(&mut self, side: Side) -> Result<(), Failure> {
        let desk = match side {
            Side::Host => &mut self.host_desk,
            Side::Guest => &mut self.guest_desk,
        };
        let party = match side {
            Side::Host => &mut self.host,
            Side::Guest => &mut self.guest,
        };
        let Some(engine) = party.engine.as_mut() else { return Ok(()) };
        if self.trouble.one_in(25) {
            return self.note_to_ourselves(side);
        }
        let Some(wish) = desk.wish(engine) else { return Ok(()) };
        match engine.resolve(wish) {
            Ok(act) => self.sign(side, act),
            // The wish came too early or too late for the secret that it needs.
            Err(fault @ (Fault::Plan(_) | Fault::NoSecret { .. } | Fault::Input(_))) => {
                self.tell(side, "cannot", fault);
                Ok(())
            }
            Err(fault) => self.broke(side, "resolve", &fault),
        }
    }

    fn sign(&mut self, side: Side, act: Act) -> Result<(), Failure> {
        let junior = self.trouble.one_in(30);
        let word = act.word();
        let party = self.party(side);
        let Some(engine) = party.engine.as_mut() else { return Ok(()) };
        let key = if junior { &party.watch } else { &party.officer };
        match engine.act(key, act) {
            Ok(accepted) => {
                if accepted.outcome != Some(Outcome::Acted) {
                    let detail = format!("{word}: {:?}", accepted.outcome);
                    return fail("what a node accepts acts", detail);
                }
                let (index, id) = (accepted.index, accepted.statement);
                self.acked.push(Acked { side, index, id });
                self.tell(side, word, "ok");
                Ok(())
            }
            Err(Answer::Refused(refusal)) => {
                let last = engine.own().lines().last().and_then(|line| line.entry.act.as_ref());
                let recorded = matches!(last, Some(Act::RefusalRecorded(it)) if it.act == word);
                let codes: Vec<&str> = refusal.reasons.iter().map(|it| it.code()).collect();
                self.tell(side, word, format!("no: {} {:?}", codes.join(" "), refusal.articles));
                self.refused += 1;
                let keyless = refusal.reasons.contains(&Reason::UnknownKey);
                if recorded || keyless { Ok(()) } else { fail("a refusal is recorded", word) }
            }
            Err(Answer::Fault(fault)) => self.broke(side, word, &fault),
        }
    }

    // A note for a party's own eyes: it stands in the ledger and changes nothing.
    fn note_to_ourselves(&mut self, side: Side) -> Result<(), Failure> {
        let alarm = AlarmId::new("sos/own/1").expect("words make an id");
        let party = self.party(side);
        let Some(engine) = party.engine.as_mut() else { return Ok(()) };
        let act = Act::AlarmNoted(AlarmNoted { alarm });
        let prepared = engine.prepare(party.officer.id(), act, Audience::Own);
        let done = prepared.and_then(|prepared| {
            engine.submit(prepared.hash, &party.officer.sign(&prepared.to_sign))
        });
        match done {
            Ok(accepted) => {
                let (index, id) = (accepted.index, accepted.statement);
                self.acked.push(Acked { side, index, id });
                self.tell(side, "own note", "ok");
                Ok(())
            }
            Err(Answer::Fault(fault)) => self.broke(side, "own note", &fault),
            Err(Answer::Refused(refusal)) => fail("anyone may note for himself", refusal.detail),
        }
    }

    /// Do guest people stand somewhere, as far as a node that is on can tell?
    pub fn busy(&self) -> bool {
        let engines = [&self.guest.engine, &self.host.engine];
        let known = engines.into_iter().flatten();
        self.guest.engine.is_none()
            || known
                .flat_map(|engine| engine.state().tasks.values())
                .any(|task| task.started.is_some() && task.ended.is_none())
    }

    // Guest people go when their lease is over, when it was suspended and when the host is
    // silent: that is what an honest guest does.
    fn stand_down(&mut self) -> Result<(), Failure> {
        for task in self.must_go() {
            let reason = "stand down".to_owned();
            self.sign(Side::Guest, Act::TaskEnded(TaskEnded { task, reason }))?;
        }
        Ok(())
    }

    fn must_go(&self) -> Vec<TaskId> {
        let Some(engine) = &self.guest.engine else { return Vec::new() };
        let (state, me) = (engine.state(), words::id::PersonId::new("guest/officer"));
        let Ok(me) = me else { return Vec::new() };
        let asking = engine.asking(&me, &[]);
        let silent = asking.at.ms_since(asking.heard) > SILENCE_MS_MAX;
        let running =
            state.tasks.values().filter(|task| task.started.is_some() && task.ended.is_none());
        let gone = running.filter(|task| {
            let subject = Subject::Deployment(task.order.deployment.clone());
            let leased = live_for(state, &subject, asking.at, asking.sight()).is_some();
            let suspended = state.agreements.values().any(|it| !it.suspended.is_empty());
            let closed = withheld(state, &task.order.deployment).is_some();
            silent || suspended || closed || !leased
        });
        gone.map(|task| task.order.task.clone()).collect()
    }

    /// Moments that something waits for: days that begin, draws, releases.
    pub fn next_milestone(&self) -> Option<Moment> {
        let engine = self.host.engine.as_ref()?;
        let movements = engine.state().movements.values().filter(|it| !it.standing.ended());
        let moments = movements.flat_map(|known| {
            let start = known.notice.day.start();
            let plan = known.plan.iter();
            let plan = plan.flat_map(|plan| {
                let steps = plan.disclosures.iter().map(|step| step.not_before);
                steps.chain([plan.draw_at])
            });
            plan.chain([start, start.plus_ms(3_600_000)]).collect::<Vec<_>>()
        });
        moments.filter(|moment| *moment > self.now.plus_ms(60_000)).min()
    }
}
