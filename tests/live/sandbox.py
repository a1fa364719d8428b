"""The kit in front of a served sandbox."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox import Faults, Keys, create_app
from target_triplewhale.sandbox.keys import Key
from target_triplewhale.sandbox.serve import serve
from tests.live.asked import Asked, new_records
from tests.live.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.live.records import Records

SHOP = "example.myshopify.com"
ACCOUNT = "live-test"
KEY = "a-made-up-key"
SCOPES = ("orders:write", "pps:write", "data-out")
DATABASE = "live.db"


@contextmanager
def sandbox(
    folder: Path,
    *,
    faults: Sequence[Mapping[str, Any]] = (),
    scopes: Sequence[str] = SCOPES,
    records: Records | None = None,
    **server: Any,
) -> Iterator[Asked]:
    """Serve a sandbox that knows one key, with a script of faults, and yield what asks it."""
    keys = Keys({KEY: Key(scopes=tuple(scopes), shops=(SHOP,))})
    script = Faults.parse(json.dumps(faults))
    app = create_app(folder / DATABASE, keys=keys, faults=script, **server)
    with serve(app) as served, closing(Client(served.url, KEY)) as client:
        yield Asked(client, records or new_records(SHOP, ACCOUNT), with_events=True)
