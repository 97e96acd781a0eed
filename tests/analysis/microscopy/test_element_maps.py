"""Maps of elements: the noise of counting is no unevenness, and what is mixed as stated comes out so."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from heterofilm.analysis.microscopy.element_maps import pair_of, spread_of
from heterofilm.errors import HeterofilmError


def field(seed: int, size: int = 192, grain: float = 12.0) -> np.ndarray:
    """Random domains of mean 0 and standard deviation 1."""
    found = gaussian_filter(np.random.default_rng(seed).standard_normal((size, size)), grain, mode="wrap")
    return (found - found.mean()) / found.std()


def counted(mean: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(1000 + seed).poisson(np.maximum(mean, 0.0)).astype(float)


@pytest.mark.parametrize("counts", [3.0, 40.0])
def test_noise_is_no_unevenness(counts: float) -> None:
    """A film that is even is never called uneven, at three counts a pixel (58 % noise) as at forty."""
    found = [spread_of("V", counted(np.full((192, 192), counts), seed)) for seed in range(12)]
    assert all(one.verdict != "uneven" for one in found)
    assert sum(one.heterogeneity <= 2.0 * one.sd + 1e-9 for one in found) >= 11


@pytest.mark.parametrize("scale", [1.0, 7.3])
def test_unevenness_comes_out_without_the_noise(scale: float) -> None:
    """20 % of domains larger than a block; in counts, or in the greys that a program makes of them."""
    f = field(1)
    found = spread_of("Cu", scale * counted(10.0 * (1.0 + 0.2 * f), 1), 1e-7)
    assert found.verdict == "uneven" and found.block == "0.8 um"
    assert abs(found.heterogeneity - 0.2) < 0.02 + 2.0 * found.sd
    assert [r.unit for r in found.results()][1] == "%"


def test_what_goes_together() -> None:
    """The correlation of the composition, which noise of a third of a pixel's counts would halve."""
    f, g = field(2, grain=6.0), field(3, grain=6.0)
    maps = {
        "V": counted(8.0 * (1.0 + 0.3 * f), 2), "O": counted(8.0 * (1.0 + 0.3 * f), 3),
        "Cu": counted(8.0 * (1.0 - 0.3 * f), 4), "Li": counted(8.0 * (1.0 + 0.3 * g), 5),
        "Pt": counted(np.full_like(f, 8.0), 6),
    }  # fmt: skip
    assert pair_of(("V", "O"), maps).verdict == "together" and pair_of(("V", "O"), maps).r > 0.9
    assert pair_of(("V", "Cu"), maps).verdict == "apart"
    assert pair_of(("V", "Li"), maps).verdict in ("independent", "not decidable")
    none = pair_of(("V", "Pt"), maps)
    assert none.verdict == "not decidable" and "Pt does not vary" in none.reason and len(none.results()) == 1


def test_maps_that_do_not_fit_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="different shapes"):
        pair_of(("V", "Cu"), {"V": np.ones((64, 64)), "Cu": np.ones((64, 32))})
    with pytest.raises(HeterofilmError, match="too few blocks"):
        spread_of("V", np.ones((8, 8)))
    with pytest.raises(HeterofilmError, match="is empty"):
        spread_of("V", np.zeros((64, 64)))
