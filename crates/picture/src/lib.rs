//! Incidents as sets of graded claims, never as one number.
