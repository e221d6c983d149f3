//! Road graph, the ambush game, the joint draw.
