"""One thing that is wrong with a record, before it is a reason of a reject."""

Problem = tuple[str, str, str]
"""A field, the kind of problem, and the end of a sentence that says it."""
