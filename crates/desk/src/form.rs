//! Posted fields become wishes: the one reader of forms.
