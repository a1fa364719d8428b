"""The accounts of a test: each is a real one's with a mark, and can be deleted as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.payloads.marks import unmarked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARK = "-test"
NAMES = ("platform_account_id", "channel_account_id")
MOST = 20
"""Accounts that are kept by name; with more, the field holds something else."""


class TrialAccounts:
    """Marks the account of each payload, and knows which there were."""

    def __init__(self, expected: Iterable[str]) -> None:
        """Take the accounts that records get which name none."""
        self._expected = dict.fromkeys(marked(name) for name in expected)
        self._used: dict[str, None] = {}
        self._has_more = False

    def __str__(self) -> str:
        """Name those that were used, and before any is, those that are expected."""
        names = ", ".join(self._used or self._expected)
        return f"{names} and more" if self._has_more else names

    def mark(self, payload: dict[str, Any], identity: Mapping[str, str]) -> None:
        """Mark the account of a payload, if its endpoint has one."""
        for name in NAMES:
            account = payload.get(name)
            if name in identity and isinstance(account, str | int | float):
                payload[name] = marked(account)
                self._note(payload[name])

    def _note(self, account: str) -> None:
        if account not in self._used and len(self._used) >= MOST:
            self._has_more = True
        else:
            self._used[account] = None


def marked(account: str | float) -> str:
    """Return the account of a test, of one that is spelled as it would be sent."""
    if isinstance(account, float) and account.is_integer():
        account = int(account)
    return unmarked(str(account).strip()) + MARK
