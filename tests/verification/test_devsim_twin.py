"""devsim solves the same planar junctions: the potential agrees within 1 mV at every one of its nodes.

Skipped without devsim, or where it finds no BLAS and LAPACK (pip install mkl, or set DEVSIM_MATH_LIBS).
devsim rounds kT/q, q and eps0; the temperature and permittivity here are those that make the same equations.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.junction import doped, slabs, solve
from heterofilm.junction.statistics import thermal_voltage

os.environ.setdefault("MKL_NUM_THREADS", "1")  # with more, devsim takes MKL's floating-point flags for errors
try:
    import devsim  # noqa: F401
except (ImportError, RuntimeError) as error:  # it raises the latter when it finds no mathematics library
    pytest.skip(f"devsim is not available ({error})", allow_module_level=True)
from twins import devsim_twin

T = 298.15
T_DEVSIM = thermal_voltage(T) / devsim_twin.KT_Q
SAME_EPS = Q / EPS0 / (1e-2 * devsim_twin.CHARGE_OVER_EPS)  # permittivities in the ratio of the two q/eps0


def largest_difference(field, x, V):
    """Of the potentials (V) at devsim's nodes x (m from the interface), with the left bulk as zero of both."""
    r = field.r_m - field.r_m[field.interface]
    ours = np.interp(x, np.delete(r, field.interface), np.delete(field.potential_V, field.interface))
    return float(np.abs((ours - ours[0]) - (V - V[0])).max())


@pytest.mark.parametrize("donors, acceptors", [(1e18, 1e18), (1e16, 1e18), (1e17, 1e15)])
def test_a_p_n_junction_by_drift_and_diffusion(donors, acceptors):
    """devsim lets the carriers drift and diffuse until no current flows; V_bi = kT/q ln(N_D N_A/n_i^2)."""
    n_i = 1e10
    half = 6.0 * np.sqrt(2.0 * EPS0 * 12.0 / (Q * 1e6 * min(donors, acceptors)))  # m
    x, V = devsim_twin.p_n(donors, acceptors, 12.0, 100.0 * half, T_DEVSIM)
    V_bi = thermal_voltage(T) * np.log(donors * acceptors / n_i**2)
    assert V[0] - V[-1] == pytest.approx(V_bi, abs=1e-4)
    A = doped("n", 12.0 * SAME_EPS, 4.0, donors=1e6 * donors, intrinsic=1e6 * n_i)
    B = doped("p", 12.0 * SAME_EPS, 4.0 + V_bi, acceptors=1e6 * acceptors, intrinsic=1e6 * n_i)
    field = solve(A, B, slabs(half, half), T, tolerance=1e-6)
    assert x.size > 300
    assert largest_difference(field, x, V) < 1e-3


@pytest.mark.parametrize(
    "dopings, eps, built_in", [((1e18, 1e17), (12.0, 12.0), 0.4), ((1e18, 1e18), (12.0, 25.0), 0.75)]
)
def test_an_n_n_heterojunction(dopings, eps, built_in):
    """A step of the electron affinity: depletion in one solid, accumulation in the other."""
    lengths = tuple(12.0 * np.sqrt(2.0 * EPS0 * e / (Q * 1e6 * N)) for N, e in zip(dopings, eps, strict=True))
    sides = devsim_twin.n_n(dopings, eps, built_in, tuple(100.0 * s for s in lengths), thermal_voltage(T))
    A, B = (
        doped(name, e * SAME_EPS, W, donors=1e6 * N)
        for name, e, W, N in zip("AB", eps, (4.0, 4.0 + built_in), dopings, strict=True)
    )
    field = solve(A, B, slabs(*lengths), T, tolerance=1e-6)
    x, V = (np.concatenate([side[k] for side in sides]) for k in (0, 1))
    assert V[0] - V[-1] == pytest.approx(built_in)
    assert largest_difference(field, x, V) < 1e-3
