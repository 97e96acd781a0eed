"""The page of a project: for every sample a table and its figures, which the browser draws; their numbers as csv.

Static files of figures take many times longer than everything else and are drawn where they are asked for.

A csv has one row of headings with the units, points as decimal marks, and x and y of each curve side by side, as
Origin and its like import them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import starmap
from pathlib import Path

import polars as pl

from ..analysis.electrochemistry.cycles import EFFICIENCY
from ..figures.figure import Figure
from ..figures.style import Columns, Style
from ..files import atomic, file_stem
from ..records.result import Result
from ..reports.page import Chapter, Table, page, save_figures
from .analysed import Analysed
from .energy_levels import diagram
from .findings import Findings, slug, slugs
from .sample_file import KINDS
from .side_by_side import over_potentials, side_by_side
from .verdict import verdict
from .workers import Workers

__all__ = ["FORMATS", "write_page"]

FORMATS = ("svg", "pdf", "png")
"""What figures can be drawn as, beside the page."""
COLUMNS: tuple[Columns, ...] = ("single", "double")
TITLES = {"uvvis": "UV-vis"} | {kind: kind.upper() for kind in ("cv", "eis", "gitt", "hrtem", "ups", "xps", "xrd")}
HEAD = ("Quantity", "Value", "Method", "File", "Note")


def write_page(
    done: Sequence[Analysed],
    folder: Path,
    title: str = "",
    progress: Callable[[str], None] | None = None,
    workers: Workers | None = None,
    style: Style | None = None,
    formats: Sequence[str] = (),
) -> tuple[Path, list[str]]:
    """Write the page, the numbers behind its figures, and these as files of the `formats`.

    Returned: the page, and the names of the other files.
    """
    chapters = [side_by_side(done)] if len(done) > 1 else []
    levels = diagram(done)
    if levels is not None:
        chapters.append(levels)
    tables: dict[str, pl.DataFrame] = {}
    for one, own in zip(done, slugs([one.sample.name for one in done]), strict=True):
        prefix = f"{own}-" if len(done) > 1 else ""
        chapters.append(_first(one))
        for kind, found in one.findings.items():
            found = replace(found, figures=[*found.figures, *over_potentials(one, kind)])
            named = found.renamed(f"{prefix}{slug(kind)}")
            chapters.append(chapter(one.sample.name, kind, named, several=len(done) > 1))
            tables |= named.tables
        chapters.append(_methods(one, several=len(done) > 1))
    names = ", ".join(one.sample.name for one in done)
    place = done[0].sample.file if len(done) == 1 else done[0].sample.folder.parent
    command = shlex.join(
        [
            "heterofilm",
            "analyse",
            str(place),
            "--out",
            str(folder),
            *(["--figures", ",".join(formats)] if formats else []),
        ]
    )
    written = _printed(chapters, folder, style, workers or Workers()) if style is not None else []
    each = workers.map if workers is not None and formats else starmap
    written += save_figures(chapters, folder, formats, progress, tables, each)
    text = page(title or f"Measurements on {names}", chapters, suffixes=formats, command=command, numbers=True)
    path = atomic(folder / "report.html", lambda target: target.write_text(text, encoding="utf-8"))
    return path, sorted(written)


def _printed(chapters: Sequence[Chapter], folder: Path, style: Style, workers: Workers) -> list[str]:
    """Every figure as PDF in both widths; pictures in space have no letters to set and are left out."""
    place = folder / "print"
    place.mkdir(exist_ok=True)
    figures = [f for chapter in chapters for f in chapter.figures if isinstance(f, Figure)]
    wanted = [(f, place / f"{file_stem(f.name)}-{columns}.pdf", style, columns) for f in figures for columns in COLUMNS]
    return [f"print/{path.name}" for path in workers.map(_print, wanted)]


def _print(figure: Figure, path: Path, style: Style, columns: Columns) -> Path:
    return figure.save(path, style=style, columns=columns)


def _first(one: Analysed) -> Chapter:
    """What the sample is: in doubt first, then its main numbers, what was read, what failed."""
    sheet = one.sample.sheet
    known = [
        f"{word} {Result(word, value.value, value.sigma or 0.0, value.unit)}"
        for word, value in (("area", sheet.area), ("thickness", sheet.thickness))
        if value
    ]
    files = [(name, one.files.get(name, ""), KINDS.get(one.files.get(name, ""), "")) for name in one.hashes]
    short = verdict(one)
    tables = [Table("Main numbers", ("Quantity", "Value"), short.numbers)] if short.numbers else []
    tables.append(Table("Files", ("File", "Taken for", ""), files))
    if one.failed:
        tables.append(Table("Not analysed", ("File or kind", "Why"), one.failed))
    more = [f"and {short.more} more, beside their numbers"] if short.more else []
    title = "; ".join([sheet.title, *known]).strip("; ")
    return Chapter(one.sample.name, title, tables=tables, warnings=[*short.doubts, *more])


def _methods(one: Analysed, *, several: bool) -> Chapter:
    """How it was measured and evaluated, in sentences, after what was found."""
    return Chapter(f"{one.sample.name}: methods" if several else "Methods", "", one.methods().split("\n\n"))


def _heading(kind: str) -> str:
    """A kind of measurement as a title: initials stay what they are."""
    return TITLES.get(kind, kind[:1].upper() + kind[1:])


def chapter(sample: str, kind: str, found: Findings, *, several: bool) -> Chapter:
    """One kind of measurement of a sample."""
    tables = []
    for title, numbered in (("Results", False), ("Peaks and plateaus by their number", True)):
        rows = [(r.quantity, str(r), r.method, r.file, r.note) for r in found.results if r.numbered is numbered]
        tables += [Table(title, HEAD, rows)] if rows else []
    if kind == "cycling":
        tables += [_every_cycle(name, table) for name, table in found.tables.items() if name.endswith("cycles")]
    return Chapter(
        f"{sample}: {_heading(kind)}" if several else _heading(kind),
        "",
        found.notes,
        found.figures,
        tables,
    )


EVERY = {  # column of a table of cycles -> heading, digits, scale
    "cycle": ("Cycle", "{:.0f}", 1.0),
    "discharge_uAh_cm2_um": ("Discharge / µAh cm⁻² µm⁻¹", "{:.2f}", 1.0),
    "charge_uAh_cm2_um": ("Charge / µAh cm⁻² µm⁻¹", "{:.2f}", 1.0),
    "discharge_uAh_cm2": ("Discharge / µAh cm⁻²", "{:.4g}", 1.0),
    "charge_uAh_cm2": ("Charge / µAh cm⁻²", "{:.4g}", 1.0),
    "discharge_mAh_g": ("Discharge / mAh g⁻¹", "{:.4g}", 1.0),
    "discharge_uAh": ("Discharge / µAh", "{:.4g}", 1.0),
    "coulombic_efficiency": ("Coulombic efficiency / %", "{:.2f}", 100.0),
    "energy_efficiency": ("Energy efficiency / %", "{:.2f}", 100.0),
    "polarisation_V": ("Polarisation / V", "{:.3f}", 1.0),
    "retention_first": ("Retention / %", "{:.2f}", 100.0),
    "doubt": ("In doubt", "{}", 0.0),
}
CYCLES = 300  # on the page; more stand in the csv


def _every_cycle(name: str, table: pl.DataFrame) -> Table:
    """All cycles of a file, in each unit that is known."""
    columns = [c for c in EVERY if c in table.columns and table[c].cast(pl.String).replace("", None).count()]
    rows = [
        ["–" if value is None else EVERY[c][1].format(value * EVERY[c][2] if EVERY[c][2] else value)
         for c, value in row.items()]
        for row in table[:CYCLES].select(columns).iter_rows(named=True)
    ]  # fmt: skip
    more = f", the first {CYCLES} of {table.height}; all stand in data/{name}.csv" if table.height > CYCLES else ""
    title = f"Every cycle of {name.removesuffix('-cycles')} (efficiencies: {EFFICIENCY}{more})"
    return Table(title, [EVERY[c][0] for c in columns], rows)
