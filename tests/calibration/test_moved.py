"""Slopes of rows: along the exact slopes of capacities, by runs anew of what has none, nothing where nothing acts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heterofilm.calibration.experiments import PER_VOLUME, Experiments
from heterofilm.calibration.moved import STEP, Moved, Slopes, slopes_of
from heterofilm.calibration.parameter import parameters, values_of
from heterofilm.errors import InputError, SimulationError
from heterofilm.library import Library
from heterofilm.protocol import Protocol, discharge
from heterofilm.simulation.run import steps_of

PATHS = (
    "phases.V2O5.utilisation",
    "phases.V2O5.D",
    "phases.Cu2V2O7.D",
    ("films.VO.wetted_area", "films.VOC1.wetted_area"),
)
FREE = parameters(Library(calibration=None), PATHS)
WIDE = np.full(len(FREE), 6.0)


def at(u: Any) -> tuple[Experiments, Slopes]:
    values = values_of(FREE, np.asarray(u))
    run = Experiments(values)
    return run, Slopes(run, FREE, values)


def test_capacities_move_along_their_exact_slopes() -> None:
    """dQ/du as wide differences of fine runs have it; a known charge of whole cycles and of several currents."""
    u = np.array([0.1, 0.2, 0.0, -0.3])

    def fine(v: Any) -> float:
        cell = Experiments(values_of(FREE, np.asarray(v))).cell("vo-half")
        test = Protocol((discharge(20.0, "uA/cm2", until=f"{cell.window[0]!r} V"),))
        return float(steps_of(cell, test, rtol=1e-6)[0]["capacity_C_m2"]) * PER_VOLUME / cell.thickness

    run, slopes = at(u)
    found = slopes_of(
        lambda r: np.array([r.first("vo-half", 20.0)]), np.array([run.first("vo-half", 20.0)]), slopes, u, WIDE
    )
    for k in (0, 1, 3):
        h = 0.01 * np.eye(len(FREE))[k]
        assert found[0, k] == pytest.approx((fine(u + h) - fine(u - h)) / 0.02, rel=0.02)


def test_capacities_need_no_further_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run, slopes = at(np.zeros(len(FREE)))
    before = run.cycles("vo-half", (20.0, 2))
    slopes.of("vo-half", Protocol((discharge(20.0, "uA/cm2", until=f"{run.cell('vo-half').window[0]!r} V"),)))
    Moved(slopes, 0, STEP).cycles("vo-half", (20.0, 2))

    def none(*_: Any, **__: Any) -> Any:
        raise AssertionError("a run")

    monkeypatch.setattr("heterofilm.calibration.experiments.steps_of", none)
    after = [Moved(slopes, k, STEP).cycles("vo-half", (20.0, 2)) for k in range(len(FREE))]
    assert (after[0] > before).all() and (after[1] > before).all()


def test_what_an_unknown_does_not_act_on_stays() -> None:
    """VO holds no Cu2V2O7: the same cell, record and capacity; in VOC1 they are others."""
    run, slopes = at(np.zeros(len(FREE)))
    moved = Moved(slopes, 2, STEP)
    assert moved.cell("vo-half") is run.cell("vo-half") and moved.cell("voc1-half") is not run.cell("voc1-half")
    assert moved.discharge("vo-half", 20.0) is run.discharge("vo-half", 20.0)
    assert moved.first("vo-half", 20.0) == run.first("vo-half", 20.0)


def test_a_run_without_derivative_is_run_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is known of the slopes the capacity is that of a run at the moved value."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise InputError("Derivatives are not known.")

    monkeypatch.setattr("heterofilm.calibration.moved.run_followed", unknown)
    _, slopes = at(np.zeros(len(FREE)))
    anew = Experiments(values_of(FREE, np.array([STEP, 0.0, 0.0, 0.0])))
    assert Moved(slopes, 0, STEP).first("vo-half", 20.0) == anew.first("vo-half", 20.0)


def test_slopes_go_the_other_way_where_one_is_closed() -> None:
    """Beyond a bound nothing is run; what fails there is tried backward, and is zero where both ways fail."""
    _, slopes = at(np.zeros(len(FREE)))

    def of(run: Experiments) -> np.ndarray:
        if isinstance(run, Moved) and (run.k == 1 or (run.k == 2 and run.by > 0.0)):
            raise SimulationError("no")
        by = run.by if isinstance(run, Moved) else 0.0
        seen.append(by)
        return np.array([3.0 * by])

    seen: list[float] = []
    upper = WIDE.copy()
    upper[0] = 0.5 * STEP
    assert slopes_of(of, np.zeros(1), slopes, np.zeros(len(FREE)), upper)[0] == pytest.approx([3.0, 0.0, 3.0, 3.0])
    assert seen[0] == -STEP
