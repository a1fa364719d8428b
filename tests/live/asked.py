"""The requests of one run, each made when its answer is first looked at, and once."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.live import sql
from tests.live.answers import Answer
from tests.live.findings import Denied, NotAsked, Untold
from tests.live.records import Records
from tests.live.sql import Look, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.live.client import Client

KEY_CHECK = "/users/api-keys/me"
BULK = "/data-in/bulk-orders"
ORDERS = "/data-in/orders"
SURVEYS = "/data-in/pps"
EVENTS = "/data-in/event"
FOREIGN_SHOP = "target-triplewhale-live-kit.invalid"
MIXED = ("smallest", "new-customer", "zone", "contact", "amount")
LOOKS = 5
"""How often SQL is asked, at the most, until the orders show."""


class Asked:
    """Everything that is asked; what is not looked at is not asked."""

    def __init__(
        self,
        client: Client,
        records: Records,
        *,
        with_events: bool,
        wait: float = 0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the client, what to send, and how long to wait until orders show."""
        self.client = client
        self.records = records
        self._with_events = with_events
        self._wait = wait
        self._sleep = sleep
        self._standing: dict[tuple[str, str], dict[str, Any]] = {}

    def cleaned(self, text: str) -> str:
        """Return a text without the key, e-mails, phone numbers, and what names this run."""
        return self.client.cleaned(text.replace(self.records.run, "RUN"))

    @cached_property
    def key_check(self) -> Answer:
        """Ask what the key may do."""
        return self.client.get(KEY_CHECK)

    @cached_property
    def unknown_key(self) -> Answer:
        """Ask the same with a key that nobody has."""
        return self.client.get(KEY_CHECK, is_known=False)

    @cached_property
    def wrong_path(self) -> Answer:
        """Send nothing to a path that does not exist."""
        return self.client.post("/data-in/no-such-endpoint", {})

    @cached_property
    def foreign_shop(self) -> Answer:
        """Send an order to a shop that nobody can have."""
        order = self.records.order("foreign")
        return self._sent(ORDERS, {"shop": FOREIGN_SHOP, **order}, [order])

    @cached_property
    def single(self) -> Answer:
        """Send a single order without a currency."""
        order = {"shop": self.records.shop, **self.records.order("single")}
        del order["currency"]
        return self._sent(ORDERS, order, [order])

    @cached_property
    def survey(self) -> Answer:
        """Send an answer about an order that nobody has."""
        return self.client.post(SURVEYS, self.records.survey())

    @cached_property
    def mixed(self) -> Answer:
        """Send two orders without a fault and three with one."""
        order = self.records.order
        return self._bulk(
            order("smallest"),
            order("new-customer", is_new_customer=True),
            order("zone", created_at=f"{self.records.orders_day}T12:00:00"),
            order("contact", customer={"id": "live-kit"}),
            order("amount", order_revenue=-0.01),
        )

    @cached_property
    def versions(self) -> tuple[Answer, Answer, Answer]:
        """Send orders that a second and a third request send again, each in its own way."""
        order, day = self.records.order, self.records.orders_day
        older, newer = f"{day}T13:00:00.000Z", f"{day}T14:00:00.000Z"
        first = self._bulk(
            order("spelling"),
            order("older", updated_at=newer, order_revenue=0.02),
            order("overwritten", updated_at=older),
            order("voided"),
            order("restored"),
        )
        second = self._bulk(
            order("spelling", created_at=f"{day}T12:00:00.000+00:00"),
            order("older", updated_at=older),
            order("overwritten", updated_at=newer, order_revenue=0.02),
            order("voided", void=True),
            order("restored", void=True),
        )
        return first, second, self._bulk(order("restored"))

    @cached_property
    def orders_look(self) -> Look:
        """Ask SQL for the orders, until they show or it has been waited long enough."""
        expected = {name for name in ("smallest", "overwritten") if not self.problem(name)}
        look, waited, pause = self._look(0), 0.0, self._wait / LOOKS
        while waited < self._wait and not look.shows(expected):
            self._sleep(pause)
            waited += pause
            look = self._look(waited)
        if pause and look.answer.is_success and look.shows(expected):
            # Their later versions are given some time as well.
            self._sleep(pause)
            look = self._look(waited)
        return look

    def row(self, name: str) -> Row | None:
        """Return what SQL says of an order that was taken; None: it is not there, others are."""
        if problem := self.problem(name):
            raise Untold(problem)
        for later in self.versions[1:]:
            if reason := later.refused.get(self.records.order_id(name)):
                raise Denied(f'when it came again it was refused: "{reason}"')
        return self.shown(name)

    def shown(self, name: str) -> Row | None:
        """Return what SQL says of an order, however it was answered."""
        rows = self.orders_look.rows
        if not rows:
            raise Untold(f"no order is shown after {self.orders_look.waited / 60:.0f} minutes")
        return rows.get(name)

    def problem(self, name: str) -> str:
        """Return why nothing can be told of an order; empty: it was taken when it first came."""
        answers = [self.mixed] if name in MIXED else self.versions
        for answer in answers:
            if not (answer.is_success or answer.errors):
                return f"bulk requests are answered {answer.told}"
        reason = answers[0].refused.get(self.records.order_id(name))
        return "" if reason is None else f'the order was refused: "{reason}"'

    @cached_property
    def event_twice(self) -> tuple[Answer, Answer]:
        """Send a custom event, with further properties, and send it again."""
        event = self.records.custom_event("twice", score=7, ratio=0.5, plan="test", is_test=True)
        return self._event(event), self._event(event)

    @cached_property
    def event_with_extras(self) -> Answer:
        """Send a lead with a further property."""
        return self._event(self.records.event("extras", plan="test"))

    @cached_property
    def event_of_nobody(self) -> Answer:
        """Send an event without an identifier."""
        return self._event(self.records.event("nobody", profileIdentifiers={}))

    @cached_property
    def event_too_large(self) -> Answer:
        """Send an event with a byte too many."""
        return self._event(self.records.large_event())

    @cached_property
    def _events_look(self) -> Answer:
        """Count the event on its day, under either name of the table."""
        for table in sql.EVENT_TABLES:
            answer = self.client.post(sql.PATH, sql.events_query(self.records, table))
            if answer.status != 400:
                break
        return answer

    def events(self) -> int:
        """Return how often the event that was sent twice is there, on the day that it names."""
        if not all(answer.judged().is_success for answer in self.event_twice):
            raise Untold(f"the event was answered {self.event_twice[-1].told}")
        # Where orders show, after what wait it took, events do too.
        if not self.orders_look.rows:
            raise Untold("neither orders nor events are shown yet")
        return sql.events_of(self._events_look)

    def void(self) -> tuple[int, Answer] | None:
        """Void every order that may have been taken and stand; return how many, and the answer."""
        standing = list(self._standing.values())
        if not standing:
            return None
        return len(standing), self._bulk(*({**order, "void": True} for order in standing))

    def _bulk(self, *orders: dict[str, Any]) -> Answer:
        return self._sent(BULK, self.records.bulk(*orders), orders)

    def _sent(self, path: str, body: Any, orders: Sequence[dict[str, Any]]) -> Answer:
        answer = Answer(None)
        try:
            answer = self.client.post(path, body)
        finally:
            # Where somebody stopped the run meanwhile there is no answer, but may be an order.
            self._remember(answer, orders)
        return answer

    def _remember(self, answer: Answer, orders: Sequence[dict[str, Any]]) -> None:
        """Keep in mind what may have been taken, and is to be voided in the end."""
        if not (answer.may_keep or answer.errors):
            return
        for order in orders:
            identity = order["order_id"], order["created_at"]
            if order["order_id"] not in answer.refused:
                self._standing.pop(identity, None)
                if not order.get("void"):
                    self._standing[identity] = order

    def _look(self, waited: float) -> Look:
        return Look(self.client.post(sql.PATH, sql.orders_query(self.records)), waited)

    def _event(self, event: dict[str, Any]) -> Answer:
        if not self._with_events:
            raise NotAsked("events cannot be deleted; `--live-events` sends them")
        return self.client.post(EVENTS, event)


def new_records(shop: str, account: str) -> Records:
    """Return the records of a new run."""
    return Records(secrets.token_hex(4), shop, account, datetime.now(UTC).date())
