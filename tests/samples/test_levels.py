"""UPS of a sample on the bench: what was assumed, what cannot be, and which file is the Fermi reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.samples import Analysed, analyse
from heterofilm.synthetic.ups import UpsTruth, write_gold, write_ups

TRUTH = UpsTruth(5.3, 1.6)


def made(
    folder: Path, golds: dict[str, float], film: str = "film_ups.csv", sheet: str = "", bare: bool = False
) -> Analysed:
    """A sample with one film and gold edges at stated places; `bare`: the film's file says neither bias nor photons."""
    (folder / "sample.toml").write_text(f'name = "VOC1"\n{sheet}')
    path = write_ups(TRUTH, folder / film)
    if bare:
        path.write_text("".join(line for line in path.open() if "Photon" not in line and "bias" not in line))
    for name, place in golds.items():
        write_gold(folder / name, offset_eV=place)
    return analyse(folder)


def line(path: str, more: str = "") -> str:
    return f'[[files]]\npath = "{path}"\n{more}\n'


FILM = line("film_ups.csv")


def value(done: Analysed, quantity: str) -> float:
    found = next(r for r in done.results if r.quantity == quantity)
    assert isinstance(found.value, float)
    return found.value


def test_levels_that_cannot_be_are_refused_with_what_to_say(tmp_path: Path) -> None:
    """Without the bias, 5 eV are missing: no number, but one sentence that names both keys."""
    done = made(tmp_path, {}, bare=True)
    ((file, said),) = done.failed
    assert not done.results and file == "film_ups.csv"
    for words in ("10.30 eV, which cannot be", "no sample bias", 'bias = "-5 V"', "photon_energy ="):
        assert words in said


def test_what_was_assumed_stands_with_the_number(tmp_path: Path) -> None:
    """A stated bias, photons by assumption: said in row, notes and methods; with both stated, in none."""
    done = made(tmp_path, {}, sheet=line("film_ups.csv", 'bias = "-5 V"'), bare=True)
    row = next(r for r in done.results if r.quantity == "work function")
    assert row.value == pytest.approx(5.3, abs=0.05)
    for said in (row.note, done.findings["ups"].notes[-1]):
        assert "He I (21.22 eV)" in said and "no sample bias" not in said
    assert "(assumed)" in done.methods()
    (tmp_path / "b").mkdir()
    whole = made(tmp_path / "b", {})
    assert "(assumed)" not in whole.methods() and not any("assumed, as" in r.note for r in whole.results)


def test_a_film_on_platinum_is_no_reference(tmp_path: Path) -> None:
    done = made(tmp_path, {}, film="ups_VOC1_on_Pt.csv")
    assert value(done, "work function") == pytest.approx(5.3, abs=0.05)
    assert any("names the film too" in note and "reference = true" in note for note in done.findings["ups"].notes)


@pytest.mark.parametrize(
    ("golds", "sheet", "fermi", "said"),
    [
        ({"au.csv": 0.1}, "", 0.1, "au.csv (taken for a metal by its name"),
        ({"x.csv": 0.1}, FILM + line("x.csv", "reference = true"), 0.1, "x.csv (the sample file's reference"),
        (
            {"au.csv": 0.1, "x.csv": 0.2},
            FILM + line("au.csv") + line("x.csv", "reference = true"),
            0.2,
            "x.csv (the sample file's reference",
        ),
        ({"au.csv": 0.1}, FILM + line("au.csv", "reference = false"), 0.0, "zero of the axis"),
    ],
)
def test_the_reference_is_the_sheets_before_the_names(
    golds: dict[str, float], sheet: str, fermi: float, said: str, tmp_path: Path
) -> None:
    """The work function moves with the Fermi level, and the methods name the file."""
    done = made(tmp_path, golds, sheet=sheet)
    assert value(done, "work function") == pytest.approx(5.3 + fermi, abs=0.05)
    assert said in done.methods()


def test_of_two_references_the_surer_counts_and_their_difference_is_told(tmp_path: Path) -> None:
    for order in (("au.csv", "zz_ag.csv"), ("zz_au.csv", "ag.csv")):
        folder = tmp_path / order[0]
        folder.mkdir()
        write_gold(folder / order[1], resolution_eV=0.4, offset_eV=0.2)
        done = made(folder, {order[0]: 0.0})
        row = next(r for r in done.results if r.quantity == "work function")
        assert row.value == pytest.approx(5.3, abs=0.05) and row.uncertainty == pytest.approx(0.2, abs=0.03)
        assert any(order[1] in note and "the surer" in note for note in done.findings["ups"].notes)


def test_gold_without_a_name_asks_for_its_key(tmp_path: Path) -> None:
    done = made(tmp_path, {"x.csv": 0.0})
    ((file, said),) = done.failed
    assert file == "x.csv" and "ends before any secondary cutoff" in said and "reference = true" in said


def test_gold_at_a_bias_is_on_the_same_axis(tmp_path: Path) -> None:
    """Gold measured at the film's -5 V: its Fermi level is where it is without."""
    path = write_gold(tmp_path / "au.csv", offset_eV=0.0)
    rows = path.read_text().splitlines()
    moved = [f"{float(r.split(',')[0]) + 5.0:.4f},{r.split(',')[1]}" if r[0].isdigit() else r for r in rows]
    path.write_text("\n".join(moved).replace("bias: 0 V", "bias: -5 V") + "\n")
    assert value(made(tmp_path, {}), "Fermi edge of the reference") == pytest.approx(0.0, abs=0.01)
