"""Draws of values: joint where a calibration or fit made them together, within what was stated."""

import numpy as np
import pytest

from heterofilm.calibration.joint import fit
from heterofilm.cell import Cell
from heterofilm.designs.uncertain import of_entries, of_file, of_fit
from heterofilm.library import Library
from heterofilm.simulation.run import simulate

D, FACTOR = "phases.V2O5.D", "films.VO.transport_factor"


def test_entries_are_drawn_from_their_ranges_and_the_calibration_jointly() -> None:
    cell = Cell.load("vo-half")
    resistance, kept = "electrolytes.liquid-1M.area_resistance", "films.VO.thickness"
    rows, words = of_entries(cell, [resistance, D, "phases.V2O5.D_decades", kept], 40, np.random.default_rng(0))
    assert all(3.0 <= row[resistance] <= 30.0 for row in rows) and kept not in rows[0]
    pairs = {(draw[D], draw["phases.V2O5.D_decades"]) for draw in Library().ensemble()}
    assert all((row[D], row["phases.V2O5.D_decades"]) in pairs for row in rows)
    assert "joint draws" in words and "1 that state neither are held" in words


def test_a_fit_is_drawn_as_it_is_known(tmp_path) -> None:
    """Of a pair of which the data tell only the product, the product is narrow and each alone wide; a file of the fit
    keeps the standard deviations, and says that it does not keep how they go together."""
    record = simulate("vo-half", "Discharge at 20 uA/cm2", detail=False, rtol=1e-6, dV=0.05)
    found = fit("vo-half", [record], {D: (1e-13, 1e-12), FACTOR: (0.3, 3.0)}, noise="1 mV", searches=1, profiles=False)
    rows, words = of_fit(found, 300, np.random.default_rng(0))
    logs = np.log([[row[D], row[FACTOR]] for row in rows])
    assert "joint draws" in words and "leave open" in words
    assert np.corrcoef(logs.T)[0, 1] < -0.5 and np.std(logs.sum(axis=1)) < 0.5 * np.std(logs[:, 0])
    found = fit("vo-half", [record], [D], noise="5 mV", searches=1, profiles=False)
    place = found.write(tmp_path / "fit.toml")
    rows, words = of_file(place, Cell.load("vo-half"), 300, np.random.default_rng(0))
    sigma = found[D].sigma / found[D].value
    assert np.std(np.log([row[D] for row in rows])) == pytest.approx(sigma, rel=0.15)
    assert "independent" in words
