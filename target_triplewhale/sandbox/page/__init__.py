"""The sandbox's page: what arrived, for a person with a browser; it reads and never changes."""

from target_triplewhale.sandbox.page.routes import Page

__all__ = ["Page"]
