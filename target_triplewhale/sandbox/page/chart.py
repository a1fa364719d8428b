"""Bars over time, as shapes that the template writes as SVG and the live script draws anew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

WIDTH = 640
HEIGHT = 180
GUTTER = 68
"""Room at the right for what the lines stand for."""
TOP = 24
BOTTOM = 22
MOST_BARS = 62
LEAST_BARS = 12
TALLEST = 1e200
"""The value of the tallest bar: senders write any number, and sums of them can be infinite."""
LEAST_POWER = -6


@dataclass(frozen=True, slots=True)
class Shape:
    """One element of SVG; `text` is what it says, or the title of a bar."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing under a heading, with a sentence for those who do not see it."""

    name: str
    title: str
    sentence: str
    shapes: tuple[Shape, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Part:
    """One color of the bars: its values by bucket."""

    label: str
    kind: str
    values: Mapping[str, float]


def draw(
    name: str,
    title: str,
    buckets: Sequence[str],
    parts: Sequence[Part],
    spell: Callable[[float], str],
) -> Chart:
    """Return parts stacked over buckets of time."""
    totals = [sum(part.values.get(bucket, 0) for part in parts) for bucket in buckets]
    top = _round_up(min(max(totals, default=0), TALLEST))
    shapes = [*_grid(top), *_bars(buckets, parts, top, spell), *_ends(buckets)]
    if not buckets:
        return Chart(name, title, "Nothing yet.", ())
    best = max(range(len(buckets)), key=totals.__getitem__)
    sentence = (
        f"{spell(sum(totals))} from {buckets[0]} to {buckets[-1]},"
        f" most in {buckets[best]}: {spell(totals[best])}."
    )
    return Chart(name, title, sentence, tuple(shapes))


def _bars(
    buckets: Sequence[str], parts: Sequence[Part], top: float, spell: Callable[[float], str]
) -> Iterator[Shape]:
    step = _step(buckets)
    for position, bucket in enumerate(buckets):
        base = float(HEIGHT - BOTTOM)
        for part in parts:
            value = part.values.get(bucket, 0)
            if not value:
                continue
            tall = min(value / top, 1) * (HEIGHT - TOP - BOTTOM)
            base -= tall
            box = {"x": position * step, "y": base, "width": max(step * 0.82, 1), "height": tall}
            attributes = {key: f"{size:.2f}" for key, size in box.items()}
            text = f"{bucket}: {spell(value)} {part.label}"
            yield Shape("rect", {"class": part.kind, **attributes}, text)


def _step(buckets: Sequence[str]) -> float:
    """Return the width of a bucket; a few do not fill the whole width."""
    return (WIDTH - GUTTER) / max(len(buckets), LEAST_BARS)


def _grid(top: float) -> Iterator[Shape]:
    for share in (0, 0.5, 1):
        y = f"{HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM):.1f}"
        line = {"x1": "0", "x2": str(WIDTH - GUTTER), "y1": y, "y2": y}
        yield Shape("line", {"class": "grid" if share else "axis", **line})
        if share:
            place = {"x": str(WIDTH - GUTTER + 6), "y": y, "dominant-baseline": "middle"}
            yield Shape("text", place, _brief(top * share))


def _ends(buckets: Sequence[str]) -> Iterator[Shape]:
    if not buckets:
        return
    y = str(HEIGHT - 5)
    yield Shape("text", {"x": "0", "y": y}, buckets[0])
    if len(buckets) > 1:
        is_same_day = buckets[-1][:11] == buckets[0][:11]
        x = max(len(buckets) * _step(buckets), WIDTH / 2)
        text = buckets[-1][11:] if is_same_day else buckets[-1]
        yield Shape("text", {"x": f"{x:.1f}", "y": y, "text-anchor": "end"}, text)


def _round_up(value: float) -> float:
    """Return the next number whose half is as plain."""
    if value <= 0:
        return 1
    power = 10.0 ** max(math.floor(math.log10(value)), LEAST_POWER)
    return next((step * power for step in (1, 2, 4, 6, 8) if step * power >= value), 10 * power)


def _brief(value: float) -> str:
    """Return a number in a few characters."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:,.4g}{letter}"
    return f"{value:.4g}"


class Calendar:
    """The buckets between the first day and the last: days, weeks, months or years."""

    def __init__(self, days: Sequence[str]) -> None:
        """Take the days that something happened on."""
        self._first = date.fromisoformat(min(days)) if days else None
        self._last = date.fromisoformat(max(days)) if days else None
        span = (self._last - self._first).days + 1 if self._first and self._last else 0
        units = ((1, "day"), (7, "week"), (31, "month"))
        self.unit = next((unit for size, unit in units if span <= size * MOST_BARS), "year")

    def bucket(self, day: str) -> str:
        """Return the bucket of a day: a week's is its Monday."""
        if self.unit == "week":
            found = date.fromisoformat(day)
            return (found - timedelta(days=min(found.weekday(), found.toordinal() - 1))).isoformat()
        return day[: {"day": 10, "month": 7, "year": 4}[self.unit]]

    @property
    def buckets(self) -> list[str]:
        """Return all of them in order, those in which nothing happened too."""
        if self._first is None or self._last is None:
            return []
        if self.unit == "year":
            return [f"{year:04}" for year in range(self._first.year, self._last.year + 1)]
        ordinals = range(self._first.toordinal(), self._last.toordinal() + 1)
        days = (date.fromordinal(ordinal).isoformat() for ordinal in ordinals)
        return list(dict.fromkeys(map(self.bucket, days)))


STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400, 604800)


class Clock:
    """The buckets between two moments: of seconds, minutes or hours, as many as fit."""

    def __init__(self, first: float, last: float) -> None:
        """Take the moments in seconds since 1970."""
        wanted = (last - first) / MOST_BARS
        self.seconds = next((step for step in STEPS if step >= wanted), math.ceil(wanted))
        self.places = range(int(first // self.seconds), int(last // self.seconds) + 1)

    def name(self, place: int) -> str:
        """Return the beginning of a bucket in UTC."""
        return f"{datetime.fromtimestamp(place * self.seconds, UTC):%Y-%m-%d %H:%M:%S}"
