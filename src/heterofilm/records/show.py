"""How a record shows itself: one line, or a small table in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from ..units import from_si
from ..wording import counted
from . import balance

SHOWN = 12  # steps of a table in a notebook


def line(meta: Mapping[str, Any], steps: pl.DataFrame, rows: int) -> str:
    """One line: what it is of, how much of it there is, and what is wrong with it."""
    name, kind = meta.get("name", "unnamed"), meta.get("kind", "unknown")
    incomplete = ", incomplete" if "incomplete" in meta else ""
    share = balance.missed(steps, meta)
    lost = f", lithium missed: {share:.1e} of the charge" if share is not None and share > balance.DOUBTFUL else ""
    return f"<Record {name}: {kind}, {counted(steps.height, 'step')}, {counted(rows, 'row')}{incomplete}{lost}>"


def html(meta: Mapping[str, Any], steps: pl.DataFrame, frame: pl.DataFrame) -> str:
    """Title, notes and the first steps as a table; every text escaped."""
    title = meta.get("title") or meta.get("name", "unnamed")
    parts = [
        f"<b>{escape(str(title))}</b> ({escape(str(meta.get('kind', 'unknown')))}, {counted(frame.height, 'row')})"
    ]
    parts += [f"<br><i>{escape(str(meta[key]))}</i>" for key in ("notes", "incomplete", "remarks") if meta.get(key)]
    head = "".join(f"<th>{name}</th>" for name in ("step", "cycle", "kind", "time / h", "capacity", "end"))
    rows = [_row(step, meta) for step in steps.head(SHOWN).iter_rows(named=True)]
    more = f"<tr><td colspan=6>... {steps.height - SHOWN} more steps</td></tr>" if steps.height > SHOWN else ""
    return (
        f"<div>{''.join(parts)}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}{more}</tbody></table></div>"
    )


def _row(step: Mapping[str, Any], meta: Mapping[str, Any]) -> str:
    thickness = meta.get("thickness_m")
    if isinstance(thickness, int | float) and thickness > 0:
        capacity = f"{from_si(step['capacity_C_m2'] / thickness, 'uAh/cm2/um'):.2f} µAh cm⁻² µm⁻¹"
    else:
        capacity = f"{from_si(step['capacity_C_m2'], 'uAh/cm2'):.3g} µAh cm⁻²"
    hours = from_si(step["t_end"] - step["t_start"], "h")
    cells = (step["step"], step["cycle"], step["kind"], f"{hours:.2f}", capacity, step["end"])
    return f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
