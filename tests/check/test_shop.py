"""What the shop has already: its zone, and orders that would count twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from target_triplewhale.sandbox import Keys
from target_triplewhale.sandbox.keys import Key
from tests.check.checking import check
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served
    from tests.whole_runs import Runner

READER = ("orders:write", "Data Out")


def orders(*found: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema("orders"), *records("orders", *found)]


def send(run: Runner, *found: dict[str, Any], **config: Any) -> None:
    """Put orders into the shop."""
    assert run(orders(*found), native_sources="allow", **config).code == 0


@pytest.fixture
def sandbox(run: Runner, serving: Callable[..., Served]) -> Callable[..., Runner]:
    """Serve the run's sandbox anew, as a test likes it."""

    def start(*, scopes: tuple[str, ...] = READER, **options: Any) -> Runner:
        key = options.pop("key", Key(scopes=scopes))
        keys = Keys({run.config["api_key"]: key})
        run.config["api_url"] = serving(keys=keys, **options).url
        return run

    return start


def test_orders_of_another_platform_would_count_twice(run: Runner) -> None:
    """The same sale from both sides: only the user knows whether it is."""
    send(run, *(order(n) for n in range(1200)), platform="shopify")
    send(run, order("old", created_at="2024-01-01T00:00:00Z"), platform="shopify")
    mine = [order(f"x{n}", created_at=f"2026-0{n}-01T00:00:00Z") for n in (1, 5, 9)]
    found = check(run, orders(*mine))
    assert found.code == 1
    assert found.to_do == ["orders"]
    assert found.sentence("orders").startswith(
        "the shop already has 1,200 orders from shopify in 2026 (01-01 to 09-01): these would "
        "count twice"
    )


def test_each_other_platform_is_counted(run: Runner) -> None:
    """Its own is none of them, and of custom ones nobody can tell which they are."""
    send(run, order(1), platform="mine")
    send(run, order(2), order(3), platform="amazon")
    send(run, order(4), platform="woocommerce")
    send(run, order(6), platform="magento")
    found = check(run, orders(order(1), order(5)), platform="mine")
    told = [" ".join(one["sentence"].split()[:8]) for one in found.all("orders")]
    assert told == [
        "the shop already has 2 orders from amazon",
        "the shop already has 1 order from woocommerce",
    ]


def test_orders_of_another_time_do_not_matter(run: Runner) -> None:
    """A store that has moved has its past from another platform."""
    send(run, order(1, created_at="2024-01-01T00:00:00Z"), platform="shopify")
    found = check(run, orders(order(2)))
    assert found.to_do == []
    assert found.sentence("orders") == "the shop has no orders on 2026-03-04"


def test_orders_of_long_ago_show_that_the_shop_is_seen(run: Runner) -> None:
    """A backfill of an old year finds its own orders there, and their zone."""
    old = order(1, created_at="2015-03-04T05:06:07Z")
    send(run, old)
    found = check(run, orders(old))
    assert [found.verdict(name) for name in ("shop", "timezone", "orders")] == ["ok"] * 3


def test_of_two_shops_each_finding_names_its_own(run: Runner) -> None:
    """Their zones may differ, and what is there in one is not in the other."""
    shops = {"shop": "a.example", "shops": ["b.example"], "timezone": "Europe/Berlin"}
    send(run, order(1, shop="a.example"), order(2, shop="b.example"), **shops)
    mine = [order(1, shop="a.example"), order(2, shop="b.example")]
    found = check(run, orders(*mine), platform="mine", **shops)
    for name in ("shop", "timezone", "orders", "order ids"):
        told = [one["sentence"] for one in found.all(name)]
        assert ["shop a.example" in told[0], "shop b.example" in told[1]] == [True, True], name


def test_orders_that_were_sent_before_are_overwritten(run: Runner) -> None:
    """A second run does no harm."""
    send(run, order(1), order(2))
    found = check(run, orders(order(1), order(2), order(3)))
    assert found.to_do == []
    assert "2 orders, all of this platform" in found.sentence("orders")
    assert found.sentence("order ids").startswith("2 of 3 looked for are there")


