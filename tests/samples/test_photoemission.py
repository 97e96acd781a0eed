"""Core levels of a sample on the bench: what the sample file may choose, what is said once, what is not told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.photoemission.shapes import shape
from heterofilm.samples import Analysed, analyse
from heterofilm.synthetic.xps import XpsTruth, write_xps, xps_regions
from real_data import real_file

STATES = {"V5+": 0.5, "V4+": 0.3, "V3+": 0.2}


def made(folder: Path, sheet: str = "", truth: XpsTruth | None = None) -> Analysed:
    (folder / "sample.toml").write_text(f'name = "a"\n[[files]]\npath = "a.vms"\n{sheet}')
    write_xps(truth or XpsTruth(STATES, {"Cu0": 1.0}, shift_eV=0.6, seed=3), folder / "a.vms")
    return analyse(folder)


def quantities(done: Analysed) -> list[str]:
    return [r.quantity for r in done.results]


def test_the_sheet_chooses_states_background_and_line(tmp_path: Path) -> None:
    """Each choice changes the number it should, and the methods say it."""
    plain = made(tmp_path)
    assert "V3+ share" not in quantities(plain) and "core level V2p: V5+, V4+)" in plain.methods()
    chosen = made(
        tmp_path, 'background = "tougaard-u2"\ncalibration = "C 1s"\nlevel.V2p.states = ["V5+", "V4+", "V3+"]'
    )
    assert "V3+ share" in quantities(chosen)
    for said in (
        "core level V2p: V5+, V4+, V3+)",
        "Tougaard background of universal loss (tougaard-u2)",
        "refer to C 1s C-C, C-H at 284.8 eV",
    ):
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
    for said in (
        "O1s 2.93, V2p 9.66, C1s 1, Cu2p 25.39",
        "refer to O 1s lattice at 530 eV",
        "core level Cu2p",
        "Scofield cross",
    ):
        assert text.count(said) == 1


def test_what_is_not_there_has_no_states(tmp_path: Path) -> None:
    """No copper but its region measured: V is told, Cu is noted, drawn, and enters no ratio."""
    atoms = {"V": 0.2, "Cu": 1e-9, "O": 0.6, "C": 0.15}
    done = made(tmp_path, truth=XpsTruth({"V5+": 1.0}, {"Cu2+": 1.0}, atoms, seed=1))
    assert "V5+ share" in quantities(done) and not any("Cu" in q for q in quantities(done))
    found = done.findings["xps"]
    assert any("Cu 2p: not fitted: " in note and "detected" in note for note in found.notes)
    assert {"cu-2p", "cu-lmm"} <= {f.name.removeprefix("a-vms-") for f in found.figures}


def test_a_shoulder_that_no_line_takes_is_told_beside_every_number(tmp_path: Path) -> None:
    """Water at 533.9 eV beside V 2p and O 1s, a fifth of O 1s: shares and energies of the fit say where it misses."""
    region = next(r for r in xps_regions(XpsTruth({"V5+": 1.0}, seed=1)) if r.name == "V 2p and O 1s")
    E = region.energy_eV
    (tmp_path / "sample.toml").write_text('name = "a"\n')
    for water, told in ((0.0, False), (8_000.0, True)):
        y = np.random.default_rng(1).poisson(region.counts + water * shape("gl-sum", E - 533.9, 1.8, (0.3,)))
        table = "\n".join(f"{e:.2f},{n}" for e, n in zip(E, y, strict=True))
        (tmp_path / "V2p O1s.csv").write_text(f"Binding Energy (eV),Counts\n{table}\n")
        rows = [r for r in analyse(tmp_path).results if r.quantity in ("V5+ share", "V5+ 2p3/2 energy")]
        assert len(rows) == 2 and all(("structure: at 534." in r.note and "of O1s" in r.note) is told for r in rows)


def test_a_survey_is_drawn_and_not_fitted(tmp_path: Path) -> None:
    """A measured survey in steps of 1 eV: one sentence, one figure, no shares."""
    (tmp_path / "sample.toml").write_text('name = "a"')
    (tmp_path / "survey.vms").write_bytes(real_file("xps/pynxtools_regular.vms").read_bytes())
    found = analyse(tmp_path).findings["xps"]
    assert not found.results and len(found.figures) == 1
    assert any("a survey" in note for note in found.notes)


def test_a_level_that_is_not_in_the_library_is_drawn_and_says_how_to_add_it(tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text('name = "a"')
    (tmp_path / "cu.txt").write_bytes(real_file("xps/pynxtools_Cu-HHTP_0004.txt").read_bytes())
    found = analyse(tmp_path).findings["xps"]
    assert len(found.figures) == 1 and any("no core level Cu3p; core_levels" in note for note in found.notes)


@pytest.mark.parametrize(
    ("file", "sample", "state"),
    [
        ("pynxtools_vms_txt_export.txt", ", Ni", "Ni0"),
        ("pynxtools_vms_txt_export.txt", ", NiO", "Ni2+"),
        ("pynxtools_FeO_analyzed.vms", "", "Fe2+"),
        ("lg4x_0-150W.vms", "", "W6+"),
    ],
)
def test_measured_metals_and_oxides_are_what_they_are(file: str, sample: str, state: str, tmp_path: Path) -> None:
    """Nickel, nickel oxide, iron(II) oxide, oxidised tungsten: all of it within two deviations of at most 0.3.

    Wide, for nickel and iron miss what the library holds of their multiplets by far more than noise.
    """
    (tmp_path / "sample.toml").write_text('name = "a"')
    (tmp_path / file).write_bytes(real_file(f"xps/{file}").read_bytes())
    rows = analyse(tmp_path).results
    row = next(r for r in rows if r.quantity == f"{state} share" and r.file == f"{file}{sample}")
    assert isinstance(row.value, float) and 1.0 - row.value <= 2.0 * row.uncertainty <= 0.6


SHEET = 'level.Cu2p = { window = [927.0, 947.5], fixed = { "Cu0 2p3/2.energy" = 932.63 }, without = [[938.0, 938.4]] }'


def test_a_level_is_in_the_users_hand(tmp_path: Path) -> None:
    """Window, held energy and points left out act; what they change is said in the row."""
    done = made(tmp_path, SHEET)
    row = next(r for r in done.results if r.quantity == "Cu0 share")
    assert "from 927.0 to 947." in row.method and "points left out" in row.method


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ('level.Cu3p = { background = "linear" }', "no such core level. Did you mean"),
        ('level.Ni2p = { background = "linear" }', "level.Ni2p has no effect"),
        ('level.V2p = { states = ["V6+"] }', "V2p has no state 'V6+'"),
        ('level.V2p = { fixed = { "V5+ 2p3/2.enrgy" = 517.0 } }', "Did you mean 'V5+ 2p3/2.energy'"),
        ("level.V2p = { without = [[600.0, 601.0]] }", "has no effect on V2p"),
    ],
)
def test_what_has_no_effect_is_refused(sheet: str, said: str, tmp_path: Path) -> None:
    ((_, why),) = made(tmp_path, sheet).failed
    assert said in why


def test_a_level_of_ones_own_by_its_path(tmp_path: Path) -> None:
    """A file of a core level beside the sample file takes the place of the library's."""
    from heterofilm.library.files import DATA

    text = (DATA / "core_levels" / "V2p.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('name = "V5+"', 'name = "V5+ of mine"'), encoding="utf-8")
    done = made(tmp_path, 'core_levels = ["mine.toml"]')
    assert "V5+ of mine share" in quantities(done)


@pytest.mark.parametrize("copper", [0.02, 0.15])
def test_copper_over_vanadium_is_the_truths(copper: float, tmp_path: Path) -> None:
    atoms = {"V": 0.2, "Cu": copper, "O": 0.5, "C": 0.1}
    done = made(tmp_path, truth=XpsTruth({"V5+": 0.6, "V4+": 0.4}, {"Cu2+": 1.0}, atoms, seed=2))
    row = next(r for r in done.results if r.quantity == "Cu/V at the surface")
    assert isinstance(row.value, float) and abs(row.value - copper / 0.2) <= 2.0 * row.uncertainty < 0.6 * row.value


def two_samples(folder: Path, more: str = "") -> Analysed:
    """One file with the same regions of a sample rich in V5+ and of one rich in V4+."""
    from heterofilm.synthetic.xps import vamas_text, xps_regions

    made_of = {"A": {"V5+": 0.9, "V4+": 0.1}, "B": {"V5+": 0.2, "V4+": 0.8}}
    texts = {name: vamas_text(xps_regions(XpsTruth(states, seed=3)), name) for name, states in made_of.items()}
    regions = xps_regions(XpsTruth(seed=3))
    lines, other = (text.splitlines() for text in texts.values())
    first = lines.index(regions[0].name)
    lines[first - 1] = str(2 * len(regions))
    (folder / "a.vms").write_text("\n".join([*lines[:-1], *other[first:]]) + "\n")
    (folder / "sample.toml").write_text(f'name = "a"\n[[files]]\npath = "a.vms"\n{more}')
    return analyse(folder)


def test_samples_of_one_file_are_analysed_each(tmp_path: Path) -> None:
    """Not the first region of each kind alone: both samples have their rows, under their names."""
    done = two_samples(tmp_path)
    shares = {r.file: r.value for r in done.results if r.quantity == "V5+ share"}
    assert list(shares) == ["a.vms, A", "a.vms, B"] and not done.failed
    assert shares["a.vms, A"] == pytest.approx(0.9, abs=0.1) and shares["a.vms, B"] == pytest.approx(0.2, abs=0.1)
    assert len({f.name for f in done.findings["xps"].figures}) == len(done.findings["xps"].figures)


def test_rates_are_not_divided_by_the_dwell_time_again(tmp_path: Path) -> None:
    """Counts of 1 s and of 10 s, as counts and as rates: Cu/V is the same."""
    from heterofilm.synthetic.xps import vamas_text, xps_regions

    regions = xps_regions(XpsTruth({"V5+": 1.0}, {"Cu0": 1.0}, seed=3))
    ratios = []
    for name, unit in (("counts", "d"), ("rates", "c/s")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "sample.toml").write_text('name = "a"\n[[files]]\npath = "a.vms"\n')
        text = vamas_text(regions, "a").replace("\nIntensity\nd\n", f"\nIntensity\n{unit}\n")
        if name == "rates":  # of the last regions ten times the scans, which a rate does not see
            head, mark, tail = text.rpartition("pulse counting\n0.1\n1\n")
            text = f"{head}pulse counting\n0.1\n10\n{tail}"
            assert mark
        (folder / "a.vms").write_text(text)
        ratios.append(next(r.value for r in analyse(folder).results if r.quantity == "Cu/V at the surface"))
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-6)
