"""An open-circuit potential from data whose truth is known: slow cycles and titrations of the model, noisy curves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.open_circuit import MeasuredPotential, ocv_from, smoothed
from heterofilm.cell import Cell
from heterofilm.constants import F, R
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate
from made_cell import made_cell

LOW, HIGH = 3.6, 4.17


@cache
def cell() -> Cell:
    """LiCoO2 from its table, behind a resistance that is most of what the current costs."""
    made = Cell.from_dict(
        {
            "name": "c", "title": "c", "electrolyte": "LiPON", "area": "1 cm2", "series_resistance": "2000 ohm cm2",
            "lower_voltage": f"{LOW} V", "upper_voltage": f"{HIGH} V",
            "film": {"name": "f", "title": "f", "matrix": "LiCoO2-ocv", "thickness": "200 nm"},
        }
    )  # fmt: skip
    return made.replace(cathode_i0=0.2)


@cache
def slow() -> Record:
    return simulate(cell(), f"Discharge at C/50 until {LOW} V; Charge at C/50 until {HIGH} V")


@cache
def titration() -> Record:
    return simulate(cell(), f"GITT discharge at 4 uA/cm2 for 5 min, rest for 1 h, until {LOW} V")


def truth(found: MeasuredPotential, record: Record) -> np.ndarray:
    """The model's own table at the charges of the one found, the curves laid over each other at the charged end."""
    table = cell().entries.matrix.open_circuit
    assert table is not None
    per_charge = table.theta_full / cell().active_capacity
    start = float(table.inverse(0.5 * (found.discharge_V[0] + found.charge_V[0])))
    return table.value(start + per_charge * found.charge_C_m2)


def test_a_titration_gives_the_table_back() -> None:
    """Relaxed potentials are those of the model's table within 0.1 mV, where it ends steeply within 3 mV: the double
    layer takes its 1e-4 of the charge. None but the rests make the table."""
    found = ocv_from(titration())
    assert found.method == "titration" and not found.has_branches
    off = np.abs(found.discharge_V - truth(found, titration()))
    assert off[found.discharge_V > 3.89].max() < 1e-4
    assert off.max() < 3e-3
    assert found.charge_C_m2.size == found.data["discharge"][0].size
    assert found.rms_V < 1e-4
    said = " ".join(found.notes)
    assert "rests of a titration with pulses of 4 uA/cm2" in said and "mV/h" in said


def test_the_mean_of_a_slow_cycle_is_the_table() -> None:
    """Half the gap between the branches is what the current costs, which the mean has not: within 2 mV."""
    found = ocv_from(slow(), branches="mean")
    inner = slice(3, -3)
    assert np.abs(found.discharge_V - truth(found, slow()))[inner].max() < 2e-3
    assert found.worst_V == 0.0 or found.rms_V < 1e-3


def test_branches_lie_on_their_sides() -> None:
    """Discharge below, charge above, by twice the loss of the current, which is said with rate and capacity."""
    found = ocv_from(slow())
    assert found.has_branches and np.all(found.charge_V >= found.discharge_V)
    gap = np.median(found.charge_V - found.discharge_V)
    current = abs(slow().frame["current_A_m2"].to_numpy()).max()
    m = cell().model
    resistance = m.electrolyte.R + m.R_s + R * m.T / F * (1.0 / m.cathode.i0 + 1.0 / m.anode.i0)
    assert gap == pytest.approx(2.0 * current * resistance, rel=0.15)  # diffusion adds a little
    said = " ".join(found.notes)
    assert "or C/" in said and "which one rate does not tell apart" in said and "no resistance" in said


def test_a_known_resistance_is_taken_off() -> None:
    """Of ohmic loss alone, U + i R of the discharge is the charge branch of U - i R."""
    with_loss = ocv_from(slow())
    gap = np.median(with_loss.charge_V - with_loss.discharge_V)
    current = abs(slow().frame["current_A_m2"].to_numpy()).max()
    freed = ocv_from(slow(), resistance_ohm_m2=0.25 * gap / current)
    assert np.median(freed.charge_V - freed.discharge_V) == pytest.approx(0.5 * gap, rel=0.05)
    with pytest.raises(HeterofilmError, match="needs no resistance"):
        ocv_from(titration(), resistance_ohm_m2=1.0)


def test_a_fast_cycle_says_so() -> None:
    """A table from C/2 holds what diffusion and charge transfer cost."""
    found = ocv_from(made_cell())
    assert any("faster than C/20" in note for note in found.notes)
    assert 70 < found.discharge_V.size <= 80 and found.method == "slow cycle"


def test_cycles_with_rests_are_no_titration() -> None:
    """Pulses that turn around at every rest go no way."""
    record = simulate(
        cell(), f"10 x (Discharge at 2C until {LOW} V; Rest for 10 min; Charge at 2C until {HIGH} V; Rest for 10 min)"
    )
    assert ocv_from(record).method == "slow cycle"


@pytest.mark.parametrize("seed", range(5))
def test_noise_becomes_a_falling_curve(seed: int) -> None:
    """Ten thousand points with 2 mV of noise: strictly falling, within a fifth of the noise of the truth."""
    rng = np.random.default_rng(seed)
    q = np.sort(rng.uniform(0.0, 1.0, 10_000))
    true = 3.9 - 0.5 * q - 0.3 * np.tanh((q - 0.5) / 0.05)
    x, U = smoothed(q, np.round(true + 2e-3 * rng.standard_normal(q.size), 3), 201)
    assert np.all(np.diff(x) > 0.0) and np.all(np.diff(U) < 0.0)
    off = U - (3.9 - 0.5 * x - 0.3 * np.tanh((x - 0.5) / 0.05))
    assert np.sqrt(np.mean(off[2:-2] ** 2)) < 4e-4


def test_what_is_written_is_a_phase_that_runs(tmp_path: Path) -> None:
    """The csv is a table of [ocv] as it is, by x, by capacity of the film, or by filling; the cell runs from it."""
    found = ocv_from(titration())
    found.save(tmp_path / "mine.csv", "titration.nc", x=(0.5, 0.95))
    base = Library().phase("LiCoO2-ocv").model_dump(exclude={"ocv"}, exclude_defaults=True)
    table = {"file": "mine.csv", "kind": "measured", "source": "here"}
    phase = Library().phase({**base, "name": "mine", "ocv": table}, tmp_path)
    assert phase.lithium == pytest.approx(0.45)
    theta = 0.45 * found.charge_C_m2 / found.capacity
    assert phase.open_circuit is not None
    assert phase.open_circuit.value(theta) == pytest.approx(found.discharge_V, abs=1e-6)
    found.save(tmp_path / "mine.csv")
    by_capacity = Library().phase({**base, "name": "mine", "ocv": table}, tmp_path)
    # a film of 200 nm that is taken as dense: the share of it that its utilisation leaves out is missing
    active = cell().entries.matrix.utilisation.value
    dense = 0.47 * found.capacity / cell().active_capacity
    assert by_capacity.lithium == pytest.approx(active * dense, rel=1e-3)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"cycle": 700}, "no curve of cycle 700"),
        ({"branches": "charge"}, "no charge"),
        ({"branches": "both ways"}, "both, mean, discharge or charge"),
        ({"points": 3}, "8 to 2000 points"),
    ],
)
def test_bad_wishes(how: dict, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        ocv_from(titration(), **how)
