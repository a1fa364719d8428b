"""Runs the unit tests of a module against each of its mutants, and tells which ones live on."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import Phase, settings

from tests.reliability.mutants import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType

ROOT = Path(__file__).parents[2]
MODULES = ("verdicts", "retries", "limits", "barrier", "turns", "concurrency", "outbox")
EDGES = ("tests/reliability/test_edges.py", "tests/reliability/test_rounds.py")
"""Tests that were written because a mutant lived."""
WARM = ("httpx", "target_triplewhale.sandbox.serve", "target_triplewhale.endpoints")
"""What all tests import, and no mutant changes: imported once, before the processes fork."""
SECONDS = 300
"""How long the tests of a module may take without a mutant."""
TIMES, MORE = 5, 10
"""With a mutant that goes round for ever they take longer: so many times, and seconds on top."""
MEMORY = 4 * 1024**3
QUIET = (
    *("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0"),
)
"""Stop at the first failure, draw the same examples each time, and load no plugin in vain."""


class Unshrunk:
    """Lets Hypothesis fail at once: nobody looks at how."""

    def pytest_sessionstart(self) -> None:
        """Change what the checkout's conftest.py has set, before the tests are read."""
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("unshrunk", phases=phases, database=None)
        settings.load_profile("unshrunk")


class TestsFail(Exception):
    """The tests of a module fail without any mutant, so they can tell nothing."""


@dataclass(frozen=True)
class Survey:
    """What became of the mutants of one module."""

    module: str
    count: int
    survivors: Sequence[str]


def survey(module: str) -> Survey:
    """Try all mutants of a module."""
    for name in WARM:
        importlib.import_module(name)
    path = ROOT / "target_triplewhale" / "delivery" / f"{module}.py"
    source = path.read_text()
    unchanged = Mutant("unchanged", compile(source, str(path), "exec"))
    began = time.monotonic()
    if not [*_survivors(module, [unchanged], SECONDS)]:
        raise TestsFail(f"the tests of {module} fail without any mutant")
    seconds = MORE + TIMES * (time.monotonic() - began)
    tried = list(mutants(source, str(path)))
    return Survey(module, len(tried), sorted(_survivors(module, tried, seconds)))


def _survivors(module: str, tried: Sequence[Mutant], seconds: float) -> Iterator[str]:
    """Yield the names of mutants that all tests pass with; one process a core."""
    waiting = list(reversed(tried))
    running: dict[int, tuple[Mutant, float]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            running[_forked(module, mutant.code)] = (mutant, time.monotonic() + seconds)
        time.sleep(0.02)
        for process, (mutant, until) in list(running.items()):
            if time.monotonic() > until:
                os.kill(process, signal.SIGKILL)
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del running[process]
                if status == 0:
                    yield mutant.name


def _tests_of(module: str) -> list[str]:
    return [f"tests/delivery/test_{module}.py", *EDGES]


def _forked(module: str, code: CodeType) -> int:
    process = os.fork()
    if process == 0:
        try:
            _test(module, code)
        finally:
            os._exit(1)
    return process


def _test(module: str, code: CodeType) -> NoReturn:
    """Run the tests with the mutant in the module's place."""
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    name = f"target_triplewhale.delivery.{module}"
    made = ModuleType(name)
    sys.modules[name] = made
    exec(code, made.__dict__)  # noqa: S102  (the project's own code, changed a little)
    parent, _, child = name.rpartition(".")
    setattr(importlib.import_module(parent), child, made)
    os.chdir(ROOT)
    os._exit(pytest.main([*QUIET, *_tests_of(module)], plugins=[Unshrunk()]))
