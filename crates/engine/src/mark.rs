//! A mark outside the store: how far our own ledger had come.
//!
//! A folder that was restored from a backup does not know that it is old. Whatever lies beside it
//! was not restored with it, and can tell. What may not happen here: a mark that says more than
//! the store holds durably, and an old copy that moves it back.

use words::hash::Hash;

use crate::engine::Engine;

/// What keeps the mark.
pub trait Mark: Send {
    /// How people call it.
    fn name(&self) -> String;

    /// What it says: entries of our ledger, and their root. Nothing, if it cannot be read.
    fn read(&self) -> Option<(u64, Hash)>;

    /// Says that now. It need not be durable: a mark that is behind only says less.
    fn write(&mut self, size: u64, root: Hash);
}

impl Engine {
    /// Keeps a mark from now on; a ledger that is not what it says is an old copy and is not
    /// signed any more.
    pub fn keep_mark(&mut self, mark: Box<dyn Mark>) {
        if let Some((size, root)) = mark.read()
            && self.own.tree().root_at(size) != Some(root)
        {
            self.behind = Some((size, mark.name()));
        }
        self.mark = Some(mark);
        self.set_mark();
    }

    // After what it says is durable.
    pub(crate) fn set_mark(&mut self) {
        if self.behind.is_some() {
            return;
        }
        let size = self.own.size();
        if let (Some(mark), Some(root)) = (&mut self.mark, self.own.tree().root_at(size)) {
            mark.write(size, root);
        }
    }
}
