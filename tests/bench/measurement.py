"""What a measurement is: a name, words on how it is done, and a function that yields figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.figures import Figure


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    orders: int
    rounds: int
    many_orders: int
    slow_orders: int
    customers: int
    quotas: int
    """How many times over the events a minute are used up."""


FULL = Scale(
    orders=200_000,
    rounds=3,
    many_orders=1_000_000,
    slow_orders=200_000,
    customers=50_500,
    quotas=5,
)
QUICK = Scale(
    orders=40_000,
    rounds=1,
    many_orders=100_000,
    slow_orders=30_000,
    customers=8_000,
    quotas=1,
)


@dataclass(frozen=True)
class Bench:
    """What a measurement works with; `tick` shows how many seconds a long run has lasted."""

    scale: Scale
    tick: Callable[[float], None]


@dataclass(frozen=True)
class Measurement:
    """One part of the benchmark."""

    name: str
    title: str
    about: str
    measure: Callable[[Bench], Iterator[Figure]]