def test_without_input_the_last_year_is_looked_at(run: Runner) -> None:
    """The platform to be sent is that of the route, of the setting, or the documented one."""
    lately = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    send(run, order(1, created_at=lately), platform="amazon")
    assert check(run).to_do == ["orders"]
    assert check(run, platform="amazon").verdict("orders") == "ok"
    fields = {name: name for name in order(1)}
    route = {"endpoint": "orders", "fields": fields, "defaults": {"platform": "amazon"}}
    assert check(run, streams={"sales": route}).verdict("orders") == "ok"


@pytest.mark.parametrize("own", ["magento", None])
def test_a_custom_platform_is_told_by_another_name_than_it_was_sent_by(
    run: Runner, own: str | None
) -> None:
    """The documentation says so: what was sent before is no other's."""
    send(run, order(1), platform=own)
    assert check(run, orders(order(1), order(2)), platform=own).to_do == []


def test_a_platform_that_is_told_as_it_was_sent_is_compared(
    sandbox: Callable[..., Runner],
) -> None:
    """An API that tells it may do so: in capitals it is another one."""
    row = {"order_id": "A-1", "created_at": "2026-03-04T05:06:07Z", "platform_account_id": None}
    answers = [[], [{"platform": "Mine", "orders": 1}], [row | {"platform": "Mine"}]]
    faults = [
        {"path": "/orcabase/api/sql", "nth": nth, "status": 200, "body": {"data": found}}
        for nth, found in enumerate(answers, 1)
    ]
    found = check(sandbox(faults=faults), orders(order(1)), platform="mine")
    assert found.to_do == ["orders", "order ids"]
    assert "are there under platform Mine (A-1)" in found.sentence("order ids")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"platform_account_id": "another"}, "under account another"),
        ({"created_at": "2026-03-04T04:06:07Z"}, "with another `created_at`"),
        ({"created_at": "2026-04-03T05:06:07Z"}, "with another `created_at`"),
        (
            {"platform": "amazon", "platform_account_id": "x"},
            "under platform amazon and under account x",
        ),
    ],
    ids=["account", "hour", "day and month", "both"],
)
def test_an_order_under_another_identity_would_count_twice(
    run: Runner, changes: dict[str, Any], told: str
) -> None:
    """What differs is said, with examples to look at."""
    send(run, *(order(n, **changes) for n in range(5)))
    found = check(run, orders(*(order(n) for n in range(7))))
    assert "order ids" in found.to_do
    sentence = found.sentence("order ids")
    assert sentence.startswith(f"5 of 7 looked for are there {told} (A-0, A-1, A-2)")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("#1001", "1001"),
        ("1001", "#1001"),
        ("1001", "01001"),
        ("inv-7", "INV-7"),
        ("#inv-7", "INV-7"),
        ("gid://shopify/Order/1001", "1001"),
        ("1001.0", "1001"),
    ],
)
def test_an_id_that_another_sender_spells_otherwise_would_count_twice(
    run: Runner, theirs: str, ours: str
) -> None:
    """The platform and the account are the same, so nothing else would tell."""
    _post(run, order(1, order_id=theirs))
    found = check(run, orders(order(1, order_id=ours)))
    assert found.to_do == ["order ids"]
    told = f"under another spelling of the id ({ours} as {theirs}): they would count twice"
    assert told in found.sentence("order ids")


def test_an_id_that_is_alike_at_another_moment_is_another_order(run: Runner) -> None:
    """Each shop begins to number at 1001."""
    _post(run, order(1, order_id="#1001", created_at="2026-03-01T00:00:00Z"))
    assert check(run, orders(order(1, order_id="1001"))).to_do == []


@pytest.mark.parametrize(
    ("theirs", "ours", "to_do"),
    [("07.250Z", "07Z", ["order ids"]), ("07Z", "07.250Z", []), ("07.25Z", "07.250Z", [])],
)
def test_milliseconds_count_where_they_are_told(
    run: Runner, theirs: str, ours: str, to_do: list[str]
) -> None:
    """A database that keeps whole seconds tells none, which is no difference."""
    _post(run, order(1, created_at=f"2026-03-04T05:06:{theirs}"))
    found = check(run, orders(order(1, created_at=f"2026-03-04T05:06:{ours}")))
    assert found.to_do == to_do


