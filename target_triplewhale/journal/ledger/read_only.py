"""The ledger of a dry run: asked like any other, and told nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.journal.ledger.absent import Absent
from target_triplewhale.journal.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_triplewhale.journal.ledger.absent import Standing
    from target_triplewhale.journal.ledger.keys import Key
    from target_triplewhale.journal.ledger.known import Accepted


class ReadOnlyLedger(Ledger):
    """Begins no run, and so needs no lease."""

    def __init__(self, url: str, destination: str, account: str, *, keeps_bodies: bool) -> None:
        super().__init__(url, destination, account, keeps_bodies=keeps_bodies)
        self.absent = _ReadOnlyAbsent(self.engine, destination)

    def begin(self) -> bool:
        """Learn what is known."""
        self.learn_scopes()
        return True

    def doubt(self, keys: Iterable[Key]) -> None:
        """Leave what is known."""

    def accept(self, accepted: Sequence[Accepted]) -> None:
        """Keep nothing."""

    def end(self, exit_code: int, state: bytes | None, counts: object) -> None:
        """Say nothing."""


class _ReadOnlyAbsent(Absent):
    def forget(self, route: str) -> None:
        """Leave what is kept."""

    def keep(self, route: str, run: int, lacking: Sequence[Standing]) -> None:
        """Keep nothing."""

    def begin(self, route: str, version: int, run: int) -> bool:  # noqa: ARG002
        """Take every version for whole."""
        return True
