"""What names a record for ever: the texts at the paths that its endpoint tells records apart by."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_triplewhale.endpoints import Endpoint


def identity_of(endpoint: Endpoint) -> Callable[[Any], tuple[str | None, ...]]:
    """Return what takes the identity from fields, None for a part of it that is not there."""
    paths, fields = endpoint.identity, endpoint.model.model_fields
    if not any("." in path for path in paths):
        if all(path in endpoint.defaults or fields[path].is_required() for path in paths):
            return itemgetter(*paths)
        return lambda payload: tuple(map(payload.get, paths))
    steps = [path.split(".") for path in paths]
    return lambda payload: tuple(_text_at(payload, names) for names in steps)


def _text_at(payload: Any, names: Sequence[str]) -> str | None:
    for name in names:
        fields = vars(payload) if isinstance(payload, BaseModel) else payload or {}
        payload = fields.get(name)
    return None if payload is None else str(payload)
