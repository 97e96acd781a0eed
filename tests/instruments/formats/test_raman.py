"""Raman files: LabSpec, WiRE (text and wdf), WITec, tables, the Raman Open Database."""

import struct
from pathlib import Path

import numpy as np
import pytest

from damage import assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.formats._raman import where
from heterofilm.instruments.reading import read
from heterofilm.synthetic.raman import RamanTruth, spectrum, write_labspec, write_series
from real_data import real_file

TRUTH = RamanTruth({"V2O5": 500.0}, shift_cm=(100.0, 300.0))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def wdf(points: int = 20, count: int = 1, *, capacity: int | None = None, data: bytes | None = None) -> bytes:
    """A small .wdf: header, spectra, axis, and origins of x for several spectra."""
    capacity = count if capacity is None else capacity
    shift = np.linspace(1000.0, 100.0, points, dtype="<f4").tobytes()
    spectra = np.arange(points * count, dtype="<f4").tobytes() if data is None else data
    header = bytearray(512)
    struct.pack_into("<4sIQ", header, 0, b"WDF1", 1, 512)
    struct.pack_into("<IQQ", header, 0x3C, points, capacity, count)
    struct.pack_into("<II", header, 0x58, points, 1)
    struct.pack_into("<f", header, 0x9C, 1e7 / 532.0)

    def block(name: bytes, body: bytes) -> bytes:
        return struct.pack("<4sIQ", name, 0, 16 + len(body)) + body

    origin = struct.pack("<III16s", 1, 3, 5, b"X") + np.arange(min(capacity, 99), dtype="<f8").tobytes()
    return (
        bytes(header)
        + block(b"DATA", spectra)
        + block(b"XLST", struct.pack("<II", 1, 1) + shift)
        + block(b"ORGN", origin)
    )


def test_wdf_agrees_with_the_text_that_wire_exported() -> None:
    """The vendor's own export is the oracle: 1011 points, 0.381 to 1879.449 cm-1, 632.8 nm."""
    binary, text = (read(real_file(f"raman/datalab_raman_example.{s}")) for s in ("wdf", "txt"))
    for key, tolerance in (("raman_shift_cm-1", 1e-5), ("intensity", 1e-5)):
        assert np.allclose(binary.column(key), text.column(key), atol=tolerance)
    assert binary.table.height == 1011
    assert binary.meta["laser_m"] == pytest.approx(632.8e-9, rel=1e-4)


def test_wdf_agrees_with_an_independent_reader() -> None:
    other = pytest.importorskip("renishawWiRE")
    path = real_file("raman/datalab_raman_example.wdf")
    theirs = other.WDFReader(str(path))
    order = np.argsort(theirs.xdata)
    assert np.array_equal(read(path).column("intensity"), theirs.spectra[order])


def test_labspec_and_rod_have_the_points_of_their_files() -> None:
    labspec = read(real_file("raman/datalab_labspec_raman_example.txt"))
    assert labspec.table.height == 341 and labspec.column("raman_shift_cm-1")[-1] == 798.317
    assert labspec.meta["laser_m"] == pytest.approx(532e-9)
    rod = read(real_file("raman/rod_file_1000679.rod"))
    assert (
        rod.table.height == 1159 and rod.meta["mineral"] == "K-cymrite" and rod.meta["laser_m"] == pytest.approx(488e-9)
    )


