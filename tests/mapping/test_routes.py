"""Which routes a stream takes: its entry's, a preset's, or the one that its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import SettingsInvalid, StreamUnmapped
from target_triplewhale.routes import Routes
from target_triplewhale.stream_names import STREAM_NAMES

if TYPE_CHECKING:
    from pathlib import Path

PRESET: dict[str, Any] = {
    "title": "A tool of ours",
    "platform": "our-tool",
    "options": {"words": {"kind": "object"}},
    "streams": {
        "deals": {
            "also": ["won_deals"],
            "routes": [
                {"endpoint": "orders", "fields": {"order_id": "id"}, "timezone": "UTC"},
                {"endpoint": "events", "value_maps": {"type": {"option": "words"}}},
            ],
        },
        "people": {"routes": [{"endpoint": "customers"}]},
        "tags": "skip",
    },
}


@pytest.fixture
def preset(tmp_path: Path) -> str:
    """Return the path of a preset of our own."""
    path = tmp_path / "our tool.yml"
    path.write_text(yaml.safe_dump(PRESET), encoding="utf-8")
    return str(path)


def routes(streams: dict[str, Any] | None = None, **choices: Any) -> Routes:
    """Return the routes of settings; the words of our preset are there unless a test leaves out."""
    given = {"preset_options": {"words": {"a": "lead"}}} if "preset" in choices else {}
    return Routes(Choices(streams or {}, **{**given, **choices}))


def ways(found: Routes, stream: str) -> list[str]:
    """Return the names of a stream's routes."""
    return [route.name for route in found.of(stream)]


def defaults(found: Routes, stream: str) -> list[Any]:
    """Return the platform that each of a stream's routes sends."""
    return [route.recipe.defaults.get(("platform",)) for route in found.of(stream)]


@pytest.mark.parametrize("endpoint", STREAM_NAMES)
@pytest.mark.parametrize("form", ["{}", "public-{}", "dbo.{}", "{} "])
def test_a_stream_finds_its_endpoint_by_name(endpoint: str, form: str) -> None:
    """Case and punctuation aside, after a warehouse's schema is taken off."""
    for name in STREAM_NAMES[endpoint]:
        for stream in (form.format(name), form.format(name.title().replace("_", " "))):
            assert [route.endpoint.name for route in routes().of(stream)] == [endpoint]


@pytest.mark.parametrize(
    "stream",
    ["purchase_orders", "draft_orders", "order_items", "orders2", "ads_report", "", "leads_x"],
)
def test_nothing_else_matches_and_the_nearest_names_are_offered(stream: str) -> None:
    """A stream of drafts must not be booked as orders."""
    with pytest.raises(StreamUnmapped) as caught:
        routes().of(stream)
    assert "unmapped_streams: skip" in str(caught.value)
    if stream == "draft_orders":
        assert "orders" in str(caught.value)


def test_unmapped_streams_may_be_skipped() -> None:
    """They are filtered and counted, by a setting that somebody made."""
    assert routes(skips_unmapped=True).of("draft_orders") == ()


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        ("leads", "lead"),
        ("mql", "mql"),
        ("SQLs", "sql"),
        ("book_demos", "book_demo"),
        ("event", None),
    ],
)
def test_a_streams_name_may_say_the_events_type(stream: str, kind: str | None) -> None:
    """Leads need no column for it."""
    (route,) = routes().of(stream)
    assert route.recipe.defaults.get(("type",)) == kind


def test_a_stream_may_have_many_routes_each_with_a_name() -> None:
    """The second to one endpoint is numbered; an entry wins over what the name says."""
    one = {"endpoint": "events", "where": "`true`"}
    entry = [{"endpoint": "customers"}, one, {"endpoint": "orders"}, one, one]
    found = routes({"orders": entry})
    assert ways(found, "orders") == [
        "orders:customers",
        "orders:events",
        "orders:orders",
        "orders:events#2",
        "orders:events#3",
    ]


def test_a_stream_may_be_skipped() -> None:
    """Also one whose name is an endpoint's."""
    assert routes({"orders": "skip"}).of("orders") == ()


def test_an_entry_that_no_stream_has_is_told_where_one_is_like_it() -> None:
    """`Orders` in the settings, `orders` from the tap."""
    found = routes({"Web Orders": "skip", "other": "skip"}, skips_unmapped=True)
    found.of("web_orders")
    found.of("something")
    assert found.misnamed() == [("Web Orders", "web_orders")]


def test_a_preset_has_streams_other_names_for_them_and_ones_that_it_skips(preset: str) -> None:
    """A stream that it does not name is skipped, even one whose name is an endpoint's."""
    found = routes(preset=preset)
    assert ways(found, "deals") == ["deals:orders", "deals:events"]
    assert ways(found, "Won Deals") == ["Won Deals:orders", "Won Deals:events"]
    assert ways(found, "public-people") == ["public-people:customers"]
    assert found.of("tags") == found.of("orders") == ()


def test_a_presets_platform_is_sent_unless_the_user_sets_one(preset: str) -> None:
    """It is part of an identity, where the endpoint has it; events have none."""
    assert defaults(routes(preset=preset), "deals") == ["our-tool", None]
    assert defaults(routes(preset=preset, platform="mine"), "deals") == ["mine", None]


