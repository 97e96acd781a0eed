"""Composition tables in the layouts of three programs."""

from pathlib import Path

import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read

LAYOUTS = {
    "esprit": "Spectrum: 1\n\nElement\tSeries\tunn. C [wt.%]\tnorm. C [wt.%]\tAtom. C [at.%]\tError (3 Sigma) [wt.%]\n"
    "Oxygen\tK-series\t33.3\t37.0\t67.0\t3.33\nVanadium\tK-series\t36.0\t40.0\t22.7\t1.08\nCopper\tK-series\t20.7\t23.0\t10.3\t0.621\n"
    "\tTotal:\t90\t100\t100\n",
    "aztec": "Element,Line Type,k Ratio,Wt%,Wt% Sigma,Atomic %\nO,K series,0.1,37.0,1.2333,67.0\n"
    "V,K series,0.2,40,0.4,22.7\n"
    "Cu,K series,0.1,23.0,0.23,10.3\nTotal:,,,100,,100\n",
    "edax": "Element;Weight %;Atomic %;Net Int.;Error %\n"
    "OK;37,0;67,0;310,1;3,3333\nVK;40,0;22,7;332,0;1,0\nCuK;23,0;10,3;193,2;1,0\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_composition_and_sigma(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "eds.txt"
    path.write_text(LAYOUTS[layout])
    table = read(path).table
    assert table["element"].to_list() == ["O", "V", "Cu"]
    assert table["atomic_percent"].to_list() == [67.0, 22.7, 10.3]
    assert table["sigma"].to_list() == pytest.approx([67.0 / 30, 0.227, 0.103], rel=1e-3)


@pytest.mark.parametrize(("text", "words"), [
    ("Element,Atomic %\nTotal,100\n", "no row of its table"), ("Element,Atomic %\nV,10\nV,90\n", "twice"),
    ("Element,Atomic %\nV,-10\nO,110\n", "no composition"),
])  # fmt: skip
def test_tables_that_are_no_composition_are_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "eds.csv"
    path.write_text(text)
    with pytest.raises(HeterofilmError, match=words):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        'Element,Wt%,Wt% Sigma,Atomic%,Label\nO,43.98,0.17,"",SiO2\nV,56.02,0.20,"",V\nTotal:,100.0,,100.0,\n',
        "Element,Wt%,Wt% Sigma\nO,43.98,0.17\nV,56.02,0.20\n",
    ],
)
def test_atomic_percent_from_weight_percent(text: str, tmp_path: Path) -> None:
    """V2O5 has 43.98 wt.% O: 5/7 of its atoms; the relative error of the weight goes along, and it is said."""
    path = tmp_path / "eds.csv"
    path.write_text(text)
    m = read(path)
    assert m.table["atomic_percent"].to_list() == pytest.approx([500.0 / 7.0, 200.0 / 7.0], abs=0.01)
    assert m.table["sigma"][0] == pytest.approx(500.0 / 7.0 * 0.17 / 43.98, rel=1e-3)
    assert "calculated from the weight percent" in m.notes[0]


def test_missing_elements_and_missing_errors_are_said(tmp_path: Path) -> None:
    path = tmp_path / "eds.csv"
    path.write_text("Element,Atomic %\nV,20\nCu,10\n")
    notes = " ".join(read(path).notes)
    assert "sum to 30" in notes and "no uncertainty" in notes


@pytest.mark.parametrize("layout", LAYOUTS)
def test_damaged_files_give_a_result_or_one_sentence(layout: str, tmp_path: Path) -> None:
    assault(LAYOUTS[layout].encode(), tmp_path / "a.txt", 100, check=all_finite)
