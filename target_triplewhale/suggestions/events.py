"""What events need beside their columns: a type, a time, and whom they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.journal.masking import masked
from target_triplewhale.mapping.names import folded
from target_triplewhale.suggestions import statuses
from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.words import meanings

if TYPE_CHECKING:
    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

TYPES = ("lead", "mql", "sql", "opportunity", "book_demo")
_MOST_STAGES = 25
_WHO = tuple(f"profileIdentifiers.{name}" for name in ("email", "phone", "externalId"))
_ID = _WHO[2]
_CONTACTS = _WHO[:2]


def finish(work: Work) -> None:
    """Give an event its type, its name where it is a custom one, and whom it is about."""
    _set_type(work)
    if work.rows.are_leads:
        _take_own_id(work)
        _leave_out_the_nameless(work)
    work.require("timestamp")
    if not any(path in work.draft.fields for path in _WHO):
        work.require(_WHO[0], "an e-mail, a phone or an externalId")
    _choose_key(work)


def of_failures(work: Work, column: Column) -> None:
    """Turn payments that have failed into events of that name."""
    statuses_seen = sorted(column.counts)
    status = f"'{statuses_seen[0]}'"
    name = f"{work.rows.noun}_{statuses.word(statuses_seen[0])}"
    work.draft.defaults["event_name"] = Line(name, "a name of your choice")
    work.draft.keys["where"] = Line(f"{column.source} == {status}", "every record of the sample")
    work.drop("event_name")


def _set_type(work: Work) -> None:
    stage = work.column("type")
    noun = _type_of(work.sample.stream)
    if stage and stage.values and noun == "opportunity":
        _map_stages(work, stage)
    elif noun:
        work.drop("type")
        work.drop("event_name")
        work.draft.defaults["type"] = Line(noun, f"one of {', '.join(TYPES)}, custom")
    else:
        work.drop("type")
        work.draft.defaults["type"] = Line("custom", f"or one of {', '.join(TYPES)}")
        if "event_name" not in work.draft.fields:
            work.draft.defaults["event_name"] = Line(folded(work.sample.stream), "a guess")


def _type_of(stream: str) -> str:
    """Return the type of event that a stream's name says, of people it is `lead`."""
    words = meanings(stream)
    known = next((one for one in TYPES if one in folded(stream).split("_")), "")
    if known:
        return known
    if "opportunity" in words:
        return "opportunity"
    return "lead" if {"customer", "lead"} & {*words[-1:]} else ""


def _map_stages(work: Work, stage: Column) -> None:
    """List the stages, each with the type that it may be."""
    values = stage.counts
    if len(values) > _MOST_STAGES or any(masked(value) != value for value in values):
        work.drop("type")
        work.draft.defaults["type"] = Line("opportunity", f"{stage.told} has {len(values)} values")
        return
    work.drop("event_name")
    work.draft.value_maps["type"] = {
        value: Line(statuses.step(value), f"{count} of {stage.records}")
        for value, count in values.most_common()
    }
    work.draft.remarks.append(
        f"type: say of each stage what it is: {', '.join(TYPES)}, or custom (with `event_name`); "
        'a stage not named is a reject, "*" stands for all others'
    )


def _take_own_id(work: Work) -> None:
    """A row of people is who the event is about, so its id is theirs."""
    if _ID not in work.matches:
        key = next((one for one in work.columns if one.is_key), None)
        if key is not None:
            work.draft.fields[_ID] = Line(key.source, "the record's own id")


def _leave_out_the_nameless(work: Work) -> None:
    """Filter people without e-mail and phone: they are no leads yet."""
    work.draft.fields.pop(_ID, None)
    work.matches.pop(_ID, None)
    sources = [work.source(path) for path in _CONTACTS if path in work.matches]
    fills = [match.column.fill for path in _CONTACTS if (match := work.matches.get(path))]
    if sources and max(fills) < 1:
        either = " || ".join(sources)
        text = f"!!({either})" if len(sources) > 1 else f"!!{either}"
        work.draft.keys["where"] = Line(text, "no lead without an e-mail or a phone")


def _choose_key(work: Work) -> None:
    """Add the time to a key that is only a name: two deals may have one name."""
    keys = [one for one in work.columns if one.is_key]
    time = work.column("timestamp")
    is_named = all(not {"id", "number", "reference"} & {*one.words} for one in keys)
    if keys and is_named and time is not None:
        names = [*(one.source for one in keys), time.source]
        work.draft.keys["event_key"] = Line(names, "the key is a name, which may come twice")
