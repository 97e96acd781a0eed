"""Figures and claims of cycles, rates, impedance and voltammetry, from one small study."""

from __future__ import annotations

import copy
import re

import numpy as np
import polars as pl
import pytest

from heterofilm.files import prepare_folder
from heterofilm.paper.answers import ANSWERS
from heterofilm.paper.claims import claim
from heterofilm.reports.study.chapters import discharge_chapters, run_chapters
from heterofilm.reports.study.cycling import cycle_figures
from heterofilm.reports.study.spectra import LOWEST, impedance_figures, voltammograms
from heterofilm.study.folder import StudyFolder
from heterofilm.study.plan import load_plan
from heterofilm.study.results import Results, Runs, discharge_capacities
from heterofilm.study.run import run_tests

STUDY = """
title = "Small"
reference = "yu-2025"
cells = ["vo-half", "voc1-half", "voc2-half", "vo-atfb", "voc1-atfb"]
[options]
bands = false
[[tests]]
name = "long"
protocol = "21 x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)"
keep = [1, 2, 3]
cells = ["vo-half", "voc1-half", "vo-atfb", "voc1-atfb"]
[[tests]]
name = "rate"
protocol = '''
a: 2 x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)
b: 2 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)
c: 2 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)
'''
cells = ["vo-half", "voc1-half"]
[[tests]]
name = "cv"
protocol = '''
CV between 2.15 V and 3.8 V at 1 mV/s
CV between 2.15 V and 3.8 V at 2 mV/s
CV between 2.15 V and 3.8 V at 4 mV/s
'''
cells = ["voc1-half"]
[[tests]]
name = "eis"
protocol = '''
EIS from 10 kHz to 1 mHz with 4 points per decade
Discharge at 20 uA/cm2 until 3.3 V; Rest for 1 h; EIS from 10 kHz to 1 mHz with 4 points per decade
'''
cells = ["vo-half", "voc1-half", "voc2-half", "voc1-atfb"]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.toml").write_text(STUDY)
    plan = load_plan(folder / "small.toml")
    found = Results(plan.study.title, "", Runs({cell.name: cell for cell in plan.cells.values()}))
    with StudyFolder(folder / "out", plan, 0, False) as place:
        prepare_folder(folder / "out")
        run_tests(plan, found, place, lambda: None)
    assert not found.failed
    assert (folder / "out" / "data" / "voc1-half_eis.impedance.csv").exists()
    return found


def test_the_figures_of_cycles(results):
    drawn = {figure.name: figure for figure in cycle_figures(results)}
    assert set(drawn) == {
        "cycles-vo-half", "cycles-voc1-half", "cycles-vo-atfb", "cycles-voc1-atfb", "dqdv-cycles-voc1-half",
        "cycling-half-20", "cycling-atfb-20",
    }  # fmt: skip
    profile = " ".join(s.label for s in drawn["cycles-voc1-half"].series if s.style == "solid")
    assert re.findall(r"\d", profile) == ["1", "2", "3"]  # each once, those that lie on one another under one label
    cycles = drawn["cycling-half-20"].series[0]
    assert list(cycles.x) == list(range(1, 22))
    record = results.main.records["vo-half", "long"]
    assert np.asarray(cycles.y) == pytest.approx(discharge_capacities(record)[1])


def test_rate_tests_have_the_bands_of_the_draws(results):
    """They stand in the chapter that waits for the draws; chapters of the runs alone, which do not, have none."""
    with_draws = copy.copy(results)
    with_draws.members = [results.main, results.main]
    drawn = {f.name: f for chapter in discharge_chapters(with_draws) for f in chapter.figures}
    assert {"rate-test-half", "rate-profiles-half"} <= set(drawn)
    assert all(len(s.bands) == 2 for s in drawn["rate-test-half"].series if s.kind == "both")
    assert "16 to 84 % of 2 draws" in drawn["rate-test-half"].caption
    early = [s for chapter in run_chapters(with_draws) for f in chapter.figures for s in f.series]
    assert early and not any(s.bands for s in early)


def test_the_figures_of_impedance_and_voltammetry(results):
    drawn = {figure.name: figure for figure in [*impedance_figures(results), *voltammograms(results)]}
    assert {
        "eis-half",
        "eis-tails-half",
        "eis-atfb",
        "eis-states-voc1-half",
        "eis-parts-voc1-half",
        "cv-voc1-half",
        "cv-b-voc1-half",
    } <= set(drawn)
    assert [s.label for s in drawn["eis-half"].series] == ["VO", "VOC1", "VOC2"] and drawn["eis-half"].equal
    Z = results.main.records["vo-half", "eis"].impedance.filter(pl.col("step") > 1)
    assert len(drawn["eis-half"].series[0].x) == (Z["frequency_Hz"] >= LOWEST).sum()


def answered(results, row):
    return ANSWERS[row](results.main, claim(row))


def test_claims_that_cycles_answer(results):
    """A study that has no 200 cycles says nothing of them; what it has is judged."""
    assert answered(results, "ret-vo-5") is None
    lower = answered(results, "atfb-lower")
    assert lower is not None and "retention lower" in lower.text
    slopes = answered(results, "eis-slope")
    assert slopes is not None and slopes.text.startswith("VO ") and "°" in slopes.text
    top = answered(results, "max-voc1-20")
    q = results.main.life("voc1-half", 20.0)
    assert top is not None and q is not None and top.number == pytest.approx(q[1:].max())
    assert answered(results, "cv-rates").text == "1-4"
