"""Phases and volumes of what was deposited: copper and vanadium are conserved, volumes are those of the phases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.growth.outcome import shares, volumes
from heterofilm.library import load_phase

V2O5, VANADATE, GLASS, CUO = (load_phase(name) for name in ("V2O5", "Cu2V2O7", "a-CuVO", "CuO"))
PHASES = (V2O5, VANADATE, CUO)


@given(st.floats(0.01, 5.0))
def test_copper_is_conserved(x: float) -> None:
    """Cu per V over all phases is what was put in."""
    found = shares(x, PHASES)
    assert found.domain is not None
    atoms = {"V2O5": (0, 2), "Cu2V2O7": (2, 2), "CuO": (1, 0)}  # Cu, V of a formula unit
    copper, vanadium = (
        sum(part.formula_units * atoms[part.phase][k] for part in (found.matrix, found.domain)) for k in (0, 1)
    )
    assert vanadium == pytest.approx(1.0) and copper == pytest.approx(x, rel=1e-9)


def test_volume_is_linear_between_the_phases() -> None:
    """Half a formula unit of V2O5, of Cu2V2O7, and that with one of CuO hold one V at Cu/V = 0, 1, 2."""
    found = volumes(V2O5, VANADATE, GLASS, CUO, lambda path, value, unit: value.to(unit))
    ends = [0.5 * found.oxide, 0.5 * found.vanadate, 0.5 * found.vanadate + found.tenorite]
    np.testing.assert_allclose([found.per_vanadium(x, False) for x in (0.0, 1.0, 2.0)], ends)
    np.testing.assert_allclose(found.per_vanadium(0.5, False), 0.5 * (ends[0] + ends[1]))
    np.testing.assert_allclose(found.per_vanadium(1.0, True), 0.5 * found.glass)
