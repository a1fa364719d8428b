"""One run, from configuration files to an exit code: no traceback for what a user can cause."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import sys
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from target_triplewhale import configuration, last_lines, run_report
from target_triplewhale.equipment import NAME
from target_triplewhale.errors import RunEnded, SettingsInvalid, TargetError, UsageError, cause
from target_triplewhale.notices import tell_error, warn
from target_triplewhale.reader import StoppedBySignal
from target_triplewhale.target import TargetTripleWhale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


logger = logging.getLogger(NAME)

SIGNAL_BASE = 128


def run(configs: Sequence[str], input_path: str | None, *, is_rejects: bool = False) -> int:
    """Run the Singer target and return its exit code; the log says what became of the run."""
    try:
        target = _target(configs)
    except Exception as error:  # noqa: BLE001  (the last resort, told without values)
        return _told(error)
    _collect_garbage_seldom()
    started = datetime.now(UTC)
    ending: BaseException | None = None
    try:
        _listen(target, input_path, is_rejects=is_rejects)
    except StoppedBySignal as signalled:
        ending = signalled
    except Exception as error:  # noqa: BLE001  (told without values)
        ending = _explained(error)
    code = _ended(target, ending)
    code = _done(code, lambda: run_report.write(target, started, code, ending))
    code = _closed(target, code)
    code = _done(code, lambda: last_lines.tell(target))
    _ignore_signals()
    return code


def run_tool(configs: Sequence[str], work: Callable[[TargetTripleWhale], int]) -> int:
    """Do a tool's work as a run without input, and return its exit code."""
    try:
        target = _target(configs)
    except Exception as error:  # noqa: BLE001  (the last resort, told without values)
        return _told(error)
    code = 0
    ending: BaseException | None = None
    try:
        _begin_tool(target)
        code = work(target)
    except (Exception, StoppedBySignal) as error:  # noqa: BLE001  (told without values)
        ending = error
    code = code or _ended(target, ending)
    code = _closed(target, code)
    _ignore_signals()
    return code


def _begin_tool(target: TargetTripleWhale) -> None:
    settings = target.settings
    text = "this tool would change something; leave it out"
    if settings.dry_run:
        raise UsageError("TW-COMMAND-DRY-RUN", f"setting `dry_run`: {text}")
    if settings.record_limit:
        raise UsageError("TW-COMMAND-RECORD-LIMIT", f"setting `record_limit`: {text}")
    target.stop_on_signals()
    target.begin()


def _closed(target: TargetTripleWhale, code: int) -> int:
    """Say in the ledger how the run has ended, let go of all, and return the exit code."""
    code = _done(code, lambda: target.end(code))
    return _done(code, target.close)


def _done(code: int, work: Callable[[], None]) -> int:
    """Do what is left to do at the end, and return the exit code, which only a fault changes."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  (told without values)
        return code or _told(error)
    return code


def _target(configs: Sequence[str]) -> TargetTripleWhale:
    return TargetTripleWhale(config=configuration.read(configs))


def _collect_garbage_seldom() -> None:
    """Leave what is loaded alone: records make no cycles, requests do, and large ones."""
    gc.freeze()
    gc.set_threshold(5000, 20, 20)


def _ignore_signals() -> None:
    """Let a signal that comes now change the exit code no more."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _listen(target: TargetTripleWhale, input_path: str | None, *, is_rejects: bool) -> None:
    with _opened(input_path) as file_input:
        target.refuse_own_rejects(file_input)
        target.message_reader.takes_rejects_only = is_rejects
        target.stop_on_signals()
        target.begin()
        with target.watched():
            if not is_rejects:
                target.retry_rejects()
            target.read(cast("IO[str]", file_input))


@contextmanager
def _opened(path: str | None) -> Iterator[IO[bytes]]:
    if sys.stdout is None:
        raise UsageError(
            "TW-STATE-UNWRITABLE", "there is no output for STATE: standard output is closed"
        )
    if path is None or path == "-":
        if sys.stdin is None:
            raise UsageError("TW-INPUT-NONE", "there is no input: standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except OSError as error:
        raise UsageError(
            "TW-INPUT-NONE", f"--input {path}: {cause(error, 'it cannot be opened')}"
        ) from None
    with file:
        yield file


def _ended(target: TargetTripleWhale, ending: BaseException | None) -> int:
    """Emit the STATE that is true, tell how the run ended, and return its exit code."""
    if ending is not None and not isinstance(ending, UsageError):
        _emit_last_state(target)  # before the wait as well, since the run may be killed in it
        target.stop()
        _emit_last_state(target)
    if ending is None:
        return 0
    if isinstance(ending, StoppedBySignal):
        warn("TW-RUN-STOPPED", "stopped by %s; the next run goes on from the last STATE", ending)
        return SIGNAL_BASE + ending.number
    return _told(ending)


def _emit_last_state(target: TargetTripleWhale) -> None:
    with contextlib.suppress(RunEnded):
        target.emit_state(is_last=True)


def _told(error: BaseException) -> int:
    """Log an error's sentences and return its exit code."""
    if isinstance(error, SettingsInvalid):
        for code, sentence in error.faults:
            tell_error(code, "%s", sentence)
        return error.exit_code
    told = _explained(error)
    tell_error(told.code, "%s", told)
    return told.exit_code


def _explained(error: BaseException) -> TargetError:
    """Return an error that has a sentence; one that nobody foresaw is told without values."""
    if isinstance(error, TargetError):
        return error
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    return RunEnded("TW-RUN-FAULT", f"a fault of {NAME}: {where}. Please report it")
