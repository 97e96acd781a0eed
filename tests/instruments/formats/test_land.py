"""LAND: the layouts that are published, in English and Chinese, as text and workbook."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from instruments.test_workbook import make_workbook
from real_data import real_file

ENGLISH = ["Index", "TestTime/Sec.", "StepTime/Sec.", "Voltage/V", "Current/mA", "Capacity/mAh", "State"]
CHINESE = ["记录序号", "测试时间/Sec", "步骤时间/Sec", "电压/V", "电流/mA", "容量/mAh", "状态"]
ROWS = [
    [1, 0.0, 0.0, 3.0, 3.6, 0.0, "D_CC"], [2, 10.0, 10.0, 2.9, 3.6, 0.01, "D_CC"],
    [3, 10.0, 0.0, 2.9, 3.6, 0.0, "C_CC"], [4, 20.0, 10.0, 3.0, 3.6, 0.01, "C_CC"],
]  # fmt: skip
TRUTH = [0.0, 0.036, 0.036, 0.0]


@pytest.mark.parametrize(("head", "encoding"), [(ENGLISH, "utf-8"), (CHINESE, "utf-8"), (CHINESE, "gb18030")])
def test_text(head: list[str], encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\n".join("\t".join(map(str, row)) for row in [head, *ROWS]).encode(encoding))
    measured = read(path)
    assert measured.format == "LAND text"
    assert np.allclose(measured.column("charge_C"), TRUTH)
    assert np.allclose(measured.column("current_A"), [3.6e-3, 3.6e-3, -3.6e-3, -3.6e-3])
    assert any("magnitude" in note for note in measured.notes)


def test_a_workbook_goes_on_without_headings(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", {"Cycle": [["x"]], "Record1": [ENGLISH, *ROWS[:2]], "Record2": ROWS[2:]})
    measured = read(path)
    assert measured.format == "LAND workbook"
    assert np.allclose(measured.column("charge_C"), TRUTH)


def test_signed_currents_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    rows = [[*row[:4], -3.6 if row[6] == "D_CC" else 3.6, *row[5:]] for row in ROWS]
    path.write_text("\n".join("\t".join(map(str, row)) for row in [ENGLISH, *rows]))
    assert np.allclose(read(path).column("current_A"), [3.6e-3, 3.6e-3, -3.6e-3, -3.6e-3])


def test_the_unpublished_binary_is_refused_by_name() -> None:
    with pytest.raises(HeterofilmError, match=r"LAND \.ccs.*export the record layer"):
        read(real_file("lanhe/LANHE_GPCL.ccs"))
