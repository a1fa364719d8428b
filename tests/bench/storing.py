"""The sandbox behind a socket, answering late: `python -m tests.bench.storing DATABASE SECONDS`."""

from __future__ import annotations

import json
import sys

from target_triplewhale.sandbox import Faults, create_app
from target_triplewhale.sandbox.serve import serve


def main(database: str, latency: str) -> None:
    """Print the address, and serve until standard input ends."""
    late = Faults.parse(json.dumps([{"delay": float(latency)}]))
    with serve(create_app(database, faults=late)) as served:
        sys.stdout.write(served.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
