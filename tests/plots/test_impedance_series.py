"""Spectra one above the other: each keeps its shape, and neighbours are as far apart as the caption says."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.figures.elements import LISTED
from heterofilm.plots.impedance_series import waterfall
from heterofilm.records.spectrum import Spectrum

F = np.logspace(5, -1, 31)


def spectrum(R: float, name: str) -> Spectrum:
    return Spectrum(F, 10.0 + R / (1.0 + 2j * np.pi * F * 1e-3 * R), name=name)


def test_every_spectrum_is_lifted_by_the_same_and_otherwise_itself() -> None:
    given = [spectrum(R, f"cycle {k}") for k, R in enumerate((50.0, 80.0, 120.0))]
    figure = waterfall(given)
    lifts = [np.asarray(s.y) + one.impedance.imag for s, one in zip(figure.series, given, strict=True)]
    assert all(np.ptp(lift) < 1e-9 for lift in lifts)
    steps = np.diff([lift[0] for lift in lifts])
    assert steps[0] == pytest.approx(steps[1]) and f"{steps[0]:.3g}" in figure.caption
    for drawn, one in zip(figure.series, given, strict=True):
        np.testing.assert_allclose(drawn.x, one.impedance.real)


@pytest.mark.parametrize("count", [LISTED, LISTED + 1, 60])
def test_many_spectra_are_told_apart_by_a_bar_of_colours(count: int) -> None:
    """Up to eight have a colour and a name each; more a colour each along the bar, which has all names."""
    figure = waterfall([spectrum(50.0 + k, f"cycle {k}") for k in range(count)], "Cycle")
    assert len({series.colour for series in figure.series}) == count
    if count <= LISTED:
        assert figure.scale is None and len(figure.notes) == count
    else:
        assert figure.scale is not None and figure.scale.label == "Cycle" and len(figure.scale.names) == count
        assert not figure.notes
