"""The judge: holds what a run left behind against its input, and tells each broken promise.

It knows the input with what must become of each record, what the server noted, and what the
run wrote: STATE, rejects, report and log. Nothing of the target is asked.
"""

from __future__ import annotations

import json
import re
import signal
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.conservation.imitation import API_KEY
from tests.conservation.input import position_of
from tests.conservation.notes import Arrival
from tests.conservation.records import EMAIL_HOST, PHONE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from tests.conservation.input import Input
    from tests.conservation.records import Expected
    from tests.conservation.runs import Evidence
    from tests.conservation.store import Body, Key, Store

ENDINGS = ("delivered", "unchanged", "superseded", "filtered", "rejected")
NOT_FOR_LOGS = {
    "a traceback": re.compile(r"Traceback|never retrieved|was never awaited|was destroyed but"),
    "a fault of the target's own": re.compile(r"a fault of target-triplewhale"),
    "an e-mail address": re.compile(rf"[\w.+-]+@{re.escape(EMAIL_HOST)}"),
    "a phone number": re.compile(rf"{re.escape(PHONE_PREFIX)}\d"),
    "the key": re.compile(API_KEY),
}
END = 10**9
"""A position after every line."""

Reject = tuple[int, str]
"""The line of a rejected record, and the route."""


class Book:
    """What the lines of an input say about each identity."""

    def __init__(self, given: Input) -> None:
        self.by_content: dict[tuple[Key, str], Expected] = {}
        self.versions: defaultdict[Key, list[Expected]] = defaultdict(list)
        self._lines = {_spelled(line.message): line.number for line in given.lines}
        for one in given.expected:
            if one.fate == "sent":
                self.by_content.setdefault((one.identity, one.mark), one)
                self.versions[one.identity].append(one)

    def rejects(self, found: Iterable[Mapping[str, Any]]) -> Counter[Reject]:
        """Return which lines were rejected on which route; -1 stands for a line never read."""
        return Counter((self._line(one), str(one["rejected"]["route"])) for one in found)

    def _line(self, rejected: Mapping[str, Any]) -> int:
        message = {name: value for name, value in rejected.items() if name != "rejected"}
        return self._lines.get(_spelled(message), -1)

    def problem(self, arrival: Arrival) -> str:
        """Return why no record of the input explains what arrived, if so."""
        expected = self.by_content.get(arrival.content)
        if expected is None:
            return f"{_told(arrival.identity)}: nothing in the input says {arrival.mark!r}"
        if _without(arrival.body, expected.loose) != expected.body:
            wrong = _differences(_without(arrival.body, expected.loose), expected.body)
            return f"{_told(arrival.identity)} {arrival.mark}: differs in {wrong}"
        return ""


def broken_in_run(
    evidence: Evidence, whole: Input, store: Store, retried: AbstractSet[Key] = frozenset()
) -> list[str]:
    """Return what one run broke, seen right after it; `retried` were rejected before it."""
    book = Book(whole if retried else evidence.given)
    rejects = book.rejects(evidence.rejects)
    return [
        *_exit(evidence),
        *_log(evidence),
        *_states(evidence),
        *_arrivals(evidence, book, retried),
        *_rejects(evidence, rejects),
        *_below_state(evidence, Book(whole), rejects, store),
        *_counts(evidence, rejects),
        *evidence.notes.holds.inside,
        *evidence.notes.odd,
    ]


def broken_in_the_end(whole: Input, evidences: list[Evidence], store: Store) -> list[str]:
    """Return where a last run without faults did not lead to the state that it has to lead to.

    Rejects aside: the last version of an identity may be on disk instead. Of a last run that was
    given the whole input only its own rejects count, and it has none but what had to be rejected.
    """
    book, last = Book(whole), evidences[-1]
    told = [last] if last.given is whole else evidences
    rejects = sum((book.rejects(one.rejects) for one in told), Counter[Reject]())
    found = [f"the last run ended with {last.code}"] if last.code != 0 else []
    rows = _rows(store)
    for identity, versions in book.versions.items():
        newest = versions[-1]
        stored = rows.pop(identity, None)
        if (stored is None or stored.mark != newest.mark) and not rejects[
            newest.line, newest.route
        ]:
            mark = stored.mark if stored else "nothing"
            found.append(f"{_told(identity)}: stored is {mark}, the last line is {newest.line}")
    found += [f"{_told(identity)}: stored, and in no line" for identity in rows]
    return found + _event_ids(evidences)


