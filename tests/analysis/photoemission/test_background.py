"""Backgrounds: laws they obey, and CasaXPS' own Tougaard background."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.photoemission.background import (
    BACKGROUNDS,
    CrossSection,
    above_data,
    background,
    background_and_word,
    rising_shirley,
    shirley,
    tougaard,
)
from heterofilm.analysis.photoemission.casaxps import casaxps_fit
from heterofilm.analysis.photoemission.fit import fit_lines, rising
from heterofilm.analysis.photoemission.lines import Line, Span
from heterofilm.analysis.photoemission.shapes import gl_sum
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from real_data import real_file

E = np.linspace(510.0, 536.0, 521)
LINE = 1000.0 * gl_sum(E - 520.0, 1.5) + 3000.0 * gl_sum(E - 530.0, 1.3)


@examples(250)
@given(st.floats(1e-3, 0.05), st.floats(0.0, 500.0))
def test_a_shirley_background_put_in_comes_out(k: float, floor: float) -> None:
    """I = P + b with db/dE = k P: the background is found to 1 % of the step, though only I is known.

    The floor is averaged over the ends, where the lines' Lorentzian tails have not quite ended.
    """
    area = np.concatenate([[0.0], np.cumsum(np.diff(E) * (LINE[1:] + LINE[:-1]) / 2.0)])
    truth = floor + k * area
    found = shirley(E, LINE + truth, ends=1)
    assert np.abs(found - truth).max() < 0.01 * k * area[-1] + 12.0  # 12: the tail at the low end counts as floor


def test_a_shirley_background_is_the_limit_of_its_iteration() -> None:
    """Proctor and Sherwood's loop, where it settles, gives the same."""
    y = LINE + 100.0 + 0.02 * np.concatenate([[0.0], np.cumsum(LINE[1:]) * np.diff(E)])
    low, high = y[:5].mean(), y[-5:].mean()
    b = np.full(E.size, low)
    for _ in range(200):
        above = y - b
        area = np.concatenate([[0.0], np.cumsum(np.diff(E) * (above[1:] + above[:-1]) / 2.0)])
        b = low + (high - low) * area / area[-1]
    assert np.allclose(shirley(E, y), b, atol=1e-6 * (high - low))


@pytest.mark.parametrize("kind", [k for k in BACKGROUNDS if k != "none"])
def test_every_background_meets_both_ends(kind: str) -> None:
    y = LINE + 200.0 + 5.0 * (E - E[0])
    b = background(E, y, kind)
    assert b[:5].mean() == pytest.approx(y[:5].mean(), abs=2.0)
    assert b[-5:].mean() == pytest.approx(y[-5:].mean(), abs=4.0)


def test_the_universal_cross_section_loses_nothing() -> None:
    """int K dT = B/(2 C) for K = B T/(C + T^2)^2: with B = 2 C every electron is scattered once."""
    T = np.linspace(0.0, 5000.0, 500_001)
    assert np.trapezoid(CrossSection(2866.0, 1643.0).at(T), T) == pytest.approx(2866.0 / (2.0 * 1643.0), rel=1e-4)


def test_tougaard_background_of_casaxps() -> None:
    """U 3 with the B, C, D, T0 of the region: within 0.2 % of the exported curve's rise (T0 = 3 eV, C' = -1)."""
    settings_ = casaxps_fit(read(real_file("xps/pynxtools_FeO_analyzed.vms")))
    oracle = read(real_file("xps/pynxtools_FeO_analyzed_lineshapes_cols.txt"))
    energy, counts = rising(settings_.energy_eV, settings_.intensity, settings_.window)
    _, exported = rising(oracle.column("binding_energy_eV"), oracle.column("background"), settings_.window)
    assert isinstance(settings_.background, CrossSection)
    b = tougaard(energy, counts, settings_.background, settings_.ends)
    assert np.abs(b - exported).max() < 0.002 * np.ptp(exported)
    # left free, B comes out as CasaXPS' own 335.4 within 1 %
    free = CrossSection(None, 551.0, -1.0, 436.0, 3.0)
    assert np.abs(tougaard(energy, counts, free, 2) - exported).max() < 0.01 * np.ptp(exported)


