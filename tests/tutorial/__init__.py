"""The first user's job, from an export to a shop that holds it."""
