"""Real taps and a mapper, from their sources into this target, as people put them together."""
