"""Scans below each other are as many measurements; what covers a range once is one, in whatever regions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read_all
from heterofilm.instruments.repeats import scans

X = np.linspace(10.0, 50.0, 81)


@pytest.mark.parametrize(("axis", "sizes"), [
    (X, [81]), (X[::-1], [81]), (np.tile(X, 3), [81] * 3), (np.tile(X[::-1], 2), [81] * 2),
    (np.r_[X, X[::-1]], [81, 81]),  # there and back
    (np.r_[X[:40], X], [40, 81]), (np.r_[X, X[20:60]], [81, 40]),
    (np.r_[X[60:], X[:50]], [71]), (np.r_[X[40:], X[:44]], [85]),  # two regions of one scan, with a little in common
    (np.repeat(X, 2), [162]), (X + 0.4 * np.sin(37.0 * X), [81]),  # an axis that jitters goes back by a step
    (np.random.default_rng(0).permutation(X), [81]),  # in no order at all
])  # fmt: skip
def test_where_the_axis_begins_again(axis: np.ndarray, sizes: list[int]) -> None:
    parts = scans(axis)
    assert [p.size for p in parts] == sizes
    assert sorted(np.concatenate(parts).tolist()) == list(range(axis.size))


TABLES = {
    "uvvis": ("Wavelength (nm),Absorbance", np.linspace(300.0, 800.0, 60), "wavelength_nm", "absorbance", ".csv"),
    "xps": ("Binding Energy (eV),Counts", np.linspace(509.0, 536.0, 60), "binding_energy_eV", "intensity", ".csv"),
    "xrd": ("2theta (deg),Intensity", np.linspace(10.0, 60.0, 60), "two_theta_deg", "intensity", ".csv"),
    "raman": ("Raman shift (cm-1),Intensity", np.linspace(90.0, 1100.0, 60), "raman_shift_cm-1", "intensity", ".txt"),
}


def rows(*columns: np.ndarray) -> str:
    return "".join(",".join(f"{v:.6g}" for v in row) + "\n" for row in zip(*columns, strict=True))


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("kind", TABLES)
def test_two_scans_of_a_text_table_are_two_measurements(tmp_path: Path, kind: str, again: bool) -> None:
    """Each with its own numbers and name, with a second row of headings or without, and a word of it."""
    headings, x, axis, column, suffix = TABLES[kind]
    y = np.linspace(0.1, 1.0, x.size), np.linspace(2.0, 3.0, x.size)
    body = f"{headings}\n{rows(x, y[0])}{headings + chr(10) if again else ''}{rows(x, y[1])}"
    (tmp_path / f"a{suffix}").write_text(body)
    found = read_all(tmp_path / f"a{suffix}")
    assert [m.technique for m in found] == [kind] * 2 and len({m.name for m in found}) == 2
    for m, own in zip(found, y, strict=True):
        assert m.column(axis) == pytest.approx(x, rel=1e-5) and m.column(column) == pytest.approx(own, rel=1e-5)
        assert again or any("below each other" in note for note in m.notes)


@pytest.mark.parametrize("kind", ["xps", "xrd", "raman"])
def test_a_second_table_of_something_else_is_refused(tmp_path: Path, kind: str) -> None:
    headings, x, _, _, suffix = TABLES[kind]
    other = headings.replace(",", " of another,")
    (tmp_path / f"a{suffix}").write_text(f"{headings}\n{rows(x, x)}{other}\n{rows(x, x)}")
    with pytest.raises(HeterofilmError, match="second row of headings"):
        read_all(tmp_path / f"a{suffix}")


def test_a_list_of_peaks_below_a_spectrum_is_none_and_is_said(tmp_path: Path) -> None:
    headings, x, *_ = TABLES["uvvis"]
    (tmp_path / "a.csv").write_text(f"{headings}\n{rows(x, x)}\nPeaks\n{headings}\n{rows(x[:3], x[:3])}")
    (m,) = read_all(tmp_path / "a.csv")
    assert m.table.height == x.size and any("3 rows below the headings of line" in note for note in m.notes)


@pytest.mark.parametrize(("names", "kept"), [
    (["Pristine", "Discharged"], ["a, Pristine", "a, Discharged"]),
    (["Intensity", "Baseline"], ["a"]), (["Background", "Si", "Film", "Fit"], ["a, Si", "a, Film"]),
    (["Intensity", "Intensity"], ["a, Intensity", "a, Intensity (2)"]),
])  # fmt: skip
def test_named_raman_spectra_beside_each_other(tmp_path: Path, names: list[str], kept: list[str]) -> None:
    x = TABLES["raman"][1]
    columns = [np.full(x.size, 10.0 + k) for k in range(len(names))]
    (tmp_path / "a.txt").write_text(
        "\t".join(["Raman shift (cm-1)", *names]) + "\n" + rows(x, *columns).replace(",", "\t")
    )
    found = read_all(tmp_path / "a.txt")
    assert [m.name for m in found] == kept
    assert [m.column("intensity")[0] for m in found] == [
        10.0 + k for k, n in enumerate(names) if n not in ("Baseline", "Background", "Fit")
    ]
    assert any("not used" in note for note in found[0].notes) == (len(kept) < len(names))


@pytest.mark.parametrize("names", [["2.9 V", "3.1 V"], ["1", "2"]])
def test_a_series_of_raman_spectra_stays_one_measurement(tmp_path: Path, names: list[str]) -> None:
    x = TABLES["raman"][1]
    (tmp_path / "a.txt").write_text("\t".join(["Raman shift (cm-1)", *names]) + "\n" + rows(x, x, x).replace(",", "\t"))
    (m,) = read_all(tmp_path / "a.txt")
    assert m.table["spectrum"].n_unique() == 2


@pytest.mark.parametrize("names", [
    ["Envelope", "Counts", "Background"], ["Background", "Envelope", "Raw Counts"], ["Fit", "Film 3", "Residual"],
])  # fmt: skip
def test_what_was_measured_is_the_spectrum_wherever_its_column_stands(tmp_path: Path, names: list[str]) -> None:
    x = TABLES["xps"][1]
    measured = next(n for n in names if "Counts" in n or "Film" in n)
    columns = [np.full(x.size, 7.0 if n == measured else 1.0) for n in names]
    (tmp_path / "a.csv").write_text(",".join(["Binding Energy (eV)", *names]) + "\n" + rows(x, *columns))
    (m,) = read_all(tmp_path / "a.csv")
    assert (m.column("intensity") == 7.0).all() and any(f"'{measured}' was taken" in note for note in m.notes)
