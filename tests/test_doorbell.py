"""The one place where the main thread waits."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.doorbell import Doorbell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0
"""Seconds that nothing takes: a test that waits for them has failed."""


@pytest.fixture
def bell() -> Iterator[Doorbell]:
    made = Doorbell()
    yield made
    made.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """An input, and the end that a tap writes to."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def waited(bell: Doorbell, descriptor: int | None = None) -> bool:
    """Wait, and fail where nothing ended the wait."""
    began = time.monotonic()
    has_input = bell.wait(PATIENCE, descriptor)
    assert time.monotonic() - began < PATIENCE
    return has_input


def test_nothing_ends_a_wait_but_its_time(bell: Doorbell, pipe: tuple[int, int]) -> None:
    """And then there is nothing to read."""
    assert bell.wait(0) is False
    assert bell.wait(0.01, pipe[0]) is False


def test_a_ring_that_nobody_heard_ends_the_next_wait(bell: Doorbell) -> None:
    """News that came before the wait would be slept over."""
    bell.ring()
    assert waited(bell) is False


def test_many_rings_are_one(bell: Doorbell) -> None:
    """Who wakes looks at everything, so one is enough; and the socket never fills up."""
    for _ in range(1_000_000):
        bell.ring()
    waited(bell)
    began = time.monotonic()
    bell.wait(0.05)
    assert time.monotonic() - began >= 0.04


def test_a_bell_rings_more_than_once(bell: Doorbell) -> None:
    """Each wait can be ended."""
    for _ in range(3):
        bell.ring()
        waited(bell)


def test_another_thread_ends_a_wait_for_input(bell: Doorbell, pipe: tuple[int, int]) -> None:
    """A halt wakes a reader whose tap is silent."""
    late = threading.Timer(0.02, bell.ring)
    late.start()
    assert waited(bell, pipe[0]) is False
    late.join()


def test_a_signals_handler_ends_a_wait(bell: Doorbell, pipe: tuple[int, int]) -> None:
    """The system call begins anew after a signal, so only the ring ends it."""
    before = signal.signal(signal.SIGUSR1, lambda *_: bell.ring())
    late = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR1))
    late.start()
    try:
        assert waited(bell, pipe[0]) is False
    finally:
        late.join()
        signal.signal(signal.SIGUSR1, before)


def test_input_ends_a_wait(bell: Doorbell, pipe: tuple[int, int]) -> None:
    """And stays there until it is read."""
    os.write(pipe[1], b"{}\n")
    assert waited(bell, pipe[0]) is True
    assert waited(bell, pipe[0]) is True


def test_input_and_news_may_come_together(bell: Doorbell, pipe: tuple[int, int]) -> None:
    """Neither hides the other."""
    os.write(pipe[1], b"{}\n")
    bell.ring()
    assert waited(bell, pipe[0]) is True
    assert bell.wait(0) is False


def test_the_end_of_the_input_is_input(bell: Doorbell) -> None:
    """Reading it tells that it is the end."""
    reading, writing = os.pipe()
    os.close(writing)
    assert waited(bell, reading) is True
    os.close(reading)


def test_a_file_is_never_waited_for(bell: Doorbell, tmp_path: Path) -> None:
    """There is always something to read, or its end."""
    with (tmp_path / "input").open("wb+") as file:
        assert waited(bell, file.fileno()) is True


def test_what_cannot_be_waited_for_is_read(bell: Doorbell) -> None:
    """Some systems can wait for sockets only; reading itself waits there."""
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    assert waited(bell, reading) is True


def test_a_bell_that_was_closed_harms_nobody() -> None:
    """The loop's thread may ring late."""
    bell = Doorbell()
    bell.close()
    bell.ring()
    assert bell.wait(0.01) is False
