"""Where the lines of a chart run: the page draws them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.journal.report.moments import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.journal.report.pace import Pace

WIDTH, HEIGHT = 360, 232
LEFT, RIGHT = 50, 350
PANEL_HEIGHT = 70
RECORDS_BOTTOM, REQUESTS_BOTTOM = 94, 202
HEADROOM = 1.18
"""Room above a limit's line, for its name."""
FAR = 4
"""A limit so many times higher than what was sent would flatten all else."""
MOST_ROWS = 30
MOST_TICKS = 5
DAY = 86_400
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, DAY)


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The line of a limit; one that is far above the chart is drawn at its edge."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One curve over time, closed for its area, with another one inside it if there is any."""

    title: str
    bottom: int
    curve: str
    area: str
    inner: str
    ticks: tuple[Tick, ...]
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of a stretch of time."""

    since: str
    records: int
    requests: int
    refused: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Records and requests of one pace over the same time."""

    pace: Pace
    panels: tuple[Panel, Panel]
    times: tuple[Tick, ...]
    rows: tuple[Row, ...]


def chart(pace: Pace) -> Chart:
    """Lay out a chart."""
    records, requests = pace.rates(pace.records), pace.rates(pace.requests)
    refused = pace.rates(pace.refused) if any(pace.refused) else []
    peak = max(requests, default=0)
    is_far = pace.limit > FAR * max(peak, 1)
    top = _nice(peak if is_far else max(peak, pace.limit * HEADROOM))
    limit = Limit(
        REQUESTS_BOTTOM - PANEL_HEIGHT * (1 if is_far else pace.limit / top),
        f"limit {pace.limit:,}" + (" (far above)" if is_far else ""),
    )
    panels = (
        _panel(f"Records {pace.window}", RECORDS_BOTTOM, _nice(max(records, default=0)), records),
        _panel(
            f"Requests {pace.window}", REQUESTS_BOTTOM, top, requests, refused=refused, limit=limit
        ),
    )
    return Chart(pace, panels, _times(pace), _rows(pace))


def _panel(  # noqa: PLR0913  (what a panel shows)
    title: str,
    bottom: int,
    top: float,
    values: Sequence[float],
    *,
    refused: Sequence[float] = (),
    limit: Limit | None = None,
) -> Panel:
    curve = _curve(values, bottom, top)
    ticks = tuple(Tick(bottom - PANEL_HEIGHT * part, f"{top * part:,g}") for part in (0, 0.5, 1))
    inner = _closed(_curve(refused, bottom, top), bottom) if refused else ""
    return Panel(title, bottom, curve, _closed(curve, bottom), inner, ticks, limit)


def _curve(values: Sequence[float], bottom: int, top: float) -> str:
    step = (RIGHT - LEFT) / max(1, len(values))
    points = [(LEFT + step * number, value) for number, value in enumerate((0, *values))]
    return "M" + " L".join(
        f"{x:.1f},{bottom - PANEL_HEIGHT * value / top:.1f}" for x, value in points
    )


def _closed(curve: str, bottom: int) -> str:
    return f"{curve} L{RIGHT},{bottom} L{LEFT},{bottom} Z"


def _nice(value: float) -> float:
    """Return the next round number whose half is round too."""
    power = 10.0 ** math.floor(math.log10(max(value, 2)))
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= value)


def _times(pace: Pace) -> tuple[Tick, ...]:
    length = max(1, len(pace.requests)) * pace.width
    step = next((one for one in _STEPS if length / one <= MOST_TICKS), 0)
    step = step or DAY * math.ceil(length / DAY / MOST_TICKS)
    return tuple(
        Tick(LEFT + (RIGHT - LEFT) * second / length, clock(second))
        for second in range(0, length + 1, step)
    )


def _rows(pace: Pace) -> tuple[Row, ...]:
    each = math.ceil(len(pace.requests) / MOST_ROWS) or 1
    return tuple(
        Row(
            clock(start * pace.width),
            *(sum(counts[start : start + each]) for counts in _counts(pace)),
        )
        for start in range(0, len(pace.requests), each)
    )


def _counts(pace: Pace) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    return pace.records, pace.requests, pace.refused
