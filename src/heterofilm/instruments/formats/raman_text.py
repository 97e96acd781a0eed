"""Raman as text: LabSpec, Renishaw WiRE, WITec, and tables with headings; single spectra, maps and series.

LabSpec and WiRE single spectra are checked against vendors' files. Maps of both, and WITec's two layouts (ASCII with
[Header] and [Data]; a table with a line of names and a line of units), follow published descriptions and are not yet
checked against a vendor's file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ...text_tables import cells_of
from ..head import Head, text_of
from ..light import BARE, emitted
from ..photoelectron import unique_names
from ..reading import Format
from ..repeats import BELOW, other_headings, scans
from ..table import read_table, separator_of
from ._raman import MAX_POINTS, raman, where
from ._scan import first_row, rows_of

Meta = dict[str, str | float | int]
# LabSpec's key, our key
LABSPEC = (
    ("Acq. time (s)", "acquisition_s"), ("Accumulations", "accumulations"), ("Instrument", "instrument"),
    ("Objective", "objective"), ("Grating", "grating"), ("Laser", "laser"), ("Title", "title"), ("Acquired", "started"),
)  # fmt: skip
_SHIFT = re.compile(r"raman|wave\s*number|rel\. 1/cm|cm\s*[-−^]+\s*(?:1|¹)|cm⁻¹|1/cm", re.I)
_ABSCISSA = re.compile(r"shift|wave\s*number|cm\s*[-−^]+\s*(?:1|¹)|cm⁻¹|1/cm", re.I)
_WITEC_UNITS = re.compile(r"rel\. 1/cm|^\s*nm\b.*\bcts\b", re.I)
_OTHER = re.compile(r"absor[bp]|transmit|reflect|binding|2\s*theta", re.I)

_FITTED = re.compile(r"back\s*ground|\bbg\b|base\s*line|envelope|\bfit|resid|\bcalc|sigma|error|\bsd\b", re.I)
_WORD = re.compile(r"[^\W\d]")  # a number alone is a place, a time or a count


def _table(lines: list[str], told: list[str] | None = None, headings: Sequence[str] = ()) -> NDArray[np.float64]:
    """Rows of numbers of one width, shape (rows, columns); `headings` and what was assumed: as for `read_table`."""
    rows = [line for line in lines if line.strip()]
    mark = separator_of(rows[:20])
    width = len(rows_of(rows[0], mark) or []) if rows else 0
    if width == 0:
        raise FileFormatError("it holds no rows of numbers.")
    if width * len(rows) > MAX_POINTS:
        raise FileFormatError(f"it holds more than {MAX_POINTS} numbers.")
    names = [f"c{k}" for k in range(width)]
    frame = read_table("\n".join(rows), names, separator=mark, told=told,
                       headings=headings if len(headings) == width else ["Raman shift (1/cm)", *names[1:]])  # fmt: skip
    return frame.to_numpy()


# --- LabSpec (HORIBA): "#key=<tab>value", then rows ------------------------------------------------------------------


def _is_labspec(head: Head) -> bool:
    return head.text.startswith("#") and ("#Acq. time" in head.text or "#AxisType[" in head.text)


def _read_labspec(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    keys = {}
    for line in lines:
        if not line.startswith("#"):
            break
        name, _, value = line[1:].partition("=")
        keys[name.strip()] = value.strip()
    units = {v for k, v in keys.items() if k.startswith("AxisUnit") and v}
    if not any(_SHIFT.search(u) for u in units):  # the range states the unit where the axis does not
        units |= {k.partition("(")[2].rstrip(") ") for k in keys if re.match(r"Range\s*\(", k)}
    in_nm = bool(units) and not any(_SHIFT.search(u) for u in units) and any(u.strip() == "nm" for u in units)
    if units and not in_nm and not any(_SHIFT.search(u) for u in units):
        raise FileFormatError(f"its axis is in {', '.join(sorted(units))}; set LabSpec to 1/cm and export it again.")
    meta: Meta = {ours: keys[theirs] for theirs, ours in LABSPEC if keys.get(theirs)}
    if found := re.match(r"(\d+(?:\.\d+)?)\s*nm", str(meta.get("laser", ""))):
        meta["laser_m"] = float(found[1]) * 1e-9
    body = [line for line in lines if line.strip() and not line.startswith("#")]
    name = str(meta.get("title") or path.stem)
    if not body:
        raise FileFormatError("it holds no rows of numbers.")
    lead = len(body[0]) - len(body[0].lstrip("\t"))
    if lead == 0:
        return [_columns(_table(body), name, meta, [], in_nm=in_nm)]
    # a map: the shifts in the first line behind as many empty cells as each spectrum has coordinates
    shift = np.array(rows_of(body[0].strip(), "\t") or [])
    table = _table(body[1:])
    if table.shape[1] != lead + shift.size:
        raise FileFormatError("a spectrum of its map has not as many points as there are shifts.")
    kinds = [v.lower() for k, v in sorted(keys.items()) if k.startswith("AxisType") and v.lower() in ("x", "y", "time")]
    kinds = kinds if len(kinds) == lead else {1: ["time"], 2: ["x", "y"]}.get(lead, ["z"] * lead)
    ours = {"x": "x_um", "y": "y_um", "time": "time_s", "z": "z_um"}
    places = {ours[kind]: table[:, k] for k, kind in enumerate(kinds)}
    return [(emitted if in_nm else raman)(name, shift, table[:, lead:], meta, (), places)]


# --- Renishaw WiRE text: "#Wave  #Intensity", maps with "#X #Y" or "#Time" before -----------------------------------


def _is_wire(head: Head) -> bool:
    first = head.lines[0] if head.lines else ""
    return "#Wave" in first and "#Intensity" in first


def _read_wire(path: Path) -> list[Measurement]:
    text = text_of(path)
    heading, _, body = text.partition("\n")
    names = [word.lstrip("#").lower() for word in heading.split()]
    table = _loadtxt(body, len(names))
    wave, strength = (table[:, names.index(key)] for key in ("wave", "intensity"))
    others = [n for n in names if n not in ("wave", "intensity")]
    notes = ("the column 'Wave' was taken for the Raman shift in cm-1",)
    if not others:
        return [raman(path.stem, wave, strength, {}, notes)]
    key = np.round(np.column_stack([table[:, names.index(n)] for n in others]), 9)
    begins = np.flatnonzero(np.r_[True, np.any(key[1:] != key[:-1], axis=1)])
    size = np.diff(np.r_[begins, wave.size])
    if np.any(size != size[0]):
        raise FileFormatError("its spectra have different lengths; the file is cut short.")
    shift = wave.reshape(-1, size[0])
    if np.any(np.abs(shift - shift[0]) > 0.01):
        raise FileFormatError("its spectra have different axes; export them apart.")
    ours = {"x": "x_um", "y": "y_um", "z": "z_um", "time": "time_s"}
    places = {ours.get(n, n): key[begins, k] for k, n in enumerate(others)}
    return [raman(path.stem, shift[0], strength.reshape(-1, size[0]), {}, notes, places)]


def _loadtxt(body: str, columns: int) -> NDArray[np.float64]:
    try:
        table = np.loadtxt(io.StringIO(body), ndmin=2)
    except ValueError:
        raise FileFormatError("its rows have different lengths or hold words; the file is cut short.") from None
    if table.size == 0 or table.shape[1] != columns:
        raise FileFormatError("its rows have not as many numbers as there are headings.")
    return table


# --- WITec -----------------------------------------------------------------------------------------------------------


def _is_witec(head: Head) -> bool:
    start = head.text[:3000]
    return ("[Header]" in start and ("[Data]" in head.text or "[XData]" in head.text)) or (
        len(head.lines) > 2 and _WITEC_UNITS.search(head.lines[1]) is not None
    )


def _read_witec(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    if not any(line.strip() == "[Header]" for line in lines[:50]):  # names, units, rows
        names = re.split(r"\t|;", lines[0])[1:]
        return _named(_table(lines[2:]), path.stem, {}, names, [], in_nm="rel. 1/cm" not in lines[1])
    parts: dict[str, list[str]] = {}
    part = ""
    for line in lines:
        if (word := line.strip()).startswith("["):
            part = word.strip("[]")
            parts[part] = []
        elif part and word:
            parts[part].append(word)
    keys = {
        k.strip(): v.strip() for k, v in (re.split(r":?=", row, maxsplit=1) for row in parts["Header"] if "=" in row)
    }
    unit = keys.get("XAxisUnit", "rel. 1/cm").strip()
    in_nm = unit == "nm"
    if not in_nm and not _SHIFT.search(unit):
        raise FileFormatError(f"its axis is in {unit}; set the axis to rel. 1/cm in WITec Project and export it again.")
    meta: Meta = {"instrument": "WITec"}
    laser = next((v for k, v in keys.items() if re.search(r"excitation|laser", k, re.I)), "")
    if (found := re.match(r"\s*(\d{3,4}(?:\.\d+)?)", laser)) and float(found[1]) > 0.0:
        meta["laser_m"] = float(found[1]) * 1e-9
    name = keys.get("GraphName") or path.stem
    data = _table(parts.get("SpectrumData") or parts.get("Data") or [])
    if "XData" in parts:
        shift = _table(parts["XData"])[:, 0]
        if data.size % shift.size:
            raise FileFormatError("it has not a whole number of spectra for its axis; the file is cut short.")
        spectra = data.reshape(-1, shift.size) if data.shape[1] in (1, shift.size) else data.T
        return [(emitted if in_nm else raman)(name, shift, spectra, meta)]
    return [_columns(data, name, meta, [], in_nm=in_nm)]


# --- any table whose heading says Raman shift ------------------------------------------------------------------------


def _is_table(head: Head) -> bool:
    lines = head.lines[:-1] if head.size > len(head.bytes) else head.lines
    start = first_row(lines)
    if start is None:
        return False
    headings = "\n".join(lines[max(0, start - 8) : start])
    if _SHIFT.search(headings) and not _OTHER.search(headings):
        return True
    return start == 0 and "raman" in head.path.name.lower()  # no heading at all, but its name says so


def _read_table(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    start = first_row(lines)
    if start is None:
        raise FileFormatError("it holds no rows of two numbers.")
    heading = next((line for line in reversed(lines[:start]) if _SHIFT.search(line)), "")
    mark = separator_of([heading]) if heading else " "
    cells = cells_of(heading, mark) if mark != " " else re.split(r"\s{2,}|\t", heading)
    names = [cell.strip().strip('"') for cell in cells]
    notes = [] if heading else [BARE]
    other_headings([line for line in lines[start:] if _SHIFT.search(line)], heading)
    table = _table(lines[start:], notes, names)
    axes = [0, *(k for k in range(1, len(names)) if _axis(names[k], names[0]))] if len(names) == table.shape[1] else [0]
    if len(axes) == 1:
        return _below_each_other(table, path.stem, names, notes)
    ends = [*axes[1:], len(names)]
    titles = [names[first + 1] if last == first + 2 else "" for first, last in zip(axes, ends, strict=True)]
    told = len(set(titles)) == len(titles)
    return unique_names([
        m for k, (first, last) in enumerate(zip(axes, ends, strict=True)) if last > first + 1
        for m in _below_each_other(
            table[:, first:last], f"{path.stem}, {titles[k]}" if told and titles[k] else f"{path.stem} {k + 1}",
            names[first:last], notes,
        )
    ])  # fmt: skip


def _axis(heading: str, first: str) -> bool:
    """Whether a further heading is one of another axis: the first one again, or one of a shift by itself."""
    return heading == first or (_ABSCISSA.search(heading) is not None and not re.search("intens|count", heading, re.I))


def _below_each_other(
    table: NDArray[np.float64], called_so: str, names: list[str], notes: list[str]
) -> list[Measurement]:
    """The spectra over one axis, the first column; scans that stand below each other apart."""
    notes = list(notes)
    table = table[~np.isnan(table).all(axis=1)]
    parts = scans(table[:, 0])
    if len(parts) > 1:
        notes.append(BELOW.format(len(parts)))
    called = [f"{called_so}, scan {k}" for k in range(1, len(parts) + 1)] if len(parts) > 1 else [called_so]
    return [m for rows, name in zip(parts, called, strict=True)
            for m in _named(table[rows], name, {}, names[1:], notes)]  # fmt: skip


def _named(
    table: NDArray[np.float64], name: str, meta: Meta, names: list[str], notes: list[str], in_nm: bool = False
) -> list[Measurement]:
    """The spectra beside each other in a table: one measurement each where each has a name that states no place in a
    series; columns of a fit are left out and told."""
    if table.ndim != 2 or len(names) != table.shape[1] - 1:
        return [_columns(table, name, meta, names, notes, in_nm)]
    kept = [k for k, one in enumerate(names) if not _FITTED.search(one)] or list(range(len(names)))
    if len(kept) < len(names):
        listed = ", ".join(f"'{one}'" for k, one in enumerate(names) if k not in kept)
        notes = [*notes, f"columns of a fit, not used: {listed}"]
    table, names = table[:, [0, *(k + 1 for k in kept)]], [names[k] for k in kept]
    alike = all(where(one) for one in names) or any(not _WORD.search(one) for one in names)
    if len(names) == 1 or alike:
        return [_columns(table, name, meta, names, notes, in_nm)]
    return unique_names(
        [_columns(table[:, [0, k]], f"{name}, {one}", meta, [], notes, in_nm) for k, one in enumerate(names, 1)]
    )


def _columns(
    table: NDArray[np.float64],
    name: str,
    meta: Meta,
    names: list[str],
    notes: list[str] | None = None,
    in_nm: bool = False,
) -> Measurement:
    """Shift in the first column, a spectrum in each further one; their names may state potential and time."""
    if table.ndim != 2 or table.shape[1] < 2:
        raise FileFormatError("it has no column of intensities beside its first.")
    count = table.shape[1] - 1
    stated = [where(n) for n in names] if len(names) == count else []
    keys = [k for k in ("voltage_V", "time_s") if count > 1 and stated and all(k in s for s in stated)]
    places = {key: np.array([s[key] for s in stated]) for key in keys}
    table = table[~np.isnan(table).all(axis=1)]
    return (emitted if in_nm else raman)(name, table[:, 0], table[:, 1:].T, meta, notes or [], places)


FORMATS = (
    Format("HORIBA LabSpec text", (".txt",), ("raman", "photoluminescence"), _is_labspec, _read_labspec),
    Format("Renishaw WiRE text", (".txt",), ("raman",), _is_wire, _read_wire),
    Format("WITec text", (".txt",), ("raman", "photoluminescence"), _is_witec, _read_witec),
    Format("Raman table (txt, csv)", (".txt", ".csv"), ("raman",), _is_table, _read_table, 85),
)
