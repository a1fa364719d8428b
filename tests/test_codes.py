"""No message is without a code, no code without a message, and each is explained."""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import target_triplewhale
from target_triplewhale import endpoints, errors
from target_triplewhale.codes import CODES, GROUPS, Code, explained
from target_triplewhale.codes.rejects import ENDPOINTS, FIELDS, PROBLEMS
from target_triplewhale.delivery.verdicts import Refused
from target_triplewhale.notices import warn
from target_triplewhale.payloads import problems
from target_triplewhale.settings import Settings
from tests.errors_page import PAGE, page
from tests.whole_runs import Runner, is_known, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Iterator


PACKAGE = Path(target_triplewhale.__file__).parent
APART = ("codes", "sandbox")
"""The table itself, and what knows nothing else of the package."""
SEVERAL = errors.SettingsInvalid
"""Takes faults, which have codes of their own."""
CARRIERS = {
    "Fault",
    "Halt",
    "to_do",
    "BatchUnreadable",
    "NoSchemaYet",
    "with_code",
    "warn",
    "tell_error",
} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.TargetError) and kind is not SEVERAL
}
"""What takes a code before anything else."""
LEVELS = {"warn", "warning", "error", "critical", "exception", "log"}
CLICK_ERRORS = {"UsageError", "ClickException", "BadParameter"}
WORD_PLACES = {
    "FieldFailed": 1,
    "PydanticCustomError": 0,
    "Ungroupable": 0,
    "code": 0,
    "leave_out": 1,
    "problem": 0,
    "reject_code": 2,
}
"""Which argument says what is wrong, as it comes into the code of a reject."""
BAD = [order(number, currency="") for number in range(3)]
ORDERS = schema("orders", "order_id", keys=["order_id"])


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules that can have messages."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] not in APART:
            yield str(place), ast.parse(path.read_text())


def calls() -> Iterator[tuple[str, ast.Call, str, str]]:
    """Yield each call with its place, and with its function's name and what that belongs to."""
    for place, module in sources():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                owner, _, name = ast.unparse(node.func).rpartition(".")
                yield f"{place}:{node.lineno}", node, owner, name


def literals() -> Iterator[str]:
    """Yield each text of the sources that is a code as a whole."""
    for _, module in sources():
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"\ATW-[A-Z0-9_-]+\Z", node.value)


def is_code(node: ast.expr) -> bool:
    """Tell whether an argument is a code of the table, one of a setting, or one handed on."""
    if isinstance(node, ast.Constant):
        return node.value in CODES
    text = ast.unparse(node)
    if text.isupper() or text.rpartition(".")[2].isupper():
        return True  # a constant: the literals are all looked at
    return text == "code" or text.endswith(".code") or text.startswith("setting(")


def carries(node: ast.Call) -> bool:
    """Tell whether a call gives a code first."""
    first = node.args[0] if node.args else None
    if isinstance(first, ast.IfExp):
        return is_code(first.body) and is_code(first.orelse)
    return first is not None and (is_code(first) or isinstance(first, ast.Starred))


def test_every_error_and_every_warning_has_a_code() -> None:
    """A user searches for it, where sentences differ."""
    found = [
        (place, carries(node))
        for place, node, owner, name in calls()
        if name in CARRIERS and owner != "click"
    ]
    assert len(found) > 80
    assert [place for place, has_code in found if not has_code] == []


def test_nothing_is_logged_as_a_warning_or_an_error_without_one() -> None:
    """`notices` is the only way, since it asks for the code."""
    direct = [
        place for place, _, owner, name in calls() if "log" in owner.lower() and name in LEVELS
    ]
    assert [place.partition(":")[0] for place in direct] == ["notices.py"]


def test_commands_say_a_code_with_each_of_their_own_usage_errors() -> None:
    """Click prints the sentence as it is."""
    found = [
        (place, re.match(r"with_code\(|\w+\.told$", ast.unparse(node.args[0])))
        for place, node, owner, name in calls()
        if owner == "click" and name in CLICK_ERRORS
    ]
    assert len(found) > 8
    assert [place for place, says_code in found if not says_code] == []


