"""The README's generated tables; `python -m tests.readme` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from target_triplewhale.configuration import config_jsonschema
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.stream_names import STREAM_NAMES

README = Path(__file__).parents[1] / "README.md"


def settings_table() -> str:
    """Return one row a setting."""
    schema = config_jsonschema()
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, about in schema["properties"].items():
        default = "required" if name in schema["required"] else "none"
        if about.get("default") not in (None, {}):
            default = f"`{str(about['default']).lower()}`" if about["default"] is False else ""
            default = default or f"`{about['default']}`"
        secret = ", secret" if about.get("secret") else ""
        lines.append(f"| `{name}` | {default}{secret} | {about['description']} |")
    return "\n".join(lines)


def endpoints_table() -> str:
    """Return one row an endpoint, with the names of streams that find it."""
    lines = ["| endpoint | path | streams |", "|---|---|---|"]
    for name, endpoint in ENDPOINTS.items():
        streams = ", ".join(f"`{stream}`" for stream in STREAM_NAMES[name])
        lines.append(f"| `{name}` | `{endpoint.path}` | {streams} |")
    return "\n".join(lines)


def refreshed(text: str) -> str:
    """Return the README with its tables written anew."""
    for name, table in (("settings", settings_table()), ("endpoints", endpoints_table())):
        mark = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        before, *_, after = mark.split(text)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text()))
