"""Writes docs/errors.md from the table of codes: `python -m tests.errors_page`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from target_triplewhale.codes import GROUPS
from target_triplewhale.codes.rejects import ENDPOINTS, FIELDS, PROBLEMS, REJECT, REJECTS
from target_triplewhale.codes.settings import SETTING, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.codes import Code, Group

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
WIDTH = 118
INTRO = """
Each warning and error ends with a code in square brackets, and each reject has one; search this
page for it. A code stays what it is for ever, while its sentence may change. In structured logs it
is the field `code`; in the report rejects are counted by it (`codes`). The table is
`target_triplewhale/codes/`, and `python -m tests.errors_page` writes this page from it.
"""


def page() -> str:
    """Return the whole page."""
    sections = (section for group in GROUPS for section in _sections(group))
    contents = (f"- {_link(group.title)}" for group in GROUPS)
    head = ["# Messages, and what to do", _wrapped(INTRO.strip()), "\n".join(contents)]
    return "\n\n".join([*head, *sections]) + "\n"


def _sections(group: Group) -> Iterator[str]:
    yield f"## {group.title}"
    if group is SETTINGS:
        yield _entry(SETTING)
    if group is REJECTS:
        yield _entry(REJECT)
        yield from _families()
    for code in group.codes:
        yield _entry(code)


def _entry(code: Code) -> str:
    """Return the section of one code; a name that is a pattern is no HTML."""
    name = f"`{code.name}`" if "<" in code.name else code.name
    parts = (code.meaning, f"*Cause:* {code.cause}", f"*Remedy:* {code.remedy}")
    return "\n\n".join((f"### {name}", *map(_wrapped, parts)))


def _families() -> Iterator[str]:
    """Return what endpoints, problems and fields in the names of rejects mean."""
    nouns = ", ".join(f"`{name}` ({noun})" for name, noun in ENDPOINTS.items())
    yield _wrapped(f"Endpoints: {nouns}.")
    yield "The problems, each with what it says of the field:"
    rows = [
        f"| `{one.name}` | {one.meaning} | {one.cause} | {one.remedy} |"
        for one in sorted(PROBLEMS, key=lambda one: one.name)
    ]
    yield "\n".join(["| problem | the field | cause | remedy |", "|---|---|---|---|", *rows])
    yield "Of some fields there is more to say:"
    rows = [f"| `{name}` | {remedy} |" for name, remedy in sorted(FIELDS.items())]
    yield "\n".join(["| field and problem | remedy |", "|---|---|", *rows])


def _link(title: str) -> str:
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(page())
