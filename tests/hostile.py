"""Hostile inputs: every kind of bad file at every place that takes one, bad texts, and what a process makes of them.

A server forks one process for each input, so that memory and processor time are its own and one that hangs is ended.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

HANGS = 60  # s: an input that has not been answered by then never will be
ROOM = 3 * 2**30  # bytes of address space beyond that of the server: what is asked for here is what is refused
PROTOCOL = "Discharge at 20 uA/cm2 until 3 V"
File = Callable[[Path], object]


@dataclass(frozen=True)
class Input:
    """A command with what is bad about it. ``files`` are made before, beside ``argv``, in which {} is their folder."""

    name: str
    argv: tuple[str, ...]
    files: tuple[tuple[str, File], ...] = ()
    harmless: bool = False  # what may as well be read, such as a mark at the head of a text


@dataclass(frozen=True)
class Answer:
    """What a process said, and what it took."""

    code: int  # negative: the signal that ended it
    said: str
    printed: str
    seconds: float  # of the processor
    bytes: int  # of memory, at most
    left: list[str]  # files it wrote


# --- files -----------------------------------------------------------------------------------------------------------


def holding(content: bytes | str) -> File:
    raw = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(raw)


def sparse(size: int, head: bytes = b"") -> File:
    """A file that claims so many bytes, all but the first of them zeros that take no room."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(head)
            file.truncate(size)

    return make


