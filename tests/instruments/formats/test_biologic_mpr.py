"""BioLogic's binary against EC-Lab's own text, and files of every version made here."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, recognise
from instruments.test_biologic import PAIRS
from real_data import real_file

ABSOLUTE = {
    "time_s": 6e-11, "voltage_V": 5e-8, "current_A": 1e-8, "charge_C": 6e-6, "frequency_Hz": 3e-3,
    "Z_re_ohm": 5e-7, "Z_im_ohm": 5e-7, "step": 0.0, "cycle": 0.0,
}  # fmt: skip
"""Rounding of EC-Lab's export: eight digits of a 32-bit number."""


@pytest.mark.parametrize("name", PAIRS)
def test_the_binary_agrees_with_ec_labs_own_text(name: str) -> None:
    """Every column of both, to the rounding of the text: current and cycle numbers included, which .mpr lacks."""
    binary, text = (read(real_file(f"biologic/yadg_{name}.{kind}")) for kind in ("mpr", "mpt"))
    assert binary.technique == text.technique and binary.table.height == text.table.height
    assert set(binary.table.columns) == set(text.table.columns)
    for column in text.table.columns:
        away = np.abs(binary.column(column) - text.column(column)).max()
        assert away <= ABSOLUTE[column], f"{column}: {away:g}"


@pytest.mark.parametrize(
    ("name", "rows"), [("yadg_gcpl.mpr", 12057), ("00_test_04_MB_C01.mpr", 1501), ("yadg_mb.issue_95.mpr", 33)]
)
def test_binaries_without_a_text_have_their_points(name: str, rows: int) -> None:
    assert read(real_file(f"biologic/{name}")).table.height == rows


def test_settings_and_date_are_those_of_the_text() -> None:
    binary, text = (read(real_file(f"biologic/yadg_gcpl.issue_211.{kind}")) for kind in ("mpr", "mpt"))
    assert binary.meta["electrolyte"] == text.meta["electrolyte"] == "2M NaClO4 in water"
    assert binary.meta["started"] == "2025-05-28 14:23:16" and text.meta["started"] == "05/28/2025 14:23:16.145"


def module(name: str, content: bytes, version: int) -> bytes:
    head = b"MODULE" + name.encode().ljust(10) + name.encode().ljust(25)
    if version >= 10:
        return head + b"\xff" * 4 + struct.pack("<QI", len(content), version) + b"01/02/24" + content
    return head + struct.pack("<II", len(content), version) + b"01/02/24" + content


def mpr(version: int, numbers: list[int], rows: bytes, count: int, technique: int = 4) -> bytes:
    """A file whose data have the columns `numbers` and the bytes `rows`."""
    begin = {0: 100, 2: 405, 3: 406, 11: 1007}[version]
    width = struct.pack("<H", len(numbers)) if version >= 10 else bytes([len(numbers)])
    ids = struct.pack(f"<{len(numbers)}{'B' if version == 0 else 'H'}", *numbers)
    data = (struct.pack("<I", count) + width + ids).ljust(begin, b"\0") + rows
    modules = module("VMP Set", bytes([technique]).ljust(700, b"\0"), 10 if version >= 10 else 0)
    return b"BIO-LOGIC MODULAR FILE\x1a".ljust(52) + modules + module("VMP data", data, version)


CYCLED = np.dtype([("flags", "<u1"), ("Ns", "<u2"), ("t", "<f8"), ("E", "<f4"), ("dq", "<f8"), ("half", "<u4")])


def cycled(count: int = 40) -> np.ndarray:
    """1 mA of charge (oxidation), counted every 36 s: 0.01 mAh a row."""
    table = np.zeros(count, CYCLED)
    table["t"], table["E"], table["dq"], table["Ns"] = 36.0 * np.arange(count), 3.0 + 0.01 * np.arange(count), 0.01, 1
    return table


@pytest.mark.parametrize("version", [0, 2, 3, 11])
def test_every_version_says_the_same(version: int, tmp_path: Path) -> None:
    """Charge moved, hence current: -1 mA, as charge is negative here, at potentials and times as written."""
    numbers = [1, 2, 3, 21, 31, 65, 131, 4, 6, 7, 468] if version else [1, 2, 3, 21, 31, 65, 131, 4, 6, 7, 212]
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr(version, numbers, cycled().tobytes(), 40))
    m = read(path)
    assert (m.technique, m.table.height, m.meta["technique"]) == ("cycling", 40, "GCPL")
    assert np.allclose(m.column("time_s"), 36.0 * np.arange(40))
    assert np.allclose(m.column("current_A")[1:], -1e-3) and any("no current" in note for note in m.notes)


def test_one_unknown_column_is_left_out_with_a_word(tmp_path: Path) -> None:
    """Its width is what the module's length leaves; two unknown ones are refused."""
    path = tmp_path / "a.mpr"
    wide = np.dtype([*((name, CYCLED[name]) for name in CYCLED.names), ("?", "<f8")])  # type: ignore[union-attr]
    table = np.zeros(40, wide)
    for name in CYCLED.names:  # type: ignore[union-attr]
        table[name] = cycled()[name]
    path.write_bytes(mpr(11, [1, 2, 3, 131, 4, 6, 7, 468, 999], table.tobytes(), 40))
    m = read(path)
    assert np.allclose(m.column("voltage_V"), 3.0 + 0.01 * np.arange(40)) and any("number 999" in n for n in m.notes)
    path.write_bytes(mpr(11, [1, 2, 3, 131, 4, 6, 7, 998, 999], table.tobytes(), 40))
    with pytest.raises(HeterofilmError, match="998, 999"):
        read(path)


@pytest.mark.parametrize(
    ("count", "said"),
    [(2**31 - 1, "more rows than the file can hold"), (0, "no row"), (39, "no whole number of rows")],
)
def test_a_count_of_rows_that_cannot_be_is_refused(count: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr(3, [1, 131, 4, 6, 7, 468], cycled().tobytes(), count))
    assert recognise(path).name == "BioLogic EC-Lab binary"
    with pytest.raises(HeterofilmError, match=said):
        read(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr(3, [1, 131, 4, 6, 7, 468], cycled().tobytes(), 40)[:-20])
    with pytest.raises(HeterofilmError, match="cut short"):
        read(path)


@pytest.mark.parametrize("version", [2, 11])
def test_damaged_files_give_a_result_or_one_line(version: int, tmp_path: Path) -> None:
    raw = mpr(version, [1, 131, 4, 6, 7, 468], cycled().tobytes(), 40)
    assault(raw, tmp_path / "a.mpr", 150, check=all_finite)
