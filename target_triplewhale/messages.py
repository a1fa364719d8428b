"""Lines of a Singer stream, read as messages."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

import msgspec

BOM = b"\xef\xbb\xbf"
NO_VALUE = msgspec.Raw(b"")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class MessageUnreadable(ValueError):
    """A line is no JSON object that JSON readers agree on; the text says what is wrong."""

    code = "TW-INPUT-NOT-JSON"


class Message(msgspec.Struct):
    """One line; what a message type does not have is null."""

    type: Any = None
    stream: Any = None
    record: Any = None
    time_extracted: Any = None
    schema: Any = None
    key_properties: Any = None
    encoding: Any = None
    manifest: Any = None
    value: msgspec.Raw = NO_VALUE
    rejected: Any = None
    version: Any = None


_messages = msgspec.json.Decoder(Message)
MARK = b',"rejected":{"at":'


def read(line: bytes) -> Message:
    """Read a line; what msgspec refuses is read by the standard library, and mended."""
    try:
        message = _messages.decode(line)
        if message.value is not NO_VALUE:
            msgspec.json.decode(message.value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_leniently(line)
    return message


def without_mark(line: bytes) -> bytes:
    """Return a line of a rejects file as it was before it was rejected."""
    place = line.rfind(MARK)
    return line[:place] + b"}" if place > 0 else line


def record_line(stream: str, record: bytes) -> bytes:
    """Return the RECORD message of a record that comes as bare JSON text."""
    name = msgspec.json.encode(stream)
    return b'{"type":"RECORD","stream":' + name + b',"record":' + record + b"}"


class Mark(NamedTuple):
    """What a rejected record says of its reject: its only route, its code, when it was read."""

    route: str | None = None
    code: str | None = None
    read_at: str | None = None
    name: str | None = None
    """What it waits under in the ledger."""


NO_MARK = Mark()


def mark_of(message: Message) -> Mark:
    """Return the mark of a line of a rejects file."""
    if not isinstance(message.rejected, dict):
        return NO_MARK
    values = (message.rejected.get(name) for name in Mark._fields)
    return Mark(*(value if isinstance(value, str) else None for value in values))


def _read_leniently(line: bytes) -> Message:
    try:
        content = json.loads(line.decode(), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "no valid JSON"
        raise MessageUnreadable(reason) from None
    if not isinstance(content, dict):
        raise MessageUnreadable("no JSON object")
    mended = _mended(content)
    value = msgspec.Raw(json.dumps(mended["value"]).encode()) if "value" in mended else NO_VALUE
    known = {name: mended.get(name) for name in Message.__struct_fields__}
    return Message(**{**known, "value": value})


def _mended(value: Any) -> Any:
    """Make lone surrogates U+FFFD, and numbers that JSON does not have null."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(one) for name, one in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
