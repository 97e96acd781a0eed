"""The unit of an axis is that of its heading: the same spectrum in other units is the same, and no unit is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.axis_units import ANGLE, ENERGY, WAVELENGTH, axis_factor
from heterofilm.instruments.reading import read_all

N = np.arange(60)
NM, DEG, EV = 400.0 + N, 20.0 + N * 0.1, 520.0 + N * 0.1
AXES = [
    ("Wavelength (nm),Absorbance", "wavelength_nm", NM, 1.0), ("Wavelength (um),Absorbance", "wavelength_nm", NM, 1e3),
    ("Wavelength [µm],Absorbance", "wavelength_nm", NM, 1e3), ("Wavelength (A),Absorbance", "wavelength_nm", NM, 0.1),
    ("Wavelength / Å,Absorbance", "wavelength_nm", NM, 0.1),
    ("2theta (deg),Intensity", "two_theta_deg", DEG, 1.0),
    ("2Theta (rad),Intensity", "two_theta_deg", DEG, 180 / np.pi),
    ("2θ/mrad,Counts", "two_theta_deg", DEG, 0.18 / np.pi),
    ("Binding Energy (eV),Counts", "binding_energy_eV", EV, 1.0),
    ("Binding Energy (keV),Counts", "binding_energy_eV", EV, 1e3),
    ("Binding Energy (eV),Counts", "binding_energy_eV", EV, -1.0),  # E - E_F, as some programs write it
]  # fmt: skip


def table(path: Path, head: str, x: np.ndarray, *columns: np.ndarray) -> Path:
    rows = "\n".join(",".join(f"{v:.9g}" for v in row) for row in zip(x, *columns, strict=True))
    path.write_text(f"{head}\n{rows}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("head", "column", "axis", "factor"), AXES)
def test_the_same_spectrum_in_every_unit(
    head: str, column: str, axis: np.ndarray, factor: float, tmp_path: Path
) -> None:
    (found,) = read_all(table(tmp_path / "a.csv", head, axis / factor, 0.5 + 0.001 * N))
    assert np.allclose(np.sort(found.column(column)), np.sort(axis))
    assert factor == 1.0 or any(
        "unit of the heading" in n or "sign was turned" in n or factor == 1e3 for n in found.notes
    )


def test_an_absorbance_in_thousandths_is_one(tmp_path: Path) -> None:
    (found,) = read_all(table(tmp_path / "a.csv", "Wavelength (nm),Absorbance (mAU)", NM, 1e3 * (0.1 + 0.01 * N)))
    assert np.allclose(found.column("absorbance"), 0.1 + 0.01 * N) and "mAU" in found.notes[0]


@pytest.mark.parametrize(
    ("head", "x", "said"),
    [
        ("Wavelength (1/cm),Absorbance", 1e7 / NM, "nm was expected"),
        ("2theta (deg),sqrt(counts)", DEG, "roots or logarithms"),
        ("Raman shift (cm-1),Intensity", 17_600.0 + N, "wavenumbers of the light"),
        ("Binding Energy (nm),Counts", EV, "eV was expected"),
    ],
)
def test_what_is_no_such_axis_is_refused(head: str, x: np.ndarray, said: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=said):
        read_all(table(tmp_path / "a.csv", head, x, 0.5 + 0.001 * N))


def test_a_scattering_vector_is_no_angle(tmp_path: Path) -> None:
    path = table(tmp_path / "a.xy", "q (1/A) Intensity", 0.7 + 0.07 * N, 100.0 + N)
    path.write_text(path.read_text().replace(",", " "))
    with pytest.raises(HeterofilmError, match="headed 'q', no angle"):
        read_all(path)


def test_an_absorption_coefficient_is_no_absorbance(tmp_path: Path) -> None:
    (found,) = read_all(table(tmp_path / "a.csv", "Wavelength (nm),Absorption coefficient (1/cm)", NM, 1e4 + N))
    assert found.technique == "table"


def test_spectra_of_several_samples_beside_each_other_are_told_apart(tmp_path: Path) -> None:
    """Columns of a fit are none: they are named as not used."""
    two = read_all(table(tmp_path / "a.csv", "Binding Energy (eV),VO-1,VO-2", EV, 100.0 + N, 200.0 + N))
    assert [m.meta["sample"] for m in two] == ["VO-1", "VO-2"]
    assert [m.column("intensity")[0] for m in two] == [100.0, 200.0]
    (one,) = read_all(table(tmp_path / "a.csv", "Binding Energy (eV),Counts,Background,V5+", EV, 100.0 + N, N, N))
    assert "'Background', 'V5+'" in one.notes[1] and "sample" not in one.meta


@pytest.mark.parametrize(
    ("heading", "units", "factor"),
    [("nm", WAVELENGTH, 1.0), ("Trace A", WAVELENGTH, 1.0), ("wavelength_um", WAVELENGTH, 1e3),
     ("Energy (first)", ENERGY, 1.0), ("2theta [°]", ANGLE, 1.0), ("E / meV", ENERGY, 1e-3)],
)  # fmt: skip
def test_a_word_that_is_no_unit_changes_nothing(heading: str, units: Mapping[str, float], factor: float) -> None:
    assert axis_factor(heading, units, "x") == factor
