"""One route's entry under `streams`, read into a recipe; everything wrong with it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from target_triplewhale.errors import Fault
from target_triplewhale.mapping.amounts import MARKS
from target_triplewhale.mapping.counting import ACTIONS, Counts, status
from target_triplewhale.mapping.events import OTHER_TYPES
from target_triplewhale.mapping.expressions import Expression
from target_triplewhale.mapping.grouping import Grouping
from target_triplewhale.mapping.recipe import ALL_COLUMNS, Recipe
from target_triplewhale.mapping.shape import Path, Shape
from target_triplewhale.mapping.value_maps import value_map
from target_triplewhale.settings import currency_code, did_you_mean, zone_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.value_maps import ValueMap

KEYS = (
    "endpoint",
    "fields",
    "defaults",
    "value_maps",
    "where",
    "counts",
    "group_rows",
    "properties",
    "event_key",
    "as_custom",
    "timezone",
    "currency",
    "date_format",
    "decimal_mark",
    "minor_units",
    "snapshot",
)
EVENT_KEYS = ("properties", "event_key", "as_custom")
ORDERS = {"day_first": True, "month_first": False}
"""The values of `date_format`."""


def invalid(sentence: str) -> Fault:
    """Return what is wrong with a route."""
    return Fault("TW-ROUTE-INVALID", sentence)


class RecipeReader:
    """Reads one route's mapping, and notes what is wrong with it."""

    def __init__(self, where: str, endpoint: Endpoint, problems: list[Fault]) -> None:
        self._where = where
        self._endpoint = endpoint
        self._problems = problems
        shape = Shape(endpoint.model, endpoint.name)
        self._paths = {".".join(path): path for path in shape.all_paths()}
        self._number_paths = {".".join(path): path for path in shape.number_paths()}
        self._lists = shape.children.keys() - shape.objects

    def recipe(self, given: Mapping[str, Any]) -> Recipe:
        """Return the recipe that an entry's keys give."""
        self._refuse_unknown(self._where, given, KEYS)
        self._refuse_for_others(given)
        fields = dotted(self._object(given, "fields"))
        sources = {name: self._expression(f"fields.{name}", one) for name, one in fields.items()}
        defaults = dotted(self._object(given, "defaults"))
        whole = sources.pop("*", None)
        return Recipe(
            where=self._expression("where", given["where"]) if "where" in given else None,
            whole_record=whole,
            fields={self._path(name): one for name, one in sources.items() if one}
            if "fields" in given
            else None,
            defaults={self._path(name): one for name, one in defaults.items()},
            value_maps=tuple(self._value_maps(self._object(given, "value_maps"))),
            minor_units=self._minor_units(given),
            as_custom=self._as_custom(given),
            event_key=self._names(given, "event_key") or (),
            properties=self._properties(given),
            counts=self._counts(given),
            group_rows=self._group_rows(given, sources.values(), whole),
            currency=self._checked(given, "currency", currency_code),
            timezone=self._timezone(given),
            day_first=self._choice(given, "date_format", ORDERS),
            decimal_mark=self._choice(given, "decimal_mark", {mark: mark for mark in MARKS}),
            snapshot=self._snapshot(given),
        )

    def _say(self, key: str, problem: str) -> None:
        self._problems.append(invalid(f"{self._where}.{key}: {problem}"))

    def _refuse_unknown(self, where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
        for name in given:
            if name not in known:
                near = did_you_mean(str(name), known)
                self._problems.append(invalid(f"{where}: unknown key `{name}`{near}"))

    def _refuse_for_others(self, given: Mapping[str, Any]) -> None:
        """Refuse what is for events only and would do nothing."""
        for name in EVENT_KEYS:
            if name in given and not self._endpoint.is_event:
                self._say(name, f"is for events only, and does nothing to {self._endpoint.name}")

    def _object(self, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = given.get(key, {})
        if isinstance(value, dict):
            return value
        self._say(key, "must be an object (names with values)")
        return {}

    def _path(self, name: str) -> Path:
        path = self._paths.get(name)
        if path:
            return path
        if not self._endpoint.is_event or "." in name:
            self._refuse_field(name, self._paths)
        return tuple(name.split("."))

    def _refuse_field(self, name: str, known: Iterable[str]) -> None:
        near = did_you_mean(name, known)
        text = f"{self._where}: {self._endpoint.name} has no field `{name}`{near}"
        self._problems.append(invalid(text))

    def _expression(self, key: str, text: Any) -> Expression | None:
        if not isinstance(text, str):
            self._say(key, "must be text, a JMESPath expression")
            return None
        try:
            return Expression(text)
        except ValueError as error:
            self._say(key, str(error))
            return None

    def _as_custom(self, given: Mapping[str, Any]) -> bool | str:
        value = given.get("as_custom", False)
        if not isinstance(value, bool) and value != OTHER_TYPES:
            self._say("as_custom", f"must be true, false, or {OTHER_TYPES}")
        return OTHER_TYPES if value == OTHER_TYPES else value is True

    def _snapshot(self, given: Mapping[str, Any]) -> bool:
        value = given.get("snapshot", False)
        if not isinstance(value, bool):
            self._say("snapshot", "must be true or false")
        elif value and not self._endpoint.counts_sales:
            self._say("snapshot", "is for orders only: nothing else can be voided")
        return value is True

    def _names(self, given: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
        if key not in given:
            return None
        value = given[key]
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(one, str) for one in names):
            return tuple(names)
        self._say(key, "must be a column's name, or a list of them")
        return None

    def _choice(self, given: Mapping[str, Any], key: str, known: Mapping[str, Any]) -> Any:
        value = given.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or value not in known:
            self._say(key, f"must be one of {', '.join(map(repr, known))}")
            return None
        return known[value]

    def _checked(
        self, given: Mapping[str, Any], key: str, check: Callable[[str], str]
    ) -> str | None:
        value = given.get(key)
        if value is None:
            return None
        try:
            return check(str(value))
        except ValueError as error:
            self._say(key, str(error))
            return None

    def _timezone(self, given: Mapping[str, Any]) -> ZoneInfo | None:
        name = self._checked(given, "timezone", zone_name)
        return ZoneInfo(name) if name else None

    def _value_maps(self, given: Mapping[Any, Any], before: str = "") -> Iterable[ValueMap]:
        """Read maps of values; a dotted path may come as nested names, as Meltano writes it."""
        for step, values in given.items():
            name = f"{before}{step}"
            path = self._paths.get(name)
            is_object = isinstance(values, dict)
            if not is_object or not values:
                self._say(f"value_maps.{name}", "must be an object (values with values)")
            elif any(known.startswith(f"{name}.") for known in self._paths):
                yield from self._value_maps(values, f"{name}.")
            elif path:
                yield value_map(path, dotted(values))
            elif self._endpoint.is_event and not before:
                yield value_map((name,), dotted(values))
            else:
                self._refuse_field(name, self._paths)

    def _minor_units(self, given: Mapping[str, Any]) -> tuple[Path, ...]:
        names = self._names(given, "minor_units") or ()
        for name in names:
            if name not in self._number_paths:
                near = did_you_mean(name, self._number_paths)
                self._say("minor_units", f"{self._endpoint.name} has no amount `{name}`{near}")
        return tuple(tuple(name.split(".")) for name in names)

    def _properties(self, given: Mapping[str, Any]) -> tuple[str, ...] | None:
        names = self._names(given, "properties")
        if names and len(names) > 1 and ALL_COLUMNS[0] in names:
            self._say("properties", "must be a list of columns, or `*` alone")
        for name in names or ():
            if self._endpoint.is_event and name in self._endpoint.model.model_fields:
                self._say("properties", f"`{name}` is a field of events; give it under `fields`")
        return names

    def _counts(self, given: Mapping[str, Any]) -> Counts | None:
        if "counts" not in given:
            return None
        table = self._object(given, "counts")
        self._refuse_unknown(f"{self._where}.counts", table, ("field", *ACTIONS))
        actions: dict[str, str] = {}
        for action in ACTIONS:
            values = [] if table.get(action) is None else table[action]
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict | list):
                    self._say(f"counts.{action}", "must be a value, or a list of values")
                elif actions.setdefault(status(value), action) != action:
                    self._say("counts", f"names one value under {action} and another key")
        if not actions:
            self._say("counts", f"names no values under {', '.join(ACTIONS)}")
        field = self._expression("counts.field", table.get("field"))
        return Counts(field, actions) if field else None

    def _group_rows(
        self,
        given: Mapping[str, Any],
        sources: Iterable[Expression | None],
        whole: Expression | None,
    ) -> Grouping | None:
        if "group_rows" not in given:
            return None
        table = self._object(given, "group_rows")
        self._refuse_unknown(f"{self._where}.group_rows", table, ("by", "into"))
        by, into = table.get("by"), table.get("into")
        if not (isinstance(by, str) and by and isinstance(into, str) and into):
            self._say("group_rows", "needs `by`, a column, and `into`, the name of a list")
            return None
        is_by_name = whole or "fields" not in given
        is_read = any(into in one.columns for one in sources if one)
        if not is_read and is_by_name and into not in self._lists:
            self._say("group_rows", f"{self._endpoint.name} has no list `{into}`")
        elif not is_read and not is_by_name:
            self._say("group_rows", f"puts rows into `{into}`, which none of `fields` reads")
        return Grouping(by, into)


def dotted(given: Mapping[Any, Any], before: str = "") -> dict[str, Any]:
    """Join nested names with dots: Meltano hands over `a.b: x` as `a: {b: x}`."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        is_inner = isinstance(value, dict) and value
        found |= dotted(value, f"{before}{name}.") if is_inner else {f"{before}{name}": value}
    return found