def test_an_entry_overrides_a_presets_routes_endpoint_by_endpoint(preset: str) -> None:
    """What the user does not name stays the preset's."""
    own = {"endpoint": "orders", "fields": {"order_id": "number"}}
    found = routes({"deals": own}, preset=preset)
    assert sorted(ways(found, "deals")) == ["deals:events", "deals:orders"]
    (order,) = [one for one in found.of("deals") if one.endpoint is ENDPOINTS["orders"]]
    assert order.recipe.fields is not None
    assert [one.text for one in order.recipe.fields.values()] == ["number"]
    assert order.recipe.timezone is None
    assert ways(found, "people") == ["people:customers"]


def test_an_entry_adds_a_route_to_a_presets(preset: str) -> None:
    """Another endpoint beside those that the preset has."""
    found = routes({"people": {"endpoint": "events"}}, preset=preset)
    assert sorted(ways(found, "people")) == ["people:customers", "people:events"]


def test_an_entry_skips_a_stream_of_a_preset(preset: str) -> None:
    """And then needs none of the options that it asks for."""
    found = routes({"deals": "skip"}, preset=preset, preset_options={})
    assert found.of("deals") == ()
    assert ways(found, "people") == ["people:customers"]


def test_an_overridden_route_needs_no_options(preset: str) -> None:
    """The words are for the preset's events, which the user's take the place of."""
    own = {"endpoint": "events", "defaults": {"type": "lead"}}
    found = routes({"deals": own}, preset=preset, preset_options={})
    assert sorted(ways(found, "deals")) == ["deals:events", "deals:orders"]
    with pytest.raises(SettingsInvalid, match="lacks `words`"):
        routes(preset=preset, preset_options={})


@pytest.mark.parametrize("entry", ["deals", "Deals", "won_deals", "public-deals"])
@pytest.mark.parametrize("stream", ["deals", "won_deals", "dbo.deals"])
def test_an_entry_for_any_name_of_a_presets_stream_overrides_it(
    preset: str, entry: str, stream: str
) -> None:
    """Whatever the tap calls it, one stream has one set of routes; none is left out in silence."""
    found = routes({entry: {"endpoint": "orders", "currency": "USD"}}, preset=preset)
    assert sorted(ways(found, stream)) == [f"{stream}:events", f"{stream}:orders"]
    assert found.of(stream)[-1].recipe.currency == "USD"
    assert found.misnamed() == []
    assert routes({entry: "skip"}, preset=preset).of(stream) == ()


def test_a_preset_may_be_named_stream_by_stream(preset: str) -> None:
    """With facts of its own, for a stream of another name; the rest goes by names."""
    entry = {
        "preset": preset,
        "preset_options": {"words": {"b": "mql"}},
        "stream": "deals",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
    }
    found = routes({"my_export": entry})
    assert ways(found, "my_export") == ["my_export:orders", "my_export:events"]
    assert {str(one.recipe.timezone) for one in found.of("my_export")} == {"Europe/Berlin"}
    assert defaults(found, "my_export") == ["our-tool", None]
    assert ways(found, "orders") == ["orders:orders"]


def test_a_preset_named_by_a_stream_needs_no_stream_where_the_names_agree(preset: str) -> None:
    """`people: {preset: ...}` is enough."""
    assert ways(routes({"people": {"preset": preset}}), "people") == ["people:customers"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"stream": "dealz"}, "has the streams deals, people, tags; name one of them as `stream`"),
        ({}, "has the streams deals, people, tags; name one of them as `stream`"),
        ({"stream": "deals"}, "lacks `words`"),
        ({"stream": "people", "fields": {}}, "unknown key `fields`"),
        (
            {"stream": "people", "timezon": "UTC"},
            "unknown key `timezon` (did you mean `timezone`?)",
        ),
        ({"stream": "people", "preset_options": []}, "preset_options: must be an object"),
        ({"stream": "people", "preset_options": {"word": {}}}, "no option `word` (did you mean"),
        ({"stream": "people", "timezone": "Mars"}, "timezone: is no IANA time zone"),
        ({"stream": 5}, "name one of them as `stream`"),
    ],
)
def test_what_is_wrong_with_such_an_entry_is_said(preset: str, entry: Any, said: str) -> None:
    """Each sentence names the entry, but for an option that is missing."""
    with pytest.raises(SettingsInvalid) as caught:
        routes({"my_export": {"preset": preset, **entry}})
    assert any(said in one for one in caught.value.sentences), caught.value.sentences


def test_a_preset_that_is_not_there_is_told_by_the_entry_that_names_it() -> None:
    """Packaged names are offered."""
    with pytest.raises(SettingsInvalid) as caught:
        routes({"my_export": {"preset": "strype", "stream": "charges"}})
    (said,) = caught.value.sentences
    assert said.startswith("streams.my_export: ")
    assert "(did you mean `stripe`?)" in said


@pytest.mark.parametrize("name", ["shopify", "shopify_csv", "woocommerce"])
def test_a_native_source_is_refused_in_either_place_until_it_is_allowed(name: str) -> None:
    """The same sale from both sides counts twice."""
    for given in ({"preset": name}, {"streams": {"x": {"preset": name, "stream": "orders"}}}):
        with pytest.raises(SettingsInvalid, match="native_sources: allow"):
            Routes(Choices(**{"streams": {}, **given}))  # type: ignore[arg-type]
        Routes(Choices(**{"streams": {}, "allows_native": True, **given}))  # type: ignore[arg-type]
