"""Settings: what is wrong with them is said before anything is read, without a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale import configuration, settings
from target_triplewhale.errors import SettingsInvalid
from tests.whole_runs import Runner, order, records, rows, schema

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cret-k3y-value"
LINES = [schema("orders", "order_id"), *records("orders", order(1))]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shop": None}, "setting `shop` is missing"),
        ({"api_key": None}, "setting `api_key` is missing"),
        ({"shopp": SECRET}, "unknown setting `shopp` (did you mean `shop`?)"),
        ({"batch_size_rows": SECRET}, "setting `batch_size_rows` must be a whole number"),
        ({"batch_size_rows": 1001}, "setting `batch_size_rows` must be at most 1000"),
        ({"request_timeout": 0}, "setting `request_timeout` must be more than 0"),
        ({"timezone": "Europe/Berln"}, "did you mean `Europe/Berlin`"),
        ({"currency": "EURO"}, "setting `currency` must be an ISO 4217 code"),
        ({"phone_region": "XX"}, "setting `phone_region` must be an ISO country"),
        ({"api_url": "http://api.triplewhale.com"}, "must begin with https://"),
        ({"api_url": "nowhere"}, "setting `api_url` must be an address"),
        ({"api_url": "sandbox:///"}, "names no file"),
        ({"unmapped_streams": "ignore"}, "must be 'error' or 'skip'"),
        ({"max_rejects": "some"}, "setting `max_rejects` must be a whole number such as 10"),
        ({"streams": [1]}, "setting `streams` must be an object"),
        ({"streams": {"a": {"endpoint": "order"}}}, 'endpoint "order" (did you mean `orders`?)'),
        ({"streams": {"a": {}}}, "streams.a: lacks `endpoint`"),
        ({"streams": {"a": 7}}, "streams.a: must be `skip`"),
        ({"streams": {"a": {"endpoint": "ads", "feilds": {}}}}, "did you mean `fields`?"),
        (
            {"streams": {"a": {"endpoint": "ads", "fields": {"campain.id": "x"}}}},
            "ads has no field `campain.id` (did you mean `campaign.id`?)",
        ),
        ({"streams": {"a": {"endpoint": "ads", "fields": {"channel": "a b"}}}}, "no JMESPath"),
        ({"streams": {"a": {"endpoint": "ads", "where": 7}}}, "streams.a.where: must be text"),
        ({"rejects_path": "config.json/rejects"}, "setting `rejects_path`"),
        ({"stream_maps": {"a": 7}}, "setting `stream_maps` must give `a` an object"),
        ({"max_rejects": "0.5"}, "setting `max_rejects` must be a whole number"),
        ({"api_key": "schlüssel"}, "setting `api_key` must be one word"),
        ({"stream_maps": {"a": {"b": "foo("}}}, "no valid expression for `a.b`"),
        ({"report_path": "config.json/x.json"}, "setting `report_path`"),
        ({"report_path": "."}, "setting `report_path`"),
        ({"report_path": "report.txt"}, "must name a file that ends in .json or .html"),
        ({"rejects_path": "a\0b"}, "setting `rejects_path` holds a NUL character"),
        ({"flattening_enabled": True}, "setting `flattening_max_depth` is missing"),
        ({"rejects_path": "x" * 300}, "setting `rejects_path`"),
    ],
)
def test_a_wrong_setting_ends_the_run_before_anything_is_read(
    run: Runner, changes: dict[str, Any], words: str
) -> None:
    """Exit 2 means: nothing read, mend the configuration."""
    done = run(LINES, **changes)
    assert words in done.log
    assert SECRET not in done.log
    assert done.code == 2


def test_all_that_is_wrong_is_said_at_once() -> None:
    """One run must be enough to find every mistake."""
    with pytest.raises(SettingsInvalid) as error:
        configuration.parse({"max_retries": "x", "timezone": "Mars", "shpo": 1})
    told = " ".join(error.value.sentences)
    for name in ("max_retries", "timezone", "shpo", "shop", "api_key"):
        assert f"`{name}`" in told


def test_numbers_and_objects_are_also_taken_as_text() -> None:
    """Meltano writes '10' where a definition has no kinds, and the environment only has text."""
    given = {
        "shop": 17,
        "api_key": "k",
        "batch_size_rows": "10",
        "request_timeout": "2.5",
        "flattening_enabled": "true",
        "flattening_max_depth": "1",
        "streams": '{"a": "skip"}',
        "shops": "a, b",
        "max_rejects": "3",
    }
    found = configuration.parse(given)
    assert found.shop == "17"
    assert (found.batch_size_rows, found.request_timeout) == (10, 2.5)
    assert found.flattening_enabled is True
    assert found.streams == {"a": "skip"}
    assert found.all_shops == {"17", "a", "b"}
    assert found.max_rejects.count == 3


def test_defaults_said_out_loud_by_the_environment_change_nothing() -> None:
    """Meltano puts every default of a definition there, as text."""
    named = {"TARGET_TRIPLEWHALE_SHOP": "a-shop", "TARGET_TRIPLEWHALE_API_KEY": "k"}
    told = {
        f"TARGET_TRIPLEWHALE_{name.upper()}": about["default"]
        if isinstance(about["default"], str)
        else json.dumps(about["default"])
        for name, about in configuration.config_jsonschema()["properties"].items()
        if about.get("default") is not None
    }
    assert told["TARGET_TRIPLEWHALE_FLATTENING_ENABLED"] == "false"
    found = configuration.parse(configuration.from_environment(named | told))
    assert found == configuration.parse(configuration.from_environment(named))


def test_the_environment_is_read_when_asked_for_and_wins(run: Runner) -> None:
    """`--config=ENV` is how Meltano's plugin commands and containers pass settings."""
    env = {"TARGET_TRIPLEWHALE_CURRENCY": "USD", "TARGET_TRIPLEWHALE_UNKNOWN": "x"}
    lines = [LINES[0], *records("orders", order(1, currency=""))]
    assert run(lines, env=env).counts("orders:orders") == {"read": 1, "rejected": 1}
    asked = run(lines, "--config=ENV", env=env)
    assert asked.counts("orders:orders") == {"read": 1, "delivered": 1}


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_a_configuration_file_that_cannot_be_read_is_a_sentence(
    run: Runner, tmp_path: Path, content: str | None
) -> None:
    """A missing or broken file is the user's to mend, not a traceback."""
    if content is not None:
        (tmp_path / "other.json").write_text(content)
    done = run(LINES, "--config", "other.json")
    assert done.code == 2
    assert "--config other.json" in done.log


