"""The picture of slopes, and what is printed of them."""

from __future__ import annotations

import numpy as np

from heterofilm import sensitivities
from heterofilm.commands.sensitivities import SHOWN, figure, printed


def test_a_cliff_does_not_hide_the_rest() -> None:
    """All but the cliff of a discharge is in view, and the title says so; curves without one are shown whole."""
    steep = figure(sensitivities("lco-lto", "Discharge at 1C", ["phases.LTO.D", "films.LTO.thickness"]))
    assert steep.y_range is not None and steep.title.endswith(", 98 % of the time")
    for one in steep.series:
        t, y = np.asarray(one.x), np.asarray(one.y)
        inside = np.abs(y[1:]) <= steep.y_range[1]
        assert SHOWN <= np.diff(t)[inside].sum() / t[-1] < 1.0
    flat = figure(sensitivities("vo-half", "Discharge at 5 uA/cm2 for 1 h", ["cells.vo-half.series_resistance"]))
    assert flat.y_range is None and flat.title == "Sensitivity of the voltage"


def test_a_per_cent_of_nothing() -> None:
    """Of a value of 0 one per cent changes nothing, which is no answer: it is said where the slopes are."""
    path = "electrolytes.liquid-1M.cathode_interface.exponent"
    found = sensitivities("vo-half", "Discharge at 5C", [path, "films.VO.thickness"])
    assert printed(found).endswith(f"{path}: 0, of which one per cent is nothing; --out has slopes per unit.")
