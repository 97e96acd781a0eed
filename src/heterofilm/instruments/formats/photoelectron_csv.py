"""XPS and UPS as plain text or csv: a row of headings, of which one names binding or kinetic energies."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ...text_tables import cells_of
from ..axis_units import ENERGY, axis_factor
from ..photoelectron import is_rate, lines_of, photoelectrons, plain_number, unique_names
from ..reading import Format
from ..repeats import apart, other_headings
from ..table import complete, read_table, separator_of

BINDING = re.compile(r"\W*binding[ _]?energy|b\.\s?e\.|be\s*[/_(\[]?\s*\(?ev", re.IGNORECASE)
KINETIC = re.compile(r"\W*kinetic[ _]?energy|k\.\s?e\.|ke\s*[/_(\[]?\s*\(?ev", re.IGNORECASE)
BESIDE = re.compile(  # columns of a fit, or of the acquisition: no spectra of further samples
    r"back\s*ground|\bbg\b|base\s*line|envelope|\bfit|resid|\bcomp|peak|\bline|sigma|error|\bsd\b|trans|time|dwell|scan|"
    r"channel|index|shirley|tougaard|sum\b|total|raw|^counts?\b|\bcps\b|^[a-z]{1,2}\d*\+|\d[spdf]\b",
    re.IGNORECASE,
)  # fmt: skip
DATA = re.compile(r"^raw\b|^counts?\b|\bcps\b|^intens", re.IGNORECASE)  # headings of what was measured, beside a fit
MARKS = re.compile(r"[\t;,]")


def _headings(lines: list[str]) -> int | None:
    """The line of headings among the first forty, if one of its cells is an energy."""
    for k, line in enumerate(lines[:40]):
        cells = [cell.strip().strip('"') for cell in MARKS.split(line)]
        if len(cells) >= 2 and any(BINDING.match(cell) or KINETIC.match(cell) for cell in cells):
            return k
    return None


def read(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = _headings(lines)
    if top is None:
        raise FileFormatError("it has no row of headings that names binding or kinetic energy.")
    mark = separator_of(lines[top : top + 20])
    cells = [cell.strip().strip('"') for cell in cells_of(lines[top].rstrip(), mark)]
    other_headings([line for line in lines[top + 1 :] if BINDING.search(line) or KINETIC.search(line)], lines[top])
    told: list[str] = []
    frame = read_table("\n".join(lines[top + 1 :]), cells, separator=mark, told=told)
    blocks = _blocks(cells)
    called = [f"{path.stem} {k}" for k in range(1, len(blocks) + 1)] if len(blocks) > 1 else [path.stem]
    ends = [*blocks[1:], frame.width]
    return unique_names([
        m for name, first, last in zip(called, blocks, ends, strict=True)
        for m in _spectra(name, frame[:, first:last], lines[: top + 1], told)
    ])  # fmt: skip


def _blocks(cells: list[str]) -> list[int]:
    """Where the columns over each axis begin: an axis of one kind that comes again begins another."""
    kinds = ["binding" if BINDING.match(cell) else "kinetic" if KINETIC.match(cell) else "" for cell in cells]
    first = next((kind for kind in kinds if kind), "")
    begins = [k for k, kind in enumerate(kinds) if kind and kind == first]
    return [0, *begins[1:]]


def _spectra(called: str, frame: pl.DataFrame, head: list[str], marks: list[str]) -> list[Measurement]:
    """The spectra over one axis; `head`: the lines to that of the headings."""
    told = list(marks)
    energies = [name for name in frame.columns if BINDING.match(name) or KINETIC.match(name)]
    others = [name for name in frame.columns if name not in energies and frame[name].null_count() < frame.height]
    if not energies or not others:
        raise FileFormatError("it has no column of intensities beside its energies.")
    frame = complete(frame.select(energies + others), told)
    axes = {}
    for name in energies:
        factor = axis_factor(name, ENERGY, "eV")
        axes["binding_eV" if BINDING.match(name) else "kinetic_eV"] = factor * frame[name].to_numpy()
    several = len(others) > 1 and not any(BESIDE.search(name) for name in others[1:])
    if not several:  # what was measured stands first, wherever its column is
        spectrum = next((name for name in others if DATA.search(name)), None)
        spectrum = spectrum or next((name for name in others if not BESIDE.search(name)), others[0])
        others = [spectrum, *(name for name in others if name != spectrum)]
    unit = "counts/s" if is_rate(others[0]) else "counts" if "count" in others[0].lower() else "as in the file"
    meta: dict[str, str | float | int] = {"intensity_unit": unit}
    passed = re.search(r"PE:\s*([\d.]+)", head[-1])
    if passed:
        meta["pass_energy_eV"] = float(passed.group(1))
    photon = None
    for line in head[:-1]:
        key, _, value = line.lstrip("# ").partition(":")
        number = plain_number(value)
        if number is not None and re.search(r"photon|excitation", key, re.IGNORECASE):
            photon = number
        elif number is not None and re.search(r"bias", key, re.IGNORECASE):
            meta["sample_bias_V"] = number
        elif number is not None and re.search(r"dwell", key, re.IGNORECASE):
            meta["dwell_s"] = number
    notes = [*told, *([] if photon else ["Photon energy not stated in the file."])]
    if len(others) > 1 and not several:
        listed = ", ".join(f"'{name}'" for name in others[1:])
        notes.append(f"The column '{others[0]}' was taken for the spectrum; beside it, not used: {listed}.")
    found = [
        photoelectrons(
            f"{called}, {name}" if several else called,
            np.asarray(frame[name].to_numpy()),
            photon_energy_eV=photon,
            further={} if several else {one: frame[one].to_numpy() for one in others[1:]},
            meta=meta | {"column": name} | ({"sample": name} if several else {}),
            notes=notes,
            kinetic_eV=axes.get("kinetic_eV"),
            binding_eV=axes.get("binding_eV"),
        )
        for name in (others if several else others[:1])
    ]
    # scans of one name repeat one block: what was measured together is told by it
    found = [replace(one, meta=one.meta | {"block": one.name}) for one in found]
    axis = "binding_energy_eV" if "binding_eV" in axes else "kinetic_energy_eV"
    return [part for one in found for part in apart(one, axis)]


FORMATS = (
    Format(
        "photoelectron csv", (".csv", ".txt", ".dat"), ("xps", "ups"), lambda head: _headings(head.lines) is not None,
        read, rank=40,
    ),
)  # fmt: skip
