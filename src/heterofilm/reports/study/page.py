"""The page of a study: one HTML file that opens from disk and loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path
from string import Template

import polars as pl
from plotly.offline import get_plotlyjs

from ..._version import __version__
from ...figures.figure import Figure
from ...files import atomic
from ...library import value_paths
from ...library.cell_entries import words_of
from ...library.value import Value
from ...study.results import CURRENT, Results
from ..page import HERE, Chapter, chapters_html, figure_html, frame_html, table_html
from .summary import pretty, sentences

TEMPLATE = HERE / "page.html"
SHORT = 12  # steps of a run that are listed one by one
LEGEND = """<p class="lead">Calibrated: the measured value was used to set values of the model. Predicted: it was not.
Agrees means within 5 %, 0.05 V or 0.05 of a share; close, within 15 %, 0.10 V or 0.10. Bands hold 16 to 84 % of the
draws of the calibration.</p>"""
STATUS_ORDER = ("calibrated", "predicted", "computed", "input", "not in this study", "not yet modelled")


def write_page(
    results: Results,
    table: pl.DataFrame | None,
    figures: Sequence[Figure],
    path: Path,
    chapters: Sequence[Chapter] = (),
) -> Path:
    """Write the page of a study, whole or not at all; ``table`` is that of its reference."""
    text = page(results, table, figures, chapters)
    return atomic(path, lambda target: target.write_text(text, encoding="utf-8"))


def page(
    results: Results, table: pl.DataFrame | None, figures: Sequence[Figure], chapters: Sequence[Chapter] = ()
) -> str:
    """The page as HTML."""
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(results, table))
    return template.substitute(
        title=escape(results.title),
        description=escape(results.description),
        about=_about(results),
        sentences=said,
        failed=_failed(results),
        figures="".join(figure_html(figure) for figure in figures),
        chapters=chapters_html(chapters),
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        runs=_runs(results),
        claims="" if table is None else _claims(table, results.reference.name),
        values=_values(results),
        plotly=get_plotlyjs(),
    )


def _about(results: Results) -> str:
    count = len(results.main.records)
    bands = f", {len(results.members)} draws of the calibration for the bands" if results.members else ""
    return escape(
        f"{len(results.main.cells)} cells, {count} runs{bands}, {results.seconds:.0f} s. "
        f"heterofilm {__version__}, {date.today():%-d %B %Y}."
    )


def _failed(results: Results) -> str:
    if not results.failed:
        return ""
    rows = "".join(
        f"<li><b>{escape(cell)}, {escape(test)}:</b> {escape(words)}</li>" for cell, test, words in results.failed
    )
    return f'<section class="failed"><h2>Runs that failed</h2><ul>{rows}</ul></section>'


def _runs(results: Results) -> str:
    rows = []
    for (cell, test), record in results.main.records.items():
        if record.steps.height > SHORT:
            cycles = record.steps["cycle"].n_unique()
            words = f"{cycles} cycles, in data/{cell}_{test}.steps.csv"
            rows.append((cell, results.tests.get(test, test), words, "", "", "", ""))
            continue
        for step in record.steps.iter_rows(named=True):
            if not step["t_end"] > step["t_start"]:
                continue
            mean = step["capacity_C_m2"] / (step["t_end"] - step["t_start"])
            current = mean * CURRENT
            rows.append(
                (
                    cell,
                    results.tests.get(test, test),
                    step["kind"],
                    f"{current:.4g}",
                    f"{record.capacity(step=step['step']):.1f}",
                    f"{step['energy_J_m2'] / 36.0:.1f}",
                    step["end"],
                )
            )
    head = (
        "Cell",
        "Test",
        "Step",
        "Current / µA cm⁻²",
        "Capacity / µAh cm⁻² µm⁻¹",
        "Energy / µWh cm⁻²",
        "End",
    )
    return table_html(head, rows)


def _claims(table: pl.DataFrame, source: str) -> str:
    order = {status: k for k, status in enumerate(STATUS_ORDER)}
    rows = sorted(table.iter_rows(named=True), key=lambda row: order[row["status"]])
    body = []
    for row in rows:
        band = "" if row["low"] is None else f'<span class="band">{row["low"]:g} to {row["high"]:g}</span>'
        unit = "" if row["unit"] == "1" else row["unit"]
        cells = (
            f"{escape(row['sample'])}<br><small>{escape(row['cell'])}</small>",
            f"{escape(pretty(row['words']))}<br><small>{escape(pretty(row['condition']))}</small>",
            f"{escape(pretty(row['measured']))} <small>{escape(pretty(unit))}</small>",
            f"{escape(pretty(row['simulated']))} {band}",
            f"{escape(row['deviation'])} <em class='{row['verdict']}'>{row['verdict']}</em>",
            f"<span class='status {row['status'].split()[0]}'>{row['status']}</span>"
            f"<br><small>role: {row['role']}</small>",
            f"<small>{escape(row['note'])}</small>",
        )
        body.append(f"<tr id='claim-{row['id']}'>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = ("Sample", "Quantity", source.capitalize(), "Model (band)", "Difference", "Status", "Note")
    return f"<h2>The {escape(source)} and the model</h2>{LEGEND}{frame_html(head, body)}"


def _values(results: Results) -> str:
    found: dict[tuple[str, str], tuple[Value, str]] = {}
    for cell in results.main.cells.values():
        for path, value in value_paths(cell.entries):
            origin = cell.entries.origins.get(".".join(path.split(".")[:2]))
            found.setdefault((path, str(value)), (value, words_of(value, origin)))
    rows = []
    for (path, _), (value, origin_words) in sorted(found.items(), key=lambda item: item[0]):
        span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g}"
        if value.sigma:
            span += f" (± {value.sigma:.2g})"
        rows.append((path, f"{value.value:.6g}", value.unit, value.kind, origin_words, span.strip(), value.source))
    return table_html(("Value", "Number", "Unit", "Kind", "From", "Range", "Source"), rows)
