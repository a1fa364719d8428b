"""Standard output, which carries STATE and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from target_triplewhale.errors import RunEnded, cause

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from target_triplewhale.journal.journal import Journal


def emit_nothing(value: bytes) -> None:
    """Emit nothing: in a dry run no STATE is true."""


def state_writer(
    journal: Journal, aside: Callable[[], AbstractContextManager[None]]
) -> Callable[[bytes], None]:
    """Write a STATE line only after the rejects before it are on the disk itself."""

    def write(value: bytes) -> None:
        journal.sync()
        try:
            with aside():
                sys.stdout.buffer.write(value + b"\n")
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise RunEnded(
                "TW-STATE-UNREAD", "nobody reads the STATE any more: standard output is closed"
            ) from None
        except OSError as error:
            reason = cause(error, "it is closed")
            raise RunEnded(
                "TW-STATE-UNWRITABLE", f"the STATE cannot be written to standard output: {reason}"
            ) from None

    return write
