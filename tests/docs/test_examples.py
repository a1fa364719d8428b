"""What a page shows to be copied is accepted by what would load it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs.configurations import load, load_file
from tests.docs.pages import pages
from tests.whole_runs import TABLES, Runner, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.docs.pages import Block

    Stored = Callable[[str], list[dict[str, Any]]]

EXAMPLES = [block for page in pages() for block in page.having("example")]
FILES = [block for page in pages() for block in page.having("file")]
FILLED_IN = {"shop", "platform", "platform_account_id", "updated_at"}


def conversions() -> Iterator[tuple[Block, Block, Block]]:
    """Yield each route that has a record and a body below it."""
    for page in pages():
        for number, block in enumerate(page.blocks):
            if "body" in block.marks:
                route, record = page.blocks[number - 2 : number]
                yield route, record, block


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_an_example_is_accepted(block: Block) -> None:
    """A reader copies it."""
    load(block.marks["example"], block.text)


@pytest.mark.parametrize("block", FILES, ids=str)
def test_a_file_is_what_its_name_says(block: Block) -> None:
    """A page that nobody types has files too."""
    load_file(block.marks["file"], block.text)


@pytest.mark.parametrize("blocks", [*conversions()], ids=lambda blocks: str(blocks[0]))
def test_a_record_becomes_the_body_shown(
    blocks: tuple[Block, Block, Block], run: Runner, stored: Stored
) -> None:
    """Route, record and body, as a reader would try them."""
    route, record, body = blocks
    streams = yaml.safe_load(route.text)
    (stream,) = streams
    read = json.loads(record.text)
    done = run([schema(stream, *read), *records(stream, read)], streams=streams)
    assert done.code == 0, f"{record}: {done.log}"
    found = [one for table in TABLES.values() for one in stored(table)]
    sent = [{name: one[name] for name in one.keys() - FILLED_IN} for one in found]
    assert sent == [json.loads(body.text)], body
