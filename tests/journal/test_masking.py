"""Logs hold ids, never an e-mail address or a phone number."""

from __future__ import annotations

import pytest

from target_triplewhale.journal.masking import masked


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "jane%40example.com",
        "customer Ann.Example+shop@mail.example.co.uk is blocked",
        "+12025550147",
        "12025550147",
        "(202) 555-0147",
        "202-555-0147",
        "phone:+1 202 555 0147.",
        "tel2025550147",
    ],
)
def test_personal_data_is_made_unreadable(text: str) -> None:
    """Whoever reads a log must not be able to write to or call a customer."""
    told = masked(text)
    assert "ann@" not in told.lower()
    assert "example.co" not in told
    assert "555" not in told
    assert "0147" not in told


@pytest.mark.parametrize(
    "text", ["A-1042", "450789469", "2026-03-04T05:06:07.000Z", "ch_1PgafmB7WZ01", "#1051"]
)
def test_ids_stay_readable(text: str) -> None:
    """The user must find the record."""
    assert masked(text) == text


def test_a_long_word_is_masked_as_any_other() -> None:
    """Looked at from each of its letters it would take hours, in which nothing else goes on."""
    assert masked("x" * 300_000) == "x" * 300_000
    assert masked("x" * 300_000 + "@example.com y") == "***@*** y"
