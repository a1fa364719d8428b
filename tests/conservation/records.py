"""Records of every stream, each with what must become of it, worked out without the target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.conservation.store import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conservation.dice import Dice
    from tests.conservation.store import Key

SHOP = "soak.example"
CURRENCY = "EUR"
MSP = {"platform": "custom-msp", "platform_account_id": "custom-msp"}
SURVEY = {
    "platform": "custom_pps_platform",
    "platform_account_id": "custom_platform_account",
}
EMAIL_HOST = "mail.example"
PHONE_PREFIX = "+4930555"
SETTINGS_OF_STREAMS: Mapping[str, Any] = {
    "contacts": [
        {
            "endpoint": "customers",
            "fields": {"customer_id": "id", "email_address": "email", "note": "mark"},
        },
        {
            "endpoint": "events",
            "where": "kind == 'lead'",
            "defaults": {"type": "custom", "event_name": "lead"},
            "event_key": "id",
            "fields": {
                "profileIdentifiers.externalId": "id",
                "timestamp": "added",
                "mark": "join('-', ['contact', id])",
            },
        },
    ],
    "calendars": "skip",
}
KEYS: Mapping[str, list[str]] = {
    "orders": ["order_id"],
    "customers": ["customer_id"],
    "products": ["product_id"],
    "events": ["id"],
    "pps": ["order_id", "question_id"],
    "contacts": ["id"],
    "calendars": ["id"],
}
"""The streams, with their key properties."""

Fate = Literal["sent", "rejected", "filtered"]


@dataclass(frozen=True)
class Expected:
    """What must become of one record on one route, and the body in which it arrives."""

    line: int
    stream: str
    route: str
    fate: Fate
    endpoint: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    loose: frozenset[str] = frozenset()
    """Fields of the body that the target fills in as it likes."""

    @property
    def mark(self) -> str:
        """The mark of its content, empty where it is not sent."""
        return mark_of(self.endpoint, self.body) if self.fate == "sent" else ""

    @property
    def identity(self) -> Key:
        """What it is; of an event, whose id may be the target's own, the mark says it."""
        if self.endpoint == "events":
            return ("events", self.mark)
        return key_of(self.endpoint, self.body)


@dataclass(frozen=True)
class Made:
    """A record and the bodies it becomes: by route, None where the record must be rejected."""

    record: Any
    bodies: Mapping[str, tuple[str, Mapping[str, Any] | None]]
    is_filtered: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()


def mark_of(endpoint: str, body: Mapping[str, Any]) -> str:
    """Return the mark that tells which record a body was made from."""
    fields = {"orders": "name", "customers": "note", "products": "product_title", "pps": "response"}
    return str(body.get(fields.get(endpoint, "mark"), ""))


def email(number: int) -> str:
    return f"person{number}@{EMAIL_HOST}"


def phone(number: int) -> str:
    return f"{PHONE_PREFIX}{number:04d}"


def order(dice: Dice, number: int, line: int) -> Made:
    """Every seventh order has the id of the one before it, at another time."""
    number_of_id = number - 1 if number % 7 == 0 else number
    name = str(number_of_id) if number_of_id % 2 == 0 else f"A-{number_of_id}"
    spellings: list[Any] = [name, f" {name} "]
    if number_of_id % 2 == 0:
        spellings += [number_of_id, float(number_of_id)]
    clock = f"{number % 60:02d}:07"
    times = [f"05:{clock}Z", f"05:{clock}.000+00:00", f"06:{clock}+01:00"]
    customer = {"id": f"C-{number}"}
    customer |= {"email": email(number)} if dice.chance(0.7) else {"phone": phone(number)}
    same: dict[str, Any] = {"customer": customer, "order_revenue": line + 0.5, "name": f"L{line}"}
    if dice.chance(0.4):
        items = range(dice.whole(1, 3))
        ids = {"product_id": "P-1", "variant_id": "V-1"}
        same["line_items"] = [{"id": f"I{n}", "price": n + 1, "quantity": 2, **ids} for n in items]
    record = {
        "order_id": dice.pick(spellings),
        "created_at": f"2026-03-04T{dice.pick(times)}",
        **same,
    }
    if dice.chance(0.6):
        record["currency"] = CURRENCY
    body = {
        "shop": SHOP,
        "order_id": name,
        "created_at": f"2026-03-04T05:{clock}.000Z",
        "currency": CURRENCY,
        **same,
        **MSP,
    }
    made = Made(record, {"orders:orders": ("orders", body)}, loose=frozenset({"updated_at"}))
    return _spoilt(dice, made, ["created_at", "customer", "order_revenue"])


def customer(dice: Dice, number: int, line: int) -> Made:
    """Every fifth customer is known by an e-mail address, which no log may show."""
    name = email(number) if number % 5 == 0 else f"K-{number}"
    same: dict[str, Any] = {"customer_id": name, "note": f"L{line}"}
    if dice.chance(0.5):
        same["email_address"] = email(number)
    if dice.chance(0.3):
        same["phone"] = phone(number)
    body = {"shop": SHOP, **same, **MSP}
    made = Made(dict(same), {"customers:customers": ("customers", body)})
    return _spoilt(dice, made, ["customer_id"])


