"""A packaged mapping of a known source, with the options that its user fills in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.codes import setting
from target_triplewhale.errors import Fault, SettingsInvalid
from target_triplewhale.mapping.names import folded
from target_triplewhale.settings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

SKIP = "skip"
KINDS: Mapping[str, type] = {"text": str, "object": dict, "list": list}
_IN_TEXT = re.compile(r"(?P<quote>['\"]?)\$\{(?P<name>\w+)\}(?P=quote)")
_MISSING = object()


@dataclass(frozen=True)
class Option:
    """What a preset's user says; `default` is absent where there must be a word from them."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    default: Any = _MISSING

    def problem(self, value: Any) -> str | None:
        """Return what is wrong with a value, without the value."""
        if value is None and self.default is None:
            return None
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(self.choices)}"
        if not isinstance(value, KINDS[self.kind]):
            kinds = {"text": "text", "object": "an object (names with values)", "list": "a list"}
            return f"must be {kinds[self.kind]}"
        return None


class Preset:
    """One packaged mapping, with the values of its options."""

    def __init__(self, name: str, content: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        """Take a preset's file; raise SettingsInvalid with all that is wrong with its options."""
        self.name = name
        self.title: str = content.get("title") or name
        self.is_native: bool = content.get("native", False)
        self.platform: str | None = content.get("platform")
        self.account: str | None = content.get("account")
        self._streams: Mapping[str, Any] = content["streams"]
        options = content.get("options") or {}
        self._options = {key: Option(key, **_without_help(one)) for key, one in options.items()}
        self._values = self._checked(given)
        self._names = {
            folded(one): stream
            for stream, entry in self._streams.items()
            for one in (stream, *_also(entry))
        }

    @property
    def streams(self) -> tuple[str, ...]:
        """The names of its streams."""
        return tuple(self._streams)

    def stream(self, name: str) -> str | None:
        """Return the preset's own name of a stream, if it has it."""
        return self._names.get(folded(name))

    def routes(
        self, stream: str, problems: list[Fault], without: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Return the routes of one of its streams, options filled in; note options that lack.

        Routes to the endpoints `without` are left out, and so need no options.
        """
        entry = self._streams[stream]
        if entry == SKIP:
            return []
        routes = [one for one in entry["routes"] if folded(str(one.get("endpoint"))) not in without]
        chosen = [one for one in routes if self._is_chosen(one.get("when", {}))]
        decisive = {name for one in routes for name in one.get("when", {})}
        asked = decisive.union(*(asked_options(one) for one in chosen))
        missing = sorted(asked - self._values.keys())
        problems += _faults(
            f"setting `preset_options` lacks `{name}`, which preset {self.name} needs for stream "
            f"{stream}; where there is none to send, leave it out (`streams: {{{stream}: skip}}`)"
            for name in missing
        )
        return [] if missing else [self._filled(one) for one in chosen]

    def _checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        problems = [
            f"preset {self.name} has no option `{name}`{did_you_mean(str(name), self._options)}"
            for name in given
            if name not in self._options
        ]
        for name, option in self._options.items():
            if name in given and (problem := option.problem(given[name])):
                problems.append(f"setting `preset_options.{name}` {problem}")
        if problems:
            raise SettingsInvalid(_faults(problems))
        defaults = {one.name: one.default for one in self._options.values()}
        return {name: one for name, one in {**defaults, **given}.items() if one is not _MISSING}

    def _is_chosen(self, when: Mapping[str, Any]) -> bool:
        return all(
            self._values.get(name) in (wanted if isinstance(wanted, list) else [wanted])
            for name, wanted in when.items()
        )

    def _filled(self, route: Mapping[str, Any]) -> dict[str, Any]:
        """Return a route with its options' values; a key whose option is null is left out."""
        filled = {key: self._value(one) for key, one in route.items() if key != "when"}
        return {key: one for key, one in filled.items() if one is not None}

    def _is_left_out(self, given: Any) -> bool:
        """Tell whether a key's value is an option that is null."""
        is_option = isinstance(given, dict) and given.keys() == {"option"}
        return is_option and self._values[given["option"]] is None

    def _value(self, given: Any) -> Any:
        if isinstance(given, dict):
            if given.keys() == {"option"}:
                return self._values[given["option"]]
            return {
                name: self._value(one) for name, one in given.items() if not self._is_left_out(one)
            }
        if isinstance(given, list):
            return [self._value(one) for one in given]
        if isinstance(given, str):
            return _IN_TEXT.sub(lambda found: _as_text(self._values[found["name"]], found), given)
        return given


def _faults(sentences: Iterable[str]) -> list[Fault]:
    return [Fault(setting("preset_options"), sentence) for sentence in sentences]


def _as_text(value: Any, found: re.Match[str]) -> str:
    """Return an option's value as a part of JMESPath: where it is quoted, nothing in it ends it."""
    literal = json.dumps(value, ensure_ascii=False).replace("`", "\\u0060")
    if not isinstance(value, str):
        return f"{found['quote']}{literal}{found['quote']}"
    return {"'": f"`{literal}`", '"': literal}.get(found["quote"], value)


def _without_help(option: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: one for key, one in option.items() if key != "help"}
    return {**given, "choices": tuple(given.get("choices") or ())}


def _also(entry: Any) -> list[str]:
    also: list[str] = entry.get("also", []) if isinstance(entry, dict) else []
    return also


def asked_options(value: Any) -> Iterator[str]:
    """Yield the options that a part of a route is made of."""
    if isinstance(value, dict):
        if value.keys() == {"option"}:
            yield value["option"]
        else:
            for one in value.values():
                yield from asked_options(one)
    elif isinstance(value, list):
        for one in value:
            yield from asked_options(one)
    elif isinstance(value, str):
        yield from (found["name"] for found in _IN_TEXT.finditer(value))