def test_orders_that_are_there_twice_count_twice_already(run: Runner) -> None:
    """A moment in another spelling is another order, and looks alike when it is asked for."""
    for spelling in ("2026-03-04T06:06:07+01:00", "2026-03-04T05:06:07.000Z"):
        _post(run, order(1, created_at=spelling))
    _post(run, order(2))
    found = check(run, orders(order(1), order(2), order(3)))
    assert found.to_do == ["order ids"]
    assert found.sentence("order ids").startswith("1 of 3 looked for are there more than once")
    assert "(A-1)" in found.sentence("order ids")


def _post(run: Runner, sold: dict[str, Any]) -> None:
    """Send an order as it is spelled, as another sender may."""
    shop = run.config["shop"]
    own = {"platform": "custom-msp", "platform_account_id": "custom-msp", "shop": shop}
    url, headers = f"{run.config['api_url']}/data-in/orders", {"x-api-key": run.config["api_key"]}
    assert httpx.post(url, json=sold | own, headers=headers).status_code == 200


def test_a_void_counts_nothing_twice(run: Runner) -> None:
    """An order that is gone is looked for no more."""
    counts = {"field": "state", "send": ["paid"], "void": ["gone"]}
    fields = {name: name for name in order(1)}
    routes = {"orders": {"endpoint": "orders", "fields": fields, "counts": counts}}
    found = check(run, orders(order(1, state="gone")), streams=routes, soft_delete=True)
    assert "1 record: 1 can be sent" in found.sentence("mapping")
    assert found.all("orders") == found.all("order ids") == []


def test_the_same_instant_in_another_spelling_is_the_same(run: Runner) -> None:
    """Data Out tells it in UTC."""
    send(run, order(1, created_at="2026-03-04T06:06:07+01:00"))
    assert check(run, orders(order(1))).to_do == []


def test_a_thousand_ids_are_looked_for_from_first_to_last(run: Runner) -> None:
    """In a large input the mistake may be anywhere."""
    many = [order(n) for n in range(9000)]
    send(run, *many[8000:], platform_account_id="another")
    found = check(run, orders(*many))
    assert found.to_do == ["order ids"]
    hits, of, asked, *_ = found.sentence("order ids").split()
    assert of == "of"
    assert asked == "1,000"
    assert 100 <= int(hits) <= 125


def test_ids_that_are_addresses_are_not_asked_for(run: Runner) -> None:
    """Nor those that would end the text that they stand in."""
    strange = ["ann@example.com", "O'Neill", "back\\slash", "1' OR '1'='1"]
    found = check(run, orders(*(order(1, order_id=one) for one in strange)))
    assert found.to_do == []
    assert found.all("order ids") == []
    assert "example.com" not in str(found.findings).replace("myshopify.com", "")


def test_the_shops_zone_is_compared(sandbox: Callable[..., Runner]) -> None:
    """Another name for the same hours is none other."""
    run = sandbox(shop_timezone="America/New_York")
    lately = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert check(run).verdict("timezone") == "cannot tell"
    send(run, order(1, created_at=lately))
    assert check(run, timezone="America/New_York").verdict("timezone") == "ok"
    assert check(run, timezone="America/Detroit").verdict("timezone") == "ok"
    assert "America/New_York" in check(run).sentence("timezone")
    found = check(run, timezone="Europe/Berlin")
    assert found.to_do == ["timezone"]
    assert "America/New_York" in found.sentence("timezone")


def test_a_shop_is_seen_by_its_orders(run: Runner) -> None:
    """An API may answer for a name that it does not know, with nothing."""
    assert check(run).verdict("shop") == "cannot tell"
    lately = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    send(run, order(1, created_at=lately))
    assert check(run).verdict("shop") == "ok"


