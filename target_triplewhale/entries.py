"""What an entry of `streams`, or a preset, says of one stream, read into routes."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.endpoints import ENDPOINTS, Endpoint
from target_triplewhale.errors import Fault, SettingsInvalid
from target_triplewhale.mapping.names import folded
from target_triplewhale.presets import library
from target_triplewhale.presets.preset import SKIP
from target_triplewhale.recipes import RecipeReader, invalid
from target_triplewhale.settings import did_you_mean
from target_triplewhale.stream_names import bare, endpoint_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from target_triplewhale.mapping.recipe import Recipe
    from target_triplewhale.presets.preset import Preset

logger = logging.getLogger("target-triplewhale")

PRESET_KEYS = ("preset", "preset_options", "stream")
FACTS = ("timezone", "currency", "date_format", "decimal_mark")
"""Keys of a route that may stand beside a preset."""


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

    def usable_preset(self, name: str, options: Mapping[str, Any]) -> Preset:
        """Read a preset; raise SettingsInvalid where its source is one to connect instead."""
        found = library.preset(name, options)
        if found.is_native and not self.allows_native:
            raise SettingsInvalid([Fault("TW-SOURCE-NATIVE", _native(found))])
        if found.account and not self.platform:
            logger.info(
                "preset %s sends `platform: %s`; `platform_account_id` should be %s. Both are part "
                "of what a record is known by: choose them before the first real run",
                found.name,
                found.platform,
                found.account,
            )
        return found


class EntryReader:
    """Reads entries; what is wrong with them is added to `problems`."""

    def __init__(self, choices: Choices, preset: Preset | None, problems: list[Fault]) -> None:
        self._choices = choices
        self._preset = preset
        self._problems = problems

    def of_entry(self, stream: str, entry: Any) -> tuple[Route, ...]:
        """Read a user's entry; the preset's routes to other endpoints stay."""
        if entry == SKIP:
            return ()
        if isinstance(entry, dict) and "preset" in entry:
            return self._of_named_preset(stream, entry)
        where = f"streams.{stream}"
        own = self._routes(stream, where, entry if isinstance(entry, list) and entry else [entry])
        known = self._preset.stream(bare(stream)) if self._preset else None
        if self._preset is None or known is None:
            return own
        taken = {route.endpoint.name for route in own}
        return (*self._routes(stream, where, self._given(self._preset, known, taken)), *own)

    def of_preset(self, preset: Preset, stream: str) -> tuple[Route, ...]:
        """Read one of the streams of the setting `preset`."""
        where = f"preset {preset.name}, stream {stream}"
        return self._routes(stream, where, self._given(preset, stream))

    def _given(
        self, preset: Preset, stream: str, without: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Return a preset's routes of a stream, with its platform where none is chosen."""
        platform = self._choices.platform or preset.platform
        given = preset.routes(stream, self._problems, without)
        return [_of_platform(route, platform) for route in given]

    def _of_named_preset(self, stream: str, entry: Mapping[str, Any]) -> tuple[Route, ...]:
        """Read an entry that names a preset, one of its streams, and facts of its own."""
        where = f"streams.{stream}"
        self._refuse_unknown(where, entry, (*PRESET_KEYS, *FACTS))
        preset = self._named_preset(where, entry)
        if preset is None:
            return ()
        known = preset.stream(bare(str(entry.get("stream", stream))))
        if known is None:
            text = (
                f"{where}: preset {preset.name} has the streams {', '.join(preset.streams)}; name "
                "one of them as `stream`"
            )
            self._problems.append(invalid(text))
            return ()
        facts = {key: entry[key] for key in FACTS if key in entry}
        return self._routes(stream, where, [one | facts for one in self._given(preset, known)])

    def _named_preset(self, where: str, entry: Mapping[str, Any]) -> Preset | None:
        options = entry.get("preset_options", {})
        if not isinstance(options, dict):
            text = f"{where}.preset_options: must be an object (names with values)"
            self._problems.append(invalid(text))
            return None
        try:
            return self._choices.usable_preset(str(entry["preset"]), options)
        except SettingsInvalid as error:
            self._problems += [
                Fault(code, f"{where}: {sentence}") for code, sentence in error.faults
            ]
            return None

    def _routes(self, stream: str, where: str, given: Iterable[Any]) -> tuple[Route, ...]:
        routes: list[Route] = []
        for one in given:
            if not isinstance(one, dict):
                text = f"{where}: must be `skip`, an object with an endpoint, or a list"
                self._problems.append(invalid(text))
            elif endpoint := self._endpoint(where, one.get("endpoint")):
                recipe = RecipeReader(where, endpoint, self._problems).recipe(one)
                routes.append(Route(_name(stream, endpoint, routes), endpoint, recipe))
        return tuple(routes)

    def _endpoint(self, where: str, name: Any) -> Endpoint | None:
        if isinstance(name, str) and folded(name) in ENDPOINTS:
            return ENDPOINTS[folded(name)]
        if name is None:
            text = f"{where}: lacks `endpoint`, one of {', '.join(ENDPOINTS)}"
            self._problems.append(invalid(text))
            return None
        near = endpoint_of(str(name))
        hint = f" (did you mean `{near}`?)" if near else did_you_mean(str(name), ENDPOINTS)
        hint = hint or f"; one of {', '.join(ENDPOINTS)}"
        self._problems.append(invalid(f'{where}: unknown endpoint "{name}"{hint}'))
        return None

    def _refuse_unknown(self, where: str, given: Mapping[str, Any], known: Collection[str]) -> None:
        for name in given:
            if name not in known:
                near = did_you_mean(str(name), known)
                self._problems.append(invalid(f"{where}: unknown key `{name}`{near}"))


def _of_platform(route: dict[str, Any], platform: str | None) -> dict[str, Any]:
    """Have a route send a platform, where its endpoint has one and the route names none."""
    endpoint = ENDPOINTS.get(folded(str(route.get("endpoint"))))
    own = route.get("defaults", {})
    if platform is None or endpoint is None or "platform" not in endpoint.defaults:
        return route
    return {**route, "defaults": {"platform": platform, **own}} if isinstance(own, dict) else route


def _native(preset: Preset) -> str:
    enrichment = " (preset shopify_enrichment)" if preset.platform == "shopify" else ""
    return (
        f"preset {preset.name} is for a source that Triple Whale reads itself: the same sale from "
        "both sides counts twice. Connect it in Triple Whale instead; or send only what it lacks "
        f"to the enrichment endpoints{enrichment}; or set `native_sources: allow` because that "
        "store is not connected there"
    )


def _name(stream: str, endpoint: Endpoint, before: Iterable[Route]) -> str:
    """Name a route by stream and endpoint; the second to the same endpoint is numbered."""
    same = sum(route.endpoint is endpoint for route in before)
    return f"{stream}:{endpoint.name}" + (f"#{same + 1}" if same else "")
