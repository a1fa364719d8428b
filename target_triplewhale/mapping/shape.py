"""The documented names of a model as a tree, by which a record's columns find their place."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic import BaseModel

from target_triplewhale.mapping.names import NAME_OF_OBJECT, OTHER_NAMES, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Path = tuple[str, ...]
ANOTHER_NAME = 2
"""Order of the first name of a field that is not its documented one."""
TAKEN = ""
"""Stands for a value whose place another column has taken."""


class Placement(NamedTuple):
    """Where a column goes: `order` is lower for a surer name."""

    order: int
    column: str
    path: Path
    is_direct: bool = False
    """Whether all that it holds goes to a plain field that no other column goes to."""


@dataclass(slots=True)
class Picked:
    """What was taken from a record; columns are listed only if they hold something."""

    payload: dict[str, Any] = field(default_factory=dict)
    unused: dict[str, Any] = field(default_factory=dict)
    """Columns that the model has no place for, and their values."""
    ignored: set[str] = field(default_factory=set)
    """Columns that the route's `fields` do not mention."""
    filled_at: str | None = None
    """The `updated_at` that was filled in."""
    is_void: bool = False
    """Whether the order is to be voided."""
    happened_now: bool = False
    """Whether the time of the run stands for the time of the event."""
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    """Fields whose expression fails on the record: name, kind of problem, sentence's end."""

    def pass_over(self, strangers: Iterable[str], record: dict[str, Any]) -> None:
        """Keep what the columns hold that the model has no place for."""
        for column in strangers:
            if not is_empty(record[column]):
                self.unused[column] = record[column]


