"""``heterofilm design``: the best is printed and written; one sentence where nothing meets the limits."""

import polars as pl

from heterofilm.cli import main

STUDY = """
cell = "vo-half"
most = 12
[runs]
fast = "Discharge at 40 uA/cm2"
[inputs."films.VO.thickness"]
low = "100 nm"
high = "1 um"
[outputs]
energy = "fast.energy_uWh_cm2"
[goal]
maximise = "energy"
[goal.where]
energy = { at_most = LIMIT }
"""


def test_design(tmp_path, capsys):
    study, out, plot = tmp_path / "s.toml", tmp_path / "d.csv", tmp_path / "d.svg"
    study.write_text(STUDY.replace("LIMIT", "80.0"))
    folder = str(tmp_path / "runs")
    assert main(["design", str(study), "--folder", folder, "--out", str(out), "--plot", str(plot)]) == 0
    said = capsys.readouterr().out
    assert "12 designs of vo-half tried" in said and "films.VO.thickness / nm" in said
    assert pl.read_csv(out)["energy"][0] <= 80.0 and "best so far" in plot.read_text()
    study.write_text(STUDY.replace("LIMIT", "-1.0"))
    assert main(["design", str(study)]) == 1
    assert "meets the limits" in capsys.readouterr().out


def test_refused(tmp_path, capsys):
    study = tmp_path / "s.toml"
    study.write_text(STUDY.replace("LIMIT", "80.0").replace("fast.energy_uWh_cm2", "quick.energy_uWh_cm2"))
    assert main(["design", str(study)]) == 2
    assert "quick.energy_uWh_cm2" in capsys.readouterr().err
    assert main(["design", "none.toml"]) == 2
