"""The stock SDK loop with a sink that does nothing: its reader, its validation, its batches."""

from __future__ import annotations

import sys
from typing import Any

from singer_sdk import Target
from singer_sdk.sinks import BatchSink


class NothingSink(BatchSink):
    """Drops every batch, but for its size."""

    records = 0

    def process_batch(self, context: dict[str, Any]) -> None:
        """Count."""
        NothingSink.records += len(context["records"])


class StockTarget(Target):
    """What a developer has before a line of an own."""

    name = "stock"
    default_sink_class = NothingSink
    config_jsonschema = {"properties": {}}  # noqa: RUF012  (as the SDK's own examples have it)


if __name__ == "__main__":
    StockTarget.cli(standalone_mode=False)
    sys.stdout.write(f"{NothingSink.records}\n")
