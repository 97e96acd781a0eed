"""Headings that come again within a table: each part says the same as if it stood alone."""

from itertools import permutations
from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.generic import GENERIC
from heterofilm.instruments.head import Head
from heterofilm.instruments.reading import read
from heterofilm.instruments.rows import find_heading, read_rows

UNITS = {"Time": ("s", "h"), "Current": ("mA", "A"), "Voltage": ("V", "mV")}
FACTOR = {"s": 1.0, "h": 3600.0, "mA": 1e-3, "A": 1.0, "V": 1.0, "mV": 1e-3}


def part(order: tuple[str, ...], units: dict[str, str], rows: range, below: bool, mark: str = ",") -> list[str]:
    values = {"Time": lambda k: 60.0 * k, "Current": lambda k: -1e-4, "Voltage": lambda k: 3.5 - 0.01 * k}
    said = [mark.join(order), mark.join(units[one] for one in order)]
    lines = said if below else [mark.join(f"{one} ({units[one]})" for one in order)]
    return lines + [mark.join(f"{values[one](k) / FACTOR[units[one]]:.9g}" for one in order) for k in rows]


@pytest.mark.parametrize("order", list(permutations(UNITS)))
@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("other", [0, 1])
def test_each_part_is_read_by_its_own_headings(order: tuple[str, ...], below: bool, other: int, tmp_path: Path) -> None:
    first = {one: units[0] for one, units in UNITS.items()}
    again = {one: units[other] for one, units in UNITS.items()}
    path = tmp_path / "a.csv"
    lines = part(tuple(UNITS), first, range(30), below) + part(order, again, range(30, 60), below)
    path.write_text("\n".join(lines) + "\n")
    table = read(path).table
    assert table["time_s"].to_list() == pytest.approx([60.0 * k for k in range(60)])
    assert table["current_A"].to_list() == pytest.approx([1e-4] * 60)
    assert table["voltage_V"].to_list() == pytest.approx([3.5 - 0.01 * k for k in range(60)])
    changed = other == 1 or order != tuple(UNITS)
    assert changed == any("headings change" in one for one in read(path).doubts)


@pytest.mark.parametrize(
    ("again", "words"),
    [("Time (s),Voltage (V)", "'Current .mA.' is missing"), ("Time (s),Current (mA/g),Voltage (V)", "changes to")],
)
def test_parts_of_another_kind_are_refused(again: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Time (s),Current (mA),Voltage (V)", "0,1,3", again, "1,3,3"]) + "\n")
    heading = find_heading(Head.of(path), GENERIC)
    assert heading is not None
    with pytest.raises(HeterofilmError, match=words):
        read_rows(path, heading, heading.cells, [])
