"""What the API says of a key, and what a key's scopes let it do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import Keys
from target_triplewhale.sandbox.keys import Key
from tests.check.checking import check
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served
    from tests.whole_runs import Runner

ORDERS = [schema("orders"), *records("orders", order(1))]
LEADS = [
    schema("leads", keys=["id"]),
    *records("leads", {"id": "1", "email": "a@example.com", "timestamp": "2026-03-04T05:06:07Z"}),
]


@pytest.fixture
def with_key(run: Runner, serving: Callable[..., Served]) -> Callable[..., Runner]:
    """Run against a sandbox that knows the run's key only, as it is told."""

    def start(**key: Any) -> Runner:
        run.config["api_url"] = serving(keys=Keys({run.config["api_key"]: Key(**key)})).url
        return run

    return start


@pytest.fixture
def answering(run: Runner, serving: Callable[..., Served]) -> Callable[..., Runner]:
    """Run against a sandbox whose key check answers otherwise."""

    def start(**fault: Any) -> Runner:
        run.config["api_url"] = serving(faults=[{"path": "/users/api-keys/me", **fault}]).url
        return run

    return start


def test_a_known_key_tells_when_it_was_made(with_key: Callable[..., Runner]) -> None:
    """So that a user knows which of several keys it is."""
    found = check(with_key(created_at="2026-01-03T04:05:06.000Z"))
    assert found.sentence("key") == "known to the API, made 2026-01-03"


def test_an_unknown_key_is_refused(with_key: Callable[..., Runner]) -> None:
    """The shop is not asked with it."""
    found = check(with_key(revoked=True), ORDERS)
    assert found.to_do == ["key"]
    assert "Settings > API Keys" in found.sentence("key")
    assert found.verdict("scopes") == "cannot tell"
    assert found.sentence("shop") == "it was not asked"


def test_a_missing_key_is_a_missing_setting(run: Runner) -> None:
    """As for a run."""
    found = check(run, api_key=None)
    assert (found.code, found.to_do) == (1, ["settings"])


@pytest.mark.parametrize("body", [{}, {"message": "hello"}, [], {"scopes": "orders:write"}])
def test_an_answer_that_says_nothing_cannot_tell(
    answering: Callable[..., Runner], body: Any
) -> None:
    """One source says that the API answers `{}`: that is no fault of the key."""
    found = check(answering(status=200, body=body), ORDERS)
    assert found.code == 0
    assert found.verdict("key") == found.verdict("scopes") == "cannot tell"
    assert "`orders:write` (orders)" in found.sentence("scopes")
    assert found.verdict("orders") == "ok"


def test_a_key_that_is_said_to_be_invalid(answering: Callable[..., Runner]) -> None:
    """Whatever else the answer holds."""
    body = {"valid": False, "scopes": ["orders:write"]}
    assert check(answering(status=200, body=body)).to_do == ["key"]


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_an_api_in_trouble_cannot_tell(answering: Callable[..., Runner], status: int) -> None:
    """That may be over by the time of the run."""
    found = check(answering(status=status))
    assert found.code == 0
    assert found.verdict("key") == "cannot tell"
    assert str(status) in found.sentence("key")
    assert (found.verdict("connection") == "ok") == (status < 500)


def test_scopes_are_those_of_the_routes_that_the_input_takes(
    with_key: Callable[..., Runner],
) -> None:
    """Another route of the settings needs none, if its stream does not come."""
    run = with_key(scopes=("Orders: Write",))
    both = {"orders": {"endpoint": "orders"}, "people": {"endpoint": "customers"}}
    assert check(run, ORDERS, streams=both).verdict("scopes") == "ok"
    lacking = check(run, streams=both)
    assert lacking.to_do == ["scopes"]
    assert "`customers:write` (customers)" in lacking.sentence("scopes")
    assert "orders:write" not in lacking.sentence("scopes")


def test_scopes_are_those_of_a_preset(with_key: Callable[..., Runner]) -> None:
    """Its streams are known before they come."""
    found = check(with_key(scopes=("orders:write",)), preset="survey_csv", platform="p")
    assert found.to_do == ["scopes"]
    assert "`pps:write` (pps)" in found.sentence("scopes")


def test_the_scope_of_events_is_not_documented(with_key: Callable[..., Runner]) -> None:
    """So a key without it may be good."""
    found = check(with_key(scopes=("events:write",)), LEADS)
    assert found.code == 0
    assert found.verdict("scopes") == "cannot tell"
    assert check(with_key(scopes=("orders:write",)), LEADS).verdict("scopes") == "ok"


def test_without_a_route_nothing_is_needed_yet(run: Runner) -> None:
    """Streams find their endpoints by name: only the input tells which."""
    found = check(run)
    assert found.verdict("scopes") == "cannot tell"
    assert "--input" in found.sentence("scopes")
