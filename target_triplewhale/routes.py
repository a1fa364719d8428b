"""Which stream goes to which endpoints, and under which mapping."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import EntryReader, Route
from target_triplewhale.errors import Fault, SettingsInvalid, StreamUnmapped
from target_triplewhale.mapping.names import folded
from target_triplewhale.mapping.recipe import Recipe
from target_triplewhale.stream_names import bare, endpoint_of, event_type_of, near

if TYPE_CHECKING:
    from target_triplewhale.entries import Choices


class Routes:
    """The routes that the settings and the streams' names give."""

    def __init__(self, choices: Choices) -> None:
        """Check all of `preset` and `streams`; raise SettingsInvalid with what is wrong in them."""
        self._choices = choices
        name, options = choices.preset, choices.preset_options
        self._preset = choices.usable_preset(name, options) if name else None
        problems: list[Fault] = []
        reader = EntryReader(choices, self._preset, problems)
        self._configured = {
            stream: reader.of_entry(stream, entry) for stream, entry in choices.streams.items()
        }
        self._overriding = self._entries_by_preset_stream()
        self._packaged = self._of_preset(reader)
        if problems:
            raise SettingsInvalid(list(dict.fromkeys(problems)))
        self._asked: set[str] = set()

    def of(self, stream: str) -> tuple[Route, ...]:
        """Return a stream's routes, none where it is skipped; raise StreamUnmapped."""
        self._asked.add(stream)
        if stream in self._configured:
            return self._configured[stream]
        if self._preset:
            known = self._known_as(self._preset.stream(bare(stream)))
            return tuple(_renamed(route, stream) for route in known)
        return self._by_name(stream)

    def named(self) -> list[Route]:
        """Return the routes that the settings name, whatever streams come."""
        found = (*self._configured.values(), *self._packaged.values())
        return [route for routes in found for route in routes]

    def misnamed(self) -> list[tuple[str, str]]:
        """Return entries of `streams` that no stream has, with the stream that differs least."""
        by_name = {folded(stream): stream for stream in self._asked}
        unseen = self._configured.keys() - self._asked
        return [(name, by_name[folded(name)]) for name in sorted(unseen) if folded(name) in by_name]

    def _known_as(self, stream: str | None) -> tuple[Route, ...]:
        """Return the routes of one of the preset's streams, the user's own before the packaged."""
        entry = self._overriding.get(stream or "")
        if entry is None:
            return self._packaged.get(stream or "", ())
        self._asked.add(entry)
        return self._configured[entry]

    def _entries_by_preset_stream(self) -> dict[str, str]:
        """Return the entries that stand for streams of the preset, under any of their names."""
        found: dict[str, str] = {}
        for entry in self._configured:
            if self._preset and (stream := self._preset.stream(bare(entry))):
                found.setdefault(stream, entry)
        return found

    def _of_preset(self, reader: EntryReader) -> dict[str, tuple[Route, ...]]:
        """Read the preset's streams that the user's `streams` do not name."""
        preset = self._preset
        if preset is None:
            return {}
        own = self._overriding
        return {one: reader.of_preset(preset, one) for one in preset.streams if one not in own}

    def _by_name(self, stream: str) -> tuple[Route, ...]:
        """Return the route of a stream that neither `streams` nor a preset names."""
        if endpoint := endpoint_of(stream):
            kind = event_type_of(stream)
            recipe = Recipe(defaults={("type",): kind} if kind else {})
            return (Route(f"{stream}:{endpoint}", ENDPOINTS[endpoint], recipe),)
        if self._choices.skips_unmapped:
            return ()
        names = ", ".join(near(stream))
        hint = f" Names near it: {names}." if names else ""
        raise StreamUnmapped(
            "TW-STREAM-UNMAPPED",
            f"stream {stream}: no endpoint goes by that name.{hint} Name one "
            f"(`streams: {{{stream}: {{endpoint: ...}}}}`, one of {', '.join(ENDPOINTS)}), leave "
            f"it out (`streams: {{{stream}: skip}}`), or leave out all such streams "
            "(`unmapped_streams: skip`)",
        )


def _renamed(route: Route, stream: str) -> Route:
    """Return a preset's route under the name that the tap gives its stream."""
    return replace(route, name=stream + route.name[route.name.rindex(":") :])
