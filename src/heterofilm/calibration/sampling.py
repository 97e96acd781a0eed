"""Where slopes mislead: a search by evolution, and draws of the posterior by an ensemble of walkers.

Both are other people's (extra ``sampling``): CMA-ES of `cma` (N. Hansen, arXiv:1604.00772), the affine-invariant
ensemble of `emcee` (J. Goodman, J. Weare, Commun. Appl. Math. Comput. Sci. 5, 65, 2010; D. Foreman-Mackey et al., PASP
125, 306, 2013). They ask for S alone, of which exp(-S/2) is the probability; what is known before is even in the scaled
values within their bounds, but for priors, which S holds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, require
from .search import Least, covariance

__all__ = ["check_installed", "evolved", "posterior"]

Array = NDArray[np.float64]
GENERATIONS = 60
BURNT = 0.3  # of a chain, from its begin, that is left out
LONG = 50.0  # times of correlation that a chain should last


def check_installed(*, rough: bool = False, posterior: bool = False) -> None:
    """Errors: `HeterofilmError` where a package that is asked for is not installed."""
    if rough:
        require("cma", "sampling", "A search by evolution")
    if posterior:
        require("emcee", "sampling", "A posterior by draws")


def evolved(S: Callable[[Array], float], begin: Array, lower: Array, upper: Array, seed: int) -> Array:
    """The best of CMA-ES from ``begin``, over the ranges (-1 to 1, as far as the bounds go).

    Errors: `HeterofilmError` where `cma` is not installed, and for one value alone.
    """
    if begin.size < 2:
        raise InputError("A rough search takes two values or more; of one, several searches find the best.")
    check_installed(rough=True)
    import cma

    low, high = np.maximum(lower, np.minimum(begin, -1.0)), np.minimum(upper, np.maximum(begin, 1.0))
    options = {"bounds": [low, high], "seed": seed + 1, "maxiter": GENERATIONS, "verbose": -9, "tolfun": 0.1}
    own = cma.CMAEvolutionStrategy(begin, 0.5, options)
    while not own.stop():
        asked = own.ask()
        own.tell(asked, [S(np.asarray(u)) for u in asked])
    return np.asarray(own.result.xbest)


def posterior(
    S: Callable[[Array], float], best: Least, lower: Array, upper: Array, count: int, seed: int
) -> tuple[Array, str]:
    """At least ``count`` draws (draws, values), and how far they can be trusted, in a sentence.

    Errors: `HeterofilmError` where `emcee` is not installed.
    """
    check_installed(posterior=True)
    import emcee

    n = best.u.size
    walkers = 2 * (n + 2)
    steps = max(int(np.ceil(count / walkers / (1.0 - BURNT))), 10)
    rng = np.random.default_rng(seed)
    spread = np.linalg.cholesky(covariance(best.slopes) + 1e-16 * np.eye(n))
    edge = 1e-6 * (upper - lower)
    begin = np.clip(best.u + rng.standard_normal((walkers, n)) @ spread.T, lower + edge, upper - edge)

    def weight(u: Array) -> float:
        return -0.5 * S(u) if ((u >= lower) & (u <= upper)).all() else -np.inf

    sampler = emcee.EnsembleSampler(walkers, n, weight)
    state = emcee.State(begin, random_state=np.random.RandomState(seed).get_state())
    sampler.run_mcmc(state, steps, skip_initial_state_check=True)
    drawn = np.asarray(sampler.get_chain(discard=int(BURNT * steps), flat=True))
    lasts = steps / float(np.max(sampler.get_autocorr_time(quiet=True, tol=0)))
    trust = "" if lasts >= LONG else f", fewer than {LONG:g}: ask for more draws before their ends are quoted"
    return drawn, (
        f"Draws of the posterior: {len(drawn)} of {walkers} walkers, even before the data in the scale of the search; "
        f"the chain lasts {lasts:.3g} times of correlation{trust}."
    )
