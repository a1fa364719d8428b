"""The ways into a Meltano project, for real: by the definition's file or address, and inline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import serve
from tests.docs.pages import page
from tests.hub.definition import NAME
from tests.hub.files import DEFINITION, HUB
from tests.hub.projects import OFFLINE, Project, constraints
from tests.whole_runs import order, records, rows, schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "a-key-that-nobody-sees"
LINES = [schema("orders", "order_id"), *records("orders", *map(order, range(12)))]
ADD = f"meltano add {NAME} --no-install --from-ref"
TRY, SEND = re.findall(
    r"```sh\n(.*?)```",
    yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["next_steps"],
    re.DOTALL,
)
"""The two blocks of commands on the Hub's page."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Project:
    """A project as `meltano init` makes it."""
    folder = tmp_path_factory.mktemp("ways")
    project = Project(folder, constraints(wheel, folder))
    project.type("meltano init --no-usage-stats project", **OFFLINE)
    return Project(folder / "project", project.constraints)


@pytest.fixture(scope="module")
def added(empty: Project) -> Project:
    """One to which the definition's file was added, with no network to ask the Hub."""
    project = empty.copy(empty.folder.with_name("by_file"))
    project.type(f"{ADD} {DEFINITION}", **OFFLINE)
    return project


@dataclass
class Typed:
    """What became of the page's commands."""

    project: Project
    tried: str
    sent: str
    served: Path


@pytest.fixture(scope="module")
def typed(added: Project) -> Typed:
    """Type what the Hub's page says, with a sandbox in place of the shop."""
    project = added.copy(added.folder.with_name("typed"))
    project.replay(LINES)
    tried = project.type(TRY)
    path = project.folder / "served.db"
    served = serve(create_app(path))
    try:
        sent = project.type(SEND, keys=f"{KEY}\n", TARGET_TRIPLEWHALE_API_URL=served.url)
    finally:
        served.stop()
    return Typed(project, tried, sent, path)


@pytest.fixture
def address() -> Iterator[str]:
    """Serve docs/hub/ as the documentation's site does."""
    handler = partial(_Quiet, directory=str(HUB))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{DEFINITION.name}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Keep requests out of what tests print."""


def loader(project: Project) -> dict[str, Any]:
    """Return the one loader of a project."""
    (found,) = project.read()["plugins"]["loaders"]
    return dict(found)


def test_a_file_brings_the_whole_definition(added: Project) -> None:
    """What Meltano does not know of, it does not hand over."""
    said, found = yaml.safe_load(DEFINITION.read_text(encoding="utf-8")), loader(added)
    assert {one["name"] for one in found["settings"]} == {one["name"] for one in said["settings"]}
    for part in ("pip_url", "executable", "capabilities", "commands", "settings_group_validation"):
        assert found[part] == said[part], part


def test_an_address_brings_the_same_and_keeps_what_was_set(
    empty: Project, added: Project, address: str, tmp_path: Path
) -> None:
    """After an upgrade the same command brings the settings that are new."""
    project = empty.copy(tmp_path / "by_address")
    config = {"shop": "example.myshopify.com"}
    older = loader(added) | {"settings": [{"name": "shop"}]}
    project.add(loaders=older | {"config": config})
    project.type(f"{ADD} {address}", **OFFLINE)
    assert loader(project) == loader(added) | {"config": config}


def test_what_the_page_says_delivers_to_the_sandbox(typed: Typed) -> None:
    """The first try must need nothing that is not there yet."""
    assert len(rows(typed.project.folder / "output/sandbox.db", "orders_table")) == 12
    assert "sandbox output/sandbox.db: nothing leaves this machine" in typed.tried
    assert re.search(r"^orders_table +12 ", typed.tried, re.MULTILINE), typed.tried


def test_what_the_page_says_sends_ten_records(typed: Typed) -> None:
    """The key that was pasted is the one that is sent."""
    assert re.search(r"ok +key", typed.sent), typed.sent
    assert len(rows(typed.served, "orders_table")) == 10


def test_meltano_tells_no_secret_and_says_what_is_needed(typed: Typed) -> None:
    """A screen is shared, and a repository too."""
    said = typed.project.type(f"meltano config list {NAME}")
    assert "Group 1: api_key, shop" in said
    assert "Group 2: api_url, shop" in said
    assert "api_key (required by group 1)" in said
    assert "(redacted)" in said
    assert KEY not in said + typed.sent
    assert KEY not in (typed.project.folder / "meltano.yml").read_text()


def test_the_inline_definition_of_the_readme_delivers(empty: Project, tmp_path: Path) -> None:
    """Who pastes it has no definition but this one."""
    project = empty.copy(tmp_path / "inline")
    project.replay(LINES)
    served = serve(create_app(tmp_path / "served.db"))
    plugin = inline()
    project.add(loaders=plugin | {"config": plugin["config"] | {"api_url": served.url}})
    try:
        project.type(f"meltano run tap-csv {NAME}", TARGET_TRIPLEWHALE_API_KEY=KEY)
    finally:
        served.stop()
    assert len(rows(tmp_path / "served.db", "orders_table")) == 12


def inline() -> dict[str, Any]:
    """Return the loader of the README's block that is marked."""
    (block,) = page("README.md").having("meltano")
    (plugin,) = yaml.safe_load(block.text)["plugins"]["loaders"]
    return dict(plugin)
