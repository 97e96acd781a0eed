"""Structure in what the lines of a fit leave: found where it is, and not in noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heterofilm.analysis.photoemission.fit import PeakFit, fit_region
from heterofilm.analysis.photoemission.lines import model
from heterofilm.analysis.photoemission.residual import missed, unexplained
from heterofilm.analysis.photoemission.shapes import shape

E = np.arange(525.0, 537.05, 0.1)
AREA = 40_000.0


def oxygen(further: float, at: float, seed: int) -> PeakFit:
    """O 1s of the library's two lines on a flat background, and a third one of `further` of their area, as fitted."""
    lines = 0.8 * shape("gl-sum", E - 530.0, 1.4, (0.3,)) + 0.2 * shape("gl-sum", E - 531.6, 1.6, (0.3,))
    y = 2_000.0 + AREA * (lines + further * shape("gl-sum", E - at, 1.6, (0.3,)))
    return fit_region(E, np.random.default_rng(seed).poisson(y).astype(float), model("O1s"), background="linear")


def test_noise_alone_has_none() -> None:
    """A running mean beyond five deviations comes by chance in less than one of 10,000 spectra."""
    assert not any(missed(oxygen(0.0, 530.0, seed)) for seed in range(20))


@pytest.mark.parametrize("at", [526.5, 533.6, 534.5])
@pytest.mark.parametrize("further", [0.1, 0.3])
def test_a_line_that_the_model_lacks_is_found_where_it_is(further: float, at: float) -> None:
    """Within its width, as too much of the spectrum, and no more than its area (lines beside it take some of it)."""
    found = [x for x in missed(oxygen(further, at, 1)) if x.share > 0.0]
    assert abs(found[0].most_eV - at) < 1.6 and found[0].low_eV < found[0].most_eV < found[0].high_eV
    assert found[0].level == "O1s" and found[0].deviations > 5.0 and 0.0 < found[0].share <= 1.2 * further
    assert "too low" in str(found[0]) and f"{found[0].most_eV:.1f} eV" in str(found[0])


def test_points_left_out_are_not_missed() -> None:
    """A stretch that the user has left out gives no structure, whatever stands there."""
    y = 2_000.0 + AREA * shape("gl-sum", E - 530.0, 1.4, (0.3,)) + 5_000.0 * shape("gl-sum", E - 535.0, 0.8, (0.3,))
    y = np.random.default_rng(3).poisson(y).astype(float)
    whole = fit_region(E, y, model("O1s"), background="linear")
    without = fit_region(E, y, replace(model("O1s"), without=((533.8, 536.2),)), background="linear")
    assert missed(whole) and not missed(without)


def test_a_share_of_the_area_that_is_left() -> None:
    """A line far from all others, a tenth of their area, is a tenth unexplained, within what noise leaves of it."""
    assert unexplained(oxygen(0.1, 526.5, 2), "O1s") == pytest.approx(0.1, abs=0.04)
