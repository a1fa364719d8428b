"""Files of presets: packaged ones by name, one's own by path, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.entries import Choices
from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.presets import library
from target_triplewhale.routes import Routes

if TYPE_CHECKING:
    from pathlib import Path

Written = Callable[[Any], str]
ROUTES = [{"endpoint": "customers"}]
WHOLE: dict[str, Any] = {
    "title": "A tool",
    "native": False,
    "platform": "a-tool",
    "account": "its account",
    "orders": "none",
    "options": {"mode": {"help": "what", "choices": ["a", "b"], "default": "a"}},
    "streams": {"people": {"also": ["persons"], "routes": ROUTES}, "tags": "skip"},
}


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a preset's file, as text or as what it says, and return its path."""

    def write(content: Any) -> str:
        path = tmp_path / "mine.yml"
        is_text = isinstance(content, str)
        path.write_text(content if is_text else yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    return write


def said(name: str, **options: Any) -> str:
    """Return what is wrong with a preset."""
    with pytest.raises(SettingsInvalid) as caught:
        library.preset(name, options)
    return "; ".join(caught.value.sentences)


@pytest.mark.parametrize("name", library.packaged())
def test_every_packaged_preset_says_what_a_user_must_know(name: str) -> None:
    """Whether it is native, what it sends as platform, and what it counts as an order."""
    content = library.content(name)
    assert isinstance(content.get("native"), bool)
    assert content["title"]
    routes = [
        route
        for entry in content["streams"].values()
        if entry != "skip"
        for route in entry["routes"]
    ]
    if {"orders", "customers", "products", "subscriptions"} & {one["endpoint"] for one in routes}:
        assert content["platform"]
        assert content["account"]
    if any("orders" in one["endpoint"] for one in routes):
        assert content["orders"]


@pytest.mark.parametrize("name", library.packaged())
def test_every_option_of_a_packaged_preset_is_used_and_explained(name: str) -> None:
    """One that does nothing would be believed to do something."""
    content = library.content(name)
    text = yaml.safe_dump(content["streams"])
    for option, said_of_it in (content.get("options") or {}).items():
        assert said_of_it["help"]
        is_used = f"${{{option}}}" in text or f"option: {option}\n" in text or f"{option}:" in text
        assert is_used, option


@pytest.mark.parametrize("name", library.packaged())
def test_no_spelledstands_for_two_streams_of_a_packaged_preset(name: str) -> None:
    """The later one would win in silence."""
    content = library.content(name)
    streams: dict[str, set[str]] = {}
    for stream, entry in content["streams"].items():
        for spelled in (stream, *(entry.get("also", []) if isinstance(entry, dict) else [])):
            streams.setdefault(spelled.lower().replace("_", ""), set()).add(stream)
    assert [found for found in streams.values() if len(found) > 1] == []


def test_a_file_of_ones_own_is_a_preset(written: Written) -> None:
    """With a byte order mark too, as some editors save it."""
    for text in (yaml.safe_dump(WHOLE), "\ufeff" + yaml.safe_dump(WHOLE)):
        found = Routes(Choices({}, preset=written(text)))
        assert [one.endpoint.name for one in found.of("persons")] == ["customers"]
        assert found.of("tags") == ()


@pytest.mark.parametrize("entry", [ROUTES[0], ROUTES], ids=["a_route", "a_list"])
def test_a_stream_may_be_written_as_in_the_settings(written: Written, entry: Any) -> None:
    """What `suggest` writes is a preset as it stands."""
    name = written(yaml.safe_dump({"streams": {"people": entry, "tags": "skip"}}))
    found = Routes(Choices({}, preset=name))
    assert [one.endpoint.name for one in found.of("people")] == ["customers"]
    assert found.of("tags") == ()


def test_a_preset_that_is_not_there_offers_the_nearest(tmp_path: Path) -> None:
    """By its name; a path is told as it is given."""
    assert "(did you mean `gohighlevel`?)" in said("gohighlevl")
    listed = said("xyz")
    assert all(name in listed for name in library.packaged())
    assert "No such file" in said(str(tmp_path / "no.yml"))
    (tmp_path / "folder.yml").mkdir()
    assert "directory" in said(str(tmp_path / "folder.yml"))


@pytest.mark.parametrize(
    "text", ["a: [", "\t- x", "a: &x [*x]\nb: *y", "\x00", "!!python/object:os.x"]
)
def test_what_is_no_yaml_is_said(written: Written, text: str) -> None:
    """Without the library's traceback, and without running what it says."""
    assert "not valid YAML" in said(written(text))


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    """An old editor's."""
    path = tmp_path / "mine.yml"
    path.write_bytes("title: Köln".encode("latin-1"))
    assert "not valid YAML" in said(str(path))


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """Return the whole preset with another value at a path."""
    copy: dict[str, Any] = yaml.safe_load(yaml.safe_dump(WHOLE))
    at: Any = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return copy


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "must be an object with `streams`"),
        ("- a", "must be an object with `streams`"),
        ({"title": "x"}, "must be an object with `streams`"),
        ({"streams": []}, "must be an object with `streams`"),
        (changed("steams", to={}), "unknown key `steams` (did you mean `streams`?)"),
        (changed("native", to="yes"), "`native` must be true or false"),
        (changed("platform", to=5), "`platform` must be text"),
        (changed("title", to=["x"]), "`title` must be text"),
        (changed("options", to=["mode"]), "`options` must be an object"),
        (changed("options", "mode", to="a"), "options.mode: must be an object with help, kind"),
        (changed("options", "mode", "knid", to="x"), "unknown key `knid` (did you mean `kind`?)"),
        (
            changed("options", "mode", "kind", to="number"),
            "`kind` must be one of text, object, list",
        ),
        (changed("options", "mode", "choices", to="a"), "`choices` must be a list of texts"),
        (changed("options", "mode", "choices", to=[1]), "`choices` must be a list of texts"),
        (changed("options", "mode", "default", to="c"), "`default` must be one of a, b"),
        (changed("options", 1, to={}), "must have a text for a name"),
        (changed("streams", "people", to="skipp"), "must be `skip`, a route, or a list of routes"),
        (
            changed("streams", "people", "routes", to={}),
            "must be `skip`, a route, or a list of routes",
        ),
        (changed("streams", "people", "routes", to=["x"]), "must be `skip`, a route, or a list"),
        (changed("streams", "people", "alos", to=[]), "unknown key `alos` (did you mean `also`?)"),
        (changed("streams", "people", "also", to="x"), "`also` must be a list of names"),
        (changed("streams", 0, to="skip"), "must have a text for a name"),
        (
            changed("streams", "people", "routes", 0, "when", to={"mood": "a"}),
            "there is no option `mood` (did you mean `mode`?)",
        ),
        (changed("streams", "people", "routes", 0, "when", to="a"), "`when` must be an object"),
        (
            changed("streams", "people", "routes", 0, "where", to="'${moed}' == 'a'"),
            "there is no option `moed` (did you mean `mode`?)",
        ),
        (
            changed("streams", "people", "routes", 0, "currency", to={"option": "mood"}),
            "there is no option `mood`",
        ),
        (
            changed("streams", "people", "routes", 0, "currency", to={"option": 5}),
            "there is no option `5`",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_its_place(
    written: Written, content: Any, words: str
) -> None:
    """A preset is data that people write themselves."""
    name = written(content)
    found = said(name)
    assert found.startswith(f"preset {name}: ")
    assert words in found


def test_what_is_wrong_with_a_route_of_a_file_is_said_as_of_a_users_own(written: Written) -> None:
    """The place is the preset and its stream."""
    content = changed("streams", "people", "routes", to=[{"endpoint": "customers", "feilds": {}}])
    with pytest.raises(SettingsInvalid) as caught:
        Routes(Choices({}, preset=written(content)))
    (sentence,) = caught.value.sentences
    assert "stream people: unknown key `feilds` (did you mean `fields`?)" in sentence
    assert sentence.startswith("preset ")


def test_a_file_that_is_nested_without_end_is_said(written: Written) -> None:
    """YAML can refer to itself."""
    text = "streams: {people: {routes: [&x {endpoint: customers, fields: {a: *x}}]}}"
    assert "nested without end" in said(written(text))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "skip", "a", "${a}"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["option", "routes", "also", "when", "endpoint", "", True, None, 1]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=6,
)
PLACES = [
    ("title",),
    ("native",),
    ("options",),
    ("options", "mode"),
    ("options", "mode", "kind"),
    ("options", "mode", "choices"),
    ("options", "mode", "default"),
    ("streams",),
    ("streams", "people"),
    ("streams", "people", "also"),
    ("streams", "people", "routes"),
    ("streams", "people", "routes", 0),
    ("streams", "people", "routes", 0, "endpoint"),
]


@given(st.sampled_from(PLACES), JUNK, st.dictionaries(st.sampled_from(["mode", "x"]), JUNK))
def test_no_file_and_no_options_end_in_anything_but_sentences(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[Any, ...], junk: Any, options: Any
) -> None:
    """Whatever stands where."""
    path = tmp_path_factory.getbasetemp() / "junk.yml"
    path.write_text(yaml.safe_dump(changed(*place, to=junk)), encoding="utf-8")
    said: tuple[str, ...] = ("nothing",)
    try:
        found = Routes(Choices({}, preset=str(path), preset_options=options))
        for stream in ("people", "persons", "tags", "other"):
            found.of(stream)
    except SettingsInvalid as error:
        said = error.sentences
    assert said
