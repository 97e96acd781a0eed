"""A file to begin with: an entry of the library in short form, with a comment at every key; it runs as it is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import HeterofilmError, InputError, did_you_mean
from ..files import atomic, check_place, is_file
from .columns import read_columns
from .described import Key, keys
from .files import DATA
from .loader import Library
from .ocv import COLUMNS, OpenCircuitTable, column_of
from .schema import CellSpec, Electrolyte, Film, Phase
from .sputtering import Crystallisation, Recipe, Target
from .system import System
from .template_text import comment, short_form
from .value import NO_SOURCE, Entry, Value
from .writer import inline

__all__ = ["KINDS", "new", "placeholders", "table_of", "template"]

EXAMPLES: dict[str, tuple[type[Entry], str]] = {
    "cell": (CellSpec, "lco-atfb"),
    "film": (Film, "LCO"),
    "phase": (Phase, "LiCoO2"),
    "electrolyte": (Electrolyte, "LiPON"),
    "system": (System, "V-Cu-O"),
    "recipe": (Recipe, "VOC1"),
    "target": (Target, "V2O5"),
    "crystallisation": (Crystallisation, "V2O5"),
}
KINDS = tuple(EXAMPLES)
HEAD = """\
# {kind} for heterofilm. Every value here may be yours; what is in comments is optional.
# A quantity is a table that keeps its source, {{ value = 300, unit = "nm", kind = "measured", source = "FESEM" }}, or
# in short "300 nm" or "300 +- 10 nm" (one standard deviation). A value that you change has another source: replace the
# whole table, or state its kind and source too.
# All keys: heterofilm schema. Try it:  {try_it}
"""
SHORT = """\
# A cell for heterofilm, begun as {example}. Change what differs in yours: thickness, capacity, area, voltages.
# A quantity is a text with its unit, "300 nm" or "300 +- 10 nm" (one standard deviation), or a table that keeps its
# source; one that you change has another source, so replace the whole table. All other keys that there are:
# heterofilm schema cell, heterofilm schema film. Try it:
#   {try_it}

"""
CAPACITY = '# capacity = "60 uAh/cm2/um"  # what the film delivers between the voltages, also in mAh/g, uAh/cm2 or uAh'
PLACEHOLDER = "placeholder: that of {example}, replace it"


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
            _short_cell(place, given, begun, table) if short else template(one, given, table, place, begun[one])
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
        return str(file.resolve().relative_to(place.resolve().parent))
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


def _short_cell(file: Path, given: dict[str, Any], begun: dict[str, str], ocv: str | None) -> str:
    """A cell with its film in one file: what the examples state, and what a film is most often told by.

    With a table ``ocv`` the phase stands in it too, and what is not the user's is marked.
    """
    library = Library()
    cell, film = library.entry(CellSpec, begun["cell"]), library.film(begun["film"])
    cell = cell.model_copy(update={key: value for key, value in given.items() if key != "film"})
    film = film.model_copy(update={"name": f"{given['name']}-film", "title": f"Film of {given['name']}"})
    lines = [SHORT.format(try_it=_try_it("cell", file.name, cell), example=begun["cell"])]
    if ocv is None:
        lines += [line for line in _given(CellSpec, cell) if not line.startswith("film = ")]
        lines += [*_stated(cell), "", "[film]", *_given(Film, film), CAPACITY, *_stated(film, "film.")]
    else:
        name = f"{given['name']}-phase"
        phase = Library(calibration=None).phase(begun["phase"]).model_copy(update={"name": name})
        lines += _foreign(cell, {*given, "film"}, begun["cell"], {"film"})
        lines += ["", "[film]", *_foreign(film, {"title"}, begun["film"], {"matrix"}), CAPACITY, "", "[film.matrix]"]
        lines += [*_foreign(phase, set(), begun["phase"], set()), "", "[film.matrix.ocv]", *_table(ocv)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _foreign(entry: Entry, own: set[str], example: str, skip: set[str]) -> Iterator[str]:
    """The keys that an entry must have, those that are not the user's ``own`` marked as those of the example."""
    absent = {"molar_mass", *(name for name, field in type(entry).model_fields.items() if not field.is_required())}
    for key in keys(type(entry)):
        value = getattr(entry, key.name)
        if key.tables or key.name in skip or (key.name in absent and key.name not in own):
            continue
        foreign = key.name not in {"name", *own}
        yield _entered(key, value, PLACEHOLDER.format(example=example) if foreign else "")


def _entered(key: Key, value: Any, placeholder: str = "", keeps: bool = False) -> str:
    """The line of a key: a quantity with its source, or with a ``placeholder`` in place of it (or, if it ``keeps`` what
    it says of itself, behind it).
    """
    if placeholder and isinstance(value, Value) and not keeps:
        return f"{key.name} = {inline(value.model_copy(update={'kind': 'assumed', 'source': placeholder}))}"
    return f"{key.name} = {_written(value, key)}" + (f"  # {placeholder}" if placeholder else "")


def _written(value: Any, key: Key) -> str:
    """A value in short form where it loses nothing by it."""
    sourced = (
        any(isinstance(one, Value) for one in value.values())
        if isinstance(value, dict)
        else (isinstance(value, Value) and value.source != NO_SOURCE)
    )
    return inline(value) if sourced else short_form(value, key)


def _table(ocv: str) -> tuple[str, ...]:
    return (
        f"file = {json.dumps(ocv)}", 'kind = "measured"',
        'source = "say here which sample, instrument, current and temperature"',
    )  # fmt: skip


