"""The commands vary and protocols."""

from __future__ import annotations

import polars as pl
import pytest
import xarray as xr

from heterofilm.cli import main
from heterofilm.commands.vary import spread
from heterofilm.errors import HeterofilmError
from heterofilm.library import Film, Library
from heterofilm.library.writer import to_toml
from heterofilm.protocol import ready_made
from heterofilm.records.record import Record

PROTOCOL = "Discharge at 20 uA/cm2 until 2.15 V"


def test_values_are_lists_or_evenly_spread():
    assert spread("a.b=1,2,5") == ("a.b", [1.0, 2.0, 5.0])
    assert spread("a=0:1:3") == ("a", [0.0, 0.5, 1.0])
    assert spread("a=1:100:3:log")[1] == pytest.approx([1.0, 10.0, 100.0])
    for wrong in ("a", "a=", "a=1:2", "a=1:2:0", "a=1:2:3:lin", "a=x"):
        with pytest.raises(HeterofilmError, match="not of the form"):
            spread(wrong)


def test_values_may_carry_their_unit():
    assert spread("a=1 um,500 nm") == ("a", ["1.0 um", "500.0 nm"])
    assert spread("a=100 nm:0.3 um:3")[1] == ["0.1 um", "0.2 um", "0.3 um"]
    with pytest.raises(HeterofilmError, match="Did you mean 'um'"):
        spread("a=1 umm")
    with pytest.raises(HeterofilmError, match="measure different things"):
        spread("a=1 V:2 um:3")


def test_a_table_of_every_combination(tmp_path, capsys):
    out = tmp_path / "t.csv"
    values = ["phases.V2O5.D=1e-13,1e-12", "films.VO.thickness=200,300"]
    assert main(["vary", "vo-half", PROTOCOL, *values, "--out", str(out)]) == 0
    assert "4 points, 0 failed" in capsys.readouterr().out
    table = pl.read_csv(out)
    assert table.height == 4 and table["capacity_uAh_cm2_um"].min() > 20.0


def test_a_path_with_a_slash_goes_into_a_netcdf_file(tmp_path, capsys):
    """A ratio of two elements: the coordinate has ":" for "/", which is for groups there, and keeps its path."""
    out, path = tmp_path / "t.nc", "films.mixed.atomic_ratio.Mn/Co"
    film = {"name": "mixed", "title": "mixed", "matrix": "LiCoO2", "domain": "LiMn2O4", "thickness": "100 nm",
            "atomic_ratio": {"Mn/Co": 0.5}, "domain_size": "20 nm", "hetero_i0": "1 mA/cm2"}  # fmt: skip
    (tmp_path / "film.toml").write_text(to_toml(Film.model_validate(film)))
    spec = Library().cell("lmo-atfb").spec.model_copy(update={"film": "film.toml"})
    (tmp_path / "cell.toml").write_text(to_toml(spec))
    given = [str(tmp_path / "cell.toml"), "Discharge at 1C until 3.2 V", f"{path}=0.4,0.6", "--out", str(out)]
    assert main(["vary", *given]) == 0
    with xr.open_dataset(out, engine="h5netcdf") as data:
        found = data["films.mixed.atomic_ratio.Mn:Co"]
        assert found.to_numpy().tolist() == [0.4, 0.6] and found.attrs["path"] == path


def test_what_cannot_be_varied_is_one_sentence(tmp_path, capsys):
    assert main(["vary", "vo-half", PROTOCOL, "phases.V2O5.DD=1,2"]) != 0
    assert "heterofilm: " in capsys.readouterr().err
    assert main(["vary", "vo-half", PROTOCOL, "phases.V2O5.D=1e-13", "--out", str(tmp_path / "t.doc")]) != 0
    assert "must end in .csv, .parquet or .nc" in capsys.readouterr().err


def test_protocols_are_listed_and_printed(capsys):
    assert main(["protocols"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == list(ready_made())
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


def test_everything_of_a_sweep_goes_into_one_file(tmp_path, capsys):
    import xarray as xr

    out, values = tmp_path / "v.nc", "phases.V2O5.D=1e-13,1e-12"
    assert main(["vary", "vo-half", f"{PROTOCOL}; EIS from 1 kHz to 1 Hz", values, "--out", str(out)]) == 0
    assert "2 points, 0 failed" in capsys.readouterr().out
    with xr.open_dataset(out) as data:
        assert data.sizes["point"] == 2 and {"voltage_V", "spectrum_Z_re_ohm_m2", "profile_filling_matrix"} <= set(data)
    assert main(["vary", "vo-half", PROTOCOL, values, "phases.V2O5.D=3e-13"]) == 2
    assert "is given twice" in capsys.readouterr().err


def test_a_run_that_fails_writes_what_it_had(tmp_path, capsys):
    out, plot = tmp_path / "a.nc", tmp_path / "a.svg"
    text = "Discharge at 80 uA/cm2 until 3 V; Rest until 2 V"
    assert main(["simulate", "vo-half", text, "--out", str(out), "--plot", str(plot)]) == 2
    told = capsys.readouterr()
    assert "failed: no limit was reached" in told.out and "never reaches its limit" in told.err
    assert f"What it had until then is in {out} and {plot}." in told.err
    assert Record.read(out).meta["incomplete"] and plot.exists()


def test_a_run_starts_where_another_ended_from_the_command_line(tmp_path, capsys):
    out = tmp_path / "a.nc"
    assert main(["simulate", "vo-half", "Discharge at 80 uA/cm2", "--out", str(out)]) == 0
    assert main(["simulate", "vo-half", "Charge at 80 uA/cm2", "--start", str(out)]) == 0
    assert main(["simulate", "vo-half", "Charge at 80 uA/cm2", "--start", "50 %"]) == 0
    assert capsys.readouterr().out.count("3.8 V (window)") == 2
    assert main(["simulate", "vo-half", "Charge at 80 uA/cm2", "--start", "full"]) == 2
    assert main(["simulate", "vo-half", "Rest for 1 h", "--fresh"]) == 2
    assert "fresh is about a folder" in capsys.readouterr().err


def test_the_table_says_its_units_and_the_figure_is_written(tmp_path, capsys):
    """Also of a cell of one's own, whose entries are in no library; a folder is said to be gone on with."""
    assert main(["new", "cell", str(tmp_path / "mine.toml"), "--all"]) == 0
    plot, folder = tmp_path / "s.svg", tmp_path / "kept"
    values = ["films.mine-film.thickness=1 um,2 um"]
    command = ["vary", str(tmp_path / "mine.toml"), "Discharge at C/2", *values, "--plot", str(plot)]
    assert main([*command, "--folder", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "films.mine-film.thickness / nm" in said and "capacity / uAh/cm2/um" in said
    assert "goes on where it was stopped" in said and plot.read_text().count("<svg") == 1


def test_which_of_several_discharges_is_shown_is_said(capsys):
    """A run with one discharge leaves no doubt."""
    for text, several in ((PROTOCOL, False), (f"{PROTOCOL}; Charge at 80 uA/cm2 for 1 min; {PROTOCOL}", True)):
        assert main(["vary", "vo-half", text, "phases.V2O5.D=1e-12,2e-12"]) == 0
        assert ("those of the last discharge" in capsys.readouterr().out) == several
