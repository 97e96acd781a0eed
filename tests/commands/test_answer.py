"""``--json``: every command answers with one document of the same form, whose tables are those that it prints."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from heterofilm import cli
from heterofilm._version import __version__
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.commands import answer, commands
from heterofilm.commands.inputs import lines
from heterofilm.commands.lazy import LazyParser
from heterofilm.errors import InputError
from heterofilm.library import Library
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

CYCLES = "2 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)"
STUDY = """
title = "Short"
cells = ["vo-half"]
[options]
bands = false
[[tests]]
name = "discharge-80"
title = "Discharge"
protocol = "Discharge at 80 uA/cm2 until 3 V"
"""
SWEEP = """
cell = "vo-half"
protocol = "Discharge at 80 uA/cm2 until 3 V"
[values]
"films.VO.thickness" = ["200 nm", "300 nm"]
"""
DESIGN = """
cell = "vo-half"
most = 8
[runs]
fast = "Discharge at 80 uA/cm2 until 3 V"
[inputs."films.VO.thickness"]
low = "200 nm"
high = "400 nm"
[outputs]
energy = "fast.energy_uWh_cm2"
[goal]
maximise = "energy"
"""
USUAL = ("{}/cycles.nc",)  # of an analysis of a record
GIVEN = {
    "app": ("{}/project",),  # refused: it serves until it is ended
    "run": ("{}/study.toml", "--out", "{}/report", "--members", "0", "--quiet"),
    "simulate": ("vo-half", "Discharge at 80 uA/cm2 until 3 V", "--out", "{}/new.nc"),
    "vary": ("vo-half", "Discharge at 80 uA/cm2 until 3 V", "films.VO.thickness=200 nm,300 nm"),
    "sweep": ("{}/sweep.toml", "--folder", "{}/runs", "--workers", "1"),
    "protocols": (),
    "new": ("cell", "{}/mine.toml", "--all"),
    "library": ("phases", "V2O5"),
    "ocv": ("from", "{}/slow.nc", "--out", "{}/ocv.csv"),
    "gitt": ("{}/gitt.nc",),
    "cv": ("{}/cv.nc",),
    "eis": ("{}/z.csv", "--circuit", "R0-p(R1,C1)", "--drt"),
    "xps": ("{}/project/VO/raw/xps_pristine.vms",),
    "xrd": ("{}/project/VO/raw/xrd.xrdml", "--substrate", "Pt"),
    "analyse": ("{}/sample", "--out", "{}/results"),
    "compare": ("{}/nowhere",),
    "overlay": ("{}/project", "raman", "--out", "{}/overlay.csv"),
    "example": ("{}/project",),
    "formats": ("{}/z.csv",),
    "fit": ("vo-half", "{}/slow.nc", "--values", "phases.V2O5.D", "--searches", "1", "--linear"),
    "sensitivities": ("vo-half", "Discharge at 80 uA/cm2 until 3 V", "--values", "phases.V2O5.D"),
    "diagnose": ("vo-half", "--current", "80 uA/cm2"),
    "design": ("{}/design.toml", "--folder", "{}/designs"),
    "experiment": ("vo-half", "--values", "phases.V2O5.D", "--protocol", "Discharge at 80 uA/cm2 until 3 V"),
    "mcp": ("{}/project",),  # refused: it speaks JSON by itself
    "calibrate": ("--members", "-1"),  # refused before the hours that it takes
    "grow": ("VOC1",),
    "junction": ("V2O5-Cu2V2O7",),
    "device": ("voc1-polyimide",),
    "bend": ("voc1-polyimide", "--angles", "0,180", "--draws", "20"),
    "load": ("voc1-polyimide", "--resistor", "10kohm"),
    "atoms": ("structures",),
    "doctor": (),
    "completion": ("bash",),
}
REFUSED = {"app", "calibrate", "compare", "mcp"}
OWN = {"schema"}  # whose --json is a JSON schema for editors
NO_TABLE = {
    "app",
    "mcp",
    "run",
    "new",
    "ocv",
    "example",
    "formats",
    "calibrate",
    "load",
    "completion",
    "analyse",
    "compare",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One record of every kind, a table of a spectrum, a study, a sample and an example project."""
    folder = tmp_path_factory.mktemp("answers")
    for name, protocol in {
        "cycles": CYCLES, "slow": CYCLES, "cv": "CV between 2.15 V and 3.8 V at 1 mV/s for 2 cycles",
        "gitt": "GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 3.1 V",
    }.items():  # fmt: skip
        simulate("vo-half", protocol, detail=False).write(folder / f"{name}.nc")
    f = np.geomspace(1e5, 1e-1, 61)
    Z = Circuit.parse("R0-p(R1,C1)").impedance(f, {"R0": 10.0, "R1": 50.0, "C1": 1e-4})
    (folder / "z.csv").write_text("\n".join(f"{a:.9e},{b.real:.9e},{b.imag:.9e}" for a, b in zip(f, Z, strict=True)))
    (folder / "study.toml").write_text(STUDY)
    (folder / "sweep.toml").write_text(SWEEP)
    (folder / "design.toml").write_text(DESIGN)
    assert cli.main(["example", str(folder / "project")]) == 0
    write_files(folder / "sample", "l.txt", "m.txt")
    (folder / "sample" / "sample.toml").write_text('name = "A"\nthickness = "300 +- 9 nm"\n')
    return folder


