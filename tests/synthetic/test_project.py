"""The shipped example: truth -> instrument files -> analysis -> truth, over three samples and every technique."""

import json
import math
from pathlib import Path

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.records.result import Result
from heterofilm.samples import Analysed, analyse, samples_in
from heterofilm.synthetic.project import FILMS, potentials, write_project, write_sample


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Analysed], dict[str, dict]]:
    """The project, written and analysed once, without figures on disk."""
    folder = tmp_path_factory.mktemp("example") / "project"
    truths = write_project(folder)
    return folder, {sample.name: analyse(sample) for sample in samples_in(folder)}, truths


def one(done: Analysed, quantity: str, file: str = "") -> Result:
    return next(r for r in done.results if r.quantity == quantity and file in r.file)


def sigmas(result: Result, truth: float) -> float:
    """How many standard deviations a result lies from the truth."""
    assert isinstance(result.value, float) and result.uncertainty > 0.0, result
    return abs(result.value - truth) / result.uncertainty


def compared(done: Analysed, truth: dict) -> dict[str, float]:
    """Every quantity with a truth: deviation in standard deviations."""
    found = {
        "work function": sigmas(one(done, "work function"), truth["work_function_eV"]),
        "valence band edge": sigmas(one(done, "valence band edge"), truth["valence_band_edge_eV"]),
        "direct gap": sigmas(one(done, "direct gap"), truth["gap_eV"]),
        "film thickness": sigmas(one(done, "film thickness"), truth["thickness_nm"]),
        "series resistance": sigmas(one(done, "high-frequency intercept"), truth["series_resistance_ohm"]),
        "first discharge": sigmas(
            one(done, "discharge capacity, cycle 1", "cycling"), truth["first_discharge_uAh_cm2_um"]
        ),
        "fifth discharge": sigmas(one(done, "discharge capacity, cycle 5", "cycling"), truth["cycle_5_uAh_cm2_um"]),
    }
    if truth["cu_to_v"] > 0.0:
        found["Cu/V"] = sigmas(one(done, "Cu/V atomic ratio"), truth["cu_to_v"])
        found["Cu/V by XPS"] = sigmas(one(done, "Cu/V at the surface", "pristine"), truth["xps_cu_to_v"])
    if "domain_diameter_nm" in truth:
        found["domain diameter"] = sigmas(one(done, "domain diameter"), truth["domain_diameter_nm"])
    for place, states in truth["states"].items():
        file = f"xps_{place.replace(' ', '')}.vms"
        for state, share in states.items():
            found[f"{state}, {place}"] = sigmas(one(done, f"{state} share", file), share)
    return found


def test_every_file_is_analysed(example) -> None:
    _, done, _ = example
    assert set(done) == set(FILMS) and {name: one.failed for name, one in done.items()} == {n: [] for n in FILMS}


def test_the_truth_comes_back_within_two_standard_deviations(example) -> None:
    """Of all quantities over the three samples, at least 95 %; none farther off than four."""
    _, done, truths = example
    off = {f"{name}: {q}": d for name, truth in truths.items() for q, d in compared(done[name], truth).items()}
    assert len(off) >= 60 and not any(math.isnan(d) for d in off.values())
    beyond = {name: round(d, 2) for name, d in off.items() if d > 2.0}
    assert len(beyond) <= 0.05 * len(off), beyond
    assert max(off.values()) < 4.0, beyond


def test_uncertainties_are_not_bought_with_width(example) -> None:
    """Relative to what one wants to know: 0.05 eV, 5 % of a thickness, capacity or ratio, a fifth of a share."""
    _, done, truths = example
    for name, truth in truths.items():
        assert one(done[name], "work function").uncertainty < 0.05
        assert one(done[name], "direct gap").uncertainty < 0.05
        assert one(done[name], "film thickness").uncertainty < 0.05 * truth["thickness_nm"]
        first = one(done[name], "discharge capacity, cycle 1", "cycling")
        assert first.uncertainty < 0.05 * truth["first_discharge_uAh_cm2_um"]
        assert one(done[name], "V5+ share", "pristine").uncertainty < 0.1
        assert all(
            one(done[name], "V5+ share", f"{U:g}V").uncertainty < 0.2
            for U in potentials(Cell.load(f"{name.lower()}-half"))
        )


def test_the_phases_come_back(example) -> None:
    """No phase is present that was not put there, and none that was is called absent."""
    _, done, truths = example
    for name, truth in truths.items():
        said = str(one(done[name], "phases (XRD)").value)
        film = [phase for phase in truth["phases"] if phase != "amorphous"]
        present = said.partition("present: ")[2].partition(";")[0].split(", ")
        assert set(present) - {"Pt"} == set(film), said
        assert ("amorphous" in said) is (not film), said
        raman = str(one(done[name], "phases (Raman)").value)
        assert ("amorphous" in raman) is (not film), raman
        assert all(phase in raman for phase in film), raman


def test_only_films_of_two_phases_have_a_map(example) -> None:
    _, done, _ = example
    assert {name for name in done if "hrtem" in done[name].findings} == {"VOC1"}


def test_the_truth_lies_beside_the_files_and_is_what_was_returned(example) -> None:
    folder, _, truths = example
    for name, truth in truths.items():
        assert json.loads((folder / name / "truth.json").read_text()) == truth
        for states in truth["states"].values():
            for ending in (("V5+", "V4+"), ("Cu2+", "Cu+", "Cu0")):
                if ending[0] in states:
                    assert sum(states[s] for s in ending if s in states) == pytest.approx(1.0)


def test_the_sheet_does_not_know_the_truth(example) -> None:
    """The thickness of the sheet is a measurement of its own, and no analysis reads truth.json."""
    _, done, _ = example
    assert not any("truth" in name for one in done.values() for name in one.hashes)
    for one_ in done.values():
        thickness = one_.sample.sheet.thickness
        assert thickness is not None and thickness.sigma


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(HeterofilmError, match="holds something already; name a new folder"):
        write_project(tmp_path)
    with pytest.raises(HeterofilmError, match="holds something already"):
        write_project(tmp_path / "mine.txt")
    with pytest.raises(HeterofilmError, match="Cannot write to"):
        write_project(tmp_path / "mine.txt" / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_sample_alone_without_cycling(tmp_path: Path) -> None:
    """What spectrometers and microscopes give, with the states of the simulated cell; no cycler's file."""
    truth = write_sample(tmp_path / "VO", "VO", cycling=False)
    files = {file.name for file in (tmp_path / "VO" / "raw").iterdir()}
    assert {"xps_pristine.vms", "raman.txt", "xrd.xrdml", "sem.tif"} <= files and "cycling.mpt" not in files
    assert truth["states"]["pristine"]["V5+"] > 0.9 and "first_discharge_uAh_cm2_um" not in truth
    with pytest.raises(HeterofilmError, match="no synthetic film"):
        write_sample(tmp_path / "other", "VOX")
