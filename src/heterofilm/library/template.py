"""The text of a file to begin with: an entry of the library, a comment at every key; it runs as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .described import Key, keys
from .loader import Library
from .ocv import COLUMNS
from .schema import CellSpec, Electrolyte, Film, Phase
from .sputtering import Crystallisation, Recipe, Target
from .system import System
from .template_text import comment, short_form
from .value import NO_SOURCE, Entry, Value
from .writer import inline

__all__ = ["EXAMPLES", "KINDS", "PLACEHOLDER", "short_cell", "template"]

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
# heterofilm schema cell, heterofilm schema film. What the phase and the electrolyte are made of (density, D, thickness
# of the electrolyte) stands in their entries: heterofilm library cells {file} lists it all, --set changes one,
#   --set electrolytes.{electrolyte}.{change}
# and heterofilm new cell FILE --from {example} --all writes a file for each. Try it:
#   {try_it}

"""
CAPACITY = '# capacity = "40 uAh/cm2/um"  # what the film delivers between the voltages, also in mAh/g, uAh/cm2 or uAh'
PLACEHOLDER = "placeholder: that of {example}, replace it"


def short_cell(file: Path, given: dict[str, Any], begun: dict[str, str], ocv: str | None) -> str:
    """A cell with its film in one file: what the examples state, and what a film is most often told by.

    With a table ``ocv`` the phase stands in it too, and what is not the user's is marked.
    """
    library = Library()
    cell, film = library.entry(CellSpec, begun["cell"]), library.film(begun["film"])
    cell = cell.model_copy(update={key: value for key, value in given.items() if key != "film"})
    film = film.model_copy(update={"name": f"{given['name']}-film", "title": f"Film of {given['name']}"})
    solid = library.electrolyte(cell.electrolyte).thickness is not None
    words = {"example": begun["cell"], "electrolyte": cell.electrolyte, "file": file.name}
    words |= {"change": 'thickness="1.2 um"' if solid else 'area_resistance="10 ohm cm2"'}
    lines = [SHORT.format(try_it=_try_it("cell", file.name, cell), **words)]
    if ocv is None:
        lines += [line for line in _given(CellSpec, cell) if not line.startswith("film = ")]
        hint = [] if library.anode(cell.anode).film else [CAPACITY]  # which counts against lithium
        lines += [*_stated(cell), "", "[film]", *_given(Film, film), *hint, *_stated(film, "film.")]
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
