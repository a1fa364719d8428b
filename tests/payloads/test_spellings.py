"""What pydantic takes natively, in strict mode, is what reading it would have given."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from target_triplewhale.payloads import coercion
from target_triplewhale.payloads.ads import Status
from tests.payloads.published import MODELS
from tests.payloads.test_any_record import VALUES, records

KINDS = {
    name: TypeAdapter(kind)
    for name, kind in vars(coercion).items()
    if hasattr(kind, "__metadata__") and not getattr(kind, "__parameters__", ())
} | {"Status": TypeAdapter(Status)}
NEAR = st.sampled_from(
    [
        *("A-1", " A-1", "A-1\n", "A\0", "a\tb", "a  b", "\x1cA", "A\x7f", "\xa0A", "ä", "\ud800"),
        *("EUR", "EUR\n", "eur", "ANN@X.DE", "ann@x.de", "ann", "a@b@c", "@", "ann@x.de "),
        *("2026-02-28T23:59:59.999Z", "2026-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"),
        *("2026-04-31T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:00:60.000Z"),
        *("1899-12-31T00:00:00.000Z", "2100-01-01T00:00:00.000Z", "2101-01-01T00:00:00.000Z"),
        *("2026-01-01T00:00:00.000z", "2026-01-01T00:00:00.000Z\n", "2026-01-01T00:00:00.0000Z"),
        *("2026-02-28", "2026-02-29", "2026-13-01", "2026-01-00", "2026-01-01\n", "20260101"),
        *("ACTIVE", "active", "Paused ", "true", "5", "5.0", ["a", None, " b"], ["a", "b"], [1]),
    ]
)


def result(kind: TypeAdapter[Any] | type[BaseModel], value: Any, *, strict: bool) -> Any:
    """Return what a value becomes, as text so that 1 is not 1.0 nor True; None if it is refused."""
    read = kind.validate_python if isinstance(kind, TypeAdapter) else kind.model_validate
    try:
        return repr(read(value, strict=strict))
    except ValidationError:
        return None


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=300)
@given(value=NEAR | VALUES | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00.000Z"))
@example("2026-02-29T00:00:00.000Z")
@example(" A-1")
def test_a_native_spelling_is_what_reading_gives(name: str, value: Any) -> None:
    """A pattern that takes too much would send what was never read."""
    kind = KINDS[name]
    assert result(kind, value, strict=True) == result(kind, value, strict=False)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_model_takes_strictly_it_takes_as_it_would_leniently(
    model: type[BaseModel], data: st.DataObject
) -> None:
    """Strict mode is for speed: it may refuse more (JSON text), and may take nothing else."""
    record = data.draw(records(model))
    taken = result(model, record, strict=True)
    assert taken in (None, result(model, record, strict=False))
