"""heterofilm junction."""

from pathlib import Path

import pytest

from heterofilm.cli import main


def test_a_junction_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["junction", "--out", str(tmp_path / "page")]) == 0
    out = capsys.readouterr().out
    assert "from V2O5 to Cu2V2O7" in out and "work function/eV" in out
    assert (tmp_path / "page" / "report.html").stat().st_size > 1_000_000


def test_with_a_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["junction", "--cell", "voc1-half", "--samples", "200", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert "a gain of 23.1 (43 %)" in capsys.readouterr().out
    assert (tmp_path / "data" / "budget.csv").read_text().count("\n") == 201


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["V2O5-Cu2V2O8"], "did you mean"),
        (["--cell", "vo-half"], "no domains"),
        (["--cell", "nonsense"], "nonsense"),
        (["--cell", "voc1-half", "--samples", "5"], "at least 100"),
        (["--cell", "voc1-half", "--protocol", "Dischorge at 5 uA/cm2"], "Dischorge"),
        (["--out", "/proc/nowhere/x"], "Cannot write"),
    ],
)
def test_bad_input_gets_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["junction", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.startswith("heterofilm: ") and "Traceback" not in error
