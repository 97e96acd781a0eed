"""Cell and protocol in, record out."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import LOSS_NAMES, simulate

VO = Cell.load("vo-half")
VOC1 = Cell.load("voc1-half")


@pytest.fixture(scope="module")
def cycle():
    """A cycle of the composite with a rest in it."""
    return simulate(VOC1, "Discharge at 10 uA/cm2 until 2.3 V\nRest for 30 min\nCharge at 10 uA/cm2 until 3.6 V")


def test_steps_and_their_ends(cycle):
    """Every step ends at its limit, and time runs on from step to step."""
    assert cycle.steps["kind"].to_list() == ["discharge", "rest", "charge"]
    last = [cycle.step(k).frame.tail(1).to_dicts()[0] for k in (1, 2, 3)]
    assert last[0]["voltage_V"] == pytest.approx(2.3, abs=1e-5)
    assert last[1]["time_s"] - last[0]["time_s"] == pytest.approx(1800.0)
    assert last[2]["voltage_V"] == pytest.approx(3.6, abs=1e-5)
    assert np.all(np.diff(cycle.frame["time_s"].to_numpy()) >= 0.0)


def test_charge_is_current_times_time(cycle):
    """Q of a step is i t, with the sign of the current."""
    for k, i in ((1, 0.1), (2, 0.0), (3, -0.1)):
        frame = cycle.step(k).frame
        t = frame["time_s"].to_numpy()
        assert frame["current_A_m2"].to_numpy() == pytest.approx(i)
        assert frame["charge_C_m2"].to_numpy() == pytest.approx(i * (t - t[0]), abs=1e-6)


def test_losses_add_up_in_the_record(cycle):
    """The reversible potential minus all losses is the voltage."""
    frame = cycle.frame
    lost = sum(frame[f"loss_{name}_V"].to_numpy() for name in LOSS_NAMES)
    assert frame["reversible_V"].to_numpy() - lost == pytest.approx(frame["voltage_V"].to_numpy(), abs=1e-9)


def test_lithium_in_the_record(cycle):
    """The fillings of both phases account for the charge, but for the double layer (0.1 C/m2 per volt)."""
    frame, film = cycle.step(1).frame, VOC1.model.film
    matrix, domain = (frame[f"filling_{p.name}"].to_numpy() for p in VOC1.phases)
    gained = 96485.33212 * film.L * (film.c_m * (matrix - matrix[0]) + film.c_d * (domain - domain[0]))
    assert gained == pytest.approx(frame["charge_C_m2"].to_numpy(), abs=0.3)


def test_profiles(cycle):
    """Fillings over depth, radius and electrolyte, within their bounds and on the film's own mesh."""
    profiles = cycle.profiles
    assert profiles["x"].size == VOC1.model.film.x.size and profiles["r"].size == VOC1.model.film.r.size
    assert float(profiles["filling_matrix"].min()) > -0.05
    assert float(profiles["filling_domain"].max()) < 1.05 * VOC1.model.domain.theta_full


def test_units_of_current():
    """The same current per area, absolute and as a C-rate gives the same curve."""
    rate = VO.theoretical_capacity / 3600.0 / 0.05  # hours in which 5 uA/cm2 moves the theoretical charge
    texts = ("5 uA/cm2", f"{VO.area * 0.05 * 1e6} uA", f"{1.0 / rate!r}C")
    capacities = [simulate(VO, f"Discharge at {t} until 2.8 V", detail=False).capacity("C/m2") for t in texts]
    assert capacities == pytest.approx([capacities[0]] * 3, rel=1e-6)


def test_units_of_charge():
    """A charge limit in every unit ends the step at that charge."""
    for text, value in (
        ("1 uAh/cm2", 36.0),
        ("3 uAh/cm2/um", 3 * 3.6e7 * VO.thickness),
        ("0.5 uAh", 1.8e-3 / VO.area),
    ):
        record = simulate(VO, f"Discharge at 5 uA/cm2 until {text}", detail=False)
        assert record.capacity("C/m2") == pytest.approx(value, rel=1e-6)


def test_a_slower_discharge_delivers_more():
    """5, 20 and 80 uA/cm2: ever less."""
    found = [simulate(VO, f"Discharge at {i} uA/cm2 until 2.15 V", detail=False).capacity("C/m2") for i in (5, 20, 80)]
    assert found[0] > found[1] > found[2] > 0.0


