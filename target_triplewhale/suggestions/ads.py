"""What ads need beside their columns: a channel, and of each level an id, a name and a status."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from target_triplewhale.settings import currency_code
from target_triplewhale.suggestions import statuses
from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.fields import Kind, Phrase, Wanted
from target_triplewhale.suggestions.rows import LEVELS
from target_triplewhale.suggestions.words import by_word, listed, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.suggestions.draft import Work

_CALLED_SO = (
    "adroll rokt amazon applovin criteo linkedin mountain outbrain reddit stackadapt taboola "
    "tiktok vibe"
)
_CHANNELS: Mapping[str, str] = by_word(
    {
        "facebook-ads": "facebook meta instagram fb",
        "google-ads": "google adwords gads",
        "bing": "bing microsoft",
        "twitter-ads": "twitter x",
        "pinterest-ads": "pinterest",
        "snapchat-ads": "snapchat snap",
        "walmart-ads": "walmart",
        "openai-ads": "openai",
    }
) | {name: name for name in listed(_CALLED_SO)}
_CODE = re.compile(r"\b[A-Z]{3}\b")
_PARTS = ("id", "name", "status")


def by_level(noun: str) -> tuple[Wanted, ...]:
    """Return the fields that plain `id`, `name`, `status` are of in a report of one level."""
    if noun not in LEVELS:
        return ()
    kinds = (Kind.ID, Kind.TITLE, Kind.STATUS)
    return tuple(
        Wanted(f"{noun}.{part}", kind, (Phrase((part,), 0.9, frozenset((noun,))),))
        for part, kind in zip(_PARTS, kinds, strict=True)
    )


def finish(work: Work) -> None:
    """Give ads their channel, their currency, and what their levels lack."""
    _set_channel(work)
    _set_currency(work)
    for level in LEVELS:
        _complete(work, level)
    work.require("channel", "such as facebook-ads or google-ads, or a name of your own")
    work.require("event_date")
    if not any(f"{level}.id" in work.draft.fields for level in LEVELS):
        work.require("campaign.id", "a campaign, an ad set or an ad")
    _tell_of_micros(work)


def channel(work: Work) -> str:
    """Return the channel that the stream's name tells."""
    found = (_CHANNELS[word] for word in tokens(work.sample.stream) if word in _CHANNELS)
    return next(found, "")


def _set_channel(work: Work) -> None:
    if name := channel(work):
        work.draft.defaults["channel"] = Line(name, "by the stream's name")


def _set_currency(work: Work) -> None:
    """Take the currency that stands in the name of the column of the spend."""
    spend = work.column("metrics.spend")
    codes = _CODE.findall(spend.told) if spend else []
    if codes and "currency" not in work.matches:
        work.draft.defaults["currency"] = Line(currency_code(codes[0]), f"in `{spend.told}`")  # type: ignore[union-attr]


def _complete(work: Work, level: str) -> None:
    """Fill in what a level must have: its id by its name, its name by its id, its status."""
    fields = work.draft.fields
    id_, name, status = (f"{level}.{part}" for part in _PARTS)
    if id_ not in fields and name not in fields:
        for path in (id_, name, status):
            work.drop(path)
        return
    if id_ not in fields:
        fields[id_] = Line(fields[name].value, "there is no id; its name stands for it")
    if name not in fields:
        fields[name] = Line(fields[id_].value, "there is no name; its id stands for it")
    _map_status(work, status)


def _map_status(work: Work, path: str) -> None:
    column = work.column(path)
    known = {value: statuses.ad_status(value) for value in column.counts} if column else {}
    if column is None or not column.values or not all(known.values()):
        work.drop(path)
        work.draft.defaults[path] = Line("ACTIVE", "there is no column for it")
    elif any(value.upper() != one for value, one in known.items()):
        work.draft.value_maps[path] = {
            value: Line(one, f"{column.counts[value]} of {column.records}")
            for value, one in known.items()
        }


def _tell_of_micros(work: Work) -> None:
    """Say how spend in millionths becomes spend: expressions do not calculate."""
    costs = [one for one in work.columns if {*one.words} >= {"cost", "micro"}]
    micros = min(costs, key=lambda one: len(one.words), default=None)
    if micros is None or "metrics.spend" in work.draft.fields:
        return
    work.draft.stream_maps["spend"] = f"float({micros.source}) / 1000000"
    work.draft.fields["metrics.spend"] = Line("spend", f"{micros.told} / 1000000, by `stream_maps`")
