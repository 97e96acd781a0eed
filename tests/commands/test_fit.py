"""``heterofilm fit`` and ``heterofilm sensitivities``: what they print and write, what they refuse in one sentence."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from heterofilm import simulate
from heterofilm.cli import main

D, I0 = "phases.V2O5.D", "electrolytes.liquid-1M.cathode_interface.i0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A discharge with noise, and a spectrum as a table of text."""
    folder = tmp_path_factory.mktemp("fit")
    record = simulate("vo-half", "Discharge at 20 uA/cm2 until 2.3 V", detail=False, rtol=1e-6, dV=0.05)
    noise = pl.Series(np.random.default_rng(1).normal(0.0, 1e-3, record.frame.height))
    frame = record.frame.with_columns(pl.col("voltage_V") + noise)
    replace(record, frame=frame, meta={**record.meta, "kind": "measured"}).write(folder / "data.nc")
    return folder


def run(capsys, *arguments):
    assert main([str(a) for a in arguments]) == 0
    return capsys.readouterr().out


def test_fit(folder, tmp_path, capsys):
    """Values, intervals and files; the file is taken by simulate, and its values stand in what is told."""
    out, plot, residuals = tmp_path / "fit.toml", tmp_path / "fit.svg", tmp_path / "left.csv"
    said = run(
        capsys, "fit", "vo-half", folder / "data.nc", "--values", D, f"{I0}=0.1:2", "--noise", "1 mV", "--searches",
        "1", "--out", out, "--plot", plot, "--residuals", residuals,
    )  # fmt: skip
    assert "95 % (profile likelihood)" in said and "data.nc" in said and D in said
    assert "Profile likelihood" in plot.read_text() and "Model less data" in plot.read_text()
    table = pl.read_csv(residuals)
    assert (table["model"] - table["measured"]).std() == pytest.approx(1e-3, rel=0.3)
    told = run(capsys, "simulate", "vo-half", "Discharge at 5 uA/cm2 for 1 min", "--fit", out)
    assert D in told
    again = run(
        capsys, "fit", "vo-half", folder / "data.nc", "--values", D, I0, "--noise", "1 mV", "--searches", "1",
        "--linear", "--resume", out, "--stage", D,
    )  # fmt: skip
    assert "as if the model were linear" in again


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--values", D, "--out", "fit.txt"], ".toml"),
        (["--values", f"{D}=1e-13"], "PATH=LOW:HIGH"),
        (["--values", "phases.V2O5.d"], "leads nowhere"),
        (["--values", D, "--protocol", "Rest for 1 h", "--protocol", "x"], "2 times for 1 files"),
        (["--values", D, "--noise", "1 A"], "noise"),
        (["--values", D, "--searches", "0"], "at least 1"),
        (["--values", D, "--stage", I0], "names no value"),
    ],
)
def test_refused(folder, arguments, word, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["fit", "vo-half", str(folder / "data.nc"), *arguments]) == 2
    assert word in capsys.readouterr().err


def test_sensitivities(tmp_path, capsys):
    """One per cent of thickness is one per cent of capacity where nothing limits; figure and table are written."""
    out, plot = tmp_path / "s.csv", tmp_path / "s.svg"
    path = "films.VO.thickness"
    said = run(
        capsys, "sensitivities", "vo-half", "Discharge at 1 uA/cm2 until 2.15 V", "--values", path, "--out", out,
        "--plot", plot,
    )  # fmt: skip
    row = next(line.split() for line in said.splitlines() if path in line)
    assert float(row[2]) == pytest.approx(1.0, abs=0.05)
    assert f"voltage_V by {path}" in pl.read_csv(out).columns
    assert "Sensitivity of the voltage" in plot.read_text()


def test_sensitivities_of_a_spectrum(tmp_path, capsys):
    plot = tmp_path / "z.svg"
    text = "EIS from 100 kHz to 1 Hz"
    said = run(capsys, "sensitivities", "vo-half", text, "--start", "3.3 V", "--values", I0, "--plot", plot)
    assert "|Z|" in said and "impedance" in plot.read_text()
