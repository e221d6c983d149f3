//! What phones do on a cue of the script.

use std::sync::Arc;

use words::id::{MovementId, TaskId, UnitId};
use words::place::Point;
use words::role::Side;

use crate::drill::{Drill, DrillError};
use crate::glance::way;
use crate::scenario::{Cue, Step};
use crate::theatre::Theatre;

impl<T: Theatre> Drill<T> {
    pub(super) fn cue(&mut self, step: &Step, cue: &Cue) -> Result<(), DrillError> {
        let unexpected =
            |told: &str| DrillError::Unexpected { say: step.say.clone(), told: told.to_owned() };
        let point = |(lat, lon): (f64, f64)| {
            Point::from_degrees(lat, lon).ok_or_else(|| unexpected("no such place"))
        };
        match cue {
            Cue::Serve { units, task, place } => {
                self.fleet.place(units, point(*place)?);
                self.bind(units, None, Some(task))
            }
            Cue::Board { units, movement, place } => {
                self.fleet.place(units, point(*place)?);
                self.bind(units, Some(movement), None)
            }
            Cue::Stand { units, place } => {
                self.fleet.go_to(units, point(*place)?);
                Ok(())
            }
            Cue::Drive { units, movement } => {
                let way = self.theatre.work(Side::Guest, |engine| way(engine, movement))?;
                let (way, leaves) = way.ok_or_else(|| unexpected("no route is drawn"))?;
                self.fleet.drive(units, &Arc::new(way), leaves);
                Ok(())
            }
            Cue::Leave { units } => {
                self.fleet.leave(units);
                Ok(())
            }
            Cue::Stray { units, metres } => {
                self.fleet.stray(units, *metres);
                Ok(())
            }
            Cue::Halt { units } => {
                self.fleet.halt(units);
                Ok(())
            }
            Cue::Silence { units } => {
                self.fleet.silence(units, true);
                Ok(())
            }
            Cue::Wake { units } => {
                self.fleet.silence(units, false);
                Ok(())
            }
            Cue::Press { units, button } => {
                self.fleet.press(units, *button);
                Ok(())
            }
        }
    }

    fn bind(
        &mut self,
        units: &[UnitId],
        movement: Option<&MovementId>,
        task: Option<&TaskId>,
    ) -> Result<(), DrillError> {
        self.cast.bind(units, movement, task);
        self.enrol()
    }

    pub(super) fn enrol(&mut self) -> Result<(), DrillError> {
        for side in [Side::Host, Side::Guest] {
            let register = self.cast.register(side);
            self.theatre.work(side, |engine| engine.enrol(register))?;
        }
        Ok(())
    }
}
