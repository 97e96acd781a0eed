"""The actions of a session, each with its fields, what it makes of a state, a sentence for the log, a line of Python.

An action changes nothing but the state; files are written and runs are made from the state that comes out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from ...errors import InputError
from ...figures.style import PRESETS, Columns
from ...samples.curves import CURVES
from ...samples.overlays import Over
from .act import Act, Short, Text, known
from .questions.atoms import Atoms
from .questions.design import TargetOf
from .questions.device import Device, ServiceOf
from .questions.experiment import Experiment
from .questions.film import Block, Film
from .questions.fit import Fit
from .questions.junction import Junction
from .questions.limits import Limits
from .questions.paper import Paper
from .sample_actions import AddFiles, Analyse, Correct, Describe, RemoveFile, TakeSheet
from .state import Comparison, Overlaid, Print, State, check_name

__all__ = ["ACTIONS", "Action", "AddFiles", "Analyse", "ChooseCell", "Compare", "Correct", "Describe", "DropCurve",
           "Keep", "Overlay", "PrintAs", "RemoveFile", "ResetValue", "SetStart", "SetTest", "SetValue", "ShowCurve",
           "TakeSheet", "Unask"]  # fmt: skip

AXES, COLOURS = ("capacity", "time", "filling"), ("name", "order")


class ChooseCell(Act):
    """Another cell, with nothing set in it."""

    kind: Literal["cell"] = "cell"
    cell: Short

    def apply(self, state: State) -> State:
        return replace(state, curve=replace(state.curve, cell=self.cell, values={}))

    @property
    def words(self) -> str:
        return f"Cell {self.cell}"

    def python(self, before: State) -> str:
        return f"cell, values = {cell_in_script(self.cell)}, {{}}"


class SetValue(Act):
    """One value of the cell: a number in the unit of its entry, or a text with its unit."""

    kind: Literal["set"] = "set"
    path: Short
    value: float | Short

    def apply(self, state: State) -> State:
        values = {**state.curve.values, self.path: self.value}
        return replace(state, curve=replace(state.curve, values=values))

    @property
    def words(self) -> str:
        return f"{self.path} = {self.value}"

    def python(self, before: State) -> str:
        return f"values[{self.path!r}] = {self.value!r}"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, SetValue) and last.path == self.path


class ResetValue(Act):
    """One value of the cell as its entry has it."""

    kind: Literal["reset"] = "reset"
    path: Short

    def apply(self, state: State) -> State:
        if self.path not in state.curve.values:
            raise InputError(f"'{self.path}' is as its entry has it; there is nothing to take back.")
        values = {path: value for path, value in state.curve.values.items() if path != self.path}
        return replace(state, curve=replace(state.curve, values=values))

    @property
    def words(self) -> str:
        return f"{self.path} as its entry has it"

    def python(self, before: State) -> str:
        return f"del values[{self.path!r}]"


class SetTest(Act):
    """What is done to the cell."""

    kind: Literal["test"] = "test"
    test: Text

    def apply(self, state: State) -> State:
        return replace(state, curve=replace(state.curve, test=self.test))

    @property
    def words(self) -> str:
        lines = [line for line in self.test.splitlines() if line.strip()]
        return f"Test: {'; '.join(lines)[:200]}"

    def python(self, before: State) -> str:
        return f"test = hf.Protocol.parse({self.test!r}, here)"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, SetTest)


class SetStart(Act):
    """Where the test begins: a potential at rest, a state of charge; "" for the upper cut-off."""

    kind: Literal["start"] = "start"
    start: Short = ""

    def apply(self, state: State) -> State:
        return replace(state, curve=replace(state.curve, start=self.start))

    @property
    def words(self) -> str:
        return f"Start at {self.start or 'the upper cut-off'}"

    def python(self, before: State) -> str:
        return f"start = {self.start or None!r}"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, SetStart)


class ShowCurve(Act):
    """Draw the curve of the cell and test at hand, and follow them."""

    kind: Literal["show"] = "show"
    shown: bool = True

    def apply(self, state: State) -> State:
        return replace(state, shown=self.shown)

    @property
    def words(self) -> str:
        return "The curve at hand is simulated" if self.shown else "The curve at hand is not simulated"

    def python(self, before: State) -> str:
        return f"shown = {self.shown}"


class Keep(Act):
    """Keep the curve of the cell and test at hand under a name."""

    kind: Literal["keep"] = "keep"
    name: Short

    def apply(self, state: State) -> State:
        if check_name(self.name, "curve") in state.kept:
            raise InputError(f"There is a curve '{self.name}' already; give another name.")
        return replace(state, kept={**state.kept, self.name: state.curve})

    @property
    def words(self) -> str:
        return f"Kept: curve '{self.name}'"

    def python(self, before: State) -> str:
        return f"curves[{self.name!r}] = Curve(cell, dict(values), test, start)"


class DropCurve(Act):
    """Keep a curve no longer."""

    kind: Literal["drop"] = "drop"
    name: Short

    def apply(self, state: State) -> State:
        known(self.name, state.kept, "curve")
        kept = {name: curve for name, curve in state.kept.items() if name != self.name}
        left = tuple(name for name in state.comparison.curves if name != self.name)
        return replace(state, kept=kept, comparison=replace(state.comparison, curves=left))

    @property
    def words(self) -> str:
        return f"Not kept any more: curve '{self.name}'"

    def python(self, before: State) -> str:
        return f"del curves[{self.name!r}]"


class Compare(Act):
    """Which curves lie over each other, and how."""

    kind: Literal["compare"] = "compare"
    curves: Annotated[tuple[Short, ...], Field(max_length=500)] = ()
    x: Literal["capacity", "time", "filling"] = "capacity"
    colour: Literal["name", "order"] = "name"
    offset: float = 0.0

    def apply(self, state: State) -> State:
        return replace(state, comparison=Comparison(self.curves, self.x, self.colour, self.offset))

    @property
    def words(self) -> str:
        shown = f"Compared over {self.x}: {', '.join(self.curves) or 'nothing'}"
        return shown + (f", {self.offset:g} V apart" if self.offset else "")

    def python(self, before: State) -> str:
        return f"comparison = dict(names={list(self.curves)!r}, x={self.x!r}, colour={self.colour!r}, offset_V={self.offset!r})"  # noqa: E501

    def replaces(self, last: Act) -> bool:
        return isinstance(last, Compare)


class Overlay(Act):
    """Which measurements of samples lie over each other, and how; `what` "": none, but the curves that are compared."""

    kind: Literal["overlay"] = "overlay"
    what: Short = ""
    samples: Annotated[tuple[Short, ...], Field(max_length=500)] = ()
    over: Over = "samples"
    part: Short = ""
    waterfall: bool = False
    scaling: Literal["", "none", "max", "area"] = ""

    def apply(self, state: State) -> State:
        if self.what and self.what not in CURVES:
            raise InputError(f"There are no curves of '{self.what}'; known: {', '.join(CURVES)}.")
        for name in self.samples:
            known(name, state.sheets, "sample")
        own = self.model_dump(exclude={"kind"})
        return replace(state, overlaid=Overlaid(**own))

    @property
    def words(self) -> str:
        if not self.what:
            return "No measurements over each other"
        parts = [f"Over each other: {' '.join(filter(None, [self.what, self.part]))} by {self.over}"]
        parts += ["as a waterfall"] if self.waterfall else []
        parts += [f"of {', '.join(self.samples)}"] if self.samples else []
        return ", ".join(parts)

    def python(self, before: State) -> str:
        how = f"part={self.part!r}, waterfall={self.waterfall}, scaling={self.scaling or None!r}"
        return f"overlay = {self.what!r}, {list(self.samples)!r}, dict(over={self.over!r}, {how})"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, Overlay)


class PrintAs(Act):
    """How figures are exported: for the columns of a journal, or as on the page."""

    kind: Literal["print"] = "print"
    style: Short = ""
    columns: Columns = "single"

    def apply(self, state: State) -> State:
        if self.style and self.style not in PRESETS:
            raise InputError(f"There is no style '{self.style}'; known: {', '.join(PRESETS)}.")
        return replace(state, printed=Print(self.style, self.columns))

    @property
    def words(self) -> str:
        return f"Figures are exported for {f'{self.style}, {self.columns} column' if self.style else 'no journal'}"

    def python(self, before: State) -> str:
        return f"style = dict(style={self.style or None!r}, columns={self.columns!r})"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, PrintAs)


class Unask(Act):
    """A question that is asked no more: its numbers are none of the session's."""

    kind: Literal["unask"] = "unask"
    question: Short

    def apply(self, state: State) -> State:
        known(self.question, state.asked, "question")
        return replace(state, asked={kind: one for kind, one in state.asked.items() if kind != self.question})

    @property
    def words(self) -> str:
        return f"Not asked any more: {self.question}"

    def python(self, before: State) -> str:
        return f"del asked[{self.question!r}]"


def cell_in_script(cell: str) -> str:
    """A cell as the script names it."""
    return f"here / {cell!r}" if cell.endswith(".toml") else repr(cell)


Action = Annotated[
    ChooseCell | SetValue | ResetValue | SetTest | SetStart | ShowCurve | Keep | DropCurve | AddFiles | RemoveFile
    | Describe | Correct | TakeSheet | Analyse | Compare | Overlay | PrintAs | Unask | Atoms | Block | Device | Film
    | Fit | Junction | Limits | Experiment | TargetOf | Paper | ServiceOf,
    Field(discriminator="kind"),
]  # fmt: skip
ACTIONS: TypeAdapter[list[Any]] = TypeAdapter(list[Action])
