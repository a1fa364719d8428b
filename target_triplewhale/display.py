"""What a terminal shows of a run while it goes on, below the lines of the log."""

from __future__ import annotations

import logging
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from target_triplewhale.printable import printable
from target_triplewhale.progress import duration, hold_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from rich.console import RenderableType

    from target_triplewhale.standing import Observer, Standing

SECONDS_BETWEEN = 0.5
LINES_BELOW = 8
"""Lines of a terminal that are left to what is not a stream, and to the log."""
BAR_WIDTH = 40
ALWAYS = ("delivered", "rejected")
"""Endings that have a column also before the first."""


class Display:
    """A table of the streams, rates, and what holds the run; log lines appear above it."""

    def __init__(self, observer: Observer, clock: Callable[[], float] = time.monotonic) -> None:
        self._observer = observer
        self._clock = clock
        self._due = clock()
        self._stream = sys.stderr
        # Whether this is a terminal was decided before.
        self._console = Console(file=self._stream, force_terminal=True, force_interactive=True)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False
        )
        self._handlers = _handlers_of(self._stream)
        for handler in self._handlers:
            handler.setStream(self)  # type: ignore[arg-type]
        self._live.start()

    def tell_if_due(self) -> None:
        """Show how far the run has come now."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + SECONDS_BETWEEN
        standing = self._observer.look()
        with suppress(OSError):  # the terminal is gone, and the run goes on
            self._live.update(_shown(standing, self._console.height - LINES_BELOW), refresh=True)

    def seconds_until_due(self) -> float:
        """Return how long a wait may be."""
        return max(0.0, self._due - self._clock())

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the terminal to whoever writes to it beside the log."""
        if not os.isatty(sys.stdout.fileno()):
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start(refresh=True)

    def close(self) -> None:
        """Take the display away; the log stays."""
        with suppress(OSError):
            self._live.stop()
        for handler in self._handlers:
            handler.setStream(self._stream)

    # As the stream of the log's handlers

    def write(self, text: str) -> None:
        """Print a line of the log above the display."""
        self._console.print(Text(text.removesuffix("\n")), soft_wrap=True)

    def flush(self) -> None:
        """Do nothing: what is written is written."""


def _handlers_of(stream: TextIO) -> list[logging.StreamHandler[TextIO]]:
    """Return the handlers of the log that write to the terminal."""
    return [
        one
        for one in logging.getLogger().handlers
        if isinstance(one, logging.StreamHandler) and one.stream is stream
    ]


def _shown(standing: Standing, rows: int) -> RenderableType:
    parts: list[RenderableType] = [_table(standing, max(1, rows))]
    rates = [f"{one.limit} {one.sent:,} of {one.allowed:,} a minute" for one in standing.rates]
    parts.append(Text(", ".join(rates), style="dim"))
    parts += [Text(hold_sentence(hold, standing), style="yellow") for hold in standing.holds]
    if standing.share and standing.read:
        parts.append(_bar(standing))
    return Group(*parts)


def _table(standing: Standing, rows: int) -> Table:
    total = standing.ended
    endings = [name for name in total or ALWAYS if total[name] or name in ALWAYS]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("stream", "endpoint"):
        table.add_column(name)
    for name in ("read", *endings):
        table.add_column(name, justify="right", style="red" if name == "rejected" else "")
    for way in standing.ways[:rows]:
        numbers = (way.read, *(way.ended[name] for name in endings))
        table.add_row(
            Text(printable(way.stream)), way.endpoint, *(f"{number:,}" for number in numbers)
        )
    if len(standing.ways) > rows:
        table.add_row(f"{len(standing.ways) - rows} more")
    return table


def _bar(standing: Standing) -> Table:
    """Show which share of the input's records has ended."""
    done = standing.ended.total() / standing.read * (standing.share or 0.0)
    left = f", {duration(standing.seconds_left)} left" if standing.seconds_left else ""
    line = Table.grid(padding=(0, 1))
    line.add_row(ProgressBar(total=1.0, completed=done, width=BAR_WIDTH), f"{done:.0%}{left}")
    return line
