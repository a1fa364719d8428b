"""Chance that is the same for ever: every plan is drawn from named dice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Face = TypeVar("Face")


class Dice:
    """Draws from `random()` alone, the one method whose numbers Python promises to keep."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(name)  # noqa: S311  (plans, no secrets)

    def share(self) -> float:
        """Return a number from 0 up to 1."""
        return self._random.random()

    def chance(self, share: float) -> bool:
        """Return true in that share of throws."""
        return self.share() < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """Return a number between two, to the millisecond."""
        return round(low + self.share() * (high - low), 3)

    def pick(self, faces: Sequence[Face]) -> Face:
        """Return one of several."""
        return faces[self.whole(0, len(faces) - 1)]

    def weighed(self, weights: Mapping[Face, float]) -> Face:
        """Return one of several, the heavier the more often."""
        point = self.share() * sum(weights.values())
        faces = list(weights)
        while len(faces) > 1 and point >= weights[faces[0]]:
            point -= weights[faces.pop(0)]
        return faces[0]
