"""The whole answer: streams with their routes, how they fared, and which settings they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions.candidates import candidates
from target_triplewhale.suggestions.resemblance import resembling
from target_triplewhale.suggestions.specimens import shown
from target_triplewhale.suggestions.trials import STAND_INS, facts_of, tried
from target_triplewhale.suggestions.writing import Row, aligned, commented, route, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.settings import Settings
    from target_triplewhale.suggestions.candidates import Candidate
    from target_triplewhale.suggestions.draft import Draft
    from target_triplewhale.suggestions.resemblance import Resemblance
    from target_triplewhale.suggestions.samples import Sample
    from target_triplewhale.suggestions.trials import Trial

_REASONS_TOLD = 3
_UNUSED_TOLD = 8
_MANY_REPEATED = 0.05


class Suggestion:
    """What is suggested for all streams of an input, under the settings that there are."""

    def __init__(self, samples: Sequence[Sample], settings: Settings) -> None:
        self._samples = samples
        self._settings = settings
        self._candidates = candidates(samples)
        self._needs: dict[str, dict[str, None]] = {name: {} for name in STAND_INS}
        """Settings, and the streams that want for them, each once and in their order."""

    def text(self) -> str:
        """Return the `streams` block."""
        streams = [line for one in self._candidates for line in self._stream(one)]
        return "\n".join([*self._head(), "streams:", *streams, ""])

    def _head(self) -> Iterator[str]:
        yield from commented(
            "Every line is a guess: check it. The comments name the source's column where the "
            "expression does not, say on how many records it is filled, and show one value, masked."
        )
        for name, streams in self._needs.items():
            if streams:
                told = ", ".join(streams)
                yield from commented(f"Set `{name}`, or records are rejected: {told}.")
        if found := resembling(self._samples):
            yield from _of_preset(found)
        yield from self._stream_maps()

    def _stream_maps(self) -> Iterator[str]:
        """Yield the stream maps that some fields need: what expressions cannot calculate."""
        maps = {
            one.sample.stream: draft.stream_maps
            for one in self._candidates
            for draft in one.drafts
            if draft.stream_maps
        }
        if maps:
            yield "stream_maps:"
        for stream, columns in maps.items():
            yield f"  {scalar(stream)}:"
            yield from (f"    {scalar(name)}: {scalar(text)}" for name, text in columns.items())

    def _stream(self, one: Candidate) -> Iterator[str]:
        name = scalar(one.sample.stream)
        if not one.works:
            yield from aligned([Row(2, f"{name}: skip", one.reason)])
            return
        yield ""
        yield from commented(self._told(one), 2)
        yield f"  {name}:"
        for draft in one.drafts:
            yield from commented(self._fared(one.sample, draft), 2, "  ")
            yield from route(draft, 2)
        if unused := _unused(one):
            yield from commented(f"not used: {unused}", 2, "  ")

    def _told(self, one: Candidate) -> str:
        sample = one.sample
        looked = (
            f", the first {len(sample.records)} of them"
            if sample.seen > len(sample.records)
            else ""
        )
        noun = "record" if sample.seen == 1 else "records"
        return f"-- {sample.stream}: {sample.seen} {noun}{looked}"

    def _fared(self, sample: Sample, draft: Draft) -> str:
        """Say what the mapper makes of the records, as things are and with what is missing."""
        if not sample.records:
            return f"{draft.endpoint}: no record to try it on"
        now = tried(sample, draft, facts_of(self._settings))
        told = f"{draft.endpoint}: {_share(now)}"
        if now.share == 1:
            return told + _repeated(now)
        for name in now.needs:
            self._needs[name][sample.stream] = None
        full = facts_of(self._settings, with_stand_ins=True)
        then = tried(sample, draft, full, is_filled=True)
        conditions = [f"`{name}` set" for name in now.needs]
        conditions += ["the required fields filled"] if draft.missing else []
        if conditions:
            told += f"; with {' and '.join(conditions)}: {then.share:.0%}"
        return told + _reasons(then) + _repeated(then)


def _share(trial: Trial) -> str:
    offered = trial.valid + trial.rejected
    if not offered:
        return f"all {trial.filtered} filtered"
    filtered = f", {trial.filtered} filtered" if trial.filtered else ""
    return f"{trial.valid} of {offered} valid ({trial.share:.0%}){filtered}"


def _reasons(trial: Trial) -> str:
    told = [
        f"{one.field or 'the record'} {one.problem} ({count})"
        for one, count in trial.reasons.most_common(_REASONS_TOLD)
    ]
    return f". Rejected: {'; '.join(told)}" if told else ""


def _repeated(trial: Trial) -> str:
    """Warn where many records would overwrite each other."""
    if not trial.valid or trial.repeated <= _MANY_REPEATED * trial.valid:
        return ""
    return (
        f". {trial.repeated} would overwrite another record of the same identity: is a row only a "
        "part of what is sent?"
    )


def _unused(one: Candidate) -> str:
    """Name filled columns that no route uses."""
    used = {match.column.path for work in one.works for match in work.matches.values()}
    text = " ".join(str(draft.config()) for draft in one.drafts)
    names = [
        column.told
        for column in one.columns
        if column.values and column.path not in used and column.source not in text
    ]
    more = f" and {len(names) - _UNUSED_TOLD} more" if len(names) > _UNUSED_TOLD else ""
    return ", ".join(map(shown, names[:_UNUSED_TOLD])) + more


def _of_preset(found: Resemblance) -> Iterator[str]:
    yield from commented(
        f"The preset {found.preset} is for such sources and may do without a mapping: see its "
        "page. It would stand below in place of these entries:"
    )
    for stream, known in found.streams.items():
        yield f"#   {scalar(stream)}: {{preset: {found.preset}, stream: {known}}}"
    if found.is_native:
        yield from commented(
            "Triple Whale reads that source itself, and the same sale from both sides counts "
            "twice: connect it there instead, unless that store cannot be."
        )
