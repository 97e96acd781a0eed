"""Bars of progress are for who looks at a terminal; a file that stderr goes to holds none."""

import io
import re
import sys
from pathlib import Path

import pytest

from heterofilm import bars

SOURCE = Path(bars.__file__).parent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_bar_is_drawn_on_a_terminal_alone(stream: io.StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    monkeypatch.delitem(sys.modules, "ipykernel")
    monkeypatch.setattr(bars, "PATIENCE", 0.0)
    assert bars.watched() is shown
    assert list(bars.progress_bar(range(3), desc="fit")) == [0, 1, 2]
    assert ("fit" in stream.getvalue()) is shown
    drawn = stream.getvalue()
    assert list(bars.progress_bar(range(3), desc="fit", progress=False)) == [0, 1, 2] and stream.getvalue() == drawn


def test_all_bars_are_made_in_one_place() -> None:
    made = [path.name for path in SOURCE.rglob("*.py") if re.search(r"\btqdm\(", path.read_text(encoding="utf-8"))]
    assert made == ["bars.py"]