def _document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    code = cli.main([*arguments, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["code"] == code
    return found


def _sound(document: dict[str, Any]) -> None:
    """The form that `answer` states: equal columns of numbers, or of texts, each with a name."""
    assert list(document) == ["heterofilm", "command", "code", "tables", "sentences", "files", "error"]
    for table in document["tables"]:
        assert set(table) == {"name", "exact", "columns"} and table["columns"]
        assert len({len(column["values"]) for column in table["columns"]}) == 1
        for column in table["columns"]:
            assert set(column) == {"name", "unit", "values"} and column["name"]
            kinds = {str if isinstance(value, str) else float for value in column["values"] if value is not None}
            assert len(kinds) <= 1


@pytest.mark.parametrize("name", sorted({*GIVEN, *commands()} - OWN))
def test_every_command_answers(name: str, folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One document and nothing else on the standard output, of the form that is stated."""
    if name == "atoms":
        pytest.importorskip("ase")
    here = tmp_path / "project" if name == "example" else folder
    found = _document(capsys, name, *(word.replace("{}", str(here)) for word in GIVEN.get(name, USUAL)))
    _sound(found)
    assert (found["heterofilm"], found["command"]) == (__version__, name)
    assert (found["error"] is None) == (found["code"] != 2) and (name in REFUSED) == (found["code"] == 2)
    assert bool(found["tables"]) == (name not in NO_TABLE) or name == "analyse"
    assert found["tables"] or found["sentences"] or found["error"]


def test_every_command_and_action_takes_it() -> None:
    """Whatever is declared, at any depth, has the option."""
    parser = LazyParser()
    from heterofilm.commands import add

    add(parser)
    names = [" ".join(path) for path, one in _leaves(parser, ()) if "--json" not in one._option_string_actions]
    assert names == []


def _leaves(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in inner:
        for name, one in action.choices.items():
            if path[:1] == ("atoms",):
                pytest.importorskip("ase")
            if "rest" in {other.dest for other in one._actions}:  # a former name, which is refused
                continue
            one.ready()
            yield from _leaves(one, (*path, name))
    if not inner:
        yield path, parser


def test_exact_tables_are_those_of_the_analysis(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What ``--out`` writes, bit by bit, and the printed table rounds it: both with their units."""
    out = folder / "cycles.csv"
    found = _document(capsys, "cycles", str(folder / "cycles.nc"), "--out", str(out))
    exact = {column["name"]: column for table in found["tables"] if table["exact"] for column in table["columns"]}
    rounded = {column["name"]: column for table in found["tables"] if not table["exact"] for column in table["columns"]}
    written = pl.read_csv(out)
    assert exact["discharge_C_m2"] == {
        "name": "discharge_C_m2", "unit": "C/m2", "values": written["discharge_C_m2"].to_list()
    }  # fmt: skip
    full = written["discharge_uAh_cm2_um"].to_list()
    assert rounded["discharge"]["values"] == pytest.approx(full, abs=0.006)  # printed with two decimals
    assert rounded["CE"]["unit"] == "%" and found["files"] == [str(out)]


def test_a_refusal_is_in_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence, its kind and the exit code; the standard error has the sentence as ever."""
    code = cli.main(["simulate", "no-such-cell", "Rest for 1 h", "--json"])
    out, err = capsys.readouterr()
    document = json.loads(out)
    _sound(document)
    assert code == document["code"] == 2 and document["error"]["kind"] == "InputError"
    assert document["error"]["sentence"] in err


@pytest.mark.parametrize(
    ("heading", "cells", "name", "unit", "values"),
    [
        ("D / cm2/s", ["1.20e-13", "-", "3"], "D", "cm2/s", [1.2e-13, None, 3]),
        ("stress/MPa", ["-1.5"], "stress", "MPa", [-1.5]),
        ("mean uAh/cm2", ["4"], "mean", "uAh/cm2", [4]),
        ("plateau", ["3.300 V", "3.100 V"], "plateau", "V", [3.3, 3.1]),
        ("plateau", ["3.300 V", "none"], "plateau", "", ["3.300 V", "none"]),
        ("mixed", ["3 V", "5 s"], "mixed", "", ["3 V", "5 s"]),
        ("D tau/L2", ["0.1"], "D tau/L2", "", [0.1]),
        ("a word", ["3 apples"], "a word", "", ["3 apples"]),
        ("empty", ["", "-"], "empty", "", ["", "-"]),
    ],
)  # fmt: skip
def test_cells_become_numbers_with_units_or_stay(
    heading: str, cells: list[str], name: str, unit: str, values: list[object]
) -> None:
    """A column is numbers only where every cell is one, in one unit that is a unit; else the texts stay."""
    with answer.collecting() as tables:
        assert lines((heading,), [(cell,) for cell in cells]) == ""
    assert tables[0]["columns"] == [{"name": name, "unit": unit, "values": values}]
    assert lines(("a",), [("b",)]) == "a\nb"  # nothing is kept outside


def test_columns_name_their_units() -> None:
    """The last words of a column's name, as all tables of the package have them."""
    table = pl.DataFrame(
        {"voltage_V": [1.0], "dE_s_V": [float("nan")], "R_end_ohm_m2": [2.0], "t_end": [3.0], "D_m2_s": [1.0],
         "lithium_missed_C_m2": [0.0], "cycle": [1], "m_per_C_m2": [1.0]}
    )  # fmt: skip
    with answer.collecting() as tables:
        answer.frame(table)
    units = {column["name"]: column["unit"] for column in tables[0]["columns"]}
    assert units == {"voltage_V": "V", "dE_s_V": "V", "R_end_ohm_m2": "ohm m2", "t_end": "s", "D_m2_s": "m2/s",
                     "lithium_missed_C_m2": "C/m2", "cycle": "", "m_per_C_m2": "m/(C/m2)"}  # fmt: skip
    assert tables[0]["columns"][1]["values"] == [None]  # JSON has no NaN


def test_values_of_an_entry_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    """As many rows as the entry has values, or more where it has tables."""
    from heterofilm.library import value_paths

    found = _document(capsys, "library", "phases", "V2O5")
    rows = len(found["tables"][0]["columns"][0]["values"])
    assert rows >= len(list(value_paths(Library().phase("V2O5"))))


def test_errors_of_another_kind_still_end_the_command() -> None:
    """Nothing is swallowed: the caller of `answered` sees the error of the command."""

    def refuses(given: argparse.Namespace) -> int:
        raise InputError("No.")

    with pytest.raises(InputError):
        answer.answered(refuses, argparse.Namespace(), "any")
