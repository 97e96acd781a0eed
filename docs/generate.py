"""Pages that are written from the code and its data, at every build: ``python docs/generate.py`` writes them alone.

`equations_values.md`: which equation takes which value. `library.md`: every value of the library with its source.
`commands.md`: the command line. `python.md`: the public names. `rooms.md`: what every module is for.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import tracing  # noqa: E402  # beside this file

import heterofilm  # noqa: E402
from heterofilm.commands.lazy import LazyParser  # noqa: E402
from heterofilm.library import MODELS, Library, names, value_paths  # noqa: E402
from heterofilm.library.cell_entries import words_of  # noqa: E402
from heterofilm.library.described import keys  # noqa: E402
from heterofilm.library.value import Entry, Value  # noqa: E402

SHOWN = "voc1-atfb"  # the cell whose values stand beside the equations
KINDS = {"phase": "phases", "film": "films", "electrolyte": "electrolytes", "anode": "anodes", "cell": "cells"}
WIDE = ("---", "html_theme.sidebar_secondary.remove: true", "---", "")
OF_CELLS = ("phases", "films", "electrolytes", "anodes", "cells")


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table in Markdown."""
    head = list(head)
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("$", "\\$").replace("*", "\\*")


def schema_keys() -> dict[str, str]:
    """A key, as film.thickness, -> its words, for every key of the entries of a cell, tables within tables included."""
    found: dict[str, str] = {}

    def walk(model: type[Entry], start: str) -> None:
        for key in keys(model):
            if key.tables:
                for inner in key.tables:
                    walk(inner, f"{start}.{key.name}")
            else:
                found[f"{start}.{key.name}"] = key.words

    for kind, plural in KINDS.items():
        walk(MODELS[plural], kind)
    return found


def reaches() -> dict[str, dict[str, set[str]]]:
    """Key of a file -> field of the engine -> laws that read it."""
    known, used = schema_keys(), tracing.uses()
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for (struct, field), made_of in tracing.sources().items():
        if struct == "Model" and field not in ("T", "R_s"):
            continue  # structs within it, whose fields stand by themselves
        for key in made_of & set(known):
            found[key][f"{struct}.{field}"] = used.get((struct, field), set())
    return dict(found)


def equations_values() -> str:
    """Of every section of the equations the values that act in it."""
    places, words, held = tracing.sections(HERE / "equations.md"), schema_keys(), _values_of(SHOWN)
    by_section: dict[tracing.Section, dict[str, tuple[set[str], set[str]]]] = defaultdict(dict)
    for key, fields in reaches().items():
        for field, users in fields.items():
            for user, _, side in (one.partition("@") for one in users):
                if side and (side == "anode") != key.startswith("anode."):
                    continue  # the two interfaces share a struct
                place = tracing.section_of(user, places)
                if place is not None:
                    symbols, readers = by_section[place].setdefault(key, (set(), set()))
                    symbols.add(field)
                    readers.add(user)
    lines = [
        *WIDE,
        "# Which equation uses which value",
        "",
        "Written at every build by following the code: `cell/assemble.py` makes the fields of the engine's structs "
        "(`engine/parameters.py`) from the keys of a [file](../schema.md), and the functions of `engine/` read them. "
        f"The numbers are those of the cell `{SHOWN}` of the library; [the library](library.md) has their sources. "
        "Sections are those of [the equations](../equations.md).",
        "",
    ]
    for (number, title), found in sorted(by_section.items()):
        rows = [
            (f"`{key}`", held.get(key, ""), ", ".join(f"`{one}`" for one in sorted(symbols)),
             ", ".join(f"`{one}`" for one in sorted(readers)), words[key])
            for key, (symbols, readers) in sorted(found.items())
        ]  # fmt: skip
        head = ("value", SHOWN, "in the engine", "read by", "meaning")
        lines += [f"## {number}. {title}", "", *table(head, rows), ""]
    return "\n".join(lines)


def _values_of(cell: str) -> dict[str, str]:
    """Key -> number and kind of a cell; of several (phases, couples) each."""
    found: dict[str, list[str]] = defaultdict(list)
    entries = Library().cell(cell)
    singular = {plural: kind for kind, plural in KINDS.items()}
    couples = {f"{i}" for i in range(20)} | {c.name for p in (entries.matrix, entries.domain) if p for c in p.couples}
    for path, value in value_paths(entries):
        kind, name, *rest = path.split(".")
        key = ".".join([singular[kind], *(word for word in rest if word not in couples)])
        of = f" ({name})" if kind == "phases" else ""
        found[key].append(f"{_short(value)} {value.kind}{of}")
    return {key: "; ".join(each) if len(each) <= 2 else f"{len(each)} couples" for key, each in found.items()}


def _short(value: Value) -> str:
    unit = "" if value.unit == "1" else f" {value.unit}"
    return f"{value.value:.4g}{unit}"


