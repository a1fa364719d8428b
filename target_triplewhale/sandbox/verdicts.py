"""What the imitation says to a body: kept or refused, in the published words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.sandbox.checker import BODY, Violation, violations
from target_triplewhale.sandbox.order_contract import BULK_ORDER, BULK_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.sandbox.keys import Key
    from target_triplewhale.sandbox.routes import Route
    from target_triplewhale.sandbox.tables import Table


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, and what goes into the tables with it."""

    status: int
    content: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None
    kept: Sequence[dict[str, Any]] = ()
    records: int = 0
    """How many records the request brought, kept or not."""
    refusals: Sequence[Violation] = ()


def refusal(status: int, message: str, **more: Any) -> Verdict:
    """Return a refusal of the whole request; without refusals of its own the message is one."""
    more.setdefault("refusals", [Violation(BODY, message)])
    return Verdict(status, {"success": False, "message": message}, **more)


def judge(route: Route, key: Key, raw: bytes, has_order: Callable[[str, str], bool]) -> Verdict:
    """Return the answer to a body whose key, scope and pace are in order."""
    if route.max_bytes is not None and len(raw) > route.max_bytes:
        return refusal(413, "Payload too large", records=1)
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return refusal(400, "The body is not valid JSON")
    shop = body.get("shop") if isinstance(body, dict) else None
    if isinstance(shop, str) and shop and not key.sees(shop):
        return refusal(403, "The API key's owner has no access to this shop")
    if route.is_bulk:
        return _judge_bulk(route, body)
    return _judge_single(route, body, has_order)


def _judge_single(route: Route, body: Any, has_order: Callable[[str, str], bool]) -> Verdict:
    found = violations(route.shape, body)
    if found:
        message = f"{route.refused} {_sentence(found)}"
        return refusal(400, message, records=1, refusals=found)
    if route.needs_order and not has_order(body["shop"], body["order_id"]):
        return refusal(404, "Order not found", records=1)
    return _kept(route, [body])


def _judge_bulk(route: Route, body: Any) -> Verdict:
    found = _outer_violations(body)
    if found:
        return refusal(400, f"Invalid order data. {_sentence(found)}", refusals=found)
    refused = [(order, violations(BULK_ORDER, order)) for order in body["orders"]]
    # The shop of the request overwrites each order's own.
    good = [{**order, "shop": body["shop"]} for order, problems in refused if not problems]
    bad = [(order, problems) for order, problems in refused if problems]
    if not bad:
        return _kept(route, good)
    errors = [
        {"order_id": _order_id(order), "error": _sentence(problems)} for order, problems in bad
    ]
    return Verdict(
        400,
        {"success": False, "message": route.refused, "errors": errors},
        table=route.table,
        kept=good,
        records=len(refused),
        refusals=[problem for _, problems in bad for problem in problems],
    )


def _outer_violations(body: Any) -> list[Violation]:
    """Return what is wrong with a bulk body around its orders: these are judged one by one."""
    if not isinstance(body, dict) or not isinstance(body.get("orders"), list):
        return violations(BULK_ORDERS, body)
    found = violations(BULK_ORDERS, {**body, "orders": []})
    count = len(body["orders"])
    most = BULK_ORDERS.fields["orders"].max_items or count
    kept = [problem for problem in found if problem.field != "orders"]
    if not 1 <= count <= most:
        kept.append(Violation("orders", f"must hold 1 to {most} orders"))
    return kept


def _kept(route: Route, bodies: list[dict[str, Any]]) -> Verdict:
    count = len(bodies)
    content = {"success": True, "message": route.received.format(count=count)}
    return Verdict(200, content, table=route.table, kept=bodies, records=count)


def _order_id(order: Any) -> str | None:
    found = order.get("order_id") if isinstance(order, dict) else None
    return found if isinstance(found, str) and found else None


def _sentence(found: Sequence[Violation]) -> str:
    return "; ".join(map(str, found))
