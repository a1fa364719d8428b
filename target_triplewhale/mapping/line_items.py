"""Line items of sources that give them no id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence


def numbered(items: Sequence[Any], order_id: Any) -> list[Any]:
    """Give each line item without an id that of its order with its position, from 1."""
    return [
        {**item, "id": f"{spelled(order_id)}-{position}"}
        if isinstance(item, dict) and is_empty(item.get("id"))
        else item
        for position, item in enumerate(items, start=1)
    ]
