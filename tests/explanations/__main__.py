"""Writes the tables and the picture of the pages that explain."""

from tests.explanations.pages import DOCS, PICTURE, TABLES, refreshed
from tests.explanations.picture import picture

if __name__ == "__main__":
    for name in TABLES:
        (DOCS / name).write_text(refreshed(name))
    PICTURE.write_text(picture())