def test_no_code_is_dead_and_none_is_unknown() -> None:
    """A page of codes that nothing says would be noise."""
    said = set(literals())
    settings = {f"TW-SETTING-{name.upper()}" for name in Settings.model_fields}
    assert said - CODES.keys() == set()
    assert CODES.keys() - said - settings == set()


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_each_code_says_what_why_and_what_to_do(code: Code) -> None:
    """In whole sentences, and under a name that no reject can have."""
    assert re.fullmatch(r"TW(-[A-Z][A-Z_]*){2,4}", code.name)
    assert explained(code.name) is code
    for text in (code.meaning, code.cause, code.remedy):
        assert not text[0].islower()
        assert text.endswith((".", "`."))
    assert code.name.split("-")[1] not in ENDPOINTS or code.name.count("-") == 2


def test_no_code_is_there_twice() -> None:
    """Of two of one name, one would never be read."""
    names = Counter(code.name for group in GROUPS for code in group.codes)
    assert [name for name, number in names.items() if number > 1] == []


def words() -> set[str]:
    """Return all words for problems that the sources put into codes of rejects."""
    default = Refused("", 400).kind
    sentences: dict[str, tuple[str, str]] = problems._SENTENCES  # noqa: SLF001
    found = {default} | {kind for kind, _ in sentences.values()}
    for place, module in sources():
        name = place.removesuffix(".py").removesuffix("__init__").replace("/", ".").strip(".")
        known = vars(import_module(f"target_triplewhale.{name}".strip(".")))
        for node in ast.walk(module):
            found.update(text for one in _word_nodes(node, name) for text in _texts(one, known))
    return found