def test_detail_does_not_change_the_curve():
    """What is recorded does not change what is computed."""
    a, b = (simulate(VO, "Discharge at 20 uA/cm2 until 2.15 V", detail=d) for d in (True, False))
    assert a.frame["voltage_V"].equals(b.frame["voltage_V"])
    assert b.profiles is None and "equilibrium_V" not in b.frame.columns


def test_the_tolerance_is_kept():
    """The default tolerance leaves the capacity within 0.3 % of a hundred times tighter one."""
    for cell in (VO, VOC1):
        loose, tight = (
            simulate(cell, "Discharge at 10 uA/cm2 until 2.15 V", detail=False, rtol=r).capacity("C/m2")
            for r in (1e-3, 1e-5)
        )
        assert loose == pytest.approx(tight, rel=3e-3)


def test_start_and_overrides():
    """A start potential is where the voltage begins; an override of the library changes the answer."""
    record = simulate(VO, "Rest for 10 min", start=3.3)
    assert record.frame["voltage_V"].to_numpy() == pytest.approx(3.3, abs=1e-6)
    thin = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.8 V", overrides={"films.VO.thickness": 150.0})
    full = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.8 V")
    assert thin.capacity("C/m2") == pytest.approx(0.5 * full.capacity("C/m2"), rel=0.1)


def test_a_rest_waits_for_a_voltage():
    """After a discharge, rest until the voltage has come back to a value."""
    record = simulate(VO, "Discharge at 80 uA/cm2 until 2.3 V; Rest until 2.45 V", detail=False)
    assert record.frame["voltage_V"][-1] == pytest.approx(2.45, abs=1e-5)
    assert record.frame["current_A_m2"][-1] == 0.0


@pytest.mark.parametrize(
    ("protocol", "how", "says"),
    [
        ("Discharge at 5 uA/cm2 until 2.15 V", {"rtol": 0.5}, "rtol must lie between"),
        ("Discharge at 5 uA/cm2 until 2.15 V", {"rtol": float("nan")}, "rtol must lie between"),
        ("Discharge at 5 uA/cm2 until 2.15 V", {"dV": 0.0}, "dV must be positive"),
        ("Discharge at 5 uA/cm2 until 2.15 V", {"start": 9.0}, "start potential"),
        ("Discharge at 5 uA/cm2 until 2.15 V", {"overrides": {"a.b.c": 1.0}}, "overrides need the name"),
        ("Discharge at 500 A until 2.15 V", {}, "check the unit"),
        ("Discharge at 5 uA/cm2 until 2150 V", {}, "a limit lies between -1 and 10 V"),
        ("Charge at 5 uA/cm2 until 3.0 V", {}, "over before it begins"),
        ("Rest until 2.0 V", {}, "never reaches its limit"),
    ],
)
def test_what_cannot_be_run_is_said(protocol, how, says):
    """One sentence with what to do, not a traceback from the kernels."""
    with pytest.raises(HeterofilmError, match=says):
        simulate(VO, protocol, **how)


def test_a_swept_film_never_gives_back_what_it_takes():
    """While the potential falls, that of the surface is the lowest in a film of one phase, so that Li only enters (the
    maximum principle of diffusion), and the other way round: the current of a sweep keeps its sign, also where a
    plateau ends and it falls within a few mV."""
    record = simulate(VO, "CV between 2.15 V and 3.8 V at 0.4 mV/s", ageing=False, detail=False)
    for number, sign in ((1, 1.0), (2, -1.0)):
        frame = record.step(number).frame
        V, current = frame["voltage_V"].to_numpy(), frame["current_A_m2"].to_numpy()
        inside = (V > 2.6) & (V < 3.3)  # past the turns, where the gradient of the sweep before still relaxes
        assert (sign * current[inside]).min() > 0.0


def test_cycles_to_keep_are_cycles_that_there_are():
    """One that the protocol does not have is refused; one that the run did not come to is said."""
    with pytest.raises(HeterofilmError, match="cycle 7 are to be kept, but the protocol has 3 cycles"):
        simulate("vo-half", "3 x (Discharge at 20 uA/cm2 for 60 s)", keep=[2, 7])
    early = simulate("vo-half", "9 x until 3.5 V (Discharge at 20 uA/cm2 for 60 s until 3.5 V)", keep=[1, 9])
    assert early.steps["cycle"].max() < 9
    assert "nothing is kept of cycle 9" in str(early.meta["notes"])


def test_a_period_that_is_asked_for_is_said_to_have_no_effect():
    record = simulate("vo-half", ["Discharge at 20 uA/cm2 for 60 s (5 second period)"])
    assert "(5 second period) has no effect" in str(record.meta["notes"])
