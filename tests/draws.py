"""What is drawn at random: how many cases of a law are tried, and errors that lie evenly over their distribution."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray

EXPLORE = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
"""Whether all cases are tried (``make explore``) and not those alone that have a place in every run of the tests."""
SHARE = 10


def draws(whole: int) -> int:
    """Of `whole` cases a tenth in every run, and at least one; all of them when exploring."""
    return whole if EXPLORE else max(1, whole // SHARE)


def examples(whole: int, **more: Any) -> settings:
    """How many cases a test of a law draws, of the `whole` that `make explore` tries; where nothing is said, 1000.

    For laws whose single case takes long; `more` as `hypothesis.settings` takes it.
    """
    return settings(max_examples=draws(whole), **more)


def even_normals(n: int, quantities: int, seed: int = 0) -> NDArray[np.float64]:
    """`n` draws of independent standard normal errors, shape (n, quantities); n a power of two.

    Scrambled Sobol points: each is as random as any other, but the n of one quantity lie in n shares of equal
    probability. Of 128, 122 to 124 are within two standard deviations, where independent draws would scatter by 2.4:
    a test of coverage then counts the stated uncertainty, not the luck of the draw.
    """
    from scipy.stats import qmc

    return np.asarray(qmc.MultivariateNormalQMC(np.zeros(quantities), seed=seed).random(n))