def _stated(entry: Entry, within: str = "") -> Iterator[str]:
    """The tables of an entry in which it states something."""
    for key in keys(type(entry)):
        table = getattr(entry, key.name)
        if key.tables and isinstance(table, Entry) and (own := list(_given(type(table), table))):
            yield from ("", f"[{within}{key.name}]", *own)


def template(
    kind: str, given: dict[str, Any], ocv: str | None = None, file: Path | None = None, example: str | None = None
) -> str:
    """The text of such a file; ``given``: keys that differ from the example of the library, and are the user's."""
    model, usual = EXAMPLES[kind]
    example = example or usual
    entry = Library(calibration=None).entry(model, example)
    entry = entry.model_copy(update={key: value for key, value in given.items() if isinstance(value, Value)})
    lines = [
        HEAD.format(
            kind=f"{'An' if kind[0] in 'aeiou' else 'A'} {kind}",
            try_it=_try_it(kind, "mine.toml" if file is None else file.name, entry),
        )
    ]
    own = set(given)
    if ocv is not None and kind == "phase":
        given = {"title": f"{given.get('name', kind)}, with {example} as a placeholder"} | given
    skip = {"couples", "ageing"} if ocv is not None and kind == "phase" else set()
    placeholder = PLACEHOLDER.format(example=example) if ocv is not None else ""
    keeps = kind == "electrolyte"  # a material of its own, whatever the film is
    lines += _section(model, entry, given, skip, placeholder, own, keeps)
    for key in keys(model):
        if not key.tables or key.name in skip:
            continue
        kept = (keeps or not placeholder) and key.name != "outcome"  # measured on the example's own film
        present = getattr(entry, key.name) if kept else None
        table = ocv if key.name == "ocv" else None
        lines += _tables(key, present, table, placeholder if keeps else "")
    return "\n".join(lines).rstrip() + "\n"


def _try_it(kind: str, where: str, entry: Entry) -> str:
    return {
        "cell": f'heterofilm simulate {where} "Discharge at C/10 until {_cut(entry)}" --plot first.png',
        "film": f"heterofilm library films {where}; name it as the film of a cell",
        "phase": f"heterofilm library phases {where}; name it as the matrix of a film",
        "electrolyte": f"heterofilm library electrolytes {where}; name it as the electrolyte of a cell",
        "system": f"heterofilm library systems {where}; name it as the system of a recipe",
        "recipe": f"heterofilm grow {where}",
        "target": f"heterofilm library targets {where}; name it under power in a recipe",
        "crystallisation": f"heterofilm library crystallisations {where}; name it in a system or target",
    }[kind]


def _cut(entry: Entry) -> str:
    return str(entry.lower_voltage) if isinstance(entry, CellSpec) else ""


def _section(
    model: type[Entry], entry: Entry, given: dict[str, Any], skip: set[str], placeholder: str, own: set[str],
    keeps: bool,
) -> Iterator[str]:  # fmt: skip
    """The plain keys of a table, each with its words; optional ones that the example leaves out as comments.

    With words for a ``placeholder`` the example is another material: but for the keys that are the user's ``own``, what
    it says of itself is left out where it can be (unless it ``keeps`` it), and marked where it cannot.
    """
    absent = {name for name, field in model.model_fields.items() if not field.is_required()}
    absent.add("molar_mass")  # follows from the atoms
    for key in keys(model):
        if key.tables or key.name in skip:
            continue
        field = model.model_fields[key.name]
        foreign = bool(placeholder) and key.name not in own
        drop = foreign and key.name in absent and not keeps
        value = given.get(key.name, getattr(entry, key.name))
        if drop:
            value = None if field.is_required() else field.default
        yield from comment(f"{key.words} [{key.expects}]" if key.expects != "a text" else key.words)
        if (
            drop
            or value is None
            or value in ("", (), {})
            or (not key.required and value == field.default and not isinstance(value, str))
        ):
            yield f"# {key.name} = {short_form(value, key)}"
        else:
            yield _entered(key, value, placeholder if foreign else "", keeps)
        yield ""


def _tables(key: Key, present: Any, ocv: str | None, placeholder: str) -> Iterator[str]:
    """A table, or several, or how one would begin; with words behind its values where they are placeholders."""
    model = key.tables[0]
    yield ""
    yield from comment(key.words)
    if ocv is not None:
        yield from (f"[{key.name}]", *_table(ocv))
    elif isinstance(present, tuple) and present:
        for item in present:
            yield f"[[{key.name}]]"
            yield from _given(model, item, placeholder)
            yield ""
    elif isinstance(present, Entry) and list(_given(model, present)):
        yield f"[{key.name}]"
        columns = {*COLUMNS, "capacity_unit"} if getattr(present, "file", "") else set()  # they stand in the file
        yield from (line for line in _given(model, present, placeholder) if line.split(" = ")[0] not in columns)
    else:
        yield f"# [{key.name}]"
        for inner in keys(model):
            if not inner.tables:
                yield from comment(f"{inner.name}: {inner.words} [{inner.expects}]")


def _given(model: type[Entry], entry: Entry, placeholder: str = "") -> Iterator[str]:
    """What the example states in a table."""
    for key in keys(model):
        value = getattr(entry, key.name)
        if not key.tables and value not in (None, "", (), {}) and value != model.model_fields[key.name].default:
            yield _entered(key, value, placeholder, keeps=True)
