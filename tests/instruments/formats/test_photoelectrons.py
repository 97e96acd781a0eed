"""SPECS, Scienta, PHI, CasaXPS and csv: known answers of real files, small files made here, damage."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read, read_all
from real_data import real_file


def test_specs_text() -> None:
    """Two regions; the survey is the spectrum that CasaXPS exported as regular VAMAS from the same measurement."""
    survey, fe = read_all(real_file("xps/pynxtools_MgFe2O4_small.xy"))
    assert (survey.name, survey.table.height, fe.name, fe.table.height) == ("Survey", 1351, "Fe2p", 56)
    vamas = read(real_file("xps/pynxtools_regular.vms"))
    assert np.allclose(survey.column("kinetic_energy_eV"), vamas.column("kinetic_energy_eV"))
    assert np.allclose(survey.column("intensity"), 10.0 * vamas.column("intensity"), rtol=1e-5)
    assert fe.meta["pass_energy_eV"] == 20.0 and fe.meta["sample"] == "1 as-loaded"


XY = """# Created by:        SpecsLab Prodigy, Version 4
#   Energy Axis:              {axis}
#   Count Rate:               Counts per Second
# Group:                        1 film
#
# Region:                       V2p
# Excitation Energy:            1486.6
# Analysis Method:              XPS
# Cycle: 0, Curve: 0, Scan: 0
# ColumnLabels: energy counts/s
520 10
519 20
518 30

# Cycle: 0, Curve: 0, Scan: 1
# ColumnLabels: energy counts/s
520 30
519 40
518 50
"""


@pytest.mark.parametrize("axis", ["Binding Energy", "Kinetic Energy"])
def test_scans_of_a_region_are_averaged(axis: str, tmp_path: Path) -> None:
    """Rates: the mean; E_B = h nu - E_K either way."""
    path = tmp_path / "a.xy"
    path.write_text(XY.format(axis=axis))
    m = read(path)
    assert m.name == "V2p" and m.column("intensity").tolist() == [20.0, 30.0, 40.0]
    E = m.column("binding_energy_eV" if axis.startswith("B") else "kinetic_energy_eV")
    assert E.tolist() == [520.0, 519.0, 518.0]
    assert np.allclose(m.column("binding_energy_eV") + m.column("kinetic_energy_eV"), 1486.6)
    assert any("2 scans" in note for note in m.notes)


def test_specs_xml_adds_its_channels() -> None:
    """Two regions; the channels see the C 1s step at one energy only if their shifts are applied."""
    survey, carbon = read_all(real_file("xps/pynxtools_In-situ_PBTTT_XPS_SPECS.xml"))
    assert (survey.name, carbon.name) == ("Survey", "C1s")
    assert carbon.meta["sample"] == "PBTTT 1.2 V" and carbon.meta["scans"] == 2
    E, y = carbon.column("binding_energy_eV"), carbon.column("intensity")
    assert 283.0 < E[np.argmax(y)] < 286.0
    assert survey.column("kinetic_energy_eV")[0] == pytest.approx(553.6)


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    raw = real_file("xps/pynxtools_In-situ_PBTTT_XPS_SPECS.xml").read_bytes()
    path = tmp_path / "a.xml"
    path.write_bytes(raw.replace(b"<!DOCTYPE any [", b'<!DOCTYPE any [\n<!ENTITY a "aaaaaaaa">', 1))
    with pytest.raises(HeterofilmError, match="entities"):
        read_all(path)


@pytest.mark.parametrize(
    ("number", "name", "rows", "photon"),
    [
        (1, "survey", 1221, 700.0),
        (2, "O1s", 301, 650.0),
        (3, "C 1s", 321, 400.0),
        (4, "Cu_3p", 321, 400.0),
        (5, "VB", 801, 153.0),
    ],
)
def test_scienta_text(number: int, name: str, rows: int, photon: float) -> None:
    m = read(real_file(f"xps/pynxtools_Cu-HHTP_000{number}.txt"))
    assert (m.name, m.table.height, m.meta["photon_energy_eV"]) == (name, rows, photon)
    assert np.all(np.diff(m.column("binding_energy_eV")) < 0.0)


SCIENTA = """[Info]
Number of Regions=2
Version=1.3.1

[Region 1]
Region Name=V2p
Dimension 1 name=Kinetic Energy [eV]
Dimension 1 size=3
[Info 1]
Excitation Energy=1486.6
[Data 1]
 960  1  2
 961  3  4
 962  5  6

