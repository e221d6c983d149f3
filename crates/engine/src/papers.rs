//! Papers: passes that both nodes sign, and the kit that verifies them.

use std::collections::BTreeSet;

use note::key::key_id;
use pass::basis::Basis;
use pass::challenge::{SPOKEN_MAX, spoken};
use pass::claims::{Claims, Digest, Ed25519, INDICES};
use pass::kit::{Exercise, Expected, Kit, Signer, ZoneName};
use pass::status::Status;
use words::act::{Act, Key, KeyKind};
use words::clause::WhenStale;
use words::deployment::Subject;
use words::hash::Hash;
use words::id::{MovementId, PassId, ZoneId};
use words::moment::{Moment, Window};
use words::movement::{PassCountersigned, PassIssued};
use words::role::Side;

use crate::engine::Engine;
use crate::fault::Fault;
use ledger::held::root_at;
use wish::PassWish;

/// Where no agreement says when a list of dead passes is stale: two hours, the time in which a
/// patrol comes by every checkpoint of a district.
pub const LIST_STALE_MS: i64 = 2 * 3_600_000;

/// A checkpoint with a line asks for a newer list this often, in seconds.
pub const LIST_TTL_S: u32 = 300;

/// The longest life of a pass: half a day, so that a stolen one dies soon.
pub const PASS_LIFE_MS: i64 = 12 * 3_600_000;

impl Engine {
    pub(crate) fn issue_pass(&mut self, wish: &PassWish) -> Result<Act, Fault> {
        let basis = self.basis(wish)?;
        let known = self.movement(&wish.movement)?;
        let submitted = known.submitted.as_ref();
        let submitted = submitted.ok_or_else(|| Fault::Plan("submit the movement first".into()))?;
        let (zone, day, seats) = (known.notice.zone.clone(), known.notice.day, submitted.seats);
        let window =
            life(self.at(), day).ok_or_else(|| Fault::Plan("the movement's day is over".into()))?;
        let serial = words::hash::hex(&self.dice.short());
        let id = format!("p-{}", serial.chars().take(10).collect::<String>());
        let pass = PassId::new(&id).map_err(|cause| Fault::Plan(cause.to_string()))?;
        let claims = Claims {
            pass: pass.clone(),
            index: self.free_index()?,
            appearance: wish.appearance.clone(),
            photo: wish.photo.and_then(short),
            vehicle: wish.vehicle.clone(),
            headcount: seats,
            task: wish.task,
            arms: wish.arms,
            serials: wish.serials.clone(),
            zone: zone.clone(),
            window,
            basis: basis.digest(),
            phone: wish.phone.as_ref().map(phone).transpose()?,
        };
        let code = pass::code::issue(&claims, &self.keys.node)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        let (movement, holder) = (wish.movement.clone(), wish.holder.clone());
        let basis = basis.to_bytes();
        Ok(Act::PassIssued(PassIssued { pass, movement, holder, zone, window, code, basis }))
    }

    fn basis(&mut self, wish: &PassWish) -> Result<Basis, Fault> {
        let known = self.movement(&wish.movement)?;
        let consent = known.consent.clone();
        let consent =
            consent.ok_or_else(|| Fault::Plan("a pass needs the host's consent".into()))?;
        let rules = self.state().agreements.get(&known.notice.agreement);
        let rules = rules.and_then(|agreement| agreement.rules());
        let articles = rules.and_then(|rules| rules.article_of("host_consent"));
        let articles = articles.into_iter().map(str::to_owned).collect();
        let (movement, holder) = (wish.movement.clone(), wish.holder.clone());
        let salt = Hash(self.dice.roll());
        Ok(Basis { salt, movement, holder, consent, articles })
    }

    // By chance, so that nobody reads off a pass how many there are; the next one that is free.
    fn free_index(&mut self) -> Result<u32, Fault> {
        let now = self.at();
        let living = self.state().passes.values().filter(|pass| now < pass.window.end());
        let taken: BTreeSet<u32> = living.map(|pass| pass.index).collect();
        let [one, two, ..] = self.dice.short();
        let first = u32::from(u16::from_be_bytes([one, two]));
        let mut all = (0..INDICES).map(|step| (first + step) % INDICES);
        let free = all.find(|index| !taken.contains(index));
        free.ok_or_else(|| Fault::Plan("too many passes live at once".into()))
    }

    pub(crate) fn countersign(&mut self, id: &PassId) -> Result<Act, Fault> {
        let known = self.state().passes.get(id);
        let known = known.ok_or_else(|| Fault::Plan(format!("no pass `{id}`")))?;
        let code = pass::code::countersign(&known.code, &self.keys.node)
            .map_err(|cause| Fault::Plan(cause.to_string()))?;
        Ok(Act::PassCountersigned(PassCountersigned { pass: id.clone(), code }))
    }

