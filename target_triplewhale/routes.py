"""Which stream goes to which endpoints, and under which mapping."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.endpoints import ENDPOINTS, Endpoint
from target_triplewhale.errors import SettingsInvalid, StreamUnmapped
from target_triplewhale.mapping.expressions import Expression
from target_triplewhale.mapping.mapper import Recipe
from target_triplewhale.mapping.names import folded
from target_triplewhale.mapping.shape import Path, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SKIP = "skip"
KEYS = ("endpoint", "fields", "defaults", "where", "event_key", "as_custom")
SCHEMA_NAME = re.compile(r"^(public|dbo|main|default)[-.]", re.IGNORECASE)
"""Schemas of warehouses; any other word before the name may change what the stream holds."""

_EVENT_TYPES = {
    "lead": "leads",
    "mql": "mqls",
    "sql": "sqls",
    "opportunity": "opportunities",
    "book_demo": "book_demos",
}
STREAM_NAMES: Mapping[str, tuple[str, ...]] = {
    "orders": ("orders", "order", "sales_orders"),
    "products": ("products", "product"),
    "customers": ("customers", "customer"),
    "subscriptions": ("subscriptions", "subscription"),
    "ads": ("ads", "ad"),
    "pps": ("pps", "post_purchase_surveys", "post_purchase_survey"),
    "events": ("events", "event", *_EVENT_TYPES, *_EVENT_TYPES.values()),
    "orders_enrichment": ("orders_enrichment", "order_enrichment"),
    "products_enrichment": ("products_enrichment", "product_enrichment"),
}
"""The names by which a stream finds its endpoint; nothing else matches."""

_BY_NAME = {name: endpoint for endpoint, names in STREAM_NAMES.items() for name in names}
_TYPE_BY_NAME = {name: kind for kind, plural in _EVENT_TYPES.items() for name in (kind, plural)}


@dataclass(frozen=True)
class Route:
    """One way from a stream to an endpoint."""

    name: str
    endpoint: Endpoint
    recipe: Recipe


class Routes:
    """The routes that the settings and the streams' names give."""

    def __init__(self, streams: Mapping[str, Any], *, skip_unmapped: bool) -> None:
        """Check all of `streams`; raise SettingsInvalid with everything wrong in it."""
        problems: list[str] = []
        self._configured = {
            stream: _configured(stream, entry, problems) for stream, entry in streams.items()
        }
        if problems:
            raise SettingsInvalid(problems)
        self._skip_unmapped = skip_unmapped
        self._asked: set[str] = set()

    def of(self, stream: str) -> tuple[Route, ...]:
        """Return a stream's routes, none where it is skipped; raise StreamUnmapped."""
        self._asked.add(stream)
        if stream in self._configured:
            return self._configured[stream]
        name = folded(SCHEMA_NAME.sub("", stream))
        if endpoint := _BY_NAME.get(name):
            kind = _TYPE_BY_NAME.get(name)
            recipe = Recipe(defaults={("type",): kind} if kind else {})
            return (Route(f"{stream}:{endpoint}", ENDPOINTS[endpoint], recipe),)
        if self._skip_unmapped:
            return ()
        near = difflib.get_close_matches(name, _BY_NAME, n=3, cutoff=0.5)
        names = f" Names near it: {', '.join(near)}." if near else ""
        raise StreamUnmapped(
            f"stream {stream}: no endpoint goes by that name.{names} Name one "
            f"(`streams: {{{stream}: {{endpoint: ...}}}}`, one of {', '.join(ENDPOINTS)}), leave "
            f"it out (`streams: {{{stream}: skip}}`), or leave out all such streams "
            "(`unmapped_streams: skip`)"
        )

    def misnamed(self) -> list[tuple[str, str]]:
        """Return entries of `streams` that no stream has, with the stream that differs least."""
        by_name = {folded(stream): stream for stream in self._asked}
        unseen = self._configured.keys() - self._asked
        return [(name, by_name[folded(name)]) for name in sorted(unseen) if folded(name) in by_name]


