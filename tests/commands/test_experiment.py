"""``heterofilm experiment``."""

import polars as pl

from heterofilm.cli import main

D = "phases.V2O5.D"


def test_experiment(tmp_path, capsys):
    out = tmp_path / "e.csv"
    protocols = ["Discharge at 20 uA/cm2 for 10 min; Rest for 1 h", "Rest for 1 h", "Dis"]
    assert main(["experiment", "vo-half", "--values", D, "--protocol", *protocols, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "'Dis' cannot be run" in said and "known" in said
    table = pl.read_csv(out)
    assert table["protocol"].to_list() == protocols[:2] and table["information_bit"][1] < 0.1
    assert main(["experiment", "vo-half", "--values", D, "--protocol", "Rest for 1 h", "--of", "x"]) == 2
