"""Arrays that are lent again and again leave nothing of one integration in the next."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.events import DURATION, VOLTAGE_BELOW
from heterofilm.engine.factors import Factors
from heterofilm.engine.state import Work, layout
from heterofilm.engine.structs import Struct
from heterofilm.engine.workspace import workspace
from verification.models import CU_NUCLEATING, V2O5_NUCLEATING, Cell, current, one_phase, two_phase

MODELS = {
    "one": one_phase(9, 6),
    "two": two_phase(8, 4),
    "nucleating": two_phase(6, 4, V2O5_NUCLEATING, CU_NUCLEATING),
}


def spoil(struct: Struct) -> None:
    """Nan wherever an integration writes."""
    for name in struct.members:
        value = getattr(struct, name)
        if isinstance(value, Struct):
            spoil(value)
        elif not (isinstance(struct, Work | Factors) and name in ("m", "d", "site_m", "site_d")):
            value[...] = np.nan


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_what_was_left_behind_does_not_matter(model) -> None:
    """The same numbers, to the last bit, from fresh arrays and from arrays full of nan."""
    with workspace(layout(model)):  # whatever is idle is taken, so that the next is new
        first = Cell(model).run(current(0.05), (VOLTAGE_BELOW, 2.15), (DURATION, 3e4), keep=True)
    with workspace(layout(model)) as used:
        spoil(used)
    again = Cell(model).run(current(0.05), (VOLTAGE_BELOW, 2.15), (DURATION, 3e4), keep=True)
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a, b)


def test_nobody_else_has_it_meanwhile() -> None:
    """Two at once get two, one after the other the same."""
    lay = layout(MODELS["one"])
    with workspace(lay) as a, workspace(lay) as b:
        assert a is not b
    with workspace(lay) as c:
        assert c in (a, b)