def repeated(block: bytes, size: int, head: bytes = b"") -> File:
    def make(path: Path) -> None:
        many = block * max(1, 1_000_000 // len(block))
        with path.open("wb") as file:
            file.write(head)
            while file.tell() < size:
                file.write(many)

    return make


def link(target: str) -> File:
    return lambda path: path.symlink_to(target)


FILES: dict[str, File] = {
    "missing": lambda path: None,
    "empty": holding(b""),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "an endless device": link("/dev/zero"),
    "a silent device": link("/dev/null"),
    "a link to nothing": link("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path),
    "150 MB of zeros": sparse(150_000_000),
    "600 MB after a head": sparse(600_000_000, b"time / s,voltage / V,current / A\n0,3,1\n"),
    "5 GB": sparse(5_000_000_000),
    "zeros": holding(bytes(5000)),
    "noise": holding(bytes((k * k * 31 + 7 * k) % 251 for k in range(20_000))),
    "high bytes": holding(b"\xff" * 4096),
    "UTF-16": holding("name = 'x'\ntime,voltage\n".encode("utf-16")),
    "half UTF-16": holding(b"\xff\xfen"),
    "a mark alone": holding(b"\xef\xbb\xbf"),
    "latin-1": holding("name = 'W\xe4rme'\n\xb5\xe9,1\n".encode("latin-1")),
    "a word": holding(b"hello"),
    "deep brackets": holding(b"a = " + b"[" * 50_000),
    "deep tables": holding(b"[" + b"a." * 50_000 + b"a]\n"),
    "deep keys": holding(b"a" + b".a" * 200_000 + b" = 1\n"),
    "deep braces": holding(b"a = " + b"{a = " * 20_000),
    "many keys": holding(b"".join(b"k%d = 1\n" % k for k in range(60_000))),
    "a long number": holding(b"a = " + b"9" * 5_000 + b"\n"),
    "a longer number": holding(b"a,b\n1," + b"9" * 900_000 + b"\n2,3\n"),
    "infinities": holding(b"a = inf\nb = nan\n[c]\nd = -inf\n"),
    "a line of 2 MB": holding(b"1," * 1_000_000),
    "blanks": holding(b" " * 300_000 + b"x"),
    "quotes": holding(b'"' * 100_001),
    "returns": holding(b"\r" * 200_000),
    "entities": holding(
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(9))
        + b"]><a>&j;</a>"
    ),
    "a foreign entity": holding(
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><xrdMeasurements>&x;</xrdMeasurements>'
    ),
    "half a zip": holding(b"PK\x03\x04" + bytes(500)),
    "half of HDF5": holding(b"\x89HDF\r\n\x1a\n" + bytes(3000)),
    "half of parquet": holding(b"PAR1" + b"\xff" * 3000 + b"\xff\xff\xff\x7fPAR1"),
}

RECORD = "Test Time / s,Voltage / V,Current / A\n" + "".join(
    f"{60 * k},{3.8 - 0.02 * k},{-1e-5 if k < 40 else 1e-5}\n" for k in range(80)
)
SPECTRUM = "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\n" + "".join(
    f"{10 ** (5 - k / 5):.6g},{10 + 50 / (1 + k * k / 100):.6g},{25 * k / (100 + k * k) * 10:.6g}\n" for k in range(30)
)
BESIDE = (("record.csv", holding(RECORD)), ("spectrum.csv", holding(SPECTRUM)))
# every place of the command line that takes a file, by what is given before and after its name
PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "a cell": ("bad.toml", ("simulate", "{}/bad.toml", PROTOCOL, "--out", "{}/out.csv")),
    "a calibration": (
        "bad.toml", ("simulate", "voc1-half", PROTOCOL, "--calibration", "{}/bad.toml", "--out", "{}/out.csv")),
    "a protocol": ("bad.txt", ("simulate", "vo-half", "{}/bad.txt", "--out", "{}/out.csv")),
    "a load": ("bad.csv", ("simulate", "vo-half", 'Follow "{}/bad.csv"', "--out", "{}/out.csv")),
    "a start": ("bad.nc", ("simulate", "vo-half", PROTOCOL, "--start", "{}/bad.nc", "--out", "{}/out.csv")),
    "a varied cell": (
        "bad.toml", ("vary", "{}/bad.toml", PROTOCOL, "phases.V2O5.D=1e-13,1e-12", "--out", "{}/out.csv")),
    "a study": ("bad.toml", ("run", "{}/bad.toml", "--out", "{}/out", "--members", "0")),
    "a study's calibration": ("bad.toml", ("run", "--calibration", "{}/bad.toml", "--out", "{}/out")),
    "a sample": ("bad.toml", ("analyse", "{}/bad.toml", "--out", "{}/out")),
    "a phase": ("bad.toml", ("library", "phases", "{}/bad.toml")),
    "a film": ("bad.toml", ("library", "films", "{}/bad.toml")),
    "a recipe": ("bad.toml", ("grow", "{}/bad.toml", "--out", "{}/out")),
    "a junction": ("bad.toml", ("junction", "{}/bad.toml", "--out", "{}/out")),
    "an open-circuit potential": ("bad.csv", ("new", "phase", "{}/mine.toml", "--ocv", "{}/bad.csv")),
    "a record as csv": ("bad.csv", ("cycles", "{}/bad.csv", "--area", "1cm2", "--out", "{}/out.csv")),
    "a record as netCDF": ("bad.nc", ("dqdv", "{}/bad.nc", "--out", "{}/out.csv")),
    "a record as parquet": ("bad.parquet", ("gitt", "{}/bad.parquet", "--area", "1cm2", "--out", "{}/out.csv")),
    "a tester's file": ("bad.mpt", ("resistance", "{}/bad.mpt", "--area", "1cm2", "--out", "{}/out.csv")),
    "a table by its columns": (
        "bad.txt", ("cycles", "{}/bad.txt", "--columns", "time_s=1,voltage_V=2,current_A[mA]=3", "--area", "1cm2")),
    "a voltammogram": (
        "bad.csv", ("cv", "{}/bad.csv", "--area", "1cm2", "--scan-rate", "1mV/s", "--out", "{}/out.csv")),
    "a spectrum": ("bad.csv", ("eis", "{}/bad.csv", "--out", "{}/out.csv")),
    "a spectrum as text": ("bad.txt", ("eis", "{}/bad.txt", "--circuit", "R0-p(R1,C1)", "--out", "{}/out.csv")),
    "a workbook": ("bad.xlsx", ("formats", "{}/bad.xlsx")),
    "a diffractogram": ("bad.xrdml", ("formats", "{}/bad.xrdml")),
    "an image": ("bad.tif", ("formats", "{}/bad.tif")),
    "a JCAMP-DX file": ("bad.jdx", ("formats", "{}/bad.jdx")),
    "a photoelectron spectrum": ("bad.vms", ("xps", "{}/bad.vms", "--out", "{}/out.csv")),
    "a core level": ("bad.toml", ("xps", "{}/spectrum.csv", "--core-level", "{}/bad.toml", "--out", "{}/out.csv")),
    "a slow cycle": ("bad.csv", ("ocv", "from", "{}/bad.csv", "--area", "1cm2", "--out", "{}/out.csv")),
    "a table of potentials": ("bad.csv", ("ocv", "fit", "{}/bad.csv", "--out", "{}/out.toml")),
    "a phase with potentials": ("bad.toml", ("ocv", "fit", "{}/bad.toml", "--out", "{}/out.toml")),
    "a device": ("bad.toml", ("device", "{}/bad.toml", "--out", "{}/out")),
    "a device to bend": ("bad.toml", ("bend", "{}/bad.toml", "--out", "{}/out")),
    "a device to compare": ("bad.toml", ("bend", "vo-polyimide", "--substrates", "{}/bad.toml", "--out", "{}/out")),
    "a device that drives": ("bad.toml", ("load", "{}/bad.toml", "--out", "{}/out")),
    "a device's load": ("bad.csv", ("load", "vo-polyimide", "--csv", "{}/bad.csv", "--out", "{}/out")),
    "a diode": ("bad.toml", ("load", "vo-polyimide", "--light", "{}/bad.toml", "--out", "{}/out")),
    "a sensor node": ("bad.toml", ("load", "vo-polyimide", "--node", "{}/bad.toml", "--out", "{}/out")),
    "a harvester": (
        "bad.toml",
        ("load", "vo-polyimide", "--node", "chip-clock", "--harvester", "{}/bad.toml", "--out", "{}/out")),
    "a structure to relax": ("bad.cif", ("atoms", "xrd", "{}/bad.cif")),
}  # fmt: skip


