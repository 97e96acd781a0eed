"""Phases and volumes of what was deposited: copper and vanadium are conserved, volumes are those of the phases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.growth.outcome import phases_of, volumes
from heterofilm.library import Library, System, load_phase

V2O5, VANADATE, GLASS, CUO = (load_phase(name) for name in ("V2O5", "Cu2V2O7", "a-CuVO", "CuO"))
LIBRARY = Library()
SYSTEM = LIBRARY.entry(System, "V-Cu-O")
PHASES = phases_of(SYSTEM, LIBRARY)


@given(st.floats(0.01, 5.0))
def test_copper_is_conserved(x: float) -> None:
    """Cu per V over all phases is what was put in."""
    found = PHASES.shares(x)
    assert found.domain is not None
    atoms = {"V2O5": (0, 2), "Cu2V2O7": (2, 2), "CuO": (1, 0)}  # Cu, V of a formula unit
    copper, vanadium = (
        sum(part.formula_units * atoms[part.phase][k] for part in (found.matrix, found.domain)) for k in (0, 1)
    )
    assert vanadium == pytest.approx(1.0) and copper == pytest.approx(x, rel=1e-9)


def test_volume_is_linear_between_the_phases() -> None:
    """Half a formula unit of V2O5, of Cu2V2O7, and that with one of CuO hold one V at Cu/V = 0, 1, 2."""
    found = volumes(PHASES, lambda path, value, unit: value.to(unit))
    oxide, vanadate, tenorite = found.crystals.values()
    ends = [0.5 * oxide, 0.5 * vanadate, 0.5 * vanadate + tenorite]
    np.testing.assert_allclose([found.per_host(x, False) for x in (0.0, 1.0, 2.0)], ends)
    np.testing.assert_allclose(found.per_host(0.5, False), 0.5 * (ends[0] + ends[1]))
    np.testing.assert_allclose(found.per_host(1.0, True), 0.5 * found.glasses["Cu2V2O7"])


@given(st.floats(0.0, 5.0))
def test_volume_is_that_of_the_mass_balance(x: float) -> None:
    """The sum of lines is v(x) of the two phases around x, wherever it lies."""
    found = volumes(PHASES, lambda path, value, unit: value.to(unit))
    shares = PHASES.shares(x)
    assert shares.domain is not None
    direct = sum(part.formula_units * part.molar_volume for part in (shares.matrix, shares.domain))
    assert float(found.per_host(x, False)) == pytest.approx(direct, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"phases": ("Cu2V2O7", "V2O5"), "inert": ()}, "rise in Cu/V, and are Cu2V2O7 1, V2O5 0; put them in order"),
        ({"phases": ("CuO", "V2O5"), "inert": (), "glasses": {}}, "rise in Cu/V"),
        ({"sufficient": ()}, "phase V2O5 holds O, which is neither host nor added"),
        ({"glasses": {"V2O5": "a-CuVO"}}, "a-CuVO is not of the atoms of V2O5"),
        ({"phases": ("V2O5", "Cu3V2O8"), "inert": (), "glasses": {}}, "no 'Cu3V2O8' among the phases"),
    ],
)
def test_systems_that_cannot_be(change: dict[str, Any], says: str) -> None:
    entry = System.model_validate(SYSTEM.model_dump() | change)
    with pytest.raises(HeterofilmError, match=says):
        phases_of(entry, LIBRARY)
