"""One code: what it stands for, why it comes, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of message; `name` is stable for ever, its words are not."""

    name: str
    meaning: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that one page's section holds together."""

    title: str
    codes: tuple[Code, ...]
