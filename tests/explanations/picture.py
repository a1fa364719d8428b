"""docs/concurrency.svg: how many requests are in flight, as the code itself finds it."""

from __future__ import annotations

from target_triplewhale.delivery.concurrency import Concurrency
from target_triplewhale.settings import Settings
from tests.explanations.clock import Clock

ROUNDS = 72
BEARS = ((0, 90), (24, 40), (48, 500))
"""From a round on an API bears so many at once, and refuses one of more."""
ANSWER_SECONDS = 0.1
MOST = Settings(shop="example.com").max_concurrency
LEFT, TOP, STEP, HEIGHT = 60, 30, 9, 240
WIDTH = LEFT + STEP * ROUNDS + 20
LOW = TOP + HEIGHT + 50
TYPE = 'font-family="sans-serif" font-size="12"'
MARKS = (4, 32, 64, 96, 128)


def in_flight() -> list[int]:
    """Return how many there are in each round."""
    clock = Clock()
    concurrency = Concurrency(MOST, clock)
    found = []
    for number in range(ROUNDS):
        turns = [concurrency.start() for _ in range(concurrency.limit)]
        clock.now += ANSWER_SECONDS
        is_too_much = len(turns) > _borne(number)
        for place, turn in enumerate(turns):
            concurrency.end(turn, "/data-in/customers", is_refusal=is_too_much and place == 0)
        found.append(len(turns))
    return found


def picture() -> str:
    """Return the drawing."""
    borne = [min(_borne(number), MOST) for number in range(ROUNDS)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {LOW}" {TYPE}>',
        f'<rect width="{WIDTH}" height="{LOW}" fill="#fff"/>',
        *(line for mark in MARKS for line in _mark(mark)),
        _line(borne, "#c2410c", dashes="5 4"),
        _line(in_flight(), "#1d4ed8"),
        _text(LEFT, TOP - 12, "in flight (blue), and what the API bears (dashed)"),
        _text(LEFT, TOP + HEIGHT + 30, "rounds, each about as long as an answer takes"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _borne(number: int) -> int:
    return [bears for first, bears in BEARS if first <= number][-1]


def _y(value: int) -> int:
    return TOP + HEIGHT - value * HEIGHT // MOST


def _mark(value: int) -> tuple[str, str]:
    y = _y(value)
    line = f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - 20}" y2="{y}" stroke="#ddd"/>'
    return line, _text(LEFT - 8, y + 4, str(value), "end")


def _text(x: int, y: int, text: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#333">{text}</text>'


def _line(values: list[int], stroke: str, dashes: str = "none") -> str:
    """Draw steps, one a round."""
    points = [
        f"{LEFT + STEP * place},{_y(value)}"
        for number, value in enumerate(values)
        for place in (number, number + 1)
    ]
    joined = " ".join(points)
    look = f'fill="none" stroke-width="2" stroke="{stroke}" stroke-dasharray="{dashes}"'
    return f'<polyline points="{joined}" {look}/>'
