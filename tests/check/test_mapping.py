"""What the mapping would make of a tap's output, and where its streams would go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.check.checking import check
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from tests.whole_runs import Runner

CONTACTS: dict[str, Any] = {
    "contacts": [
        {"endpoint": "customers", "fields": {"customer_id": "id"}},
        {
            "endpoint": "events",
            "where": "type == 'lead'",
            "defaults": {"type": "lead"},
            "fields": {"profileIdentifiers.externalId": "id", "timestamp": "at"},
        },
    ]
}

ITEMS = (
    "items[].{id: item, product_id: item, variant_id: item, price: to_number('1'), "
    "quantity: to_number('1')}"
)


def contacts(*found: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema("contacts", "id", "type", "at", keys=["id"]), *records("contacts", *found)]


def test_each_route_tells_how_its_records_would_end(run: Runner) -> None:
    """Sent, filtered, rejected and why, before anything is."""
    lines = contacts(
        {"id": "1", "type": "lead", "at": "2026-03-04T05:06:07Z"},
        {"id": "2", "type": "other", "at": "2026-03-04T05:06:07Z"},
        {"id": "3", "type": "lead"},
    )
    found = check(run, lines, streams=CONTACTS)
    first, second = (one["sentence"] for one in found.all("mapping"))
    assert first == "contacts > customers, 3 records: 3 can be sent"
    assert second.startswith("contacts > events, 3 records: 1 can be sent, 1 filtered, 1 rejected")
    assert "TW-EVENTS-TIMESTAMP-MISSING 1" in second
    assert found.code == 0


def test_too_many_rejects_are_to_be_mended(run: Runner) -> None:
    """A run would fail at its end, after hours; all of it is counted all the same."""
    lines = [schema("orders"), *records("orders", *(order(n, currency=None) for n in range(25)))]
    lines += records("orders", *(order(n) for n in range(25, 30)))
    found = check(run, lines, max_rejects="5%")
    assert found.to_do == ["mapping"]
    (failure, counts) = (one["sentence"] for one in found.all("mapping"))
    assert "20 records in a row rejected with TW-ORDERS-CURRENCY-MISSING" in failure
    assert "30 records: 5 can be sent, 25 rejected" in counts


def test_a_few_rejects_are_borne_as_a_run_bears_them(run: Runner) -> None:
    """One bad row in a hundred is no mistake in the mapping."""
    found = [order(n) for n in range(99)]
    lines = [schema("orders"), *records("orders", *found, order(99, currency=None))]
    assert check(run, lines, max_rejects="5%").to_do == []
    assert check(run, lines, max_rejects="0").to_do == ["mapping"]
    assert check(run, lines, max_rejects="0.5%").to_do == ["mapping"]


def test_every_unmapped_stream_is_named(run: Runner) -> None:
    """A run names the first, and ends."""
    lines = [schema("calendars", "id"), schema("pipelines", "id"), *records("pipelines", {"id": 1})]
    lines += [schema("orders"), *records("orders", order(1))]
    found = check(run, lines)
    assert found.to_do == ["mapping", "mapping"]
    told = [one["sentence"] for one in found.all("mapping")]
    assert [text.split(":")[0] for text in told[:2]] == ["stream calendars", "stream pipelines"]
    assert told[2] == "orders > orders, 1 record: 1 can be sent"
    skipped = check(run, lines, unmapped_streams="skip")
    assert skipped.to_do == []
    assert "pipelines > skipped, 1 record: 0 can be sent, 1 filtered" in str(skipped.findings)


def test_an_entry_that_no_stream_has_is_told(run: Runner) -> None:
    """A name that differs by a sign does nothing, silently."""
    lines = [schema("orders"), *records("orders", order(1))]
    found = check(run, lines, streams={"Orders": "skip"})
    assert found.to_do == ["mapping"]
    assert "streams.Orders does nothing" in str(found.findings)


def test_a_wrong_mapping_is_told_in_full(run: Runner) -> None:
    """All that is wrong with it at once, and the key is looked at all the same."""
    streams = {"a": {"endpoint": "order"}, "b": {"endpoint": "orders", "where": "("}}
    found = check(run, streams=streams)
    assert found.to_do == ["mapping", "mapping"]
    assert "did you mean `orders`?" in str(found.findings)
    assert found.verdict("key") == "ok"


def test_stream_maps_are_read_and_applied(run: Runner) -> None:
    """They run before the mapping, as in a run."""
    lines = [schema("sales"), *records("sales", order(1))]
    alias = {"sales": {"__alias__": "orders", **{name: name for name in order(1)}}}
    found = check(run, lines, stream_maps=alias)
    assert found.to_do == []
    assert found.sentence("mapping") == "orders > orders, 1 record: 1 can be sent"
    wrong = check(run, stream_maps={"sales": {"a": "("}})
    assert (wrong.code, wrong.to_do) == (1, ["settings"])


def test_input_that_breaks_off_is_told_with_what_came_before(run: Runner) -> None:
    """The line's number says where to look."""
    lines = [schema("orders"), *records("orders", order(1)), {"type": "NOTHING"}]
    found = check(run, lines)
    assert found.to_do == ["mapping"]
    told = " ".join(one["sentence"] for one in found.all("mapping"))
    assert "1 can be sent" in told
    assert "line 3 of the input" in told


def test_orders_of_a_connected_store_are_refused(run: Runner) -> None:
    """They would count twice."""
    lines = [schema("orders"), *records("orders", order(1))]
    found = check(run, lines, platform="shopify")
    assert "mapping" in found.to_do
    assert "native_sources: allow" in str(found.findings)


def test_an_input_without_records_is_no_fault(run: Runner) -> None:
    """A tap that had nothing new has written one."""
    found = check(run, [schema("orders")])
    assert found.to_do == []
    assert found.sentence("mapping") == "the input holds no records"


def test_rows_of_one_order_are_grouped(run: Runner) -> None:
    """As in a run: the counts are of rows."""
    fields = {"order_id": "id", "created_at": "at", "currency": "cur", "order_revenue": "sum"}
    fields |= {"customer.id": "who", "customer.email": "mail", "line_items": ITEMS}
    grouped = {"endpoint": "orders", "fields": fields, "group_rows": {"by": "id", "into": "items"}}
    row = {"id": "A", "at": "2026-03-04T05:06:07Z", "cur": "EUR", "sum": 1, "who": "c"}
    row |= {"mail": "a@example.com"}
    lines = [schema("sales", *row, "item")]
    lines += records("sales", {**row, "item": "x"}, {**row, "item": "y"})
    found = check(run, lines, streams={"sales": grouped})
    assert found.sentence("mapping") == "sales > orders, 2 records: 2 can be sent"
