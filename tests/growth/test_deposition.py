"""Flux from a target: its known rate at the reference, nothing below the threshold, the powers of the plasma."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.growth.deposition import flux, gun, ion_energy, threshold_power
from heterofilm.growth.sputter import threshold
from heterofilm.library import Library
from heterofilm.library.sputtering import Target

GUNS = {name: gun(Library().entry(Target, name), lambda path, value, unit: value.to(unit)) for name in ("V2O5", "Cu")}


@pytest.mark.parametrize("name", GUNS)
def test_the_reference_comes_back(name: str) -> None:
    """Flux times molar volume is the rate that was measured there."""
    one = GUNS[name]
    assert flux(one, one.power, one.pressure, one.distance) == pytest.approx(one.flux_ref, rel=1e-12)


@pytest.mark.parametrize("name", GUNS)
@given(pressure=st.floats(0.1, 5.0))
def test_nothing_deposits_below_the_threshold_and_something_above(name: str, pressure: float) -> None:
    one = GUNS[name]
    least = threshold_power(one, pressure)
    assert ion_energy(one, least, pressure) == pytest.approx(threshold(one.surface), rel=1e-9)
    assert flux(one, 0.999 * least, pressure, one.distance) == 0.0 < flux(one, 1.01 * least, pressure, one.distance)


@given(st.lists(st.floats(1.0, 500.0), min_size=2, max_size=5, unique=True))
def test_more_power_never_deposits_less(powers: list[float]) -> None:
    one = GUNS["V2O5"]
    found = flux(one, np.sort(powers), one.pressure, one.distance)
    assert (np.diff(found) >= -1e-12 * found[-1]).all()
