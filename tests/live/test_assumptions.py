"""Every assumption, asked of the sandbox, or of the real API (docs/assumptions.md says how)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live.assumptions import ASSUMPTIONS, Assumption
from tests.live.findings import Verdict
from tests.live.measures import found
from tests.live.options import SHOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.asked import Asked
    from tests.live.findings import Finding


@pytest.mark.live
@pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=ASSUMPTIONS)
def test_assumption(
    assumption: Assumption,
    asked: Asked,
    tell: Callable[[Finding], None],
    pytestconfig: pytest.Config,
) -> None:
    """The sandbox must hold it; where the real API differs, that is what was to be found."""
    finding = found(assumption, asked)
    tell(finding)
    is_real = pytestconfig.stash[SHOP] is not None
    assert is_real or finding.verdict in (Verdict.HOLDS, Verdict.NOT_ASKED), finding.line
