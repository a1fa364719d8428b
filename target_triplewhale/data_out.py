"""Asks a shop by SQL what it holds: typed rows, or one of a closed set of failures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from datetime import date

PATH = "/orcabase/api/sql"
PER_MINUTE = 60
GAP_SECONDS = 0.1
"""Between two requests: 10 a second. Published of Data Out's other endpoints, so kept here too."""
TRIES = 4
PAUSES = Backoff(max_retries=TRIES - 1, initial=1.0, maximum=16.0)
LONGEST_WAIT = 300.0
"""A longer Retry-After is told, not waited for."""
CUSTOM_PLATFORM = "custom-msp"
"""What is told of every custom sales platform, whatever was sent as `platform`."""
READ_BY_ITSELF = frozenset({"amazon", "bigcommerce", "shopify", "woocommerce"})
"""Platforms that are told by their names."""
OK, BAD_REQUEST, TOO_MANY, SERVER_FAULT = 200, 400, 429, 500
NO_ACCESS = (401, 403)

Readers = Mapping[str, Callable[[Any], Any]]
"""What reads each column of a row; a number may come as text."""
Kind = Literal["scope", "shop", "query", "unreadable", "silent", "busy", "fault"]
_CODES: Mapping[Kind, str] = {
    "scope": "TW-DATA-OUT-SCOPE",
    "shop": "TW-DATA-OUT-SHOP",
    "query": "TW-DATA-OUT-QUERY",
    "unreadable": "TW-DATA-OUT-UNREADABLE",
    "silent": "TW-DATA-OUT-SILENT",
    "busy": "TW-DATA-OUT-BUSY",
    "fault": "TW-DATA-OUT-FAULT",
}
_WHY = {
    "timeout": "it does not answer within `request_timeout`",
    "connection": "there is no connection to it: check `api_url`, the network and any proxy",
    "tls": "its TLS certificate cannot be trusted",
}


def told_platform(platform: str) -> str:
    """Return what a platform is called in answers."""
    return platform if platform in READ_BY_ITSELF else CUSTOM_PLATFORM


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there are no rows: a kind for programs, a sentence for people."""

    kind: Kind
    sentence: str

    @property
    def code(self) -> str:
        """The code that docs/errors.md explains."""
        return _CODES[self.kind]


Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query on one shop; it holds `@startDate` and `@endDate`, both days included."""

    shop: str
    query: str
    start: date
    end: date
    columns: Readers
    currency: str | None = None
    """What amounts are to be told in; None: the shop's own."""

    def body(self) -> bytes:
        """Return the request as JSON."""
        period = {"startDate": self.start.isoformat(), "endDate": self.end.isoformat()}
        body: dict[str, Any] = {"shopId": self.shop, "query": self.query, "period": period}
        return msgspec.json.encode(body | ({"currency": self.currency} if self.currency else {}))


class DataOut:
    """One question after the other, at the pace of Data Out; what passes is asked again."""

    def __init__(
        self,
        post: Callable[[str, bytes], Answer | NoAnswer],
        *,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._post = post
        self._wait = wait
        self._limiter = Limiter({"queries": PER_MINUTE})

    def ask(self, question: Question) -> Rows | Failure:
        """Return the rows, each column read."""
        body = question.body()
        for tries in range(1, TRIES + 1):
            answer = self._turn(body)
            pause = _pause(answer, tries)
            if pause is None:
                break
            self._wait(pause)
        return _read(answer, question)

    def _turn(self, body: bytes) -> Answer | NoAnswer:
        self._wait(max(GAP_SECONDS, self._limiter.wait(["queries"])))
        self._limiter.take(["queries"])
        return self._post(PATH, body)


def _pause(answer: Answer | NoAnswer, tries: int) -> float | None:
    """Return how long to wait before the same is asked again, None where it is not."""
    after = None
    if isinstance(answer, Answer):
        after = answer.retry_after
        if answer.status != TOO_MANY and answer.status < SERVER_FAULT:
            return None
    if after is not None and after > LONGEST_WAIT:
        return None
    pause = PAUSES.pause(tries, 0)
    return None if pause is None else after or pause


def _read(answer: Answer | NoAnswer, question: Question) -> Rows | Failure:
    if isinstance(answer, NoAnswer):
        return Failure("silent", _WHY[answer.why])
    if answer.status != OK:
        return _refused(answer, question)
    rows: Any = answer.body.get("data") if isinstance(answer.body, dict) else None
    try:
        return [{name: read(row[name]) for name, read in question.columns.items()} for row in rows]
    except (LookupError, TypeError, ValueError, ArithmeticError, OSError):
        return Failure("unreadable", "it answers with something else than rows of what was asked")


def _refused(answer: Answer, question: Question) -> Failure:
    said = _said(answer)
    if answer.status in NO_ACCESS:
        if "scope" not in said.lower() and "shop" in said.lower():
            return Failure("shop", f"the key's owner cannot see shop {question.shop}{said}")
        sentence = "the key lacks the scope Data Out, or its owner cannot see shop "
        return Failure("scope", f"{sentence}{question.shop}{said}")
    if answer.status == TOO_MANY:
        return Failure("busy", f"it has answered too many questions; try again later{said}")
    if answer.status >= SERVER_FAULT:
        sentence = "that often means that it does not know shop "
        return Failure("fault", f"it fails ({answer.status}); {sentence}{question.shop}{said}")
    return Failure("query", f"it does not take the question ({answer.status}){said}")


def _said(answer: Answer) -> str:
    """Return the server's own words after a colon."""
    message = answer.body.get("message") if isinstance(answer.body, dict) else None
    return f": {masked(message)}" if isinstance(message, str) and message else ""