    /// The signed list of dead passes, with this node's head; `None` before it has a ledger.
    pub fn dead_passes(&self) -> Result<Vec<u8>, Fault> {
        let own = self.own();
        let head = (own.folded_size(), root_at(own.tree(), own.folded_size()));
        let subject = format!("safeconduct:{}/passes", own.party());
        let now = self.now();
        let mut status = Status::new(&subject, self.heard_of_host(), LIST_TTL_S, head);
        let state = self.state();
        // A pass past its window dies by its own words, and its bit may be another's by now.
        for pass in state.passes.values().filter(|pass| now < pass.window.end()) {
            let subject = Subject::Movement(pass.movement.clone());
            let dead =
                pass.revoked.is_some() || joint::consent::live(state, &subject, now).is_none();
            if dead {
                status.kill(pass.index);
            }
        }
        Ok(status.try_sign(&self.keys.node)?)
    }

    /// A checkpoint's kit, signed by this node; `None` until both parties have founded, and while
    /// the node's key is away.
    pub fn kit(&self) -> Option<Vec<u8>> {
        self.kit_for(None)?.try_sign(&self.keys.node).ok()
    }

    /// A protected person's kit: who is expected beside her, and what they answer.
    pub fn kit_beside(&self, movement: &MovementId) -> Option<Vec<u8>> {
        let passes = self.state().passes.iter().filter(|(_, pass)| {
            &pass.movement == movement && pass.countersigned && pass.revoked.is_none()
        });
        let expected = passes.map(|(id, _)| {
            let answers = self.spoken(id).unwrap_or_default();
            Expected { pass: id.clone(), answers }
        });
        self.kit_for(Some(expected.collect()))?.try_sign(&self.keys.node).ok()
    }

    /// The numbers on the strip that goes with a pass; both nodes work out the same.
    pub fn spoken(&self, pass: &PassId) -> Option<Vec<u32>> {
        let other = self.state().parties.get(&self.side().other())?;
        let agreed = self.keys.agree(&other.sealing)?;
        Some((0..SPOKEN_MAX).map(|number| spoken(&agreed, pass, number)).collect())
    }

    fn kit_for(&self, expected: Option<Vec<Expected>>) -> Option<Kit> {
        let rules: Vec<_> =
            self.state().agreements.values().filter_map(|agreement| agreement.rules()).collect();
        let shown = rules.iter().find_map(|rules| rules.identification());
        let minutes = shown.and_then(|shown| shown.list_stale_minutes);
        let mut zones: Vec<ZoneName> = Vec::new();
        let mut named: BTreeSet<ZoneId> = BTreeSet::new();
        for zone in rules.iter().flat_map(|rules| rules.zones()).filter(|zone| zone.allowed) {
            if named.insert(zone.zone.clone()) {
                zones.push(ZoneName { zone: zone.zone.clone(), names: zone.names.clone() });
            }
        }
        Some(Kit {
            host: self.known_as(Side::Host)?,
            guest: self.known_as(Side::Guest)?,
            made: self.now(),
            stale_after_ms: minutes.map_or(LIST_STALE_MS, |minutes| i64::from(minutes) * 60_000),
            when_stale: shown.and_then(|it| it.when_list_stale).unwrap_or(WhenStale::Caution),
            zones,
            list: self.dead_passes().ok()?,
            expected,
            exercise: self
                .clock()
                .beside()
                .map(|real| Exercise { real, speed: self.clock().speed() }),
        })
    }

    fn known_as(&self, side: Side) -> Option<Signer> {
        let party = self.state().parties.get(&side)?;
        let founded = &party.founded;
        // Passes that a key before this one signed are good for as long as they say.
        let all = std::iter::once(&party.node).chain(&party.former);
        let keys = all.map(|key| phone(key).ok()).collect::<Option<Vec<_>>>()?;
        Some(Signer { party: founded.party.clone(), names: founded.names.clone(), keys })
    }

    // A guest's list is as old as what it has heard from the host.
    fn heard_of_host(&self) -> Moment {
        match self.side() {
            Side::Host => self.now(),
            Side::Guest => {
                self.peer.as_ref().map_or(Moment::default(), ledger::held::Ledger::heard)
            }
        }
    }

    /// The short name of the key that signs this node's kits, for the first look at a kit.
    pub fn kit_issuer(&self) -> String {
        key_id(&self.keys.node.public()).to_string()
    }
}

// A pass begins now or when the day does, and dies within half a day.
fn life(now: Moment, day: Window) -> Option<Window> {
    let start = now.max(day.start());
    Window::new(start, day.end().min(start.plus_ms(PASS_LIFE_MS)))
}

fn short(photo: Hash) -> Option<Digest> {
    photo.0.first_chunk().copied().map(Digest)
}

fn phone(key: &Key) -> Result<Ed25519, Fault> {
    let bytes = Some(key).filter(|key| key.kind == KeyKind::Ed25519);
    let bytes = bytes.and_then(|key| key.public.as_slice().try_into().ok());
    bytes.map(Ed25519).ok_or_else(|| Fault::Plan("a phone's key is Ed25519".into()))
}
