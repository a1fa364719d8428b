"""What the mapper makes of a sample's records under a suggestion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from target_triplewhale.entries import Choices
from target_triplewhale.mapping.columns import SameName
from target_triplewhale.mapping.facts import Facts
from target_triplewhale.mapping.grouping import Groups, Ungroupable
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.outcomes import Filtered, Reason
from target_triplewhale.payloads.coercion import CoercionContext
from target_triplewhale.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_triplewhale.entries import Route
    from target_triplewhale.mapping.recipe import Recipe
    from target_triplewhale.settings import Settings
    from target_triplewhale.suggestions.draft import Draft
    from target_triplewhale.suggestions.samples import Sample

STAND_INS: Mapping[str, str] = {"timezone": "UTC", "currency": "USD"}
"""What is set where a sample needs a setting that there is not; never said to be right."""
_FILLERS: Mapping[str, Any] = {
    "created_at": "2026-01-01T00:00:00Z",
    "timestamp": "2026-01-01T00:00:00Z",
    "event_date": "2026-01-01",
    "order_revenue": 0,
    "customer.email": "someone@example.com",
    "profileIdentifiers.email": "someone@example.com",
    "subscription_items": [
        {
            "subscription_item_id": "1",
            "created_at": "2026-01-01T00:00:00Z",
            "price": 0,
            "status": "active",
            "interval": "month",
            "interval_count": 1,
            "quantity": 1,
        }
    ],
}
"""What stands in a trial for required fields that nothing fills; other fields take any text."""


@dataclass
class Trial:
    """How records ended on one route; with `group_rows`, orders and not rows."""

    valid: int = 0
    filtered: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    rejected: int = 0
    repeated: int = 0
    """Valid ones with the identity of one before."""

    @property
    def share(self) -> float:
        """The share of what is sent at all that is valid."""
        offered = self.valid + self.rejected
        return self.valid / offered if offered else 1.0

    @property
    def needs(self) -> list[str]:
        """The settings that reasons ask for."""
        told = [f"{one.field} {one.problem}" for one in self.reasons]
        return [name for name in STAND_INS if any(f"`{name}`" in text for text in told)]


def facts_of(settings: Settings, *, with_stand_ins: bool = False) -> Facts:
    """Return what the settings add to records; native sources are not refused in a trial."""
    zone, currency = settings.zone, settings.currency
    if with_stand_ins:
        zone = zone or ZoneInfo(STAND_INS["timezone"])
        currency = currency or STAND_INS["currency"]
    return Facts(
        shop=settings.shop,
        shops=settings.all_shops,
        platform=settings.platform,
        platform_account_id=settings.platform_account_id,
        channel_account_id=settings.channel_account_id,
        currency=currency,
        coercion=CoercionContext(timezone=zone, phone_region=settings.phone_region),
        started=datetime.now(UTC),
        refuse_native=False,
    )


def tried(sample: Sample, draft: Draft, facts: Facts, *, is_filled: bool = False) -> Trial:
    """Map a sample's records as the draft says, its missing fields filled if so wished."""
    config = draft.config()
    if is_filled:
        fillers = {path: _FILLERS.get(path, "something") for path in draft.missing}
        config["defaults"] = {**fillers, **config.get("defaults", {})}
    (route,) = Routes(Choices({sample.stream: config})).of(sample.stream)
    return _run(sample, route, facts)


def _run(sample: Sample, route: Route, facts: Facts) -> Trial:
    trial = Trial()
    mapper = Mapper(route.endpoint, route.recipe, facts, sample.keys)
    seen: set[tuple[str | None, ...]] = set()
    for record in _records(sample, route.recipe, trial):
        ended = mapper.map(record, None)
        if isinstance(ended, Mapped):
            trial.valid += 1
            trial.repeated += ended.is_mergeable and ended.identity in seen
            seen.add(ended.identity)
        elif isinstance(ended, Filtered):
            trial.filtered += 1
        else:
            _note(trial, ended)
    return trial


def _note(trial: Trial, ended: Unmappable) -> None:
    trial.rejected += 1
    trial.reasons.update(without_positions(one) for one in ended.rejected.reasons)


def without_positions(reason: Reason) -> Reason:
    """Return a reason without the position in a list: `line_items.0.price` is one of many."""
    steps = (step for step in reason.field.split(".") if not step.isdigit())
    return replace(reason, field=".".join(steps))


def _records(sample: Sample, recipe: Recipe, trial: Trial) -> Iterator[dict[str, Any]]:
    """Yield the records that are mapped: a sample's own, or what its rows become."""
    if recipe.group_rows is None:
        yield from sample.records
        return
    groups = Groups[int](recipe.group_rows, recipe.columns, is_by_name=recipe.fields is None)
    for number, record in enumerate(sample.records):
        try:
            ended = groups.add(record, number)
        except (Ungroupable, SameName) as problem:
            trial.rejected += 1
            trial.reasons[Reason(recipe.group_rows.by, str(problem))] += 1
            continue
        if ended is not None:
            yield ended.record
    if last := groups.end():
        yield last.record
