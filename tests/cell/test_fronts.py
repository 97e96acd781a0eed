"""The front of a phase: what a cell makes of its energy and width, where it is refused, and what it says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.cell.fronts import MOST, gradient_energy, nodes, open_circuit, overshoot
from heterofilm.constants import F
from heterofilm.errors import InputError
from heterofilm.simulation.run import simulate
from heterofilm.simulation.sensitivities import sensitivities

LFP = "phases.LiFePO4-ocv.front"
V2O5 = "phases.V2O5.front"


def with_front(name: str = "lfp-atfb", path: str = LFP, **more: float | str) -> Cell:
    values = {"interface_energy": "114 mJ/m2", **more}
    return Cell.load(name, {f"{path}.{key}": value for key, value in values.items()})


def test_energy_and_width_give_the_double_well_whose_interface_they_are_of() -> None:
    """gamma is the integral of sqrt(2 K W) over the gap (Cahn and Hilliard), w the step over its steepest gradient."""
    gamma, w, d, c = 0.114, 3.1e-9, 0.84, 22820.0
    K = gradient_energy(gamma, w, d)
    B = overshoot(K, w, d, c)
    s = np.linspace(0.0, 1.0, 20001)
    W = B * F * c * d / (2.0 * math.pi) * (1.0 - np.cos(2.0 * math.pi * s))  # J/m3
    assert np.trapezoid(np.sqrt(2.0 * K * W), d * s) == pytest.approx(gamma, rel=1e-6)
    assert d / math.sqrt(2.0 * W.max() / K) == pytest.approx(w, rel=1e-9)


def test_off_unless_set() -> None:
    """Every cell of the library is as without the option; what a front would be like does not act on it."""
    for name in ("lfp-atfb", "vo-half", "voc1-half"):
        assert Cell.load(name).model.front.G == 0.0 and Cell.load(name).model.film.x.size == 24
    with pytest.raises(InputError, match=r"its interface has no energy; set '.*interface_energy' too"):
        Cell.load("vo-half", {f"{V2O5}.interface_width": "4 nm"})
    both = {f"{V2O5}.interface_width": "4 nm", f"{V2O5}.interface_energy": "20 mJ/m2"}
    assert Cell.load("vo-half").replace(both).digest == Cell.load("vo-half", both).digest


def test_two_phases_in_contact_show_equal_areas() -> None:
    """Maxwell: over the gap the potential of one phase alone has the mean of that of two in contact."""
    for cell in (with_front(), with_front("vo-half", V2O5)):
        model = cell.model
        rows = model.front.excess.rows
        theta = rows[1:, 0]
        U = open_circuit(model.matrix, theta)
        one, both = U + rows[1:, 1], U + rows[1:, 5]
        assert np.all(np.diff(both) < 1e-9)
        assert np.mean(both - one) == pytest.approx(0.0, abs=1e-3 * np.ptp(one))


def test_the_mesh_resolves_the_interface_or_says_that_none_does() -> None:
    cell = with_front()
    steps = np.diff(cell.model.film.x)
    assert steps.max() <= 3.1e-9 / 4.0 * (1.0 + 1e-9) and cell.model.film.x.size == nodes(300e-9, 3.1e-9)
    with pytest.raises(InputError, match=f"needs [0-9]+ nodes, more than {MOST}; state a wider one"):
        _ = with_front(interface_width="0.5 nm").model
    # a slab that a liquid wets three times is a third as thick, and G is in units of its width
    wetted = with_front("vo-half", V2O5)
    area = wetted.entries.film.wetted_area.si
    assert wetted.model.film.x.size == nodes(300e-9 / area, 5e-9)


@pytest.mark.parametrize(
    ("name", "why"),
    [("voc1-half", "its film is of two phases"), ("v2o5-lco", "it makes the film of the anode")],
)
def test_where_no_front_is_modelled_it_is_refused(name: str, why: str) -> None:
    """By its path, and where a file of one's own states it."""
    with pytest.raises(InputError, match=why):
        with_front(name, V2O5)
    entries = Cell.load(name).entries
    part = "matrix" if name == "voc1-half" else "anode_phase"
    phase = getattr(entries, part)
    energy = phase.front.interface_energy.model_copy(update={"value": 50.0})
    own = phase.model_copy(update={"front": phase.front.model_copy(update={"interface_energy": energy})})
    with pytest.raises(InputError, match=f"is not modelled, for {why}"):
        _ = Cell(replace(entries, **{part: own})).model


def test_impedance_is_refused() -> None:
    """Its derivatives too; those in time hold (``test_followed.py``)."""
    with pytest.raises(InputError, match="Impedance of a cell with a front is not modelled"):
        simulate(with_front(), "Discharge at 1C for 1 min; EIS from 1 kHz to 1 Hz")
    with pytest.raises(InputError, match="Impedance of a cell with a front is not modelled"):
        sensitivities(with_front(), "EIS from 1 kHz to 1 Hz", ["films.LFP.thickness"])


def test_a_gap_beyond_the_lithium_of_the_phase_is_refused() -> None:
    with pytest.raises(InputError, match=r"ends at 1\.5"):
        with_front(lithium_rich=1.5)
    with pytest.raises(InputError, match="must lie below lithium_rich"):
        with_front(lithium_poor=0.9)


def test_what_a_front_means_is_said_beside_the_results() -> None:
    said = with_front().remarks[-1]
    assert "overshoots the plateau by 49" in said and "multiplied by the thermodynamic factor" in said
    assert "thermodynamic factor" not in with_front("vo-half", V2O5).remarks[-1]


def test_protocols_of_every_kind_keep_their_losses_and_lithium() -> None:
    """Discharge, rest, hold, charge, sweep and power: the losses add up to the voltage, and a rest ends where
    `equilibrium_V` says."""
    cell = with_front()
    record = simulate(
        cell,
        "Discharge at C/10 until 3.2 V; Rest for 20 h; Hold at 3.3 V for 1 h; Charge at C/10 until 3.6 V; "
        "Discharge at 20 uW/cm2 for 1 h; Rest for 40 h",
    )
    frame = record.frame
    losses = sum(frame[name].to_numpy() for name in frame.columns if name.startswith("loss_"))
    assert np.abs(frame["reversible_V"].to_numpy() - losses - frame["voltage_V"].to_numpy()).max() < 1e-9
    for step in (2, 6):
        end = record.step(step).frame.tail(1)
        assert end["voltage_V"][0] == pytest.approx(end["equilibrium_V"][0], abs=2e-4)


def test_a_start_within_the_gap_is_told() -> None:
    record = simulate(with_front(), "Rest for 1 s", start="50 %")
    assert "within the miscibility gap of LiFePO4-ocv" in record.meta["notes"]
