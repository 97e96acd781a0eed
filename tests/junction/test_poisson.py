"""The equations on a mesh: second order, convergence from any start, and no sample touching another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.junction import doped, planar_contact, poisson, sphere, thick
from heterofilm.junction.field import _bisected
from heterofilm.junction.poisson import equilibrium, first_guess, system_of

T = 298.15


def solids(a, b, V, kind, lithium=False):
    """Two solids of dopings 10^a, 10^b per m3."""
    made = []
    for name, W, power, carrier in (("A", 5.0, a, kind[0]), ("B", 5.0 + V, b, kind[2])):
        dopant = {"lithium": 10.0**power} if lithium and carrier == "n" else {
            "donors" if carrier == "n" else "acceptors": 10.0**power
        }  # fmt: skip
        limits = {"electron_sites": 2.2e28, "hole_sites": 2.2e28, "lithium_sites": 2.2e28} if lithium else {}
        made.append(doped(name, 12.0, W, **dopant, **limits))
    return made


@examples(1500)
@given(
    st.floats(20.0, 27.0), st.floats(20.0, 27.0), st.floats(-2.0, 2.0), st.sampled_from(["n-n", "n-p", "p-n", "p-p"]),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_converges_for_every_doping_and_potential(a, b, V, kind, round_, lithium):
    """1e14 to 1e21 cm-3, -2 to 2 V, planar and spherical, with and without site limits and mobile Li+.

    The potential lies between the levels of the two bulks (maximum principle) and never turns back.
    """
    A, B = solids(a, b, V, kind, lithium)
    system = system_of(A, B, sphere(10e-9, 0.58) if round_ else thick(A, B), T, 30)
    u, steps = equilibrium(system, first_guess(system))
    low, high = sorted((-5.0 / system.V_T, -(5.0 + V) / system.V_T))
    assert (u >= low - 1e-9).all() and (u <= high + 1e-9).all()
    assert (np.diff(u) * -np.sign(V) >= -1e-9).all()
    assert steps < 200
    f, d = system.residual(u)
    assert np.abs(system.solve_linear(d, -f)).max() < 1e-9


@examples(250)
@given(st.integers(0, 10_000))
def test_the_start_does_not_matter(seed):
    """Any potential between the levels leads to the same solution: the energy is convex."""
    A, B = solids(24.0, 25.0, 0.75, "n-p")
    system = system_of(A, B, sphere(20e-9, 0.3), T, 25)
    share = np.random.default_rng(seed).uniform(0.0, 1.0, system.r.shape)
    u, _ = equilibrium(system, -(5.0 + 0.75 * share) / system.V_T)
    expected, _ = equilibrium(system, first_guess(system))
    assert np.abs(u - expected).max() < 1e-8


@pytest.mark.parametrize("kind, V", [("n-p", 0.75), ("n-n", 0.4)])
@pytest.mark.parametrize("round_", [False, True])
def test_second_order_in_the_mesh(kind, V, round_):
    """Halving every step takes a quarter of the error of the interface potential."""
    A, B = solids(24.0, 24.3, V, kind)
    geometry = sphere(60e-9, 0.3) if round_ else thick(A, B)
    system = system_of(A, B, geometry, T, 30)
    u, at = first_guess(system), []
    for _ in range(5):
        u, _ = equilibrium(system, u)
        at.append(float(u[0, system.interface]))
        system, u = _bisected(system, u, np.ones(system.r.shape[1] - 1, bool))
    steps = np.abs(np.diff(at))[1:]
    assert np.log2(steps[:-1] / steps[1:]) == pytest.approx(2.0, abs=0.25)


def test_samples_do_not_touch():
    """A batch gives what each gives alone."""
    N = 10.0 ** np.linspace(21.0, 27.0, 9)
    A, B = doped("A", 12.0, 5.06, donors=N), doped("B", 12.0, 5.81, donors=N[::-1].copy())
    system = system_of(A, B, sphere(10e-9, 0.58), T, 20)
    many, _ = equilibrium(system, first_guess(system))
    for k in range(9):
        one = system_of(doped("A", 12.0, 5.06, donors=N[k]), doped("B", 12.0, 5.81, donors=N[8 - k]),
                        sphere(10e-9, 0.58), T, 20)  # fmt: skip
        assert many[k] == pytest.approx(equilibrium(one, first_guess(one))[0][0], abs=1e-8)


def test_the_interface_of_thick_slabs_is_the_exact_one():
    """Potential at the interface against the first integral, within the error of a coarse mesh."""
    A, B = solids(24.0, 22.0, 1.2, "n-p")
    system = system_of(A, B, thick(A, B), T, 200)
    u, _ = equilibrium(system, first_guess(system))
    bending = system.V_T * (u[0, 0] - u[0, 200])
    assert bending == pytest.approx(float(planar_contact(A, B).bending_A_V), abs=2e-4)


def test_what_does_not_converge_is_said(monkeypatch):
    """The sample is named."""
    monkeypatch.setattr(poisson, "STEPS", 2)
    A, B = solids(24.0, 24.0, 0.75, "n-p")
    system = system_of(A, B, thick(A, B), T, 20)
    with pytest.raises(HeterofilmError, match="junction 1 did not converge in 2 steps"):
        equilibrium(system, np.full(system.r.shape, -5.0 / system.V_T))
