"""CasaXPS exports: spectra with the fit as columns of text, and the table of quantification (.txt, .csv)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..photoelectron import lines_of, photoelectrons, plain_number, unique_names
from ..reading import Format

BLOCK = re.compile(r"Cycle \d+:(.*)$")
QUANTITIES = ("Name", "Position", "FWHM", "Raw Area", "Area/(RSF*T*MFP)", "%At Conc")
OURS = ("component", "binding_energy_eV", "fwhm_eV", "area", "corrected_area", "atomic_percent")


def read_spectra(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    starts = [k for k, line in enumerate(lines) if BLOCK.match(line)]
    return unique_names([_spectrum(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)])


def _spectrum(lines: list[str]) -> Measurement:
    match = BLOCK.match(lines[0])
    title = match.group(1) if match else ""
    sample, _, name = title.rpartition(":")
    top = next((k for k, line in enumerate(lines) if line.startswith(("K.E.", "B.E."))), None)
    if top is None:
        raise FileFormatError(f"its block '{title[:40]}' has no row of headings with K.E.; export columns, not rows.")
    headings = lines[top].split("\t")
    rows = [line.split("\t") for line in lines[top + 1 :] if line.strip()]
    try:
        table = np.array([[float(cell) if cell.strip() else np.nan for cell in row[: len(headings)]] for row in rows])
    except ValueError:
        raise FileFormatError(f"the rows of its block '{title[:40]}' are no table of numbers.") from None
    if table.ndim != 2 or table.shape[1] < len(headings) - 1:
        raise FileFormatError(f"its block '{title[:40]}' is cut short.")
    # the right half repeats the left one in binding energy and counts per second
    right = headings.index("B.E.") if "B.E." in headings else 0
    half = headings[right:]
    columns: dict[str, NDArray[np.float64]] = {}
    components = 0
    for k, heading in enumerate(half[2:], right + 2):
        if k >= table.shape[1] or not heading.strip():
            continue
        word = heading.strip().lower()
        if word.startswith(("background", "envelope")):
            columns[word.split()[0]] = table[:, k]
        else:
            components += 1
            columns[f"component_{components}"] = table[:, k]
    meta: dict[str, str | float | int] = {"sample": sample, "region": name, "intensity_unit": half[1].strip()}
    for k, line in enumerate(lines[1:top]):
        cells = [cell.strip() for cell in line.split("\t")]
        if k == 0:
            for cell, value in zip(cells[1::2], cells[2::2], strict=False):
                number = plain_number(value)
                if "Energy" in cell and number:
                    meta["photon_energy_eV"] = number
                elif "Time" in cell and number:
                    meta["dwell_s"] = number
        elif cells[0] and any(cells[1:]):
            meta[f"fit {cells[0].lower()}"] = ", ".join(cell for cell in cells[1:] if cell)
    photon = meta.pop("photon_energy_eV", None)
    kinetic = table[:, headings.index("K.E.")] if "K.E." in headings else None
    return photoelectrons(
        name.strip() or "spectrum", table[:, right + 1], kinetic_eV=kinetic,
        binding_eV=table[:, right] if "B.E." in headings else None,
        photon_energy_eV=float(photon) if photon is not None else None, technique=None, further=columns, meta=meta,
    )  # fmt: skip


def read_quantities(path: Path) -> list[Measurement]:
    rows: list[tuple[str | float | None, ...]] = []
    for line in lines_of(path):
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) and rows:
            break
        numbers = [plain_number(cell) for cell in cells[1:6]]
        if len(cells) >= 6 and cells[0] and None not in numbers:
            rows.append((cells[0], *numbers))
    if not rows:
        raise FileFormatError("its table of quantification has no row.")
    table = pl.DataFrame(rows, schema=dict.fromkeys(OURS, pl.Float64()) | {"component": pl.String()}, orient="row")
    return [Measurement("table", "quantification", table)]


FORMATS = (
    Format(
        "CasaXPS text", (".txt",), ("xps", "ups"),
        lambda head: bool(head.lines) and BLOCK.match(head.lines[0]) is not None and "K.E." in head.text, read_spectra,
    ),
    Format(
        "CasaXPS quantification", (".csv", ".txt"), ("table",),
        lambda head: all(q in head.text for q in QUANTITIES) and "%At Conc" in head.text[:2000], read_quantities,
    ),
)  # fmt: skip
