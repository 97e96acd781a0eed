"""Which experiment tells most: what a fit of its data finds, and what physics says it must be."""

import numpy as np
import pytest

from heterofilm import next_experiment
from heterofilm.calibration.joint import fit
from heterofilm.designs.experiment import READINGS
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import simulate

HALF, D, I0 = "vo-half", "phases.V2O5.D", "electrolytes.liquid-1M.cathode_interface.i0"
RELAXATION, ARC = "Discharge at 20 uA/cm2 for 10 min; Rest for 1 h", "EIS from 100 kHz to 10 Hz"


def test_diffusion_is_told_by_what_diffuses_and_exchange_by_its_arc() -> None:
    protocols = [ARC, RELAXATION]
    assert next_experiment(HALF, [D, I0], protocols, of=D, start="3.3 V").best == RELAXATION
    found = next_experiment(HALF, [D, I0], protocols, of=I0, start="3.3 V")
    assert found.best == ARC
    assert found.table["duration_h"].to_list() == [None, pytest.approx(1 / 6 + 1)]
    assert (found.table["information_bit"] > 0.0).all()


def test_what_is_expected_is_what_a_fit_finds() -> None:
    """Standard deviations after an experiment are those of a fit to its data, for as many readings."""
    text = "Discharge at 20 uA/cm2 for 20 min; Rest for 20 min"
    found = next_experiment(HALF, [D, I0], [text], current_error=0.0)
    record = simulate(HALF, text, detail=False, rtol=1e-6, dV=0.01, ageing=False)
    fitted = fit(HALF, [record], [D, I0], noise="1 mV", searches=1, profiles=False)
    for path in (D, I0):
        sigma = 100.0 * fitted[path].sigma / fitted[path].value * np.sqrt(fitted.numbers / READINGS)
        assert found.table[f"{path} after"][0] == pytest.approx(sigma, rel=0.15)
    again = next_experiment(HALF, [D, I0], [text], fit=fitted, current_error=0.0)
    before, after = (again.table[f"{D} {word}"][0] for word in ("before", "after"))
    expected = (before**-2 + found.table[f"{D} after"][0] ** -2) ** -0.5
    assert before == pytest.approx(100.0 * fitted[D].sigma / fitted[D].value, rel=0.01)
    assert after == pytest.approx(expected, rel=0.05)  # the second halves what the first left


def test_an_experiment_that_cannot_be_run_is_named() -> None:
    found = next_experiment(HALF, [D], {"good": RELAXATION, "bad": "Dis at 5"})
    assert found.best == "good" and "expected a step" in found.failed["bad"]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (([D], RELAXATION), "list of texts"),
        (([D], []), "list of texts"),
        (([D], ["Dis"]), "None of the protocols"),
        ((["phases.V2O5.d"], [RELAXATION]), "leads nowhere"),
    ],
)
def test_refused(given, word) -> None:
    with pytest.raises(HeterofilmError, match=word):
        next_experiment(HALF, *given)
    with pytest.raises(HeterofilmError, match="none of the values"):
        next_experiment(HALF, [D], [RELAXATION], of=I0)
