"""Circuits: what is written is what is meant, each element obeys its law and its limits, errors name the place."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.impedance import circuit as module
from heterofilm.analysis.impedance.circuit import Circuit, Leaf, Parallel, Series
from heterofilm.analysis.impedance.elements import ELEMENTS
from heterofilm.errors import HeterofilmError

F = np.logspace(6, -4, 41)
W = 2.0 * np.pi * F


def Z(text, f=F, **values):
    return Circuit.parse(text).impedance(f, values)


def test_the_examples_in_the_docstring():
    """They run as they stand."""
    assert doctest.testmod(module).failed == 0


def test_series_adds_impedances_and_parallel_admittances():
    """A Randles circuit against its formula: Z = R0 + 1/(jwC + 1/(R1 + sigma (1-j)/sqrt(w)))."""
    expected = 10.0 + 1.0 / (1j * W * 1e-5 + 1.0 / (60.0 + 20.0 * (1 - 1j) / np.sqrt(W)))
    found = Z("R0-p(R1-W1,C1)", R0=10.0, R1=60.0, W1_sigma=20.0, C1=1e-5)
    assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("R(RC)(R[WC])", "R1-p(R2,C1)-p(R3,W1-C2)"),
        ("R(Q[RT])", "R1-p(CPE1,R2-Wo1)"),
        ("R([RC]Q)O", "R1-p(R2-C1,CPE1)-Ws1"),
        ("(RC)", "p(R1,C1)"),
        (" R0 - p( R1 , C1 ) ", "R0-p(R1,C1)"),
        ("R_0-p(R_1,C_1)", "R0-p(R1,C1)"),
        ("R0-p(R1,p(C1,R3))", "R0-p(R1,C1,R3)"),
        ("R-C", "R-C"),
    ],
)
def test_notations(text, same):
    """Both notations, blanks and underscores; what is nested without need is flat."""
    assert str(Circuit.parse(text)) == same


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("R0-p(R1,)", "column 9: expected an element"),
        ("R0--R1", r"column 4: expected an element .* or 'p\('"),
        ("R0-X1", "column 4: expected an element .*found «X1»"),
        ("R0-cpe1", "Did you mean 'CPE'"),
        ("R0-p(R1,C1", r"column 11: expected '\)' or ',', but found the end"),
        ("R0-p(R1)", "column 8: expected ','"),
        ("R1C1", "column 3: expected '-' or the end"),
        ("R0-R0", "column 4: the name 'R0' is used twice"),
        ("R0-Q1", "column 4: 'Q' is 'CPE' in this notation"),
        ("R(R(", r"column 5: expected an element .*found the end"),
    ],
)
def test_what_is_no_circuit_is_said(text, message):
    """One sentence: the column, what was expected, what was found."""
    with pytest.raises(HeterofilmError, match=message):
        Circuit.parse(text)


def leaves():
    return st.builds(Leaf, st.sampled_from(sorted(ELEMENTS)), st.just(""))


def nodes(depth=3):
    if depth == 0:
        return leaves()
    inner = st.lists(nodes(depth - 1), min_size=2, max_size=3).map(tuple)
    return st.one_of(leaves(), st.builds(Series, inner), st.builds(Parallel, inner))


def numbered(node, count):
    if isinstance(node, Leaf):
        count.append(None)
        return Leaf(node.symbol, f"{node.symbol}{len(count)}")
    return type(node)(tuple(numbered(part, count) for part in node.parts))


@examples(600)
@given(nodes())
def test_written_and_read_again(node):
    """Any circuit written as text reads back as one with the same text, parameters and impedance."""
    first = Circuit(numbered(node, []))
    again = Circuit.parse(str(first))
    assert str(Circuit.parse(str(again))) == str(again)
    assert [p.name for p in again.parameters] == [p.name for p in first.parameters]
    values = {p.name: 0.4 if p.role == "n" else 2.0 + k for k, p in enumerate(first.parameters)}
    f = np.array([0.01, 1.0, 100.0])
    assert again.impedance(f, values) == pytest.approx(first.impedance(f, values), rel=1e-12)


def test_finite_space_limits():
    """coth: semi-infinite R/sqrt(jw tau) far above 1/tau, R/3 + R/(jw tau) far below."""
    R, tau = 30.0, 100.0
    high, low = np.array([1e3]), np.array([1e-6])
    assert Z("Wo1", high, Wo1_R=R, Wo1_tau=tau) == pytest.approx(R / np.sqrt(2j * np.pi * high * tau), rel=1e-9)
    found = Z("Wo1", low, Wo1_R=R, Wo1_tau=tau)[0]
    assert found.real == pytest.approx(R / 3.0, rel=1e-6)
    assert -1.0 / (found.imag * 2.0 * np.pi * low[0]) == pytest.approx(tau / R, rel=1e-6)


def test_finite_length_limits():
    """tanh: the same far above 1/tau, and the whole resistance at zero frequency."""
    assert Z("Ws1", np.array([1e3]), Ws1_R=30.0, Ws1_tau=100.0) == pytest.approx(
        Z("Wo1", np.array([1e3]), Wo1_R=30.0, Wo1_tau=100.0), rel=1e-9
    )
    assert Z("Ws1", np.array([1e-9]), Ws1_R=30.0, Ws1_tau=100.0) == pytest.approx(30.0, rel=1e-5)


def test_the_thin_film_is_the_finite_space_told_by_its_capacitance():
    """n = 1/2, C = tau/R. With n = 0.45 the tail leans by nine degrees."""
    assert Z("Tf1", Tf1_C=4.0, Tf1_tau=100.0, Tf1_n=0.5) == pytest.approx(
        Z("Wo1", Wo1_R=25.0, Wo1_tau=100.0), rel=1e-12
    )
    low = Z("Tf1", np.array([1e-7]), Tf1_C=4.0, Tf1_tau=100.0, Tf1_n=0.45)
    assert np.degrees(np.angle(low[0])) == pytest.approx(-81.0, abs=0.2)


def test_a_zarc_is_a_resistor_beside_a_constant_phase_element():
    """tau^n = R Q."""
    R, Q, n = 50.0, 2e-4, 0.8
    beside = Z("p(R1,CPE1)", R1=R, CPE1_Q=Q, CPE1_n=n)
    assert Z("ZARC1", ZARC1_R=R, ZARC1_tau=(R * Q) ** (1 / n), ZARC1_n=n) == pytest.approx(beside, rel=1e-12)


def test_gerischer_limits():
    """R at zero frequency, R/sqrt(jw tau) far above."""
    assert Z("G1", np.array([1e-9]), G1_R=5.0, G1_tau=1.0) == pytest.approx(5.0)
    assert Z("G1", np.array([1e9]), G1_R=5.0, G1_tau=1.0) == pytest.approx(5.0 / np.sqrt(2e9j * np.pi), rel=1e-6)


def test_inductor_constant_phase_and_extremes():
    """jwL; 1/(Q (jw)^n); nothing overflows where tanh is one to all digits."""
    assert Z("L1", L1=1e-6) == pytest.approx(1j * W * 1e-6)
    assert Z("CPE1", CPE1_Q=1e-5, CPE1_n=1.0) == pytest.approx(Z("C1", C1=1e-5))
    assert np.isfinite(Z("Wo1", np.array([1e12]), Wo1_R=1.0, Wo1_tau=1e12)).all()


def test_what_cannot_be_evaluated_is_said():
    """A value missing, one too many, a frequency of zero, a short circuit."""
    with pytest.raises(HeterofilmError, match="needs a value for 'C1'"):
        Z("p(R1,C1)", R1=1.0)
    with pytest.raises(HeterofilmError, match=r"no parameter 'Wo1_t'.*Did you mean 'Wo1_tau'"):
        Z("Wo1", Wo1_R=1.0, Wo1_t=1.0)
    with pytest.raises(HeterofilmError, match="positive frequencies"):
        Z("R1", np.array([0.0]), R1=1.0)
    with pytest.raises(HeterofilmError, match="no finite impedance"):
        Z("p(R1,C1)", R1=0.0, C1=1.0)
