"""One line of a sample file: a raw file, what it is, and everything that its analysis is told.

Every key has an effect on some kinds of measurement and is refused for all others (`ACTS_ON`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ..analysis.electrochemistry.cv import BASELINES
from ..analysis.impedance.fit import WEIGHTINGS
from ..analysis.photoemission.background import BACKGROUNDS
from ..analysis.uvvis import EXPONENTS
from ..errors import did_you_mean
from ..instruments import COLUMNS
from ..library.value import Entry, Quantity, Value

__all__ = ["ACTS_ON", "AXES", "KINDS", "OFFERED", "FileEntry", "LevelEntry", "frequencies_Hz", "idle", "stretches"]

KINDS: dict[str, str] = {
    "cycling": "charge and discharge over many cycles",
    "cv": "cyclic voltammograms",
    "eis": "impedance spectra",
    "gitt": "titration",
    "xps": "core levels",
    "ups": "secondary cutoff, valence band edge",
    "uvvis": "gap by Tauc's plot",
    "photoluminescence": "emission band",
    "energy spectrum": "of X-rays or energy losses, drawn",
    "raman": "bands and phases",
    "raman map": "bands over potential or time",
    "xrd": "reflections and phases",
    "depth profile": "ToF-SIMS",
    "ion maps": "ToF-SIMS images, one per depth",
    "composition": "EDS",
    "line scan": "EDS across layers",
    "element maps": "EDS, an image for each element",
    "hrtem": "lattice fringes",
    "cross-section": "thickness and roughness",
    "surface": "cracks seen from above",
    "ignore": "not to be analysed",
}
"""What a file may be, in a sample file."""
CALIBRATIONS = ("O 1s", "C 1s", "none")

OFFERED: dict[str, tuple[Sequence[str], str]] = {
    "background": (BACKGROUNDS, "core levels"),
    "calibration": (CALIBRATIONS, "core levels"),
    "weights": (WEIGHTINGS, "impedance spectra"),
    "model": (tuple(EXPONENTS), "gaps"),
    "baseline": (BASELINES, "voltammograms"),
}
"""Key of a file -> the words it may take, and of which kind of data."""
AXES: dict[str, str] = {
    "cycling": "cycle number",
    "cv": "V",
    "gitt": "V",
    "ups": "eV of binding energy, without the bias",
    "uvvis": "eV of photon energy",
    "photoluminescence": "nm",
    "energy spectrum": "keV",
    "raman": "cm-1",
    "raman map": "cm-1",
    "xrd": "deg of 2 theta",
    "depth profile": "the file's own axis (s or nm)",
    "hrtem": "nm of lattice spacings",
    "cross-section": "nm from the upper rim of the image",
}
"""Kind of measurement -> of what `range` and the stretches of `without` are, for those that take them."""
_NOT_WITHOUT = ("raman map", "hrtem", "cross-section")

ACTS_ON: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("circuit", "start", "fixed", "bounds", "links", "weights", "lowest", "highest", "blocking", "conductor"),
        ("eis",),
    ),
    "temperature": ("eis", "xps", "ups", "uvvis", "photoluminescence", "raman", "xrd"),
    "cycle": ("eis", "xps", "ups", "uvvis", "photoluminescence", "raman", "xrd", "surface"),
    **dict.fromkeys(("scan_rate", "baseline", "signal_to_noise"), ("cv",)),
    **dict.fromkeys(("background", "calibration", "level", "core_levels"), ("xps",)),
    **dict.fromkeys(("reference", "bias"), ("ups",)),
    **dict.fromkeys(("end_of_life", "reference_cycle"), ("cycling",)),
    "range": tuple(AXES),
    "without": ("eis", *(kind for kind in AXES if kind not in _NOT_WITHOUT)),
    "model": ("uvvis",),
    "photon_energy": ("xps", "ups"),
    "pixel": ("hrtem", "cross-section", "ion maps", "element maps", "surface"),
    "potential": ("xps", "ups", "eis", "raman", "xrd", "uvvis", "photoluminescence"),
    **dict.fromkeys(("wavelength", "cifs", "tilt", "refine"), ("xrd",)),
    "laser": ("raman", "raman map", "photoluminescence"),
    "band": ("raman map",),
    "ions": ("depth profile",),
    "ratio": ("composition",),
    "phases": ("raman", "xrd"),
}  # fmt: skip
"""Key of a file -> the kinds of measurement that it has an effect on; keys that are not here act on all."""


class LevelEntry(Entry):
    """How one core level is fitted. Its numbers go by the line and energy, width or area: "V5+ 2p3/2.energy"."""

    window: tuple[float, float] | None = None  # eV
    background: str = ""
    states: tuple[str, ...] = ()  # of the library's
    start: dict[str, float] = Field(
        default_factory=dict
    )  # energies and widths in eV; of what hangs on another line the
    fixed: dict[str, float] = Field(default_factory=dict)  # distance to its energy, the ratio to its width and area
    bounds: dict[str, tuple[float, float]] = Field(default_factory=dict)
    links: dict[str, str] = Field(default_factory=dict)  # "1.2*V5+ 2p3/2.width"
    without: tuple[tuple[float, float], ...] = ()  # stretches in eV whose points are left out
    because: str = ""  # why: goes into the methods
    decided: datetime.date | None = None  # and when

    @field_validator("window")
    @classmethod
    def _rising(cls, ends: tuple[float, float] | None) -> tuple[float, float] | None:
        if ends is not None and not ends[0] < ends[1]:
            raise ValueError("expected two rising energies in eV, for example [510.5, 536]")
        return ends

    @field_validator("without")
    @classmethod
    def _stretches(cls, stretches: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        if any(not low < high for low, high in stretches):
            raise ValueError("expected stretches of rising energies in eV, for example [[519.0, 519.5]]")
        return stretches

    @field_validator("background")
    @classmethod
    def _offered(cls, word: str) -> str:
        return _one_of(word, BACKGROUNDS, "background")


class FileEntry(Entry):
    """One file of a sample: what it is and what only the experimenter knows."""

    path: str
    what: str = ""  # guessed from the content and the name where it is left out
    part: str | int | None = None  # of a file with several measurements
    name: str = ""  # in tables and figures
    potential: Annotated[Value | None, Quantity("V")] = None  # at which the sample was taken out (ex situ)
    scan_rate: Annotated[Value | None, Quantity("V/s", positive=True)] = None
    photon_energy: Annotated[Value | None, Quantity("eV", positive=True)] = None
    bias: Annotated[Value | None, Quantity("V")] = None
    pixel: Annotated[Value | None, Quantity("nm", positive=True)] = None
    range: tuple[float, float] | None = None  # to look at, on the axis of its kind (AXES)
    temperature: Annotated[Value | None, Quantity("K", positive=True)] = None  # at which it was measured
    cycle: int | None = None  # after which it was measured
    circuit: str = ""  # of an impedance spectrum; of its values, as numbers in SI (per area: ohm cm2, F/cm2):
    start: dict[str, float] = Field(default_factory=dict)  # where the fit starts
    fixed: dict[str, float] = Field(default_factory=dict)  # what is held
    bounds: dict[str, tuple[float, float]] = Field(default_factory=dict)  # between what a value is kept
    links: dict[str, str] = Field(default_factory=dict)  # what it is tied to: "R1", "2*R1"
    weights: str = ""  # of the fit, one of WEIGHTINGS
    lowest: Annotated[Value | None, Quantity("Hz", positive=True)] = None  # frequency that is analysed
    highest: Annotated[Value | None, Quantity("Hz", positive=True)] = None
    without: tuple[Annotated[Value, Quantity("Hz", positive=True)] | tuple[float, float], ...] = ()  # to leave out:
    # frequencies of impedance, else stretches of the axis of its kind (AXES)
    blocking: bool = False  # a film between blocking electrodes: conductivity, of the sample file's area and thickness
    conductor: str = ""  # the resistance of that film, where it is not told by its capacitance
    baseline: str = ""  # under the peaks of a voltammogram, one of BASELINES
    signal_to_noise: Annotated[float, Field(gt=0.0)] | None = None  # from which a maximum is a peak
    wavelength: Annotated[Value | None, Quantity("nm", positive=True)] = None  # of the X-rays
    laser: Annotated[Value | None, Quantity("nm", positive=True)] = None  # of Raman over wavelength: makes the shift
    columns: dict[str, str | int] = Field(
        default_factory=dict
    )  # of a text table: ours (instruments.COLUMNS) -> its heading, or its number from 1
    units: dict[str, str] = Field(default_factory=dict)  # ours -> unit, where the heading does not say it
    reference: bool | None = None  # of UPS: a metal that gives the Fermi level; guessed from the name where left out
    level: dict[str, LevelEntry] = Field(default_factory=dict)  # of XPS: core level (V2p) -> how it is fitted
    core_levels: tuple[str, ...] = ()  # of XPS: files of core levels of one's own, relative to the sample file
    background: str = ""  # of XPS: of all its levels, one of BACKGROUNDS
    calibration: str = ""  # of XPS: the line that sets the energy axis, one of CALIBRATIONS
    model: str = ""  # of UV-vis: the transition of the gap, one of EXPONENTS
    phases: tuple[str, ...] = ()  # of Raman, XRD: these alone can be there, by their names in the library
    cifs: tuple[str, ...] = ()  # of XRD: structures of one's own, candidates beside the library's or the `phases`
    refine: bool = False  # of XRD: the whole pattern by least squares, all phases at once
    tilt: Annotated[float | None, Field(gt=-90.0, lt=90.0)] = None  # of XRD: psi in deg, of the film's normal
    band: Annotated[float | None, Field(gt=0.0)] = None  # of a Raman map: the band that is followed, cm-1
    ions: tuple[str, ...] = ()  # of a depth profile: these alone
    ratio: tuple[str, str] | None = None  # of a composition: these two elements, the first over the second
    end_of_life: Annotated[float | None, Field(gt=0.0, lt=1.0)] = None  # share of the capacity at which it is reached
    reference_cycle: Annotated[int | None, Field(ge=1)] = None  # whose capacity is the whole
    because: str = ""  # why this line says what it says: goes into the methods
    decided: datetime.date | None = None  # and when that was decided

    @field_validator("core_levels")
    @classmethod
    def _own(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if not path.endswith(".toml"):
                raise ValueError(f"'{path}' must be a TOML file of a core level, such as 'zn2p.toml'")
            cls._inside(path)
        return paths

    @field_validator("cifs")
    @classmethod
    def _structures(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if not path.lower().endswith(".cif"):
                raise ValueError(f"'{path}' must be a crystal structure as .cif, such as 'own.cif'")
            cls._inside(path)
        return paths

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        parts = Path(path).parts
        if not path.strip() or Path(path).is_absolute() or ".." in parts or "\x00" in path:
            raise ValueError(
                f"{path!r} must be a path inside the folder of the sample file, for example 'raw/cycling.mpt'"
            )
        return path

    @model_validator(mode="after")
    def _mapped(self) -> Self:
        for ours in (*self.columns, *self.units):
            if ours not in COLUMNS:
                raise ValueError(
                    f"there is no column '{ours}'; known: {', '.join(COLUMNS)}.{did_you_mean(ours, COLUMNS)}"
                )
        bare = next((ours for ours in self.units if ours not in self.columns), None)
        if bare is not None:
            raise ValueError(f"a unit is given for '{bare}', which is not among the columns")
        headings = list(self.columns.values())
        twice = next((heading for heading in headings if headings.count(heading) > 1), None)
        if twice is not None:
            raise ValueError(f"the heading '{twice}' cannot be two columns at once")
        return self

    @field_validator("range")
    @classmethod
    def _rising(cls, ends: tuple[float, float] | None) -> tuple[float, float] | None:
        if ends is not None and not -1e5 < ends[0] <= ends[1] < 1e5:
            raise ValueError("expected two rising numbers, for example [10, 80]")
        return ends

    @field_validator("without")
    @classmethod
    def _stretches(cls, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if any(isinstance(part, tuple) and not part[0] <= part[1] for part in parts):
            raise ValueError('expected rising stretches, for example [[519.0, 519.5]], or frequencies, ["50 Hz"]')
        return parts

    @field_validator("what")
    @classmethod
    def _known(cls, what: str) -> str:
        return _one_of(what, KINDS, "kind of measurement")

    @field_validator("background", "calibration", "weights", "baseline", "model")
    @classmethod
    def _offered(cls, word: str, info: ValidationInfo) -> str:
        key = str(info.field_name)
        offered, kind = OFFERED[key]
        return _one_of(word, offered, f"{key} for {kind}")


def _one_of(word: str, offered: Collection[str], what: str) -> str:
    """The word, which is one of these or "" for none."""
    if word and word not in offered:
        raise ValueError(f"'{word}' is no {what}; known: {', '.join(offered)}.{did_you_mean(word, offered)}")
    return word


def idle(entry: FileEntry, kinds: Iterable[str]) -> list[str]:
    """Keys of a file's line that have no effect on any of these kinds of measurement."""
    known = set(kinds)
    found = [key for key in ACTS_ON if key in entry.model_fields_set and not known.intersection(ACTS_ON[key])]
    if known <= {"eis"} and stretches(entry):
        found.append("without (frequencies such as ['50 Hz'] act on impedance)")
    elif "eis" not in known and frequencies_Hz(entry):
        found.append("without (stretches such as [[519.0, 519.5]] act on other data than impedance)")
    return found


def stretches(entry: FileEntry) -> tuple[tuple[float, float], ...]:
    """The stretches of its axis that a line leaves out."""
    return tuple(part for part in entry.without if isinstance(part, tuple))


def frequencies_Hz(entry: FileEntry) -> list[float]:
    """The frequencies that a line leaves out."""
    return [part.to("Hz") for part in entry.without if isinstance(part, Value)]
