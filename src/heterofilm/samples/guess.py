"""What a file is, when the sample file does not say: by what is in it, then by its name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..analysis.electrochemistry.cv_sweeps import sweeps
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement, read, read_all, read_columns
from ..instruments.light import as_wavelengths, with_laser
from ..instruments.pixels import NO_PIXEL, PIXEL_FROM
from ..instruments.xray_lines import tube
from .sample_file import KINDS, FileEntry, Sample

__all__ = ["guess", "listed"]

FRINGES = 0.12e-9  # m per pixel: below it an image can show lattice fringes of oxides
LAYERS = 50e-9  # m per pixel: below it one can show a film's cross-section
TRANSMISSION = ("Electron microscopy dataset (Velox, Berkeley)", "FEI TIA series", "Gatan DigitalMicrograph")
SAME_PIXEL = 1e-3  # relative: a size that a sheet states with four digits is the file's own
ROWS = 2000  # of a record: enough to see whether its potential goes in straight lines
MOSTLY = 0.8  # of the time in which it does
STRAIGHT = 0.999  # R2 of these lines
VARIES = 0.2  # of its mean: by which the current of a sweep changes, and that of a cycler does not
PULSES = 20  # rests after pulses that make a titration
LITTER = ("thumbs.db", "desktop.ini")
TECHNIQUE_OF = {  # of the instruments, by the kind that the sample file names
    "cycling": "cycling", "gitt": "cycling", "cv": "voltammetry", "eis": "impedance", "xps": "xps", "ups": "ups",
    "uvvis": "uvvis", "raman": "raman", "raman map": "raman", "xrd": "xrd", "photoluminescence": "photoluminescence",
    "energy spectrum": "energy spectrum",
}  # fmt: skip
SKIPPED = (".toml", ".json", ".md", ".html", ".pdf", ".py", ".ipynb", ".docx", ".pptx")


def listed(sample: Sample) -> list[FileEntry]:
    """The files of the sample file; without any, every file in its folder that may be a measurement."""
    if sample.sheet.files:
        return list(sample.sheet.files)
    found = []
    made = {record.parent for record in sample.folder.rglob("provenance.json")}  # results, whatever they are called
    for path in sorted(sample.folder.rglob("*")):
        inside = path.relative_to(sample.folder)
        hidden = any(part.startswith(".") or part == "results" for part in inside.parts)
        hidden = hidden or path.name.lower() in LITTER
        hidden = hidden or not made.isdisjoint(path.parents)
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix.lower() not in SKIPPED:
            found.append(FileEntry(path=str(inside)))
    if not found:
        raise InputError(
            f"The sample '{sample.name}' has no files: list them under [[files]] in '{sample.file}', or put them "
            "beside it."
        )
    return found


def guess(measurement: Measurement, path: Path) -> str:
    """The kind (a key of `sheet.KINDS`) of one measurement; "" when it cannot be told."""
    words = f"{path.stem} {measurement.name}".lower()
    technique = measurement.technique
    if technique == "cycling":
        if "gitt" in words or _is_titration(measurement):
            return "gitt"
        return "cv" if _is_swept(measurement) else "cycling"
    if technique == "image":
        return _image(measurement, words)
    if technique in ("xps", "ups"):
        photon = measurement.meta.get("photon_energy_eV")
        low = isinstance(photon, int | float) and float(photon) < 100.0
        return "ups" if technique == "ups" or low or "ups" in re.findall("[a-z]+", words) else "xps"
    if technique == "raman":
        table = measurement.table
        return "raman map" if "spectrum" in table.columns and table["spectrum"].n_unique() > 3 else "raman"
    known = {"voltammetry": "cv", "impedance": "eis", "xrd": "xrd", "uvvis": "uvvis"}
    return known.get(technique, technique if technique in KINDS else "")


def _image(measurement: Measurement, words: str) -> str:
    pixel = measurement.meta.get("pixel_m")
    if not isinstance(pixel, int | float):
        return "cross-section" if "sem" in words or "cross" in words else "hrtem" if "tem" in words else ""
    if float(pixel) <= FRINGES:
        return "hrtem"
    transmitted = measurement.format in TRANSMISSION or "tem" in words.split("_")  # no film needs to be in it
    return "cross-section" if float(pixel) <= LAYERS and not transmitted else ""


def _is_titration(measurement: Measurement) -> bool:
    """Whether rests and pulses of one current alternate all the way."""
    steps = measurement.record(1e-4).steps
    kinds = steps["kind"].to_list()
    rests = kinds.count("rest")
    cycles = steps["cycle"].n_unique()
    return rests >= PULSES and rests >= 0.4 * len(kinds) and cycles <= 2


def _is_swept(measurement: Measurement) -> bool:
    """Whether the potential goes forth and back in straight lines over time while the current changes."""
    if not {"time_s", "voltage_V", "current_A"} <= set(measurement.table.columns):
        return False
    thinned = measurement.table.gather_every(max(1, measurement.table.height // ROWS))
    t, V, i = (thinned[name].to_numpy() for name in ("time_s", "voltage_V", "current_A"))
    try:
        found = sweeps(t, V, i)
    except HeterofilmError:
        return False
    if len(found) < 2 or sum(float(np.ptp(s.time_s)) for s in found) < MOSTLY * float(np.ptp(t)):
        return False
    constant = any(np.std(np.abs(s.current)) < VARIES * np.mean(np.abs(s.current)) for s in found)
    return not constant and min(s.linearity for s in found) > STRAIGHT


def _mapped(sample: Sample, entry: FileEntry, path: Path) -> Measurement:
    """A text table by the map of its columns that the sample file gives."""
    area = sample.sheet.area
    return read_columns(
        path,
        {heading: ours for ours, heading in entry.columns.items()},
        {entry.columns[ours]: unit for ours, unit in entry.units.items()},
        technique=TECHNIQUE_OF.get(entry.what, ""),
        area_m2=None if area is None else area.si,
    )


def read_entry(sample: Sample, entry: FileEntry) -> list[Measurement]:
    """The measurements of one line of the sample file, with what the sample file adds to their meta.

    Errors: `HeterofilmError` for a file that cannot be read, or a part that is not in it.
    """
    path = sample.path(entry)
    if entry.columns:
        found = [_mapped(sample, entry, path)]
    else:
        found = [read(path, entry.part)] if entry.part is not None else read_all(path)
    meta: dict[str, float | str | int] = {}
    for key, value, unit in (
        ("potential_V", entry.potential, "V"),
        ("scan_rate_V_s", entry.scan_rate, "V/s"),
        ("photon_energy_eV", entry.photon_energy, "eV"),
        ("sample_bias_V", entry.bias, "V"),
        ("pixel_m", entry.pixel, "m"),
        ("temperature_K", entry.temperature, "K"),
        ("wavelength_m", entry.wavelength, "m"),
    ):
        if value is not None:
            meta[key] = value.to(unit)
    if entry.cycle is not None:
        meta["cycle"] = entry.cycle
    found = [_lit(entry, m) for m in found]
    return [_overruled(m, meta) for m in found] if meta else found


def _lit(entry: FileEntry, m: Measurement) -> Measurement:
    """A spectrum over wavelength with the sample file's laser line as one over Raman shift, or the other way round."""
    if entry.laser is not None:
        laser = entry.laser.to("m")
        if entry.what == "photoluminescence" and m.technique == "raman":
            return as_wavelengths(m.with_meta(laser_m=laser))
        lit = with_laser(m, laser)
        if lit is None:
            of = "a Raman shift in cm-1" if m.technique == "raman" else f"{m.technique} data"
            raise InputError(f"'{entry.path}': a laser line has no effect on {of}; take it away.")
        return as_wavelengths(lit) if entry.what == "photoluminescence" and lit.technique == "raman" else lit
    if entry.what == "photoluminescence" and m.technique == "raman":
        return as_wavelengths(m)
    return m


