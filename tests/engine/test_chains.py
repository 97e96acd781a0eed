"""Chains: the elimination of a tridiagonal matrix is that of a dense solve."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.chains import backward, couple, eliminate, forward


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_chain_solves_its_matrix(n: int) -> None:
    """Factored, forward, last unknown, backward: the solution of the dense matrix, to round-off."""
    rng = np.random.default_rng(n)
    diagonal, down, up = 4.0 + rng.random(n), rng.standard_normal(n), rng.standard_normal(n)
    A = np.diag(diagonal) + np.diag(down[1:], -1) + np.diag(up[:-1], 1)
    b = rng.standard_normal(n)
    expected = np.linalg.solve(A, b)
    eliminate(diagonal, down, up, n)
    forward(b, down)
    b[-1] *= diagonal[-1]
    backward(b, diagonal, up)
    assert b == pytest.approx(expected, rel=1e-12)


def test_couplings_conserve() -> None:
    """What diffusion takes from a node it gives to its neighbours: width-weighted columns of the chain sum to g."""
    rng, n, g = np.random.default_rng(1), 6, 0.3
    link, width, D = 1.0 + rng.random(n - 1), 1.0 + rng.random(n), 1.0 + rng.random(n)
    diagonal, down, up = np.zeros(n), np.zeros(n), np.zeros(n)
    couple(g, link, width, D, diagonal, down, up)
    for k in range(1, n - 2):  # the last column and row belong to the surface
        column = width[k] * diagonal[k] + width[k - 1] * up[k - 1] + width[k + 1] * down[k + 1]
        assert column == pytest.approx(g * width[k], rel=1e-12)
