"""The report as one page for a browser: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from target_triplewhale.journal.report import money
from target_triplewhale.journal.report.chart import HEIGHT, LEFT, RIGHT, WIDTH, chart
from target_triplewhale.journal.report.moments import estimate, lasted, moment
from target_triplewhale.journal.report.pace import paces
from target_triplewhale.journal.report.verdict import steps, totals, verdict
from target_triplewhale.journal.tally import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

ALWAYS = ("delivered", "rejected")
"""Endings that a table shows even where there were none."""
TEMPLATES = Path(__file__).parent / "templates"


def page(report: Mapping[str, Any], file: str) -> str:
    """Return the page of a report that is kept under a name."""
    found = totals(report)
    template = _environment().get_template("page.html")
    return template.render(
        report=report,
        block=block(report),
        verdict=verdict(report),
        steps=list(steps(report, file)),
        totals=found,
        endings=list(NAMES.values()),
        shown=[name for name in NAMES.values() if found[name] or name in ALWAYS],
        charts=[chart(pace) for pace in paces(report["timeline"])],
        worth=money.totals(report["rehearsal"]) if report["rehearsal"] else [],
        size={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT},
    )


def block(report: Mapping[str, Any]) -> str:
    """Return the document as JSON that no HTML can be in, so that it cannot end its own block."""
    text = json.dumps(report)
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": _number,
        "moment": moment,
        "lasted": lasted,
        "estimate": estimate,
        "shown": _shown,
        "share": _share,
    }
    return environment


def _number(value: float | Decimal) -> str:
    return f"{value:,}"


def _share(part: int, whole: int) -> float:
    """Return a part in hundredths of a whole."""
    return round(100 * part / whole, 3) if whole else 0


def _shown(value: object) -> str:
    """Return a value as a person reads it: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
