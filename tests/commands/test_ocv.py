"""``heterofilm ocv``: from a record to a table, its couples, and a cell that runs from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.simulation.run import simulate


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ocv") / "slow.nc"
    simulate("lco-atfb", "Discharge at C/50 until 3.5 V; Charge at C/50 until 4.15 V").write(file)
    return file


def test_from_data_to_a_phase_and_its_couples(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Table, phase and couples are written as they are told; pictures are drawn."""
    monkeypatch.chdir(tmp_path)
    assert main(["ocv", "from", str(record), "--x", "0.5:0.95", "-o", "mine.csv", "--plot", "mine.png"]) == 0
    said = capsys.readouterr().out
    for words in ("201 points", "charge and discharge", "C/4", "hysteresis and twice the polarisation", "[ocv]"):
        assert words in said
    assert (tmp_path / "mine.csv").read_text().startswith("# Open-circuit potential against Li+/Li from slow.nc")
    assert main(["new", "phase", "mine.toml", "--ocv", "mine.csv"]) == 0
    assert main(["library", "phases", "mine.toml"]) == 0
    capsys.readouterr()
    assert main(["ocv", "fit", "mine.csv", "--couples", "2", "-o", "couples.toml", "--plot", "fit.png"]) == 0
    said = capsys.readouterr().out
    assert "The couples miss the table by" in said and "mV at " in said
    assert "[[couples]]" in (tmp_path / "couples.toml").read_text()
    assert min((tmp_path / name).stat().st_size for name in ("mine.png", "fit.png")) > 5000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["from", "slow.nc", "-o", "a.txt"], "must end in .csv"),
        (["from", "slow.nc", "--x", "0.9:0.5"], "x must rise"),
        (["from", "slow.nc", "--x", "half"], "LOW:HIGH"),
        (["from", "slow.nc", "--resistance", "5 V"], "60 ohm cm2"),
        (["fit", "LiCoO2"], "has couples and no [ocv] table"),
        (["fit", "LiCoO2-ocv", "--lithium", "1"], "leave --lithium out"),
        (["fit", "none.csv"], "there is no such file"),
        (["fit", "rises.csv"], "must fall as Li goes in"),
    ],
)
def test_mistakes_in_one_sentence(
    arguments: list[str], words: str, record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(record.parent)
    (record.parent / "rises.csv").write_text("x, U [V]\n" + "\n".join(f"{k / 10}, {3 + k / 10}" for k in range(10)))
    assert main(["ocv", *arguments]) == 2
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1
