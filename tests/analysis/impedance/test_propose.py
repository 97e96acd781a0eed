"""A proposed circuit is the one that made the spectrum, or the simplest that tells the same."""

import numpy as np
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.propose import propose

F = np.geomspace(1e6, 1e-2, 33)


def spectrum(circuit, **values):
    rng = np.random.default_rng(0)
    noise = 1.0 + 2e-3 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size))
    return Circuit.parse(circuit).impedance(F, values) * noise


@pytest.mark.parametrize(
    ("made", "values", "best"),
    [
        ("R0-p(R1,C1)", {"R0": 20.0, "R1": 100.0, "C1": 1e-6}, "R0-p(R1,CPE1)"),
        ("R0-p(R1,CPE1)-CPE9", {"R0": 20.0, "R1": 100.0, "CPE1_Q": 1e-6, "CPE1_n": 0.9, "CPE9_Q": 1e-3, "CPE9_n": 0.9},
         "R0-p(R1,CPE1)-CPE9"),
    ],
)  # fmt: skip
def test_the_circuit_that_made_it(made, values, best):
    found = propose(F, spectrum(made, **values)).best
    assert str(found.circuit) == best and found["R1"].value == pytest.approx(100.0, rel=0.02)
    assert found.describes and all(p.determined for p in found.parameters)


def test_nothing_is_proposed_for_what_no_chain_describes():
    """A spectrum without any order."""
    rng = np.random.default_rng(0)
    Z = 100.0 * np.exp(rng.standard_normal(F.size)) - 1j * 100.0 * np.exp(rng.standard_normal(F.size))
    found = propose(F[::3], Z[::3])
    assert found.best is None and found.tried


def test_exact_data_do_not_ask_for_more_than_made_them():
    """Without noise every further value lowers Akaike's criterion: below 0.1 % of |Z| it tells no process."""
    values = {"R0": 20.0, "R1": 100.0, "CPE1_Q": 1e-6, "CPE1_n": 0.9}
    found = propose(F, Circuit.parse("R0-p(R1,CPE1)").impedance(F, values)).best
    assert str(found.circuit) == "R0-p(R1,CPE1)" and found["R1"].value == pytest.approx(100.0, rel=1e-3)
