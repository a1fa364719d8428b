"""The table from an answer to its meaning."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.verdicts import (
    Accepted,
    Asked,
    Halt,
    Mixed,
    Refused,
    ServerFault,
    TooLarge,
    TryAgain,
    verdict,
)
from target_triplewhale.endpoints import ENDPOINTS

SHOP = "example.myshopify.com"
OK = {"success": True, "message": "received"}
NO = {"success": False, "message": "Validation errors"}


def asked(endpoint: str, *keys: str) -> Asked:
    return Asked(ENDPOINTS[endpoint], SHOP, keys or ("",))


def errors(*ids: Any) -> dict[str, Any]:
    return {**NO, "errors": [{"order_id": one, "error": "id is required"} for one in ids]}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, OK, Accepted),
        (201, {}, Accepted),
        (400, NO, Refused),
        (422, NO, Refused),
        (413, NO, Refused),
        (500, NO, ServerFault),
        (429, NO, TryAgain),
        (408, NO, TryAgain),
        (502, NO, TryAgain),
        (503, NO, TryAgain),
        (504, NO, TryAgain),
        (520, NO, TryAgain),
        (401, NO, Halt),
        (403, NO, Halt),
        (301, NO, Halt),
        (405, NO, Halt),
    ],
)
def test_each_status_has_one_meaning_for_a_single_record(
    endpoint: str, status: int, body: Any, kind: type
) -> None:
    """Whatever the endpoint, one record is judged alike."""
    assert isinstance(verdict(Answer(status, body), asked(endpoint, "A-1")), kind)


def test_an_unknown_order_is_a_surveys_own_affair_and_elsewhere_a_wrong_address() -> None:
    """404 on a survey passes with time; anywhere else every request would get it."""
    refused = verdict(Answer(404, {"message": "Order not found"}), asked("pps"))
    assert isinstance(refused, Refused)
    assert "20 minutes" in refused.problem
    halted = verdict(Answer(404, {}), asked("customers"))
    assert isinstance(halted, Halt)
    assert "api_url" in halted.sentence


@pytest.mark.parametrize("status", [200, 400, 422])
def test_an_answer_that_is_no_json_decides_nothing(status: int) -> None:
    """A proxy's page says nothing about the records."""
    answer = Answer(status, None, is_json=False)
    assert isinstance(verdict(answer, asked("customers")), TryAgain)


def test_a_success_that_says_it_is_none_is_no_success() -> None:
    """200 with `success: false` must not be counted as delivered."""
    assert isinstance(verdict(Answer(200, NO), asked("customers")), Refused)


@pytest.mark.parametrize("why", ["timeout", "connection"])
def test_no_answer_is_tried_again(why: Any) -> None:
    """Nothing is known of the record, so it is asked again."""
    assert isinstance(verdict(NoAnswer(why), asked("orders")), TryAgain)


def test_a_certificate_that_cannot_be_trusted_halts() -> None:
    """It will not be better the next time, and nothing may be sent without trust."""
    assert isinstance(verdict(NoAnswer("tls"), asked("orders")), Halt)


def test_the_servers_own_wish_to_wait_is_kept() -> None:
    """Retry-After wins over our own backoff, on whatever status it comes."""
    for status in (429, 503, 500):
        found = verdict(Answer(status, NO, retry_after=7.0), asked("orders", "A", "B"))
        assert isinstance(found, TryAgain | ServerFault)
        assert found.after == 7.0


@pytest.mark.parametrize(
    ("body", "refused", "doubtful"),
    [
        (errors("A"), {"A"}, set()),
        (errors("A", "C"), {"A", "C"}, set()),
        (errors("A", None), {"A"}, {"B", "C"}),
        (errors("A", "A"), set(), {"A", "B", "C"}),
        (errors("A", "Z"), {"A"}, {"B", "C"}),
        (errors(), set(), {"A", "B", "C"}),
        (NO, set(), {"A", "B", "C"}),
        ({**NO, "errors": "all of them"}, set(), {"A", "B", "C"}),
        ([], set(), {"A", "B", "C"}),
    ],
)
def test_a_mixed_answer_settles_only_what_it_names_once(
    body: Any, refused: set[str], doubtful: set[str]
) -> None:
    """An order that the answer does not name clearly must ask again, or it is lost."""
    found = verdict(Answer(400, body), asked("orders", "A", "B", "C"))
    assert isinstance(found, Mixed)
    assert set(found.refused) == refused
    assert found.doubtful == doubtful


def test_a_bulk_success_that_lists_errors_is_a_mixed_answer() -> None:
    """Whatever the status says, an order with an error is not delivered."""
    found = verdict(Answer(200, {**OK, **errors("A"), "success": True}), asked("orders", "A", "B"))
    assert isinstance(found, Mixed)
    assert set(found.refused) == {"A"}


def test_numbers_as_order_ids_are_understood() -> None:
    """The API may echo an id as a number."""
    found = verdict(Answer(400, errors(17)), asked("orders", "17", "18"))
    assert isinstance(found, Mixed)
    assert found.doubtful == frozenset()


def test_a_bulk_request_that_is_too_large_is_halved() -> None:
    """How large a bulk body may be is not documented."""
    assert isinstance(verdict(Answer(413, NO), asked("orders", "A", "B")), TooLarge)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"success": False, "message": "Invalid ad data."}, "Invalid ad data."),
        (
            {"error": "Bad Request", "message": "x is wrong", "code": 7},
            "Bad Request: x is wrong: 7",
        ),
        ({}, "no reason given"),
        ("text", "no reason given"),
    ],
)
def test_a_refusal_is_told_in_the_apis_own_words(body: Any, words: str) -> None:
    """Two error bodies exist."""
    found = verdict(Answer(400, body), asked("ads"))
    assert isinstance(found, Refused)
    assert found.problem == words


def test_a_refused_key_is_told_with_cause_and_remedy() -> None:
    """401 and 403 end the run, so they must say what to do."""
    unauthorized = verdict(Answer(401, NO), asked("ads"))
    forbidden = verdict(Answer(403, NO), asked("ads"))
    assert isinstance(unauthorized, Halt)
    assert isinstance(forbidden, Halt)
    for word in ("missing", "revoked", "ads:write", "Settings > API Keys"):
        assert word in unauthorized.sentence
    for word in ("ads:write", SHOP, "owner", "Settings > Store", "Integrations > Data In"):
        assert word in forbidden.sentence
