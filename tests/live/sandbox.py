"""The kit in front of a served sandbox."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox import Faults, Keys, create_app
from target_triplewhale.sandbox.keys import Key
from target_triplewhale.sandbox.serve import serve
from tests.live.asked import Asked, new_records
from tests.live.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = "example.myshopify.com"
KEY = "a-made-up-key"


@contextmanager
def sandbox(
    folder: Path,
    *,
    faults: list[dict[str, Any]] | None = None,
    key: Key | None = None,
    with_events: bool = True,
    **more: Any,
) -> Iterator[Asked]:
    """Serve a sandbox that knows one key, with a script of faults, and yield what asks it."""
    keys = Keys({KEY: key or Key(shops=(SHOP,))})
    script = Faults.parse(json.dumps(faults or []))
    with serve(create_app(folder / "live.db", keys=keys, faults=script)) as served:
        client = Client(served.url, KEY)
        try:
            yield Asked(client, new_records(SHOP, "live-test"), with_events=with_events, **more)
        finally:
            client.close()