def test_sdk_settings_that_mean_nothing_here_warn_once(run: Runner) -> None:
    """They would promise what a target for an API does not do."""
    done = run(LINES, load_method="upsert", add_record_metadata=True)
    assert done.code == 0
    assert done.log.count("load_method") == 1


def test_about_names_types_defaults_and_the_secret(run: Runner) -> None:
    """Meltano Hub and `meltano add` read it, so what it says is what the settings are."""
    about = json.loads(run.execute(["--about", "--format=json"], b"").out)
    listed = about["settings"]["properties"]
    assert set(listed) == set(settings.Settings.model_fields)
    assert all(one["description"] for one in listed.values())
    assert listed["api_key"]["secret"] is True
    assert listed["batch_size_rows"]["default"] == 1000
    assert listed["max_rejects"]["default"] == "5%"
    assert not {"load_method", "validate_records"} & set(listed)


def test_the_first_and_the_last_line_name_the_destination(run: Runner) -> None:
    """A rehearsal and a live run must not be mistaken for each other."""
    for url, words in (
        (None, "LIVE shop example.myshopify.com"),
        ("sandbox:///output/x.db", "sandbox output/x.db: nothing leaves this machine"),
    ):
        lines: list[Any] = [] if url is None else LINES
        done = run(lines, api_url=url)
        log = done.log.splitlines()
        assert done.code == 0
        assert words in log[0]
        assert words in log[-1]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"HTTPS_PROXY": "foo://user:s3cret-k3y-value@x"}, "HTTPS_PROXY"),
        ({"SSL_CERT_FILE": "missing.pem"}, "SSL_CERT_FILE"),
        ({"LOGLEVEL": "LOUD"}, "LOGLEVEL names no level"),
    ],
)
def test_an_environment_that_cannot_be_used_is_a_sentence(
    run: Runner, env: dict[str, str], words: str
) -> None:
    """Proxies and certificates are the user's to mend, and may hold a password."""
    done = run(LINES, env=env)
    assert done.code == 2
    assert words in done.log
    assert SECRET not in done.log


def test_nested_names_of_fields_are_the_dotted_ones(run: Runner) -> None:
    """Meltano hands over `profileIdentifiers.email: mail` as an object in an object."""
    streams = {
        "crm": {
            "endpoint": "events",
            "fields": {"profileIdentifiers": {"email": "mail"}, "timestamp": "at"},
            "defaults": {"type": "lead", "profileIdentifiers": {"externalId": "x"}},
        }
    }
    row = {"mail": "a@example.com", "at": "2026-01-01T00:00:00Z"}
    done = run([schema("crm", "mail"), *records("crm", row)], streams=streams)
    assert done.counts("crm:events") == {"read": 1, "delivered": 1}
    (kept,) = rows(run.folder / "served.db", "pixel_custom_events_table")
    assert kept["profileIdentifiers"] == {"email": "a@example.com", "externalId": "x"}
