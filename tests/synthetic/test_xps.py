"""Synthetic core levels: the same seed the same counts, charging shifts, areas go with atoms and cross-sections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read_all
from heterofilm.synthetic.xps import XpsTruth, write_xps, xps_regions

TRUTH = XpsTruth(counts=1e8)  # so many that the noise is far below what is told


def region(truth: XpsTruth, name: str) -> tuple[np.ndarray, np.ndarray]:
    found = next(one for one in xps_regions(truth) if one.name == name)
    return found.energy_eV, found.counts


def test_the_same_truth_gives_the_same_counts_and_another_seed_others() -> None:
    one, same, other = (region(truth, "Cu 2p")[1] for truth in (TRUTH, TRUTH, replace(TRUTH, seed=1)))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_charging_moves_the_maximum_by_as_much() -> None:
    """The grid is 0.1 eV."""
    at = [E[np.argmax(counts)] for E, counts in (region(replace(TRUTH, shift_eV=s), "C 1s") for s in (0.0, 2.0))]
    assert at[1] - at[0] == pytest.approx(2.0, abs=0.11)


def test_reduction_of_copper_takes_its_satellites() -> None:
    """Cu2+ has shake-up lines near 942 eV, Cu+ has none (Biesinger 2017)."""
    inside = []
    for state in ("Cu2+", "Cu+"):
        E, counts = region(replace(TRUTH, copper={state: 1.0}), "Cu 2p")
        there, beside = (np.interp(x, E[::-1], counts[::-1]) for x in (941.5, 948.5))
        inside.append(there / beside)
    assert inside[0] > 1.1 > 1.02 > inside[1]


def test_a_file_of_it_is_read_back_with_every_region(tmp_path: Path) -> None:
    found = read_all(write_xps(XpsTruth(), tmp_path / "a.vms"))
    assert {m.technique for m in found} == {"xps"} and len(found) == len(xps_regions(XpsTruth()))


@pytest.mark.parametrize("wrong", [{"vanadium": {"V6+": 1.0}}, {"copper": {"Cu+": 0.7}}])
def test_shares_that_cannot_be(wrong: dict[str, dict[str, float]]) -> None:
    with pytest.raises(HeterofilmError):
        XpsTruth(**wrong)  # type: ignore[arg-type]
