"""Random legal cells: every one integrates, keeps its lithium, and takes no voltage that it does not stand.

A tenth of the cases is run in every run of the tests, all of them by ``make explore``; ``python tools/random_cells.py``
runs any others.
"""

from __future__ import annotations

import pytest

from draws import draws
from random_cells import DOUBTFUL, Tally, case, outcome

KINDS = {"discharge", "charge", "rest", "hold", "sweep", "impedance", "temperature", "load"}
CAUSES = (" takes ", "the surface of the film is ", "outside the range of ")
WHOLE = 1000
SHARP = {False: 919, True: 290}  # voltammograms in which nuclei come and go at one node after the other
CASES = draws(WHOLE)


@pytest.mark.parametrize(("beyond", "allowed"), [(False, 0.0), (True, 0.01)], ids=["in range", "ten times beyond"])
def test_random_cells(beyond: bool, allowed: float) -> None:
    """In range all of them can be integrated, ten times beyond more than 99 of a hundred, and each that cannot names a
    cause; what is checked of each run is in ``random_cells.check``. Steps of every kind are among them."""
    cases = [case(seed, beyond) for seed in sorted({*range(CASES), SHARP[beyond]})]
    assert {item.kind for one in cases for item in steps(one.protocol.items)} >= KINDS
    found = Tally([outcome(one) for one in cases])
    assert len(found.stalled) < max(1.0, allowed * CASES), "\n".join(map(str, found.stalled))
    assert all(any(word in one.failure for word in CAUSES) for one in found.stalled), "\n".join(map(str, found.stalled))
    assert not found.unchecked, "\n".join(map(str, found.unchecked))
    assert not found.leaking, "\n".join(map(str, found.leaking))
    assert not found.slow, "\n".join(map(str, found.slow))


@pytest.mark.parametrize(("seed", "charge"), [(5748, 1.71), (5617, 560.0)])
def test_a_limit_is_met_by_a_solution(seed: int, charge: float) -> None:
    """Two cells beyond their ranges that were said to have met 2.15 V, and stood at 2.53 V and 3.35 V, after a
    fourteenth and a tenth of their charge (C/m2). One took an overpotential on its way for a solution, and lost
    lithium; the other a solution of the whole step that lies behind a gap. What they hold follows the calibration."""
    found = outcome(case(seed, True))
    assert found.integrated and found.missed <= DOUBTFUL
    assert found.record is not None
    moved = found.record.steps.filter(found.record.steps["kind"] == "discharge")["capacity_C_m2"].to_numpy()
    assert moved.min() > 0.5 * charge


def steps(items):
    for item in items:
        yield from steps(item.body) if hasattr(item, "body") else [item]
