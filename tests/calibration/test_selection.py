"""Mechanisms compared: what the rows ask for wins, what they do not costs its prior."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heterofilm.calibration.experiments import Experiments, Group, Residual
from heterofilm.calibration.fit import fit_group
from heterofilm.calibration.selection import (
    Compared,
    Mechanism,
    cross_validated,
    sets_of,
    table,
    validated,
    with_mechanisms,
)

CURRENTS = (5.0, 20.0, 80.0, 160.0)
MADE_WITH = {"phases.V2O5.utilisation": 0.6, "films.VO.wetted_area": 4.0, "phases.V2O5.D_decades": 0.0}
PORES = Mechanism("pores", ("films.VO.wetted_area",), {"films.VO.wetted_area": 1.0}, {"films.VO.wetted_area": 3.0})
RESISTANCE = Mechanism("resistance", ("cells.vo-half.series_resistance",), {"cells.vo-half.series_resistance": 5.0})
MECHANISMS = (PORES, RESISTANCE)


def capacities(run: Experiments) -> list[float]:
    return [float(run.cycles("vo-half", (i, 1))[0]) for i in CURRENTS]


TRUE = capacities(Experiments(MADE_WITH))


def rows(run: Experiments) -> list[Residual]:
    """Discharges of a film whose pores are wetted, known to 1 %."""
    return [
        Residual(f"{i:g}", "capacity", q, true, 0.01 * true)
        for i, q, true in zip(CURRENTS, capacities(run), TRUE, strict=True)
    ]


BASE = Group(rows, ("phases.V2O5.utilisation",), fixed={"phases.V2O5.D_decades": 0.0})


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, ...], Compared]:
    out = {}
    for chosen in sets_of(MECHANISMS):
        names = tuple(m.name for m in chosen)
        start = {path: x for m in chosen for path, x in m.on.items()}
        out[names] = Compared(names, fit_group(with_mechanisms(BASE, MECHANISMS, chosen), {}, start))
    return out


def test_what_made_the_rows_is_most_probable(found):
    best = max(found.values(), key=lambda one: one.log_evidence)
    assert "pores" in best.names and found[("pores",)].log_evidence == pytest.approx(best.log_evidence, abs=0.5)
    assert best.fitted.values["films.VO.wetted_area"] == pytest.approx(4.0, rel=0.2)
    assert found[()].chi2 > 100.0 and best.chi2 < 1.0


def test_a_value_that_does_nothing_changes_neither_misfit_nor_evidence(found):
    """Of a resistance of some ohm the rows know nothing: its prior is as wide after as before."""
    assert found["pores", "resistance"].chi2 == pytest.approx(found[("pores",)].chi2, abs=0.5)
    assert found["pores", "resistance"].log_evidence == pytest.approx(found[("pores",)].log_evidence, abs=0.5)


def test_rows_left_out_are_foretold_by_the_right_mechanism(found):
    """They are left out of sets near the best alone: one that the evidence excludes is not worth the fits."""
    right, wrong = validated(BASE, MECHANISMS, [found[("pores",)], found[()]], progress=False, workers=1)
    assert (right.names, wrong.names) == (("pores",), ()) and math.isnan(wrong.left_out)
    tried = cross_validated(BASE, MECHANISMS, wrong)
    assert right.left_out < 20.0 < tried.left_out
    assert right.capacity_foretold < 0.05 < tried.capacity_foretold
    assert table([right, wrong])["left_out_capacity_%"].to_list() == [round(100.0 * right.capacity_foretold, 1), None]


def test_the_evidence_of_a_linear_model_is_exact():
    """Rows y = a u + noise with u from N(0, 1): ln Z = -y^2/2(1 + a^2) - ln(1 + a^2)/2, up to what all share."""
    a, y = 3.0, 2.0

    def one(run: Experiments) -> list[Residual]:
        value = run.library.value("films.VO.wetted_area").value
        u = (math.log(value) - 0.5 * math.log(10.0)) / (0.5 * math.log(10.0))
        return [Residual("r", "", a * u, y, 1.0)]

    fitted = fit_group(Group(one, ("films.VO.wetted_area",)), {})
    assert fitted.log_evidence == pytest.approx(-0.5 * y**2 / (1 + a**2) - 0.5 * math.log(1 + a**2), abs=0.02)


def test_the_table_says_what_each_is_worth(found):
    frame = table(sorted(found.values(), key=lambda one: -one.log_evidence))
    assert frame["ln_evidence"][0] == 0.0 and frame.height == 4
    assert frame["mechanisms"].to_list().count("none") == 1
    assert np.all(np.diff(frame["ln_evidence"].to_numpy()) <= 0.0)


def test_sets():
    assert [len(s) for s in sets_of(MECHANISMS)] == [0, 1, 1, 2]
