//! Time passes: heads are signed, timed acts are carried out.

use joint::movement::Standing;
use lots::share::may_default;
use node::judge::judge;
use tlog::head::{Head, StateMark};
use tlog::signed::SignedHead;
use words::act::Act;
use words::id::MovementId;
use words::moment::Moment;
use words::movement::Stage;

use crate::engine::{Engine, head_name};
use crate::fault::{Answer, Fault};
use crate::topic::Topic;
use ledger::held::root_at;
use wish::{SecretWish, Wish};

/// Up to this many entries every head carries the state's hash: it takes well under 1 ms.
const MARK_EVERY_HEAD_MAX: u64 = 1_000;

// What a node carries out by itself.
enum Due {
    Wish(SecretWish),
    Default(MovementId),
}

impl Engine {
    /// Lets time pass. Idempotent: call it as often as you like.
    pub fn tick(&mut self) -> Result<(), Fault> {
        let now = self.now();
        self.stay(now);
        self.refresh_post();
        self.tick_post(now)?;
        self.carry_out(now)?;
        self.record_breaches(now)?;
        self.erase_due(now)?;
        self.publish_head()?;
        // Last: evidence that cannot be kept must not hold up a heartbeat.
        self.testify()
    }

    /// Signs a head if the ledger has grown or the last one is old; true if a new one stands.
    ///
    /// The head's own cosignature is the heartbeat: the time in it is what others count from.
    pub fn publish_head(&mut self) -> Result<bool, Fault> {
        let now = self.now();
        self.not_behind()?;
        if !self.is_our_node() {
            return Ok(false);
        }
        let size = self.own.size();
        let last = self.own.head();
        let grown = last.is_none_or(|last| last.head.size != size);
        let every = self.config.heartbeat_every_ms;
        let old = now.ms_since(self.own_head_at()) >= every;
        if !grown && !old {
            return Ok(false);
        }
        let state = self.state_mark(now);
        let root =
            if size == 0 { tlog::tree::empty_root() } else { root_at(self.own.tree(), size) };
        let head = Head { origin: self.config.party.clone(), size, root, state };
        let name = self.config.party.to_string();
        // Never before our last head: an older head with a newer time is a ledger rolled back.
        let at = now.max(self.own_head_at());
        let signed = SignedHead::try_sign(head, &name, &self.keys.node);
        let signed = signed.and_then(|mut signed| {
            signed.try_cosign(&name, &self.keys.node, at)?;
            Ok(signed)
        });
        let away = signed.as_ref().err().cloned();
        if away.is_some() != self.away.is_some() {
            self.touch(&[Topic::Ledger]);
        }
        self.away = away;
        let mut signed = signed?;
        if self.own.reader().ring().head_key_at(size) == Some(&self.head_public()) {
            signed.cosign_ml_dsa(&name, &self.keys.heads, at);
        }
        // Kept before it is shown: a head that others hold must never be forgotten here.
        self.store
            .put(&head_name(&self.config.party), signed.to_string().as_bytes())
            .map_err(|cause| Fault::Keep { what: "our head", cause })?;
        self.own.set_head(signed, at);
        self.touch(&[Topic::Ledger]);
        Ok(true)
    }

    // Hashing the whole state costs its size, so a busy node marks one head a heartbeat.
    fn state_mark(&mut self, now: Moment) -> Option<StateMark> {
        let quiet = self.own.size() <= MARK_EVERY_HEAD_MAX;
        if !quiet && now.ms_since(self.marked_at) < self.config.heartbeat_every_ms {
            return None;
        }
        self.marked_at = now;
        let (host, guest) = self.fold.sizes();
        Some(StateMark { host, guest, hash: self.fold.hash() })
    }

    /// The time inside our newest head.
    pub fn own_head_at(&self) -> Moment {
        self.own.heard()
    }

    // What persons signed as a plan, the node carries out at its time, once.
    fn carry_out(&mut self, now: Moment) -> Result<(), Fault> {
        let wished = self.due(now).into_iter().map(Due::Wish);
        let failed = self.failed_draws(now).into_iter().map(Due::Default);
        for due in wished.chain(failed).collect::<Vec<_>>() {
            let act = match due {
                Due::Wish(wish) => self.resolve(Wish::Secret(wish)),
                Due::Default(movement) => self.default_draw(&movement),
            };
            let act = match act {
                Ok(act) => act,
                // A node without the secret cannot act; the other side sees who did not.
                Err(Fault::NoSecret { .. } | Fault::Plan(_)) => continue,
                Err(fault) => return Err(fault),
            };
            // Asked quietly first: a refusal of our own timed act, at every tick, is no news.
            if self.refuses_itself(&act) {
                continue;
            }
            match self.act_as_node(act) {
                Ok(_) | Err(Answer::Refused(_)) => {}
                Err(Answer::Fault(fault)) => return Err(*fault),
            }
        }
        Ok(())
    }

    // Draws whose time is over with a share missing that is not ours to show.
    fn failed_draws(&self, now: Moment) -> Vec<MovementId> {
        let (state, heard) = (self.state(), self.heard());
        let failed = state.movements.iter().filter(|(_, known)| {
            known.standing == Standing::Sealed
                && known.draw.missing() != [self.side()]
                && may_default(state, known, (now, heard))
        });
        failed.map(|(id, _)| id.clone()).collect()
    }

    pub(crate) fn refuses_itself(&self, act: &Act) -> bool {
        let node = self.own.reader().signer(&self.keys.node.id(), self.now());
        node.is_none_or(|node| {
            let asking = self.asking(&node.person, &node.roles);
            judge(self.state(), &asking, act).is_err()
        })
    }

    /// Reveals and releases that are due and that this side has not done.
    fn due(&self, now: Moment) -> Vec<SecretWish> {
        let side = self.side();
        let mut due = Vec::new();
        for (id, known) in &self.state().movements {
            let Some(plan) = &known.plan else { continue };
            if known.standing.ended() {
                continue;
            }
            let draw = &known.draw;
            if known.standing == Standing::Sealed
                && draw.committed.len() == 2
                && !draw.revealed.contains_key(&side)
                && plan.draw_at <= now
            {
                due.push(SecretWish::RevealDraw { movement: id.clone() });
            }
            for disclosure in &plan.disclosures {
                let stage = disclosure.stage;
                let given = known.released.get(&stage);
                let given = given.is_some_and(|halves| halves.contains_key(&side));
                let exists = !veil::plan::is_drawn(stage) || known.drawn();
                let fit = matches!(
                    known.standing,
                    Standing::Sealed | Standing::Drawn | Standing::UnderWay | Standing::Held
                );
                if !given && exists && fit && disclosure.not_before <= now {
                    due.push(release(id, stage));
                }
            }
        }
        due
    }
}

fn release(movement: &MovementId, stage: Stage) -> SecretWish {
    SecretWish::Release { movement: movement.clone(), stage }
}
