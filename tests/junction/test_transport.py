"""The ambipolar bound: what faster electrons can give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.junction.transport import electron_bound, neutral_conductivity

CONDUCTIVITY = st.floats(1e-12, 1e3)


@given(CONDUCTIVITY, CONDUCTIVITY)
def test_the_bound_is_what_infinitely_fast_electrons_leave(ions: float, electrons: float) -> None:
    """s = s_e s_i/(s_e + s_i): with s_e to infinity the film conducts s_i, s_i/s times as well."""
    neutral = electrons * ions / (electrons + ions)
    if neutral < electrons * (1.0 - 1e-9):
        assert electron_bound(neutral, electrons) == pytest.approx(ions / neutral, rel=1e-5)


def test_vanadium_oxide() -> None:
    """D 1e-12 cm2/s at one Li per V2O5 (18457 mol/m3) is 6.9e-8 S/cm of neutral Li; electrons at 1e-6 S/cm give 7 %."""
    s = neutral_conductivity(1e-16, 18457.0)
    assert s == pytest.approx(96485.332**2 * 1e-16 * 18457.0 / (8.314462618 * 298.15))
    assert electron_bound(s, 1e-4) == pytest.approx(1.0 / (1.0 - s / 1e-4))
    assert 1.05 < electron_bound(s, 1e-4) < 1.1


def test_lithium_cannot_be_faster_than_its_electrons() -> None:
    with pytest.raises(HeterofilmError, match="cannot conduct better"):
        electron_bound(np.array([1e-6, 2e-4]), 1e-4)
