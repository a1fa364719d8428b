"""One shop, asked by SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.data_out import Failure, Question

if TYPE_CHECKING:
    from target_triplewhale.commands.check.sent import Period
    from target_triplewhale.data_out import DataOut, Readers, Rows


class Shop:
    """A shop that is asked; it is named where it is one of many."""

    def __init__(self, data_out: DataOut, name: str, *, is_one_of_many: bool) -> None:
        self._data_out = data_out
        self._name = name
        self._is_one_of_many = is_one_of_many

    def __str__(self) -> str:
        """Return what sentences call it."""
        return f"shop {self._name}" if self._is_one_of_many else "the shop"

    @property
    def there(self) -> str:
        """Say where something is."""
        return f"in {self}" if self._is_one_of_many else "there"

    def rows(self, query: str, period: Period, columns: Readers) -> Rows | Failure:
        """Return what a query finds in a period."""
        return self._data_out.ask(Question(self._name, query, *period, columns))

    def unasked(self, failure: Failure) -> str:
        """Say why there is no answer."""
        return f"{self} cannot be asked (Data Out): {failure.sentence}"
