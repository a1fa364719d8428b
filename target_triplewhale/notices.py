"""Warnings and errors of the log: each says its code, and carries it for structured logs."""

from __future__ import annotations

import logging
from typing import Any

from target_triplewhale.printable import printable

_logger = logging.getLogger("target-triplewhale")


def warn(code: str, message: str, *values: object, **fields: Any) -> None:
    """Log a warning; the fields go into structured logs beside its code."""
    _log(logging.WARNING, code, message, values, fields)


def tell_error(code: str, message: str, *values: object, **fields: Any) -> None:
    """Log an error; the fields go into structured logs beside its code."""
    _log(logging.ERROR, code, message, values, fields)


def on_one_line(record: logging.LogRecord) -> bool:
    """Filter a log: names that a source gives can neither begin a line nor steer a terminal."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        return True  # a library's mistake, which logging itself tells
    if not message.isprintable():
        record.msg, record.args = printable(message), None
    return True


def _log(
    level: int, code: str, message: str, values: tuple[object, ...], fields: dict[str, Any]
) -> None:
    """Log a sentence with its code at the end, where it does not hold it already."""
    if code not in values:
        message, values = f"{message} [%s]", (*values, code)
    _logger.log(level, message, *values, extra={"code": code, **fields}, stacklevel=3)
