"""Times as people and exports write them; what can be read in two ways is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_triplewhale.payloads.marks import without_apostrophe
from target_triplewhale.payloads.problems import (
    AMBIGUOUS,
    NO_ZONE,
    UNREADABLE,
    missing,
    problem,
    unexpected,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TIME = "a time such as 2022-06-15T19:26:30Z"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_FROM = 10**8
"""March 1973: below it, numbers are rather day counts or dates run together."""
_MILLISECONDS_FROM = 10**11
_SECONDS_TO = 4_133_980_800
"""The start of 2101."""
_YEARS = range(1900, 2101)
_NOON = 12
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|"
    "oct(ober)?|nov(ember)?|dec(ember)?"
)
_DIGITS = re.compile(r"[0-9]{10}(?:\.[0-9]+)?|[0-9]{13}")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? +", re.IGNORECASE)
_DATES = (
    re.compile(r"(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4})"),
    re.compile(
        r"(?P<n>[a-z]{3,9})\.? +(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,? +(?P<y>[0-9]{4})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[ -]+(?P<n>[a-z]{3,9})\.?,?[ -]+(?P<y>[0-9]{4})",
        re.IGNORECASE,
    ),
)
_CLOCK = re.compile(
    r"(?:(?:T|,? +(?:at +)?)(?P<h>[0-9]{1,2}):(?P<mi>[0-9]{2})"
    r"(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]+))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
    r" *(?P<zone>Z|UTC|GMT|[-+][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


def read_time(value: Any, zone: ZoneInfo | None, day_first: bool | None = None) -> str:  # noqa: FBT001
    """Return the one spelling that a time has for ever: UTC, milliseconds, `Z`."""
    moment = _moment(value, zone, day_first)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def read_seconds(value: Any, zone: ZoneInfo | None, day_first: bool | None = None) -> int:  # noqa: FBT001
    """Return whole UNIX seconds; a number may also be milliseconds."""
    return (_moment(value, zone, day_first) - _EPOCH) // timedelta(seconds=1)


def read_day(value: Any, zone: ZoneInfo | None, day_first: bool | None = None) -> str:  # noqa: FBT001
    """Return YYYY-MM-DD as it was written; only a UNIX time needs a zone to have a day."""
    written = _written(value, day_first)
    if _is_unix(value):
        if zone is None:
            raise _no_zone()
        written = written.astimezone(zone)
    return written.date().isoformat()


def _moment(value: Any, zone: ZoneInfo | None, day_first: bool | None) -> datetime:  # noqa: FBT001
    written = _written(value, day_first)
    if written.tzinfo is UTC:
        return written
    if written.tzinfo is None:
        written = _localised(written, zone)
    return written.astimezone(UTC)


def _localised(written: datetime, zone: ZoneInfo | None) -> datetime:
    if zone is None:
        raise _no_zone()
    early = written.replace(tzinfo=zone, fold=0)
    if early.utcoffset() == written.replace(tzinfo=zone, fold=1).utcoffset():
        return early
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == written:
        raise problem(
            AMBIGUOUS,
            "is a time that comes twice in the zone of the setting `timezone`, where the clocks"
            " go back; expected one with Z or an offset",
        )
    raise problem(
        UNREADABLE,
        "is a time that never comes in the zone of the setting `timezone`, where the clocks"
        " go forward; expected one with Z or an offset",
    )


def _no_zone() -> Exception:
    return problem(
        NO_ZONE, "is a time without a zone; set `timezone`, or give it with Z or an offset"
    )


def _written(value: Any, day_first: bool | None) -> datetime:  # noqa: FBT001
    """Return the time as it was written, naive where it names no zone."""
    if value.__class__ is str:
        written = _fast(value) or _from_text(value, day_first)
    elif isinstance(value, datetime):
        written = value
    elif isinstance(value, date):
        written = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - no zone is known
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        written = _from_unix(value)
    else:
        raise unexpected(value, _TIME)
    if written.year not in _YEARS:
        raise problem(UNREADABLE, "is a time outside the years 1900 to 2100")
    return written


def _fast(value: str) -> datetime | None:
    """Read the form that most taps print, several times faster than by patterns."""
    if value[10:11] != "T" or value[4:5] != "-" or value[13:14] != ":" or value[16:17] != ":":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _is_unix(value: Any) -> bool:
    if value.__class__ is str:
        return bool(_DIGITS.fullmatch(value.replace("\0", "").strip()))
    return isinstance(value, int | float | Decimal)


def _from_unix(value: float | Decimal) -> datetime:
    if isinstance(value, Decimal) and not value.is_finite():
        raise unexpected(value, _TIME)
    if _SECONDS_FROM <= value < _SECONDS_TO:
        return _EPOCH + timedelta(seconds=float(value))
    if _MILLISECONDS_FROM <= value < _SECONDS_TO * 1000:
        return _EPOCH + timedelta(milliseconds=float(value))
    raise problem(UNREADABLE, f"is a number that is no UNIX time; expected {_TIME}")


def _from_text(value: str, day_first: bool | None) -> datetime:  # noqa: FBT001
    text = " ".join(value.replace("\0", "").split())
    if not text:
        raise missing()
    text = without_apostrophe(text)
    if _DIGITS.fullmatch(text):
        return _from_unix(float(text) if "." in text else int(text))
    weekday = _WEEKDAY.match(text)
    start = weekday.end() if weekday else 0
    for pattern in _DATES:
        day = pattern.match(text, start)
        clock = _CLOCK.fullmatch(text, day.end()) if day else None
        if day and clock:
            month_and_day = _month_and_day(day.groupdict(), day_first)
            return _built(int(day["y"]), *month_and_day, clock.groupdict())
    raise _no_time()


def _no_time() -> Exception:
    return problem(UNREADABLE, f"is text that is no time; expected {_TIME}")


def _built(year: int, month: int, day: int, clock: dict[str, str | None]) -> datetime:
    try:
        return datetime(
            year,
            month,
            day,
            _hour(clock),
            int(clock["mi"] or 0),
            int(clock["s"] or 0),
            int((clock["f"] or "").ljust(6, "0")[:6]),
            tzinfo=_zone(clock["zone"]),
        )
    except (ValueError, OverflowError):
        raise _no_time() from None


def _month_and_day(day: dict[str, str], day_first: bool | None) -> tuple[int, int]:  # noqa: FBT001
    if "n" in day:
        name = day["n"].lower()
        if not _MONTH.fullmatch(name):
            raise _no_time()
        return _MONTHS.index(name[:3]) + 1, int(day["d"])
    if "m" in day:
        return int(day["m"]), int(day["d"])
    first, second = int(day["a"]), int(day["b"])
    if day_first is not None:
        return _declared(first, second, day_first)
    if first <= len(_MONTHS) and second <= len(_MONTHS) and first != second:
        raise problem(
            AMBIGUOUS,
            "is a date whose day and month could be exchanged; set `date_format` on the route to"
            " day_first or month_first, or give it such as 2022-06-15",
        )
    return (second, first) if first > len(_MONTHS) else (first, second)


def _declared(first: int, second: int, day_first: bool) -> tuple[int, int]:  # noqa: FBT001
    """Read a date in the declared order; one that contradicts it makes all others doubtful."""
    month, day = (second, first) if day_first else (first, second)
    if month > len(_MONTHS) >= day:
        raise problem(UNREADABLE, "is a date in another order than `date_format` declares")
    return month, day


def _hour(clock: dict[str, str | None]) -> int:
    hour = int(clock["h"] or 0)
    if clock["half"] is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError
    return hour % _NOON + (_NOON if clock["half"] in "pP" else 0)


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].removeprefix(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
