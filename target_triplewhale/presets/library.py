"""Finds and reads the files of presets: packaged ones by name, a user's own by path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale.codes import setting
from target_triplewhale.errors import Fault, SettingsInvalid, cause
from target_triplewhale.presets.preset import KINDS, SKIP, Option, Preset, asked_options
from target_triplewhale.settings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SUFFIXES = (".yml", ".yaml")
_KEYS = {"title": str, "native": bool, "platform": str, "account": str, "orders": str}
_OBJECTS = ("options", "streams")
_OPTION_KEYS = ("help", "kind", "choices", "default")
_STREAM_KEYS = ("also", "routes")
_NAME_PROBLEM = "must have a text for a name; YAML takes this one for something else without quotes"


def preset(name: str, options: Mapping[str, Any]) -> Preset:
    """Return a packaged preset, or one of a user's own file; raise SettingsInvalid."""
    return Preset(name, content(name), options)


@cache
def packaged() -> tuple[str, ...]:
    """Return the names of the packaged presets."""
    found = (Path(one.name) for one in _folder().iterdir())
    return tuple(sorted(one.stem for one in found if one.suffix in _SUFFIXES))


def content(name: str) -> Mapping[str, Any]:
    """Return what a preset's file says; raise SettingsInvalid where that is no preset."""
    read: Mapping[str, Any] = _with_routes(_read(name))
    try:
        problems = list(_problems(read))
    except RecursionError:
        problems = ["is nested without end"]
    if problems:
        raise SettingsInvalid(
            [Fault("TW-PRESET-INVALID", f"preset {name}: {problem}") for problem in problems]
        )
    return read


def _folder() -> Any:
    return resources.files(__package__)


def _read(name: str) -> Any:
    is_path = name.endswith(_SUFFIXES) or "/" in name
    if not is_path and name not in packaged():
        near = did_you_mean(name, packaged()) or f"; one of {', '.join(packaged())}"
        raise _unusable(f"no preset goes by that name{near}, or the path of a YAML file")
    source = Path(name) if is_path else _folder() / f"{name}.yml"
    try:
        return yaml.safe_load(source.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = cause(error, "it cannot be opened")
        raise _unusable(f"{name}: {reason}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _unusable(f"{name}: the file is not valid YAML") from None


def _with_routes(read: Any) -> Any:
    """Let a stream be written as in the setting `streams` too, as `suggest` does."""
    if not isinstance(read, dict) or not isinstance(read.get("streams"), dict):
        return read
    return {**read, "streams": {name: _entry(one) for name, one in read["streams"].items()}}


def _entry(given: Any) -> Any:
    if isinstance(given, dict) and "endpoint" in given:
        return {"routes": [given]}
    return {"routes": given} if isinstance(given, list) else given


def _unusable(problem: str) -> SettingsInvalid:
    return SettingsInvalid([Fault(setting("preset"), f"setting `preset`: {problem}")])


def _problems(read: Any) -> Iterator[str]:
    """Yield what is wrong with the outer form; routes are checked like a user's own."""
    if not isinstance(read, dict) or not isinstance(read.get("streams"), dict):
        yield "must be an object with `streams`"
        return
    yield from _unknown("", read, (*_KEYS, *_OBJECTS))
    for key, kind in _KEYS.items():
        if not isinstance(read.get(key), kind | None):
            yield f"`{key}` must be {'true or false' if kind is bool else 'text'}"
    options = read.get("options") or {}
    if not isinstance(options, dict):
        yield "`options` must be an object"
        return
    for name, option in options.items():
        yield from _option_problems(f"options.{name}", name, option)
    for name, entry in read["streams"].items():
        yield from _stream_problems(f"streams.{name}", name, entry, options)


def _option_problems(where: str, name: Any, option: Any) -> Iterator[str]:
    if not isinstance(name, str):
        yield f"{where}: {_NAME_PROBLEM}"
    if not isinstance(option, dict):
        yield f"{where}: must be an object with {', '.join(_OPTION_KEYS)}"
        return
    yield from _unknown(f"{where}: ", option, _OPTION_KEYS)
    kind, choices = option.get("kind", "text"), option.get("choices") or []
    if kind not in tuple(KINDS):
        yield f"{where}: `kind` must be one of {', '.join(KINDS)}"
    elif not _are_texts(choices):
        yield f"{where}: `choices` must be a list of texts"
    elif option.get("default") is not None:
        problem = Option(where, kind, tuple(choices)).problem(option["default"])
        if problem:
            yield f"{where}: `default` {problem}"


def _stream_problems(
    where: str, name: Any, entry: Any, options: Mapping[str, Any]
) -> Iterator[str]:
    if not isinstance(name, str):
        yield f"{where}: {_NAME_PROBLEM}"
    if entry == SKIP:
        return
    routes = entry.get("routes") if isinstance(entry, dict) else None
    if not isinstance(routes, list) or not all(isinstance(one, dict) for one in routes):
        yield f"{where}: must be `skip`, a route, or a list of routes (of objects)"
        return
    yield from _unknown(f"{where}: ", entry, _STREAM_KEYS)
    if not _are_texts(entry.get("also", [])):
        yield f"{where}: `also` must be a list of names"
    for route in routes:
        yield from _route_problems(where, route, options)


def _route_problems(
    where: str, route: Mapping[str, Any], options: Mapping[str, Any]
) -> Iterator[str]:
    when = route.get("when", {})
    if not isinstance(when, dict):
        yield f"{where}: `when` must be an object of options"
        return
    for name in (*when, *asked_options(route)):
        if not isinstance(name, str) or name not in options:
            near = did_you_mean(str(name), map(str, options))
            yield f"{where}: there is no option `{name}`{near}"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _unknown(where: str, given: Mapping[str, Any], known: Iterable[str]) -> Iterator[str]:
    for name in given:
        if name not in known:
            yield f"{where}unknown key `{name}`{did_you_mean(str(name), known)}"