def test_without_the_scope_the_shop_cannot_be_asked(sandbox: Callable[..., Runner]) -> None:
    """That is no fault of a key that only writes."""
    run = sandbox(scopes=("orders:write",))
    found = check(run, orders(order(1)))
    assert found.code == 0
    assert found.verdict("shop") == "cannot tell"
    assert "Data Out" in found.sentence("shop")
    assert found.all("orders") == []


def test_a_shop_that_the_key_does_not_see(sandbox: Callable[..., Runner]) -> None:
    """Its name may differ by a sign."""
    hidden = Key(scopes=READER, shops=("another.example.com",))
    found = check(sandbox(key=hidden), orders(order(1)))
    assert found.to_do == ["shop"]
    assert "letter for letter" in found.sentence("shop")


@pytest.mark.parametrize(
    ("scopes", "verdict"), [(READER, "to do"), (None, "cannot tell")], ids=["known", "unknown"]
)
def test_a_refusal_without_a_reason(
    sandbox: Callable[..., Runner], scopes: tuple[str, ...] | None, verdict: str
) -> None:
    """With the scope it is the shop; where nothing tells the scopes it may be either."""
    check_answer = {"valid": True, "scopes": scopes} if scopes else {}
    faults = [
        {"path": "/users/api-keys/me", "status": 200, "body": check_answer},
        {"path": "/orcabase/api/sql", "status": 403, "body": {"message": "Forbidden"}},
    ]
    assert check(sandbox(faults=faults)).verdict("shop") == verdict


def test_every_shop_is_asked_for_what_is_sent_to_it(run: Runner) -> None:
    """By its name, where there are several."""
    shops = ["a.example.com", "b.example.com"]
    here = {"shop": shops[0], "shops": shops}
    send(run, order(1), platform="shopify", shop=shops[1])
    found = check(run, orders(order(2), order(3, shop=shops[1])), **here)
    assert found.to_do == ["orders"]
    assert [one["sentence"][:26] for one in found.all("orders")] == [
        "shop a.example.com has no ",
        "shop b.example.com already",
    ]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"status": 400, "body": {"message": "no column; ask ann@example.com"}}, "no column"),
        ({"status": 200, "body": {"success": True}}, "something else than rows"),
    ],
    ids=["400", "no data"],
)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_question_without_an_answer_cannot_tell(
    sandbox: Callable[..., Runner], fault: dict[str, Any], told: str, nth: int
) -> None:
    """The others are asked all the same."""
    run = sandbox(faults=[{"path": "/orcabase/api/sql", "nth": nth, **fault}])
    found = check(run, orders(order(1)))
    assert found.code == 0
    name = ["shop", "orders", "order ids"][nth - 1]
    assert found.verdict(name) == "cannot tell"
    assert told in found.sentence(name)
    assert "ann@example.com" not in str(found.findings)


def test_a_question_is_asked_again_where_that_may_help(sandbox: Callable[..., Runner]) -> None:
    """An API that stumbles once has an answer all the same."""
    run = sandbox(faults=[{"path": "/orcabase/api/sql", "nth": 1, "status": 503}])
    assert len(check(run, orders(order(1))).all("orders")) == 1


def test_numbers_may_come_as_text_and_times_without_a_zone(
    sandbox: Callable[..., Runner],
) -> None:
    """As databases of this kind write them."""
    rows = [
        [{"shop_timezone": "UTC", "orders": "2"}],
        [{"platform": "shopify", "orders": "1234"}],
        [
            {
                "order_id": "A-1",
                "created_at": "2026-03-04 00:06:07",
                "platform": "custom-msp",
                "platform_account_id": None,
            }
        ],
    ]
    faults = [
        {"path": "/orcabase/api/sql", "nth": nth, "status": 200, "body": {"data": found}}
        for nth, found in enumerate(rows, 1)
    ]
    found = check(sandbox(faults=faults), orders(order(1)))
    assert found.to_do == ["orders"]
    assert "1,234 orders from shopify" in found.sentence("orders")
    assert "just as they would be sent" in found.sentence("order ids")