def test_a_wdf_map_keeps_its_places(tmp_path: Path) -> None:
    (tmp_path / "a.wdf").write_bytes(wdf(count=3))
    one = read(tmp_path / "a.wdf")
    assert one.table.height == 60 and one.table["x_um"].unique().sort().to_list() == [0.0, 1.0, 2.0]
    assert one.column("raman_shift_cm-1")[0] == 100.0 and one.column("intensity")[0] == 19.0  # turned to rising shift


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (wdf(data=b"\x00" * 8), "more than the file holds"),
        (wdf(count=2**40, capacity=2**40, data=b"\x00" * 80)[:900], "which cannot be"),
        (wdf()[:300], "shorter than its header"),
        (wdf()[:540], "cut short"),
        (wdf()[:512] + b"\x00" * 100, "no spectra or no axis"),
    ],
)
def test_a_wdf_that_claims_more_than_it_holds_is_refused(tmp_path: Path, raw: bytes, reason: str) -> None:
    (tmp_path / "a.wdf").write_bytes(raw)
    with pytest.raises(HeterofilmError, match=reason):
        read(tmp_path / "a.wdf")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    x, y, _ = spectrum(TRUTH)
    one = read(write_labspec(tmp_path / "a.txt", TRUTH))
    assert np.allclose(one.column("raman_shift_cm-1"), x, atol=1e-3)
    assert np.allclose(one.column("intensity"), y, atol=0.01)
    series = read(write_series(tmp_path / "b.txt", TRUTH, [3.4, 2.15, 3.8], 145.0, [1.0, 0.2, 0.9]))
    assert series.table["voltage_V"].unique(maintain_order=True).to_list() == [3.4, 2.15, 3.8]


def test_labspec_map_and_wrong_axis(tmp_path: Path) -> None:
    head = "#Acq. time (s)=\t1\n#AxisType[1]=\tSpectr\n#AxisUnit[1]=\t{}\n"
    body = "\t\t100\t101\t102\n0\t5\t1\t2\t3\n1\t5\t4\t5\t6\n"
    one = read(written(tmp_path / "a.txt", head.format("1/cm") + body))
    assert one.column("intensity").tolist() == [1, 2, 3, 4, 5, 6] and one.column("x_um").tolist() == [0, 0, 0, 1, 1, 1]
    with pytest.raises(HeterofilmError, match="axis is in eV; set LabSpec to 1/cm"):
        read(written(tmp_path / "b.txt", head.format("eV") + body))


def over_nm(first: float, last: float, laser: str = "", unit: str = "") -> str:
    """A LabSpec spectrum over wavelength, whose unit stands in the range alone or at the axis too."""
    head = f"#Acq. time (s)=\t1\n#Range (nm)=\t{first:g}...{last:g}\n" + (f"#AxisUnit[1]=\t{unit}\n" if unit else "")
    head += f"#Laser=\t{laser}\n" if laser else ""
    return head + "\n".join(f"{x:.4f}\t{100 + k}" for k, x in enumerate(np.linspace(first, last, 50)))


@pytest.mark.parametrize(
    ("text", "technique"),
    [
        (over_nm(550.0, 900.0), "photoluminescence"),
        (over_nm(550.0, 900.0, unit="nm"), "photoluminescence"),
        (over_nm(550.0, 900.0, "532nm_Edge"), "photoluminescence"),
        (over_nm(534.0, 570.0), "photoluminescence"),
        (over_nm(534.0, 570.0, "532nm_Edge"), "raman"),
    ],
)
def test_nanometres_are_no_raman_shift_without_a_laser_line_near_them(
    text: str, technique: str, tmp_path: Path
) -> None:
    """shift = 1e7 (1/laser - 1/lambda); what was taken is said, and how to say otherwise."""
    m = read(written(tmp_path / "a.txt", text))
    assert m.technique == technique and any("laser line" in note for note in m.notes)
    if technique == "raman":
        assert m.column("raman_shift_cm-1")[0] == pytest.approx(1e7 / 532.0 - 1e7 / 534.0, abs=0.01)


def test_a_laser_line_turns_one_into_the_other(tmp_path: Path) -> None:
    from heterofilm.instruments.light import as_raman, as_wavelengths

    m = read(written(tmp_path / "a.txt", over_nm(534.0, 570.0)))
    there = as_raman(m, 532e-9)
    assert np.allclose(as_wavelengths(there).column("wavelength_nm"), m.column("wavelength_nm"))


