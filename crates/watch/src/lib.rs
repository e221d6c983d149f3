//! Positions and clocks become situation, headcount and alarms.
