"""Samples side by side as numbers: nothing mixed, spreads told, and the same after writing and reading."""

import math
from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.files import write_table
from heterofilm.records.result import Result
from heterofilm.samples import Analysed, Findings, load_sample
from heterofilm.samples.compared import Compared, compared, read_compared


def sample(folder: Path, name: str, rows: list[Result], group: str = "", files: str = "") -> Analysed:
    (folder / name).mkdir(parents=True)
    (folder / name / "sample.toml").write_text(f'name = "{name}"\ngroup = "{group}"\n{files}')
    return Analysed(load_sample(folder / name), {"uvvis": Findings(rows)})


def gap(value: float | str, sd: float = 0.01, file: str = "a.txt", note: str = "") -> Result:
    return Result("direct gap", value, sd, "eV", "Tauc", file=file, note=note)


@pytest.fixture
def found(tmp_path: Path) -> Compared:
    return compared(
        sample(tmp_path, name, [gap(value), Result("Cu content", 10.0 * k, 1.0, "at.%"),
                                Result("peak 2", 1.0, numbered=True)], "VO" if k < 3 else "")
        for k, (name, value) in enumerate({"A": 2.20, "B": 2.22, "C": 2.24, "D": 2.50}.items())
    )  # fmt: skip


def test_quantities_of_several_samples_stand_side_by_side(found: Compared) -> None:
    assert found.samples == ["A", "B", "C", "D"] and found.quantities == ["direct gap", "Cu content"]
    assert found.cells()[0] == (
        "direct gap",
        "2.200 ± 0.010 eV",
        "2.220 ± 0.010 eV",
        "2.240 ± 0.010 eV",
        "2.500 ± 0.010 eV",
    )
    wide = found.wide()
    assert wide.columns[:4] == ["quantity", "unit", "A", "A ±"] and wide["D"][0] == 2.5


def test_replicates_are_mean_spread_and_interval(found: Compared) -> None:
    """Student's interval of three: 4.303 s/sqrt(3); and whether the uncertainties explain the spread."""
    groups, _ = found.groups()
    own = next(g for g in groups if g.quantity == "direct gap")
    assert (own.n, own.mean, own.sd) == (3, pytest.approx(2.22), pytest.approx(0.02))
    assert own.high - own.mean == pytest.approx(4.3027 * 0.02 / math.sqrt(3.0), rel=1e-4)
    assert own.note.startswith("samples differ 2.0 times more")


def test_files_of_one_quantity_are_averaged_with_their_spread(tmp_path: Path) -> None:
    both = compared(
        [sample(tmp_path, "A", [gap(2.2), gap(2.4, file="b.txt"), gap("not determined", math.nan, "c.txt")])]
    )
    row = both.table.row(0, named=True)
    assert row["value"] == pytest.approx(2.3) and row["uncertainty"] == pytest.approx(np.std([2.2, 2.4], ddof=1))
    assert "1 of 3 files give no number" in row["note"] and "mean of 2 files" in row["note"]


def test_ex_situ_values_keep_their_potential(tmp_path: Path) -> None:
    files = '[[files]]\npath = "a.txt"\npotential = "2.5 V"\n'
    assert compared([sample(tmp_path, "A", [gap(2.2)], files=files)]).table["quantity"][0] == "direct gap, 2.5 V"


def test_what_was_written_is_read_again(found: Compared, tmp_path: Path) -> None:
    write_table(found.table, tmp_path / "quantities.csv")
    again = read_compared(tmp_path / "quantities.csv")
    assert again.cells() == found.cells() and again.table["value"].to_list() == found.table["value"].to_list()
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(HeterofilmError, match="is no table of quantities"):
        read_compared(tmp_path / "other.csv")


def test_a_correlation_takes_the_samples_that_have_both(found: Compared) -> None:
    result = found.correlation("Cu content", "direct gap")
    assert result.n == 4 and result.rho == pytest.approx(1.0)
    with pytest.raises(HeterofilmError, match=r"No sample has the quantity 'direct gab' as a number\. Did you mean"):
        found.correlation("direct gab", "Cu content")
