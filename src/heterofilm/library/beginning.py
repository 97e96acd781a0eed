"""Files to begin with: written from entries of the library, and what in them is still that of another material."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from ..errors import HeterofilmError, InputError, did_you_mean
from ..files import atomic, check_place, is_file, real
from .columns import read_columns
from .files import DATA
from .loader import Library
from .ocv import COLUMNS, OpenCircuitTable, column_of
from .template import EXAMPLES, PLACEHOLDER, short_cell, template
from .value import Value

__all__ = ["examples", "new", "placeholders", "table_of"]


def new(
    kind: str, file: str | Path, *, parts: bool = False, ocv: str | Path | None = None, like: str | None = None,
    short: bool = False,
) -> list[Path]:  # fmt: skip
    """Write a file to begin with, of one of `KINDS`; the paths that were written.

    ``parts``: also the film, phase and electrolyte of a cell (or the phase of a film), beside it and named by it.
    ``ocv``: a csv beside the file with the open-circuit potential, in place of the couples of the phase; the cut-offs
    of a cell are its ends. What is needed beside it is that of the example and says so: `placeholders` names it.
    ``like``: another entry of the library to begin with. ``short``: one file of a cell with its film, and with ``ocv``
    its phase, in it, and only the keys that are stated.

    Errors: `HeterofilmError` for an unknown kind or entry, a file that exists or cannot be written, or a csv that is no
    table.
    """
    target = Path(file)
    if kind not in EXAMPLES:
        raise InputError(
            f"There is no '{kind}' to begin with; known: {', '.join(EXAMPLES)}.{did_you_mean(kind, EXAMPLES)}"
        )
    if short and kind != "cell":
        raise InputError(f"Only a cell has a short form, one file with its film in it; leave --short out for a {kind}.")
    if short and parts:
        raise InputError(
            "--short writes one file with all parts in it, --all a file for each part; give one of the two."
        )
    if target.suffix != ".toml":
        raise InputError(f"'{target}' must end in .toml, for example {target.with_suffix('.toml').name}.")
    name = re.sub(r"[\s.]+", "-", target.stem)
    linked = {"cell": ("film", "phase", "electrolyte"), "film": ("phase",)}.get(kind, ()) if parts else ()
    if parts and not linked:
        raise InputError(f"A {kind} has no parts; write it alone.")
    if ocv is not None and not short and "phase" not in (kind, *linked):
        how = (
            "add --all (a file for each part) or --short (one file)"
            if kind == "cell"
            else "add --all"
            if kind == "film"
            else "use new phase"
        )
        raise InputError(f"A table of the open-circuit potential belongs to a phase, which this {kind} is not: {how}.")
    begun = examples(kind, like)
    files = {kind: target} | {part: target.with_name(f"{target.stem}-{part}.toml") for part in linked}
    texts = {}
    for one, place in files.items():
        check_place(place)
        if place.exists():
            raise InputError(f"'{place}' exists; name another file, or remove it.")
        other = {part: files[part].name for part in linked if part != one}
        given: dict[str, Any] = {"name": name if one == kind else f"{name}-{one}"}
        given |= {"title": f"{one.capitalize()} {given['name']}"} if one in ("cell", "film") else {}
        given |= {"matrix": other["phase"]} if one == "film" and "phase" in other else {}
        given |= {k: other[k] for k in ("film", "electrolyte") if one == "cell" and k in other}
        table = _beside(ocv, place) if ocv is not None else None
        given |= _cut_offs(Path(ocv)) if one == "cell" and ocv is not None else {}
        texts[place] = (
            short_cell(place, given, begun, table) if short else template(one, given, table, place, begun[one])
        )
    if "phase" in files and ocv is None:
        texts |= _with_table(files["phase"], texts[files["phase"]], begun["phase"])
    for place, text in texts.items():
        atomic(place, lambda temporary, text=text: temporary.write_text(text, encoding="utf-8"))  # type: ignore[misc]
    try:
        for one, place in files.items():
            Library().entry(EXAMPLES[one][0], place)
    except HeterofilmError:
        for place in texts:
            place.unlink()
        raise
    return list(texts)


def _with_table(place: Path, text: str, example: str) -> dict[Path, str]:
    """A phase and the csv of its open-circuit potential, copied beside it where the example has one."""
    table = Library(calibration=None).phase(example).ocv
    if table is None or not table.file:
        return {place: text}
    copy = place.with_name(f"{place.stem}-ocv.csv")
    if copy.exists():
        raise InputError(f"'{copy}' exists; name another file, or remove it.")
    content = (DATA / "phases" / table.file).read_text(encoding="utf-8")
    return {place: text.replace(json.dumps(table.file), json.dumps(copy.name)), copy: content}


def _beside(ocv: str | Path, place: Path) -> str:
    file = Path(ocv)
    if not is_file(file):
        raise InputError(f"There is no file {file}; name the csv of the open-circuit potential.")
    try:
        return str(real(file).relative_to(real(place).parent))
    except ValueError:
        raise InputError(f"'{file}' must lie in the folder of {place.name}; copy it there.") from None


def placeholders(file: str | Path) -> list[str]:
    """Keys of a file made by `new` whose values are those of another material, to be replaced.

    Errors: `HeterofilmError` for a file that is no TOML.
    """
    said = re.compile(PLACEHOLDER.format(example=r"\S+"))
    found, table = [], ""
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[+([^\]]+)\]+", line):
            table = f"{heading[1]}."
        elif not line.startswith("#") and said.search(line):
            found.append(table + line.split(" = ")[0])
    return found


def table_of(kind: str, written: list[Path]) -> OpenCircuitTable | None:
    """The table of the open-circuit potential in what `new` wrote of a kind; None where there is none."""
    if kind == "cell":
        return Library().cell(written[0]).matrix.ocv
    phase = next((path for path in written if kind == "phase" or path.stem.endswith("-phase")), None)
    return None if phase is None else Library().phase(phase).ocv


def _cut_offs(table: Path) -> dict[str, Value]:
    """The cut-offs of a cell that runs from a table: its ends, to the millivolt within."""
    columns = read_columns(table, COLUMNS, column_of)
    U = [number for key in ("U", "U_discharge", "U_charge") if key in columns for number in columns[key][0]]
    if not U:
        return {}  # which is told where the table is loaded
    ends = {
        "lower_voltage": math.ceil(1e3 * min(U) - 1e-6) / 1e3,
        "upper_voltage": math.floor(1e3 * max(U) + 1e-6) / 1e3,
    }
    source = f"an end of {table.name}, until you state your own cut-offs"
    return {key: Value(value=end, unit="V", kind="assumed", source=source) for key, end in ends.items()}


def examples(kind: str, like: str | None) -> dict[str, str]:
    """The entries of the library to begin with, by kind: the usual ones, or ``like`` and what it names."""
    found = {one: name for one, (_, name) in EXAMPLES.items()}
    if like is None:
        return found
    found[kind] = like
    entry: Any = Library().entry(EXAMPLES[kind][0], like)
    if kind == "cell":
        found |= {"film": entry.film, "electrolyte": entry.electrolyte}
        entry = Library().film(entry.film)
    return found | ({"phase": entry.matrix} if kind in ("cell", "film") else {})
