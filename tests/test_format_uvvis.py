"""UV-vis files: Avantes, Ocean Optics, csv; transmittance from counts, per cent made shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from photoelectron_files import assault
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
        assault(text.encode(), tmp_path / name, 150)