def of_files() -> Iterator[Input]:
    """Every kind of bad file at every place that takes one."""
    for place, (name, argv) in PLACES.items():
        for kind, make in FILES.items():
            yield Input(f"{place}: {kind}", argv, ((name, make), *BESIDE), harmless=argv[0] == "formats")


# --- texts -----------------------------------------------------------------------------------------------------------

NINES = "9" * 20_000
TEXTS: dict[str, tuple[str, ...]] = {
    "blanks": (" " * 120_000 + "x",),
    "digits": (NINES,),
    "a sign of digits": ("-" + "9" * 5_000,),
    "an exponent": ("1e" + "9" * 5_000,),
    "an exponent below": ("1e-" + "9" * 400,),
    "brackets": ("(" * 60_000,),
    "square brackets": ("[" * 60_000,),
    "equal signs": ("=" * 60_000,),
    "commas": ("," * 60_000,),
    "colons": (":" * 60_000,),
    "quotes": ('"' * 60_001,),
    "nothing": ("",),
    "a blank": (" ",),
    "no text": ("\udcff\udcfe",),
    "control signs": ("\x1b[31m\x07\x08",),
    "lines": ("a\r\nb\n\nc",),
    "not a number": ("nan",),
    "infinite": ("inf",),
    "huge": ("1e308",),
    "right to left": ("\u202eabc\u2066",),
    "not ASCII": ("µΩ°Å²" * 2_000,),
    "other digits": ("\u0661\u0662\u0663",),
    "percent signs": ("%s%n%d" * 1000,),
    "a long path": ("a/" * 3_000 + "b",),
    "a long name": ("n" * 5_000 + ".toml",),
}
# every option that takes a text, {} where it stands
OPTIONS: dict[str, tuple[str, ...]] = {
    "a protocol": ("simulate", "vo-half", "{text}"),
    "a current": ("simulate", "vo-half", "Discharge at {text} uA/cm2 until 3 V"),
    "a limit": ("simulate", "vo-half", "Discharge at 20 uA/cm2 until {text} V"),
    "a time": ("simulate", "vo-half", "Rest for {text} h"),
    "a count": ("simulate", "vo-half", "{text} x (Rest for 1 h)"),
    "a frequency": ("simulate", "vo-half", "EIS from {text} Hz to 1 Hz"),
    "a scan rate": ("simulate", "vo-half", "CV between 2.15 V and 3.8 V at {text} mV/s"),
    "a temperature": ("simulate", "vo-half", "Set temperature to {text} degC; Rest for 1 h"),
    "a load": ("simulate", "vo-half", 'Follow "{text}"'),
    "a setting": ("simulate", "vo-half", PROTOCOL, "--set", "phases.V2O5.D={text}"),
    "a path of a setting": ("simulate", "vo-half", PROTOCOL, "--set", "{text}=1"),
    "a start": ("simulate", "vo-half", PROTOCOL, "--start={text}"),
    "cycles to keep": ("simulate", "vo-half", PROTOCOL, "--keep={text}"),
    "mechanisms": ("simulate", "vo-half", PROTOCOL, "--ageing={text}"),
    "a cell": ("simulate", "{text}", PROTOCOL),
    "a folder": ("simulate", "vo-half", PROTOCOL, "--folder", "{here}/{text}"),
    "an output": ("simulate", "vo-half", PROTOCOL, "--out", "{here}/{text}.csv"),
    "values to vary": ("vary", "vo-half", PROTOCOL, "phases.V2O5.D={text}"),
    "a range to vary": ("vary", "vo-half", PROTOCOL, "phases.V2O5.D=1e-13:1e-12:{text}"),
    "units to vary": ("vary", "vo-half", PROTOCOL, "films.VO.thickness=1 um,2 {text}"),
    "a file of a cell": ("new", "cell", "{here}/{text}.toml"),
    "a kind": ("new", "{text}", "{here}/mine.toml"),
    "a study": ("run", "{text}", "--out", "{here}/out"),
    "a sample": ("analyse", "{text}", "--out", "{here}/out"),
    "a record": ("cycles", "{text}"),
    "an area": ("resistance", "{here}/record.csv", "--area={text}"),
    "columns": ("cycles", "{here}/record.csv", "--area", "1cm2", "--columns={text}"),
    "a share": ("cycles", "{here}/record.csv", "--area", "1cm2", "--share={text}"),
    "a list of cycles": ("dqdv", "{here}/record.csv", "--area", "1cm2", "--cycles={text}"),
    "smoothing": ("dqdv", "{here}/record.csv", "--area", "1cm2", "--smoothing={text}"),
    "a circuit": ("eis", "{here}/spectrum.csv", "--circuit={text}"),
    "a guess": ("eis", "{here}/spectrum.csv", "--circuit", "R0-p(R1,C1)", "--guess=R0={text}"),
    "a bound": ("eis", "{here}/spectrum.csv", "--circuit", "R0-p(R1,C1)", "--bound=R0=1:{text}"),
    "a link": ("eis", "{here}/spectrum.csv", "--circuit", "R0-p(R1,C1)", "--link=R0={text}*R1"),
    "a lowest frequency": ("eis", "{here}/spectrum.csv", "--lowest={text}"),
    "temperatures": (
        "eis", "{here}/spectrum.csv", "--blocking", "--thickness", "1um", "--area", "1cm2", "--temperature={text}"),
    "a recipe": ("grow", "{text}"),
    "a power": ("grow", "VOC1", "--set", "power.Cu={text} W", "--out", "{here}/out"),
    "a junction": ("junction", "{text}"),
    "an entry": ("library", "phases", "{text}"),
    "a ready-made protocol": ("protocols", "{text}"),
    "a kind of file": ("schema", "{text}"),
    "a structure": ("atoms", "structures", "{text}"),
    "an example": ("example", "{here}/{text}/there"),
    "a format": ("formats", "{text}"),
    "a charge to count": ("ocv", "from", "{here}/record.csv", "--area", "1cm2", "--x={text}"),
    "a resistance": ("ocv", "from", "{here}/record.csv", "--area", "1cm2", "--resistance={text}"),
    "a table to fit": ("ocv", "fit", "{text}"),
    "a device": ("device", "{text}"),
    "a setting of a device": ("device", "vo-polyimide", "--set", "materials.LiPON.toughness={text}"),
    "angles": ("bend", "vo-polyimide", "--angles={text}"),
    "a radius": ("bend", "vo-polyimide", "--radius={text}"),
    "a current of a device": ("bend", "vo-polyimide", "--current={text}"),
    "other substrates": ("bend", "vo-polyimide", "--substrates=voc1-steel,{text}"),
    "a resistor": ("load", "vo-polyimide", "--resistor={text}"),
    "an area of a device": ("load", "vo-polyimide", "--area={text}"),
    "a light": ("load", "vo-polyimide", "--light={text}"),
    "a node": ("load", "vo-polyimide", "--node={text}"),
    "a load of a device": ("load", "vo-polyimide", "--csv={text}"),
    "a current of a pack": ("load", "vo-polyimide", "--cells", "2", "--current={text}"),
    "states of a level": ("xps", "{here}/spectrum.csv", "--states={text}"),
    "a window of a level": ("xps", "{here}/spectrum.csv", "--window=V2p={text}"),
}  # fmt: skip


