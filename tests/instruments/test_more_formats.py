"""Formats whose layout is public and of which no vendor's file is at hand: files made here, read back, damaged."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from damage import all_finite, assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, read_all
from instruments.test_workbook import make_workbook
from real_data import real_file

COUNTS = np.round(100.0 + 900.0 * np.exp(-(((np.arange(60) - 30) / 4.0) ** 2)))


# --- Bruker .raw ---------------------------------------------------------------------------------------------------


def bruker(version: int, *scans: tuple[float, float, np.ndarray], code: int = 0, record: int = 4) -> bytes:
    """Scans (start, step, counts) as .raw of a version, Cu K alpha."""
    body = [y.astype("<f4").tobytes() for _, _, y in scans]
    if version == 1:
        parts = []
        for k, (start, step, y) in enumerate(scans):
            head = b"RAW " + struct.pack("<IffIf", y.size, 0.5, step, 0, 0.0) + struct.pack("<f", start) + bytes(12)
            head += b"film".ljust(32, b"\0") + struct.pack("<ff", 1.5406, 1.54439) + bytes(72)
            parts.append(head + struct.pack("<I", len(scans) - 1 - k) + body[k])
        return b"".join(parts)
    if version == 2:
        head = b"RAW2" + struct.pack("<H", len(scans)) + bytes(162) + b"2024-01-01".ljust(20, b"\0") + b"Cu"
        head = (head + struct.pack("<fff", 1.5406, 1.54439, 0.5)).ljust(256, b"\0")
        ranges = [struct.pack("<HHIfff", 60, y.size, 0, 0.5, step, start).ljust(60, b"\0") for start, step, y in scans]
        return head + b"".join(a + b for a, b in zip(ranges, body, strict=True))
    if version == 3:
        head = bytearray(712)
        head[:8] = b"RAW1.01\0"
        struct.pack_into("<I", head, 12, len(scans))
        head[326:330], head[608:610] = b"film", b"Cu"
        struct.pack_into("<ddddd", head, 616, 1.5418, 1.5406, 1.54439, 1.392, 0.5)
        out = bytes(head)
        for (start, step, _), y in zip(scans, body, strict=True):
            own = bytearray(304)
            struct.pack_into("<IIdd", own, 0, 304, len(y) // 4, start / 2.0, start)
            struct.pack_into("<d", own, 176, step)
            struct.pack_into("<fI", own, 192, 0.5, code)
            struct.pack_into("<II", own, 252, 4, 40)
            out += bytes(own) + bytes(40) + y
        return out
    head = bytearray(61)
    head[:8] = b"RAW4.00\0"
    name = struct.pack("<III", 10, 40, 0) + b"SAMPLEID".ljust(24, b"\0") + b"film"
    tube = bytearray(136)
    struct.pack_into("<II", tube, 0, 30, 136)
    struct.pack_into("<ddddd", tube, 72, 1.5418, 1.5406, 1.54439, 1.392, 0.5)
    tube[112:114] = b"Cu"
    out = bytes(head) + name + bytes(tube)
    for start, step, y in scans:
        own = bytearray(160)
        own[32:46] = b"Locked Coupled" if code == 0 else b"Rocking Curve\0"
        struct.pack_into("<ddI", own, 72, start, step, y.size)
        struct.pack_into("<II", own, 136, record, 64)
        rows = np.zeros(y.size, np.dtype({"names": ["y"], "formats": ["<f4"], "offsets": [0], "itemsize": record}))
        rows["y"] = y
        out += bytes(own) + bytes(64) + rows.tobytes()
    return out


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_every_version_of_raw_says_the_same(version: int, tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(bruker(version, (10.0, 0.02, COUNTS), (40.0, 0.05, COUNTS[:20])))
    first, second = read_all(path)
    assert np.allclose(first.column("two_theta_deg"), 10.0 + 0.02 * np.arange(60), atol=1e-5)
    assert np.array_equal(first.column("intensity"), COUNTS) and second.table.height == 20
    assert first.meta["wavelength_m"] == pytest.approx(1.5406e-10, rel=1e-6)
    assert first.meta["alpha2_ratio"] == 0.5


def test_wider_records_are_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(bruker(4, (10.0, 0.02, COUNTS), record=8))
    assert np.array_equal(read(path).column("intensity"), COUNTS)


@pytest.mark.parametrize("version", [3, 4])
def test_a_scan_that_is_not_over_two_theta_is_named(version: int, tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(bruker(version, (10.0, 0.02, COUNTS), code=3))
    with pytest.raises(HeterofilmError, match="no scan over 2 theta"):
        read(path)


def test_the_vendors_raw_is_its_text_export() -> None:
    """BT86: the same counts; angles to the third digit that the .uxd has."""
    raw, uxd = read(real_file("xrd/xylib_BT86.raw")), read(real_file("xrd/xylib_BT86_.UXD"))
    assert np.array_equal(raw.column("intensity"), uxd.column("intensity"))
    assert np.abs(raw.column("two_theta_deg") - uxd.column("two_theta_deg")).max() <= 5e-3
    assert raw.meta["wavelength_m"] == uxd.meta["wavelength_m"] and raw.meta["counting_time_s"] == 0.5


def test_the_newer_raw_shows_rutile() -> None:
    m = read(real_file("xrd/datalab_TiO2.raw"))
    assert m.table.height == 1647 and m.meta["sample"] == "TiO2"
    assert m.column("two_theta_deg")[np.argmax(m.column("intensity"))] == pytest.approx(27.45, abs=0.1)  # (110)


# --- Rigaku --------------------------------------------------------------------------------------------------------

RAS = """*RAS_DATA_START
*RAS_HEADER_START
*FILE_SAMPLE "film"
*HW_XG_TARGET_NAME "Cu"
*HW_XG_WAVE_LENGTH_ALPHA1 "1.540593"
*HW_XG_WAVE_LENGTH_ALPHA2 "1.544414"
*MEAS_SCAN_AXIS_X "{axis}"
*MEAS_SCAN_UNIT_Y "counts"
*RAS_HEADER_END
*RAS_INT_START
{rows}
*RAS_INT_END
*RAS_DATA_END
"""


def ras(axis: str = "TwoThetaTheta", factor: float = 1.0) -> str:
    rows = "\n".join(f"{10.0 + 0.02 * k:.4f} {y / factor:.4f} {factor:.4f}" for k, y in enumerate(COUNTS))
    return RAS.format(axis=axis, rows=rows)


def asc(count: int = 60) -> str:
    keys = (
        "*TYPE = Raw\n*CLASS = STANDARD MEASUREMENT\n*BEGIN\n*SAMPLE = film\n*SCAN_AXIS = 2theta/theta\n*START = 10.0\n"
    )
    keys += f"*STOP = 11.18\n*STEP = 0.02\n*COUNT = {count}\n*WAVE_LENGTH1 = 1.54056\n*WAVE_LENGTH2 = 1.54439\n"
    rows = [", ".join(f"{y:.0f}" for y in COUNTS[k : k + 4]) for k in range(0, 60, 4)]
    return keys + "\n".join(rows) + "\n*END\n*EOF\n"


@pytest.mark.parametrize(("name", "text"), [("a.ras", ras()), ("b.ras", ras(factor=8.0)), ("a.asc", asc())])
def test_rigaku_text(name: str, text: str, tmp_path: Path) -> None:
    """An attenuator's factor is multiplied in and said."""
    path = tmp_path / name
    path.write_text(text)
    m = read(path)
    assert m.name == "film" and m.meta["wavelength_m"] == pytest.approx(1.5406e-10, rel=1e-4)
    assert np.allclose(m.column("two_theta_deg"), 10.0 + 0.02 * np.arange(60))
    assert np.allclose(m.column("intensity"), COUNTS, atol=1e-3)
    assert any("attenuator" in note for note in m.notes) is (name == "b.ras")


