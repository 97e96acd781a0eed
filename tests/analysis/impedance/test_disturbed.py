"""Fits of spectra with a known truth under what real measurements do: a value holds, or it is not told."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.analysis.impedance.results import fit_results

ONE, TWO, BLOCKING = "R0-p(R1,CPE1)", "R0-p(R1,CPE1)-p(R2,CPE2)", "R0-p(R1,CPE1)-CPE2"


@st.composite
def measured(draw):
    """Frequencies, a spectrum, the circuit that is fitted and the values that made it (where they have one meaning)."""
    made = draw(st.sampled_from([ONE, TWO, BLOCKING]))
    values = {
        "R0": draw(st.floats(1.0, 50.0)), "R1": draw(st.floats(30.0, 500.0)), "CPE1_Q": draw(st.floats(3e-7, 3e-6)),
        "CPE1_n": draw(st.floats(0.8, 1.0)),
    }  # fmt: skip
    if made == TWO:
        values |= {"R2": draw(st.floats(30.0, 500.0)), "CPE2_Q": draw(st.floats(3e-5, 3e-3)), "CPE2_n": 0.9}
    elif made == BLOCKING:
        values |= {"CPE2_Q": draw(st.floats(1e-4, 1e-2)), "CPE2_n": draw(st.floats(0.8, 1.0))}
    f = np.geomspace(1e6, draw(st.sampled_from([1e-2, 1.0, 100.0])), 40)
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    noise = draw(st.sampled_from([1e-3, 5e-3, 2e-2]))
    Z = Circuit.parse(made).impedance(f, values)
    Z = Z * (1.0 + noise * (rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size)))
    drift = draw(st.sampled_from([0.0, 0.0, 0.3]))
    Z = Z * (1.0 + drift * np.cumsum(1.0 / f) / np.sum(1.0 / f))
    fitted = draw(st.sampled_from([made, made, ONE, TWO]))
    return f, Z, fitted, values if fitted == made else {"R0": values["R0"]}, drift


@examples(200)
@given(measured())
def test_a_value_holds_or_is_not_told(case):
    """Whatever the window, noise, drift or circuit: a value that is told lies within four stated deviations and 5 % of
    the truth (drift moves the truth itself by up to its size at the slowest points)."""
    f, Z, circuit, truth, drift = case
    rows = fit_results(fit_circuit(f, Z, circuit), test=kramers_kronig(f, Z))
    for row in rows:
        if row.quantity in truth and isinstance(row.value, float) and row.quantity in ("R0", "R1", "R2"):
            right = truth[row.quantity]
            allowed = 4.0 * row.uncertainty + (0.05 + drift) * right
            assert abs(row.value - right) <= allowed, (circuit, row)
