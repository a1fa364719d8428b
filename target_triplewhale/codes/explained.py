"""Finds what a code means, in the table or among the families whose names are open."""

from __future__ import annotations

import re
from dataclasses import replace

from target_triplewhale.codes.code import Code
from target_triplewhale.codes.rejects import ENDPOINTS, FIELDS, PROBLEMS
from target_triplewhale.codes.settings import SETTING
from target_triplewhale.codes.table import CODES

_SETTING = "TW-SETTING-"
_REJECT = re.compile(r"TW-(?P<endpoint>[A-Z0-9_]+)-(?P<field>[A-Z0-9_]*)-(?P<problem>[A-Z_]+)")
_PROBLEMS = {problem.name: problem for problem in PROBLEMS}
_UNKNOWN = Code(
    "",
    "No message of this version has this code.",
    "Another version of target-triplewhale has written it, or it was copied in part.",
    "Read the sentence beside it; docs/errors.md of the version that wrote it explains the code.",
)


def with_code(code: str, sentence: str) -> str:
    """Return a sentence with its code, as texts and logs have it."""
    return f"{sentence} [{code}]"


def setting(name: object) -> str:
    """Return the code of a setting that is missing or wrong."""
    return f"{_SETTING}{str(name).upper()}"


def explained(code: str) -> Code:
    """Return what a code means and what to do; of one that nobody knows, that it is unknown."""
    return CODES.get(code) or _setting(code) or _reject(code) or replace(_UNKNOWN, name=code)


def _setting(code: str) -> Code | None:
    if not re.fullmatch(rf"{_SETTING}[A-Z][A-Z_]*", code):
        return None
    name = code.removeprefix(_SETTING)
    parts = (SETTING.meaning, SETTING.cause, SETTING.remedy)
    filled = [part.replace("<name>", name.lower()).replace("<NAME>", name) for part in parts]
    return Code(code, *filled)


def _reject(code: str) -> Code | None:
    found = _REJECT.fullmatch(code)
    if not found or found["endpoint"] not in ENDPOINTS or found["problem"] not in _PROBLEMS:
        return None
    problem = _PROBLEMS[found["problem"]]
    noun, field = ENDPOINTS[found["endpoint"]], found["field"]
    what = f"field `{field.lower()}` of the {noun}" if field else f"field of the {noun}"
    what = f"{noun} as a whole" if field == "RECORD" else what
    remedy = FIELDS.get(f"{field}-{problem.name}", problem.remedy)
    return Code(code, f"The {what} {problem.meaning}.", problem.cause, remedy)
