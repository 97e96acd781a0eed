"""A recipe over a power and an anneal's temperature: the film lies on the curves, which rise where physics says."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.growth.grow import Grown, grow
from heterofilm.growth.sweeps import over_power, over_temperature, powers, swept_target


@pytest.fixture(scope="module")
def film() -> Grown:
    return grow("VOC1")


def test_the_film_lies_on_its_own_curves(film: Grown) -> None:
    """At the power and the temperature of the recipe the curves are the film, with its range."""
    name = swept_target(film)
    thickness, ratio = over_power(film, name, np.array([film.recipe.power[name].si]))
    assert thickness.value[0] == pytest.approx(film.thickness, rel=1e-9) and ratio is not None
    assert ratio.value[0] == pytest.approx(film.ratio, rel=1e-9)
    assert (thickness.low[0], thickness.high[0]) == pytest.approx(film.interval("thickness"), rel=1e-9)
    assert film.recipe.anneal is not None
    shares = over_temperature(film, np.array([film.recipe.anneal.temperature.si]))
    assert any(curve.value[0] == pytest.approx(float(film.state.crystallised), rel=1e-9) for curve in shares.values())


def test_more_power_is_more_copper_and_never_a_thinner_film(film: Grown) -> None:
    """The target that is swept is the one without vanadium; ranges hold the order of their ends.

    The first copper fills a film that is loose without it, so the thickness stays (to 1e-6) before it grows.
    """
    name = swept_target(film)
    assert "V" not in film.entries.targets[name].atoms
    over = powers(film, name, 7)
    thickness, ratio = over_power(film, name, over)
    assert over[0] == 0.0 and ratio is not None and ratio.value[0] == 0.0
    assert np.all(np.diff(ratio.value) >= 0.0) and np.all(np.diff(thickness.value) >= -1e-6 * thickness.value[:-1])
    assert thickness.value[-1] > 1.1 * thickness.value[0]
    for curve in (thickness, ratio):
        assert np.all(curve.low <= curve.high)


def test_hotter_anneals_crystallise_more(film: Grown) -> None:
    """Shares from 0 to 1 that rise with temperature, for every kinetics that may hold."""
    for curve in over_temperature(film, np.linspace(400.0, 900.0, 11)).values():
        assert np.all(np.diff(curve.value) >= -1e-12) and curve.value[0] < 0.01 and curve.value[-1] > 0.99
        assert np.all((curve.low >= 0.0) & (curve.high <= 1.0))


def test_a_target_alone_is_swept_from_its_threshold() -> None:
    """Below it nothing is deposited, so there is no film to tell of; without an anneal there are no temperatures."""
    film = grow("VO")
    name = next(name for name, power in film.recipe.power.items() if power.si > 0.0)
    over = powers(film, name, 5)
    assert over[0] > 0.0 and over_power(film, name, over[:1])[0].value[0] >= 0.0
