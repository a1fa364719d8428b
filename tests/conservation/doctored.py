"""An honest run of a rich input, to be doctored so that the judge has something to find."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.conservation.dice import Dice
from tests.conservation.faults import WELL
from tests.conservation.input import Input, state, written
from tests.conservation.notes import Arrival, Notes
from tests.conservation.oracle import ENDINGS, broken_in_run, broken_in_the_end
from tests.conservation.plan import Run
from tests.conservation.runs import Evidence
from tests.conservation.store import Store, key_of

if TYPE_CHECKING:
    from tests.conservation.records import Expected

FILLED_IN = {"updated_at": "2026-03-09T00:00:00.000Z"}


class Case:
    """An honest run of an input that has everything, with its store."""

    def __init__(self) -> None:
        self.given = _rich_input()
        self.store = Store()
        self.evidence = Evidence(self.given, Run({}, WELL), Notes(requests=1), code=0)
        for one in self.given.expected:
            if one.fate == "sent":
                self.deliver(one)
            elif one.fate == "rejected":
                self.reject(one)
        self.evidence.states = [state(line)["value"] for line in self.given.states]
        self.evidence.report = {"routes": self._routes()}

    def deliver(self, one: Expected, **changes: Any) -> Arrival:
        """Let a record come and be kept."""
        loose = {name: FILLED_IN.get(name, one.mark) for name in one.loose}
        body = {**one.body, **loose, **changes}
        arrival = Arrival(1, key_of(one.endpoint, body), body)
        self.evidence.notes.arrivals.append(arrival)
        self.evidence.notes.kept.append(arrival)
        self.store.keep(arrival.key, body)
        return arrival

    def reject(self, one: Expected) -> None:
        """Put a record into the rejects file."""
        message = next(line.message for line in self.given.lines if line.number == one.line)
        self.evidence.rejects.append({**message, "rejected": {"route": one.route}})

    def lose(self, one: Expected) -> None:
        """Take all of an identity from the store."""
        key = next(key for key, body in self.store.rows.items() if _is_of(one, key, body))
        del self.store.rows[key]

    def versions(self) -> tuple[Expected, Expected]:
        """Return two versions of one order, the older first."""
        orders = [one for one in self.sent() if one.endpoint == "orders"]
        for older in orders:
            for newer in orders:
                if newer.identity == older.identity and newer.line > older.line:
                    return older, newer
        raise AssertionError("the input has no order twice")

    def sent(self) -> list[Expected]:
        """Return the records that must be sent."""
        return [one for one in self.given.expected if one.fate == "sent"]

    def broken(self) -> list[str]:
        """Return what the judge says of the run and of the end."""
        return broken_in_run(self.evidence, self.given, self.store) + broken_in_the_end(
            self.given, [self.evidence], self.store
        )

    def _routes(self) -> list[dict[str, Any]]:
        endings = {"sent": "delivered", "filtered": "filtered", "rejected": "rejected"}
        counts: dict[tuple[str, str], Counter[str]] = {}
        for one in self.given.expected:
            counts.setdefault((one.stream, one.route), Counter())[endings[one.fate]] += 1
        return [
            {
                "stream": stream,
                "route": route,
                "read": count.total(),
                **{name: count[name] for name in ENDINGS},
            }
            for (stream, route), count in counts.items()
        ]


def _is_of(one: Expected, key: tuple[str, ...], body: dict[str, Any]) -> bool:
    return Arrival(0, key, body).identity == one.identity


def _rich_input() -> Input:
    """Return the first random input with all streams, fates, and an order in two versions."""
    for seed in range(1000):
        given = written(Dice(f"oracle {seed}"))
        fates = {(one.endpoint, one.fate) for one in given.expected}
        wanted = {("orders", "sent"), ("events", "sent"), ("events", "filtered"), ("", "filtered")}
        rejected = {fate for endpoint, fate in fates if endpoint == "orders"}
        orders = Counter(one.identity for one in given.expected if one.endpoint == "orders")
        ends_with_state = given.lines[-1].kind == "STATE" and len(given.states) > 2
        is_rich = wanted <= fates and "rejected" in rejected and max(orders.values()) > 2
        if is_rich and ends_with_state:
            return given
    raise AssertionError("no such input")
