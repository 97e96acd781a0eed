"""EDS line scans: headings of several programs, and what is no line scan."""

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read

ROWS = "0.00,1.5,40.1\n0.02,1.4,39.8\n0.04,1.6,3.2\n"


@pytest.mark.parametrize(("head", "first"), [
    ("Distance (µm),V K series,Cu Kα1", 20.0), ("Position [nm],V (at%),Cu (at%)", 0.02), ("distance / um,V,Cu", 20.0),
])  # fmt: skip
def test_a_line_scan_is_known_by_its_heading(tmp_path: Path, head: str, first: float) -> None:
    path = tmp_path / "line.csv"
    path.write_text(f"exported by someone\n{head}\n{ROWS}", encoding="utf-8")
    found = read(path)
    assert found.technique == "line scan" and found.table.columns == ["distance_nm", "V", "Cu"]
    assert found.column("distance_nm")[1] == pytest.approx(first) and found.column("Cu")[2] == 3.2
    assert found.meta["quantity"] == ("at%" if "at%" in head else "counts, no heading says so")


def test_columns_of_no_element_stay_out_and_decimal_commas_are_read(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text("Distance (um)\tGrey\tV K\tO K\n0,0\t9\t1,5\t2,5\n0,1\t9\t1,0\t2,0\n")
    found = read(path)
    assert found.table.columns == ["distance_nm", "V", "O"] and found.column("O").tolist() == [2.5, 2.0]


@pytest.mark.parametrize(("text", "why"), [
    ("Distance (nm),V,Cu\n3,1,1\n1,1,1\n", "do not rise"),
    ("Distance (nm),V K,V L\n1,1,1\n2,1,1\n", "two columns of V"),
])  # fmt: skip
def test_damage_is_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "line.csv").write_text(text)
    with pytest.raises(HeterofilmError, match=why):
        read(tmp_path / "line.csv")
