"""The Singer target, and the building of one of each collaborator."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from singer_sdk.helpers.capabilities import PluginCapabilities

from target_triplewhale import configuration
from target_triplewhale.collaborators import Collaborators, settled
from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.barrier import LowWaterMark, NoMark
from target_triplewhale.delivery.concurrency import Concurrency
from target_triplewhale.delivery.delivery import Delivery, Sender
from target_triplewhale.delivery.halting import HaltSwitch
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.rehearsal import Rehearsal
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.delivery.sample import Sample
from target_triplewhale.delivery.traffic import Traffic
from target_triplewhale.delivery.turns import Turns
from target_triplewhale.equipment import (
    NAME,
    accounts_of,
    choices,
    client_of,
    facts_of,
    ledger_of,
    sandbox_of,
)
from target_triplewhale.gate.changes import Changes
from target_triplewhale.gate.gate import Gate
from target_triplewhale.gate.keeper import Keeper
from target_triplewhale.gate.passage import Passage
from target_triplewhale.gate.plan import Plan
from target_triplewhale.gate.snapshots import Snapshots
from target_triplewhale.gate.under_way import UnderWay
from target_triplewhale.gate.voids import VoidAllowance, Voids
from target_triplewhale.journal.allowance import RejectAllowance
from target_triplewhale.journal.journal import Journal
from target_triplewhale.journal.masking import masked
from target_triplewhale.journal.rejects import RejectsFile
from target_triplewhale.journal.report import document, files
from target_triplewhale.journal.sent import Sent
from target_triplewhale.meters import Meters
from target_triplewhale.notices import warn
from target_triplewhale.outcomes import DELIVERED
from target_triplewhale.progress import ProgressLines, has_terminal
from target_triplewhale.rehearsal import takeback
from target_triplewhale.rehearsal.forecast import forecast
from target_triplewhale.rehearsal.inspection import Inspection
from target_triplewhale.rehearsal.loads import open_loads
from target_triplewhale.routes import Routes
from target_triplewhale.singer import SingerTarget
from target_triplewhale.sinks import TripleWhaleSink
from target_triplewhale.standing import Observer
from target_triplewhale.state_output import emit_nothing, state_writer
from target_triplewhale.states import States

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.journal.ledger.ledger import Ledger
    from target_triplewhale.outcomes import Outcome
    from target_triplewhale.progress import Teller

logger = logging.getLogger("target-triplewhale")

LEASE_SECONDS = 1.0
"""How long a run waits between two looks whether another one has ended."""
WORTH_TELLING = 10.0
"""Seconds of sending that are worth a line of the log."""
LOOKS_BETWEEN = 60
"""Looks between two lines of the log that say so."""


class TargetTripleWhale(SingerTarget):
    """Delivers any tap's streams to the Triple Whale Data-In API."""

    name = NAME
    default_sink_class = TripleWhaleSink
    inspection: Inspection | None = None
    """Of a dry run."""
    config_jsonschema: ClassVar[dict[str, Any]] = configuration.config_jsonschema()
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,  # noqa: ARG002  (settings are always checked)
    ) -> None:
        """Build a run; raise UsageError where the settings do not allow one."""
        given = dict(config or {})
        if parse_env_config:
            given |= configuration.from_environment(os.environ)
        self.settings = configuration.parse(given)
        logger.info("%s", self.settings.destination)
        _warn_of_unused(given)
        super().__init__(self.settings.for_sdk())
        self._build(datetime.now(UTC))
        self.tell_accounts()

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add nothing: the settings already name what of the SDK's own works here."""

    def refuse_own_rejects(self, file_input: IO[bytes]) -> None:
        """Raise UsageError where the input is the file that this run would write."""
        self.collaborators.journal.rejects.refuse_as_input(file_input.fileno())

    def begin(self) -> None:
        """Begin the run in the ledger; wait where another one has not ended."""
        looks = 0
        while self.ledger and not self.ledger.begin():
            if looks % LOOKS_BETWEEN == 0:
                logger.info("another run has the ledger; waiting for its end")
            looks += 1
            self.bell.wait(LEASE_SECONDS)
            self.message_reader.stop_if_signalled()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Tell of the run while it goes on."""
        journal, share = self.collaborators.journal, self.message_reader
        observer = Observer(journal, self.traffic, self.limiter, lambda: share.share_read)
        self.progress = _teller(observer)
        try:
            yield
        finally:
            self.progress.close()
            self.progress = None

    def _aside(self) -> AbstractContextManager[None]:
        """Write to standard output where a display may be on the same terminal."""
        return self.progress.aside() if self.progress else nullcontext()

    def retry_rejects(self) -> None:
        """Send what earlier runs had rejected, before any input."""
        settings = self.settings
        is_wanted = settings.retry_rejects and settings.sends_all
        if self.ledger and is_wanted and self.ledger.pending.number:
            logger.info(
                "%d rejected records of earlier runs are sent again", self.ledger.pending.number
            )
            self.send_again(self.ledger.pending.rows())

    def end(self, exit_code: int) -> None:
        """Say in the ledger how the run has ended."""
        if self.gate:
            self.gate.end(is_whole=exit_code == 0)
        if self.ledger:
            tally = self.collaborators.journal.tally
            state = self.states.last if self.settings.emits_state else None
            self.ledger.end(exit_code, state, document.routes(tally))
            if self.settings.ledger_retention_days:
                self.ledger.retire(self.settings.ledger_retention_days)

    def tell_accounts(self) -> None:
        """Name, in a run on test accounts, those of the settings, or those that were used."""
        if self.accounts:
            warn(
                "TW-RUN-TEST-ACCOUNT",
                "test accounts: %s. Their records count in the live totals until these are deleted "
                "(%s)",
                masked(str(self.accounts)),
                takeback.WHERE,
            )

    def tell_forecast(self) -> None:
        """Tell how long it takes to send what is open, where that is long."""
        journal = self.collaborators.journal
        counts = [*journal.tally, *journal.retried]
        found = forecast(open_loads(counts, self.settings.batch_size_rows), self.settings.limits)
        if found and found.seconds > WORTH_TELLING and not self.inspection:
            logger.info("forecast: all is read; still to send: %s", found)

    def stop(self) -> None:
        """Begin no further request, and wait a while for those in flight."""
        self.collaborators.delivery.stop()

    def close(self) -> None:
        """Let go of connections and files."""
        self.collaborators.delivery.close()
        self.bell.close()
        self.collaborators.journal.rejects.close()
        if self.delivered:
            self.delivered.close()
        if self._sandbox:
            self._sandbox.state.store.close()

    def _build(self, started: datetime) -> None:
        settings = self.settings
        rejects = RejectsFile(Path(settings.rejects_path), started)
        rejects.check()
        if settings.report_path:
            files.check(Path(settings.report_path))
        self.delivered = Sent() if settings.report_path and not settings.dry_run else None
        allowance = RejectAllowance(settings.max_rejects.count, settings.max_rejects.share)
        self.ledger = ledger_of(settings)
        keeps = None if settings.dry_run else self.ledger
        journal = Journal(rejects, allowance, keeps.pending if keeps else None)
        self.meters = Meters(journal)
        routes = Routes(choices(settings))
        self._sandbox = sandbox_of(settings)
        self.states = States(
            state_writer(journal, self._aside) if settings.emits_state else emit_nothing
        )
        self.accounts = accounts_of(settings) if settings.test_account else None
        facts = facts_of(settings, started, self.accounts)
        self.traffic, self.limiter = Traffic(settings.limits, started), Limiter(settings.limits)
        self.plan = Plan() if settings.dry_run and self.ledger else None
        self.gate = self._gate(self.ledger) if self.ledger else None
        self.collaborators = Collaborators(
            routes,
            facts,
            journal,
            LowWaterMark() if settings.sends_all else NoMark(),
            self.states,
            self.gate or self._delivery(self._on_settled),
            settings.record_limit,
        )

    def _on_settled(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        if self.delivered and outcome is DELIVERED:
            delivered = [(one.sender.identity, one.body) for one in parcels]
            self.delivered.add(parcels[0].endpoint.name, delivered)
        return settled(self.collaborators, parcels, outcome)

    def _is_halting(self) -> bool:
        return self.collaborators.journal.allowance.halt is not None

    def _gate(self, ledger: Ledger) -> Gate:
        settings, under_way = self.settings, UnderWay()
        delivery = self._delivery(Keeper(ledger, under_way, self._on_settled).settle)
        passage = Passage(
            ledger, delivery, under_way, self._on_settled, self._is_halting, self.plan
        )
        most = settings.max_voids
        allowance = VoidAllowance(
            most.count, most.share, partial(ledger.absent.count, "orders", settings.all_shops)
        )
        voids = Voids(passage, allowance)
        guards = settings.identity_changes == "refuse"
        changes = Changes(settings.missing_fields, guards=guards)
        return Gate(passage, changes, voids, Snapshots(ledger, voids, allowance), guards=guards)

    def _delivery(self, on_settled: OnSettled) -> Delivery | Rehearsal | Sample:
        delivery = self._delivery_or_rehearsal(on_settled)
        if self.settings.record_limit is None:
            return delivery
        self.sample = Sample(delivery, self._tell_of_sample)
        return self.sample

    def _tell_of_sample(self, counts: Mapping[str, int]) -> None:
        """Say before the first request what of it can be taken back."""
        sentence = takeback.sentence(counts)
        warn("TW-RUN-TAKEBACK", "record_limit %d: %s", self.settings.record_limit, sentence)

    def _delivery_or_rehearsal(self, on_settled: OnSettled) -> Delivery | Rehearsal:
        settings = self.settings
        if settings.dry_run:
            now, size = datetime.now(UTC), settings.batch_size_rows
            self.inspection = Inspection(now, size, settings.limits)
            return Rehearsal(on_settled, self.inspection.look)
        client, switch = client_of(settings, self._sandbox), HaltSwitch()
        turns = Turns(self.limiter, Concurrency(settings.max_concurrency), switch)
        backoff = Backoff(settings.max_retries, settings.backoff_initial, settings.backoff_max)
        sender = Sender(on_settled, self.bell.ring, self.wait)
        attempts = Attempts(client, turns, backoff, switch, self.traffic)
        return Delivery(client, attempts, switch, sender, settings.batch_size_rows)


def _teller(observer: Observer) -> Teller:
    if not has_terminal():
        return ProgressLines(observer)
    from target_triplewhale.display import Display  # noqa: PLC0415  (few runs have a terminal)

    return Display(observer)


def _warn_of_unused(given: dict[str, Any]) -> None:
    unused = [name for name in configuration.UNUSED_SDK_SETTINGS if name in given]
    if unused:
        warn(
            "TW-SETTING-UNUSED",
            "settings %s do nothing here: they promise what a target for an API does not do",
            ", ".join(f"`{name}`" for name in unused),
        )
