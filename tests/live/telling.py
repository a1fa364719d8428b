"""What is printed at the end of a run of the kit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.live.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.live.answers import Answer
    from tests.live.asked import Asked
    from tests.live.findings import Finding

ORDER = (Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.HOLDS, Verdict.NOT_ASKED)


def table(findings: Sequence[Finding]) -> list[str]:
    """Return one line a measured finding, what differs first, and the numbers of all."""
    measured = [one for one in findings if one.verdict is not Verdict.NOT_ASKED]
    ranked = sorted(measured, key=lambda one: ORDER.index(one.verdict))
    counts = Counter(one.verdict for one in findings)
    numbers = ", ".join(f"{verdict}: {counts[verdict]}" for verdict in ORDER)
    rows = [f"{one.verdict:<11}  {one.assumption.id:<18}  {one.seen}" for one in ranked]
    return [*rows, "", numbers]


def cleared(
    asked: Asked, voided: tuple[int, Answer] | None, *, is_sandbox: bool = False
) -> list[str]:
    """Return how many requests were made, and what is left of them and has to be deleted."""
    lines = [f"{asked.client.requests} requests."]
    if voided is None:
        return lines
    count, answer = voided
    lines.append(f"{count} orders were not refused, and {_fate(answer)}.")
    if is_sandbox:
        return [*lines, "All of it went to a sandbox on this machine, and nothing to Triple Whale."]
    where = "Integrations > Data In > Manage"
    lines.append(f"Delete the account {asked.records.account} in Triple Whale, under {where}.")
    return lines


def _fate(answer: Answer) -> str:
    if answer.is_success:
        return "are void now"
    if answer.errors:
        return f"are void now, but for {len(answer.errors)} that were refused then"
    return "could NOT be voided: what was taken counts"
