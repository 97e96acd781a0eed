"""What every reader of spectra as text has to do alike: marks, quotes, rows without numbers, axes beside each other."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.instruments.reading import read, read_all

KINDS = {
    "xps": ("Binding Energy (eV),Counts", 540.0 - 0.1 * np.arange(200), "binding_energy_eV", 3),
    "xrd": ("2Theta (deg),Counts", 10.0 + 0.02 * np.arange(200), "two_theta_deg", 3),
    "raman": ("Raman Shift (cm-1),Intensity", 100.0 + 0.9 * np.arange(200), "raman_shift_cm-1", 3),
    "uvvis": ("Wavelength (nm),Intensity", 300.0 + np.arange(200.0), "wavelength_nm", 3),
}
COUNTS = 1000.0 + 7.0 * np.arange(200)


def rows(kind: str, marks: tuple[str, str], digits: int, quoted: bool = False) -> list[list[str]]:
    """Cells of axis and counts with decimal and thousands mark; counts have no decimals where `digits` is 0."""
    swap = str.maketrans({".": marks[0], ",": marks[1]})
    made = [[f"{x:.3f}".translate(swap), f"{y:,.{digits}f}".translate(swap)]
            for x, y in zip(KINDS[kind][1], COUNTS, strict=True)]  # fmt: skip
    return [[f'"{cell}"' for cell in row] for row in made] if quoted else made


def written(path: Path, kind: str, body: list[list[str]], mark: str) -> Path:
    path.write_text("\n".join([KINDS[kind][0].replace(",", mark), *(mark.join(row) for row in body)]) + "\n")
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("marks", [(".", ","), (",", ".")])
@pytest.mark.parametrize(("quoted", "separator"), [(False, "\t"), (True, ",")])
def test_thousands_beside_three_decimals(
    kind: str, marks: tuple[str, str], quoted: bool, separator: str, tmp_path: Path
) -> None:
    """Nothing but the range of the axis and the custom of a language tells, and so it is said."""
    m = read(written(tmp_path / "a.txt", kind, rows(kind, marks, 0, quoted), separator))
    assert m.technique == kind and any("taken" in one for one in m.notes)
    axis, counts = m.column(KINDS[kind][2]), m.column("intensity")
    order = np.argsort(axis)
    assert axis[order] == pytest.approx(np.sort(KINDS[kind][1]), abs=1e-9)
    assert counts[order] == pytest.approx(COUNTS[np.argsort(KINDS[kind][1])], abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_marks_that_change_half_way_lose_no_row(kind: str, tmp_path: Path) -> None:
    body = rows(kind, (",", ""), 1)[:100] + rows(kind, (".", ""), 1)[100:]
    m = read(written(tmp_path / "a.txt", kind, body, "\t"))
    assert m.table.height == 200 and any("decimal mark changes" in one for one in m.notes)
    assert sorted(m.column("intensity")) == pytest.approx(COUNTS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", ["--", "", "overflow"])
@pytest.mark.parametrize("first", [50, 180])
def test_rows_without_a_number_are_counted(kind: str, cell: str, first: int, tmp_path: Path) -> None:
    body = rows(kind, (".", ""), 1)
    for row in body[first : first + 20]:
        row[1] = cell
    m = read(written(tmp_path / "a.txt", kind, body, "\t"))
    assert m.table.height == 180 and any("left out: 20 " in one for one in m.notes)


@pytest.mark.parametrize("kind", ["xps", "raman", "uvvis"])
@pytest.mark.parametrize("again", ["{}", "{}.1"])
def test_spectra_beside_each_other_have_their_own_axes(kind: str, again: str, tmp_path: Path) -> None:
    """Also one that is shorter."""
    axis, ordinate = KINDS[kind][0].split(",")
    x, path = KINDS[kind][1], tmp_path / "a.csv"
    body = [f"{a:.3f},{y:.1f}," + (f"{a + 5.0:.3f},{2 * y:.1f}" if k < 150 else ",")
            for k, (a, y) in enumerate(zip(x, COUNTS, strict=True))]  # fmt: skip
    path.write_text("\n".join([f"{axis},{ordinate},{again.format(axis)},{again.format(ordinate)}", *body]) + "\n")
    one, two = read_all(path)
    assert one.name != two.name and (one.table.height, two.table.height) == (200, 150)
    assert sorted(two.column(KINDS[kind][2])) == pytest.approx(np.sort(x[:150] + 5.0))
    assert sorted(two.column("intensity")) == pytest.approx(2.0 * COUNTS[:150])
