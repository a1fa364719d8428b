"""A record becomes a payload, or a list of what is wrong with it."""
