"""What the tabs are made of: every text that came from outside is text on the page."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.tabs import parts
from heterofilm.app.tabs.parts import html_lines, offer, short

EVIL = "<img src=x onerror=\"document.title='ran'\">"


def test_lines_are_escaped() -> None:
    assert html_lines(f"a\n{EVIL}").count("<") == 0 and html_lines("a\nb") == "a\nb"


class Drawn:
    """An element that keeps what it is given."""

    def __init__(self, text: str, **_: Any) -> None:
        self.text, self.props = text, {}

    def classes(self, *_: Any) -> Drawn:
        return self


def test_tables_and_notes_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells, headings, captions and sentences; what names a table to screen readers ends no attribute."""
    monkeypatch.setattr(parts.ui, "html", Drawn)
    made = parts.table((EVIL, "b"), [(EVIL, "1")], EVIL)
    assert "<img" not in made.text and made.text.count("&lt;img") == 3
    assert '"' not in made.props["aria-label"] and "<" not in made.props["aria-label"]
    assert "<img" not in parts.notes(EVIL, [EVIL]).text and "<img" not in parts.heading(EVIL).text


class Select:
    """A list of choices; `sent`: what would go to the browser."""

    def __init__(self) -> None:
        self.options, self.value, self.sent = ["a", "b"], "a", 0

    def set_options(self, options: list[str], value: Any) -> None:
        self.options, self.value, self.sent = options, value, self.sent + 1

    def set_value(self, value: Any) -> None:
        self.value, self.sent = value, self.sent + 1


def test_nothing_is_sent_where_nothing_changes() -> None:
    select = Select()
    offer(select, ["a", "b"], "a")
    assert select.sent == 0
    offer(select, ["a", "b"], "b")
    offer(select, ["b", "c"], "c")
    assert (select.options, select.value, select.sent) == (["b", "c"], "c", 2)


def test_a_number_in_a_field_is_six_digits() -> None:
    assert (short(1.0 / 3.0), short(412.0), short(1e-13)) == ("0.333333", "412", "1e-13")
