"""Tables of an entry as the kernels have them: temperature, branches, shapes over the filling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.engine.open_circuit import potential
from heterofilm.engine.table import factor_of
from heterofilm.errors import HeterofilmError
from heterofilm.library import load_phase
from heterofilm.simulation.oxidation import oxidation_states
from heterofilm.simulation.run import simulate
from heterofilm.simulation.unused_capacity import unused_capacity

X = np.linspace(0.0, 1.0, 41)
U = 3.9 - 0.6 * X - 0.2 * np.tanh((X - 0.4) / 0.06)


def cell(phase: dict[str, Any] | None = None, electrolyte: dict[str, Any] | None = None, **table: Any) -> Cell:
    """A cell whose phase has this table, or that of the library's LiCoO2."""
    base = load_phase("LiFePO4-ocv").model_dump(exclude_defaults=True)
    base |= {"name": "mine", "utilisation": 1.0, **(phase or {})}
    if table:
        base["ocv"] = {"kind": "assumed", "source": "made", "x": tuple(X), **table}
    return Cell.from_dict(
        {
            "name": "c", "title": "c", "electrolyte": electrolyte or "LiPON", "area": "1 cm2",
            "series_resistance": "5 ohm cm2", "lower_voltage": "3 V", "upper_voltage": "4 V",
            "film": {"name": "f", "title": "f", "matrix": base, "thickness": "100 nm"},
        }
    )  # fmt: skip


def test_the_entropy_coefficient_acts_on_the_table() -> None:
    """U(theta, T) = U(theta) + (T - 25 degC) dU/dT(theta), between the points and beyond them."""
    entropy = 0.3 * np.sin(5.0 * X)
    made = cell(U=tuple(U), dU_dT=tuple(entropy))
    table = made.entries.matrix.open_circuit
    assert table is not None
    for T in (298.15, 338.15, 268.15):
        phase = made.at(T).model.matrix
        for theta in (-0.05, 0.0, 0.013, 0.4, 0.77, 1.0, 1.05):
            expected = float(table.value(theta)) + (T - 298.15) * float(table.entropy(theta))
            assert potential(theta, 0.0, 1.0, 3.0, phase) == pytest.approx(expected, abs=1e-12)


def test_an_entropy_coefficient_that_turns_the_potential_around_is_refused() -> None:
    made = cell(U=tuple(U), dU_dT=tuple(9.0 * np.sin(40.0 * X)))
    with pytest.raises(HeterofilmError, match="phase 'mine' would rise with the filling at 398"):
        _ = made.at(398.15).model
    assert made.model.matrix.ocv.rows.size > 0


def test_branches_of_the_entry_are_those_of_the_kernel() -> None:
    made = cell(U_discharge=tuple(U), U_charge=tuple(U + 0.03 + 0.02 * X))
    table = made.entries.matrix.open_circuit
    assert table is not None
    for theta in np.linspace(-0.01, 1.01, 41):
        for h in (-1.0, 0.2, 1.0):
            expected = float(table.value(theta, h))
            assert potential(theta, h, 1.0, 3.0, made.model.matrix) == pytest.approx(expected, abs=1e-12)


def test_hysteresis_of_a_table_can_be_taken_away() -> None:
    """What a discharge loses to it is a cause of unused capacity as with couples; the causes add up."""
    made = cell(U_discharge=tuple(U - 0.1), U_charge=tuple(U + 0.1))
    shares = {share.cause: share.in_order for share in unused_capacity(made, 0.01, 3.2)}
    assert shares["hysteresis"] > 0.0
    assert sum(shares.values()) == pytest.approx(made.theoretical_capacity)
    assert "hysteresis" not in {share.cause for share in unused_capacity(cell(U=tuple(U)), 0.01, 3.2)}


@pytest.mark.parametrize(
    "shape",
    [
        {"filling": (0.0, 0.3, 0.7, 1.0), "value": (1e-3, 1e-5, 1e-4, 1e-4), "unit": "S/cm", "source": "made"},
        {"log10": (0.0, -2.0, 1.5)},
        {"vacancies": 1.0},
    ],
    ids=["table", "polynomial", "power"],
)
def test_shapes_over_the_filling(shape: dict[str, Any]) -> None:
    """sigma_e(z) of the phase and i0(z) of the interface are value(z) of their entries, constant beyond."""
    own: dict[str, Any] = {"sigma_e_of_filling": shape, "sigma_e": "1e-5 S/cm"}
    i0 = {**shape, "unit": "mA/cm2"} if "unit" in shape else shape
    liquid = {
        "name": "e", "title": "e", "kind": "liquid", "area_resistance": "1 ohm cm2", "window": "5 V",
        "activation_energy": "0.2 eV", "cathode_interface": {"i0": "0.1 mA/cm2", "i0_of_filling": i0},
    }  # fmt: skip
    made = cell(own, liquid, U=tuple(U))
    entry = made.entries.matrix.sigma_e_of_filling
    assert entry is not None
    for z in (-0.1, 0.0, 0.2, 0.31, 0.5, 0.99, 1.0, 1.2):
        expected = float(entry.relative(min(max(z, 0.0), 1.0)))
        full = made.model.matrix.theta_full
        assert factor_of(z * full, made.model.film.sigma_theta)[0] == pytest.approx(expected, rel=1e-8)
        assert factor_of(z, made.model.cathode.i0_z)[0] == pytest.approx(expected, rel=1e-8)


def test_what_a_table_reduces_is_followed() -> None:
    """Every Li of LiCoO2 reduces a cobalt: the share of Co3+ is the filling, and the two add up to one."""
    made = Cell.load("lco-atfb")
    record = simulate(made, "Discharge at C/5 until 3.7 V", detail=True)
    states = oxidation_states(record, made, "mean")
    phase = made.entries.matrix
    filling = record.frame[f"filling_{phase.name}"].to_numpy() / phase.lithium
    assert states["Co3+"].to_numpy() == pytest.approx(np.maximum(filling, 0.0), abs=1e-3)
    assert states.select("Co4+", "Co3+").sum_horizontal().to_numpy() == pytest.approx(1.0)


def test_the_thermodynamic_factor_of_a_table_is_that_of_its_slope() -> None:
    """D/D0 = -(F/RT) theta (1 - z) dU/dtheta: of a table of an ideal lattice gas it is one."""
    from verification.models import RT_F

    z = np.unique(np.concatenate([np.geomspace(1e-4, 0.5, 600), 1.0 - np.geomspace(1e-4, 0.5, 600)]))
    gas = {"kind": "assumed", "source": "made", "x": tuple(z), "U": tuple(3.4 + RT_F * np.log((1.0 - z) / z))}
    model = cell({"diffusion_law": "thermodynamic", "ocv": gas}).model
    grid = np.linspace(0.0, 1.0, model.D_m.D.size)
    inside = (grid > 0.01) & (grid < 0.99)
    assert (model.D_m.D / model.D_m.D[grid.size // 2])[inside] == pytest.approx(1.0, rel=0.01)
