"""Scripted faults: which request is answered wrongly, how, and whether its body is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


class Fault(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"from_": "from"}):
    """One rule of a script; what it leaves out restricts nothing or changes nothing."""

    path: str = ""
    """The end of the paths it is about."""
    order_id: str | None = None
    """Only requests whose body holds this order."""
    nth: int | tuple[int, ...] | None = None
    """Counted from 1 over the requests this rule is about."""
    from_: int | None = None
    to: int | None = None
    times: int | None = None
    """How often it strikes at the most."""
    status: int | None = None
    headers: dict[str, str] = {}
    body: Any = None
    text: str | None = None
    delay: float = 0
    """Seconds between keeping the body and the answer."""
    keep: bool | None = None
    """Whether the body is handled before; by default only where the answer is not replaced."""
    cut: Literal["before", "after"] | None = None
    """Close the connection without an answer, before or after keeping the body."""

    def __post_init__(self) -> None:
        """Refuse rules that say two things at once."""
        if self.nth is not None and (self.from_ is not None or self.to is not None):
            raise ValueError("`nth` and `from`/`to` exclude each other")
        if self.body is not None and self.text is not None:
            raise ValueError("`body` and `text` exclude each other")
        if self.cut is not None and (self.keep is not None or self.replaces):
            raise ValueError("`cut` leaves no answer: drop `status`, `body`, `text` and `keep`")
        if self.delay < 0:
            raise ValueError("`delay` must not be negative")

    @property
    def replaces(self) -> bool:
        """Return whether the answer is another than the usual one."""
        return any(part is not None for part in (self.status, self.body, self.text))

    @property
    def keeps(self) -> bool:
        """Return whether the request is handled as ever before it is answered so."""
        if self.cut is not None:
            return self.cut == "after"
        return not self.replaces if self.keep is None else self.keep

    def is_about(self, path: str, raw: bytes) -> bool:
        """Return whether a request is one that this rule counts."""
        if not path.endswith(self.path):
            return False
        return self.order_id is None or self.order_id in _order_ids(raw)

    def strikes(self, count: int, struck: int) -> bool:
        """Return whether the `count`th request is hit, after `struck` earlier hits."""
        if self.times is not None and struck >= self.times:
            return False
        if self.nth is not None:
            return count in (self.nth if isinstance(self.nth, tuple) else (self.nth,))
        return (self.from_ or 1) <= count and (self.to is None or count <= self.to)


class Faults:
    """A script of faults; for each request the first rule that strikes applies."""

    def __init__(self, rules: Sequence[Fault] = ()) -> None:
        """Take the rules in their order."""
        self._rules = tuple(rules)
        self._counts = [0] * len(self._rules)
        self._struck = [0] * len(self._rules)

    @classmethod
    def load(cls, path: Path | str) -> Faults:
        """Read a JSON list of rules; ValueError says what is wrong with the file."""
        try:
            return cls.parse(Path(path).read_bytes())
        except OSError as error:
            raise ValueError(f"faults file {path}: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"faults file {path}: {error}") from None

    @classmethod
    def parse(cls, script: bytes | str) -> Faults:
        """Read a JSON list of rules; ValueError says what is wrong with it."""
        try:
            return cls(msgspec.json.decode(script, type=list[Fault]))
        except msgspec.MsgspecError as error:
            raise ValueError(str(error)) from None

    def strike(self, path: str, raw: bytes) -> Fault | None:
        """Count a request under every rule and return the fault that hits it."""
        hit: int | None = None
        for position, rule in enumerate(self._rules):
            if rule.is_about(path, raw):
                self._counts[position] += 1
                if hit is None and rule.strikes(self._counts[position], self._struck[position]):
                    hit = position
        if hit is None:
            return None
        self._struck[hit] += 1
        return self._rules[hit]


def _order_ids(raw: bytes) -> set[Any]:
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return set()
    if not isinstance(body, dict):
        return set()
    orders = body.get("orders")
    found = [body, *(orders if isinstance(orders, list) else ())]
    ids = [order.get("order_id") for order in found if isinstance(order, dict)]
    return {order_id for order_id in ids if isinstance(order_id, str)}
