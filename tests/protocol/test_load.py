"""Loads: what they ask for is something."""

from __future__ import annotations

import math

import pytest

from heterofilm.errors import InputError
from heterofilm.protocol import Load


@pytest.mark.parametrize("value", [1e300, -1e13, math.inf, math.nan])
def test_a_load_beyond_what_anything_carries_is_refused(value: float) -> None:
    """Also in absolute numbers and from Python; up to the bound it is a load."""
    for unit in ("A/m2", "A", "W/m2", "V"):
        with pytest.raises(InputError, match="check its unit"):
            Load("drawn", unit, (0.0, 1.0), (0.0, value))
    assert Load("drawn", "A/m2", (0.0, 1.0), (0.0, 1e11)).values == (0.0, 1e11)
