"""The packaged presets, from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.presets.library import content, packaged
from target_triplewhale.presets.preset import SKIP
from tests.reference.page import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def overview() -> str:
    """Return a row a preset."""
    rows = [(f"[`{name}`](presets/{name}.md)", content(name)["title"]) for name in packaged()]
    return table(("preset", "source"), rows)


def sections() -> str:
    """Return a section a preset."""
    return "\n\n".join(part for name in packaged() for part in _section(name, content(name)))


def _section(name: str, preset: Mapping[str, Any]) -> Iterator[str]:
    yield f"## `{name}`"
    yield f"{preset['title']}: [the page of this preset](presets/{name}.md)."
    yield table(("", ""), list(_facts(preset)))
    options = preset.get("options")
    if options:
        rows = [(code(name), *_option(one)) for name, one in options.items()]
        yield table(("option", "what it says", "default"), rows)


def _facts(preset: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "orders" in preset:
        yield "what counts as an order", preset["orders"].strip()
    if "platform" in preset:
        yield "`platform`", code(preset["platform"])
    if "account" in preset:
        yield "`platform_account_id`", preset["account"]
    if preset["native"]:
        yield "needs", "`native_sources: allow`, since Triple Whale reads this source itself"
    streams = preset["streams"]
    taken = {name: one for name, one in streams.items() if one != SKIP}
    yield "streams", "; ".join(_stream(name, one) for name, one in taken.items())
    left_out = [name for name in streams if name not in taken]
    if left_out:
        yield "left out", code(*left_out)


def _stream(name: str, entry: Mapping[str, Any]) -> str:
    """Return a stream with its other names and its endpoints."""
    others = f" ({code(*entry['also'])})" if entry.get("also") else ""
    goes_to = dict.fromkeys(route["endpoint"] for route in entry["routes"])
    return f"{code(name)}{others} to {', '.join(f'[{one}](endpoints.md#{one})' for one in goes_to)}"


def _option(option: Mapping[str, Any]) -> tuple[str, str]:
    told = option["help"].strip().removesuffix(".") + "."
    told = told[0].upper() + told[1:]
    if option.get("choices"):
        told += f" One of {code(*option['choices'])}."
    return told, _default(option)


def _default(option: Mapping[str, Any]) -> str:
    """Return what an option is where nobody sets it; without a default it must be set."""
    if "default" not in option:
        return "none: it must be set"
    value = option["default"]
    if isinstance(value, dict):
        return code(*(f"{name}: {one}" for name, one in value.items()))
    if isinstance(value, list):
        return code(*value) or "an empty list"
    return code(value) if value and "`" not in value else "nothing"