def product(dice: Dice, number: int, line: int) -> Made:
    same: dict[str, Any] = {"product_id": f"P-{number}", "product_title": f"L{line}"}
    variants = [{"variant_id": f"V-{number}", "variant_title": "only", "variant_price": line}]
    record = {**same, "variants": variants}
    loose = frozenset({"updated_at"})
    if dice.chance(0.5):
        record["updated_at"] = "2026-03-05T00:00:00.000Z"
        loose = frozenset()
    body = {"shop": SHOP, **record, **MSP}
    made = Made(record, {"products:products": ("products", body)}, loose=loose)
    return _spoilt(dice, made, ["product_id", "product_title"])


def event(dice: Dice, number: int, line: int) -> Made:  # noqa: ARG001
    """Return the same content for a number each time: a repeat of an event is no new version."""
    record: dict[str, Any] = {
        "id": f"E-{number}",
        "type": "custom",
        "event_name": "visit",
        "timestamp": 1_770_000_000 + number,
        "mark": f"event-{number}",
        "profileIdentifiers": {"email": email(number)},
    }
    loose = frozenset({"eventId"})
    if number % 2:
        record["eventId"] = f"own-{number}"
        loose = frozenset()
    body = {"shop": SHOP, **record}
    made = Made(record, {"events:events": ("events", body)}, loose=loose)
    return _spoilt(dice, made, ["timestamp", "profileIdentifiers"])


def survey(dice: Dice, number: int, line: int) -> Made:
    same: dict[str, Any] = {
        "order_id": f"A-{number}",
        "question_id": f"Q-{number % 3}",
        "response": f"L{line}",
        "created_at": "2026-03-04T05:06:07.000Z",
    }
    body = {"shop": SHOP, **same, **SURVEY}
    made = Made(dict(same), {"pps:pps": ("pps", body)})
    return _spoilt(dice, made, ["order_id"])


def contact(dice: Dice, number: int, line: int) -> Made:
    """One stream with two routes, of which the second takes leads only."""
    is_lead = dice.chance(0.6)
    record = {
        "id": f"G-{number}",
        "email": email(number),
        "mark": f"L{line}",
        "kind": "lead" if is_lead else "other",
        "added": 1_760_000_000 + number,
    }
    customer = {"customer_id": f"G-{number}", "email_address": email(number), "note": f"L{line}"}
    event = {
        "type": "custom",
        "event_name": "lead",
        "profileIdentifiers": {"externalId": f"G-{number}"},
        "timestamp": 1_760_000_000 + number,
        "mark": f"contact-G-{number}",
    }
    routes: dict[str, tuple[str, Mapping[str, Any] | None]] = {
        "contacts:customers": ("customers", {"shop": SHOP, **customer, **MSP}),
        "contacts:events": ("events", {"shop": SHOP, **event}),
    }
    filtered = frozenset() if is_lead else frozenset({"contacts:events"})
    return Made(record, routes, filtered, loose=frozenset({"eventId"}))


def calendar(dice: Dice, number: int, line: int) -> Made:  # noqa: ARG001
    routes = {"skipped": ("", None)}
    return Made({"id": number, "name": "a calendar"}, routes, frozenset(routes))


MAKERS: Mapping[str, Callable[[Dice, int, int], Made]] = {
    "orders": order,
    "customers": customer,
    "products": product,
    "events": event,
    "pps": survey,
    "contacts": contact,
    "calendars": calendar,
}


def made(dice: Dice, stream: str, number: int, line: int) -> tuple[Any, list[Expected]]:
    """Return a record of a stream, and what must become of it on each of its routes."""
    one = MAKERS[stream](dice, number, line)
    record, filtered = one.record, one.is_filtered
    if isinstance(record, dict):
        # No `_sdc_` column is ever sent; this one makes each line one of its kind.
        record["_sdc_sequence"] = line
        if dice.chance(0.04):
            record["_sdc_deleted_at"] = "2026-03-06T00:00:00Z"
            filtered = frozenset(one.bodies)
    else:
        record = f"{record}: {line}"
    expected = []
    for route, (endpoint, body) in one.bodies.items():
        fate: Fate = "filtered" if route in filtered else "sent" if body else "rejected"
        loose = frozenset() if endpoint == "customers" else one.loose
        expected.append(Expected(line, stream, route, fate, endpoint, body or {}, loose))
    return record, expected


def _spoilt(dice: Dice, made: Made, needed: list[str]) -> Made:
    """Spoil a few records, so that they must be rejected on every route."""
    if not dice.chance(0.06):
        return made
    record = dict(made.record)
    match dice.pick(["missing", "shop", "text"]):
        case "missing":
            del record[dice.pick(needed)]
        case "shop":
            record["shop"] = "another.example"
        case _:
            record = "no record at all"  # type: ignore[assignment]
    return Made(record, {route: (made.bodies[route][0], None) for route in made.bodies})