class Shape:
    """The fields of one model, with the shapes of the objects and lists of objects in it."""

    def __init__(self, model: type[BaseModel], path: str) -> None:
        self._path = path
        self.children: dict[str, Shape] = {}
        self.objects: set[str] = set()
        self.numbers: set[str] = set()
        self.wholes: set[str] = set()
        self._lists: set[str] = set()
        for name, info in model.model_fields.items():
            part, is_list = _part(info.annotation)
            if float in _leaves(info.annotation):
                self.numbers.add(name)
            elif int in _leaves(info.annotation):
                self.wholes.add(name)
            if list in _leaves(info.annotation):
                self._lists.add(name)
            if part:
                self.children[name] = Shape(part, f"{path}.{name}")
                if not is_list:
                    self.objects.add(name)
        self.names = tuple(model.model_fields)
        self.priced = [(name, one) for name, one in self.children.items() if one.has_amounts]
        self.is_optional = not any(one.is_required() for one in model.model_fields.values())
        self._places = self._compile()
        self.place = lru_cache(maxsize=256)(self._place_all)
        self.doubles = lru_cache(maxsize=256)(self._find_doubles)

    @property
    def has_amounts(self) -> bool:
        """Whether there are numbers in it, at whatever depth."""
        return bool(self.numbers or self.priced)

    def paths(self) -> Iterator[Path]:
        """Yield every documented path that does not lead through a list."""
        for name in self.names:
            yield (name,)
            if name in self.objects:
                yield from ((name, *rest) for rest in self.children[name].paths())

    def all_paths(self) -> Iterator[Path]:
        """Yield every documented path, through lists too."""
        for name in self.names:
            yield (name,)
            if name in self.children:
                yield from ((name, *rest) for rest in self.children[name].all_paths())

    def number_paths(self, *, also_whole: bool = False) -> Iterator[Path]:
        """Yield the paths of all amounts, and of whole numbers if asked, through lists too."""
        for name in self.names:
            if name in self.numbers or (also_whole and name in self.wholes):
                yield (name,)
            elif child := self.children.get(name):
                inner = child.number_paths(also_whole=also_whole)
                yield from ((name, *rest) for rest in inner)

    def is_in_a_list(self, path: Path) -> bool:
        """Tell whether a path leads through a list."""
        name, *rest = path
        if not rest or name not in self.children:
            return False
        return name not in self.objects or self.children[name].is_in_a_list(tuple(rest))

    def object_at(self, path: Path) -> Shape | None:
        """Return the shape of the object at a path, None where a plain field or a list is."""
        name, *rest = path
        child = self.children[name] if name in self.objects else None
        return child.object_at(tuple(rest)) if child and rest else child

    def name_of(self, name: str) -> str | None:
        """Return the field that plain text in the place of an object stands for."""
        return NAME_OF_OBJECT.get(self._path, {}).get(name)

    def _find_doubles(self, columns: tuple[str, ...]) -> list[tuple[Path, str, str]]:
        """Return fields with two columns that are as good as each other for it."""
        found: list[tuple[Path, str, str]] = []
        first: dict[tuple[int, Path], str] = {}
        for placement in self.place(columns)[0]:
            other = first.setdefault((placement.order, placement.path), placement.column)
            if other != placement.column:
                found.append((placement.path, other, placement.column))
        return found

    def pick(self, record: dict[str, Any]) -> Picked:
        """Take what the model documents; of two columns for one field the surer name wins."""
        picked = Picked()
        plain: list[Placement] = []
        placements, strangers = self.place(tuple(record))
        for placement in placements:
            value = record[placement.column]
            if is_empty(value):
                continue
            if not placement.is_direct:
                self._weigh(picked, plain, placement, value)
            elif value != {}:
                picked.payload[placement.path[0]] = value
        for placement in plain:
            self._put_plain(picked, placement, record[placement.column])
        picked.pass_over(strangers, record)
        return picked

    def _weigh(
        self, picked: Picked, plain: list[Placement], placement: Placement, value: Any
    ) -> None:
        if self._is_plain_for_object(placement.path, value):
            plain.append(placement)
        elif placement.order >= ANOTHER_NAME and not self.could_be(placement.path, value):
            picked.unused[placement.column] = value
        else:
            self._put(picked, placement, value)

    def put(self, payload: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
        """Set a value at a path, named as documented below it; return what has no place.

        On the way through a list each of its items gets the value, but those that have their own.
        """
        if is_empty(value):
            return {}
        name, *rest = path
        child = self.children.get(name)
        if rest and child and name in self.objects:
            return child.put(_object_at(payload, name), tuple(rest), value)
        if rest and child:
            for item in _items_at(payload, name):
                child.put(item, tuple(rest), value)
            return {}
        unused: dict[str, Any] = {}
        if child:
            value = child.reshaped(value, unused)
        if isinstance(value, dict) and isinstance(payload.get(name), dict):
            payload[name] = {**value, **payload[name]}
        elif value != {} and payload.setdefault(name, value) is not value:
            return {TAKEN: value}
        return {f"{name}.{column}": one for column, one in unused.items()}

    def reshaped(self, value: Any, unused: dict[str, Any]) -> Any:
        """Name the fields of an object, or of each in a list; JSON text is read first."""
        value = read_json(value)
        if isinstance(value, list):
            return [self.reshaped(one, unused) for one in value if not is_empty(one)]
        if not isinstance(value, dict):
            return value
        picked = self.pick(value)
        unused.update(dict.fromkeys(picked.ignored), **picked.unused)
        return picked.payload

    def _is_plain_for_object(self, path: Path, value: Any) -> bool:
        is_object = len(path) == 1 and path[0] in self.objects
        return is_object and not isinstance(read_json(value), dict | list)

    def could_be(self, path: Path, value: Any) -> bool:
        """Tell whether a value by another name could be the field's at all."""
        name, *rest = path
        if rest and name in self.children:
            return self.children[name].could_be(tuple(rest), value)
        is_nested = isinstance(read_json(value), dict | list)
        return not is_nested or name in self.children or name in self._lists

    def _put_plain(self, picked: Picked, placement: Placement, value: Any) -> None:
        """Give plain text in the place of an object to the field it stands for, if there is one."""
        (name,) = placement.path
        field_name = self.name_of(name)
        if field_name:
            self._put(picked, Placement(0, placement.column, (name, field_name)), value)
        elif name in picked.payload:
            picked.ignored.add(placement.column)
        else:
            picked.payload[name] = value

    def _put(self, picked: Picked, placement: Placement, value: Any) -> None:
        left = self.put(picked.payload, placement.path, value)
        if TAKEN in left:
            picked.ignored.add(placement.column)
        else:
            picked.unused.update(left)

    def _compile(self) -> dict[str, tuple[int, Path]]:
        """Map each name, as documented or folded or another one, to how sure it is and its path."""
        places: dict[str, tuple[int, Path]] = {}
        for path in self.paths():
            places.setdefault("=" + ".".join(path), (0, path))
            places.setdefault(folded("_".join(path)), (1, path))
        for target, names in OTHER_NAMES.get(self._path, {}).items():
            for order, name in enumerate(names, start=ANOTHER_NAME):
                places.setdefault(name, (order, tuple(target.split("."))))
        return places

    def _place_all(self, columns: Sequence[str]) -> tuple[list[Placement], list[str]]:
        """Return where columns go, the surest first, and those that have no place."""
        placements: list[Placement] = []
        strangers: list[str] = []
        for column in columns:
            place = self._places.get("=" + column) or self._places.get(folded(column))
            if place:
                placements.append(Placement(place[0], column, place[1]))
            elif not column.startswith("_sdc_"):
                strangers.append(column)
        placements.sort(key=lambda placement: placement.order)
        heads = Counter(one.path[0] for one in placements)
        placed = [one._replace(is_direct=self._is_direct(one, heads)) for one in placements]
        return placed, strangers

    def _is_direct(self, placement: Placement, heads: Counter[str]) -> bool:
        name, *rest = placement.path
        could_be_any = placement.order < ANOTHER_NAME or name in self._lists
        return not rest and name not in self.children and could_be_any and heads[name] == 1


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: null, or text of blanks and NUL bytes."""
    if not isinstance(value, str):
        return value is None
    return not ("!" <= value[:1] <= "~" or value.replace("\0", "").strip())


def _object_at(payload: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object at a name, made if it is not there."""
    if not isinstance(payload.get(name), dict):
        payload[name] = {}
    inner: dict[str, Any] = payload[name]
    return inner


def _items_at(payload: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects in the list at a name."""
    inner = payload.get(name)
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the model inside an annotation, and whether a list holds it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for argument in get_args(annotation):
        part, is_list = _part(argument)
        if part:
            return part, is_list or getattr(annotation, "__origin__", None) is list
    return None, False


def _leaves(annotation: Any) -> set[Any]:
    """Return the plain types inside an annotation, `list` for any list; lists are not opened."""
    if getattr(annotation, "__origin__", None) is list:
        return {list}
    inner = get_args(annotation)
    return set().union(*(_leaves(one) for one in inner)) if inner else {annotation}


def read_json(value: Any) -> Any:
    """Read text that looks like a JSON object or list; other text stays as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
