"""The field against lithium: screening, reversibility, rules, and conditions made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.junction import (
    RULES,
    Rule,
    conditions,
    doping_window,
    field_against_lithium,
    solid,
    solve,
    sphere,
    thermal_voltage,
)
from heterofilm.library import Semiconductor, load

DOMAIN, MATRIX = load(Semiconductor, "Cu2V2O7"), load(Semiconductor, "V2O5")
CELL = sphere(10e-9, 0.58)
X = np.concatenate([[0.0], np.logspace(-5, 0, 31)])
HEAVY = {"domain": {"doping": 5e26}, "matrix": {"doping": 5e26}}


def test_screening_at_a_tenth_of_a_lithium():
    """x = 0.1 in V2O5 is about 1e21 cm-3 and screens within 0.13 nm."""
    curve = field_against_lithium(DOMAIN, MATRIX, CELL, [0.1])
    density = 0.1 * MATRIX.formula_units.to("cm-3")
    assert density == pytest.approx(1.1e21, rel=0.02)
    assert curve.screening_matrix_m[0] == pytest.approx(0.126e-9, rel=0.03)
    assert (np.diff(field_against_lithium(MATRIX, MATRIX, CELL, X).screening_matrix_m) < 0.0).all()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_the_way_back_is_the_way_there(rule):
    """A function of the filling: the cycle 0 -> x -> 0 retraces its curve, and ends where it began."""
    cycle = np.concatenate([X, X[-2::-1]])
    n = field_against_lithium(DOMAIN, MATRIX, CELL, cycle, rule).numbers
    assert n.bending_A_V == pytest.approx(n.bending_A_V[::-1], abs=1e-8)
    assert n.field_max_V_m[-1] == pytest.approx(n.field_max_V_m[0])


def test_a_pristine_point_is_the_junction_of_the_library():
    """x = 0 against a refined solution."""
    curve = field_against_lithium(DOMAIN, MATRIX, CELL, [0.0], pristine=HEAVY)
    field = solve(solid(DOMAIN, doping=5e26), solid(MATRIX, doping=5e26), CELL)
    assert curve.numbers.bending_A_V[0] == pytest.approx(field.bending_A_V, rel=0.01)
    assert curve.field_V_m == pytest.approx(thermal_voltage() / DOMAIN.hop_length.si)


def test_the_papers_picture_with_dopants_enough():
    """A p-type domain with 5e20 cm-3: 0.46 of the 0.75 V lie in it and its field speeds hops in half of its volume.

    Once Li has compensated the acceptors (x = 0.07) both are less than half, and they come back as it leaves.
    """
    n = field_against_lithium(DOMAIN, MATRIX, CELL, [0.0, 0.1, 0.0], pristine=HEAVY).numbers
    inside = np.abs(n.bending_A_V)
    assert inside[0] == pytest.approx(0.464, abs=0.01) and n.share_above[0] > 0.5
    assert inside[1] < 0.5 * inside[0] and n.share_above[1] < 0.5 * n.share_above[0]
    assert inside[2] == pytest.approx(inside[0]) and n.share_above[2] == n.share_above[0]


def test_at_the_librarys_doping_there_is_no_field_to_begin_with():
    """1e18 cm-3 is half an electron per domain: millivolts."""
    curve = field_against_lithium(DOMAIN, MATRIX, CELL, X)
    assert abs(curve.numbers.bending_A_V[0]) < 0.01
    assert curve.share_inside[0] < 0.02
    said = " ".join(conditions(curve, DOMAIN, MATRIX, CELL))
    assert "the domain supports 4 mV of the contact potential of 750 mV" in said
    assert "needs at least 1.2e+20 cm-3" in said and "Li brings a field" in said


def test_what_becomes_of_the_contact_potential():
    """Constant; lost by x = 1; by the filling of sites."""
    constant, _, _, filling, lost = (field_against_lithium(DOMAIN, MATRIX, CELL, X, r).numbers for r in RULES)
    assert constant.built_in_V == pytest.approx(-0.75)
    assert lost.built_in_V[-1] == pytest.approx(0.0, abs=1e-12)
    assert lost.field_max_V_m[-1] < 1e-3 * constant.field_max_V_m[-1]
    assert filling.built_in_V[-1] > 0.5  # a p-type domain turns n-type: its Fermi level crosses the gap


def test_electrons_filling_their_sites_move_the_fermi_level():
    """One solid on both sides, Li in one: V = kT/q ln of the ratio of the odds n/(N - n)."""
    rule = Rule("one", host="domain", work_function="filling")
    V = field_against_lithium(MATRIX, MATRIX, CELL, [0.1], rule).numbers.built_in_V[0]
    N, n0 = MATRIX.electron_sites.si, MATRIX.doping.si
    n = n0 + 0.1 * MATRIX.formula_units.si
    assert pytest.approx(thermal_voltage() * np.log(n / (N - n) * (N - n0) / n0), rel=1e-6) == V


def test_mobile_lithium_keeps_to_its_sites_and_stores():
    """Excess of both sides: at most the charge, and next to none where both hold much."""
    curve = field_against_lithium(DOMAIN, MATRIX, CELL, X, RULES[1])
    n = curve.numbers
    stored, charge = np.abs(n.lithium_m2), np.abs(n.charge_C_m2) / 1.602176634e-19
    assert (stored <= charge * (1.0 + 1e-6) + 1e9).all()
    assert stored[-1] < 0.02 * stored.max()


def test_a_window_of_doping():
    """Half the contact potential inside 10 nm: from some 1e20 cm-3 on; at 0.1 volume fraction the shell helps."""
    low, _ = doping_window(DOMAIN, MATRIX, CELL)
    assert 1e26 < low < 3e26
    assert doping_window(DOMAIN, MATRIX, sphere(10e-9, 0.1))[0] < low
    assert doping_window(DOMAIN, MATRIX, sphere(0.5e-9, 0.58), share=0.9) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_conditions_in_words(rule):
    """Sentences, each ending in a stop, with the numbers of the curve; one tells of the contact potential."""
    curve = field_against_lithium(DOMAIN, MATRIX, CELL, X, rule, pristine={"domain": {"carrier": "n"}})
    said = conditions(curve, DOMAIN, MATRIX, CELL)
    assert len(said) == 8
    for sentence in said:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".") and "nan" not in sentence and "inf" not in sentence.replace("info", "")
    assert ("Li+ is mobile" in " ".join(said)) is rule.mobile
    assert ("takes for granted" in " ".join(said)) is (rule.work_function == "constant" and rule.contact_loss == 0.0)


@pytest.mark.parametrize(
    "x, change, words",
    [
        ([-0.1], {}, "at least zero"),
        ([], {}, "list of numbers"),
        ([float("nan")], {}, "list of numbers"),
        ([3.0], {}, "lower the doping or raise the sites"),
        ([0.1], {"domian": {}}, "Did you mean 'domain'"),
    ],
)
def test_what_cannot_be_is_said(x, change, words):
    """One sentence each."""
    with pytest.raises(HeterofilmError, match=words):
        field_against_lithium(DOMAIN, MATRIX, CELL, x, pristine=change)
