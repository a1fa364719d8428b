"""The codes of all that is refused, warned of, or ends a run: one table, and what each means."""

from target_triplewhale.codes.code import Code, Group
from target_triplewhale.codes.explained import explained, setting, with_code
from target_triplewhale.codes.table import CODES, GROUPS

__all__ = ["CODES", "GROUPS", "Code", "Group", "explained", "setting", "with_code"]
