"""Figures of a fit: every set of data is drawn beside the model, and profiles end where intervals do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from heterofilm.plots.fit import data_figures, profile_figure


@dataclass
class Step:
    number: int
    what: str
    at: Any
    values: Any


@dataclass
class Compared:
    data: str
    step: Step
    model: Any


T = np.array([1.0, 3600.0])


def test_data_over_the_model() -> None:
    """Steps follow each other in time (h); residuals are model less data, in mV."""
    compared = [Compared("slow", Step(k, "voltage", T, np.array([3.0, 2.9])), np.array([3.001, 2.9])) for k in (1, 2)]
    shown, left = data_figures(compared)
    assert shown.series[2].x[0] == pytest.approx(1.0 + 1.0 / 3600.0)
    assert left.series[0].y[0] == pytest.approx(1.0)
    assert [one.label for one in shown.series if one.in_legend] == ["slow", "model"]


def test_spectra_are_drawn_in_the_plane() -> None:
    """Z' and -Z'' in ohm cm2."""
    (figure,) = data_figures(
        [Compared("EIS", Step(1, "impedance", T, np.array([1e-3 - 2e-3j] * 2)), np.array([1e-3j] * 2))]
    )
    assert figure.equal
    assert figure.series[0].x[0] == pytest.approx(10.0)
    assert figure.series[0].y[0] == pytest.approx(20.0)


def test_profiles_over_their_best() -> None:
    figure = profile_figure({"D": (np.array([1.0, 2.0, 4.0]), np.array([3.0, 0.0, 5.0]), "cm2/s")}, 3.84)
    assert figure.series[0].x == pytest.approx([0.5, 1.0, 2.0])
    assert figure.series[-1].y == [3.84, 3.84]