def of_texts() -> Iterator[Input]:
    """Every bad text in every option that takes one; a text with NUL is none that a system passes on."""
    for option, argv in OPTIONS.items():
        for kind, (text,) in TEXTS.items():
            given = tuple(part.replace("{text}", text).replace("{here}", "{}") for part in argv)
            yield Input(f"{option} in words: {kind}", given, BESIDE, harmless=True)


# --- files that are what they say, and claim too much -----------------------------------------------------------------


def netcdf(rows: int = 2**40, meta: str = "{}", values: float = 3.0, columns: str = "") -> File:
    """A record whose table has so many rows, none of which is stored."""

    def make(path: Path) -> None:
        import h5py

        names = ["time_s", "voltage_V", "current_A_m2", "charge_C_m2", "step", "cycle"]
        with h5py.File(path, "w") as file:
            for group in (file, file.create_group("steps")):
                group.attrs["columns"] = columns or json.dumps(names)
                row = group.create_dataset("row", (rows,), "f8", chunks=(min(rows, 1000),))
                row.make_scale("row")
                for name in names:
                    one = group.create_dataset(name, (rows,), "f8", chunks=(min(rows, 1000),), fillvalue=values)
                    one.dims[0].attach_scale(row)
            file.attrs["heterofilm_meta"] = meta
            for name in ("has_profiles", "has_impedance", "has_states"):
                file.attrs[name] = 0

    return make


