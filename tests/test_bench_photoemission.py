"""Core levels of a sample on the bench: what the sheet may choose, what is said once, what is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.samples import Analysed, analyse
from heterofilm.synthetic.xps import XpsTruth, write_xps
from real_data import real_file

STATES = {"V5+": 0.5, "V4+": 0.3, "V3+": 0.2}


def made(folder: Path, sheet: str = "", truth: XpsTruth | None = None) -> Analysed:
    (folder / "sample.toml").write_text(f'name = "a"\n[[files]]\npath = "a.vms"\n{sheet}')
    write_xps(truth or XpsTruth(STATES, {"Cu0": 1.0}, shift_eV=0.6, seed=3), folder / "a.vms")
    return analyse(folder)


def quantities(done: Analysed) -> list[str]:
    return [r.quantity for r in done.results]


def test_the_sheet_chooses_preset_background_and_line(tmp_path: Path) -> None:
    """Each choice changes the number it should, and the methods say it."""
    plain = made(tmp_path)
    assert "V3+ share" not in quantities(plain) and "preset V2p-O1s)" in plain.methods()
    chosen = made(tmp_path, 'preset = "V2p-O1s-V3"\nbackground = "tougaard-u2"\ncalibration = "C 1s"')
    assert "V3+ share" in quantities(chosen)
    for said in ("preset V2p-O1s-V3)", "background tougaard-u2", "refer to C-C, C-H at 284.8 eV"):
        assert said in chosen.methods()
    shift = next(r for r in chosen.results if r.quantity == "charging shift")
    assert isinstance(shift.value, float) and abs(shift.value - 0.6) < 0.2 and shift.uncertainty >= 0.2
    none = made(tmp_path, 'calibration = "none"')
    assert "charging shift" not in quantities(none) and "are as measured" in none.methods()


def test_the_methods_name_factors_references_and_the_auger_line_once(tmp_path: Path) -> None:
    """Two files of the same kind, one with a region cut by 0.1 eV: no sentence stands twice."""
    sheet = 'potential = "2.9 V"\n[[files]]\npath = "b.vms"\npotential = "2.3 V"'
    write_xps(XpsTruth(STATES, {"Cu0": 1.0}, shift_eV=-0.3, seed=4), tmp_path / "b.vms")
    done = made(tmp_path, sheet)
    assert not done.failed
    text = done.methods()
    for said in ("O 1s 2.93, V 2p 9.66, Cu 2p3/2 16.73", "refer to O 1s lattice at 530 eV", "preset CuLMM", "Scofield"):
        assert text.count(said) == 1


def test_what_is_not_there_has_no_states(tmp_path: Path) -> None:
    """No copper but its region measured: V is told, Cu is noted once and enters no ratio."""
    atoms = {"V": 0.2, "Cu": 1e-9, "O": 0.6, "C": 0.15}
    done = made(tmp_path, truth=XpsTruth({"V5+": 1.0}, {"Cu2+": 1.0}, atoms, seed=1))
    assert "V5+ share" in quantities(done) and not any("Cu" in q for q in quantities(done))
    assert sum("Cu" in note and ("detected" in note or "shows no lines" in note)
               for note in done.findings["xps"].notes) == 1  # fmt: skip


def test_a_survey_is_not_fitted(tmp_path: Path) -> None:
    """A measured survey in steps of 1 eV: one sentence, no shares."""
    (tmp_path / "sample.toml").write_text('name = "a"')
    (tmp_path / "survey.vms").write_bytes(real_file("xps/pynxtools_regular.vms").read_bytes())
    done = analyse(tmp_path)
    ((_, said),) = done.failed
    assert not done.results and "a survey (steps above 0.3 eV), not fitted for V 2p with O 1s and Cu 2p" in said


def test_a_level_of_another_element_is_named_as_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text('name = "a"')
    (tmp_path / "fe.vms").write_bytes(real_file("xps/pynxtools_FeO_analyzed.vms").read_bytes())
    ((_, said),) = analyse(tmp_path).failed
    assert "holds no region that is fitted: V 2p with O 1s (510 to 536 eV) or Cu 2p (926 to 966 eV)" in said


@pytest.mark.parametrize("copper", [0.02, 0.15])
def test_copper_over_vanadium_is_the_truths(copper: float, tmp_path: Path) -> None:
    atoms = {"V": 0.2, "Cu": copper, "O": 0.5, "C": 0.1}
    done = made(tmp_path, truth=XpsTruth({"V5+": 0.6, "V4+": 0.4}, {"Cu2+": 1.0}, atoms, seed=2))
    row = next(r for r in done.results if r.quantity == "Cu/V at the surface")
    assert isinstance(row.value, float) and abs(row.value - copper / 0.2) <= 2.0 * row.uncertainty < 0.6 * row.value
