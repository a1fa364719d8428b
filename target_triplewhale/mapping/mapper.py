"""One route's mapping: a record goes in, a payload or all that is wrong with it comes out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BaseModel, TypeAdapter, ValidationError

from target_triplewhale.mapping.columns import Columns, SameName, unmarked_columns
from target_triplewhale.mapping.completing import Completing
from target_triplewhale.mapping.counting import FILTER, VOID
from target_triplewhale.mapping.documented import Documented
from target_triplewhale.mapping.events import EventRules
from target_triplewhale.mapping.identity import identity_of
from target_triplewhale.mapping.json_text import JsonText
from target_triplewhale.mapping.names import unmarked, without_marks
from target_triplewhale.mapping.native import refuse_native_order
from target_triplewhale.mapping.older import hoist_properties
from target_triplewhale.mapping.paths import at
from target_triplewhale.mapping.picking import FieldFailed, Picking, search
from target_triplewhale.mapping.rewriting import Rewriting
from target_triplewhale.mapping.selecting import Selection
from target_triplewhale.mapping.shape import Picked, Shape, is_empty
from target_triplewhale.outcomes import Filtered, Reason, Rejected, reject_code
from target_triplewhale.payloads.coercion import problems
from target_triplewhale.payloads.events import Event
from target_triplewhale.payloads.orders import Order
from target_triplewhale.payloads.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.recipe import Recipe

HIDDEN_PREFIX = "_sdc_"
TIMESTAMP = ("timestamp",)
NOW = "now"
"""The default of an event's time that stands for the time of the run."""
_HINTS = {
    ("missing", "currency"): "is missing; the setting `currency` fills it in",
    ("missing", "timestamp"): "is missing; `defaults: {timestamp: now}` takes the time of the run",
}


class Mapped(NamedTuple):
    """What is sent of a record, what it is known by, and the columns that have no place in it."""

    shop: str
    key: str
    """What a bulk answer calls it."""
    identity: tuple[str | None, ...]
    body: bytes
    unused: set[str]
    is_mergeable: bool
    """Whether a record with the same identity may go in its place."""
    filled_at: str | None
    """The `updated_at` that the source has not given."""
    is_void: bool


@dataclass(frozen=True, slots=True)
class Unmappable:
    """Why there is no payload, and what is known of the record's identity, by field."""

    rejected: Rejected
    known: dict[str, str]


