//! The ambush game beside proofs, programmes, bad input and real roads.

#[cfg(test)]
mod common;
#[cfg(test)]
mod draws;
#[cfg(test)]
mod enumerated;
#[cfg(test)]
mod extracts;
#[cfg(test)]
mod guarded;
mod levers;
#[cfg(test)]
mod theorems;
#[cfg(test)]
mod troubles;
