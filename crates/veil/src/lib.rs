//! Need-to-know: stages, sealing, key halves, who could know.