@pytest.mark.parametrize(
    ("text", "said"),
    [(ras("Omega"), "only Omega"), (ras().split("*RAS_INT_END")[0], "cut short"), (asc(61), "61 points and holds 60")],
)
def test_rigaku_text_that_cannot_be_read(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.asc" if text.startswith("*TYPE") else "a.ras")
    path.write_text(text)
    with pytest.raises(HeterofilmError, match=said):
        read(path)


# --- Ivium ---------------------------------------------------------------------------------------------------------


def ivium(method: str, rows: np.ndarray, further: str = "", claimed: int | None = None) -> bytes:
    head = bytes(16) + struct.pack("<I", 251) + b"\r\0Version=11\r\nCorrosion=false\r\n"
    text = f"Method={method}\r\nTitle=film\r\n{further}Mconfig=0\r\n2\r\nData Objects\r\n0\r\nprimary_data\r\n3\r\n"
    text += f"{len(rows) if claimed is None else claimed}\r\n"
    text += "".join(" ".join(f"{v:.5E}" for v in row) + "\r\n" for row in rows)
    return head + text.encode() + b"7\r\nosc_data\r\n"


def test_ivium_time_current_potential(tmp_path: Path) -> None:
    """Oxidation counts positive in the file: 1 mA of it becomes -1 mA."""
    path = tmp_path / "a.idf"
    t = np.arange(30.0)
    path.write_bytes(ivium("MixedMode", np.column_stack([t, np.full(30, 1e-3), 3.0 + 0.01 * t])))
    m = read(path)
    assert m.technique == "cycling" and np.allclose(m.column("current_A"), -1e-3)
    assert np.allclose(m.column("voltage_V"), 3.0 + 0.01 * t) and "taken for time" in m.notes[0]


def test_ivium_sweeps_take_their_time_from_the_rate(tmp_path: Path) -> None:
    path = tmp_path / "a.idf"
    E = np.r_[np.linspace(2.0, 4.0, 101), np.linspace(4.0, 2.0, 101)]
    rows = np.column_stack([E, 1e-6 * np.sign(np.gradient(E)), 0.0 * E])
    path.write_bytes(ivium("CyclicVoltammetry", rows, "Scanrate=0.001\r\n"))
    m = read(path)
    assert m.technique == "voltammetry" and m.column("time_s")[-1] == pytest.approx(4000.0)
    path.write_bytes(ivium("CyclicVoltammetry", rows))
    assert any("not state the scan rate" in note for note in read(path).notes)


def test_the_vendors_impedance_is_its_csv_twin() -> None:
    m, twin = read_all(real_file("eis/pyimpspec_data.ids"))[0], read(real_file("eis/pyimpspec_data-comma.csv"))
    for column in ("frequency_Hz", "Z_re_ohm", "Z_im_ohm"):
        assert np.allclose(m.column(column), twin.column(column), rtol=1e-4), column


def test_an_ivium_file_that_claims_more_than_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.idf"
    for claimed in (31, 900_000_000):
        path.write_bytes(ivium("MixedMode", np.zeros((30, 3)), claimed=claimed))
        with pytest.raises(HeterofilmError, match="claims"):
            read(path)


# --- EMSA, JASCO ---------------------------------------------------------------------------------------------------


def emsa(signal: str = "EDS", unit: str = "keV", pairs: bool = False, points: int = 60) -> str:
    head = {"FORMAT": "EMSA/MAS Spectral Data File", "VERSION": "1.0", "TITLE": "film", "NPOINTS": points,
            "NCOLUMNS": 1,
            "XUNITS": unit, "YUNITS": "counts", "DATATYPE": "XY" if pairs else "Y", "XPERCHAN": 0.01, "OFFSET": -0.1,
            "SIGNALTYPE": signal, "BEAMKV": 15.0}  # fmt: skip
    rows = [f"{-0.1 + 0.01 * k:.4f}, {y:.1f}" if pairs else f"{y:.1f}," for k, y in enumerate(COUNTS)]
    keys = "\n".join(f"#{key:<12}: {value}" for key, value in head.items())
    return f"{keys}\n#SPECTRUM    : Spectral Data Starts Here\n" + "\n".join(rows) + "\n#ENDOFDATA   :\n"


@pytest.mark.parametrize("pairs", [True, False])
def test_emsa(pairs: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.msa"
    path.write_text(emsa(pairs=pairs))
    m = read(path)
    assert m.technique == "energy spectrum" and np.allclose(
        m.column("energy_eV"), -100.0 + 10.0 * np.arange(60), atol=1e-3
    )
    assert np.array_equal(m.column("intensity"), COUNTS) and m.meta["beam_kV"] == 15.0


def test_emsa_of_light_and_of_electrons(tmp_path: Path) -> None:
    path = tmp_path / "a.msa"
    path.write_text(emsa("CLS", "nm").replace(": -0.1\n", ": 400\n"))
    assert read(path).technique == "photoluminescence"
    path.write_text(emsa("XPS", "eV").replace(": -0.1\n", ": 400\n"))
    m = read(path)
    assert m.technique == "xps" and "kinetic" in m.notes[0]


def test_emsa_of_another_count_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.msa"
    path.write_text(emsa(points=70))
    with pytest.raises(HeterofilmError, match="70 points and holds 60"):
        read(path)


def jasco(kind: str = "ULTRAVIOLET SPECTRUM", over: str = "NANOMETERS", unit: str = "%T", factor: float = 1.0) -> str:
    head = f"TITLE\tfilm\nDATA TYPE\t{kind}\nORIGIN\tJASCO\nXUNITS\t{over}\nYUNITS\t{unit}\nNPOINTS\t60\nXYDATA\n"
    rows = "\n".join(f"{700 - 2 * k}\t{factor * (90 - k):.5f}" for k in range(60))
    return f"{head}{rows}\n\n##### Extended Information\n[Comments]\nSample name\tfilm\n"


@pytest.mark.parametrize(
    ("kind", "over", "unit", "factor", "technique", "column", "first"),
    [
        ("ULTRAVIOLET SPECTRUM", "NANOMETERS", "%T", 1.0, "uvvis", "transmittance", 0.90),
        ("ULTRAVIOLET SPECTRUM", "NANOMETERS", "TRANSMITTANCE", 1.0, "uvvis", "transmittance", 0.90),
        ("ULTRAVIOLET SPECTRUM", "NANOMETERS", "TRANSMITTANCE", 0.01, "uvvis", "transmittance", 0.90),
        ("ULTRAVIOLET SPECTRUM", "NANOMETERS", "%R", 1.0, "uvvis", "reflectance", 0.90),
        ("ULTRAVIOLET SPECTRUM", "NANOMETERS", "ABSORBANCE", 0.01, "uvvis", "absorbance", 0.90),
        ("FLUORESCENCE SPECTRUM", "NANOMETERS", "INT.", 1.0, "photoluminescence", "intensity", 31.0),
        ("RAMAN SPECTRUM", "1/CM", "Int.", 1.0, "raman", "intensity", 31.0),
        ("INFRARED SPECTRUM", "1/CM", "ABSORBANCE", 1.0, "table", "c1", 90.0),
    ],
)
def test_jasco(
    kind: str, over: str, unit: str, factor: float, technique: str, column: str, first: float, tmp_path: Path
) -> None:
    """Rows as they stand, but for spectra that are sorted: emission and Raman begin at their lowest."""
    path = tmp_path / "a.txt"
    path.write_text(jasco(kind, over, unit, factor))
    m = read(path)
    assert (m.technique, m.name, m.table.height) == (technique, "film", 60)
    assert m.column(column)[0] == pytest.approx(first)


# --- workbooks -----------------------------------------------------------------------------------------------------


def book(path: Path, **named: list[list[object]]) -> Path:
    """A workbook of these sheets."""
    return make_workbook(path, {name.replace("_", " "): rows for name, rows in named.items()})


def avantage(unit: str = "Counts / s") -> list[list[object]]:
    top: list[list[object]] = [
        ["C1s Scan", None, None, None, None, None, None, "Acquisition Parameters :"],
        [None, None, None, None, None, None, None, "Source Gun Type :", "Al K Alpha"],
        [None, None, None, None, None, None, None, "Number of Scans :", 5],
        [None, None, None, None, None, None, None, "Pass Energy :", 50.0],
        [None, None, None, None, None, None, None, "Dwell Time :", "100 ms"],
        [None], ["No. of elements", None, None, 60], [None], [None], [None], [None], [None], [None], [None],
        ["Binding Energy (E)", None, None, None],
        ["eV", None, unit, "Backgnd."],
    ]  # fmt: skip
    return top + [[296.0 - 0.1 * k, None, float(y), 100.0] for k, y in enumerate(COUNTS)]


def test_avantage(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Titles=[["Experiment"]], C1s_Scan=avantage(), O1s_Scan=avantage("Counts"))
    carbon, oxygen = read_all(path)
    assert (carbon.technique, carbon.name, oxygen.name) == ("xps", "C1s", "O1s")
    assert np.allclose(carbon.column("binding_energy_eV"), 296.0 - 0.1 * np.arange(60))
    assert np.array_equal(carbon.column("intensity"), COUNTS)
    assert (carbon.meta["intensity_unit"], oxygen.meta["intensity_unit"]) == ("counts/s", "counts")
    assert (carbon.meta["pass_energy_eV"], carbon.meta["dwell_s"], carbon.meta["scans"]) == (50.0, 0.1, 5.0)
    assert carbon.meta["photon_energy_eV"] == 1486.6 and any("Al K alpha" in note for note in carbon.notes)


def test_any_workbook_is_read_as_its_tables_would_be(tmp_path: Path) -> None:
    """Potential and current, a time series, impedance, UV-vis: each sheet by its own headings."""
    E = np.r_[np.linspace(2.0, 4.0, 41), np.linspace(4.0, 2.0, 41)]
    path = book(
        tmp_path / "a.xlsx",
        CV=[["Potential (V)", "Current (mA)"], *([float(e), 0.01] for e in E)],
        run=[["Time (s)", "Voltage (V)", "Current (mA)"], *([float(k), 3.0 + 0.01 * k, 0.1] for k in range(40))],
        eis=[
            ["Frequency (Hz)", "Z' (Ohm)", "-Z'' (Ohm)"],
            *([10.0 ** (5 - k / 5), 10.0 + k, 1.0 + k] for k in range(20)),
        ],
        film=[["Wavelength (nm)", "%T"], *([300.0 + k, 50.0] for k in range(30))],
        notes=[["made by"], ["me"]],
    )
    found = {m.name: m for m in read_all(path)}
    assert {name: m.technique for name, m in found.items()} == {
        "CV": "voltammetry", "run": "cycling", "eis": "impedance", "film": "uvvis"
    }  # fmt: skip
    assert np.allclose(np.abs(found["CV"].column("current_A")), 1e-5)
    assert np.allclose(found["film"].column("transmittance"), 0.5)
    assert any("notes" in note and "left out" in note for note in found["CV"].notes)


def test_a_workbook_without_tables_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Sheet1=[["hello"], ["world"]])
    with pytest.raises(HeterofilmError, match="none of its 1 sheets is a table"):
        read(path)


def admiral(names: str = "Cyclic Voltammetry") -> str:
    head = (
        '"Step number","Step name","Elapsed Time (s)","Working Electrode (V)","Current (A)","Cumulative Charge (mAh)"\n'
    )
    return head + "".join(f'1,"{names}",{k},{3.0 + 0.01 * k},0.001,{k / 3600.0}\n' for k in range(40))


@pytest.mark.parametrize(
    ("names", "technique"), [("Cyclic Voltammetry", "voltammetry"), ("Constant Current", "cycling")]
)
def test_admiral(names: str, technique: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(admiral(names))
    m = read(path)
    assert (m.format, m.technique) == ("Admiral Squidstat csv", technique)
    assert np.allclose(m.column("voltage_V"), 3.0 + 0.01 * np.arange(40)) and np.allclose(m.column("current_A"), -1e-3)


# --- damage --------------------------------------------------------------------------------------------------------

MADE = {
    "v1.raw": bruker(1, (10.0, 0.02, COUNTS)), "v2.raw": bruker(2, (10.0, 0.02, COUNTS)),
    "v3.raw": bruker(3, (10.0, 0.02, COUNTS)), "v4.raw": bruker(4, (10.0, 0.02, COUNTS)),
    "a.ras": ras().encode(), "a.asc": asc().encode(), "a.msa": emsa().encode(), "jasco.txt": jasco().encode(),
    "admiral.csv": admiral().encode(),
    "a.idf": ivium("MixedMode", np.column_stack([np.arange(30.0), np.full(30, 1e-3), np.full(30, 3.0)])),
    "b.idf": ivium("Impedance", np.column_stack([np.full(30, 10.0), np.full(30, -1.0), np.logspace(5, 0, 30)])),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_damaged_files_give_a_result_or_one_line(name: str, tmp_path: Path) -> None:
    assault(MADE[name], tmp_path / name, 80, check=all_finite)


def test_damaged_workbooks_give_a_result_or_one_line(tmp_path: Path) -> None:
    table = [["Potential (V)", "Current (mA)"], *([2.0 + 0.1 * k, 0.01] for k in range(30))]
    for name, raw in (
        ("a.xlsx", book(tmp_path / "x.xlsx", C1s_Scan=avantage()).read_bytes()),
        ("b.xlsx", book(tmp_path / "y.xlsx", CV=table).read_bytes()),
    ):
        assault(raw, tmp_path / name, 40, check=all_finite)


def test_every_format_is_listed() -> None:
    from heterofilm.instruments import known_formats

    names = {one.name for one in known_formats()}
    assert {
        "Bruker raw", "Rigaku ras", "Rigaku asc", "Ivium data", "EMSA/MAS spectrum", "JASCO text",
        "Thermo Avantage workbook", "any workbook of tables", "Admiral Squidstat csv", "BioLogic EC-Lab binary",
    } <= names  # fmt: skip
