//! Text: folding, instants.
