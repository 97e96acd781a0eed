"""The kernels that the package calls are known beforehand, with the types of their arguments."""

from __future__ import annotations

import numpy as np

import heterofilm as hf
from heterofilm.calibration.cycle_life import life
from heterofilm.engine import build


def test_nothing_else_is_compiled() -> None:
    """After `prepare` no simulation, whatever its cell and protocol, brings types of its own."""
    build.prepare(*build.EVERYTHING)
    wave = "Discharge at 50 uA/cm2 for 1 h; Rest for 1 min; Hold at 3 V for 1 min; EIS from 1 kHz to 1 Hz"
    for cell in ("vo-half", "voc1-half"):
        record = hf.simulate(cell, wave)
        assert record.profiles is not None
        hf.simulate(cell, "Discharge at 100 uA/cm2 until 2.15 V", detail=False, keep=[])
        life(hf.Cell.load(cell), 100.0, 2)
        hf.unused_capacity(hf.Cell.load(cell), 1.0)
    for kernel, signature in build.SIGNATURES.items():
        assert list(kernel.entry.overloads) == [signature], kernel.name


def test_prepared_twice_is_prepared_once() -> None:
    """Nothing is left to do the second time."""
    build.prepare(*build.STEPS)
    before = [next(iter(one.entry.overloads.values())) for one in build.STEPS]
    build.prepare(*build.STEPS)
    assert all(a is next(iter(b.entry.overloads.values())) for a, b in zip(before, build.STEPS, strict=True))


def test_limits_of_other_kinds_of_numbers_are_taken() -> None:
    """A limit given as an integer is the same limit."""
    from heterofilm.engine.events import DURATION
    from heterofilm.engine.programme import run_steps
    from verification.models import Cell, current, one_phase

    found = [Cell(one_phase(5, 3)).run(current(0.05), (DURATION, t)).V[-1] for t in (100, 100.0)]
    assert np.ptp(found) == 0.0
    assert len(run_steps.entry.overloads) == 1
