"""UV-vis files: Avantes, Ocean Optics, csv; transmittance from counts, per cent made shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read, read_all
from real_data import real_file


def test_avantes() -> None:
    m = read(real_file("uvvis/datalab_1908047U1_0001.Raw8.txt"))
    row = m.table.row(0, named=True)
    assert (row["wavelength_nm"], row["intensity"], row["dark"], row["reference"]) == (128.909, 231.779, -0.956, 81.480)
    # T = (sample - dark)/(reference - dark)
    assert row["transmittance"] == pytest.approx((231.779 + 0.956) / (81.480 + 0.956))
    assert m.meta["integration_s"] == pytest.approx(1.5e-3) and m.meta["scans"] == 100.0


@pytest.mark.parametrize("name", ["0000.Raw8.TXT", "0060.Raw8.txt"])
def test_the_other_avantes_files(name: str) -> None:
    assert read(real_file(f"uvvis/datalab_1908047U1_{name}")).technique == "uvvis"


def test_ocean_optics() -> None:
    """More V5+ in the electrolyte absorbs more at 400 nm: the state of charge is in the names."""
    level = []
    for name in (
        "0pc_Absorbance__0__16-28-21-264",
        "10pc_Absorbance__0__16-29-05-607",
        "100pc_Absorbance__0__16-36-49-759",
    ):
        m = read(real_file(f"uvvis/vanadium_V4V5_0_91M_0_1_mm_pl_{name}.txt"))
        assert m.table.height == 3648 and m.meta["instrument"] == "FLMT08341"
        w, A = m.column("wavelength_nm"), m.column("absorbance")
        level.append(float(A[(w > 390.0) & (w < 410.0)].mean()))
    assert level[0] < level[1] < level[2]


def test_csv_with_a_title() -> None:
    m = read(real_file("uvvis/taucauto_spectrum_1.txt"))
    assert m.table.height == 551 and m.table.row(0) == (250.0, 0.403)


@pytest.mark.parametrize(
    ("heading", "value", "column", "expected"),
    [
        ("%T", "50", "transmittance", 0.5),
        ("T", "0.5", "transmittance", 0.5),
        ("Transmittance", "50", "transmittance", 0.5),
        ("%R", "25", "reflectance", 0.25),
        ("Reflectance [%]", "25", "reflectance", 0.25),
        ("Abs.", "1.5", "absorbance", 1.5),
    ],
)
def test_headings_and_units(heading: str, value: str, column: str, expected: float, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Wavelength (nm),{heading}\n" + "\n".join(f"{w},{value}" for w in range(300, 310)))
    m = read(path)
    assert m.technique == "uvvis" and np.allclose(m.column(column), expected)


def test_wavenumbers_are_no_wavelengths(tmp_path: Path) -> None:
    """A Raman or infrared table is not taken for UV-vis."""
    path = tmp_path / "a.csv"
    path.write_text("Wavenumber,Intensity\n" + "\n".join(f"{w},1" for w in range(300, 310)))
    with pytest.raises(HeterofilmError):
        assert read(path).technique != "uvvis"
        raise HeterofilmError("read as something else")


def test_a_spectrum_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Wavelength (nm),Abs\n")
    with pytest.raises(HeterofilmError, match="no row"):
        read(path)


def test_damaged_files_give_a_result_or_one_line(tmp_path: Path) -> None:
    ocean = ">>>>>Begin Spectral Data<<<<<\n" + "\n".join(f"{300 + k}\t{0.01 * k}" for k in range(60))
    avantes = "Integration time [ms]: 1.5\nWave ;Sample ;Dark ;Reference;Scope\n[nm] ;[counts] ;[counts] ;[counts]\n\n"
    avantes += "\n".join(f"{300 + k}; {100 + k}; 1; 200" for k in range(60))
    csv = "Wavelength nm,Abs\n" + "\n".join(f"{300 + k},{0.01 * k}" for k in range(60))
    for name, text in (("a.txt", ocean), ("b.txt", avantes), ("c.csv", csv)):
        assault(text.encode(), tmp_path / name, 80, check=all_finite)


def steps(wavelengths: np.ndarray, edge_nm: float, percent: bool) -> np.ndarray:
    """Transmittance of an absorber that lets 85 % pass above its edge and 0.3 % below."""
    return np.where(wavelengths > edge_nm, 85.0, 0.3) / (1.0 if percent else 100.0)


@pytest.mark.parametrize("percent", [True, False])
@pytest.mark.parametrize("edge_nm", [350.0, 500.0, 620.0])
def test_percent_is_told_by_the_largest_values_not_the_median(percent: bool, edge_nm: float, tmp_path: Path) -> None:
    """An opaque film is dark at most wavelengths: 85 is per cent, 0.85 a fraction, and which was taken is said."""
    w = np.arange(300.0, 640.0)
    path = tmp_path / "a.csv"
    rows = zip(w, steps(w, edge_nm, percent), strict=True)
    path.write_text("Wavelength (nm),Transmittance\n" + "\n".join(f"{x},{y}" for x, y in rows))
    m = read(path)
    assert m.column("transmittance").max() == pytest.approx(0.85)
    assert any("no unit is stated" in note and ("per cent" in note) is percent for note in m.notes)


def test_a_stated_percent_is_percent_however_dark_the_film(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Wavelength (nm),Transmittance (%)\n" + "\n".join(f"{w},0.5" for w in range(300, 330)))
    assert read(path).column("transmittance").max() == pytest.approx(0.005)


def test_a_batch_is_as_many_spectra_without_its_baselines(tmp_path: Path) -> None:
    """Cary: a line of names, pairs of columns of their own lengths, a log behind the table."""
    path = tmp_path / "batch.csv"
    rows = [f"{800 - k},100.0,{800 - k},{50 + k}," + (f"{700 - k},{10 + k}," if k < 30 else ",,") for k in range(40)]
    log = "\nBaseline 100%T\nCollection Time: 3/4/2024 10:11:12 AM\n  Start (nm)   800.0\n"
    path.write_text(
        "Baseline 100%T,,film A,,film B,,\n" + "Wavelength (nm),%T," * 3 + "\n" + "\n".join(rows) + "\n" + log
    )
    A, B = read_all(path)
    assert (A.name, A.table.height, B.name, B.table.height) == ("film A", 40, "film B", 30)
    assert A.column("transmittance")[0] == 0.5 and B.column("wavelength_nm")[0] == 700.0
    assert any("Baseline 100%T" in note and "left out" in note for note in A.notes)


def test_several_spectra_over_one_axis_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Wavelength nm,Abs film,Abs glass\n" + "\n".join(f"{w},0.5,0.1" for w in range(300, 330)))
    assert [float(m.column("absorbance")[0]) for m in read_all(path)] == [0.5, 0.1]


@pytest.mark.parametrize(("heading", "scale"), [
    ("Absorptance", 1.0), ("Absorptance (%)", 100.0), ("Absorption [%]", 100.0), ("A (%)", 100.0), ("%A", 100.0),
])  # fmt: skip
@pytest.mark.parametrize("reflected", [None, 0.2])
def test_an_absorptance_is_what_is_neither_transmitted_nor_reflected(
    tmp_path: Path, heading: str, scale: float, reflected: float | None
) -> None:
    """A = 1 - T - R, and no -log10 T: the transmittance comes back, and a word where no reflectance is known."""
    T = np.linspace(0.05, 0.75, 60)
    R = reflected or 0.0
    extra = "" if reflected is None else ",R (%)"
    rows = [
        f"{400 + k},{scale * (1.0 - t - R):.6g}{'' if reflected is None else f',{100 * R}'}" for k, t in enumerate(T)
    ]
    (tmp_path / "a.csv").write_text("\n".join([f"Wavelength (nm),{heading}{extra}", *rows]))
    m = read(tmp_path / "a.csv")
    assert m.column("transmittance") == pytest.approx(T, abs=1e-5) and "absorbance" not in m.table.columns
    assert any("reflected was taken for transmitted" in n for n in m.notes) == (reflected is None)


@pytest.mark.parametrize("heading", ["Absorbance (%)", "Abs (%)"])
def test_an_absorbance_in_per_cent_is_refused(tmp_path: Path, heading: str) -> None:
    rows = [f"{400 + k},{10 + k}" for k in range(60)]
    (tmp_path / "a.csv").write_text("\n".join([f"Wavelength (nm),{heading}", *rows]))
    with pytest.raises(HeterofilmError, match="contradicts itself"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize(("unit", "scale"), [("ABSORPTANCE", 1.0), ("%A", 100.0)])
def test_jasco_absorptance(tmp_path: Path, unit: str, scale: float) -> None:
    rows = [f"{400 + k}\t{scale * (0.1 + 0.01 * k):.5g}" for k in range(60)]
    head = ["TITLE\tx", "DATA TYPE\tUV SPECTRUM", "XUNITS\tNANOMETERS", f"YUNITS\t{unit}", "XYDATA"]
    (tmp_path / "a.txt").write_text("\n".join([*head, *rows]))
    assert read(tmp_path / "a.txt").column("transmittance") == pytest.approx(0.9 - 0.01 * np.arange(60))
