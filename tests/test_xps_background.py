"""Backgrounds: laws they obey, and CasaXPS' own Tougaard background."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heterofilm.analysis.photoemission.background import BACKGROUNDS, CrossSection, background, shirley, tougaard
from heterofilm.analysis.photoemission.casaxps import casaxps_fit
from heterofilm.analysis.photoemission.fit import rising
from heterofilm.analysis.photoemission.shapes import gl_sum
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from real_data import real_file

E = np.linspace(510.0, 536.0, 521)
LINE = 1000.0 * gl_sum(E - 520.0, 1.5) + 3000.0 * gl_sum(E - 530.0, 1.3)


@settings(max_examples=25, deadline=None)
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
