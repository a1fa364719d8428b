"""A page that is wrong is found out, by page and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.commands import problems
from tests.docs.pages import missed, read
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = """\
# A page

1. First:

   ```sh
   export SAID=one; cd ..; cd page
   python --version
   echo $SAID > said.txt
   ```

2. Then:

   <!-- output -->
   ```text
   Python
   ```

```sh
cat said.txt && echo $SAID
```

<!-- output -->
```text
one
one
```

<!-- exit: 3 -->
```sh
exit 3
```
"""
SERVED = """\
<!-- serve -->
```sh
target-triplewhale sandbox --db sandbox.db --summary  # this one ends
target-triplewhale sandbox --db sandbox.db --port 8787
```
```sh
python -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8787/').status)"
```
<!-- output -->
```text
200
```
"""


@pytest.fixture
def reader(tmp_path: Path, wheel: Path) -> Iterator[Reader]:
    """Return a reader before an empty folder."""
    with Terminal(tmp_path, wheel) as terminal:
        yield Reader(terminal)


def test_a_page_that_is_right_is_followed_to_its_end(reader: Reader) -> None:
    """Blocks in lists too; what one exports is there in the next."""
    reader.follow(read("page.md", COMMANDS))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("--version", "--versoin", "page.md:7: exit code 2"),
        ("Python", "Pyhton", "page.md:15: not said: Pyhton"),
        ("one\none", "one\ntwo", "page.md:25: not said: two"),
        ("one\none", "one\n...\none\none", "page.md:27: not said: one"),
        ("exit: 3", "exit: 2", "page.md:30: exit code 3, not 2"),
    ],
)
def test_a_page_that_is_wrong_fails_at_its_line(
    reader: Reader, right: str, wrong: str, said: str
) -> None:
    """Or nobody would look for it there."""
    with pytest.raises(pytest.fail.Exception, match=said):
        reader.follow(read("page.md", COMMANDS.replace(right, wrong)))


def test_what_serves_goes_on_while_the_page_is_read(reader: Reader) -> None:
    """On a port of its own, whatever the page calls it."""
    with pytest.raises(pytest.fail.Exception, match=r"page\.md:3: exit code 1"):
        reader.follow(read("page.md", SERVED))
    reader.follow(read("page.md", SERVED.replace("--summary", "--help")))


def test_lines_that_stand_together_were_said_together() -> None:
    """Three dots stand for what is left out."""
    said = "one\ntwo, and more\nthree\n"
    assert missed(["one", "two"], said) is None
    assert missed(["one", "...", "three"], said) is None
    assert missed(["one", "three"], said) == 2
    assert missed(["two", "...", "one"], said) == 3


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        ("target-triplewhale ledger runs", None),
        ("target-triplewhale --config=ENV check --input FILE", None),
        ("TARGET_TRIPLEWHALE_DRY_RUN=true meltano run tap-csv target-triplewhale", None),
        ("meltano invoke target-triplewhale:rejects retry FILE", None),
        ("target-triplewhale ledger run", "no command run"),
        ("target-triplewhale check --imput FILE", "No such option"),
        ("target-triplewhale report ONE TWO", "takes no TWO"),
        ("meltano invoke target-triplewhale:leger-runs", "no command leger-runs"),
        ("TARGET_TRIPLEWHALE_DRYRUN=true", "no setting dryrun"),
        ("make demmo", "no such target"),
    ],
)
def test_a_command_in_a_sentence_is_looked_up(span: str, problem: str | None) -> None:
    """Nobody types it, so nobody would notice."""
    found = list(problems(read("page.md", f"Once\nThen `{span}`.\n")))
    if problem is None:
        assert found == []
    else:
        (one,) = found
        assert one.startswith("page.md:2: ")
        assert problem in one
