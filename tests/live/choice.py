"""Which API is asked: the sandbox, and the real one only where that is said twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "TARGET_TRIPLEWHALE_API_KEY"
SHOP = "TARGET_TRIPLEWHALE_SHOP"
ACCOUNT = "TARGET_TRIPLEWHALE_PLATFORM_ACCOUNT_ID"
CONFIRM = "TRIPLEWHALE_LIVE_CONFIRM"
THROW_AWAY = "-test"


@dataclass(frozen=True)
class Shop:
    """A shop of the real API that may be asked."""

    key: str = field(repr=False)
    name: str
    account: str


def chosen(environment: Mapping[str, str], *, is_live: bool) -> Shop | None:
    """Return the shop to ask; None: the sandbox. ValueError says what is missing."""
    if not is_live:
        return None
    missing = [name for name in (KEY, SHOP, ACCOUNT) if not environment.get(name)]
    if missing:
        raise ValueError(f"--live-api needs {', '.join(missing)} in the environment")
    shop = Shop(environment[KEY], environment[SHOP], environment[ACCOUNT])
    if not shop.account.endswith(THROW_AWAY) or shop.account == THROW_AWAY:
        raise ValueError(
            f"{ACCOUNT} must be one that is thrown away: a name of its own that ends in "
            f"`{THROW_AWAY}`, since all its records are deleted with it"
        )
    if environment.get(CONFIRM) != shop.name:
        raise ValueError(
            f"--live-api sends orders to a real shop: say so a second time, with {CONFIRM} set to "
            "the shop's name, letter for letter"
        )
    return shop
