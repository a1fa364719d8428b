"""Writes the tables of the pages that explain."""

from tests.explanations.pages import DOCS, TABLES, refreshed

if __name__ == "__main__":
    for name in TABLES:
        (DOCS / name).write_text(refreshed(name))
