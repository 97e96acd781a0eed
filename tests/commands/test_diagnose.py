"""``heterofilm diagnose``: what it prints and writes, what it refuses."""

import json

import polars as pl
import pytest

from heterofilm.cli import main


def test_diagnose(tmp_path, capsys):
    """Causes, steps, what was assumed; figure and table; the same numbers with --json."""
    out, plot = tmp_path / "d.csv", tmp_path / "d.svg"
    asked = ["diagnose", "vo-half", "--current", "20 uA/cm2", "--draws", "3"]
    assert main([*asked, "--plot", str(plot), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "utilisation" in said and "phases.V2O5.D" in said and "Bands hold 90 % of 3 draws" in said
    assert "What limits the capacity" in plot.read_text()
    assert pl.read_csv(out)["energy_gain"].is_sorted(descending=True)
    assert main([*asked, "--json"]) == 0
    tables = {one["name"]: one for one in json.loads(capsys.readouterr().out)["tables"]}
    assert tables["capacity"]["exact"] and tables["capacity"]["columns"][0]["values"][0] == "delivered"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--current", "fast"], "fast"),
        (["--start", "3 V"], "about DATA"),
        (["--noise", "1 mV"], "about a fit"),
        (["--out", "a.txt"], ".csv"),
        (["--fit", "none.toml"], "none.toml"),
    ],
)
def test_refused(arguments, word, capsys):
    assert main(["diagnose", "vo-half", *arguments]) == 2
    assert word in capsys.readouterr().err
