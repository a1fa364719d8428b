"""SQL that is asked of one shop."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from target_triplewhale.delivery.client import NoAnswer
from target_triplewhale.delivery.verdicts import words
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from target_triplewhale.commands.check.connection import Api
    from target_triplewhale.commands.check.sent import Period

Row = dict[str, Any]
PATH = "/orcabase/api/sql"


class Unanswered(Exception):
    """A query has not been answered; the sentence says why."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(sentence)


class Queries:
    """Asks about one shop."""

    def __init__(self, api: Api, shop: str, *, is_one_of_many: bool) -> None:
        self._api = api
        self._id = shop
        self.shop = f"shop {shop}" if is_one_of_many else "the shop"

    def rows(self, query: str, period: Period) -> list[Row]:
        """Return what a query finds in a period; raise Unanswered."""
        days = {"startDate": str(period.first), "endDate": str(period.last)}
        body = {"shopId": self._id, "query": query, "period": days}
        answer = self._api.post(PATH, json.dumps(body).encode())
        if isinstance(answer, NoAnswer):
            raise Unanswered(f"a question about {self.shop} was not answered")
        found = answer.body.get("data") if isinstance(answer.body, dict) else None
        if answer.status != HTTPStatus.OK or not isinstance(found, list):
            said = masked(words(answer.body))
            raise Unanswered(
                f"a question about {self.shop} was answered with status {answer.status}: {said}",
                answer.status,
            )
        return [row for row in found if isinstance(row, dict)]


def number(row: Row) -> int:
    """Return the orders that a row counts; large numbers may come as text."""
    try:
        return int(row.get("orders", 0))
    except (TypeError, ValueError):
        return 0
