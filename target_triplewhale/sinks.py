"""The SDK's sink, one a stream: maps each record, and hands what can be sent to delivery."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from singer_sdk.sinks import RecordSink

from target_triplewhale.errors import RunEnded
from target_triplewhale.gate.gate import Gate
from target_triplewhale.gate.seen import Snapshot
from target_triplewhale.journal.masking import masked
from target_triplewhale.journal.rejects import Entry, Source
from target_triplewhale.mapping.brought import Brought
from target_triplewhale.mapping.columns import SameName
from target_triplewhale.mapping.counting import Undeclared
from target_triplewhale.mapping.grouping import SCATTERED, TOO_LONG, Group, Groups, Ungroupable
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.notices import warn
from target_triplewhale.origin import all_fields
from target_triplewhale.outcomes import FILTERED, Filtered, Reason, Rejected
from target_triplewhale.parcels import parcel_of, void_of
from target_triplewhale.rehearsal import takeback
from target_triplewhale.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from singer_sdk.sinks.core import BaseJSONSchemaValidator
    from singer_sdk.target_base import Target

    from target_triplewhale.collaborators import Collaborators
    from target_triplewhale.entries import Route

logger = logging.getLogger("target-triplewhale")


class TripleWhaleSink(RecordSink):
    """One stream's records, along all its routes."""

    def __init__(
        self,
        target: Target,
        stream_name: str,
        schema: dict[str, Any],
        key_properties: Sequence[str] | None,
    ) -> None:
        super().__init__(target, stream_name, schema, key_properties)
        self._run: Collaborators = target.collaborators  # type: ignore[attr-defined]
        columns = list(schema["properties"])
        self._ways = [self._way(route, columns) for route in self._run.routes.of(stream_name)]

    def get_validator(self) -> BaseJSONSchemaValidator | None:
        """Validate nothing against the tap's SCHEMA: only the payload decides."""
        return None

    def parts(self, only: str | None = None) -> int:
        """Return in how many parts a record ends here: one a route, or one where it has none."""
        return len(self._ways_for(only)) if only else len(self._ways) or 1

    @property
    def voids(self) -> bool:
        """Whether a record that is gone voids anything."""
        return any(way.voids_rows for way in self._ways)

    def leave_out(self, source: Source, kind: str = "", problem: str = "") -> None:
        """Settle a record before the mapping, rejected for a problem, else filtered."""
        for way in self._ways_of(source):
            self._run.see(way, source)
            if kind:
                rejected = Rejected(way.code(kind, ""), (Reason("", problem),))
                self._run.reject([way.offer(source)], rejected, {})
            else:
                self._run.settle([way.offer(source)], FILTERED)

    def take(self, record: dict[str, Any], source: Source) -> None:
        """Send a record along its routes."""
        for way in self._ways_of(source):
            self._send(record, source, way)

    def take_gone(self, record: dict[str, Any], source: Source) -> None:
        """Void the order that a record stands for; nothing else can be, nor a row of one."""
        for way in self._ways_of(source):
            entry = way.offer(source)
            if way.voids_rows:
                self._deliver(record, (entry,), way, is_gone=True)
            else:
                self._run.settle([entry], FILTERED)

    def log_count_if_due(self) -> None:
        """Log the count of records as often as the SDK does; to ask at each record takes long."""
        self.record_counter_metric.increment(0)

    def close_version(self, version: int | None) -> None:
        """Void what a table has no more that is read whole."""
        delivery = self._run.delivery
        for way in self._ways:
            if isinstance(delivery, Gate) and way.voids and way.route.recipe.snapshot:
                delivery.close_version(self.stream_name, Snapshot(way.route.name, version))

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Take a record, as the SDK hands it on, together with its source in the context."""
        self.take(record, context["source"])

    def end_groups(self, before: int | None = None) -> None:
        """Send the groups whose last row was read `before` a record, or all that are open."""
        for way in self._ways:
            last = way.groups.last_row if way.groups else None
            if last and (before is None or last.source.number < before):
                self._send_group(way.groups.end() if way.groups else None, way)

    def clean_up(self) -> None:
        """Log the count of records; tell, once, what a user should know of the columns."""
        super().clean_up()
        self._name_unused_columns()
        for way in self._ways:
            if way.undeclared and str(way.undeclared):
                warn(
                    "TW-ORDERS-UNDECLARED",
                    "stream %s: nothing declares which of these are orders (`counts`), so all are "
                    "sent, whatever their state. %s",
                    self.stream_name,
                    masked(str(way.undeclared)),
                )

    def _name_unused_columns(self) -> None:
        ways = [way for way in self._ways if way.mapped]
        if not ways:
            return
        fullest = max(ways, key=lambda way: way.mapped)
        used_nowhere = set.intersection(*(set(way.unused) for way in ways))
        fill = {name: fullest.unused[name] / fullest.mapped for name in sorted(used_nowhere)}
        if fill:
            told = ", ".join(f"{masked(name)} ({share:.0%})" for name, share in fill.items())
            name = self.stream_name
            extra = {"stream_name": name}
            logger.info("stream %s: columns that no route uses: %s", name, told, extra=extra)

    def _way(self, route: Route, columns: Iterable[str]) -> Way:
        recipe, endpoint = route.recipe, route.endpoint
        if self._run.facts.accounts and not takeback.has_account(endpoint):
            raise RunEnded(
                "TW-STREAM-UNDELETABLE",
                f"stream {self.stream_name}: setting `test_account` refuses {endpoint.name}: they "
                "have no account, so they could never be deleted again. Leave them out (`streams: "
                f"{{{self.stream_name}: skip}}`, or an entry with its other endpoints only); to "
                "try a few for good, set `record_limit` instead",
            )
        mapper = Mapper(endpoint, recipe, self._run.facts, self.key_properties)
        try:
            mapper.check_columns(columns)
        except SameName as same:
            raise RunEnded(
                "TW-STREAM-COLUMNS",
                f"stream {self.stream_name}: {same}. Rename one of them, or leave one out in the "
                "tap or with `stream_maps`",
            ) from None
        count = self._run.journal.count(self.stream_name, route.name, endpoint.name)
        is_declared = not endpoint.counts_sales or recipe.counts or recipe.where
        undeclared = None if is_declared else Undeclared()
        voids = self._run.facts.voids and endpoint.counts_sales
        brings = all_fields
        if self._run.has_ledger:
            brings = Brought(endpoint, recipe, self.schema["properties"]).brings
        return Way(route, mapper, count, self._groups(route), undeclared, voids, brings)

    def _groups(self, route: Route) -> Groups[Entry] | None:
        recipe = route.recipe
        if recipe.group_rows is None:
            return None
        new = Groups[Entry](recipe.group_rows, recipe.columns, is_by_name=recipe.fields is None)
        return self._run.groups.setdefault(route.name, new)

    def _ways_of(self, source: Source) -> Sequence[Way]:
        """Count a record as the SDK's sinks do, and return the ways that it goes."""
        self.record_counter_metric.value += 1
        ways = self._ways_for(source.only) if source.only else self._ways
        if not self._ways and not source.only:
            self._run.leave_out(source, self.stream_name)
        if self._run.record_limit is None:
            return ways
        return [way for way in ways if not self._is_over(way, source)]

    def _is_over(self, way: Way, source: Source) -> bool:
        """Pass a record over that comes after the first ones; of groups a row must tell."""
        limit = self._run.record_limit
        if limit is None or way.groups is not None or way.count.offered < limit:
            return False
        self._run.journal.pass_over(way.offer(source))
        return True

    def _ways_for(self, only: str) -> Sequence[Way]:
        return [way for way in self._ways if way.route.name == only]

    def _send(self, record: dict[str, Any], source: Source, way: Way) -> None:
        entry = way.offer(source)
        if way.undeclared:
            way.undeclared.look(record)
        if way.groups is None:
            self._deliver(record, (entry,), way)
            return
        try:
            if self._is_one_too_many(record, way.groups):
                self._run.journal.pass_over(entry)
                return
            is_scattered = source.rejected_as == way.code(SCATTERED)
            ended = way.groups.add(record, entry, is_scattered=is_scattered)
        except (Ungroupable, SameName) as row:
            self._run.see(way, source)
            if isinstance(row, Ungroupable) and row.key:
                entry = entry._replace(key=_group(row.key), is_apart=True)
            self._run.reject([entry], *way.rejected(row))
            return
        if joined := way.groups.joined:
            # A run that began between two rows of a record would send a part of it.
            self._run.states.forget(joined.source.number)
        self._send_group(ended, way)

    def _is_one_too_many(self, record: dict[str, Any], groups: Groups[Entry]) -> bool:
        """Tell whether a row begins a group after the first ones; these are sent whole."""
        limit = self._run.record_limit
        return limit is not None and groups.begun >= limit and groups.begins(record)

    def _send_group(self, group: Group[Entry] | None, way: Way) -> None:
        if group is None:
            return
        rows = [row._replace(key=_group(group.key)) for row in group.rows]
        entries = (rows[0], *(row._replace(is_further=True) for row in rows[1:]))
        if not group.is_too_long:
            self._deliver(group.record, entries, way)
            return
        self._run.see(way, entries[-1].source)
        self._run.reject(entries, *way.rejected(Ungroupable(TOO_LONG, group.key)))

    def _deliver(
        self,
        record: dict[str, Any],
        entries: Sequence[Entry],
        way: Way,
        *,
        is_gone: bool = False,
    ) -> None:
        """Send what was read in one row, or in several; void what is gone."""
        source = entries[-1].source
        mapped = way.map(record, source, is_gone=is_gone)
        if self._run.has_ledger:
            entries = self._keyed(entries, mapped, record, way)
            if way.route.recipe.snapshot and not is_gone:
                self._see(mapped, record, source, way)
        if isinstance(mapped, Mapped):
            way.mapped += 1
            if mapped.unused:
                way.unused.update(mapped.unused)
            self._run.delivery.send(parcel_of(mapped, way, entries))
        elif not (is_gone and self._void(record, mapped, entries, way)):
            self._end(mapped, entries)

    def _see(
        self,
        mapped: Mapped | Filtered | Unmappable,
        record: dict[str, Any],
        source: Source,
        way: Way,
    ) -> None:
        if isinstance(mapped, Mapped):
            self._run.see(way, source, (mapped.shop, mapped.key), mapped.identity)
        else:
            self._run.see(way, source, way.mapper.named(record))

    def _void(
        self,
        record: dict[str, Any],
        unsent: Filtered | Unmappable,
        entries: Sequence[Entry],
        way: Way,
    ) -> bool:
        """Void an order of which only the id is left; return False where it is not known."""
        named = way.mapper.named(record) if self._run.has_ledger else None
        if named is None:
            return False
        self._run.delivery.send(void_of(named, unsent, way, entries))
        return True

    def _end(self, unsent: Filtered | Unmappable, entries: Sequence[Entry]) -> None:
        """Settle what is not sent."""
        if isinstance(unsent, Filtered):
            self._run.settle(entries, unsent)
        else:
            self._run.reject(entries, unsent.rejected, unsent.known)

    def _keyed(
        self,
        entries: Sequence[Entry],
        mapped: Mapped | Filtered | Unmappable,
        record: dict[str, Any],
        way: Way,
    ) -> Sequence[Entry]:
        """Know a record by its shop and id, where its stream has no keys."""
        entry, run = entries[0], self._run
        is_of_no_interest = isinstance(mapped, Filtered) and not run.journal.awaits
        if entry.key or entry.source.key or is_of_no_interest:
            return entries
        known = way.ids(mapped, record)
        values = [known.get(path) for path in way.route.endpoint.ids]
        is_known = mapped.is_mergeable if isinstance(mapped, Mapped) else all(values)
        shop = known.get("shop", run.facts.shop)
        return (entry._replace(key=f"id {[shop, *values]}"),) if is_known else entries


def _group(key: str) -> str:
    return f"group {key!r}"
