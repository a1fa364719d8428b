"""Whoever reads a page to its end and does what it says, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import TYPED, missed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.docs.pages import Block, Page
    from tests.docs.terminal import Said, Terminal


class Reader:
    """Types what a page has typed, and compares; each failure names page and line."""

    def __init__(self, terminal: Terminal, ask: Callable[[str], str] | None = None) -> None:
        """Take the terminal, in which the page's stage is set, and what answers SQL there."""
        self._terminal = terminal
        self._ask = ask
        self._said = ""

    def follow(self, page: Page) -> None:
        """Do all that a page says, from the top down."""
        for block in page.blocks:
            self.take(block)

    def take(self, block: Block) -> None:
        """Do what one block is there for; an example is loaded elsewhere."""
        if "not run" in block.marks:
            return
        if "file" in block.marks:
            self._terminal.write(block.marks["file"], block.text)
        elif "sql" in block.marks:
            assert self._ask, f"{block}: nobody answers SQL here"
            self._said = self._ask(block.text)
        elif "output" in block.marks:
            compare(block, self._said)
        elif "serve" in block.marks:
            self._serve(block)
        elif block.language in TYPED:
            self._hold(block, self._terminal.type(block.text))

    def _serve(self, block: Block) -> None:
        """Start line by line; one that ends by itself makes way for the next."""
        self._said = ""
        for number, line in enumerate(block.text.splitlines(), start=1):
            done = self._terminal.serve(line)
            if done.code:
                pytest.fail(f"{block.at(number)}: exit code {done.code}\n{done.text}")
            self._said += done.text

    def _hold(self, block: Block, done: Said) -> None:
        expected = int(block.marks.get("exit", 0))
        self._said = done.text
        if done.code != expected:
            place = block.at(done.line)
            pytest.fail(f"{place}: exit code {done.code}, not {expected}\n{block.text}{done.text}")


def compare(block: Block, said: str) -> None:
    """Fail at the first line of a block that was not said."""
    shown = block.text.splitlines()
    if (number := missed(shown, said)) is not None:
        pytest.fail(f"{block.at(number)}: not said: {shown[number - 1]}\nsaid: {said}")
