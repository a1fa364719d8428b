"""A mapping for a source that nobody has seen: from a tap's output to a `streams` block."""
