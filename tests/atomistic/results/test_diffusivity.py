"""From barrier to diffusivity: against a walk of ions, and the limits of the formula."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.atomistic.results.diffusivity import hopping_diffusivity
from heterofilm.errors import HeterofilmError

K_B = 8.617333262e-5  # eV/K


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_a_random_walk_spreads_with_the_same_diffusivity(dimensions: int) -> None:
    """<r^2> = 2 d D t of 20,000 walkers on a square net, each jumping at the rate of the formula to 2 d neighbours."""
    rng = np.random.default_rng(dimensions)
    rate = math.sqrt(1e25) * math.exp(-0.2 / K_B / 300.0)  # to each neighbour
    t, walkers = 50.0 / (2 * dimensions * rate), 20_000
    jumps = rng.poisson(rate * t, size=(walkers, dimensions, 2))
    spread = 9.0 * ((jumps[..., 0] - jumps[..., 1]) ** 2).sum(axis=1).mean()  # A2, steps of 3 A
    D = hopping_diffusivity(0.2, 3.0, dimensions=dimensions, temperature_K=300.0, source="test").si
    assert spread * 1e-20 / (2 * dimensions * t) == pytest.approx(D, rel=0.03)


@given(st.floats(0.05, 1.0), st.floats(1.0, 6.0), st.floats(250.0, 600.0), st.floats(0.0, 0.2))
def test_the_range_holds_the_value_and_grows_with_the_error(E: float, a: float, T: float, error: float) -> None:
    narrow = hopping_diffusivity(E, a, dimensions=1, temperature_K=T, source="test")
    wide = hopping_diffusivity(E, a, dimensions=1, temperature_K=T, barrier_error_eV=error, source="test")
    assert narrow.low is not None and narrow.high is not None and wide.low is not None and wide.high is not None
    assert wide.low <= narrow.low < narrow.value < narrow.high <= wide.high
    assert narrow.high / narrow.low == pytest.approx(10.0)


def test_the_slope_over_temperature_is_the_barrier() -> None:
    """Arrhenius: d ln D / d(1/kT) = -E_a."""
    cold, hot = (hopping_diffusivity(0.3, 3.6, dimensions=1, temperature_K=T, source="t").value for T in (290.0, 310.0))
    slope = math.log(hot / cold) / (1 / (K_B * 290.0) - 1 / (K_B * 310.0))
    assert slope == pytest.approx(0.3, rel=1e-9)


@pytest.mark.parametrize("bad", [{"dimensions": 4}, {"barrier_eV": 0.0}, {"hop_A": -1.0}, {"temperature_K": math.nan},
                                 {"barrier_error_eV": -0.1}, {"frequencies": (1e13, 1e12)}])  # fmt: skip
def test_bad_input_is_refused(bad: dict[str, object]) -> None:
    given_ = {"barrier_eV": 0.3, "hop_A": 3.6, "dimensions": 1, "source": "test", **bad}
    with pytest.raises(HeterofilmError):
        hopping_diffusivity(**given_)  # type: ignore[arg-type]
