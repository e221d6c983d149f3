//! One party, pure: joint state, judge, decide, apply.
