"""The settings, from what `--about` prints and from the definition in meltano.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale.configuration import ENV_PREFIX, config_jsonschema
from tests.reference.page import ROOT, code

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = {
    "Where records go": ("api_key", "shop", "shops", "api_url"),
    "What records are known by": ("platform", "platform_account_id", "channel_account_id"),
    "What the source does not say": ("currency", "timezone", "phone_region"),
    "Which stream goes where": (
        "preset",
        "preset_options",
        "streams",
        "unmapped_streams",
        "native_sources",
    ),
    "For one run": ("dry_run", "record_limit", "test_account"),
    "What is left behind": ("rejects_path", "max_rejects", "report_path"),
    "The ledger": (
        "ledger_url",
        "ledger_bodies",
        "ledger_retention_days",
        "identity_changes",
        "missing_fields",
        "retry_rejects",
        "soft_delete",
        "max_voids",
    ),
    "Pace": ("requests_per_minute", "events_per_minute", "batch_size_rows", "max_concurrency"),
    "When the API does not answer": (
        "request_timeout",
        "max_retries",
        "backoff_initial",
        "backoff_max",
    ),
    "The SDK's own": (
        "stream_maps",
        "stream_map_config",
        "faker_config",
        "flattening_enabled",
        "flattening_max_depth",
        "flattening_max_key_length",
    ),
}


def sections() -> str:
    """Return a section a group, with one of each setting in it."""
    return "\n\n".join(_lines())


def _lines() -> Iterator[str]:
    schema, kinds = config_jsonschema(), _kinds()
    for title, names in GROUPS.items():
        yield f"## {title}"
        for name in names:
            about = schema["properties"][name]
            yield f"### `{name}`"
            yield about["description"]
            yield _facts(name, about, kinds[name], is_required=name in schema["required"])


def _facts(name: str, about: dict[str, Any], kind: str, *, is_required: bool) -> str:
    """Return label, kind, default and the name in the environment, in one line."""
    default = _default(about, is_required=is_required)
    facts = (about["title"], f"{kind}{_values(about)}", default, code(ENV_PREFIX + name.upper()))
    return " · ".join(facts)


def _values(about: dict[str, Any]) -> str:
    if "enum" in about:
        return f": {code(*about['enum'])}"
    least, most = about.get("minimum"), about.get("maximum")
    if least is None:
        return f", such as {code(*about['examples'])}" if "examples" in about else ""
    return f" from {least:,}" + (f" to {most:,}" if most else "")


def _default(about: dict[str, Any], *, is_required: bool) -> str:
    value = about.get("default")
    if value in (None, {}):
        return "required" if is_required else "no default"
    return f"default `{str(value).lower() if isinstance(value, bool) else value}`"


def _kinds() -> dict[str, str]:
    """Return the kinds of settings that meltano.yml says."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    defined = project["plugins"]["loaders"][0]["settings"]
    return {one["name"]: one.get("kind", "string") for one in defined}
