"""Oxidation states: atoms are conserved, and every electron that came is found on one."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.oxidation import oxidation_states
from heterofilm.simulation.run import simulate

CELL = Cell.load("voc1-half")


@pytest.fixture(scope="module")
def record():
    return simulate(CELL, "Discharge at 5 uA/cm2 until 2.15 V")


@pytest.mark.parametrize("where", ["surface", "mean"])
def test_shares_of_an_element_add_up(record, where):
    """Atoms neither come nor go."""
    states = oxidation_states(record, CELL, where)
    for element in ("V", "Cu"):
        columns = [c for c in states.columns if c.startswith(element)]
        assert len(columns) >= 2
        total = states.select(columns).sum_horizontal().to_numpy()
        assert total == pytest.approx(1.0, abs=1e-6)


def test_the_charged_film(record):
    """Fresh, vanadium is 5+ and copper 2+."""
    first = oxidation_states(record, CELL).row(0, named=True)
    assert first["V5+"] > 0.99 and first["Cu2+"] > 0.99


def test_reduction_goes_one_way(record):
    """On discharge the highest states only fall, copper metal only grows, Cu+ comes in between and goes."""
    states = oxidation_states(record, CELL, "mean")
    # between its plateaus V2O5 may hand a little Li on to the domains: V5+ then recovers, but by no more than 0.1 %
    vanadium = states["V5+"].to_numpy()
    assert (vanadium - np.minimum.accumulate(vanadium)).max() < 1e-3
    assert np.all(np.diff(states["Cu2+"].to_numpy()) < 1e-6)
    assert np.all(np.diff(states["Cu0"].to_numpy()) > -1e-6)
    between = states["Cu+"].to_numpy()
    assert between.max() > between[0] + 0.1


def test_every_electron_is_found(record):
    """Li that came in (the charge) = electrons by which the atoms are reduced, over the whole film."""
    states = oxidation_states(record, CELL, "mean")
    film, shares = CELL.model.film, (CELL.composition.matrix, CELL.composition.domain)
    active = [share.molar_density * phase.utilisation.si for share, phase in zip(shares, CELL.phases, strict=True)]
    utilised = {phase.utilisation.si for phase in CELL.phases}
    electrons = np.zeros(record.frame.height)
    for phase, concentration in zip(CELL.phases, active, strict=True):
        for couple in phase.couples:
            column = f"{couple.name.replace('/', '_').replace(' ', '_')}_{phase.name}"
            electrons += concentration * record.frame[column].to_numpy()
    charge = record.frame["charge_C_m2"].to_numpy()
    found = 96485.33212 * film.L * (electrons - electrons[0])
    assert found == pytest.approx(charge, abs=0.01 * charge[-1])
    if len(utilised) == 1:  # one weight for all atoms: the states alone must say it too
        lost = (states["V4+"] - states["V4+"][0]).to_numpy()
        assert lost.max() > 0.1


def test_the_surface_leads_the_mean(record):
    """Li comes from the electrolyte, so the surface of the V2O5 is reduced first."""
    surface, mean = (record.frame[f"{prefix}filling_V2O5"].to_numpy() for prefix in ("surface_", ""))
    assert np.all(surface >= mean - 1e-9) and (surface - mean).max() > 0.01


SULPHIDE = {
    "name": "c", "title": "c", "electrolyte": "liquid-1M", "area": "1 cm2", "series_resistance": "0 ohm cm2",
    "lower_voltage": "1.5 V", "upper_voltage": "3 V",
    "film": {
        "name": "f", "title": "f", "thickness": "200 nm",
        "matrix": {
            "name": "TiS3", "title": "TiS3", "formula": "TiS3", "atoms": {"Ti": 1, "S": 3}, "density": "3.2 g/cm3",
            "utilisation": 1, "D": "1e-10 cm2/s", "sigma_e": "1 S/cm",
            "couples": [{"name": "S", "element": "S", "oxidised": -1, "reduced": -2, "U0": "2.2 V", "lithium": 2,
                         "omega": 5, "hysteresis": "20 mV"}],
        },
    },
}  # fmt: skip


def test_an_anion_may_be_what_is_reduced():
    """2 Li to the pair of S- in TiS3: all of them end as S2-."""
    cell = Cell.from_dict(SULPHIDE)
    found = oxidation_states(simulate(cell, "Discharge at C/50 until 1.6 V"), cell)
    assert found.columns == ["S-", "S2-"]
    assert found["S-"][0] > 0.98 and found["S2-"][-1] > 0.95


def test_couples_without_an_element_have_no_states():
    matrix = SULPHIDE["film"]["matrix"]
    bare = {k: v for k, v in matrix["couples"][0].items() if k not in ("element", "oxidised", "reduced")}
    cell = Cell.from_dict({**SULPHIDE, "film": {**SULPHIDE["film"], "matrix": {**matrix, "couples": [bare]}}})
    record = simulate(cell, "Discharge at C/5 until 1.6 V")
    assert record.capacity("mAh/g", step=1) > 200.0
    with pytest.raises(HeterofilmError, match="names an element"):
        oxidation_states(record, cell)
