"""The commands vary and protocols."""

from __future__ import annotations

import polars as pl
import pytest

from heterofilm.cli import main
from heterofilm.commands.vary import spread
from heterofilm.errors import HeterofilmError
from heterofilm.protocol import ready_made

PROTOCOL = "Discharge at 20 uA/cm2 until 2.15 V"


def test_values_are_lists_or_evenly_spread():
    assert spread("a.b=1,2,5") == ("a.b", [1.0, 2.0, 5.0])
    assert spread("a=0:1:3") == ("a", [0.0, 0.5, 1.0])
    assert spread("a=1:100:3:log")[1] == pytest.approx([1.0, 10.0, 100.0])
    for wrong in ("a", "a=", "a=1:2", "a=1:2:0", "a=1:2:3:lin", "a=x"):
        with pytest.raises(HeterofilmError, match="not of the form"):
            spread(wrong)


def test_a_table_of_every_combination(tmp_path, capsys):
    out = tmp_path / "t.csv"
    values = ["phases.V2O5.D=1e-13,1e-12", "films.VO.thickness=200,300"]
    assert main(["vary", "vo-half", PROTOCOL, *values, "--out", str(out)]) == 0
    assert "4 points, 0 failed" in capsys.readouterr().out
    table = pl.read_csv(out)
    assert table.height == 4 and table["capacity_uAh_cm2_um"].min() > 20.0


def test_what_cannot_be_varied_is_one_sentence(tmp_path, capsys):
    assert main(["vary", "vo-half", PROTOCOL, "phases.V2O5.DD=1,2"]) != 0
    assert "heterofilm: " in capsys.readouterr().err
    assert main(["vary", "vo-half", PROTOCOL, "phases.V2O5.D=1e-13", "--out", str(tmp_path / "t.doc")]) != 0
    assert "must end in .csv or .parquet" in capsys.readouterr().err


def test_protocols_are_listed_and_printed(capsys):
    assert main(["protocols"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ready_made())
    assert main(["protocols", "cv-series"]) == 0
    assert "CV between" in capsys.readouterr().out
    assert main(["protocols", "cv-serie"]) != 0
    assert "Did you mean 'cv-series'" in capsys.readouterr().err


def test_a_stream_of_cycles_goes_on_from_the_command_line(tmp_path, capsys):
    text = "3 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
    command = ["simulate", "vo-half", text, "--folder", str(tmp_path / "run"), "--keep", "1", "--ageing", "none"]
    assert main(command) == 0
    first = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == first
    assert len(list((tmp_path / "run" / "curves").iterdir())) == 1
    assert main([*command[:-1], "depth"]) != 0
    assert "holds another run" in capsys.readouterr().err
