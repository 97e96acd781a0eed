"""How records and sweeps show themselves, and that they draw themselves."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

import heterofilm
from heterofilm import Cell, Record, Records, simulate, simulate_many
from heterofilm.figures.figure import Figure
from heterofilm.records import drawing

FRAME = pl.DataFrame(
    {"time_s": [0.0, 1.0], "voltage_V": [3.0, 3.0], "current_A_m2": [0.0, 0.0], "charge_C_m2": [0.0, 0.0],
     "step": [1, 1], "cycle": [1, 1]}
)  # fmt: skip


def test_a_record_draws_itself(tmp_path):
    record = simulate("vo-half", "Discharge at 80 uA/cm2 until 3 V", detail=False)
    figure = record.plot()
    assert isinstance(figure, Figure) and figure.name == "voltage"
    assert figure.save(tmp_path / "a.svg").exists()
    assert figure._repr_svg_().rstrip().endswith("</svg>") and len(repr(figure)) < 100


def test_nothing_draws_where_nothing_was_set(monkeypatch):
    monkeypatch.setattr(drawing, "draw", None)
    with pytest.raises(heterofilm.HeterofilmError, match="import heterofilm first"):
        Record(FRAME).plot()


def test_html_has_the_steps_and_is_inert():
    """Every text of a record may come from a file: none of it is markup on a page."""
    steps = Record(FRAME).steps.with_columns(pl.lit("<script>alert(1)</script>").alias("end"))
    record = Record(FRAME, steps=steps, meta={"title": "<b>A & B</b>", "notes": "<i>", "thickness_m": 3e-7})
    page = record._repr_html_()
    assert "<script>" not in page and "&lt;b&gt;A &amp; B&lt;/b&gt;" in page and page.count("<tr>") == 2
    many = Record(pl.concat([FRAME.with_columns(pl.lit(k, dtype=pl.Int64).alias("step")) for k in range(1, 31)]))
    assert "... 18 more steps" in many._repr_html_() and len(many._repr_html_()) < 5000


def test_representations_are_one_short_line():
    record = simulate("vo-half", "Discharge at 80 uA/cm2 until 3 V", detail=False)
    assert len(repr(record)) < 100 and "\n" not in repr(record)
    assert repr(Cell.load("vo-half")) == "<Cell vo-half: VO in liquid-1M>"
    records = simulate_many(["vo-half", "no-cell"], "Rest for 1 min", returns="records")
    assert isinstance(records, Records) and repr(records) == "<Records: 2 points, 1 failed>"
    assert "no-cell" in records._repr_html_() and len(records._repr_html_()) < 5000


def test_no_module_hides_a_function_of_the_package():
    """Whatever is imported first: every public name is what the list of names says, not a module of that name."""
    code = (
        "import importlib, pkgutil, types, heterofilm\n"
        "for one in pkgutil.iter_modules(heterofilm.__path__):\n"
        "    if one.name not in ('__main__',): importlib.import_module('heterofilm.' + one.name)\n"
        "names = {one.name for one in pkgutil.iter_modules(heterofilm.__path__)}\n"
        "assert not names & set(heterofilm.__all__), names & set(heterofilm.__all__)\n"
        "import heterofilm.simulation.run, heterofilm.protocol, heterofilm.records.spectrum\n"
        "assert not any(isinstance(getattr(heterofilm, n), types.ModuleType) for n in heterofilm.__all__)\n"
        "assert type(heterofilm) is types.ModuleType\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_of_names_is_complete():
    """What type checkers are told (`__init__.pyi`) is what there is."""
    assert {"simulate", "simulate_many", "Cell", "Record", "Records", "gitt", "SimulationError"} <= set(
        heterofilm.__all__
    )
    assert heterofilm.gitt_pulses.__module__ == "heterofilm.analysis.electrochemistry.gitt"
    assert set(heterofilm.__all__) <= set(dir(heterofilm))
