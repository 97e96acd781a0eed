"""Diffraction files of four makers and text: known answers, refusals, damage."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from damage import assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read, read_all
from heterofilm.synthetic.xrd import XrdTruth, scan, write_xrdml, write_xy
from real_data import real_file

TRUTH = XrdTruth({"V2O5": 500.0}, two_theta_deg=(15.0, 30.0))


@pytest.mark.parametrize(
    ("name", "points", "first", "last"),
    [
        ("datalab_CG20396_jdb12-1.xrdml", 7181, 5.00835563, 124.99526689),
        ("datalab_Scan_C1.xrdml", 7181, 5.00475563, 124.99166689),
        ("yadg_xrd.xrdml", 4489, 5.00835563, 80.0085308),
        ("xylib_empyrean.xrdml", 196, 30.05, 41.75),
        ("dara_V2O5_0p8011-ZrO2_0p2012--8min.xrdml", 8282, 10.00943322, 99.99442286),
        ("datalab_JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx", 2851, 3.0, 60.0),
        ("datalab_TiOF.brml", 2469, 9.998839261, 60.012776015),
        ("xylib_BT86_.UXD", 2374, 3.0, 40.0),
        ("datalab_example_bmb.xye", 575, 0.5, 1.073103125),
        ("datalab_example_mac.xye", 599, 0.0, 0.598),
        ("datalab_example_ocx.xy", 1876, 5.0, 80.0),
        ("autoanalyzer_MnO.xy", 9001, 10.0, 100.0),
    ],
)
def test_a_file_has_as_many_points_as_its_header_says(name: str, points: int, first: float, last: float) -> None:
    one = read(real_file(f"xrd/{name}"))
    angle = one.column("two_theta_deg")
    assert one.technique == "xrd" and angle.size == points
    assert angle[0] == pytest.approx(first, abs=1e-6) and angle[-1] == pytest.approx(last, abs=1e-6)


def test_counts_and_wavelengths_are_those_that_stand_in_the_files() -> None:
    brml = read(real_file("xrd/datalab_TiOF.brml"))
    assert brml.column("intensity")[:3].tolist() == [4471.0, 4545.0, 4595.0]
    assert brml.meta["wavelength_m"] == pytest.approx(1.5406e-10) and brml.name == "TiOF 18F.2"
    # the file's own statistics
    assert brml.column("intensity").max() == 8170 and brml.column("intensity").min() == 645
    uxd = read(real_file("xrd/xylib_BT86_.UXD"))
    assert uxd.column("intensity")[[0, 1, -1]].tolist() == [187.0, 183.0, 269.0]
    rasx = read(real_file("xrd/datalab_JO_KL_16_ZF_3_60deg_0.02step_12degpermin_001.rasx"))
    assert rasx.column("intensity")[:2].tolist() == [2589.0, 2684.0] and rasx.meta["anode"] == "Cu"
    xye = read(real_file("xrd/datalab_example_bmb.xye"))
    assert xye.meta["wavelength_m"] == pytest.approx(4.14581e-11) and xye.column("sigma")[0] == 37.744249


def test_a_monochromator_leaves_no_second_wavelength() -> None:
    assert "wavelength_alpha2_m" not in read(real_file("xrd/yadg_xrd.xrdml")).meta


def test_a_crystal_structure_is_told_from_a_measurement() -> None:
    with pytest.raises(HeterofilmError, match="crystal structure"):
        read(real_file("xrd/datalab_cod_9004112.cif"))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    x, y = scan(TRUTH)
    for path in (write_xrdml(tmp_path / "a.xrdml", TRUTH), write_xy(tmp_path / "a.xy", TRUTH)):
        one = read(path)
        assert np.allclose(one.column("two_theta_deg"), x, atol=1e-4) and np.array_equal(one.column("intensity"), y)


def test_uxd_with_counts_alone_takes_its_angles_from_start_and_step(tmp_path: Path) -> None:
    path = tmp_path / "a.uxd"
    path.write_text(
        "_FILEVERSION=2\n_STEPSIZE=0.5\n_START=10.0\n_COUNTS\n1 2 3\n4 5\n; next\n_START=20\n_COUNTS\n7 8 9\n"
    )
    first, second = read_all(path)
    assert first.column("two_theta_deg").tolist() == [10.0, 10.5, 11.0, 11.5, 12.0]
    assert second.column("two_theta_deg").tolist() == [20.0, 20.5, 21.0]


@pytest.mark.parametrize(("top", "taken"), [(35.0, False), (80.0, True)])
def test_a_column_theta_is_refused_where_it_may_be_half_of_2_theta(top: float, taken: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xy"
    path.write_text("Theta (deg) Intensity\n" + "".join(f"{x:.3f} 100\n" for x in np.linspace(5.0, top, 200)))
    if taken:
        assert "was taken for 2 theta" in " ".join(read(path).notes)
    else:
        with pytest.raises(HeterofilmError, match="may be theta or 2 theta; double them"):
            read(path)


def test_a_rocking_curve_is_no_pattern(tmp_path: Path) -> None:
    path = write_xrdml(tmp_path / "a.xrdml", TRUTH)
    path.write_text(path.read_text().replace('axis="2Theta"', 'axis="Omega"').replace('"Gonio"', '"Omega"'))
    with pytest.raises(HeterofilmError, match="no scan over 2 theta \\(only over Omega\\)"):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><xrdMeasurements>&b;</xrdMeasurements>',
        "<xrdMeasurements",
        "<xrdMeasurements></xrdMeasurements>",
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xrdml"
    path.write_text(text)
    with pytest.raises(HeterofilmError, match=r"XML|no scan"):
        read(path)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.brml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Experiment0/RawData0.xml", b"0" * 60_000_000)
    with pytest.raises(HeterofilmError, match="larger than 50 MB"):
        read(path)


def small_brml() -> bytes:
    rows = "".join(f"<Datum>1,1,{10 + k / 10},5,{100 + k}</Datum>" for k in range(20))
    xml = (
        '<RawData><DataRoutes><DataRoute><ScanInformation VisibleName="Coupled"><ScanAxes>'
        '<ScanAxisInfo AxisId="TwoTheta"/><ScanAxisInfo AxisId="Theta"/></ScanAxes></ScanInformation>'
        f"{rows}</DataRoute></DataRoutes></RawData>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Experiment0/RawData0.xml", xml)
    return stream.getvalue()


def small_rasx() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Data0/Profile0.txt", "\n".join(f"{10 + k / 10}\t{k}\t2" for k in range(20)))
    return stream.getvalue()


def test_attenuation_is_multiplied_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.rasx"
    path.write_bytes(small_rasx())
    one = read(path)
    assert one.column("intensity")[3] == 6.0 and any("attenuator" in note for note in one.notes)


def test_damaged_files_end_in_a_result_or_one_sentence(tmp_path: Path) -> None:
    xy = write_xy(tmp_path / "t.xy", TRUTH).read_bytes()
    xrdml = write_xrdml(tmp_path / "t.xrdml", TRUTH).read_bytes()
    uxd = b"_FILEVERSION=2\n_STEPSIZE=0.5\n_START=10.0\n_COUNTS\n" + b"1 2 3\n" * 20
    for suffix, raw in (("xrdml", xrdml), ("xy", xy), ("uxd", uxd), ("brml", small_brml()), ("rasx", small_rasx())):
        assault(raw, tmp_path / f"a.{suffix}", 60)