def _configured(stream: str, entry: Any, problems: list[str]) -> tuple[Route, ...]:
    if entry == SKIP:
        return ()
    routes: list[Route] = []
    for given in entry if isinstance(entry, list) and entry else [entry]:
        where = f"streams.{stream}"
        if not isinstance(given, dict):
            problems.append(f"{where}: must be `skip`, an object with an endpoint, or a list")
            continue
        problems += _unknown(where, given, KEYS)
        if endpoint := _endpoint(where, given.get("endpoint"), problems):
            recipe = _Reader(where, endpoint, problems).recipe(given)
            routes.append(Route(_name(stream, endpoint, routes), endpoint, recipe))
    return tuple(routes)


def _name(stream: str, endpoint: Endpoint, before: Iterable[Route]) -> str:
    """Name a route by stream and endpoint; the second to the same endpoint is numbered."""
    same = sum(route.endpoint is endpoint for route in before)
    return f"{stream}:{endpoint.name}" + (f"#{same + 1}" if same else "")


def _endpoint(where: str, name: Any, problems: list[str]) -> Endpoint | None:
    if isinstance(name, str) and folded(name) in ENDPOINTS:
        return ENDPOINTS[folded(name)]
    if name is None:
        problems.append(f"{where}: lacks `endpoint`, one of {', '.join(ENDPOINTS)}")
    else:
        near = _BY_NAME.get(folded(str(name))) or _nearest(str(name), ENDPOINTS)
        hint = f" (did you mean `{near}`?)" if near else f"; one of {', '.join(ENDPOINTS)}"
        problems.append(f'{where}: unknown endpoint "{name}"{hint}')
    return None


def _unknown(where: str, given: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    strange = [name for name in given if name not in known]
    hints = {name: _nearest(str(name), known) for name in strange}
    return [
        f"{where}: unknown key `{name}`" + (f" (did you mean `{near}`?)" if near else "")
        for name, near in hints.items()
    ]


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)), None)


def _dotted(given: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Join nested names with dots: Meltano hands over `a.b: x` as `a: {b: x}`."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        is_inner = isinstance(value, dict) and value
        found |= _dotted(value, f"{before}{name}.") if is_inner else {f"{before}{name}": value}
    return found


class _Reader:
    """Reads one route's mapping, and notes what is wrong with it."""

    def __init__(self, where: str, endpoint: Endpoint, problems: list[str]) -> None:
        self._where = where
        self._endpoint = endpoint
        self._problems = problems
        paths = Shape(endpoint.model, endpoint.name).paths()
        self._paths = {".".join(path): path for path in paths}

    def recipe(self, given: Mapping[str, Any]) -> Recipe:
        fields = _dotted(self._object(given, "fields"))
        sources = {name: self._expression(f"fields.{name}", one) for name, one in fields.items()}
        where = self._expression("where", given["where"]) if "where" in given else None
        whole = sources.pop("*", None)
        return Recipe(
            where=where,
            whole_record=whole,
            fields={self._path(name): one for name, one in sources.items() if one}
            if "fields" in given
            else None,
            defaults={
                self._path(name): one
                for name, one in _dotted(self._object(given, "defaults")).items()
            },
            as_custom=self._flag(given),
            event_key=self._columns(given),
        )

    def _object(self, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = given.get(key, {})
        if isinstance(value, dict):
            return value
        self._problems.append(f"{self._where}.{key}: must be an object (names with values)")
        return {}

    def _path(self, name: str) -> Path:
        if path := self._paths.get(name):
            return path
        if not self._endpoint.is_event or "." in name:
            near = _nearest(name, self._paths)
            hint = f" (did you mean `{near}`?)" if near else ""
            self._problems.append(
                f"{self._where}: {self._endpoint.name} has no field `{name}`{hint}"
            )
        return tuple(name.split("."))

    def _expression(self, key: str, text: Any) -> Expression | None:
        if not isinstance(text, str):
            self._problems.append(f"{self._where}.{key}: must be text, a JMESPath expression")
            return None
        try:
            return Expression(text)
        except ValueError as error:
            self._problems.append(f"{self._where}.{key}: {error}")
            return None

    def _flag(self, given: Mapping[str, Any]) -> bool:
        value = given.get("as_custom", False)
        if not isinstance(value, bool):
            self._problems.append(f"{self._where}.as_custom: must be true or false")
        return value is True

    def _columns(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        value = given.get("event_key", [])
        columns = [value] if isinstance(value, str) else value
        if isinstance(columns, list) and all(isinstance(one, str) for one in columns):
            return tuple(columns)
        self._problems.append(f"{self._where}.event_key: must be a column's name, or a list")
        return ()
