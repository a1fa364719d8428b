"""Print what of a night wants a person, from its report; nothing where all is well."""

import json
import sys
from pathlib import Path


def alerts(report: Path) -> list[str]:
    """Return one line each; they name no customer."""
    if not report.exists():
        return ["the run wrote no report: it has not begun, or was killed; its log says why"]
    told = json.loads(report.read_text())
    read = sum(route["read"] for route in told["routes"])
    rejected = sum(route["rejected"] for route in told["routes"])
    again = sum(route["rejected"] for route in told["retried"])
    codes = ", ".join(f"{one['code']} {one['count'] + one['again']}" for one in told["rejects"])
    found = {
        f"{told['error_code']}: {told['error']}": told["error"],
        f"exit code {told['exit_code']}": told["exit_code"] and not told["error"],
        "nothing was read: has the export come?": not read,
        f"{rejected} of {read} records were rejected": rejected,
        f"{again} of earlier nights were rejected again": again,
        f"why: {codes}": codes,
    }
    return [line for line, holds in found.items() if holds]


if __name__ == "__main__":
    for line in alerts(Path(sys.argv[1])):
        print(line)
