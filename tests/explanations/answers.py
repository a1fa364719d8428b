"""What each answer of the API comes to, by the table that decides it."""

from __future__ import annotations

from typing import Any

from target_triplewhale.delivery import verdicts
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.verdicts import Asked
from target_triplewhale.endpoints import ENDPOINTS
from tests.explanations.rows import table

NO = {"success": False, "message": "no", "errors": [{"order_id": "A-1", "error": "no"}]}
ANSWERS: dict[str, list[Answer | NoAnswer]] = {
    "200, 201, 202": [Answer(status, {"success": True}) for status in (200, 201, 202)],
    "200 with `success: false`; 400, 422": [Answer(status, NO) for status in (200, 400, 422)],
    "any of these without JSON": [
        Answer(status, None, is_json=False) for status in (200, 201, 202, 400, 422)
    ],
    "401, 403": [Answer(status, NO) for status in (401, 403)],
    "404": [Answer(404, NO)],
    "413": [Answer(413, NO)],
    "429": [Answer(429, NO)],
    "500": [Answer(500, NO)],
    "408, 425, 502, 503, 504": [Answer(status, NO) for status in (408, 425, 502, 503, 504)],
    "none in time, a cut connection": [NoAnswer("timeout"), NoAnswer("connection")],
    "a certificate that nobody trusts": [NoAnswer("tls")],
    "any other status": [Answer(status, NO) for status in (204, 301, 402, 405, 418, 451)],
}
MEANING = {
    verdicts.Accepted: "delivered",
    verdicts.Refused: "rejected",
    verdicts.Mixed: "rejected are those that it names, the others are delivered",
    verdicts.TooLarge: "halved",
    verdicts.TryAgain: "tried again",
    verdicts.ServerFault: "three tries, then halved",
    verdicts.Halt: "the run halts",
}
ALONE = {verdicts.ServerFault: "three tries, then asked once more after others"}
ASKED = (
    Asked(ENDPOINTS["customers"], "example.com", ("C-1",)),
    Asked(ENDPOINTS["orders"], "example.com", ("A-1", "A-2", "A-3")),
    Asked(ENDPOINTS["pps"], "example.com", ("A-1",)),
)


def answers() -> str:
    """Return a row a kind of answer."""
    rows = [(name, *(_meaning(found, asked) for asked in ASKED)) for name, found in ANSWERS.items()]
    return table(("answer", "to one record", "to many orders", "to a survey answer"), rows)


def _meaning(found: list[Answer | NoAnswer], asked: Asked) -> str:
    """Return what all answers of a kind come to."""
    kinds: set[Any] = {type(verdicts.verdict(answer, asked)) for answer in found}
    if len(kinds) != 1:
        raise ValueError(f"{found} come to {kinds}")
    (kind,) = kinds
    return ALONE.get(kind, MEANING[kind]) if len(asked.keys) == 1 else MEANING[kind]
