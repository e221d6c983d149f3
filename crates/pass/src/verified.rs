//! What was checked has a type that only this crate's checks make.

use crate::refusal::Caution;

/// Something whose signatures and limits were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    checked: T,
    cautions: Vec<Caution>,
}

impl<T> Verified<T> {
    pub(crate) const fn new(checked: T, cautions: Vec<Caution>) -> Self {
        Self { checked, cautions }
    }

    /// What was checked.
    pub const fn get(&self) -> &T {
        &self.checked
    }

    /// What the guard should know all the same.
    pub fn cautions(&self) -> &[Caution] {
        &self.cautions
    }

    /// What was checked, by value.
    pub fn into_inner(self) -> T {
        self.checked
    }
}
