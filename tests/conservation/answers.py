"""Answers as they go over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.conservation.faults import Telling

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Answer:
    """A status and a body: JSON, or text that is none."""

    status: int
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        text = self.content if isinstance(self.content, str) else json.dumps(self.content)
        return text.encode("latin-1")

    @property
    def head(self) -> bytes:
        """Status and headers."""
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {_PHRASES.get(self.status, 'Odd')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


ACCEPTED = Answer(200, {"success": True})


def failed(status: int, headers: Mapping[str, str]) -> Answer:
    """Return one of the two error bodies that the API is known to send."""
    newer = {"success": False, "message": "no"}
    older = {"error": "Odd", "message": "no", "code": "ODD"}
    return Answer(status, newer if status % 2 else older, headers)


def refused(number: int, problem: str) -> Answer:
    """Refuse a single record in one of the ways that mean the same."""
    status = (400, 422, 200)[number % 3]
    return Answer(status, {"success": False, "message": problem})


def partly_refused(telling: Telling, problems: Sequence[tuple[str, str]]) -> Answer:
    """Tell which orders of a bulk request are refused: well, badly, or not at all."""
    errors = [{"order_id": name, "error": problem} for name, problem in problems]
    match telling:
        case "strangers":
            errors.append({"order_id": "never sent", "error": "is no order"})
        case "nameless":
            errors = [{"error": problem} for _, problem in problems]
        case "doubled":
            errors *= 2
        case "empty":
            errors = []
        case _:
            pass
    listed = {} if telling == "listless" else {"errors": errors}
    return Answer(400, {"success": False, "message": "Validation errors", **listed})