def parquet(rows: int) -> File:
    """One row group whose every column is one value so many times, in a few kB."""

    def make(path: Path) -> None:
        import polars as pl

        names = ("Test Time / s", "Voltage / V", "Current / A")
        table = pl.LazyFrame().select(pl.repeat(1.0, rows, dtype=pl.Float64).alias(name) for name in names)
        table.collect().write_parquet(path, row_group_size=rows, data_page_size=rows)

    return make


def bomb(size: int, **members: str) -> File:
    """A zip whose members unpack to much."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, head in members.items():
                with archive.open(name, "w", force_zip64=True) as member:
                    member.write(head.encode())
                    for _ in range(size // 1_000_000):
                        member.write(b" " * 1_000_000)

    return make


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
BOOK = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": SHEET,
}


def picture(width: int, height: int, bits: int = 8) -> File:
    """A TIFF that claims so many pixels and has none of them."""
    tags = ((256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1),
            (278, 4, height), (279, 4, 2**31))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return holding(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + bytes(200))


def png(width: int, height: int) -> File:
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return holding(b"\x89PNG\r\n\x1a\n" + chunk + b"\x7f\xff\xff\xffIDAT" + bytes(300))


def jcamp(lines: str) -> File:
    head = "##TITLE=a\n##JCAMP-DX=4.24\n##DATA TYPE=RAMAN SPECTRUM\n##XUNITS=1/CM\n##YUNITS=COUNTS\n"
    return holding(f"{head}{lines}\n##END=\n")


AXIS = "##FIRSTX=100\n##LASTX=1000\n##XFACTOR=1\n##YFACTOR=1\n"
LOAD = "time / s, current / uA cm-2\n0,5\n{row}\n20,5\n"
CLAIMS: dict[str, tuple[str, File, tuple[str, ...]]] = {
    "2^40 rows": ("bad.nc", netcdf(), ("cycles", "{}/bad.nc")),
    "4e8 rows that are not there": ("bad.nc", netcdf(400_000_000 // 7), ("cycles", "{}/bad.nc")),
    "meta that is a list": ("bad.nc", netcdf(5, "[1, 2]"), ("cycles", "{}/bad.nc")),
    "meta that is a word": ("bad.nc", netcdf(5, '"a"'), ("dqdv", "{}/bad.nc")),
    "meta that is none": ("bad.nc", netcdf(5, "{"), ("gitt", "{}/bad.nc")),
    "meta of tables": ("bad.nc", netcdf(5, '{"area_m2": {}}'), ("resistance", "{}/bad.nc")),
    "meta that is deep": ("bad.nc", netcdf(5, "[" * 100_000), ("cv", "{}/bad.nc")),
    "columns that are none": ("bad.nc", netcdf(5, columns='{"a": 1}'), ("cycles", "{}/bad.nc")),
    "rows that are not numbers": ("bad.nc", netcdf(50, values=float("nan")), ("cycles", "{}/bad.nc")),
    "rows that are infinite": ("bad.nc", netcdf(50, values=float("inf")), ("resistance", "{}/bad.nc")),
    "a start of no state": ("bad.nc", netcdf(5), ("simulate", "vo-half", PROTOCOL, "--start", "{}/bad.nc")),
    "100 million rows of one value": (
        "bad.parquet", parquet(100_000_000), ("cycles", "{}/bad.parquet", "--area", "1cm2")),
    "a sheet of 900 MB": ("bad.xlsx", bomb(900_000_000, **BOOK), ("formats", "{}/bad.xlsx")),
    "members of 3 GB": ("bad.xlsx", bomb(1_500_000_000, a="", b=""), ("formats", "{}/bad.xlsx")),
    "a diffractogram of 900 MB": (
        "bad.rasx", bomb(900_000_000, **{"Data0/Profile0.txt": "1 2 3\n"}), ("formats", "{}/bad.rasx")),
    "a tester's bomb": (
        "bad.ndax", bomb(900_000_000, **{"data.ndc": "", "Step.xml": "<a>"}), ("formats", "{}/bad.ndax")),
    "2^62 pixels": ("bad.tif", picture(2**31, 2**31), ("formats", "{}/bad.tif")),
    "pixels of 64 bits": ("bad.tif", picture(60_000, 800, 64), ("formats", "{}/bad.tif")),
    "no pixels": ("bad.tif", picture(0, 0), ("formats", "{}/bad.tif")),
    "a PNG of 2^60 pixels": ("bad.png", png(2**30, 2**30), ("formats", "{}/bad.png")),
    "a JCAMP-DX file of 2^60 points": (
        "bad.jdx", jcamp(f"{AXIS}##NPOINTS={2**60}\n##XYDATA=(X++(Y..Y))\n100 1 2 3"), ("formats", "{}/bad.jdx")),
    "a JCAMP-DX file that repeats": (
        "bad.jdx", jcamp(f"{AXIS}##NPOINTS=9\n##XYDATA=(X++(Y..Y))\n100A" + "s999999999" * 40),
        ("formats", "{}/bad.jdx")),
    "a JCAMP-DX file of NaN": (
        "bad.jdx", jcamp("##NPOINTS=3\n##XYPOINTS=(XY..XY)\nnan, 1\n2, inf\n3, nan"), ("formats", "{}/bad.jdx")),
    "a JCAMP-DX factor of 1e308": (
        "bad.jdx", jcamp("##FIRSTX=1e308\n##LASTX=-1e308\n##XFACTOR=1e308\n##YFACTOR=1e308\n##NPOINTS=4\n"
                         "##XYDATA=(X++(Y..Y))\n100 1 2 3 4"), ("formats", "{}/bad.jdx")),
    "an infinite current": (
        "bad.csv", holding(LOAD.format(row="10,inf")), ("simulate", "vo-half", 'Follow "{}/bad.csv"')),
    "a current that is none": (
        "bad.csv", holding(LOAD.format(row="10,nan")), ("simulate", "vo-half", 'Follow "{}/bad.csv"')),
    "a current of 1e300": (
        "bad.csv", holding(LOAD.format(row="10,1e300")), ("simulate", "vo-half", 'Follow "{}/bad.csv"')),
    "a time of 1e308": ("bad.csv", holding(LOAD.format(row="1e308,5")), ("simulate", "vo-half", 'Follow "{}/bad.csv"')),
    "a time of 5,000 digits": (
        "bad.csv", holding(LOAD.format(row="9" * 5000 + ",5")), ("simulate", "vo-half", 'Follow "{}/bad.csv"')),
    "a line of 300 MB in a record": (
        "bad.csv", repeated(b"1,", 300_000_000), ("cycles", "{}/bad.csv", "--area", "1cm2")),
    "a line of 300 MB in a vendor's table": (
        "bad.csv", repeated(b"1,", 300_000_000, b"time / s,voltage / V,current / A\n"),
        ("cycles", "{}/bad.csv", "--area", "1cm2")),
    "a cell of 300 MB": ("bad.csv", repeated(b"1", 300_000_000, b"time / s,voltage / V,current / A\n0,3,"),
                         ("resistance", "{}/bad.csv", "--area", "1cm2")),
    "a line of 300 MB in a voltammogram": (
        "bad.csv", repeated(b"1,", 300_000_000), ("cv", "{}/bad.csv", "--area", "1cm2")),
    "a line of 300 MB in a text": ("bad.txt", repeated(b"1 ", 300_000_000), ("formats", "{}/bad.txt")),
    "a line of 40 MB by its columns": (
        "bad.txt", repeated(b"1,", 40_000_000),
        ("cycles", "{}/bad.txt", "--columns", "time_s=1,voltage_V=2,current_A=3", "--area", "1cm2")),
    "a circuit 3,000 deep": (
        "spectrum.csv", holding(""), ("eis", "{}/spectrum.csv", "--circuit", "p(R1," * 3000 + "R1" + ")" * 3000)),
    "a name of 300 letters": ("a", holding(""), ("cycles", "{}/" + "n" * 300 + ".csv")),
    "a study of 100,000 tests": (
        "bad.toml", repeated(b"[[tests]]\nname='a'\n", 900_000, b"title='a'\ncells=['vo-half']\n"),
        ("run", "{}/bad.toml", "--out", "{}/out")),
    "a study of 100,000 cells": (
        "bad.toml", holding("title='a'\ncells=[" + "'vo-half'," * 80_000
                            + "]\n[[tests]]\nname='a'\nprotocol='Rest for 1 h'\n"),
        ("run", "{}/bad.toml", "--out", "{}/out")),
    "a study of distinct cells": (
        "bad.toml", holding("title='a'\ncells=[" + "".join(f"'c{k}'," for k in range(60_000))
                            + "]\n[[tests]]\nname='a'\nprotocol='Rest for 1 h'\n"),
        ("run", "{}/bad.toml", "--out", "{}/out")),
    "a study of long protocols": (
        "bad.toml", holding("title='a'\ncells=['vo-half']\n" + "".join(
            f"[[tests]]\nname='t{k}'\nprotocol='{'Rest for 1 h;' * 4000}x'\n" for k in range(18))),
        ("run", "{}/bad.toml", "--out", "{}/out")),
    "a sample of links that lead out": (
        "raw.txt", link("/etc/passwd"), ("analyse", "{}/links.toml", "--out", "{}/out")),
}  # fmt: skip
LINKS = "name = 'a'\n[[files]]\npath = 'raw.txt'\n[[files]]\npath = '../../../etc/passwd'\n"


def of_claims() -> Iterator[Input]:
    """Files that claim too much, and sound ones with a number or a name that is none."""
    for kind, (name, make, argv) in CLAIMS.items():
        files = ((name, make), ("links.toml", holding(LINKS)))
        yield Input(kind, argv, files, harmless=argv[0] in ("formats", "analyse"))


# --- the process ------------------------------------------------------------------------------------------------------


def every() -> list[Input]:
    """All hostile inputs, the same in every run."""
    return [*of_files(), *of_texts(), *of_claims()]


def _child(one: Input, folder: Path) -> None:
    """Carry out one input, as the command line would."""
    os.chdir(folder)
    for name, where in (("out", 1), ("err", 2)):
        os.dup2(os.open(folder.parent / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), where)
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False), "ascii", "strict")  # noqa: SIM115 a poor terminal
    sys.stderr = io.TextIOWrapper(open(2, "wb", closefd=False), "utf-8", "backslashreplace")  # noqa: SIM115
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + ROOM, held + ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (HANGS, HANGS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))
    signal.alarm(3 * HANGS)
    code = 70
    try:
        from heterofilm.cli import main

        code = main([part.replace("{}", str(folder)) for part in one.argv])
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _made(one: Input, folder: Path) -> None:
    """Make its files, in a process of its own: a fork of one whose threads have worked waits for them forever."""
    maker = os.fork()
    if maker == 0:
        try:
            for name, make in one.files:
                make(folder / name)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(maker, 0)[1] == 0, one.name


def answer(one: Input) -> Answer:
    """What a process of its own makes of an input."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        _made(one, folder)
        before = {path.relative_to(folder) for path in folder.rglob("*")}
        child = os.fork()
        if child == 0:
            _child(one, folder)
        _, status, used = os.wait4(child, 0)
        left = sorted(
            str(path.relative_to(folder)) for path in folder.rglob("*") if path.relative_to(folder) not in before
        )
        said, printed = ((Path(place) / name).read_text("utf-8", "replace") for name in ("err", "out"))
    return Answer(
        os.waitstatus_to_exitcode(status), said, printed[-2000:], used.ru_utime + used.ru_stime, used.ru_maxrss * 1024,
        left,
    )  # fmt: skip


