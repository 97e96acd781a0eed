"""Actions on the samples of a session: their files, and what the experimenter says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from ...errors import InputError
from .act import Act, Short, known
from .state import State, check_name

__all__ = ["AddFiles", "Analyse", "Correct", "Describe", "RemoveFile", "TakeSheet"]


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


class Correct(Act):
    """Several keys of the line of a file at once, None for one that goes: a window with both ends, another circuit
    without the values of the old one."""

    kind: Literal["correct"] = "correct"
    sample: Short
    file: Short
    keys: Annotated[dict[Short, Any], Field(min_length=1, max_length=50)]

    def apply(self, state: State) -> State:
        for key, value in self.keys.items():
            state = Describe(sample=self.sample, file=self.file, key=key, value=value).apply(state)
        return state

    @property
    def words(self) -> str:
        said = [f"{key} = {value}" for key, value in self.keys.items() if value is not None]
        return f"Sample '{self.sample}', {self.file}: {', '.join(said) or 'nothing said'}"

    def python(self, before: State) -> str:
        at = [entry["path"] for entry in before.sheets[self.sample]["files"]].index(self.file)
        place = f"sheets[{self.sample!r}]['files'][{at}]"
        gone = [
            key for key, value in self.keys.items() if value is None and key in before.sheets[self.sample]["files"][at]
        ]
        kept = {key: value for key, value in self.keys.items() if value is not None}
        return "; ".join([*([f"{place}.update({kept!r})"] if kept else []), *(f"del {place}[{key!r}]" for key in gone)])


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


def _with(table: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    left = {name: one for name, one in table.items() if name != key}
    return left if value is None else {**left, key: value}
