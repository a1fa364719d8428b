"""A served sandbox and a client that shares no code with the target."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import requests

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import Served, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Client:
    """A sandbox on a port, with requests to speak to it and SQL to look into it."""

    def __init__(self, served: Served, db: Path) -> None:
        """Take the running server and its file."""
        self.served = served
        self.db = db
        self.session = requests.Session()

    def post(self, path: str, body: Any = None, *, key: str = "k", **more: Any) -> Any:
        """Post to a Data-In path; `body` becomes JSON."""
        if body is not None:
            more["json"] = body
        headers = {"x-api-key": key} if key else {}
        url = f"{self.served.url}/data-in/{path}"
        return self.session.post(url, headers=headers, timeout=10, **more)

    def ask(self, query: str, *, key: str = "k", **more: Any) -> Any:
        """Ask Data Out; `more` are other parts of the body."""
        period = {"startDate": "2000-01-01", "endDate": "2099-12-31"}
        body = {"shopId": "shop.example", "query": query, "period": period, **more}
        headers = {"x-api-key": key} if key else {}
        url = f"{self.served.url}/orcabase/api/sql"
        return self.session.post(url, headers=headers, json=body, timeout=20)

    def get(self, path: str, key: str = "k") -> requests.Response:
        """Get a path under the API's prefix."""
        headers = {"x-api-key": key}
        return self.session.get(self.served.url + path, headers=headers, timeout=10)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the file as another process would."""
        with closing(sqlite3.connect(self.db)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Return where the sandbox keeps its file; the folder does not exist yet."""
    return tmp_path / "new" / "sandbox.db"


@pytest.fixture
def start(db: Path) -> Iterator[Callable[..., Client]]:
    """Return a function that serves a sandbox with the given options."""
    clients: list[Client] = []

    def start_one(**options: Any) -> Client:
        clients.append(Client(serve(create_app(db, **options)), db))
        return clients[-1]

    yield start_one
    for client in clients:
        client.session.close()
        client.served.stop()


@pytest.fixture
def api(start: Callable[..., Client]) -> Client:
    """Return a client of a sandbox without keys or faults."""
    return start()
