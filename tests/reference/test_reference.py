"""The reference is fresh, and nothing is left out of it."""

from __future__ import annotations

from collections import Counter

import click
import pytest

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.mapping.shape import Shape
from target_triplewhale.presets.library import packaged
from target_triplewhale.settings import Settings
from target_triplewhale.stream_names import STREAM_NAMES
from tests.reference import commands, settings
from tests.reference.page import ROOT, Page
from tests.reference.pages import PAGES


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_fresh(page: Page) -> None:
    """`python -m tests.reference` writes them all."""
    assert page.fresh() == text(page.name)


def test_every_setting_is_in_one_group() -> None:
    """One without a group would have no section, and stay unknown."""
    grouped = Counter(name for names in settings.GROUPS.values() for name in names)
    assert grouped == Counter(list(Settings.model_fields))


def test_every_endpoint_has_streams_and_all_its_fields() -> None:
    """What nobody can reach or read about does not exist."""
    assert set(STREAM_NAMES) == set(ENDPOINTS)
    for section in text("endpoints.md").split("\n## `")[1:]:
        endpoint = ENDPOINTS[section.partition("`")[0]]
        paths = {".".join(path) for path in Shape(endpoint.model, endpoint.name).all_paths()}
        told = section.replace("[]", "")
        assert [path for path in paths if f"| `{path}` |" not in told] == []


def test_every_option_of_a_command_says_what_it_does() -> None:
    """An option without a word is one that nobody dares to use."""
    options = [
        (name, option)
        for name, command in commands.commands()
        for option in command.params
        if isinstance(option, click.Option)
    ]
    assert len(options) > 30
    assert [f"{name} {one.name}" for name, one in options if not one.help] == []


def test_every_preset_has_a_page() -> None:
    """The list leads there."""
    assert [name for name in packaged() if not (ROOT / f"docs/presets/{name}.md").is_file()] == []
