"""``heterofilm xps``: rows, doubts beside them, figures, a table; what makes no sense is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from heterofilm.cli import main
from heterofilm.synthetic.xps import lipon_regions, vamas_text
from real_data import real_file


def written(folder: Path) -> Path:
    atoms = {"Li": 0.33, "P": 0.13, "O": 0.38, "N": 0.09, "C": 0.07}
    path = folder / "lipon.vms"
    path.write_text(vamas_text(lipon_regions(0.3, atoms, seed=2), "LiPON"), encoding="ascii")
    return path


def test_lipon_from_file_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both kinds of nitrogen and N/P within two stated deviations; the doubt about positions stands beside the row."""
    path, table, figures = written(tmp_path), tmp_path / "rows.csv", tmp_path / "figures"
    assert main(["xps", str(path), "--out", str(table), "--plot", str(figures)]) == 0
    said = capsys.readouterr().out
    assert "N of three P share" in said and "not checked against the publication" in said
    rows = {row["quantity"]: row for row in pl.read_csv(table).iter_rows(named=True)}
    for quantity, truth in (("N of three P share", 0.3), ("N/P at the surface", 0.09 / 0.13)):
        assert abs(rows[quantity]["value"] - truth) <= 2.0 * rows[quantity]["uncertainty"]
    assert len(list(figures.glob("*.pdf"))) == 5


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--states", "N1s=N3"], "has no state 'N3'"),
        (["--states", "N1s"], "expected a level and its states"),
        (["--window", "N1s=405:394"], "two rising energies"),
        (["--background", "shirly"], "no background 'shirly'"),
        (["--states", "Cu2p=Cu0"], "level.Cu2p has no effect"),
    ],
)
def test_refused(more: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xps", str(written(tmp_path)), *more]) != 0
    assert words in capsys.readouterr().err


def test_a_region_that_cannot_be_fitted_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Ni 2p without any Shirley background, in a window of one's own: named as not fitted, and O and W have rows.

    A linear background asks for no other, though Shirley's is what it is compared with where there is one.
    """
    path = str(real_file("xps/lg4x_0-150W.vms"))
    for more, words in ([], "No Shirley background meets"), (["--background", "linear"], "lines hold"):
        assert main(["xps", path, "--window", "Ni2p=848:866", *more]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "! Ni 2p: not fitted: " in said and words in said
        assert ("No Shirley" in said) is (not more)
        assert "W6+ share" in said and "O content" in said


def test_atomic_per_cent_say_what_they_leave_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nickel was measured and not fitted: O and W add up to one hundred, and every such row says of what.

    A level whose misfit is allowed nothing is doubted; one that leaves more than is allowed is not counted at all.
    """
    path, table = str(real_file("xps/lg4x_0-150W.vms")), tmp_path / "rows.csv"

    def contents() -> dict[str, dict[str, object]]:
        assert main(["xps", path, "--background", "linear", "--out", str(table)]) == 0
        rows = pl.read_csv(table).iter_rows(named=True)
        return {row["quantity"]: row for row in rows if row["unit"] == "at.%"}

    found = contents()
    assert sum(float(str(row["value"])) for row in found.values()) == pytest.approx(100.0)
    for row in found.values():
        note = str(row["note"])
        assert "of O, W alone; not counted: Ni2p (" in note and "leave unexplained" in note and "O1s (12 %)" in note
    monkeypatch.setattr("heterofilm.samples.contents.MOSTLY", 0.11)
    capsys.readouterr()
    assert not contents()
    said = " ".join(capsys.readouterr().out.split())
    assert "no atomic per cent: Ni2p (not detected), O1s (its lines leave 12 % of the area unexplained)" in said


def test_a_cyclers_file_is_called_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xps", str(real_file("biologic/yadg_gcpl.mpr"))]) != 0
    said = capsys.readouterr().err
    assert "no photoelectron spectrum but cycling data (BioLogic EC-Lab binary: time_s" in said
    assert "photon energy" not in said
