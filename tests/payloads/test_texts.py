"""Texts, flags, lists, addresses, phones and choices, as exports write them."""

from decimal import Decimal
from typing import Any

import pytest

from target_triplewhale.payloads.ads import Status
from target_triplewhale.payloads.coercion import (
    CoercionContext,
    Currency,
    Email,
    EmailAddress,
    Flag,
    Phone,
    Text,
    TextList,
)
from tests.payloads.reading import read, refusal

AMERICAN = CoercionContext(phone_region="US")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (" A-1042 ", "A-1042"),
        ("A\0-1042\0", "A-1042"),
        ("00123", "00123"),
        ("1.0", "1.0"),
        (5209503793328, "5209503793328"),
        (17850.0, "17850"),
        (1.5, "1.5"),
        (-0.0, "0"),
        (Decimal("17850.00"), "17850"),
        (Decimal("1.50"), "1.50"),
        ("caf\u00e9 \ud83d\ude00", "café \U0001f600"),
        ("broken \ud800", "broken \ufffd"),
    ],
)
def test_a_text_has_one_spelling(written: Any, text: str) -> None:
    """Ids are part of identities: these spellings stay for ever."""
    assert read(Text, written) == text


@pytest.mark.parametrize(
    "written", [True, [], ["a"], {}, float("nan"), Decimal("sNaN"), Decimal("1E+1000000")]
)
def test_what_is_no_text_is_refused(written: Any) -> None:
    """An id that reads `True` or `[]` would join records that have nothing in common."""
    assert refusal(Text, written) == "unreadable"


@pytest.mark.parametrize("kind", [Text, Flag, Email, Phone, TextList, Currency, Status])
@pytest.mark.parametrize("written", [None, "", " ", "\0 "])
def test_what_says_nothing_is_missing(kind: Any, written: Any) -> None:
    """An empty cell of a required field asks for another remedy than a wrong one."""
    assert refusal(kind, written) == "missing"


def test_a_flag_is_read_from_the_usual_words() -> None:
    """Shopify writes yes, Stripe true, spreadsheets TRUE and 1."""
    yes: list[Any] = [True, 1, 1.0, Decimal(1), "1", "true", "YES", " y ", "T", "On"]
    no: list[Any] = [False, 0, 0.0, "0", "False", "no", "N", "f", "OFF"]
    neither: list[Any] = ["maybe", 2, "2", [], Decimal("sNaN")]
    assert [read(Flag, word) for word in yes] == [True] * len(yes)
    assert [read(Flag, word) for word in no] == [False] * len(no)
    assert {refusal(Flag, word) for word in neither} == {"unreadable"}


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("vip, web", ["vip", "web"]),
        ("vip", ["vip"]),
        (" vip ,, ", ["vip"]),
        ('["vip, old", "web", null]', ["vip, old", "web"]),
        ("[vip, web]", ["[vip", "web]"]),
        (["vip ", 5, "", None], ["vip", "5"]),
        ([], []),
        (2024, ["2024"]),
    ],
)
def test_a_list_of_texts_is_read_from_commas_and_from_json(written: Any, texts: list[str]) -> None:
    """Tags come as a list from an API, and in one cell from everything else."""
    assert read(TextList, written) == texts


@pytest.mark.parametrize("written", [True, {}, '{"a": 1}', [[]], ["a", {}], "[[1]]"])
def test_what_is_no_list_of_texts_is_refused(written: Any) -> None:
    """Tags made of brackets and quotes could not be cleaned up afterwards."""
    assert refusal(TextList, written) == "unreadable"


def test_an_email_is_spelled_in_lower_case() -> None:
    """Profiles are matched by it, and exports often hash it, so its form is free here."""
    assert read(Email, " John@Example.COM ") == "john@example.com"
    assert read(Email, "AB0BF25A") == "ab0bf25a"


@pytest.mark.parametrize("written", ["ab0bf25a", "a@b@c", "a b@c", "@c", "a@"])
def test_an_address_that_no_mail_reaches_is_refused_where_the_api_asks_for_one(
    written: str,
) -> None:
    """Events and subscriptions have `format: email` in the published file."""
    assert read(EmailAddress, "John@Example.com") == "john@example.com"
    assert refusal(EmailAddress, written) == "unreadable"


@pytest.mark.parametrize(
    ("written", "spelled", "with_region"),
    [
        ("+1202-555-0107", "+12025550107", "+12025550107"),
        ("(775) 555-0154", "(775) 555-0154", "+17755550154"),
        (18005550199, "18005550199", "+18005550199"),
        ("+44 20 7946 0958", "+442079460958", "+442079460958"),
        (" n/a ", "n/a", "n/a"),
        ("+1", "+1", "+1"),
        ("12", "12", "12"),
    ],
)
def test_a_phone_becomes_e164_where_its_country_is_known(
    written: Any, spelled: str, with_region: str
) -> None:
    """What cannot be read as a number stays as it is: a phone is no reason to lose a record."""
    assert read(Phone, written) == spelled
    assert read(Phone, written, AMERICAN) == with_region


def test_a_choice_is_read_in_any_case() -> None:
    """Google writes Paused; what it means is clear, and what `Removed` means is not."""
    assert [read(Status, one) for one in ("Paused", " ACTIVE ")] == ["PAUSED", "ACTIVE"]
    assert refusal(Status, "Removed") == "unknown_value"
    assert refusal(Status, 1) == "unreadable"


def test_a_currency_is_a_code_in_capitals() -> None:
    """Stripe writes usd; a sign such as $ belongs to twenty currencies."""
    assert read(Currency, " usd ") == "USD"
    assert refusal(Currency, "$") == "unreadable"
