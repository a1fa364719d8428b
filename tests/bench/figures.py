"""A figure, what was promised of it, and how both read."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """A bound that a figure keeps or misses."""

    bound: float
    is_ceiling: bool = False

    def is_kept(self, value: float) -> bool:
        """Return whether a value is within the bound."""
        return value <= self.bound if self.is_ceiling else value >= self.bound

    def __str__(self) -> str:
        """Return it in words."""
        return f"{'at most' if self.is_ceiling else 'at least'} {self.bound:,.10g}"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    promise: Promise | None = None

    @property
    def is_missed(self) -> bool:
        """Return whether a promise was made and not kept."""
        return self.promise is not None and not self.promise.is_kept(self.value)

    @property
    def verdict(self) -> str:
        """Return what became of the promise; nothing where none was made."""
        if self.promise is None:
            return ""
        return "MISSED" if self.is_missed else "ok"

    @property
    def reading(self) -> str:
        """Return the value with its unit, never with more digits than it is worth."""
        if not math.isfinite(self.value):
            return "never"
        size = abs(self.value)
        digits = 0 if size >= 1000 or self.value == round(self.value) else 1 if size >= 100 else 2
        return f"{self.value:,.{digits}f} {self.unit}"


def at_least(bound: float) -> Promise:
    """Return a promise of so much or more."""
    return Promise(bound)


def at_most(bound: float) -> Promise:
    """Return a promise of so much or less."""
    return Promise(bound, is_ceiling=True)
