"""What a study file says: cells, tests, options. Everything is checked before any work begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from ..cell import Cell
from ..device.stack import Stack
from ..errors import HeterofilmError, InputError, did_you_mean
from ..junction.pair import load_pair
from ..library import Library, Recipe
from ..library.toml import read_toml
from ..library.value import Entry
from ..protocol import Impedance, Loop, Protocol, Step

REPEATED = 100  # cycles at most that draws of the calibration repeat
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+-]*$", max_length=60)]


class Test(Entry):
    """One treatment, of all cells of the study unless ``cells`` names some."""

    __test__ = False  # not a test of pytest

    name: FileName
    title: str = ""
    protocol: str
    cells: tuple[str, ...] = ()
    keep: tuple[Annotated[int, Field(ge=1)], ...] | None = None  # cycles whose curves are kept
    detail: bool = True  # losses, fillings and oxidation states along the curves

    @field_validator("protocol")
    @classmethod
    def _readable(cls, text: str) -> str:
        try:
            Protocol.load(text)
        except HeterofilmError as error:
            raise ValueError(str(error)) from error
        return text

    @property
    def opening(self) -> Protocol | None:
        """What the draws of the calibration repeat: a test that is one discharge, a rate test, or the spectrum that one
        begins with."""
        whole = Protocol.load(self.protocol)
        items = whole.items
        if (
            all(isinstance(item, Loop) and item.kind == "loop" and item.label for item in items)
            and whole.count() <= REPEATED
        ):
            return whole
        first = items[0]
        alone = len(items) == 1 and isinstance(first, Step) and first.kind == "discharge"
        return Protocol((first,)) if alone or isinstance(first, Impedance) else None


class Options(Entry):
    """``bands``: repeat first discharges, rate tests and first spectra for at most ``members`` draws."""

    bands: bool = True
    members: Annotated[int, Field(ge=2, le=10_000)] = 60


class ContributionPlan(Entry):
    """Which junction is asked what it explains of the gain of ``cell`` over ``reference``."""

    junction: str
    cell: str
    reference: str
    protocol: str = "Discharge at 5 uA/cm2 until 2.15 V"
    samples: Annotated[int, Field(ge=100, le=1_000_000)] = 10_000
    members: Annotated[int, Field(ge=1, le=10_000)] = 24


class Study(Entry):
    """A study: every test on every cell it applies to; ``recipes`` of its films, and the contributions of a junction.

    ``device``: one whose cell is among ``cells``, for the chapters of its stack, bending and light.

    ``first_principles``: a chapter of the recorded results from first principles. ``reference``: what was measured on
    these cells, to stand beside the model; ``yu-2025`` comes with the package.
    """

    title: str
    description: str = ""
    cells: Annotated[tuple[str, ...], Field(min_length=1)]
    tests: Annotated[tuple[Test, ...], Field(min_length=1)]
    options: Options = Options()
    recipes: tuple[str, ...] = ()
    device: str = ""
    contributions: ContributionPlan | None = None
    first_principles: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Plan:
    """A study that was found sound: its cells loaded, ``names`` in the order of the study."""

    study: Study
    cells: dict[str, Cell]  # by what the study calls them
    source: str

    def runs(self) -> list[tuple[str, Test]]:
        """Cell and test of every run, in the order of the study."""
        return [
            (name, test) for name in self.cells for test in self.study.tests if not test.cells or name in test.cells
        ]

    def place(self, name: str) -> str:
        """What the command line takes for a cell of the study: its name in the library, or its file."""
        return str(_place(name, Path(self.source).parent))

    def cell(self, name: str, draw: dict[str, float]) -> Cell:
        """A cell of the study at a draw of the calibration, which acts on packaged entries only."""
        return Cell.load(_place(name, Path(self.source).parent), library=Library(draw=draw))


def load_plan(path: str | Path, library: Library | None = None) -> Plan:
    """Read and check a study file.

    Errors: `HeterofilmError` in one sentence for a missing or malformed file, an unknown key or cell, a
    protocol that cannot be read, or a name given twice.
    """
    file = Path(path)
    what = f"Study '{file.name}'"
    try:
        content: dict[str, Any] = read_toml(file, "study")
        if "budget" in content:
            raise InputError(f"{what}: the table [budget] is now called [contributions]; rename it.")
        study = Study.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{what}: {_first(error)}") from None
    for kind, given in (("cell", list(study.cells)), ("test", [t.name for t in study.tests])):
        twice = next((name for name, times in Counter(given).items() if times > 1), None)
        if twice is not None:
            raise InputError(f"{what} names the {kind} '{twice}' twice; give every {kind} once.")
    for test in study.tests:
        for name in test.cells:
            if name not in study.cells:
                hint = did_you_mean(name, study.cells)
                raise InputError(
                    f"{what}: test '{test.name}' names the cell '{name}', which is not among the cells of "
                    f"the study.{hint}"
                )
    cells = {name: Cell.load(_place(name, file.parent), library=library) for name in study.cells}
    stems = Counter(cell.name for cell in cells.values())
    for stem, times in stems.items():
        if times > 1:
            raise InputError(f"{what}: two cell files are both named '{stem}'; rename one of them.")
    for recipe in study.recipes:
        (library or Library()).entry(Recipe, recipe)
    if study.device:
        own = Stack.load(study.device, library=library).cell.name
        if own not in stems:
            raise InputError(f"{what}: the device '{study.device}' has the cell '{own}', which is not in the study.")
    if study.contributions is not None:
        load_pair(study.contributions.junction)
        for cell in (study.contributions.cell, study.contributions.reference):
            Cell.load(cell)
    return Plan(study, cells, str(file))


def _place(name: str, folder: Path) -> str | Path:
    """A library name as it is; a file as it lies beside the study."""
    return folder / name if name.endswith(".toml") else name


def _first(error: ValidationError) -> str:
    """The first problem pydantic found, as one sentence."""
    problem = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(p + 1) if isinstance(p, int) else p for p in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        message = "is missing; add it"
    elif problem["type"] == "string_pattern_mismatch":
        message = f"'{problem['input']}' must be letters, digits, '_', '+' and '-': it becomes a file name"
    elif problem["type"] != "value_error":
        message = f"{message[:1].lower()}{message[1:]}, got {problem['input']!r}"
    return f"key '{place}': {message.rstrip('.')}." if place else f"{message.rstrip('.')}."