def rejected(whole: Input, evidences: Iterable[Evidence]) -> set[Key]:
    """Return the identities of which any version was rejected that should be sent."""
    book = Book(whole)
    rejects = sum((book.rejects(one.rejects) for one in evidences), Counter[Reject]())
    return {
        one.identity
        for one in whole.expected
        if one.fate == "sent" and rejects[one.line, one.route]
    }


def broken_in_ledger(
    differing: AbstractSet[Key], whole: Input, following: Input, evidences: Iterable[Evidence]
) -> list[str]:
    """Return what server and ledger do not have alike, and the following run does not send."""
    excused = Book(following).versions.keys() | rejected(whole, evidences)
    return [
        f"{_told(identity)}: the ledger has not what the server has, and it is not sent again"
        for identity in sorted(differing - excused)
    ]


def broken_in_waiting(whole: Input, waiting: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what still waits to be sent again, after a run without faults that sent it again."""
    must_wait = {(one.line, one.route) for one in whole.expected if one.fate == "rejected"}
    left = Book(whole).rejects(waiting).keys() - must_wait
    return [f"line {line} still waits on {route}" for line, route in sorted(left)]


def stale(whole: Input, store: Store) -> set[Key]:
    """Return the identities of which the server has no version, or not the last one."""
    rows = _rows(store)
    return {
        identity
        for identity, versions in Book(whole).versions.items()
        if identity not in rows or rows[identity].mark != versions[-1].mark
    }


def broken_in_repeat(evidence: Evidence) -> list[str]:
    """Return what a run sent that had nothing to send."""
    found = []
    if evidence.code != 0:
        said = evidence.log.splitlines()[-1:]
        found.append(f"a run without news ended with {evidence.code}: {said}")
    if evidence.notes.requests:
        marks = sorted({one.mark for one in evidence.notes.arrivals})
        found.append(f"a run without news sent {evidence.notes.requests} requests: {marks}")
    return [*found, *_log(evidence)]


def position(evidence: Evidence) -> int:
    """Return the position that the last emitted STATE names, or -1."""
    return position_of(evidence.states[-1]) if evidence.states else -1


def _exit(evidence: Evidence) -> Iterator[str]:
    stop, code = evidence.run.stop, evidence.code
    allowed = {0, 1}
    if stop and evidence.is_signalled:
        allowed |= {-signal.SIGKILL} if stop.signal == signal.SIGKILL else {128 + stop.signal}
        # Before it listens to signals, a process ends by them; a shell shows the same number.
        allowed |= set() if evidence.notes.requests else {-stop.signal}
    if code is None:
        yield "the run hangs"
    elif code not in allowed:
        yield f"exit code {code}, where {sorted(allowed)} may be"


def _log(evidence: Evidence) -> Iterator[str]:
    if evidence.is_signalled and evidence.log.startswith("Traceback"):
        # Python itself says so where a signal comes before the target's first line.
        return
    for what, pattern in NOT_FOR_LOGS.items():
        if found := pattern.search(evidence.log):
            line = evidence.log[: found.end()].count("\n") + 1
            yield f"the log shows {what} in line {line}"


def _states(evidence: Evidence) -> Iterator[str]:
    given = evidence.given.states
    try:
        emitted = [position_of(value) for value in evidence.states]
    except (KeyError, TypeError):
        yield "a STATE was changed on its way"
        return
    if set(emitted) - set(given):
        yield f"STATE {sorted(set(emitted) - set(given))} was never sent"
    if any(later <= earlier for earlier, later in pairwise(emitted)):
        yield f"STATE goes back: {emitted}"
    if evidence.code == 0 and given[-1:] != emitted[-1:]:
        yield f"the last STATE is {emitted[-1:]}, after a whole run it must be {given[-1:]}"


def _arrivals(evidence: Evidence, book: Book, retried: AbstractSet[Key]) -> Iterator[str]:
    """Hold each record that came to the input, and each identity to its order.

    What is sent again comes before an input that may begin with an older version.
    """
    yield from sorted(
        {problem for one in evidence.notes.arrivals if (problem := book.problem(one))}
    )
    for verb, arrivals in (("came", evidence.notes.arrivals), ("was kept", evidence.notes.kept)):
        newest: dict[Key, int] = {}
        for one in arrivals:
            expected = book.by_content.get(one.content)
            line = expected.line if expected else -1
            if line < newest.get(one.identity, -1) and one.identity not in retried:
                newer = newest[one.identity]
                yield f"{_told(one.identity)}: line {line} {verb} after line {newer}"
            newest[one.identity] = max(line, newest.get(one.identity, -1))


def _rejects(evidence: Evidence, rejects: Counter[Reject]) -> Iterator[str]:
    """A record is rejected once, and for what it is or for what the server said of it."""
    expected = {(one.line, one.route): one for one in evidence.given.expected}
    for (line, route), times in rejects.items():
        one = expected.get((line, route))
        if one is None:
            yield f"rejected on {route}: a line that the input does not have there"
        elif times > 1:
            yield f"line {line} is rejected {times} times on {route}"
        elif one.fate == "filtered":
            yield f"line {line} is rejected on {route}, which should leave it out"
        elif one.fate == "sent" and not evidence.notes.explains((one.identity, one.mark)):
            yield f"line {line} is rejected on {route}, and the server did not ask for that"


def _below_state(
    evidence: Evidence, book: Book, rejects: Counter[Reject], store: Store
) -> Iterator[str]:
    """Every record below the last STATE, or in a whole run every record, has ended well."""
    until = END if evidence.code == 0 else position(evidence)
    rows = _rows(store)
    for one in evidence.given.expected:
        if one.line >= until or one.fate == "filtered":
            continue
        if one.fate == "rejected":
            if not rejects[one.line, one.route]:
                yield f"line {one.line} had to be rejected on {one.route}, and is not on disk"
            continue
        row = rows.get(one.identity)
        stored = book.by_content.get(row.content) if row else None
        is_stored = row is not None and row.mark == one.mark
        is_overtaken = stored is not None and stored.line > one.line
        later = (two for two in book.versions[one.identity] if two.line >= one.line)
        if not (is_stored or is_overtaken or any(rejects[two.line, two.route] for two in later)):
            held = f"line {stored.line}" if stored else "nothing"
            yield f"{_told(one.identity)}: line {one.line} is below STATE {until}, stored is {held}"


def _counts(evidence: Evidence, rejects: Counter[Reject]) -> Iterator[str]:
    """In the report the five endings add up to what was read, and rejects to those on disk."""
    if evidence.report is None:
        if evidence.code in (0, 1) and not evidence.is_signalled:
            yield "there is no report"
        return
    on_disk = Counter(route for (_, route), times in rejects.items() for _ in range(times))
    offered = Counter((one.stream, one.route) for one in evidence.given.expected)
    left_out = Counter(one.route for one in evidence.given.expected if one.fate == "filtered")
    for count in evidence.report["routes"]:
        route, read = count["route"], count["read"]
        ended = sum(count[name] for name in ENDINGS)
        is_whole = evidence.code == 0
        if ended > read or (is_whole and ended != read):
            yield f"{route}: {read} were read, and {ended} have ended"
        if is_whole and read != offered[count["stream"], route]:
            yield f"{route}: {read} were read of {offered[count['stream'], route]}"
        if is_whole and route != "skipped" and count["filtered"] != left_out[route]:
            yield f"{route}: {count['filtered']} were filtered, not {left_out[route]}"
        if count["rejected"] != on_disk[route]:
            yield f"{route}: {count['rejected']} were rejected, {on_disk[route]} are on disk"


def _rows(store: Store) -> dict[Key, Arrival]:
    found = [Arrival(0, key, body) for key, body in store.rows.items()]
    return {one.identity: one for one in found}


def _event_ids(evidences: list[Evidence]) -> list[str]:
    """An event has one id in all runs, and no two events have the same."""
    arrivals = [one for evidence in evidences for one in evidence.notes.arrivals]
    pairs = {(one.key, one.mark) for one in arrivals if one.key[0] == "events"}
    ids = Counter(key for key, _ in pairs)
    marks = Counter(mark for _, mark in pairs)
    found = [f"{_told(key)} is the id of {times} events" for key, times in ids.items() if times > 1]
    more = [f"{mark} came under {times} ids" for mark, times in marks.items() if times > 1]
    return found + more


def _spelled(message: Mapping[str, Any]) -> str:
    return json.dumps(message, sort_keys=True)


def _without(body: Body, loose: frozenset[str]) -> Body:
    return {name: value for name, value in body.items() if name not in loose}


def _differences(body: Body, expected: Mapping[str, Any]) -> list[str]:
    names = body.keys() | expected.keys()
    return sorted(name for name in names if body.get(name) != expected.get(name))


def _told(identity: Key) -> str:
    return " ".join((identity[0], *identity[2:4])) if len(identity) > 2 else " ".join(identity)