[Region 2]
Region Name=V2p
Dimension 1 name=Binding Energy [eV]
Dimension 1 size=3
[Info 2]
Excitation Energy=21.2
[Data 2]
 3  1
 2  3
 1  5
"""


def test_scienta_regions_and_slices(tmp_path: Path) -> None:
    """Slices are added; photons of 21 eV make it UPS; a name that comes twice is numbered."""
    path = tmp_path / "a.txt"
    path.write_text(SCIENTA)
    first, second = read_all(path)
    assert first.column("intensity").tolist() == [3.0, 7.0, 11.0] and first.technique == "xps"
    assert second.technique == "ups" and second.name == "V2p (2)"
    path.write_text(SCIENTA.replace(" 2  3\n 1  5\n", ""))
    with pytest.raises(HeterofilmError, match="cut short"):
        read_all(path)


def test_phi() -> None:
    sno2 = read(real_file("xps/pynxtools_SnO2_10nm.spe"))
    assert sno2.name == "survey" and sno2.table.height == 1751 and sno2.meta["pass_energy_eV"] == 224.0
    E, y = sno2.column("binding_energy_eV"), sno2.column("intensity")
    sn = (E > 470.0) & (E < 500.0)
    assert abs(E[sn][np.argmax(y[sn])] - 486.5) < 2.0  # Sn 3d5/2 of SnO2
    survey, fluorine = read_all(real_file("xps/yadg_xps.spe"))
    assert (survey.meta["region"], fluorine.name) == ("1su", "F1s")
    assert (survey.table.height, fluorine.table.height) == (3401, 161)
    E = fluorine.column("binding_energy_eV")
    assert (E[0], E[-1]) == (695.0, 675.0)
    assert fluorine.column("intensity")[0] == 1793.75 and fluorine.meta["pass_energy_eV"] == 29.35


def phi(points: int = 5, claimed: int | None = None) -> bytes:
    region = f"1 1 V2p 23 {points} -0.5 520.0 {520.0 - 0.5 * (points - 1)} 520 518 0.1 23.5 AREA"
    head = f"SOFH\nTechnique: XPS\nXraySource: Al 1486.6 mono\nNoSpectralReg: 1\nSpectralRegDef: {region}\nEOFH\n"
    count = points if claimed is None else claimed
    trace = [1, 1, 1, 1, 1, count, 1, 1, *[0] * 10, int.from_bytes(b"f4\0\0", "little"), 4 * count, 112, 0, 0, 0]
    return (
        head.encode()
        + struct.pack("<4I", 1, 1, 96, 16)
        + struct.pack("<24I", *trace)
        + np.arange(points, dtype="<f4").tobytes()
    )


def test_phi_claims_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.spe"
    path.write_bytes(phi())
    assert read(path).column("intensity").tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    path.write_bytes(phi(claimed=500_000_000))
    with pytest.raises(HeterofilmError, match="does not hold"):
        read(path)


def test_casaxps_text() -> None:
    names = [m.name for m in read_all(real_file("xps/pynxtools_vms_txt_export.txt"))]
    assert names == ["Survey", "Ni2p", "Survey (2)", "Ni2p (2)"]
    m = read(real_file("xps/pynxtools_FeO_analyzed_lineshapes_cols.txt"))
    parts = [m.column(f"component_{k}") - m.column("background") for k in (1, 2, 3, 4)]
    assert np.allclose(m.column("background") + sum(parts), m.column("envelope"), atol=0.05)
    assert str(m.meta["fit position"]) == "709.05, 716.00, 722.13, 729.89"


def test_casaxps_text_is_the_vamas_it_came_from() -> None:
    a, b = (
        read(real_file("xps/pynxtools_FeO_analyzed.vms")),
        read(real_file("xps/pynxtools_FeO_analyzed_lineshapes_cols.txt")),
    )
    assert np.allclose(a.column("binding_energy_eV"), b.column("binding_energy_eV"))
    assert np.allclose(a.column("intensity") / 2.0, b.column("intensity"), rtol=1e-6)  # 2 s in all


def test_casaxps_quantification() -> None:
    table = read(real_file("xps/pynxtools_FeO_analyzed_results.csv")).table
    assert table["binding_energy_eV"].to_list() == [709.03, 715.73, 722.18, 730.22]
    assert table["atomic_percent"].to_list() == [41.89, 19.65, 28.06, 10.40]


def test_csv() -> None:
    oxygen = read(real_file("xps/lg4x_111216_0459_O1s.csv"))
    assert oxygen.technique == "xps" and oxygen.table.height == 126
    gold = read(real_file("ups/lg4x_170109_1712_Ef.csv"))
    assert gold.technique == "ups" and any("UPS" in note for note in gold.notes)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_own_headings(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [("Kinetic Energy (eV)", "Counts"), ("10", "5"), ("11", "6"), ("12", "7")]
    path.write_text("# Photon energy: 21.22 eV\n# Sample bias: -5 V\n" + "\n".join(mark.join(r) for r in rows))
    m = read(path)
    assert m.technique == "ups" and m.meta["sample_bias_V"] == -5.0
    assert np.allclose(m.column("binding_energy_eV"), [11.22, 10.22, 9.22])


def test_beryllium_is_no_binding_energy(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Sample,Be,O\n1,2,3\n2,3,4\n3,4,5\n")
    try:
        technique = read(path).technique
    except HeterofilmError:
        return
    assert technique not in ("xps", "ups")


def test_damaged_files_give_a_result_or_one_line(tmp_path: Path) -> None:
    small = {"a.xy": XY.format(axis="Binding Energy").encode(), "a.txt": SCIENTA.encode(), "a.spe": phi(40)}
    small["a.csv"] = b"BE/eV,counts\n" + b"\n".join(b"%d,%d" % (k, k * k) for k in range(30))
    for name, raw in small.items():
        assault(raw, tmp_path / name, 80, check=all_finite)
    for name in (
        "xps/pynxtools_In-situ_PBTTT_XPS_SPECS.xml",
        "xps/pynxtools_FeO_analyzed_results.csv",
        "xps/yadg_xps.spe",
    ):
        assault(real_file(name).read_bytes(), tmp_path / Path(name).name, 30, check=all_finite)


SPECSLAB = """# Created by:        SpecsLab2, Version 2.79-r33432
#
#   Counts Per Second:        {rates}
{axis}#   Separate Scan Data:       no
#
# Group:             film
#{comment}
# Region:            UPS
# Analysis Method:   UPS
# Number of Scans:   10
# Dwell Time:        0.1
# Excitation Energy: 21.22
{start}#
# Cycle: 0
#
# Cycle: 0, Curve: 0
#
# ColumnLabels: energy {label}
#
"""


@pytest.mark.parametrize(
    ("axis", "comment", "start", "binding", "assumed"),
    [
        ("#   Kinetic Energy Axis:      no\n", "", "", True, ""),
        ("#   Kinetic Energy Axis:      yes\n", "", "", False, ""),
        ("", "\n# values in binding energy", "", True, ""),
        ("", "", "# Binding Energy:    18.00\n", True, "with which the header says it starts"),
        ("", "", "# Kinetic Energy:    18.00\n", False, "with which the header says it starts"),
        ("", "", "", False, "does not say which energy"),
    ],
)
def test_specslab_says_its_axis_in_many_places(
    axis: str, comment: str, start: str, binding: bool, assumed: str, tmp_path: Path
) -> None:
    """E_B = h nu - E_K whichever is written; what was assumed is said."""
    path = tmp_path / "a.xy"
    head = SPECSLAB.format(axis=axis, comment=comment, start=start, rates="yes", label="counts/s")
    path.write_text(head + "\n".join(f"{18.0 - 0.02 * k:.3f}  {100 + k}" for k in range(50)))
    m = read(path)
    column = "binding_energy_eV" if binding else "kinetic_energy_eV"
    assert m.column(column)[0] == 18.0 and m.meta["intensity_unit"] == "counts/s"
    assert any(assumed in note for note in m.notes) if assumed else not m.notes


def test_counts_of_scans_that_were_added_belong_to_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xy"
    axis = "#   Kinetic Energy Axis:      no\n"
    head = SPECSLAB.format(axis=axis, comment="", start="", rates="no", label="counts")
    path.write_text(head + "\n".join(f"{18.0 - 0.02 * k:.3f}  {100 + k}" for k in range(50)))
    m = read(path)
    assert (m.meta["intensity_unit"], m.meta["scans"]) == ("counts", 10.0) and "sum of the 10 scans" in m.notes[0]


@pytest.mark.parametrize(("heading", "unit"), [("Counts/s", "counts/s"), ("Counts", "counts"), ("Y", "as in the file")])
def test_the_heading_of_a_csv_says_counts_or_rates(heading: str, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Binding Energy (eV),{heading}\n" + "\n".join(f"{300 - 0.1 * k},{100 + k}" for k in range(50)))
    assert read(path).meta["intensity_unit"] == unit