def _word_nodes(node: ast.AST, module: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        place = WORD_PLACES.get(ast.unparse(node.func).rpartition(".")[2], -1)
        yield from node.args[place : place + 1] if place >= 0 else ()
        yield from (one.value for one in node.keywords if one.arg == "kind")
    if module.startswith("mapping.") and isinstance(node, ast.Tuple) and len(node.elts) == 3:
        _, kind, text = node.elts
        is_word = isinstance(text, ast.Constant) and " " not in str(text.value)
        if not is_word and isinstance(node.ctx, ast.Load):
            yield kind


def _texts(node: ast.expr, known: dict[str, Any]) -> Iterator[str]:
    value = node.value if isinstance(node, ast.Constant) else known.get(ast.unparse(node))
    if isinstance(value, str) and re.fullmatch("[a-z_]+", value):
        yield value


def test_every_problem_of_a_reject_is_explained_and_no_other() -> None:
    """The words are those of the sources, so that a new one is noticed."""
    found = {word.upper() for word in words()}
    assert found == {problem.name for problem in PROBLEMS}


def test_every_endpoint_has_a_word_in_the_codes_of_rejects() -> None:
    """The table of codes lies below that of the endpoints, and repeats their nouns."""
    assert {name.upper(): one.noun for name, one in endpoints.ENDPOINTS.items()} == ENDPOINTS


def test_a_reject_is_explained_with_its_field() -> None:
    """Its name is made of endpoint, field and problem."""
    told = explained("TW-ORDERS-LINE_ITEMS_PRICE-NEGATIVE")
    assert told.name == "TW-ORDERS-LINE_ITEMS_PRICE-NEGATIVE"
    assert told.meaning.startswith("The field `line_items_price` of the order is below zero")
    assert explained("TW-EVENTS-RECORD-REFUSED").meaning.startswith("The event as a whole was")
    assert explained("TW-EVENTS--UNREADABLE").meaning.startswith("The field of the event has")


def test_some_fields_have_a_remedy_of_their_own() -> None:
    """A currency that is missing is mended by a setting."""
    assert "Set `currency`" in explained("TW-ORDERS-CURRENCY-MISSING").remedy
    assert {name.rpartition("-")[2] for name in FIELDS} <= {problem.name for problem in PROBLEMS}


def test_a_setting_is_explained_by_its_name() -> None:
    """Every one can be missing or wrong."""
    assert "`max_rejects`" in explained("TW-SETTING-MAX_REJECTS").remedy
    assert "TARGET_TRIPLEWHALE_MAX_REJECTS" in explained("TW-SETTING-MAX_REJECTS").cause
    assert all(is_known(f"TW-SETTING-{name.upper()}") for name in Settings.model_fields)


@pytest.mark.parametrize(
    "code", ["TW-NOBODY-KNOWS-THIS", "TW-ORDERS-CURRENCY-BLUE", "TW-BLUE-CURRENCY-MISSING", ""]
)
def test_an_unknown_code_is_said_to_be_unknown(code: str) -> None:
    """A report of another version may hold one."""
    assert explained(code).name == code
    assert "No message of this version" in explained(code).meaning


def test_the_page_is_fresh() -> None:
    """`python -m tests.errors_page` writes it."""
    assert PAGE.read_text() == page()


def test_the_page_has_a_section_a_code() -> None:
    """Each has an anchor that can be sent to somebody, and no heading stands there twice."""
    text = PAGE.read_text()
    headings = re.findall(r"^## .*$", text, re.MULTILINE)
    assert sorted(headings) == sorted(set(headings))
    assert [name for name in CODES if f"\n### {name}\n" not in text] == []
    assert [one.name for one in PROBLEMS if f"| `{one.name}` |" not in text] == []
    assert [row for row in re.findall(r"^\|.*\|$", text, re.MULTILINE) if row.count("|") > 5] == []


def last_error(log: str) -> str:
    """Return the last line of a log that is an error."""
    return [line for line in log.splitlines() if "| ERROR " in line][-1]


@pytest.mark.parametrize(
    ("lines", "config", "code"),
    [
        ([ORDERS], {"shop": None}, "TW-SETTING-SHOP"),
        ([ORDERS], {"streams": {"orders": {"endpoint": "blue"}}}, "TW-ROUTE-INVALID"),
        ([schema("purchase_orders", "id")], {}, "TW-STREAM-UNMAPPED"),
        ([b"no json"], {}, "TW-INPUT-NOT-JSON"),
        ([ORDERS, *records("orders", *BAD)], {"max_rejects": 1}, "TW-REJECTS-TOO-MANY"),
        ([ORDERS, *records("orders", *BAD)], {"max_rejects": "5%"}, "TW-REJECTS-ALL"),
    ],
)
def test_a_run_that_ends_says_its_code_in_the_log(
    run: Runner, lines: list[Any], config: dict[str, Any], code: str
) -> None:
    """At the end of the sentence, as linters do."""
    done = run(lines, is_whole=False, **config)
    assert done.code
    assert last_error(done.log).endswith(f" [{code}]")


def test_a_halt_of_the_api_says_its_code(run: Runner) -> None:
    """A halt has the code of its row in the table of verdicts."""
    wrong = run.config["api_url"].replace("v2", "v9")
    done = run([ORDERS, *records("orders", order(1))], api_url=wrong, is_whole=False)
    assert last_error(done.log).endswith(" [TW-API-URL-WRONG]")


def test_a_reject_says_its_code_once(run: Runner) -> None:
    """Where its sentence has it in brackets already, it is not said again."""
    done = run([ORDERS, *records("orders", BAD[0], order(9))])
    (line,) = [line for line in done.log.splitlines() if "order A-0" in line]
    assert line.count("TW-ORDERS-CURRENCY-MISSING") == 1


def test_a_command_says_the_code_of_its_usage_error(run: Runner) -> None:
    """Click prints it, and not the log."""
    said = run.execute(["ledger", "runs"], b"").log
    assert all(line.endswith("]") for line in said.partition("Error: ")[2].splitlines())
    assert "[TW-SETTING-SHOP]" in said


def test_structured_logs_have_the_code_and_the_fields(caplog: pytest.LogCaptureFixture) -> None:
    """As fields of the record, beside the sentence."""
    warn("TW-RUN-DRY", "dry run: %s", "all", stream="orders")
    (record,) = caplog.records
    assert record.getMessage() == "dry run: all [TW-RUN-DRY]"
    assert (record.__dict__["code"], record.__dict__["stream"]) == ("TW-RUN-DRY", "orders")
    assert record.filename == "test_codes.py"
