"""Which stream goes to which endpoints, and under which mapping."""

from __future__ import annotations

import difflib
import logging
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from target_triplewhale.endpoints import ENDPOINTS, Endpoint
from target_triplewhale.errors import SettingsInvalid, StreamUnmapped
from target_triplewhale.mapping.names import folded
from target_triplewhale.mapping.recipe import Recipe
from target_triplewhale.presets import library
from target_triplewhale.recipes import RecipeReader
from target_triplewhale.settings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from target_triplewhale.presets.preset import Preset

logger = logging.getLogger("target-triplewhale")

SKIP = "skip"
PRESET_KEYS = ("preset", "preset_options", "stream")
FACTS = ("timezone", "currency", "date_format", "decimal_mark")
"""Keys of a route that may stand beside a preset."""
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


@dataclass(frozen=True)
class Choices:
    """The settings that decide where streams go."""

    streams: Mapping[str, Any]
    preset: str | None = None
    preset_options: Mapping[str, Any] = field(default_factory=dict)
    skips_unmapped: bool = False
    platform: str | None = None
    allows_native: bool = False


class Routes:
    """The routes that the settings and the streams' names give."""

    def __init__(self, choices: Choices) -> None:
        """Check all of `preset` and `streams`; raise SettingsInvalid with what is wrong in them."""
        self._choices = choices
        self._preset = self._usable(choices.preset, choices.preset_options)
        problems: list[str] = []
        self._configured = {
            stream: self._of_entry(stream, entry, problems)
            for stream, entry in choices.streams.items()
        }
        self._packaged = self._of_preset(problems)
        if problems:
            raise SettingsInvalid(list(dict.fromkeys(problems)))
        self._asked: set[str] = set()

    def of(self, stream: str) -> tuple[Route, ...]:
        """Return a stream's routes, none where it is skipped; raise StreamUnmapped."""
        self._asked.add(stream)
        if stream in self._configured:
            return self._configured[stream]
        name = folded(SCHEMA_NAME.sub("", stream))
        if self._preset:
            known = self._packaged.get(self._preset.stream(name) or "", ())
            return tuple(_renamed(route, stream) for route in known)
        if endpoint := _BY_NAME.get(name):
            kind = _TYPE_BY_NAME.get(name)
            recipe = Recipe(defaults={("type",): kind} if kind else {})
            return (Route(f"{stream}:{endpoint}", ENDPOINTS[endpoint], recipe),)
        if self._choices.skips_unmapped:
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

    def _usable(self, name: str | None, options: Mapping[str, Any]) -> Preset | None:
        """Read a preset; raise SettingsInvalid where its source is one to connect instead."""
        if name is None:
            return None
        found = library.preset(name, options)
        if found.is_native and not self._choices.allows_native:
            raise SettingsInvalid([_native(found)])
        if found.account and not self._choices.platform:
            logger.info(
                "preset %s sends `platform: %s`; `platform_account_id` should be %s. Both are part "
                "of what a record is known by: choose them before the first real run",
                found.name,
                found.platform,
                found.account,
            )
        return found

    def _of_preset(self, problems: list[str]) -> dict[str, tuple[Route, ...]]:
        """Compile the preset's streams that the user's `streams` do not name."""
        preset = self._preset
        if preset is None:
            return {}
        own = {preset.stream(SCHEMA_NAME.sub("", stream)) for stream in self._configured}
        found: dict[str, tuple[Route, ...]] = {}
        for stream in preset.streams:
            if stream not in own:
                given = self._given(preset, stream, problems)
                where = f"preset {preset.name}, stream {stream}"
                found[stream] = _routes(stream, where, given, problems)
        return found

    def _given(self, preset: Preset, stream: str, problems: list[str]) -> list[dict[str, Any]]:
        """Return a preset's routes of a stream, with its platform where none is chosen."""
        platform = self._choices.platform or preset.platform
        given = preset.routes(stream, problems)
        return [_of_platform(route, platform) for route in given]

    def _of_entry(self, stream: str, entry: Any, problems: list[str]) -> tuple[Route, ...]:
        """Compile a user's entry; the preset's routes to other endpoints stay."""
        where = f"streams.{stream}"
        if entry == SKIP:
            return ()
        if isinstance(entry, dict) and "preset" in entry:
            return self._of_named_preset(stream, entry, problems)
        given = entry if isinstance(entry, list) and entry else [entry]
        own = _routes(stream, where, given, problems)
        known = self._preset.stream(SCHEMA_NAME.sub("", stream)) if self._preset else None
        if self._preset is None or known is None:
            return own
        packaged = _routes(stream, where, self._given(self._preset, known, problems), problems)
        taken = {route.endpoint for route in own}
        return (*(route for route in packaged if route.endpoint not in taken), *own)

    def _of_named_preset(
        self, stream: str, entry: Mapping[str, Any], problems: list[str]
    ) -> tuple[Route, ...]:
        """Compile an entry that names a preset, one of its streams, and facts of its own."""
        where = f"streams.{stream}"
        problems += _unknown(where, entry, (*PRESET_KEYS, *FACTS))
        options = entry.get("preset_options", {})
        if not isinstance(options, dict):
            problems.append(f"{where}.preset_options: must be an object (names with values)")
            return ()
        try:
            preset = self._usable(str(entry["preset"]), options)
        except SettingsInvalid as error:
            problems += [f"{where}: {sentence}" for sentence in error.sentences]
            return ()
        name = str(entry.get("stream", stream))
        known = preset.stream(SCHEMA_NAME.sub("", name)) if preset else None
        if preset is None or known is None:
            streams = ", ".join(preset.streams) if preset else ""
            problems.append(
                f"{where}: preset {entry['preset']} has the streams {streams}; name one of them as "
                "`stream`"
            )
            return ()
        facts = {key: entry[key] for key in FACTS if key in entry}
        given = [{**route, **facts} for route in self._given(preset, known, problems)]
        return _routes(stream, where, given, problems)