def answers(names: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """The answers to inputs by name, from a server that has everything imported and has run nothing."""
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None and server.stdout is not None
    with server:
        server.stdin.write(json.dumps(list(names)))
        server.stdin.close()
        for line in server.stdout:
            name, found = json.loads(line)
            yield name, Answer(**found)
    assert server.returncode == 0


def faults(one: Input, found: Answer) -> list[str]:
    """What is wrong with an answer: a traceback, a signal, no sentence or several, more than 5 s or 1 GB, remains."""
    wrong = []
    if found.code not in ((0, 1, 2) if one.harmless else (2,)):  # 1: some runs of a sweep failed
        wrong.append(f"exit {found.code}")
    if "Traceback" in found.said:
        wrong.append("traceback")
    if found.code == 2:
        told = [line for line in found.said.splitlines() if line.startswith("heterofilm") and "compiling" not in line]
        if len(told) != 1:
            wrong.append("no sentence" if not told else f"{len(told)} sentences")
        if any(len(line) > 1000 for line in told):
            wrong.append("a sentence of more than 1000 characters")
        if not all(sign.isprintable() for line in found.said.splitlines() for sign in line):
            wrong.append("signs that a terminal acts on")
        if found.left:
            wrong.append(f"left {found.left[:3]}")
    if any(".part" in name for name in found.left):
        wrong.append("half a file")
    if found.seconds > 5.0 and "compiling" not in found.said:  # which is done once on a machine
        wrong.append(f"{found.seconds:.1f} s")
    if found.bytes > 1e9:
        wrong.append(f"{found.bytes / 1e9:.2f} GB")
    return wrong


def _serve() -> None:
    import heterofilm
    import heterofilm.commands

    for package in (heterofilm.commands, import_module("heterofilm.instruments"), import_module("heterofilm.records")):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in ("h5netcdf", "xarray", "lark", "heterofilm.simulation", "heterofilm.study", "heterofilm.samples",
                 "heterofilm.engine.integrate"):  # fmt: skip
        import_module(name)
    known = {one.name: one for one in every()}
    for name in json.load(sys.stdin):
        print(json.dumps([name, asdict(answer(known[name]))]), flush=True)


if __name__ == "__main__":
    _serve()
