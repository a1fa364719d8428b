"""Errors, sorted by what the run does next.

TargetError
├── UsageError              exit 2: nothing has been read; mend the command or the settings
│   └── SettingsInvalid     one fault for each setting that is wrong
└── RunEnded                exit 1: the run stops; what was settled is in the STATE already emitted
    ├── InputBroken         the input is no Singer stream; carries the number of the line
    │   └── RecordBeforeSchema
    ├── StreamUnmapped      a stream has no route
    ├── DeliveryHalted      the API, or the way to it, does not let the run go on
    ├── TooManyRejects      more records were rejected than `max_rejects` allows
    ├── RejectsUnwritable   the rejects file cannot take another line
    ├── LedgerUnusable      the ledger cannot be read or written
    └── TooManyVoids        more orders are gone than `max_voids` allows
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.codes import with_code

if TYPE_CHECKING:
    from collections.abc import Sequence


class TargetError(Exception):
    """Anything that ends a run with a sentence instead of a traceback."""

    exit_code = 1

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)

    @property
    def told(self) -> str:
        """The sentence with its code."""
        return with_code(self.code, str(self))


class UsageError(TargetError):
    """Wrong usage or configuration, found before anything is read."""

    exit_code = 2


class Fault(NamedTuple):
    """One thing that is wrong with the settings."""

    code: str
    sentence: str


class SettingsInvalid(UsageError):
    """The settings are wrong; each fault is one sentence, with a code of its own."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        self.sentences = tuple(fault.sentence for fault in faults)
        super().__init__(faults[0].code, "\n".join(self.sentences))

    @property
    def told(self) -> str:
        """The sentences with their codes, one a line."""
        return "\n".join(with_code(*fault) for fault in self.faults)


class RunEnded(TargetError):
    """The run cannot go on."""


class InputBroken(RunEnded):
    """A line of the input is no Singer message."""

    def __init__(self, code: str, line: int, problem: str) -> None:
        self.line = line
        super().__init__(code, f"line {line} of the input: {problem}")


class RecordBeforeSchema(InputBroken):
    """A RECORD came before the SCHEMA of its stream."""


class StreamUnmapped(RunEnded):
    """No endpoint is known for a stream."""


class DeliveryHalted(RunEnded):
    """The API, or the way to it, does not let the run go on."""

    def __init__(
        self, code: str, sentence: str, *, endpoint: str = "", status: int | None = None
    ) -> None:
        self.endpoint = endpoint
        self.status = status
        super().__init__(code, sentence)


class TooManyRejects(RunEnded):
    """More records were rejected than `max_rejects` allows, or all for one reason."""


class RejectsUnwritable(RunEnded):
    """The rejects file cannot take another line."""


class LedgerUnusable(RunEnded):
    """The ledger cannot be read or written."""


class TooManyVoids(RunEnded):
    """More orders are gone from the source than `max_voids` allows to void."""


def cause(error: BaseException, otherwise: str) -> str:
    """Return the system's words for what went wrong with a file, or others where it has none."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else otherwise
