"""Raman spectra of films: virtual films, spikes, and the mode at 145 cm-1 through a cycle."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.structure.raman import analyse_raman, mode_series
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from heterofilm.synthetic.raman import RamanTruth, spectrum, write_labspec, write_series

POTENTIALS = [*np.linspace(3.4, 2.15, 8), *np.linspace(2.4, 3.8, 7)]
FACTORS = [*np.linspace(1.0, 0.15, 8), *np.linspace(0.3, 0.95, 7)]


def test_virtual_films_are_what_they_are_in_19_of_20(tmp_path: Path) -> None:
    """The film's phases are named and no other; V2O5 (ten bands) is always present.

    Phases with two or three bands are often only "possible": so few coincidences prove no more.
    """
    films: list[list[str]] = [["V2O5"], ["V2O5", "beta-Cu2V2O7"], ["CuO", "V2O5"], ["LiCoO2"], ["LiMn2O4"],
                              ["LiFePO4"], [], ["anatase-TiO2"]]  # fmt: skip
    substrates = ["Si", "corundum", "quartz", ""]
    rng = np.random.default_rng(7)
    right = 0
    for k in range(20):
        film, below = films[k % len(films)], substrates[k % len(substrates)]
        truth = RamanTruth(
            {n: float(rng.uniform(300, 3000)) for n in film},
            {below: float(rng.uniform(500, 5000))} if below else {},
            offset_cm=float(rng.normal(0.0, 1.5)), seed=k,
        )  # fmt: skip
        path = write_labspec(tmp_path / "a.txt", truth)
        found = analyse_raman(read(path), substrates=(below,) if below else ()).identification
        named = {*found.named("present"), *found.named("possible")} - {below}
        sure = "V2O5" not in film or "V2O5" in found.named("present")
        right += named == set(film) and sure and found.amorphous is not bool(film)
    assert right >= 19


def test_band_positions_and_spikes_are_found(tmp_path: Path) -> None:
    truth = RamanTruth({"V2O5": 3000.0}, scatter=0.0, spikes=4, seed=5)
    result = analyse_raman(read(write_labspec(tmp_path / "a.txt", truth)))
    _, _, at = spectrum(truth)
    assert all(min(abs(s - place) for s in result.spikes) < 2.0 for place in at)
    strong = [line for line in result.lines.lines if line.significance > 20.0]
    assert len(strong) >= 4
    literature = np.array([103, 145, 197, 284, 304, 405, 483, 528, 702, 995])
    miss = [np.abs(literature - line.position).min() / max(line.position_sd, 0.05) for line in strong]
    assert np.median(miss) < 2.0


def test_an_axis_out_of_calibration_is_told(tmp_path: Path) -> None:
    result = analyse_raman(read(write_labspec(tmp_path / "a.txt", RamanTruth({"V2O5": 3000.0}, offset_cm=15.0))))
    first = result.identification.phases[0]
    assert first.name == "V2O5" and first.shift == pytest.approx(15.0, abs=2.0) and "calibration" in first.reason


def test_a_glass_is_amorphous(tmp_path: Path) -> None:
    found = analyse_raman(read(write_labspec(tmp_path / "a.txt", RamanTruth({}, glass=600.0)))).identification
    assert found.amorphous


def test_the_mode_falls_to_2_15_v_and_recovers(tmp_path: Path) -> None:
    """Claim raman-insitu-mode; reversibility within two standard deviations of the truth in 19 of 20."""
    truth = (FACTORS[-1] - min(FACTORS)) / (FACTORS[0] - min(FACTORS))
    hits = lowest = 0
    for k in range(20):
        path = write_series(tmp_path / "a.txt", RamanTruth({"V2O5": 1500.0}, seed=k), POTENTIALS, 145.0, FACTORS)
        found = mode_series(read(path), 145.0)
        hits += abs(found.reversibility - truth) < 2.0 * found.reversibility_sd
        lowest += abs(found.minimum[0] - 2.15) <= 2.0 * found.minimum[1]
    assert hits >= 19 and lowest >= 19
    assert "recovers" in found.verdict and found.axis_label.startswith("Potential")


def test_a_mode_that_stays_has_no_reversibility(tmp_path: Path) -> None:
    path = write_series(tmp_path / "a.txt", RamanTruth({"V2O5": 1500.0}), [3.0, 2.5, 3.0], 145.0, [1.0, 1.0, 1.0])
    assert "does not change" in mode_series(read(path), 145.0).verdict


def test_a_vanished_band_is_zero_within_its_uncertainty(tmp_path: Path) -> None:
    factors = [1.0, 0.0, 0.0, 0.0, 1.0]
    path = write_series(tmp_path / "a.txt", RamanTruth({"V2O5": 1500.0}, seed=2), [3, 2.8, 2.5, 2.8, 3], 145.0, factors)
    found = mode_series(read(path), 145.0)
    assert np.all(np.abs(found.area[1:4]) < 4.0 * found.area_sd[1:4] + 0.03 * found.area[0])


def test_bad_requests_are_one_sentence(tmp_path: Path) -> None:
    one = read(write_labspec(tmp_path / "a.txt", RamanTruth({"V2O5": 1000.0})))
    with pytest.raises(HeterofilmError, match="3 or more"):
        mode_series(one, 145.0)
    with pytest.raises(HeterofilmError, match="there is no number 2"):
        analyse_raman(one, spectrum=2)
    with pytest.raises(HeterofilmError, match="fewer than 30 points"):
        analyse_raman(one, shift_cm=(2000.0, 3000.0))
    path = write_series(tmp_path / "b.txt", RamanTruth({"V2O5": 1000.0}), [3, 2, 3], 145.0, [1, 0.5, 1])
    with pytest.raises(HeterofilmError, match="no band within 25"):
        mode_series(read(path), 850.0)