def _routes(
    stream: str, where: str, given: Iterable[Any], problems: list[str]
) -> tuple[Route, ...]:
    routes: list[Route] = []
    for one in given:
        if not isinstance(one, dict):
            problems.append(f"{where}: must be `skip`, an object with an endpoint, or a list")
        elif endpoint := _endpoint(where, one.get("endpoint"), problems):
            recipe = RecipeReader(where, endpoint, problems).recipe(one)
            routes.append(Route(_name(stream, endpoint, routes), endpoint, recipe))
    return tuple(routes)


def _renamed(route: Route, stream: str) -> Route:
    """Return a preset's route under the name that the tap gives its stream."""
    return replace(route, name=stream + route.name[route.name.rindex(":") :])


def _of_platform(route: dict[str, Any], platform: str | None) -> dict[str, Any]:
    """Have a route send a platform, where its endpoint has one and the route names none."""
    endpoint = ENDPOINTS.get(folded(str(route.get("endpoint"))))
    if platform is None or endpoint is None or "platform" not in endpoint.defaults:
        return route
    return {**route, "defaults": {"platform": platform, **route.get("defaults", {})}}


def _native(preset: Preset) -> str:
    return (
        f"preset {preset.name} is for a source that Triple Whale reads itself: the same sale from "
        "both sides counts twice. Connect it in Triple Whale instead; or send only what it lacks "
        "to the enrichment endpoints (preset shopify_enrichment); or set `native_sources: allow` "
        "because that store is not connected there"
    )


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
        near = _BY_NAME.get(folded(str(name)))
        hint = f" (did you mean `{near}`?)" if near else did_you_mean(str(name), ENDPOINTS)
        hint = hint or f"; one of {', '.join(ENDPOINTS)}"
        problems.append(f'{where}: unknown endpoint "{name}"{hint}')
    return None


def _unknown(where: str, given: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    strange = [name for name in given if name not in known]
    return [f"{where}: unknown key `{name}`{did_you_mean(str(name), known)}" for name in strange]
