"""An imitation of the Data-In API that judges bodies by its own copy of the published contract."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.faults import Faults
from target_triplewhale.sandbox.keys import Keys

if TYPE_CHECKING:
    from target_triplewhale.sandbox.app import create_app

__all__ = ["Faults", "Keys", "create_app"]


def __getattr__(name: str) -> Any:
    # The summary needs no web server, so starlette is loaded only with the app.
    if name == "create_app":
        return import_module("target_triplewhale.sandbox.app").create_app
    raise AttributeError(name)
