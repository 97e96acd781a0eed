"""Figures of growth: the recipe lies on its own curve, and bands hold the nominal values."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import grow
from heterofilm.growth.grow import Grown
from heterofilm.plots.growth import crystallisation_figure, thickness_figure


@pytest.fixture(scope="module")
def grown() -> Grown:
    return grow("VOC1")


def test_the_recipe_lies_on_the_curve_of_thickness_over_power(grown: Grown) -> None:
    by_label = {one.label: one for one in thickness_figure(grown).series}
    curve, here = by_label["thickness"], by_label["this recipe"]
    assert np.interp(here.x[0], curve.x, curve.y) == pytest.approx(here.y[0], rel=0.01)
    (band,) = curve.bands
    assert (np.asarray(band.y_low) <= np.asarray(band.y_high)).all()


def test_a_share_lies_between_none_and_all_and_rises_with_temperature(grown: Grown) -> None:
    for one in crystallisation_figure(grown).series:
        y = np.asarray(one.y, float)
        assert (y >= 0.0).all() and (y <= 1.0).all() and (np.diff(y) >= -1e-9).all()
