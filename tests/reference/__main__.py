"""Writes the generated parts of docs/ anew."""

from tests.reference.pages import PAGES

for page in PAGES:
    page.path.write_text(page.fresh(), encoding="utf-8")
