"""A model's rules without the model: where they hold, and where the model is needed."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, computed_field, model_validator

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.payloads.coercion import ListOf, PartOf, Text
from target_triplewhale.payloads.orders import Order
from target_triplewhale.payloads.plain import Plain, plain
from target_triplewhale.payloads.strict import Strict

ORDER: dict[str, Any] = {
    "shop": "example.com",
    "order_id": "A-1",
    "created_at": "2026-03-04T05:06:07.000Z",
    "currency": "EUR",
    "customer": {"id": "1", "email": "ann@example.com"},
    "order_revenue": 19.5,
}


class Checked(Strict):
    """Looks at itself after reading."""

    name: Text

    @model_validator(mode="after")
    def _whole(self) -> "Checked":
        return self


class Prepared(Strict):
    """Looks at its input before reading."""

    name: Text

    @model_validator(mode="before")
    @classmethod
    def _input(cls, value: Any) -> Any:
        return value


class Renamed(Strict):
    """Reads another name than it writes."""

    name: Text = Field(alias="other")


class Made(Strict):
    """Makes its default anew each time."""

    names: list[str] = Field(default_factory=list)


class Computed(Strict):
    """Writes more than it reads."""

    name: Text

    @computed_field  # type: ignore[prop-decorator]
    @property
    def twice(self) -> str:
        """Return what nobody gave."""
        return self.name * 2


class Open(Strict):
    """Takes any name."""

    model_config = ConfigDict(extra="allow")
    name: Text


class Trimming(Strict):
    """Has a setting that changes its texts."""

    model_config = ConfigDict(str_strip_whitespace=True)
    name: Text


class Early(Strict):
    """Runs code of its own when it has been made."""

    name: Text

    def model_post_init(self, context: Any, /) -> None:
        """Do something with the model."""


class Written(Strict):
    """Is made by code of its own."""

    name: Text

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


class Deep(Strict):
    """Holds itself."""

    deeper: "Deep | None" = None


class Unlike(Strict):
    """Has a field of a kind that no payload has."""

    size: float


class Holding(Strict):
    """Holds a part that needs its model."""

    part: PartOf[Checked] | None = None


class HoldingMany(Strict):
    """Holds parts that need their model."""

    parts: ListOf[Open]


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)
def test_every_model_but_the_open_one_of_events_reads_plainly(endpoint: Any) -> None:
    """A new construct in a model must not make its endpoint slow without anybody's knowing."""
    assert (plain(endpoint.model) is None) is endpoint.is_event


@pytest.mark.parametrize(
    "model",
    [
        *(Checked, Prepared, Renamed, Made, Computed, Open, Trimming, Early, Written, Deep),
        *(Unlike, Holding, HoldingMany),
    ],
)
def test_what_could_mean_another_thing_without_the_model_is_left_to_it(
    model: type[BaseModel],
) -> None:
    """What is not understood would be read by other rules, and nobody would see it."""
    assert plain(model) is None


def test_a_rule_over_absence_holds_without_the_model() -> None:
    """The model gives such a rule the defaults of what is absent; plain objects have none."""
    read = Plain(Order).read
    for customer in ({"id": "1"}, {"id": "1", "phone": None}, {"id": "1", "email": None}):
        with pytest.raises(ValidationError):
            read(ORDER | {"customer": customer}, strict=True)
    for customer in ({"id": "1", "phone": "+49221555550"}, {"id": "1", "email": "a@example.com"}):
        assert read(ORDER | {"customer": customer}, strict=True)


def test_an_undocumented_name_in_a_part_is_refused() -> None:
    """Left out in silence, it would be missed by nobody until it is."""
    with pytest.raises(ValidationError):
        Plain(Order).read(ORDER | {"customer": ORDER["customer"] | {"age": 5}}, strict=True)


def test_a_default_that_says_something_is_given() -> None:
    """Only nothing may be left out."""

    class Defaulted(Strict):
        name: Text = "x"
        other: Text | None = None

    assert Plain(Defaulted).read({}, strict=True) == {"name": "x"}


@pytest.mark.parametrize("text", ["a", '":null', '{"a":null}'])
def test_nulls_are_not_written_and_texts_that_look_like_them_are(text: str) -> None:
    """A null would empty a field that the API has."""
    found = Plain.write({"a": None, "b": [{"c": None, "d": text}], "e": {"f": None}, "g": 0})
    assert json.loads(found) == {"b": [{"d": text}], "e": {}, "g": 0}
