"""The actions of a session, each with its fields, what it makes of a state, a sentence for the log, a line of Python.

An action changes nothing but the state; files are written and runs are made from the state that comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from ...errors import InputError, did_you_mean
from .act import Act, Short, Text
from .questions.atoms import Atoms
from .questions.device import Device, ServiceOf
from .questions.film import Block, Film
from .questions.fit import Fit
from .questions.junction import Junction
from .questions.limits import Limits
from .questions.paper import Paper
from .state import Comparison, State, check_name

__all__ = ["ACTIONS", "Action", "AddFiles", "Analyse", "ChooseCell", "Compare", "Describe", "DropCurve", "Keep",
           "RemoveFile", "ResetValue", "SetStart", "SetTest", "SetValue", "ShowCurve", "TakeSheet",
           "Unask"]  # fmt: skip

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


class AddFiles(Act):
    """Files of a sample, which lie in its folder already; the sample is made where there is none."""

    kind: Literal["files"] = "files"
    sample: Short
    files: Annotated[tuple[Short, ...], Field(min_length=1, max_length=10_000)]

    def apply(self, state: State) -> State:
        sheet = state.sheets.get(check_name(self.sample, "sample"), {"name": self.sample})
        there = [dict(entry) for entry in sheet.get("files", ())]
        new = [{"path": path} for path in self.files if path not in {entry["path"] for entry in there}]
        return replace(state, sheets={**state.sheets, self.sample: {**sheet, "files": [*there, *new]}})

    @property
    def words(self) -> str:
        more = f" and {len(self.files) - 5} more" if len(self.files) > 5 else ""
        return f"Sample '{self.sample}': {', '.join(self.files[:5])}{more}"

    def python(self, before: State) -> str:
        there = {entry["path"] for entry in before.sheets.get(self.sample, {}).get("files", ())}
        lines = [{"path": path} for path in self.files if path not in there]
        if self.sample not in before.sheets:
            return f"sheets[{self.sample!r}] = {{'name': {self.sample!r}, 'files': {lines!r}}}"
        return f"sheets[{self.sample!r}].setdefault('files', []).extend({lines!r})"


class RemoveFile(Act):
    """A file that is no part of a sample; it stays in its folder."""

    kind: Literal["unfile"] = "unfile"
    sample: Short
    file: Short

    def apply(self, state: State) -> State:
        sheet = known(self.sample, state.sheets, "sample")
        left = [entry for entry in sheet.get("files", ()) if entry["path"] != self.file]
        if len(left) == len(sheet.get("files", ())):
            raise InputError(f"The sample '{self.sample}' has no file '{self.file}'.")
        if not left:  # a sheet that lists none stands for every file of its folder
            return replace(
                state, sheets={name: one for name, one in state.sheets.items() if name != self.sample},
                analysed=tuple(name for name in state.analysed if name != self.sample),
            )  # fmt: skip
        return replace(state, sheets={**state.sheets, self.sample: {**sheet, "files": left}})

    @property
    def words(self) -> str:
        return f"Sample '{self.sample}' without {self.file}"

    def python(self, before: State) -> str:
        if len(before.sheets[self.sample]["files"]) == 1:
            return f"del sheets[{self.sample!r}]"
        at = [entry["path"] for entry in before.sheets[self.sample]["files"]].index(self.file)
        return f"del sheets[{self.sample!r}]['files'][{at}]"


class Describe(Act):
    """What only the experimenter knows: a key of a sample's sheet, or of the line of one of its files."""

    kind: Literal["describe"] = "describe"
    sample: Short
    file: Short = ""
    key: Annotated[str, Field(max_length=80)]
    value: Any = None  # as the sheet has it; None takes the key out

    def apply(self, state: State) -> State:
        sheet = known(self.sample, state.sheets, "sample")
        if self.key in ("name", "files", "path"):
            raise InputError(f"'{self.key}' of a sample is not set by hand.")
        if not self.file:
            return replace(state, sheets={**state.sheets, self.sample: _with(sheet, self.key, self.value)})
        if self.file not in [entry["path"] for entry in sheet.get("files", ())]:
            raise InputError(f"The sample '{self.sample}' has no file '{self.file}'.")
        files = [
            _with(entry, self.key, self.value) if entry["path"] == self.file else entry for entry in sheet["files"]
        ]
        return replace(state, sheets={**state.sheets, self.sample: {**sheet, "files": files}})

    @property
    def words(self) -> str:
        of = f"'{self.sample}'" + (f", {self.file}" if self.file else "")
        return f"Sample {of}: {self.key} {'not stated' if self.value is None else f'= {self.value}'}"

    def python(self, before: State) -> str:
        place = f"sheets[{self.sample!r}]"
        if self.file:
            at = [entry["path"] for entry in before.sheets[self.sample]["files"]].index(self.file)
            place += f"['files'][{at}]"
        if self.value is None:
            return f"{place}.pop({self.key!r}, None)"
        return f"{place}[{self.key!r}] = {self.value!r}"

    def replaces(self, last: Act) -> bool:
        return isinstance(last, Describe) and (last.sample, last.file, last.key) == (self.sample, self.file, self.key)


class TakeSheet(Act):
    """A sample file as it was found in its folder: written by hand, or by another program, since the last look."""

    kind: Literal["sheet"] = "sheet"
    sample: Short
    sheet: dict[str, Any]

    def apply(self, state: State) -> State:
        check_name(self.sample, "sample")
        return replace(state, sheets={**state.sheets, self.sample: self.sheet})

    @property
    def words(self) -> str:
        return f"Sample '{self.sample}': sample.toml as it was found in the folder"

    def python(self, before: State) -> str:
        return f"sheets[{self.sample!r}] = {self.sheet!r}"


class Analyse(Act):
    """Work out the numbers and figures of a sample, and keep them up to date."""

    kind: Literal["analyse"] = "analyse"
    sample: Short

    def apply(self, state: State) -> State:
        known(self.sample, state.sheets, "sample")
        return replace(state, analysed=tuple(dict.fromkeys([*state.analysed, self.sample])))

    @property
    def words(self) -> str:
        return f"Sample '{self.sample}' is analysed"

    def python(self, before: State) -> str:
        return f"analysed[{self.sample!r}] = True"


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


def known(name: str, there: Mapping[str, Any], what: str) -> Any:
    """What stands under a name. Errors: `InputError`."""
    if name not in there:
        raise InputError(f"There is no {what} '{name}'.{did_you_mean(name, there)}")
    return there[name]


def cell_in_script(cell: str) -> str:
    """A cell as the script names it."""
    return f"here / {cell!r}" if cell.endswith(".toml") else repr(cell)


def _with(table: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    left = {name: one for name, one in table.items() if name != key}
    return left if value is None else {**left, key: value}


Action = Annotated[
    ChooseCell | SetValue | ResetValue | SetTest | SetStart | ShowCurve | Keep | DropCurve | AddFiles | RemoveFile
    | Describe | TakeSheet | Analyse | Compare | Unask | Atoms | Block | Device | Film | Fit | Junction | Limits
    | Paper | ServiceOf,
    Field(discriminator="kind"),
]  # fmt: skip
ACTIONS: TypeAdapter[list[Any]] = TypeAdapter(list[Action])
