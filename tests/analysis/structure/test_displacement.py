"""Shift of 2 theta: what the virtual diffractometer was off by, and what a real one is."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.structure.displacement import displacement
from heterofilm.analysis.structure.xrd import XrdResult, analyse_xrd
from heterofilm.instruments.reading import read
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml, write_xy
from real_data import real_file


def test_the_shift_of_the_scan_comes_back(tmp_path: Path) -> None:
    """Strained films of one phase or two on a substrate: within two sigma in 19 of 20, known to 0.03 deg in most."""
    films = [["V2O5"], ["V2O5", "beta-Cu2V2O7"], ["LiCoO2"], ["LiFePO4"], ["LiMn2O4"]]
    rng = np.random.default_rng(3)
    within, errors = 0, []
    for k in range(20):
        film, below = films[k % len(films)], ("Pt", "Si", "Au")[k % 3]
        truth = XrdTruth(
            {n: float(rng.uniform(500, 3000)) for n in film}, {below: float(rng.uniform(1000, 20000))},
            {n: float(rng.normal(0.0, 0.002)) for n in film}, displacement_deg=float(rng.uniform(-0.12, 0.12)), seed=k,
        )  # fmt: skip
        found = analyse_xrd(read(write_xrdml(tmp_path / "a.xrdml", truth)), substrates=(below,)).displacement
        assert found is not None
        within += abs(found.delta - truth.displacement_deg) < 2.0 * found.sd
        errors.append(found.sd)
    assert within >= 19 and np.median(errors) < 0.03


def shift_of(result: XrdResult) -> float:
    assert result.displacement is not None
    return result.displacement.delta


def test_a_real_scan_that_is_off_is_said_to_be() -> None:
    """V2O5 + ZnO: all lines stand about a quarter of a degree too high; the shift is a row of the table."""
    result = analyse_xrd(read(real_file("xrd/dara_V2O5-2ZnO_400C_60min.xrdml")))
    assert abs(shift_of(result) - 0.25) < 0.04
    row = next(row for row in result.results() if row.quantity == "shift of 2theta")
    assert row.value == shift_of(result) and row.unit == "deg" and 0.0 < row.uncertainty < 0.05


def test_two_lines_tell_no_shift(tmp_path: Path) -> None:
    truth = XrdTruth({"V2O5": 2000.0}, two_theta_deg=(14.0, 19.0))
    result = analyse_xrd(read(write_xy(tmp_path / "a.xy", truth)))
    assert displacement(result.identification.phases, result.lines.lines, 1.5406, result.patterns) is None
    assert all(row.quantity != "shift of 2theta" for row in result.results())
