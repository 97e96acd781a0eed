"""``heterofilm compare`` and ``overlay`` as a user meets them."""

from pathlib import Path

import polars as pl
import pytest

from heterofilm.cli import main
from synthetic_files import write_files


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("project")
    for name in ("A", "B", "C"):
        write_files(place / name, "l.txt", "r.txt", "m.txt")
        (place / name / "sample.toml").write_text(f'name = "{name}"\ngroup = "all"\nthickness = "300 +- 9 nm"\n')
    assert main(["analyse", str(place), "--out", str(place / "results")]) == 0
    return place


def test_compare_prints_samples_replicates_and_writes_the_table(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(project / "results"), "--out", str(tmp_path / "t.csv")]) == 0
    said = capsys.readouterr().out
    assert "direct gap" in said and "Samples made alike" in said and "(n = 3, 95 % of the mean" in said
    assert pl.read_csv(tmp_path / "t.csv").columns[2:] == ["A", "A ±", "B", "B ±", "C", "C ±"]


def test_compare_without_results_says_what_to_do(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(project / "A")]) == 2
    assert "run `heterofilm analyse` on the project first" in capsys.readouterr().err


def test_compare_refuses_what_has_no_effect(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(project / "results"), "--plot", "x.png"]) == 2
    assert "--correlate" in capsys.readouterr().err
    assert main(["compare", str(project / "results"), "--quantity", "direct gab"]) == 2
    assert "Did you mean" in capsys.readouterr().err


def test_overlay_draws_the_samples(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "r.png"
    assert main(["overlay", str(project), "raman", "--plot", str(target), "--out", str(tmp_path / "r.csv")]) == 0
    assert "A, B, C" in capsys.readouterr().out and target.stat().st_size > 10_000
    assert len(pl.read_csv(tmp_path / "r.csv").columns) == 4  # one x for all three
    assert main(["overlay", str(project), "raman", "--over", "temperatures", "--plot", str(target)]) == 2
    assert "no two different temperatures" in capsys.readouterr().err
    assert main(["overlay", str(project), "raman"]) == 2
    assert main(["overlay", str(project), "eis", "--plot", str(target)]) == 2
    assert "no eis measurement" in capsys.readouterr().err
