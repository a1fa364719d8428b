"""What the imitation does wrong: to the n-th request, and to certain records each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.conservation.dice import Dice
    from tests.conservation.input import Input

Kind = Literal["status", "late", "drip", "cut", "reset", "torn", "garbage", "refusal", "goodbye"]
Wait = Literal["", "0", "1", "long", "date", "dateless", "skewed", "junk"]
Trait = Literal["refused", "poison", "large", "unknown"]
Telling = Literal["ids", "strangers", "nameless", "doubled", "listless", "empty"]

GARBAGE = ("<html>welcome</html>", '{"success": tr', "", "\x00\xff", "OK")
LONG_SECONDS = 3600
OWN_CLOCK_AHEAD = 3 * 3600
"""How far the clock is ahead of a server that sends a `Date` of its own."""


@dataclass(frozen=True)
class Fault:
    """What happens to one request; `keeps` says whether its records are kept all the same."""

    kind: Kind
    status: int = 200
    keeps: bool = False
    wait: Wait = ""
    seconds: float = 0.0
    """How long it takes; of a torn answer, the share that comes."""
    text: str = ""

    @property
    def name(self) -> str:
        """What the figures call it."""
        parts: list[str] = [self.kind]
        parts += [str(self.status)] if self.kind == "status" else []
        parts += [f"after {self.wait}"] if self.wait else []
        return " ".join(parts + ["kept"] * self.keeps)


@dataclass(frozen=True)
class Script:
    """The faults of a run by the number of the request, and the records that always fail."""

    faults: Mapping[int, Fault] = field(default_factory=dict)
    traits: Mapping[str, Trait] = field(default_factory=dict)
    """By the mark of the record's content."""
    tellings: Sequence[Telling] = ("ids",)
    """How a bulk answer tells which orders are refused; the next request takes the next."""
    poison_waits: Sequence[Wait] = ("",)
    """The Retry-After of the 500 that a poisonous record makes, one after the other."""
    largest: int | None = None
    """Bytes of a body over which the answer is 413."""


WELL = Script()
"""A server without a fault."""

_STATUSES: Mapping[int, float] = {
    408: 1,
    425: 1,
    429: 4,
    500: 3,
    502: 2,
    503: 2,
    504: 2,
    599: 0.2,
    400: 0.4,
    422: 0.4,
    413: 0.7,
    401: 0.05,
    403: 0.05,
    404: 0.05,
}
_MAY_KEEP = (408, 500, 502, 503, 504)
_MAY_WAIT = (408, 425, 429, 500, 502, 503)
_WAITS: Mapping[Wait, float] = {
    "": 4,
    "0": 2,
    "1": 1.0,
    "date": 0.7,
    "dateless": 0.5,
    "skewed": 0.5,
    "junk": 1,
}
_KINDS: Mapping[Kind, float] = {
    "status": 10,
    "late": 2,
    "drip": 0.6,
    "cut": 2,
    "reset": 1,
    "torn": 1.5,
    "garbage": 1.5,
    "refusal": 0.7,
    "goodbye": 1,
}
_TELLINGS: Mapping[Telling, float] = {
    "ids": 4,
    "strangers": 1,
    "nameless": 1,
    "doubled": 1,
    "listless": 1,
    "empty": 1,
}


def script(dice: Dice, given: Input, timeout: float) -> Script:
    """Return a random script; what costs a second or more of waiting is rare in it."""
    reach = dice.weighed({dice.whole(2, 12): 2.0, dice.whole(10, 80): 3.0})
    density = dice.weighed({0.1: 2.0, 0.3: 3.0, 0.6: 2.0, 0.9: 0.5})
    patience = 3.0
    faults: dict[int, Fault] = {}
    for number in range(1, reach + 1):
        if not dice.chance(density):
            continue
        one = _fault(dice, timeout)
        patience -= _cost(one)
        if patience > 0 or _cost(one) < 0.2:
            faults[number] = one
    return Script(
        faults,
        _traits(dice, given),
        [dice.weighed(_TELLINGS) for _ in range(7)],
        dice.weighed({("",): 4.0, ("", "", "0"): 1.0, ("", "", "1", "", "", "", "", ""): 1.0}),
        dice.whole(300, 4000) if dice.chance(0.15) else None,
    )


def _fault(dice: Dice, timeout: float) -> Fault:
    kind = dice.weighed(_KINDS)
    keeps = dice.chance(0.5)
    if kind == "status":
        status = dice.weighed(_STATUSES)
        wait = dice.weighed(_WAITS) if status in _MAY_WAIT else ""
        return Fault(kind, status, keeps and status in _MAY_KEEP, wait)
    if kind in ("late", "drip"):
        too_late = dice.chance(0.3)
        seconds = timeout + dice.between(0.0, 0.2) if too_late else dice.between(0.0, 0.15)
        return Fault(kind, keeps=keeps or kind == "drip", seconds=seconds)
    if kind == "torn":
        return Fault(kind, keeps=keeps, seconds=dice.between(0.05, 0.95))
    text = dice.pick(GARBAGE) if kind == "garbage" else ""
    is_broken = kind not in ("refusal", "goodbye")
    return Fault(kind, keeps=keeps and is_broken, text=text)


def _cost(fault: Fault) -> float:
    """Return about how many seconds a fault costs."""
    seconds = 0.0 if fault.kind == "torn" else fault.seconds
    return seconds + (1.0 if fault.wait in ("1", "date", "dateless", "skewed") else 0.0)


def _traits(dice: Dice, given: Input) -> dict[str, Trait]:
    share = dice.weighed({0.0: 2.0, 0.02: 2.0, 0.1: 1.0})
    weights: Mapping[Trait, float] = {"refused": 4, "poison": 2, "large": 1, "unknown": 1}
    marks = dict.fromkeys(one.mark for one in given.expected if one.mark)
    return {mark: dice.weighed(weights) for mark in marks if dice.chance(share)}
