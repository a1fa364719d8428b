"""One function an assumption: whether it holds by the answers, and what was seen."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tests.live.findings import Denied, Finding, NotAsked, Untold, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.answers import Answer
    from tests.live.asked import Asked
    from tests.live.assumptions import Assumption

    Measure = Callable[[Asked], tuple[bool, str]]

SAME_CLOCK = 5
SHOWN_WITHIN = 600
MEASURES: dict[str, Measure] = {}


def found(assumption: Assumption, asked: Asked) -> Finding:
    """Ask for an assumption, and return what came of it."""
    if assumption.not_asked:
        return Finding(assumption, Verdict.NOT_ASKED, assumption.not_asked)
    try:
        is_so, seen = MEASURES[assumption.id](asked)
        verdict = Verdict.HOLDS if is_so else Verdict.DIFFERS
    except Denied as why:
        verdict, seen = Verdict.DIFFERS, str(why)
    except NotAsked as why:
        verdict, seen = Verdict.NOT_ASKED, str(why)
    except Untold as why:
        verdict, seen = Verdict.CANNOT_TELL, str(why)
    return Finding(assumption, verdict, asked.cleaned(seen))


def measures(name: str) -> Callable[[Measure], Measure]:
    """Register a function as the measure of an assumption."""

    def register(measure: Measure) -> Measure:
        MEASURES[name] = measure
        return measure

    return register


@measures("EVENT-REPEATED")
def event_sent_again(asked: Asked) -> tuple[bool, str]:
    """Both are taken, and SQL counts one; for how long it does so, a short run cannot tell."""
    first, second = asked.event_twice
    if first.judged().is_success and not second.judged().is_success:
        return False, f"the second was answered {second.told}"
    count = asked.events()
    if not count:
        raise Untold("both were taken, neither is there on the day that it names")
    return count == 1, f"both were taken, {count} counted"


@measures("CREATED-AT-TEXT")
def same_instant_in_two_spellings(asked: Asked) -> tuple[bool, str]:
    """`Z` and `+00:00` make two orders."""
    row = asked.row("spelling")
    count = row.count if row else 0
    return count == 2, f"`Z` and `+00:00` make {_orders(count)}"


@measures("OLDER-UPDATE")
def older_version_sent_last(asked: Asked) -> tuple[bool, str]:
    """The order was sent with a revenue of 0.02, then, as an older version, with 0.01."""
    row = asked.row("older")
    if row is None or row.count != 1:
        return False, f"both were taken, {_orders(row.count if row else 0)} there"
    return row.most < 0.015, f"the {'older' if row.most < 0.015 else 'newer'} version stands"


@measures("VOID-UNDONE")
def voided_order_sent_again(asked: Asked) -> tuple[bool, str]:
    """It was sent, voided, and sent as at first."""
    if asked.row("voided") is not None:
        raise Untold("a voided order is still shown")
    row = asked.row("restored")
    return row is not None, "it counts again" if row else "it stays void"


@measures("KEY-SCOPES")
def key_check_tells_scopes(asked: Asked) -> tuple[bool, str]:
    """A key that is refused says nothing about this."""
    answer = asked.key_check.judged()
    scopes = answer.fields.get("scopes")
    if isinstance(scopes, list):
        return True, ", ".join(map(str, scopes)) or "none"
    return False, f"{answer.status} with the fields {sorted(answer.fields)}"


@measures("RATE-HEADERS")
def key_check_tells_its_limit(asked: Asked) -> tuple[bool, str]:
    """The policy is shown as it is: it is short and says much."""
    headers = asked.key_check.judged().headers
    policy = headers.get("RateLimit-Policy")
    lacking = [name for name in ("RateLimit-Policy", "RateLimit") if name not in headers]
    return not lacking, f"without {' and '.join(lacking)}" if lacking else f"policy {policy}"


@measures("DATE-HEADER")
def answers_have_a_date(asked: Asked) -> tuple[bool, str]:
    """An answer may have been some seconds on its way."""
    answer = asked.key_check.given()
    try:
        date = parsedate_to_datetime(answer.headers.get("Date", ""))
        skew = abs((date - answer.at).total_seconds())
    except (TypeError, ValueError):
        return False, "no time in `Date`"
    if skew <= SAME_CLOCK:
        return True, f"the clocks agree within {SAME_CLOCK} s"
    return False, f"the clocks are {skew:.0f} s apart"


@measures("KEY-401")
def unknown_key(asked: Asked) -> tuple[bool, str]:
    """The key of the header is one that nobody has."""
    answer = asked.unknown_key.given()
    return answer.status == 401, answer.told


@measures("PATH-404")
def path_that_does_not_exist(asked: Asked) -> tuple[bool, str]:
    """Beside the Data-In paths."""
    answer = asked.wrong_path.given()
    return answer.status == 404, answer.told


@measures("SHOP-403")
def foreign_shop(asked: Asked) -> tuple[bool, str]:
    """An unknown shop may get a 500 as well: that is a finding, not a failure."""
    answer = asked.foreign_shop
    if answer.status != 500:
        answer.given()
    return answer.status == 403, answer.told


@measures("ERROR-BODY")
def refusals_say_why(asked: Asked) -> tuple[bool, str]:
    """Of the refusals that need no record."""
    answers = [asked.unknown_key.given(), asked.wrong_path.given(), asked.single.given()]
    refusals = [answer for answer in answers if not answer.is_success]
    silent = [str(answer.status) for answer in refusals if not answer.words]
    if silent:
        return False, f"no words in {', '.join(silent)}"
    shapes = {", ".join(sorted(answer.fields)) for answer in refusals}
    return bool(refusals), f"fields: {'; or '.join(sorted(shapes))}"


@measures("SURVEY-404")
def survey_of_an_unknown_order(asked: Asked) -> tuple[bool, str]:
    """It is the one 404 that is not about the path."""
    answer = asked.survey.judged()
    return answer.status == 404, answer.told


@measures("BULK-TAKEN")
def bulk_without_a_fault(asked: Asked) -> tuple[bool, str]:
    """Of the three requests whose orders are all in order."""
    answers = [answer.judged() for answer in asked.versions]
    odd = [answer for answer in answers if answer.status != 200 or not answer.is_success]
    return not odd, (odd or answers)[0].told


@measures("BULK-PARTIAL")
def bulk_with_faults(asked: Asked) -> tuple[bool, str]:
    """SQL says whether the orders without a fault are there."""
    answer = asked.mixed.judged()
    if answer.status != 400:
        return False, answer.told
    is_kept = asked.shown("smallest") is not None
    return is_kept, f"{answer.told}, the others are {'kept' if is_kept else 'not there'}"


@measures("BULK-ERRORS")
def bulk_names_its_faults(asked: Asked) -> tuple[bool, str]:
    """Only an order that was sent can be named, and each once."""
    answer = asked.mixed.judged()
    named = [str(one.get("order_id")) for one in answer.errors if one.get("error")]
    sent = {asked.records.order_id(name) for name in ("zone", "contact", "amount")}
    is_so = bool(named) and len(named) == len(answer.errors) and set(named) <= sent
    return is_so and len(named) == len(set(named)), f"`errors` names {len(named)} of 3"


@measures("RECORD-400")
def single_record_refused(asked: Asked) -> tuple[bool, str]:
    """An order without a currency."""
    answer = asked.single.judged()
    return answer.status == 400, answer.told


@measures("ORDER-SMALLEST")
def smallest_order(asked: Asked) -> tuple[bool, str]:
    """It has no more than the required fields and its platform."""
    return _taken(asked, "smallest")


@measures("ORDER-NEW-CUSTOMER")
def order_of_a_new_customer(asked: Asked) -> tuple[bool, str]:
    """Whether it has an effect, nothing tells."""
    return _taken(asked, "new-customer")


@measures("ORDER-ZONE")
def order_without_a_zone(asked: Asked) -> tuple[bool, str]:
    """A time such as 2026-03-04T12:00:00."""
    return _refused(asked, "zone")


@measures("ORDER-CONTACT")
def order_of_nobody(asked: Asked) -> tuple[bool, str]:
    """Its customer has an id only."""
    return _refused(asked, "contact")


@measures("ORDER-AMOUNT")
def order_with_a_negative_revenue(asked: Asked) -> tuple[bool, str]:
    """A cent less than nothing."""
    return _refused(asked, "amount")


@measures("ORDER-OVERWRITTEN")
def order_sent_again(asked: Asked) -> tuple[bool, str]:
    """It was sent with a revenue of 0.01, then with 0.02."""
    row = asked.row("overwritten")
    if row is None:
        return False, "it is not there"
    is_so = row.count == 1 and row.most > 0.015
    return is_so, f"{_orders(row.count)} there, with the {'later' if is_so else 'former'} revenue"


@measures("ORDER-VOID")
def order_voided(asked: Asked) -> tuple[bool, str]:
    """Orders beside it show, so it would."""
    is_gone = asked.row("voided") is None
    return is_gone, "it is shown no more" if is_gone else "it is still shown"


@measures("ORDER-SHOWN")
def order_is_shown(asked: Asked) -> tuple[bool, str]:
    """How long it took, as exactly as was looked."""
    if problem := asked.problem("smallest"):
        raise Untold(problem)
    look = asked.orders_look
    if "smallest" in look.rows:
        return look.waited <= SHOWN_WITHIN, f"shown after {look.waited / 60:.0f} minutes"
    if look.waited < SHOWN_WITHIN:
        raise Untold(f"not shown after {look.waited / 60:.0f} minutes; `--live-wait` waits longer")
    return False, f"not shown after {look.waited / 60:.0f} minutes"


@measures("EVENT-CUSTOM")
def custom_event(asked: Asked) -> tuple[bool, str]:
    """With a whole number, another one, a text and a boolean."""
    answer = asked.event_twice[0].judged()
    return answer.is_success, answer.told


@measures("EVENT-EXTRAS")
def lead_with_a_further_property(asked: Asked) -> tuple[bool, str]:
    """The same property that a custom event may have."""
    return _event_refused(asked.event_with_extras)


@measures("EVENT-IDENTIFIERS")
def event_of_nobody(asked: Asked) -> tuple[bool, str]:
    """Its `profileIdentifiers` are empty."""
    return _event_refused(asked.event_of_nobody)


@measures("EVENT-BYTES")
def event_that_is_too_large(asked: Asked) -> tuple[bool, str]:
    """It has 3,073 bytes as sent."""
    answer = asked.event_too_large.judged()
    return answer.status == 413, answer.told


@measures("EVENT-SECONDS")
def event_on_its_day(asked: Asked) -> tuple[bool, str]:
    """As milliseconds its time would be in 1970."""
    is_there = asked.events() > 0
    return is_there, "it is there on its day" if is_there else "it is not there on its day"


def _taken(asked: Asked, name: str) -> tuple[bool, str]:
    """Return whether an order of the mixed request was taken."""
    reason = _mixed(asked).refused.get(asked.records.order_id(name))
    return (True, "taken") if reason is None else (False, f"refused: {reason}")


def _refused(asked: Asked, name: str) -> tuple[bool, str]:
    """Return whether an order of the mixed request was refused."""
    reason = _mixed(asked).refused.get(asked.records.order_id(name))
    return (False, "taken") if reason is None else (True, f'refused: "{reason}"')


def _mixed(asked: Asked) -> Answer:
    """Return the answer to the mixed request, if it tells one order from another."""
    answer = asked.mixed.judged()
    if not (answer.is_success or answer.errors):
        raise Untold(f"the request was refused as a whole: {answer.told}")
    return answer


def _event_refused(answer: Answer) -> tuple[bool, str]:
    told = answer.judged().told
    return not answer.is_success, told


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"
