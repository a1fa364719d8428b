"""What the target assumes of the API: assumptions.yml, read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

TABLE = Path(__file__).with_name("assumptions.yml")


@dataclass(frozen=True)
class Assumption:
    """One row of the table."""

    id: str
    source: Literal["unknown", "published", "learned", "inferred"]
    """Whether the API's own documentation says so, another source, our judgement, or nobody."""
    assumed: str
    because: str
    """What the target does because of it."""
    not_asked: str = ""
    """Why no request asks for it."""


ASSUMPTIONS = {
    row["id"]: Assumption(**row) for row in yaml.safe_load(TABLE.read_text(encoding="utf-8"))
}
