"""The API keys that a sandbox knows, with their scopes and shops."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL_SCOPES = (
    "ads:write",
    "customers:write",
    "data-out",
    "orders:write",
    "pps:write",
    "products:write",
    "subscriptions:write",
)


class Key(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one key may do."""

    scopes: tuple[str, ...] | Literal["all"] = "all"
    shops: tuple[str, ...] | Literal["all"] = "all"
    revoked: bool = False
    created_at: str = "2026-01-01T00:00:00.000Z"
    label: str = "any"
    """The name under which requests are kept: never the key itself."""

    @property
    def granted(self) -> tuple[str, ...]:
        """Return the scopes, spelled out."""
        return ALL_SCOPES if self.scopes == "all" else self.scopes

    def may(self, scopes: Sequence[str]) -> bool:
        """Return whether one of these scopes is granted, case and punctuation aside."""
        wanted = {_plain(scope) for scope in scopes}
        return self.scopes == "all" or not wanted.isdisjoint(map(_plain, self.scopes))

    def sees(self, shop: str) -> bool:
        """Return whether the key's owner has this shop, letter for letter."""
        return self.shops == "all" or shop in self.shops


class Keys:
    """The keys by their text; without any keys at all the sandbox is open to everyone."""

    def __init__(self, keys: Mapping[str, Key] | None = None) -> None:
        """Take the keys; None: whatever key, even none, may do everything."""
        self._keys = keys

    @classmethod
    def load(cls, path: Path | str) -> Keys:
        """Read a JSON object of keys; ValueError says what is wrong with the file."""
        try:
            known = msgspec.json.decode(Path(path).read_bytes(), type=dict[str, Key])
        except OSError as error:
            raise ValueError(f"keys file {path}: {error.strerror}") from None
        except msgspec.MsgspecError as error:
            # A path into the file would spell out the key itself.
            problem = str(error).partition(" - at")[0]
            raise ValueError(f"keys file {path}: {problem}") from None
        return cls(
            {
                text: msgspec.structs.replace(key, label=_label(key, position))
                for position, (text, key) in enumerate(known.items(), start=1)
            }
        )

    def find(self, text: str) -> Key | None:
        """Return the key if it is known and still good."""
        if self._keys is None:
            return Key()
        key = self._keys.get(text)
        return None if key is None or key.revoked else key


def _label(key: Key, position: int) -> str:
    return key.label if key.label != Key().label else f"key {position}"


def _plain(scope: str) -> str:
    return re.sub(r"[^a-z0-9]", "", scope.lower())
