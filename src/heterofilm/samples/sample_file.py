"""The sample file: what a sample is, and which files were measured on it.

A sample file is a TOML file beside the raw files::

    name = "VOC1-07"
    film = "VOC1"                      # of the library, for phases to look for; may be left out
    area = "1.00 +- 0.02 cm2"
    thickness = "300 +- 10 nm"

    [[files]]                          # without any, every file in the folder is taken for what it looks like
    path = "raw/xps_2.9V.vms"
    what = "xps"
    potential = "2.9 V"

Paths are relative to the sample file and stay inside its folder: a sample file from elsewhere reads nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from ..analysis.electrochemistry.cv import BASELINES
from ..analysis.impedance.fit import WEIGHTINGS
from ..analysis.photoemission.background import BACKGROUNDS
from ..errors import HeterofilmError, InputError, did_you_mean
from ..instruments import COLUMNS
from ..library.toml import read_toml
from ..library.value import Entry, Quantity, Value
from ..units import parse_plus_minus

__all__ = ["KINDS", "FileEntry", "Sample", "SampleFile", "load_sample"]

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
    "hrtem": "lattice fringes",
    "cross-section": "thickness and roughness",
    "ignore": "not to be analysed",
}
"""What a file may be, in a sample file."""
CALIBRATIONS = ("O 1s", "C 1s", "none")

OFFERED: dict[str, tuple[Sequence[str], str]] = {
    "background": (BACKGROUNDS, "core levels"),
    "calibration": (CALIBRATIONS, "core levels"),
    "weights": (WEIGHTINGS, "impedance spectra"),
    "baseline": (BASELINES, "voltammograms"),
}
"""Key of a file -> the words it may take, and of which kind of data."""
ACTS_ON: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("circuit", "start", "fixed", "bounds", "links", "weights", "lowest", "highest", "without", "blocking",
         "conductor", "temperature", "cycle"),
        ("eis",),
    ),
    **dict.fromkeys(("scan_rate", "baseline", "signal_to_noise"), ("cv",)),
    **dict.fromkeys(("background", "calibration", "level", "core_levels"), ("xps",)),
}  # fmt: skip
"""Key of a file -> the kinds of measurement that it has an effect on."""

_SAID = {  # what pydantic says of a wrong type, in the words of a sample file
    "missing": "it is missing",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "string_type": 'expected words in quotation marks, for example "VOC1"',
    "tuple_type": 'expected a list in square brackets, for example ["Pt"] (files: one [[files]] before each file)',
}


def with_sigma(data: Any) -> Any:
    """``"300 +- 10 nm"`` as a table with its standard deviation; anything without plus-minus as it is.

    Errors: `ValueError` for a plus-minus that cannot be read.
    """
    if not isinstance(data, str):
        return data
    try:
        value, sigma, unit = parse_plus_minus(data)
    except HeterofilmError as error:
        raise ValueError(str(error).removesuffix(".")) from error
    if sigma is None:
        return data
    return {"value": value, "sigma": sigma, "unit": unit, "kind": "measured", "source": "sample file"}


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
        if word and word not in BACKGROUNDS:
            raise ValueError(
                f"'{word}' is no background; known: {', '.join(BACKGROUNDS)}.{did_you_mean(word, BACKGROUNDS)}"
            )
        return word


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
    range: tuple[float, float] | None = None  # of 2 theta (deg) or Raman shift (cm-1) to look at
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
    without: tuple[Annotated[Value, Quantity("Hz", positive=True)], ...] = ()  # frequencies to leave out
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

    @field_validator("core_levels")
    @classmethod
    def _own(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        for path in paths:
            if not path.endswith(".toml"):
                raise ValueError(f"'{path}' must be a TOML file of a core level, such as 'zn2p.toml'")
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
        if ends is not None and not 0.0 <= ends[0] < ends[1] < 1e5:
            raise ValueError("expected two rising numbers, for example [10, 80] (deg, or cm-1 of Raman shift)")
        return ends

    @field_validator("what")
    @classmethod
    def _known(cls, what: str) -> str:
        if what and what not in KINDS:
            raise ValueError(
                f"'{what}' is no kind of measurement; known: {', '.join(KINDS)}.{did_you_mean(what, KINDS)}"
            )
        return what

    @field_validator("background", "calibration", "weights", "baseline")
    @classmethod
    def _offered(cls, word: str, info: ValidationInfo) -> str:
        key = str(info.field_name)
        offered, kind = OFFERED[key]
        if word and word not in offered:
            raise ValueError(
                f"'{word}' is no {key} for {kind}; known: {', '.join(offered)}.{did_you_mean(word, offered)}"
            )
        return word


def idle(entry: FileEntry, kinds: Iterable[str]) -> list[str]:
    """Keys of a file's line that have no effect on any of these kinds of measurement."""
    known = set(kinds)
    return [key for key in ACTS_ON if key in entry.model_fields_set and not known.intersection(ACTS_ON[key])]


class SampleFile(Entry):
    """A sample as its sheet says it."""

    name: str
    title: str = ""
    group: str = ""  # samples made alike: statistics over those of one name
    film: str = ""
    substrate: tuple[str, ...] = ()
    area: Annotated[Value | None, Quantity("cm2", positive=True)] = None
    thickness: Annotated[Value | None, Quantity("nm", positive=True)] = None
    cu_to_v: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=100.0)] = None  # where no EDS file is there
    files: tuple[FileEntry, ...] = ()

    @field_validator("area", "thickness", "cu_to_v", mode="before")
    @classmethod
    def _sigmas(cls, data: Any) -> Any:
        return with_sigma(data)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.name.strip() or not (self.name + self.title + self.group).isprintable():
            raise ValueError("a sample needs a name of printable letters")
        return self


@dataclass(frozen=True)
class Sample:
    """A sample file and the folder that its paths are in."""

    sheet: SampleFile
    folder: Path
    file: Path

    @property
    def name(self) -> str:
        return self.sheet.name

    def path(self, entry: FileEntry) -> Path:
        """Where a file of the sample file lies.

        Errors: `HeterofilmError` for a link that leads out of the folder.
        """
        found = self.folder / entry.path
        if not found.resolve().is_relative_to(self.folder.resolve()):
            raise InputError(f"'{entry.path}' leads out of the folder of {self.file.name}; put the file itself there.")
        return found


def load_sample(path: str | Path) -> Sample:
    """Read a sample file, or the ``sample.toml`` of a folder.

    Errors: `HeterofilmError` in one sentence for a file that is missing, too large, no TOML, or says what makes no
    sense.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "sample.toml"
    try:
        return Sample(SampleFile.model_validate(read_toml(file, "sample file")), file.parent, file)
    except ValidationError as error:
        first = error.errors()[0]
        places = [f"{part + 1}" if isinstance(part, int) else part for part in first["loc"]]
        where = ", ".join(places).replace("files, ", "file ")
        said = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
        end = "" if said.endswith((".", "?")) else "."
        raise InputError(f"The sample file '{file}', {where or 'as a whole'}: {said}{end}") from None