def _scaled(m: Measurement, pixel_m: float) -> Measurement:
    """An image without its own words on the size of a pixel: the sample file's counts, and where they differ, both."""
    own = m.meta.get("pixel_m")
    said = f"size of a pixel from the sample file: {1e9 * pixel_m:.4g} nm"
    if isinstance(own, int | float) and abs(own / pixel_m - 1.0) > SAME_PIXEL:
        said += f"; the file says {1e9 * own:.4g} nm"
    notes = tuple(note for note in m.notes if not note.startswith(PIXEL_FROM) and note != NO_PIXEL)
    return replace(m, notes=(*notes, said))


def _overruled(m: Measurement, meta: dict[str, float | str | int]) -> Measurement:
    """With what the sample file says; where the file says otherwise, that is told."""
    if "pixel_m" in meta:
        m = _scaled(m, float(meta["pixel_m"]))
    wavelength, own = meta.get("wavelength_m"), m.meta.get("wavelength_m")
    if wavelength is None:
        return m.with_meta(**meta)
    if m.technique != "xrd":
        raise InputError(f"an X-ray wavelength has no effect on {m.technique} data; take it out of the sample file.")
    said = f"X-ray wavelength {1e10 * float(wavelength):.5f} angstrom from the sample file"
    if isinstance(own, int | float) and abs(own / float(wavelength) - 1.0) > 1e-4:
        said += f"; the file says {1e10 * own:.5f}"
    notes = tuple(n for n in m.notes if "does not say which wavelength" not in n)
    bare = {k: v for k, v in m.meta.items() if k not in ("wavelength_alpha2_m", "alpha2_ratio")}
    known = tube(float(wavelength))
    if known is not None:
        anode, first, second = known
        meta = meta | {"wavelength_m": first, "wavelength_alpha2_m": second, "alpha2_ratio": 0.5}
        said += f"; it is that of {anode} K-alpha: its second line was taken at half of the first"
    return replace(m, meta=bare | meta, notes=(*notes, said))
