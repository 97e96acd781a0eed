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

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from ..errors import HeterofilmError, InputError, did_you_mean
from ..files import real
from ..library.shares import CU_TO_V, check_ratios
from ..library.toml import read_toml
from ..library.value import Entry, Quantity, Value
from ..units import parse_plus_minus
from .file_entry import KINDS, FileEntry, LevelEntry

__all__ = ["KINDS", "CellDetails", "FileEntry", "LevelEntry", "Sample", "SampleFile", "load_sample", "words_of"]

_SAID = {  # what pydantic says of a wrong type, in the words of a sample file
    "missing": "it is missing",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "string_type": 'expected words in quotation marks, for example "VOC1"',
    **dict.fromkeys(
        ("float_type", "float_parsing", "int_type", "int_parsing", "int_from_float"),
        "expected a number without quotation marks and unit, in a list such as range = [10, 80] two of them",
    ),
    **dict.fromkeys(("too_long", "too_short"), "expected two values in square brackets, for example [10, 80]"),
    "dict_type": "expected a table, for example { R0 = 12.0 }",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "expected a date without quotation marks, for example 2026-11-30",
    ),
    "model_type": "expected a table",
    "greater_than": "it is too small",
    "greater_than_equal": "it is too small",
    "less_than": "it is too large",
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


class CellDetails(Entry):
    """The electrochemical cell in words, for the methods."""

    kind: str = ""  # "coin cells", "all-solid-state thin-film cells"
    counter: str = ""
    reference: str = ""
    electrolyte: str = ""
    separator: str = ""
    temperature: Annotated[Value | None, Quantity("K", positive=True)] = None


class SampleFile(Entry):
    """A sample as its sheet says it."""

    name: str
    title: str = ""
    group: str = ""  # samples made alike: statistics over those of one name
    film: str = ""
    substrate: tuple[str, ...] = ()
    area: Annotated[Value | None, Quantity("cm2", positive=True)] = None
    thickness: Annotated[Value | None, Quantity("nm", positive=True)] = None
    mass: Annotated[Value | None, Quantity("mg", positive=True)] = None  # of the film: capacities in mAh/g
    density: Annotated[Value | None, Quantity("g/cm3", positive=True, maximum=25.0)] = None  # the same by thickness
    cu_to_v: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=100.0)] = None  # where no EDS file is there
    atomic_ratio: dict[str, Annotated[Value, Quantity("1", minimum=0.0, maximum=1e6)]] = Field(default_factory=dict)
    preparation: str = ""  # how it was made, a sentence for the methods
    cell: CellDetails | None = None
    instruments: dict[str, str] = Field(default_factory=dict)  # kind of measurement -> with what it was measured
    files: tuple[FileEntry, ...] = ()

    @field_validator("instruments")
    @classmethod
    def _of_kinds(cls, said: dict[str, str]) -> dict[str, str]:
        for kind in said:
            if kind not in KINDS or kind == "ignore":
                raise ValueError(
                    f"'{kind}' is no kind of measurement; known: {', '.join(KINDS)}.{did_you_mean(kind, KINDS)}"
                )
        return said

    @field_validator("area", "thickness", "mass", "density", "cu_to_v", mode="before")
    @classmethod
    def _sigmas(cls, data: Any) -> Any:
        return with_sigma(data)

    @field_validator("atomic_ratio", mode="before")
    @classmethod
    def _each_sigma(cls, data: Any) -> Any:
        return {of: with_sigma(value) for of, value in data.items()} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _one_mass(self) -> Self:
        if self.mass is not None and self.density is not None:
            raise ValueError("mass and density say the same twice; give one of them")
        if self.density is not None and self.thickness is None:
            raise ValueError("density acts by the thickness, which is missing; add it, or give the mass of the film")
        return self

    @model_validator(mode="after")
    def _one_ratio(self) -> Self:
        check_ratios(self.atomic_ratio)
        if self.cu_to_v is not None and self.atomic_ratio:
            raise ValueError("cu_to_v and atomic_ratio say the same; give one of them")
        return self

    @property
    def ratio(self) -> tuple[str, Value] | None:
        """The atomic ratio that is stated, and of which elements."""
        return (CU_TO_V, self.cu_to_v) if self.cu_to_v is not None else next(iter(self.atomic_ratio.items()), None)

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
        if not real(found).is_relative_to(real(self.folder)):
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
        raise InputError(f"The sample file '{file}', {words_of(error)}") from None


def words_of(error: ValidationError) -> str:
    """Where the first fault is, and what, as the end of a sentence."""
    first = error.errors()[0]
    places = [f"{part + 1}" if isinstance(part, int) else part for part in first["loc"]]
    where = ", ".join(places).replace("files, ", "file ")
    said = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{where or 'as a whole'}: {said}{'' if said.endswith(('.', '?')) else '.'}"
