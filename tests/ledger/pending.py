"""What waits in a ledger, and runs that leave something waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, select

from target_triplewhale.journal.ledger.tables import rejects
from tests.ledger.nights import LEDGER
from tests.whole_runs import Finished, Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]
    Serving = Callable[..., Served]

NO = {"success": False, "message": "not today"}
CUSTOMERS = "customers:customers"
BARE = {"currency": None}
"""An order without a currency is rejected, until the setting `currency` gives it one."""


def waiting(run: Runner, url: str = LEDGER) -> list[tuple[dict[str, Any], int]]:
    """Return what waits, each with its number of tries, in the order in which it was read."""
    engine = create_engine(url.replace(LEDGER, f"sqlite:///{run.folder}/ledger.db"))
    chosen = select(rejects.c.line, rejects.c.tries)
    order = (rejects.c.read_at, rejects.c.name, rejects.c.place)
    with engine.connect() as connection:
        found = connection.execute(chosen.order_by(*order)).all()
    engine.dispose()
    return [(json.loads(line)["record"], tries) for line, tries in found]


def ids(run: Runner, name: str = "order_id", url: str = LEDGER) -> list[tuple[Any, int]]:
    """Return what waits by its id."""
    return [(record[name], tries) for record, tries in waiting(run, url)]


def retried(done: Finished) -> dict[str, dict[str, int]]:
    """Return the counts of what was sent again, by route, as far as they are not zero."""
    names = ("read", "delivered", "unchanged", "superseded", "filtered", "rejected")
    return {
        one["route"]: {name: one[name] for name in names if one[name]}
        for one in done.report["retried"]
    }


def bare(number: int | str, **changes: Any) -> dict[str, Any]:
    """Return an order that is rejected until there is a setting `currency`."""
    return order(number, **{**BARE, **changes})


def refusing(run: Runner, serving: Serving, path: str, **rule: Any) -> None:
    """Have the API refuse what is sent to a path."""
    fault = {"path": f"/data-in/{path}", "status": 422, "body": NO, **rule}
    run.config["api_url"] = serving(faults=[fault]).url


def customers(*found: dict[str, Any], keys: tuple[str, ...] = ("customer_id",)) -> list[Any]:
    """Return an export of customers."""
    return [schema("customers", keys=keys), *records("customers", *found)]
