"""What many trials add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conservation.trials import Trial


@dataclass
class Figures:
    """Sums over trials; `failed` names the seeds that broke a promise."""

    plans: int = 0
    runs: int = 0
    records: int = 0
    requests: int = 0
    rejects: int = 0
    states: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Take in a trial."""
        self.plans += 1
        if trial.broken:
            self.failed.append(trial.seed)
        for one in trial.evidences:
            self.runs += 1
            self.records += len({expected.line for expected in one.given.expected})
            self.requests += one.notes.requests
            self.rejects += len(one.rejects)
            self.states += len(one.states)
            self.faults += one.notes.faults
            self.codes[str(one.code)] += 1
            if one.run.stop and one.is_signalled:
                self.signals[one.run.stop.signal.name] += 1

    def __str__(self) -> str:
        """Return all of it in four lines."""
        sums = (
            f"{self.plans} plans, {self.runs} runs, {self.records} records read, "
            f"{self.requests} requests, {self.states} STATE lines, {self.rejects} rejects"
        )
        faults = f"{self.faults.total()} faults: {_listed(self.faults)}"
        endings = f"signals: {_listed(self.signals)}; exit codes: {_listed(self.codes)}"
        return "\n".join([sums, faults, endings, f"failed: {sorted(self.failed) or 'none'}"])


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {times}" for name, times in counts.most_common()) or "none"
