"""The counting server counts right, keeps its limits, and ends with its parent."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest

from tests.bench.limits import Fixed, Sliding
from tests.bench.processes import ROOT
from tests.bench.servers import CountingServer

ORPHAN = """
import os, sys
from tests.bench.servers import CountingServer
print(CountingServer("orders").address, flush=True)
os._exit(1)
"""


def request(*order_ids: int) -> bytes:
    orders = ",".join(f'{{"order_id":"A-{number}"}}' for number in order_ids)
    body = f'{{"orders":[{orders}]}}'.encode()
    head = b"POST /api/v2/data-in/bulk-orders HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def connected(server: CountingServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(server.address)), timeout=10)


def status(line: socket.socket) -> bytes:
    """Read one answer, head and body, and return its status."""
    answer = b""
    while not answer.endswith(b"}"):
        answer += line.recv(4096)
    return answer.split()[1]


def test_every_order_is_counted_however_the_bytes_arrive() -> None:
    """A large body comes in pieces, and the word that is counted may lie across two of them."""
    with CountingServer("orders") as server, connected(server) as line:
        for piece in range(0, len(request(1, 2, 3)), 7):
            line.sendall(request(1, 2, 3)[piece : piece + 7])
            time.sleep(0.001)
        assert status(line) == b"200"
        line.sendall(request(4, 5))
        assert status(line) == b"200"
        counts = server.stop()
    assert (counts.records, len(counts.times), counts.refused) == (5, 2, 0)


def test_what_a_limit_refuses_counts_as_refused_and_not_as_taken() -> None:
    """A record that was answered 429 did not arrive, or a lost one would go unseen."""
    with CountingServer("orders", limit=("sliding", 1)) as server, connected(server) as line:
        line.sendall(request(1))
        assert status(line) == b"200"
        line.sendall(request(2, 3))
        assert status(line) == b"429"
        counts = server.stop()
    assert (counts.records, len(counts.times), counts.refused) == (1, 1, 1)


def test_a_check_of_the_key_is_answered_and_not_counted() -> None:
    """What the target asks before its first record must not shift any figure."""
    with CountingServer("orders") as server, connected(server) as line:
        line.sendall(b"GET /api/v2/users/api-keys/me HTTP/1.1\r\nHost: here\r\n\r\n")
        assert status(line) == b"200"
        assert not server.stop().times


def test_a_body_without_a_length_is_refused() -> None:
    """A client that sends its bodies in another way must fail loudly, not count as nothing."""
    with CountingServer("orders") as server, connected(server) as line:
        line.sendall(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert status(line) == b"411"


def test_a_sliding_limit_frees_each_place_a_minute_after_it_was_taken() -> None:
    """Two requests 5 seconds apart leave one place after 60 seconds, not two."""
    limit = Sliding(2)
    assert [limit.wait(now) for now in (10.0, 15.0, 25.0, 70.0, 71.0)] == [0, 0, 45.0, 0, 4.0]


def test_a_fixed_limit_frees_all_places_with_the_full_minute() -> None:
    """Two requests just before the mark and two just after it are no fault there."""
    limit = Fixed(2)
    assert [limit.wait(now) for now in (58.0, 59.0, 59.5, 60.0, 61.0, 62.0)] == [
        *(0, 0, 0.5),
        *(0, 0, 58.0),
    ]


def test_the_server_ends_with_its_parent() -> None:
    """A benchmark that is killed leaves nothing running."""
    command = [sys.executable, "-c", ORPHAN]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=30, check=False)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", int(killed.stdout)), timeout=1).close()
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the server is still there")
