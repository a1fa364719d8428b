"""The table of all codes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from target_triplewhale.codes.api import API
from target_triplewhale.codes.check import CHECK
from target_triplewhale.codes.commands import COMMANDS
from target_triplewhale.codes.input import INPUT
from target_triplewhale.codes.ledger import LEDGER
from target_triplewhale.codes.rehearsal import REHEARSAL
from target_triplewhale.codes.rejects import REJECTS
from target_triplewhale.codes.run import RUN
from target_triplewhale.codes.settings import SETTINGS
from target_triplewhale.codes.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.codes.code import Code

GROUPS = (SETTINGS, STREAMS, INPUT, REJECTS, API, LEDGER, CHECK, REHEARSAL, RUN, COMMANDS)
CODES: Mapping[str, Code] = MappingProxyType(
    {code.name: code for group in GROUPS for code in group.codes}
)
"""Each code whose name is fixed; the others belong to the families of settings and of rejects."""
