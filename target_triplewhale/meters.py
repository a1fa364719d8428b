"""The SDK's metrics of how records ended; those of records read are the sinks' own."""

from __future__ import annotations

import os
import time
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from singer_sdk import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.journal.journal import Journal


class Metric(StrEnum):
    """What the SDK has no name for; under `record_count` each record would count twice."""

    OUTCOME_COUNT = "outcome_count"


class Meters:
    """A counter for each stream, endpoint and ending: what is new is logged once a minute."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.monotonic) -> None:
        self._journal = journal
        self._clock = clock
        self._due = clock() + metrics.DEFAULT_LOG_INTERVAL
        self._logged = Counter[tuple[str, str, str]]()

    def log_if_due(self) -> None:
        """Log once a minute."""
        if self._clock() >= self._due:
            self._due = self._clock() + metrics.DEFAULT_LOG_INTERVAL
            self.log()

    def log(self) -> None:
        """Log what has ended since the last time."""
        ended = Counter[tuple[str, str, str]]()
        for count in self._journal.counts():
            for status, number in count.ended.items():
                ended[count.stream, count.endpoint, status] += number
        for key, number in (ended - self._logged).items():
            metrics.log(metrics.get_metrics_logger(), _point(*key, number))
        self._logged = ended


def _point(stream: str, endpoint: str, status: str, number: int) -> metrics.Point[int]:
    tags = {
        metrics.Tag.STREAM.value: stream,
        metrics.Tag.ENDPOINT.value: endpoint,
        metrics.Tag.STATUS.value: status,
        metrics.Tag.PID.value: os.getpid(),
    }
    metric = cast("metrics.Metric", Metric.OUTCOME_COUNT)
    return metrics.Point("counter", metric, number, tags)
