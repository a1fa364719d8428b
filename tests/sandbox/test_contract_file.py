"""The sandbox's own contract against the published file, where that file is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from target_triplewhale.sandbox.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.sandbox.shapes import Shape

PUBLISHED = Path(__file__).parents[2].parent / "shared/api/triple-whale-openapi.yml"

ONLY_OURS = {
    "is_new_customer": "the API takes it, the file omits it",
}


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """Return the operations by path; without the file there is nothing to compare."""
    if not PUBLISHED.is_file():
        pytest.skip("the published OpenAPI file is not at hand")
    paths = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))["paths"]
    return {path: next(iter(item.values())) for path, item in paths.items()}


def _walk(theirs: dict[str, Any], ours: Shape, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield (what, theirs, ours) for everything both sides say of a value."""
    yield f"{path}: type", theirs["type"], ours.type
    yield f"{path}: format", theirs.get("format"), ours.format
    yield f"{path}: default", theirs.get("default"), ours.default
    yield f"{path}: required", set(theirs.get("required", ())), set(ours.required)
    yield f"{path}: min items", theirs.get("minItems", 0), ours.min_items
    yield f"{path}: max items", theirs.get("maxItems"), ours.max_items
    yield f"{path}: non-negative", "non-negative" in _prose(theirs), ours.minimum == 0
    if "0 or 1" in _prose(theirs):
        yield f"{path}: values", (0, 1), ours.enum
    else:
        yield f"{path}: values", tuple(theirs.get("enum", ())), ours.enum
    their_fields = theirs.get("properties", {})
    names = {name for name in ours.fields if name not in ONLY_OURS}
    yield f"{path}: fields", set(their_fields), names
    for name in sorted(names & set(their_fields)):
        yield from _walk(their_fields[name], ours.fields[name], f"{path}.{name}")
    yield f"{path}: items", "items" in theirs, ours.items is not None
    if ours.items is not None:
        yield from _walk(theirs["items"], ours.items, f"{path}[]")


def _prose(theirs: dict[str, Any]) -> str:
    return str(theirs.get("description", "")) if "properties" not in theirs else ""


def test_every_data_in_path_of_the_file_has_a_route(published: dict[str, Any]) -> None:
    """A path without a route would be answered 404, as if the target had it wrong."""
    assert {path for path in published if path.startswith("/data-in/")} == set(ROUTES)


@pytest.mark.parametrize("path", ROUTES)
def test_the_contract_says_what_the_file_says(path: str, published: dict[str, Any]) -> None:
    """The judge must judge by the published contract, in both directions."""
    theirs = published[path]["requestBody"]["content"]["application/json"]["schema"]
    compared = list(_walk(theirs, ROUTES[path].shape, path))
    assert len(compared) > len(theirs["properties"])
    assert [item for item in compared if item[1] != item[2]] == []


@pytest.mark.parametrize("path", ROUTES)
def test_the_answers_are_the_published_ones(path: str, published: dict[str, Any]) -> None:
    """A client may look at the message, so it is the published one, letter for letter."""

    def message(status: str) -> str:
        schema = published[path]["responses"][status]["content"]["application/json"]["schema"]
        return str(schema["properties"]["message"]["example"])

    assert ROUTES[path].received.format(count=1000) == message("200")
    assert ROUTES[path].refused == message("400")
    assert ("413" in published[path]["responses"]) == (ROUTES[path].max_bytes is not None)
    assert ("404" in published[path]["responses"]) == ROUTES[path].needs_order