@pytest.mark.parametrize(("laser", "technique"), [("ExcitationWavelength = 532.1", "raman"), ("", "photoluminescence")])
def test_witec_over_nm(laser: str, technique: str, tmp_path: Path) -> None:
    rows = "\n".join(f"{x:.3f}\t{k}" for k, x in enumerate(np.linspace(535.0, 560.0, 40)))
    text = f"[Header]\nGraphName = film\nXAxisUnit = nm\n{laser}\n[Data]\n{rows}\n"
    m = read(written(tmp_path / "a.txt", text))
    assert (m.technique, m.name) == (technique, "film")


def test_a_witec_table_over_nm(tmp_path: Path) -> None:
    rows = "\n".join(f"{x:.3f}\t{k}" for k, x in enumerate(np.linspace(535.0, 560.0, 40)))
    m = read(written(tmp_path / "a.txt", f"X-Axis\tfilm\nnm\tCCD cts\n{rows}\n"))
    assert m.technique == "photoluminescence"


def test_wire_map_is_cut_into_spectra(tmp_path: Path) -> None:
    rows = [f"{x}\t0\t{w}\t{x * 10 + w}" for x in (0, 1) for w in (300, 200, 100)]
    one = read(written(tmp_path / "a.txt", "#X\t\t#Y\t\t#Wave\t\t#Intensity\n" + "\n".join(rows)))
    assert one.table["spectrum"].to_list() == [1, 1, 1, 2, 2, 2] and one.column("intensity")[:3].tolist() == [
        100,
        200,
        300,
    ]
    with pytest.raises(HeterofilmError, match="different lengths"):
        read(written(tmp_path / "b.txt", "#X\t\t#Y\t\t#Wave\t\t#Intensity\n" + "\n".join(rows[:-1])))


@pytest.mark.parametrize(
    "text",
    [
        "//Exported ASCII-File\n[Header]\nGraphName = G\nXAxisUnit = rel. 1/cm\n[Data]\n100\t1\n101\t2\n102\t3\n",
        "[Header]\nXAxisUnit = rel. 1/cm\n[XData]\n100\n101\n102\n[SpectrumData]\n1\n2\n3\n",
        "X-Axis\tspectrum\nrel. 1/cm\tCCD cts\n100\t1\n101\t2\n102\t3\n",
        "Raman shift (cm-1),Intensity\n100,1\n101,2\n102,3\n",
        "Wavenumber / cm⁻¹;Counts\n100,0;1,0\n101,0;2,0\n102,0;3,0\n",
    ],
)
def test_layouts_of_witec_and_of_tables(tmp_path: Path, text: str) -> None:
    one = read(written(tmp_path / "a.txt", text))
    assert one.technique == "raman"
    assert one.column("raman_shift_cm-1").tolist() == [100, 101, 102] and one.column("intensity").tolist() == [1, 2, 3]


def test_the_name_of_a_spectrum_states_potential_and_time() -> None:
    assert where("charge 3,80 V") == {"voltage_V": 3.8} and where("t = 2 h") == {"time_s": 7200.0} and where("VO") == {}


def test_damaged_files_end_in_a_result_or_one_sentence(tmp_path: Path) -> None:
    labspec = write_labspec(tmp_path / "t.txt", TRUTH).read_bytes()
    wire = b"#X\t\t#Y\t\t#Wave\t\t#Intensity\n" + b"".join(b"%d\t0\t%d\t5\n" % (k, w) for k in (0, 1) for w in range(9))
    rod = b"data_1\n_raman_a b\nloop_\n_raman_spectrum.raman_shift\n_raman_spectrum.intensity\n" + b"".join(
        b"%d 5\n" % k for k in range(20)
    )
    witec = b"[Header]\nXAxisUnit = rel. 1/cm\n[XData]\n100\n101\n102\n[SpectrumData]\n1\n2\n3\n"
    for suffix, raw in (("wdf", wdf(count=3)), ("txt", labspec), ("txt", wire), ("rod", rod), ("txt", witec)):
        assault(raw, tmp_path / f"a.{suffix}", 60)
