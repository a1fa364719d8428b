"""What is printed goes into tickets and chats: it says nothing of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from target_triplewhale.entries import Choices
from target_triplewhale.routes import Routes
from tests.recorded import source
from tests.suggestions.asked import ask, ask_of
from tests.suggestions.test_recorded import RECORDED
from tests.whole_runs import records, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OF_A_PERSON = (
    *("mail", "phone", "first_name", "firstname", "last_name", "lastname", "contact_name"),
    *("address", "fax"),
)
"""Parts of the names of columns in the recorded files that hold what is of a person."""
NOT_OF_ONE = ("marketing", "_id", "code", "verified", "ip_address", "domain", "type", "country")
PERSON = {
    "id": "1",
    "name": "Zacharias Quillfeather",
    "first_name": "Zacharias",
    "last_name": "Quillfeather",
    "email": "zacharias@example.com",
    "phone": "+1 202-555-0107",
    "street": "12 Nightjar Close",
    "city": "Wexcombe",
    "postcode": "89801",
    "note": "Ask for Zacharias",
    "tags": "call 202-555-0107, zacharias@example.com",
    "source": "zacharias@example.com",
    "status": "12025550107",
}


@pytest.mark.parametrize("name", RECORDED)
def test_no_mail_phone_or_name_of_a_recorded_file_is_printed(name: str, shared: Path) -> None:
    """Values of columns that hold such, of all records."""
    read = source(name, shared, shared)
    text = ask_of(read.path.read_bytes()).text
    messages = [one["record"] for one in read.messages() if one["type"] == "RECORD"]
    found = {value for record in messages for value in _of_people(record)}
    assert [value for value in found if value in text] == []


@pytest.mark.parametrize("stream", ["contacts", "customers", "orders", "opportunities"])
def test_a_sample_value_is_masked_wherever_it_lands(stream: str) -> None:
    """Also in columns where nobody expects a person."""
    record = {**PERSON, "created_at": "2026-03-04", "total": "19.99", "stage": PERSON["email"]}
    text = ask([schema(stream, *record, keys=["id"]), *records(stream, record)]).text
    hidden = ("acharias", "Quillfeather", "555-0107", "5550107", "Nightjar", "Wexcombe", "89801")
    assert [value for value in hidden if value in text] == []


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-03-04", "03/04/2026", "1.234,5", "a@b.co", "paid", "[1]", '{"a": 1}']),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
_NAMES = st.text(max_size=8) | st.sampled_from(
    [
        "id",
        "order_id",
        "email",
        "Total",
        "created at",
        "status",
        "Line\nItems",
        "stage",
        "#",
        "test",
    ]
)
_STREAMS = st.sampled_from(["orders", "contacts", "products", "ads", "pps", "x: y # z", "null"])


@example("contacts", [{"0": {"\x7f" * 2: {"": None, "\x1f\x07" * 4: {"": "0@0.0"}}}}])
@given(_STREAMS, st.lists(st.dictionaries(_NAMES, _VALUES, max_size=8), max_size=5))
def test_whatever_comes_in_what_comes_out_is_a_configuration(
    stream: str, found: list[dict[str, Any]]
) -> None:
    """No value and no name of a column makes it fail, or YAML that does not load."""
    columns = {name for record in found for name in record}
    said = ask([schema(stream, *columns, keys=["id"]), *records(stream, *found)])
    Routes(Choices(said.config["streams"])).of(stream)


def _of_people(value: Any, name: str = "") -> Iterator[str]:
    """Yield the texts in columns that hold what is of a person, lists and objects opened."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _of_people(one, key.lower().replace(" ", "_"))
    elif isinstance(value, list):
        for one in value:
            yield from _of_people(one, name)
    elif _is_of_a_person(name) and isinstance(value, str) and len(value) > 3:
        yield value


def _is_of_a_person(name: str) -> bool:
    is_it = any(part in name for part in OF_A_PERSON)
    return is_it and not any(part in name for part in NOT_OF_ONE)
