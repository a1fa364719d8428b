"""The PostgreSQL that the ledger's tests start serves as a warehouse here."""

from __future__ import annotations

from tests.ledger.conftest import postgres

# Fixtures are found by their names in this module.
__all__ = ["postgres"]
