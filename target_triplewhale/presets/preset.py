"""A packaged mapping of a known source, with the options that its user fills in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.mapping.names import folded
from target_triplewhale.settings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SKIP = "skip"
KINDS: Mapping[str, type] = {"text": str, "object": dict, "list": list}
_IN_TEXT = re.compile(r"\$\{(\w+)\}")
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
        self.title: str = content.get("title", name)
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

    def routes(self, stream: str, problems: list[str]) -> list[dict[str, Any]]:
        """Return the routes of one of its streams, options filled in; note options that lack."""
        entry = self._streams[stream]
        if entry == SKIP:
            return []
        chosen = [one for one in entry["routes"] if self._is_chosen(one.get("when", {}))]
        missing = sorted({name for one in chosen for name in _asked(one)} - self._values.keys())
        problems += [
            f"setting `preset_options` lacks `{name}`, which preset {self.name} needs for stream "
            f"{stream}"
            for name in missing
        ]
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
            raise SettingsInvalid(problems)
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

    def _value(self, given: Any) -> Any:
        if isinstance(given, dict):
            if given.keys() == {"option"}:
                return self._values[given["option"]]
            return {name: self._value(one) for name, one in given.items()}
        if isinstance(given, list):
            return [self._value(one) for one in given]
        if isinstance(given, str):
            return _IN_TEXT.sub(lambda found: str(self._values[found[1]]), given)
        return given


def _without_help(option: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: one for key, one in option.items() if key != "help"}
    return {**given, "choices": tuple(given.get("choices", ()))}


def _also(entry: Any) -> list[str]:
    also: list[str] = entry.get("also", []) if isinstance(entry, dict) else []
    return also


def _asked(value: Any) -> Iterator[str]:
    """Yield the options that a part of a route is made of."""
    if isinstance(value, dict):
        if value.keys() == {"option"}:
            yield value["option"]
        else:
            for one in value.values():
                yield from _asked(one)
    elif isinstance(value, list):
        for one in value:
            yield from _asked(one)
    elif isinstance(value, str):
        yield from _IN_TEXT.findall(value)
