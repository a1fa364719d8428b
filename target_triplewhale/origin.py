"""What a parcel is made of; it comes back with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.outcomes import Filtered, Rejected


def all_fields(path: tuple[str, ...]) -> bool:  # noqa: ARG001
    """Tell of every field that it can come."""
    return True


class Origin(NamedTuple):
    """The rows that a record was read in, where it goes, and what else is known of it."""

    entries: Sequence[Entry]
    """None, where a run or a user wants what no row says."""
    identity: tuple[str | None, ...]
    stream: str
    route: str
    read_at: float
    """Seconds since 1970; of a record that is sent again, when it was read first."""
    filled_at: str | None = None
    """The `updated_at` that the source has not given."""
    brings: Callable[[tuple[str, ...]], bool] = all_fields
    """Whether the stream can bring a field at all."""
    is_void: bool = False
    otherwise: Filtered | Rejected | None = None
    """How a void ends where nothing was accepted that it voids; None: its own body is sent."""

    @property
    def was_rejected(self) -> bool:
        """Whether it was rejected before, so that newer versions of it may have been sent since."""
        return bool(self.entries and self.entries[0].source.only)
