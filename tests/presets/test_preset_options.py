"""Options of presets: which must be given, what they may be, and what becomes of them."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest

from target_triplewhale.errors import Fault, SettingsInvalid
from target_triplewhale.presets.preset import Preset

CONTENT: dict[str, Any] = {
    "options": {
        "stages": {"kind": "object", "help": "x"},
        "skip": {"kind": "list", "default": []},
        "mode": {"choices": ["none", "won", "all"], "default": "none"},
        "field": {"default": None},
    },
    "streams": {
        "deals": {
            "routes": [
                {
                    "endpoint": "events",
                    "where": "!contains(`${skip}`, stage)",
                    "value_maps": {"type": {"option": "stages"}},
                },
                {
                    "when": {"mode": ["won", "all"]},
                    "endpoint": "orders",
                    "as": "${mode} of ${field}",
                },
                {"when": {"mode": "all", "field": "x"}, "endpoint": "customers"},
            ]
        },
        "people": {
            "routes": [
                {
                    "endpoint": "customers",
                    "currency": {"option": "field"},
                    "fields": {"note": {"option": "field"}, "city": "town"},
                    "minor_units": [{"option": "mode"}, "b"],
                }
            ]
        },
    },
}


def routes(stream: str, **options: Any) -> list[dict[str, Any]]:
    """Return the routes of a stream, with nothing to complain of."""
    problems: list[Fault] = []
    found = Preset("ours", CONTENT, options).routes(stream, problems)
    assert problems == []
    return found


def lacking(stream: str, **options: Any) -> list[str]:
    """Return what is said of options that lack; the stream then has no routes."""
    problems: list[Fault] = []
    assert Preset("ours", CONTENT, options).routes(stream, problems) == []
    return [problem.sentence for problem in problems]


def test_an_option_takes_the_place_of_its_name() -> None:
    """Whole values as they are, inside text as text; lists as JSON, for JMESPath."""
    (event,) = routes("deals", stages={"a": "lead"}, skip=["b", "ü"])
    assert event["value_maps"] == {"type": {"a": "lead"}}
    assert event["where"] == '!contains(`["b", "ü"]`, stage)'
    (_, order) = routes("deals", stages={}, mode="won", field="gold")
    assert order["as"] == "won of gold"


ODD = ["it's", "a`b", 'say "x"', "a\\'b", "ü", "${x}", "\\g<0>", ""]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    ("expression", "record"),
    [
        ("'${text}'", {}),
        ('"${text}"', {"TEXT": "TEXT"}),
        ("`${listed}` | [0]", {}),
        ("contains(`${listed}`, '${text}') && '${text}'", {}),
    ],
)
def test_an_option_is_one_literal_whatever_it_holds(
    text: str, expression: str, record: dict[str, Any]
) -> None:
    """A stage's name may hold the quotes that JMESPath would end it by."""
    options = {"text": {}, "listed": {"kind": "list"}}
    streams = {"a": {"routes": [{"endpoint": "orders", "where": expression}]}}
    found = Preset(
        "ours", {"options": options, "streams": streams}, {"text": text, "listed": [text]}
    )
    (route,) = found.routes("a", [])
    searched = {text: text} if record else {}
    assert (jmespath.search(route["where"], searched) or "") == text


def test_an_option_that_is_null_leaves_its_key_out() -> None:
    """At whatever depth."""
    (people,) = routes("people")
    assert "currency" not in people
    assert people["fields"] == {"city": "town"}
    (people,) = routes("people", field="EUR")
    assert (people["currency"], people["fields"]["note"]) == ("EUR", "EUR")


@pytest.mark.parametrize(
    ("options", "endpoints"),
    [
        ({}, ["events"]),
        ({"mode": "won"}, ["events", "orders"]),
        ({"mode": "all"}, ["events", "orders"]),
        ({"mode": "all", "field": "x"}, ["events", "orders", "customers"]),
        ({"field": "x"}, ["events"]),
    ],
)
def test_a_route_with_a_condition_is_there_where_all_of_it_is_met(
    options: dict[str, Any], endpoints: list[str]
) -> None:
    """A value, or one of a list."""
    found = routes("deals", stages={}, **options)
    assert [one["endpoint"] for one in found] == endpoints
    assert not any("when" in one for one in found)


def test_an_option_without_a_default_must_be_given_where_it_is_needed() -> None:
    """The sentence names the option, the stream, and the way around."""
    (said,) = lacking("deals")
    assert "`preset_options` lacks `stages`" in said
    assert "`streams: {deals: skip}`" in said
    assert routes("people")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stagse": {}}, "preset ours has no option `stagse` (did you mean `stages`?)"),
        ({"mode": "lost"}, "`preset_options.mode` must be one of none, won, all"),
        ({"mode": ["won"]}, "`preset_options.mode` must be one of none, won, all"),
        ({"mode": None}, "`preset_options.mode` must be one of none, won, all"),
        ({"stages": ["a"]}, "`preset_options.stages` must be an object (names with values)"),
        ({"stages": None}, "`preset_options.stages` must be an object"),
        ({"skip": "a"}, "`preset_options.skip` must be a list"),
        ({"field": {"a": 1}}, "`preset_options.field` must be text"),
        ({"field": 5}, "`preset_options.field` must be text"),
        ({1: 2}, "has no option `1`"),
    ],
)
def test_what_is_wrong_with_an_option_is_said(options: Any, said: str) -> None:
    """By name, and without its value."""
    with pytest.raises(SettingsInvalid) as caught:
        Preset("ours", CONTENT, options)
    (sentence,) = caught.value.sentences
    assert said in sentence


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Unknown options and wrong values."""
    with pytest.raises(SettingsInvalid) as caught:
        Preset("ours", CONTENT, {"a": 1, "mode": "x", "skip": 5})
    assert len(caught.value.sentences) == 3


def test_an_option_given_as_null_where_that_is_its_default_is_as_if_it_were_not_given() -> None:
    """`field: null` in YAML is a way to leave it empty."""
    assert routes("people", field=None) == routes("people")


def test_routes_left_out_need_no_options() -> None:
    """A user's own route to the endpoint takes their place."""
    problems: list[Fault] = []
    found = Preset("ours", CONTENT, {}).routes("deals", problems, {"events"})
    assert (found, problems) == ([], [])


def test_the_file_stays_as_it_was() -> None:
    """One preset may be read twice in a run, with other options."""
    before = repr(CONTENT)
    (one,) = routes("people", field="a")
    one["fields"]["city"] = "x"
    routes("deals", stages={"a": "lead"})
    assert repr(CONTENT) == before
    assert routes("people")[0]["fields"] == {"city": "town"}