class Mapper:
    """Maps the records of one stream for one endpoint."""

    def __init__(
        self, endpoint: Endpoint, recipe: Recipe, facts: Facts, key_properties: Sequence[str]
    ) -> None:
        self._endpoint = endpoint
        self._recipe = recipe
        self._facts = facts = facts.under(recipe)
        self._shape = Shape(endpoint.model, endpoint.name)
        self._documented = Documented(self._shape)
        self._columns = Columns(recipe.columns)
        self._json_text = JsonText(recipe.opened_columns)
        self._picking = Picking(recipe.fields or {}, self._shape)
        keys = [without_marks(key) for key in key_properties]
        self._events = EventRules(
            recipe.event_key, keys, recipe.as_custom, recipe.properties, recipe.read_columns
        )
        self._completing = Completing(endpoint, self._shape, facts, self._events)
        self._selection = Selection(recipe)
        self._rewriting = Rewriting(self._shape, recipe, facts)
        self._keys = (recipe.event_key or keys) if endpoint.is_event else ()
        self._is_by_name = (
            recipe.takes_as_it_is
            and all(len(path) == 1 for path in recipe.defaults)
            and (endpoint.is_event or all(path[0] in self._shape.names for path in recipe.defaults))
        )
        self._validate: Callable[..., BaseModel] = (
            endpoint.model.__pydantic_validator__.validate_python
        )
        self._write = endpoint.model.__pydantic_serializer__.to_json
        self._left_out = {"shop"} if endpoint.is_bulk else None
        self._plain = plain(endpoint.model)
        self._read_bulk_key = _field_reader(endpoint.model, endpoint.batch_key)
        self._refuses_native = facts.refuse_native and endpoint.model is Order
        self._identity = identity_of(endpoint)

    def map(
        self, record: object, time_extracted: object, *, is_gone: bool = False
    ) -> Mapped | Filtered | Unmappable:
        """Return the payload of a record, or why there is none; of one that is gone, a void."""
        if not isinstance(record, dict):
            problem = ("", "unreadable", "is no object of columns and values")
            return self._rejected([problem], {}, {})
        is_short = self._is_by_name and not is_gone
        if is_short and (mapped := self._map_as_documented(record, time_extracted)):
            return mapped
        cleaned = unmarked(record)
        try:
            if len(cleaned) < len(record):
                unmarked_columns(record)
            named = self._columns.named(cleaned)
            opened = self._json_text.opened(named)
            action = self._selection.action(opened)
            if action == FILTER or (action == VOID and not self._facts.voids):
                return Filtered()
            picked = self._pick(opened, cleaned)
        except FieldFailed as failed:
            return self._rejected([failed.problem], self._payload(opened, cleaned), cleaned)
        except SameName as same:
            return self._rejected([same.problem], {}, cleaned)
        if is_gone or action == VOID:
            picked.payload[VOID] = picked.is_void = True
        self._events.choose_properties(picked, named)
        self._forget_read(picked, cleaned)
        return self._validated(picked, named, time_extracted)

    def named(self, record: object) -> tuple[str, str] | None:
        """Return shop and bulk key of a record, also of one that is not sent, if it has them."""
        if not isinstance(record, dict) or not self._endpoint.batch_key:
            return None
        cleaned = unmarked(record)
        with contextlib.suppress(SameName, ValidationError):
            opened = self._json_text.opened(self._columns.named(cleaned))
            payload = self._payload(opened, cleaned)
            given = payload.get(self._endpoint.batch_key)
            key = self._read_bulk_key(given, context=self._facts.coercion)
            own = payload.get("shop")
            return self._facts.shop if own is None else str(own).strip(), key
        return None

    def known(self, record: dict[str, Any]) -> dict[str, str]:
        """Return what names a record that is left out, by field."""
        cleaned = unmarked(record)
        with contextlib.suppress(SameName):
            opened = self._json_text.opened(self._columns.named(cleaned))
            return self._known(self._payload(opened, cleaned), cleaned)
        return {}

    def check_columns(self, columns: Iterable[str]) -> None:
        """Raise SameName where two of a stream's columns could be meant by one name."""
        names = unmarked_columns(columns)
        self._columns.find(names)
        if self._recipe.fields is None:
            self._refuse_doubles(names)

    def _refuse_doubles(self, columns: tuple[str, ...]) -> None:
        """Raise SameName where two columns are as good as each other for a field."""
        for path, first, second in self._shape.doubles(columns):
            if path not in (self._recipe.fields or ()):
                raise SameName(".".join(path), (first, second))

    def _map_as_documented(self, record: dict[str, Any], time_extracted: object) -> Mapped | None:
        """Try the short way: a record that its model accepts as it is needs no picking."""
        columns = hoist_properties(record) if self._endpoint.is_event else record
        picked = self._documented.take(columns)
        if picked is None:
            return None
        if self._recipe.defaults:
            self._add_defaults(picked)
        if self._completing.complete(picked, record, time_extracted):
            return None
        try:
            return self._mapped_natively(picked, record)
        except ValidationError:
            return None

    def _mapped_natively(self, picked: Picked, record: dict[str, Any]) -> Mapped:
        """Map what is spelled as it is sent, without the model where that can be."""
        if not self._plain:
            accepted = self._validate(picked.payload, strict=True, context=self._facts.coercion)
            return self._mapped_as_model(accepted, picked, record)
        fields = self._plain.read(picked.payload, strict=True, context=self._facts.coercion)
        body = self._plain.write(fields, self._left_out)
        return self._mapped(fields, body, picked)

    def _payload(self, opened: dict[str, Any], cleaned: dict[str, Any]) -> dict[str, Any]:
        """Return as much of a payload as names a record that is not sent."""
        with contextlib.suppress(FieldFailed, SameName):
            return self._pick(opened, cleaned).payload
        return {}

    def _pick(self, opened: dict[str, Any], cleaned: dict[str, Any]) -> Picked:
        """Take fields by the recipe's expressions, or else by their names."""
        if self._recipe.fields is None:
            picked = self._pick_by_name(cleaned)
        else:
            picked = self._pick_by_expressions(opened, cleaned)
            self._picking.fill_items(opened, picked)
        picked.failed += self._rewriting.rewrite(picked.payload)
        self._add_defaults(picked)
        return picked

    def _add_defaults(self, picked: Picked) -> None:
        for path, value in self._recipe.defaults.items():
            if at(picked.payload, path) is not None:
                continue
            if path == TIMESTAMP and value == NOW:
                picked.happened_now = True
            else:
                self._shape.put(picked.payload, path, value)

    def _pick_by_name(self, record: dict[str, Any]) -> Picked:
        columns = hoist_properties(record) if self._endpoint.is_event else record
        self._refuse_doubles(tuple(columns))
        return self._shape.pick(columns)

    def _forget_read(self, picked: Picked, cleaned: dict[str, Any]) -> None:
        """Count columns as used that only say which records go; events see to theirs themselves."""
        if picked.unused and self._columns.names and not self._endpoint.is_event:
            meant = set(cleaned).difference(self._columns.find(tuple(cleaned)).strangers)
            for name in meant & picked.unused.keys():
                del picked.unused[name]

    def _pick_by_expressions(self, opened: dict[str, Any], cleaned: dict[str, Any]) -> Picked:
        picked = Picked()
        self._picking.pick(opened, picked)
        if not self._recipe.whole_record:
            strangers = self._columns.find(tuple(cleaned)).strangers
            picked.ignored.update(name for name in strangers if _tells(name, cleaned))
            return picked
        whole = search("*", self._recipe.whole_record, cleaned)
        below = self._pick_by_name(whole) if isinstance(whole, dict) else Picked()
        _overlay(below.payload, picked.payload)
        below.ignored, below.failed = picked.ignored, picked.failed
        return below

    def _validated(
        self, picked: Picked, record: dict[str, Any], time_extracted: object
    ) -> Mapped | Unmappable:
        found = picked.failed + self._completing.complete(picked, record, time_extracted)
        if not found:
            with contextlib.suppress(ValidationError):
                return self._mapped_natively(picked, record)
        try:
            payload = self._validate(picked.payload, context=self._facts.coercion)
        except ValidationError as error:
            said = {name for name, _, _ in found}
            further = (one for one in problems(error) if one.field not in said)
            found += [(one.field, one.kind, one.text) for one in further]
            return self._rejected(found, picked.payload, record)
        if found:
            return self._rejected(found, picked.payload, record)
        return self._mapped_as_model(payload, picked, record)

    def _mapped_as_model(
        self, payload: BaseModel, picked: Picked, record: dict[str, Any]
    ) -> Mapped:
        if isinstance(payload, Event):
            self._events.identify(payload, record)
        body = self._write(payload, exclude_none=True, exclude=self._left_out)
        return self._mapped(vars(payload), body, picked)

    def _mapped(self, fields: dict[str, Any], body: bytes, picked: Picked) -> Mapped:
        if self._refuses_native:
            refuse_native_order(fields.get("platform"), picked.payload["order_id"])
        endpoint = self._endpoint
        key = fields[endpoint.batch_key] if endpoint.batch_key else ""
        unused = picked.ignored.union(picked.unused)
        needed = endpoint.needs_any
        is_mergeable = not needed or any(fields.get(name) for name in needed)
        filled = picked.filled_at, picked.is_void
        return Mapped(
            fields["shop"], key, self._identity(fields), body, unused, is_mergeable, *filled
        )

    def _rejected(
        self,
        found: Sequence[tuple[str, str, str]],
        payload: Mapping[str, Any],
        record: Mapping[str, Any],
    ) -> Unmappable:
        reasons = [Reason(name, _HINTS.get((kind, name), text)) for name, kind, text in found]
        code = reject_code(self._endpoint.name, found[0][0], found[0][1])
        rejected = Rejected(code, tuple(dict.fromkeys(reasons)))
        return Unmappable(rejected, self._known(payload, record))

    def _known(self, payload: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, str]:
        """Return what names the record: its identity, and the keys that make an event's id."""
        found = {path: at(payload, path.split(".")) for path in self._endpoint.identity}
        found |= {key: record.get(key) for key in self._keys}
        return {path: str(one) for path, one in found.items() if isinstance(one, str | int | float)}


def _field_reader(model: type[BaseModel], name: str | None) -> Callable[..., Any]:
    """Return what reads one field alone, as the model does."""
    if name is None:
        return str
    info = model.model_fields[name]
    annotation: Any = info.annotation
    if info.metadata:
        annotation = Annotated[annotation, *info.metadata]
    return TypeAdapter(annotation).validate_python


def _tells(name: str, record: Mapping[str, Any]) -> bool:
    return not name.startswith(HIDDEN_PREFIX) and not is_empty(record[name])


def _overlay(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    """Put `above` over `below`, object by object."""
    for name, value in above.items():
        inner = below.get(name)
        if isinstance(value, dict) and isinstance(inner, dict):
            _overlay(inner, value)
        else:
            below[name] = value
