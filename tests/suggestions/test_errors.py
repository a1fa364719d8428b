"""What is wrong with an input is a sentence, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from target_triplewhale.__main__ import main
from tests.suggestions.asked import ask
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from pathlib import Path

RECORD = json.dumps(records("orders", {"id": "1"})[0])


@pytest.mark.parametrize(
    ("given", "code", "sentence"),
    [
        ("", 2, "the input holds no SCHEMA and no RECORD"),
        ("\n \n", 2, "the input holds no SCHEMA and no RECORD"),
        ('{"type": "STATE", "value": {}}\n', 2, "the input holds no SCHEMA and no RECORD"),
        ("hello\n", 1, "line 1 of the input: no valid JSON"),
        (f"{RECORD}\n{RECORD[:20]}\n", 1, "line 2 of the input: no valid JSON"),
        ("[1]\n", 1, "line 1 of the input: no JSON object"),
        ('{"type": "LOG"}\n', 1, "line 1 of the input: a message of unknown type"),
        ('{"type": "RECORD", "record": {}}\n', 1, "a RECORD message that names no stream"),
    ],
)
def test_a_broken_input_is_told_with_its_line(given: str, code: int, sentence: str) -> None:
    """A tap's log on standard output is the usual cause."""
    done = CliRunner().invoke(main, ["suggest"], input=given)
    assert (done.exit_code, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--input", "nowhere.jsonl"], "--input nowhere.jsonl: No such file or directory"),
        (["--input", "."], "--input .: Is a directory"),
        (["--config", "nowhere.json"], "nowhere.json"),
        (["--records", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_argument_is_wrong_usage(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, with nothing read."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["suggest", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_without_any_input_it_says_how_to_give_one() -> None:
    """Standard input is closed under some schedulers."""
    command = f"{sys.executable} -m target_triplewhale suggest <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert done.returncode == 2
    assert "there is no input: standard input is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_records_without_a_schema_are_looked_at_all_the_same() -> None:
    """A part of a tap's output is enough."""
    said = ask(records("orders", order(1), order(2)))
    assert said.endpoints("orders") == {"orders"}


def test_a_schema_without_records_says_so() -> None:
    """Names alone still tell where columns go."""
    said = ask([schema("orders", *order(1), "total_price", "email", keys=["order_id"])])
    assert said.endpoints("orders") == {"orders"}
    assert "orders: no record to try it on" in said.comments
    assert said.beside("order_revenue") == "no records in the sample"


def test_a_stream_of_one_column_is_a_title_above_a_header() -> None:
    """Reports of ad channels begin so, and only the tap can pass over it."""
    said = ask([schema("ads", "Campaign report"), *records("ads", {"Campaign report": "x"})])
    assert "one column only (`Campaign report`)" in said.comments


def test_only_the_first_records_are_looked_at() -> None:
    """An output may have millions."""
    many = [order(number) for number in range(5)]
    said = ask([schema("orders", *many[0]), *records("orders", *many)], "--records", "2")
    assert "-- orders: 5 records, the first 2 of them" in said.comments
    assert said.beside("order_id").startswith("2 of 2")
