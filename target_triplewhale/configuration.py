"""Settings from files and the environment; what is wrong is a sentence without a value."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from target_triplewhale.codes import setting
from target_triplewhale.errors import Fault, SettingsInvalid, UsageError, cause
from target_triplewhale.settings import SANDBOX_SCHEME, Settings, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FROM_ENVIRONMENT = "ENV"
ENV_PREFIX = "TARGET_TRIPLEWHALE_"
MELTANO_PREFIX = "MELTANO_LOAD_"
"""Under it Meltano gives a loader each setting once more."""
HIDDEN = "***"
UNUSED_SDK_SETTINGS = ("load_method", "add_record_metadata", "validate_records", "batch_config")


def read(configs: Sequence[str]) -> dict[str, Any]:
    """Read what `--config` names: files, and under ENV the environment, which wins."""
    found = read_files([path for path in configs if path != FROM_ENVIRONMENT])
    return found | (from_environment(os.environ) if FROM_ENVIRONMENT in configs else {})


def read_files(paths: Iterable[str]) -> dict[str, Any]:
    """Read configuration files, the later ones winning."""
    merged: dict[str, Any] = {}
    for path in paths:
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise UsageError(
                "TW-CONFIG-UNREADABLE", f"--config {path}: {cause(error, 'it cannot be opened')}"
            ) from None
        except (ValueError, RecursionError):
            raise UsageError(
                "TW-CONFIG-NOT-JSON", f"--config {path}: the file is not valid JSON"
            ) from None
        if not isinstance(content, dict):
            raise UsageError(
                "TW-CONFIG-NOT-JSON",
                f"--config {path}: the file must hold a JSON object of settings",
            )
        merged |= content
    return merged


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that the environment names; other variables are nobody's error."""
    names = [*Settings.model_fields, *UNUSED_SDK_SETTINGS]
    found = {name: environment.get(ENV_PREFIX + name.upper(), "") for name in names}
    return {
        name: _nested(value) if MELTANO_PREFIX + name.upper() in environment else value
        for name, value in found.items()
        if value != ""
    }


def _nested(text: str) -> Any:
    """Return an object that Meltano has made flat for the environment as its files have it."""
    try:
        flat = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(flat, dict):
        return text
    nested: dict[str, Any] = {}
    for path, value in flat.items():
        *steps, last = path.split(".")
        place = nested
        for step in steps:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else {}
        place[last] = value
    return nested


def parse(config: Mapping[str, Any]) -> Settings:
    """Check a configuration; all that is wrong with it is said at once."""
    given = {
        name: value
        for name, value in config.items()
        if value is not None and value != "" and name not in UNUSED_SDK_SETTINGS
    }
    faults = [
        Fault(setting(name), f"setting `{name}` holds a NUL character")
        for name, value in given.items()
        if isinstance(value, str) and "\0" in value
    ]
    settings = None
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        faults += [_fault(entry) for entry in error.errors()]
    if "api_key" not in given and not _sends_nothing(given, settings):
        text = "setting `api_key` is missing: make a key under Settings > API Keys"
        faults.insert(0, Fault(setting("api_key"), text))
    flattens = settings.flattening_enabled if settings else given.get("flattening_enabled") is True
    if flattens and "flattening_max_depth" not in given:
        text = "setting `flattening_max_depth` is missing: flattening needs it"
        faults.append(Fault(setting("flattening_max_depth"), text))
    if faults or settings is None:
        raise SettingsInvalid(faults)
    return settings


def _sends_nothing(given: Mapping[str, Any], settings: Settings | None) -> bool:
    """Tell whether no key is needed: for the embedded sandbox, and for a dry run."""
    is_sandbox = str(given.get("api_url", "")).startswith(SANDBOX_SCHEME)
    return is_sandbox or bool(settings and settings.dry_run)


def used(settings: Settings) -> dict[str, Any]:
    """Return the settings that are not as they are by default, as plain values, no secret in them.

    What stream maps call `config` may hold a salt or a key, so of it only the names are told.
    """
    found = settings.model_dump(mode="json", exclude_defaults=True)
    for name in ("max_rejects", "max_voids"):
        if name in found:
            found[name] = str(getattr(settings, name))
    if "stream_map_config" in found:
        found["stream_map_config"] = dict.fromkeys(found["stream_map_config"], HIDDEN)
    secrets = {
        name: value.get_secret_value()
        for name in found
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    for secret in secrets.values():
        found = _without(found, secret)
    return found | dict.fromkeys(secrets, HIDDEN)


def _without(value: Any, secret: str) -> Any:
    """Return a JSON value without a secret that somebody has written into it as well."""
    if isinstance(value, str):
        return value.replace(secret, HIDDEN)
    if isinstance(value, dict):
        return {_without(name, secret): _without(one, secret) for name, one in value.items()}
    return [_without(one, secret) for one in value] if isinstance(value, list) else value


def config_jsonschema() -> dict[str, Any]:
    """Return the settings as the JSON Schema that `--about` prints."""
    schema = Settings.model_json_schema()
    return {
        "type": "object",
        "properties": {name: _about(schema["properties"][name]) for name in Settings.model_fields},
        "required": ["api_key", "shop"],
    }


def _about(field: dict[str, Any]) -> dict[str, Any]:
    """Write a field as `--about` wants it: one `type` with null, and a mark on secrets."""
    kind: dict[str, Any] = next(
        (one for one in field.pop("anyOf", []) if one.get("type") != "null"), {}
    )
    merged = {**kind, **field}
    about = {"type": [merged["type"], "null"], "description": merged["description"]}
    kept = ("title", "enum", "default", "examples", "minimum", "maximum", "items")
    about |= {key: merged[key] for key in kept if merged.get(key) is not None}
    if merged.get("writeOnly"):
        about["secret"] = True
    return about


_EXPECTED = {
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "dict_type": "must be an object (names with values)",
    "list_type": "must be a list",
    "string_too_short": "must not be empty",
}


def _fault(error: Mapping[str, Any]) -> Fault:
    is_known = error["type"] != "extra_forbidden"
    return Fault(setting(error["loc"][0]) if is_known else "TW-SETTING-UNKNOWN", _sentence(error))


def _sentence(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a setting, without its value."""
    name = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown setting `{name}`{did_you_mean(name, Settings.model_fields)}"
    if error["type"] == "missing":
        return f"setting `{name}` is missing: {Settings.model_fields[name].description}"
    if error["type"] == "literal_error":
        return f"setting `{name}` must be {error['ctx']['expected']}"
    if error["type"] == "value_error":
        return f"setting `{name}` {error['ctx']['error']}"
    if limit := next((key for key in ("ge", "le", "gt") if key in error.get("ctx", {})), None):
        words = {"ge": "at least", "le": "at most", "gt": "more than"}[limit]
        return f"setting `{name}` must be {words} {error['ctx'][limit]}"
    return f"setting `{name}` {_EXPECTED.get(error['type'], 'has a value of the wrong kind')}"