def test_bad_windows_and_names_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'shirley'"):
        background(E, LINE, "shirly")
    with pytest.raises(HeterofilmError, match="at least eight"):
        background(E[:5], LINE[:5], "linear")
    with pytest.raises(HeterofilmError, match="must rise"):
        background(E[::-1], LINE, "linear")
    with pytest.raises(HeterofilmError, match="No Shirley background"):
        shirley(E, 1000.0 - LINE + np.where(E > 535.0, 4000.0, 0.0))


def metal(slope: float, step: float, width: float, seed: int, corner: float = 938.0) -> tuple[np.ndarray, np.ndarray]:
    """A line of area 2000 at 932.6 eV over a step and a plateau that rises behind `corner`, with counting noise."""
    x = np.arange(926.0, 948.5, 0.05)
    rise = step / (1.0 + np.exp(-(x - 932.6) / 0.4)) + slope * np.clip(x - corner, 0.0, None)
    mean = 2000.0 * gl_sum(x - 932.6, width) + 170.0 + rise
    return x, np.random.default_rng(seed).poisson(mean).astype(float)


@examples(300)
@given(st.floats(0.0, 10.0), st.floats(20.0, 150.0), st.floats(0.8, 1.4), st.integers(0, 1000))
@example(0.0, 132.0, 1.0, 105)  # the last points of a long flat plateau lie two deviations high
@example(0.0, 132.0, 1.0, 931)
def test_a_plateau_that_rises_leaves_the_line_its_area(slope: float, step: float, width: float, seed: int) -> None:
    """Metals: what is above the background is the line's area, and the background is never above the data.

    Within 15 %: the plateau's corner at 938 eV is no part of the model of the background, which bends beneath the line.
    """
    x, y = metal(slope, step, width, seed)
    b = background(x, y, "shirley")
    assert above_data(y, b) <= 2.5
    near = (x > 928.0) & (x < 937.0)
    own = 2000.0 * np.trapezoid(gl_sum(x - 932.6, width)[near], x[near])
    assert np.trapezoid((y - b)[near], x[near]) == pytest.approx(own, rel=0.15)


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0, 4.0, 8.0])
def test_the_fitted_area_of_a_metals_line(slope: float) -> None:
    x, y = metal(slope, 80.0, 1.0, 1)
    line = Line("Cu 2p3/2", Span(932.6, 931.0, 934.0), Span(1.0, 0.5, 2.0))
    assert fit_lines(x, y, [line]).lines[0].area == pytest.approx(2000.0, rel=0.05)


@examples(250)
@given(st.floats(1e-3, 0.03), st.floats(1e-3, 0.01))
def test_level_and_slope_behind_a_line_come_out(k: float, s: float) -> None:
    """I = P + b with b(E) = int (k + s (E - E')) P(E') dE': found from I alone."""
    P = 3000.0 * gl_sum(E - 518.0, 1.3, 0.0)
    area = np.concatenate([[0.0], np.cumsum(np.diff(E) * (P[1:] + P[:-1]) / 2.0)])
    truth = 200.0 + k * area + s * np.concatenate([[0.0], np.cumsum(np.diff(E) * (area[1:] + area[:-1]) / 2.0)])
    found = rising_shirley(E, P + truth, ends=1)
    assert np.abs(found - truth).max() < 1e-6 * (truth[-1] - truth[0])


def test_which_background_it_became_is_said() -> None:
    """A line cannot be drawn above the data without a word; a Shirley background says that it took up a slope."""
    x, y = metal(8.0, 80.0, 1.0, 1)
    assert "with the plateau's slope" in background_and_word(x, y, "shirley")[1]
    assert background_and_word(*metal(0.0, 80.0, 1.0, 1), "shirley")[1] == "shirley background"
    valley = 1000.0 - 900.0 * np.exp(-(((x - 937.0) / 3.0) ** 2))
    assert "lies above the data" in background_and_word(x, valley + y / 100.0, "linear")[1]
