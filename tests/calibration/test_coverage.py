"""Bands on synthetic papers: what is unused has no weight, and what is used is covered as its width says."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from heterofilm.calibration.coverage import Paper, covered, papers, shares, widths
from heterofilm.calibration.experiments import Experiments, Group, Residual
from heterofilm.commands import calibrate as command
from heterofilm.errors import HeterofilmError

PAPERS = 8
FREE = ("phases.V2O5.utilisation", "phases.V2O5.D", "films.VO.wetted_area")


def made(run: Experiments) -> list[Residual]:
    """First discharges of VO, and a row in words that holds wherever there is any capacity."""
    found = [run.first("vo-half", i) for i in (5.0, 80.0)]
    return [
        *(Residual(f"at {k}", "capacity", q, q, 0.3, shared={"thickness": 0.5}) for k, q in enumerate(found)),
        Residual("some", "words", found[0], 1.0, 0.1, +1),
    ]


def unseen(run: Experiments) -> dict[str, float]:
    return {"at 20": run.first("vo-half", 20.0)}


@pytest.fixture(scope="module")
def found() -> list[Paper]:
    return papers(Group(made, FREE, fixed={"phases.V2O5.D_decades": -1.0}), unseen, PAPERS, full=2, draws=2, workers=1)


def test_bands_hold_the_truth(found: list[Paper]) -> None:
    """Nine of ten, within three standard deviations of a binomial count; used and unused apart."""
    assert all(paper.converged for paper in found)
    for used in (True, False):
        held = [h for p in found for h, own in zip(covered(p), p.used, strict=True) if own is used]
        assert np.mean(held) >= 0.9 - 3.0 * (0.09 / len(held)) ** 0.5


def test_what_is_unused_is_known_less_well(found: list[Paper]) -> None:
    """A number that the fit does not see is as wide as the values leave it, wider than its neighbours on average."""
    seen = np.mean([p.sigma[:2].mean() for p in found])
    assert np.mean([p.sigma[2] for p in found]) > 0.0 and seen < 0.6
    assert all(p.numbers == ("at 0 capacity", "at 1 capacity", "at 20 unused") for p in found)


def test_draws_stand_beside_the_linear_posterior(found: list[Paper]) -> None:
    """Two papers have two draws of three values each; the table has all used, all unused, and every number."""
    assert [p.drawn.shape for p in found[:3]] == [(2, 3), (2, 3), (0, 3)]
    sd, within = widths(found)
    assert 0.3 < sd < 3.0 and within > 0.5
    table = shares(found)
    assert table["number"].to_list()[:2] == ["all used", "all unused"] and table["papers"][0] == 2 * PAPERS


def test_two_tasks_or_no_paper_are_refused(tmp_path: Path) -> None:
    for compare, coverage, words in ((1, 4, "two tasks"), (0, -2, "1 paper or more")):
        given = argparse.Namespace(out=str(tmp_path / "c"), members=0, compare=compare, coverage=coverage, draws=None)
        with pytest.raises(HeterofilmError, match=words):
            command.run(given)
