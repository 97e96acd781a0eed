"""Shells and meshes: the volume fraction comes back, the interface is a node, the first steps are fine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.junction import area_per_volume, debye_length, doped, slabs, sphere, thick
from heterofilm.junction.geometry import initial_mesh


@given(st.floats(1e-9, 1e-6), st.floats(0.01, 0.99))
def test_the_shell_has_the_rest_of_the_volume(d, phi):
    """(r0/R)^3 = phi."""
    g = sphere(d, phi)
    assert (g.interface / g.outer) ** 3 == pytest.approx(phi)
    assert g.power == 2 and g.interface == d / 2.0


def test_ten_nanometres_at_0_58():
    """A shell of 1.0 nm (physics of a composite that is not dilute), and 3.48e8 m2 of interface per m3."""
    g = sphere(10e-9, 0.58)
    assert g.outer - g.interface == pytest.approx(1.0e-9, rel=0.01)
    assert area_per_volume(10e-9, 0.58) == pytest.approx(3.48e8)


@given(st.floats(20.0, 27.0), st.floats(20.0, 27.0), st.floats(-2.0, 2.0), st.integers(8, 60))
def test_meshes_rise_and_resolve_the_screening(a, b, V, cells):
    """Strictly rising, on the interface at `cells`, with a first step below half of the screening length."""
    A, B = doped("A", 12.0, 5.0, donors=10.0**a), doped("B", 20.0, 5.0 + V, donors=10.0**b)
    for g in (thick(A, B), sphere(10e-9, 0.58)):
        r = initial_mesh(A, B, g, 298.15, cells)
        assert r.shape == (1, 2 * cells + 1) and (np.diff(r) > 0.0).all()
        assert r[0, cells] == pytest.approx(float(g.interface)) and r[0, 0] == 0.0
        assert r[0, -1] == pytest.approx(float(g.outer))
        assert r[0, cells + 1] - r[0, cells] < 0.5 * debye_length(B)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: sphere(0.0, 0.5), "diameter of a domain must be positive"),
        (lambda: sphere(1e-8, 1.0), "between 0 and 1, got 1"),
        (lambda: sphere(1e-8, -0.1), "between 0 and 1"),
        (lambda: sphere(1e-8, np.array([0.5, 1.2])), "between 0 and 1, got 1.2"),
        (lambda: slabs(1e-8, 0.0), "thickness of the second layer"),
        (lambda: slabs(float("inf"), 1.0), "thickness of the first layer"),
        (lambda: area_per_volume(1e-8, 2.0), "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_said(make, words):
    """One sentence each."""
    with pytest.raises(HeterofilmError, match=words):
        make()