def library_page() -> str:
    """Every packaged entry of a cell, value by value."""
    library = Library()
    lines = [
        *WIDE,
        "# The library, value by value",
        "",
        "Every number that the package brings along for cells, with its kind and source, as `heterofilm library` shows "
        "it. *measured*: read in a publication; *calibrated*: fitted to the rows named; *computed*: by a program; "
        "*assumed*: with its range. σ is one standard deviation.",
        "",
    ]
    for kind in OF_CELLS:
        lines += [f"## {kind.capitalize()}", ""]
        for name in names(kind):
            entry: Any = library.entry(MODELS[kind], name)
            start, origin = f"{kind}.{name}", str(library.origin(MODELS[kind], name))
            rows = [
                (f"`{path.removeprefix(start + '.')}`", _short(value), value.kind, _range(value),
                 words_of(value, origin), value.source)
                for path, value in value_paths(entry)
            ]  # fmt: skip
            lines += [f"### {name}", "", f"{entry.title}.", ""]
            lines += [*table(("key", "value", "kind", "range", "from", "source"), rows), ""] if rows else []
    return "\n".join(lines)


def _range(value: Value) -> str:
    span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g}"
    return ", ".join(filter(None, (span, f"σ {value.sigma:.2g}"))) if value.sigma else span


def commands_page() -> str:
    """What ``heterofilm COMMAND --help`` prints, of every command."""
    from heterofilm.cli import _parser

    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        lines = ["# Command line", "", "As `heterofilm --help` and `heterofilm COMMAND --help` print it.", ""]
        lines += [*_help(_parser(), "heterofilm")]
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    return "\n".join(lines)


def _help(parser: argparse.ArgumentParser, name: str, level: int = 2) -> Iterator[str]:
    if isinstance(parser, LazyParser):
        parser.ready()  # its options, which nobody has asked for yet
    yield from (f"{'#' * level} `{name}`", "", "```text", parser.format_help().rstrip(), "```", "")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                yield from _help(inner, f"{name} {word}", min(level + 1, 4))


def rooms_page() -> str:
    """The first sentence of every module, by room."""
    lines: list[str] = []
    folders = sorted({path.parent for path in tracing.PACKAGE.rglob("*.py")} - {tracing.PACKAGE})
    for folder in [tracing.PACKAGE, *folders]:
        modules = [path for path in sorted(folder.glob("*.py")) if path.name != "__main__.py"]
        rows = [(f"`{path.name}`", _first_sentence(path)) for path in modules if path.name != "__init__.py"]
        if rows:
            inside = folder.relative_to(tracing.PACKAGE).as_posix()
            lines += [f"### {'heterofilm' if inside == '.' else inside + '/'}", "", *table(("module", "for"), rows), ""]
    return "\n".join(lines)


def _first_sentence(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.partition("\n\n")[0].replace("``", "`").replace(":class:", "").replace("~heterofilm.", "")


HEADINGS = {
    "Cells and their values": ("cell", "library", "growth"), "Protocols": ("protocol",),
    "Running them": ("simulation", "sweeps", "commands"), "What comes back": ("records",),
    "Devices": ("device", "plots"), "Fits and design": ("calibration", "design", "designs"),
    "Analyses": ("analysis", "instruments"), "Errors": ("errors",),
}  # fmt: skip
PYTHON = """# Python

What `import heterofilm as hf` gives. Nothing is loaded before it is used. Errors are of four kinds, all of them
`HeterofilmError`, each one sentence: what, where, what was expected, what to do.

```{eval-rst}
.. currentmodule:: heterofilm
"""


def python_names() -> str:
    """The public names by the rooms they live in, for autosummary; those of a room without heading come last."""
    homes = {name: home.split(".")[1] for name, (home, _) in heterofilm._HOMES.items() if name != "__version__"}
    known = {room for rooms in HEADINGS.values() for room in rooms}
    headings = {**HEADINGS, "More": tuple(sorted(set(homes.values()) - known))}
    lines = [PYTHON]
    for title, rooms in headings.items():
        own = [name for name, room in homes.items() if room in rooms]
        if own:
            lines += [title, "-" * len(title), "", ".. autosummary::", "   :toctree: api", "   :nosignatures:", ""]
            lines += [*(f"   {name}" for name in own), ""]
    return "\n".join([*lines, "```", ""])


PAGES = {
    "equations_values.md": equations_values,
    "library.md": library_page,
    "commands.md": commands_page,
    "python.md": python_names,
    "parts/rooms.md": rooms_page,
}


def write_all(folder: Path) -> None:
    """Write every page whose text has changed, so that Sphinx reads anew only what is new."""
    for name, page in PAGES.items():
        path, text = folder / name, page()
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_all(HERE / "generated")
