"""Checks what the API says of the key: whether it is known, and what it may do."""

from __future__ import annotations

import re
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.delivery.client import Answer, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from target_triplewhale.entries import Route

PATH = "/users/api-keys/me"
EVENTS = "events"
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
MEND = "make one under Settings > API Keys, and set `api_key`"


def key(answer: Answer | NoAnswer) -> Finding:
    """Tell whether the API knows the key."""
    if isinstance(answer, NoAnswer):
        return cannot_tell("key", "there was no answer")
    if answer.status in REFUSED:
        return to_do(
            "TW-API-KEY-REFUSED",
            "key",
            f"the API does not know it ({answer.status}): it is missing, revoked, or no API key; "
            f"{MEND}",
        )
    body = _body(answer)
    if answer.status != HTTPStatus.OK:
        return cannot_tell("key", f"the API answered with status {answer.status}")
    if body.get("valid") is False:
        return to_do("TW-API-KEY-REFUSED", "key", f"the API says that it is not valid: {MEND}")
    if body.get("valid") is not True and scopes(answer) is None:
        return cannot_tell("key", "the API took it, and says nothing of it")
    made = _day(body.get("created_at"))
    return ok("key", "known to the API" + (f", made {made}" if made else ""))


def scopes(answer: Answer | NoAnswer) -> frozenset[str] | None:
    """Return the key's scopes without case and punctuation, None where they are not told."""
    told = _body(answer).get("scopes")
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        return None
    return frozenset(map(plain, told))


def plain(scope: str) -> str:
    """Return a scope as it is compared: `Orders: Write` is `orders:write`."""
    return re.sub(r"[^a-z0-9]", "", scope.lower())


def needed(given: frozenset[str] | None, routes: Sequence[Route]) -> Finding:
    """Tell whether the key may do what routes need."""
    wanted = _wanted(routes)
    if not wanted:
        return cannot_tell("scopes", "no route is named; --input FILE tells what is needed")
    if given is None:
        return cannot_tell("scopes", f"the API does not tell them; needed: {_listed(wanted)}")
    lacking = {scope: names for scope, names in wanted.items() if plain(scope) not in given}
    if not lacking:
        return ok("scopes", f"all that is needed: {_listed(wanted)}")
    if all(names == {EVENTS} for names in lacking.values()):
        return cannot_tell(
            "scopes",
            f"which one events need is not documented; a guide says {_listed(lacking)}, which the "
            "key lacks",
        )
    return to_do(
        "TW-CHECK-SCOPES",
        "scopes",
        f"the key lacks {_listed(lacking)}: {MEND}",
    )


def _wanted(routes: Sequence[Route]) -> dict[str, set[str]]:
    """Return the scopes that routes need, each with its endpoints."""
    wanted: dict[str, set[str]] = {}
    for route in routes:
        wanted.setdefault(route.endpoint.scope, set()).add(route.endpoint.name)
    return wanted


def _listed(wanted: Mapping[str, Collection[str]]) -> str:
    told = [f"`{scope}` ({', '.join(sorted(names))})" for scope, names in sorted(wanted.items())]
    return ", ".join(told)


def _body(answer: Answer | NoAnswer) -> dict[str, Any]:
    body = answer.body if isinstance(answer, Answer) else None
    return body if isinstance(body, dict) else {}


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
