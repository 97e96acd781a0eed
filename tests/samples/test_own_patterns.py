"""A crystal structure of one's own as a candidate, and residual stress from tilted scans, by the sample file."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library.patterns import pattern
from heterofilm.samples import analyse
from heterofilm.samples.own_patterns import pattern_of_cif

LAB6 = """data_LaB6
_cell_length_a 4.1569
_cell_length_b 4.1569
_cell_length_c 4.1569
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P m -3 m'
_symmetry_Int_Tables_number 221
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
La1 La 0 0 0
B1 B 0.1975 0.5 0.5
"""
HEAD = 'name = "standard"\n'


def scan(path: Path, positions: np.ndarray, heights: np.ndarray, seed: int = 1) -> None:
    x = np.arange(15.0, 85.0, 0.02)
    y = 40.0 + sum(h / (1.0 + ((x - p) / 0.06) ** 2) for p, h in zip(positions, heights, strict=True))
    counts = np.random.default_rng(seed).poisson(y)
    path.write_text("".join(f"{a:.3f} {b}\n" for a, b in zip(x, counts, strict=True)))


def test_a_structure_of_ones_own_is_found(tmp_path: Path) -> None:
    """LaB6 is none of the library's phases: named by its CIF it explains the scan that NiO does not."""
    pytest.importorskip("pymatgen")
    (tmp_path / "LaB6.cif").write_text(LAB6)
    own = pattern_of_cif(tmp_path / "LaB6.cif")
    assert own.formula == "LaB6" or set(own.formula) >= set("LaB")
    # certified lines of the standard (NIST SRM 660), Cu K-alpha1
    assert own.two_theta_deg(1.5405929)[:3] == pytest.approx([21.358, 30.385, 37.442], abs=0.01)
    places = own.two_theta_deg(1.5)
    inside = np.isfinite(places) & (places < 84.0)
    scan(tmp_path / "scan.xy", places[inside], 2000.0 * own.strength[inside])
    line = '[[files]]\npath = "scan.xy"\nwhat = "xrd"\nwavelength = "0.15 nm"\n'
    (tmp_path / "sample.toml").write_text(HEAD + line)
    before = {r.quantity: r.value for r in analyse(tmp_path).results}
    assert not str(before["phases (XRD)"]).startswith("present: NiO")
    (tmp_path / "sample.toml").write_text(HEAD + line + 'cifs = ["LaB6.cif"]\n')
    done = analyse(tmp_path)
    after = {r.quantity: r.value for r in done.results}
    assert after["LaB6 (XRD)"] == "present" and after["texture LaB6"] == "like a powder"
    assert "NiO (XRD)" not in after and not done.failed


def test_a_file_that_is_no_structure_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("ase")
    (tmp_path / "own.cif").write_text("nothing")
    with pytest.raises(HeterofilmError, match="is no CIF"):
        pattern_of_cif(tmp_path / "own.cif")


def test_tilted_scans_give_the_stress(tmp_path: Path) -> None:
    """V2O5 under 300 MPa: the line moves with the tilt as Hooke's law says, and comes out within two deviations."""
    of = pattern("xrd", "V2O5")
    E, nu, stress = 60e9, 0.25, 300e6
    sheet = HEAD
    for k, psi in enumerate((0.0, 20.0, 35.0, 45.0)):
        strain = stress / E * ((1.0 + nu) * np.sin(np.radians(psi)) ** 2 - 2.0 * nu)
        with np.errstate(invalid="ignore"):
            places = np.degrees(2.0 * np.arcsin(1.5 / (2.0 * of.position * (1.0 + strain))))
        chosen = np.isfinite(places) & (places < 84.0) & (places > 15.0)
        scan(tmp_path / f"psi{k}.xy", places[chosen], 3000.0 * of.strength[chosen], seed=k)
        sheet += f'[[files]]\npath = "psi{k}.xy"\nwhat = "xrd"\nphases = ["V2O5"]\nwavelength = "0.15 nm"\n'
        sheet += f"tilt = {psi}\n"
    (tmp_path / "sample.toml").write_text(sheet)
    done = analyse(tmp_path)
    found = [r for r in done.results if r.quantity.startswith("stress V2O5")]
    assert len(found) >= 3
    best = min(found, key=lambda r: r.uncertainty)
    assert abs(best.value - 300.0) <= 2.0 * best.uncertainty and "isotropic body" in best.note
    assert any("Residual stress by sin2psi" in said for said in done.findings["xrd"].methods)
