"""Levels before and after contact: Anderson's rule, types, directions, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.junction import (
    band_edges,
    contact,
    contacts,
    implied_doping,
    levels,
    levels_of,
    solid,
    solve,
    sphere,
    thick,
)
from heterofilm.library import Semiconductor, load

EV = st.floats(0.1, 3.0)


@st.composite
def solids(draw, name="s"):
    """Any possible levels."""
    gap = draw(EV)
    return levels(name, draw(st.floats(3.2, 7.0)), draw(st.floats(0.0, 1.0)) * gap, gap)


@given(solids("a"), solids("b"), solids("c"))
def test_offsets_and_potentials_add_up(a, b, c):
    """dE_v - dE_c = -(difference of gaps); a row of solids has the steps of its contacts, whatever lies between."""
    ab = contact(a, b)
    assert ab.offset_v_eV - ab.offset_c_eV == pytest.approx(a.gap - b.gap)
    row = contacts([a, b, c])
    whole = contact(a, c)
    assert sum(x.built_in_V for x in row) == pytest.approx(whole.built_in_V)
    assert sum(x.offset_c_eV for x in row) == pytest.approx(whole.offset_c_eV)


@given(solids("a"), solids("b"))
def test_the_other_way_round(a, b):
    """Signs turn; type and direction of the electrons stay."""
    one, other = contact(a, b), contact(b, a)
    assert one.built_in_V == -other.built_in_V and one.kind == other.kind
    assert one.electron_flow == other.electron_flow or not one.donor
    if one.donor:
        giver = a if one.donor == "a" else b
        assert giver.work_function == min(a.work_function, b.work_function) and one.positive_side == one.donor


@pytest.mark.parametrize(
    "b, kind", [((5.0, 0.5, 1.0), "I"), ((6.0, 1.0, 2.0), "II"), ((7.5, 1.0, 2.0), "III"), ((5.0, 2.0, 3.5), "I")]
)
def test_types(b, kind):
    """Against a solid with its gap from 4 to 6 eV below vacuum."""
    assert contact(levels("a", 5.0, 1.0, 2.0), levels("b", *b)).kind == kind


def test_carriers_follow_the_fermi_level_unless_stated():
    """Upper half of the gap: n."""
    n, p = levels("n", 4.5, 1.5, 2.0), levels("p", 5.5, 0.3, 2.0)
    assert contact(n, p).carriers == "n-p"
    assert contact(n, levels("p", 5.5, 0.3, 2.0, carrier="n")).carriers == "n-n"
    assert not n.degenerate and levels("d", 5.0, 2.1, 2.0).degenerate


def test_words():
    """Direction, sign, type and offsets in a sentence; equal work functions exchange nothing."""
    a, b = levels("A", 4.0, 1.8, 2.0), levels("B", 5.0, 0.4, 2.0)
    assert "from A to B, which leaves A positive by up to 1.00 V: an n-p junction of type" in contact(a, b).words
    same = contact(a, levels("C", 4.0, 1.0, 2.0))
    assert same.words == "No electrons flow between A and C: their work functions are equal."


def test_a_second_pair_needs_no_special_case():
    """LiCoO2 with a coating: same functions, a direction and bands that join."""
    a, b = load(Semiconductor, "LiCoO2"), load(Semiconductor, "LiNbO3")
    assert contact(levels_of(a), levels_of(b)).electron_flow == "from LiNbO3 to LiCoO2"
    A, B = solid(a), solid(b)
    bent = band_edges(levels_of(a), levels_of(b), solve(A, B, thick(A, B)))
    assert np.isfinite(bent.conduction_eV).all()


@pytest.mark.parametrize("round_", [False, True])
def test_bands_bend_with_the_potential_and_step_at_the_interface(round_):
    """Steps are the offsets, the vacuum level is continuous, the gap is kept, the Fermi level is zero."""
    a, b = load(Semiconductor, "V2O5"), load(Semiconductor, "Cu2V2O7")
    la, lb, (A, B) = levels_of(a), levels_of(b), (solid(a), solid(b))
    field = solve(A, B, sphere(10e-9, 0.5) if round_ else thick(A, B))
    bent, k = band_edges(la, lb, field), field.interface
    made = contact(la, lb)
    assert bent.vacuum_eV[k] == bent.vacuum_eV[k + 1]
    assert bent.conduction_eV[k + 1] - bent.conduction_eV[k] == pytest.approx(made.offset_c_eV)
    assert bent.valence_eV[k + 1] - bent.valence_eV[k] == pytest.approx(made.offset_v_eV)
    assert (bent.conduction_eV - bent.valence_eV)[:k] == pytest.approx(la.gap)
    if not round_:  # a neutral bulk at both ends
        assert -bent.valence_eV[0] == pytest.approx(la.valence_band_edge, abs=1e-3)
        assert -bent.valence_eV[-1] == pytest.approx(lb.valence_band_edge, abs=1e-3)
    with pytest.raises(HeterofilmError, match="same solids in the same order"):
        band_edges(lb, la, field)


@pytest.mark.parametrize(
    "given, words",
    [
        ((5.0, 1.0, -2.0), "a gap of -2 eV is no gap"),
        ((5.0, 1.0, 0.0), "must be positive"),
        ((5.0, 3.0, 2.0), "leaves the conduction band"),
        ((5.0, -1.0, 2.0), "1 eV above the Fermi level"),
        ((-5.0, 1.0, 2.0), "escape by themselves"),
        ((1.0, 0.1, 3.0), "electron affinity would be -1.9 eV"),
        ((float("nan"), 1.0, 2.0), "work function of x must be a number"),
        ((5.0, 1.0, float("inf")), "gap of x must be a number"),
    ],
)
def test_levels_that_cannot_be(given, words):
    """One sentence each, which names the solid."""
    with pytest.raises(HeterofilmError, match=words) as told:
        levels("x", *given)
    assert "x" in str(told.value)


def test_an_affinity_above_the_work_function():
    """Impossible beyond a degenerate solid's margin; and it must agree with the other three."""
    with pytest.raises(HeterofilmError, match=r"electron affinity of 5\.5 eV above the work function of 5 eV"):
        levels("x", 5.0, 1.0, 2.0, electron_affinity=5.5)
    with pytest.raises(HeterofilmError, match="does not agree"):
        levels("x", 5.0, 1.0, 2.0, electron_affinity=4.5)
    assert levels("x", 5.0, 1.0, 2.0, electron_affinity=4.02).electron_affinity == pytest.approx(4.0)
    with pytest.raises(HeterofilmError, match="'n' or 'p', got 'm'"):
        levels("x", 5.0, 1.0, 2.0, carrier="m")  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="at least two solids"):
        contacts([levels("x", 5.0, 1.0, 2.0)])


def test_implied_doping():
    """N_c exp(-0.25 eV/kT) for V2O5, every V a state for small polarons: 1.3e18 cm-3."""
    entry = load(Semiconductor, "V2O5")
    assert implied_doping(entry) / 1e6 == pytest.approx(2.22e22 * np.exp(-0.25 / 0.025692579), rel=1e-6)
    assert implied_doping(entry, carrier="p") < 1e-10 * implied_doping(entry)


@pytest.mark.parametrize("name", ["V2O5", "Cu2V2O7", "LiCoO2"])
def test_doping_and_band_edge_of_an_entry_agree(name):
    """Within a factor of two, 18 meV of the Fermi level; LiNbO3 says that its donors are deep."""
    entry = load(Semiconductor, name)
    assert 0.5 < implied_doping(entry) / entry.doping.si < 2.0
