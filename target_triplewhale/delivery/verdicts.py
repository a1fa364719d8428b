"""What an answer means: one table from status, endpoint and body to a closed set of verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.delivery.client import Answer, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.endpoints import Endpoint


@dataclass(frozen=True, slots=True)
class Accepted:
    """The API keeps every record of the request."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The API refuses the one record of the request, in these words."""

    problem: str
    status: int
    kind: str = "refused"
    field: str = ""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The API kept a part of the request: `refused` by key; `doubtful` keys must ask again."""

    refused: Mapping[str, str]
    doubtful: frozenset[str]
    status: int


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The request must be halved."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The same request may succeed later; `after` is the server's own wish in seconds."""

    cause: str
    status: int | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class ServerFault:
    """500: a few tries, then the request is halved to find the record behind it."""

    after: float | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """The run cannot go on, and this says why and what to do."""

    code: str
    sentence: str
    status: int | None = None


Verdict = Accepted | Refused | Mixed | TooLarge | TryAgain | ServerFault | Halt


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the endpoint, the shop, and the key of each record in the request."""

    endpoint: Endpoint
    shop: str
    keys: Sequence[str] = field(default=())


def verdict(answer: Answer | NoAnswer, asked: Asked) -> Verdict:
    """Return what an answer means for the request that got it."""
    if isinstance(answer, NoAnswer):
        return _NO_ANSWER[answer.why]
    if rule := _RULES.get(answer.status):
        return rule(answer, asked)
    if answer.status >= 500:  # noqa: PLR2004
        return _again(answer, asked)
    return Halt(
        "TW-API-STATUS",
        f"the API answered {asked.endpoint.path} with status {answer.status}, which it does not "
        "document: check `api_url`, and any proxy on the way",
        answer.status,
    )


MOST_WORDS = 500
"""Characters of what the API says that are kept."""


def words(body: Any) -> str:
    """Return the API's own words in either of its two error bodies."""
    if not isinstance(body, dict):
        return "no reason given"
    parts = [body.get(name) for name in ("error", "message", "code")]
    told = dict.fromkeys(str(part) for part in parts if isinstance(part, str | int) and part)
    printable = "".join(
        sign if sign.isprintable() else " " for sign in ": ".join(told)[:MOST_WORDS]
    )
    return printable.strip() or "no reason given"


def _success(answer: Answer, asked: Asked) -> Verdict:
    if not answer.is_json:
        return TryAgain("an answer that is no JSON", answer.status, answer.retry_after)
    body = answer.body if isinstance(answer.body, dict) else {}
    if body.get("success") is False or (asked.endpoint.is_bulk and body.get("errors")):
        return _invalid(answer, asked)
    return Accepted()


def _invalid(answer: Answer, asked: Asked) -> Verdict:
    """400 and 422: one record is refused as a whole, a bulk request order by order."""
    if not answer.is_json:
        return TryAgain("an answer that is no JSON", answer.status, answer.retry_after)
    if not asked.endpoint.is_bulk:
        return Refused(words(answer.body), answer.status)
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    listed = errors if isinstance(errors, list) else []
    entries = [one if isinstance(one, dict) else {} for one in listed]
    if len(asked.keys) == 1:
        return Refused(words(entries[0] if any(entries) else answer.body), answer.status)
    return _mixed(entries, asked.keys, answer.status)


def _mixed(entries: Sequence[Mapping[str, Any]], keys: Sequence[str], status: int) -> Mixed:
    """Settle what `errors` names once and clearly; anything unclear makes the rest doubtful."""
    named = [str(entry.get("order_id")) for entry in entries]
    times, sent = Counter(named), Counter(keys)
    clear = {
        key: words(entry)
        for key, entry in zip(named, entries, strict=True)
        if times[key] == 1 and sent[key] == 1
    }
    is_clear = bool(entries) and len(clear) == len(entries)
    doubtful = frozenset() if is_clear else frozenset(keys) - clear.keys()
    return Mixed(clear, doubtful, status)


def _not_found(answer: Answer, asked: Asked) -> Verdict:
    if asked.endpoint.needs_order:
        return Refused(
            f"{words(answer.body)}: the order is not known yet; "
            "send the rejects file again in 20 minutes",
            answer.status,
            kind="unknown",
            field="order_id",
        )
    return Halt(
        "TW-API-URL-WRONG",
        f"the API knows no {asked.endpoint.path} (404): `api_url` is wrong; it ends in /api/v2",
        answer.status,
    )


def _too_large(answer: Answer, asked: Asked) -> Verdict:
    if len(asked.keys) > 1:
        return TooLarge()
    return Refused(
        f"{words(answer.body)}: the {asked.endpoint.noun} is larger than the API takes",
        answer.status,
        kind="too_large",
    )


def _again(answer: Answer, _: Asked) -> Verdict:
    return TryAgain(f"status {answer.status}", answer.status, answer.retry_after)


def _fault(answer: Answer, _: Asked) -> Verdict:
    return ServerFault(answer.retry_after)


def _unauthorized(answer: Answer, asked: Asked) -> Verdict:
    return Halt(
        "TW-API-KEY-REFUSED",
        "the API does not know the key (401): it is missing, revoked, no API key, or lacks the "
        f"scope `{asked.endpoint.scope}`. Make a key with that scope under Settings > API Keys "
        "and set `api_key`",
        answer.status,
    )


def _forbidden(answer: Answer, asked: Asked) -> Verdict:
    return Halt(
        "TW-API-SHOP-REFUSED",
        f"the API refuses shop {asked.shop} (403), for one of four reasons: the key lacks the "
        f"scope `{asked.endpoint.scope}`; its owner cannot see the shop; `shop` differs from "
        "Settings > Store, letter for letter; or the Custom Sales Platform connection is not set "
        "up or was disconnected (Integrations > Data In)",
        answer.status,
    )


_NO_ANSWER: Mapping[str, Verdict] = {
    "timeout": TryAgain("no answer within `request_timeout`"),
    "connection": TryAgain("no connection, or a cut one"),
    "tls": Halt(
        "TW-API-TLS",
        "the server's TLS certificate cannot be trusted: check `api_url`, the clock of this "
        "machine, and whether a proxy opens TLS (SSL_CERT_FILE names its certificate)",
    ),
}

_RULES: Mapping[int, Callable[[Answer, Asked], Verdict]] = {
    200: _success,
    201: _success,
    202: _success,
    400: _invalid,
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    408: _again,
    413: _too_large,
    422: _invalid,
    425: _again,
    429: _again,
    500: _fault,
}
