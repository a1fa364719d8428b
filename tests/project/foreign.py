"""What names a machine or a registry: it misleads on every other."""

from __future__ import annotations

import re

FOREIGN = re.compile(
    "|".join(
        (
            *(f"/{folder}/" for folder in ("root", "home/[a-z]+", "work", "Users/[a-z]+")),
            *(rf"{registry}\.org" for registry in ("pypi", "pythonhosted")),
            "extra[-]index[-]url",
        )
    )
)
