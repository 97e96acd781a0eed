"""Library entries become solids: carriers by doping, Li as donors, sites as limits."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.junction import implied_doping, solid
from heterofilm.library import Semiconductor, load


def test_the_entrys_own_numbers():
    """Work function, permittivity, net doping and sites of the file."""
    s = solid(load(Semiconductor, "V2O5"))
    assert s.work_function == 5.06 and s.permittivity == 12.0
    assert float(s.electrons.bulk) == pytest.approx(1e24) and s.electrons.sites == pytest.approx(2.22e28)
    assert float(s.holes.bulk) < 1e10 and s.lithium is None
    assert float(solid(load(Semiconductor, "Cu2V2O7")).holes.bulk) == pytest.approx(1e24)


def test_lithium_is_a_donor():
    """Mobile or held, each Li brings an electron; in a p-type solid it takes a hole first."""
    entry = load(Semiconductor, "V2O5")
    for key in ("lithium", "fixed_lithium"):
        assert float(solid(entry, **{key: 1e27}).electrons.bulk) == pytest.approx(1.001e27)
    p = solid(load(Semiconductor, "Cu2V2O7"), fixed_lithium=np.array([0.0, 4e23, 3e24]))
    assert p.holes.bulk[:2] == pytest.approx([1e24, 6e23]) and p.electrons.bulk[2] == pytest.approx(2e24)


def test_replacements():
    """Carrier, doping, work function, permittivity."""
    s = solid(load(Semiconductor, "Cu2V2O7"), carrier="n", doping=1e26, work_function=5.5, permittivity=20.0)
    assert float(s.electrons.bulk) == pytest.approx(1e26)
    assert (s.work_function, s.permittivity) == (5.5, 20.0)


def test_implied_doping_follows_the_edge():
    """The nearer the band, the more carriers."""
    entry = load(Semiconductor, "LiCoO2")
    assert implied_doping(entry) > implied_doping(load(Semiconductor, "V2O5"))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"carrier": "e"}, "carrier of V2O5 must be 'n' or 'p', got 'e'"),
        ({"doping": -1.0}, "donor density of V2O5"),
        ({"lithium": 3e28}, "V2O5 would hold 3e\\+22 cm-3"),
        ({"temperature": -5.0}, "temperature must be positive"),
    ],
)
def test_what_cannot_be_is_said(change, words):
    """One sentence each."""
    with pytest.raises(HeterofilmError, match=words):
        solid(load(Semiconductor, "V2O5"), **change)
