"""What a study shows, in sentences computed from its numbers."""

from __future__ import annotations

import polars as pl

from ...simulation.losses import LOSSES, mean_losses
from ...study.results import Results, discharge_capacities, group
from .causes import has_losses
from .common import WORDS, label, main_current


def findings(results: Results, table: pl.DataFrame | None = None) -> list[str]:
    """Three sentences: what is delivered, what is kept, and how far it agrees or where it is lost."""
    agreement = [] if table is None else judged_sentences(table, results.reference.name)[-1:]
    first = [*capacity_sentences(results)[:1], *(life_sentences(results)[:1] or rate_sentences(results)), *agreement]
    rest = [*capacity_sentences(results)[1:], *rate_sentences(results), *loss_sentences(results)]
    return list(dict.fromkeys([*first, *rest]))[:3]


def capacity_sentences(results: Results) -> list[str]:
    """What the cells deliver at the current of the profiles."""
    told = {(one.cell, one.current): one.capacity for one in results.reference.capacities}
    found = []
    for kind, words in WORDS.items():
        cells = [c for c in results.main.cells.values() if group(c) == kind]
        current = main_current(results, cells)
        if current is None:
            continue
        parts = []
        for cell in cells:
            capacity = results.main.capacity(cell.name, current)
            if capacity is None:
                continue
            measured = told.get((cell.name, current))
            beside = f" ({results.reference.name} {measured:.1f})" if measured else ""
            parts.append(f"{label(results, cell)} {capacity:.1f}{beside}")
        found.append(f"At {current:g} µA cm⁻² the {words} deliver, in µAh cm⁻² µm⁻¹: {', '.join(parts)}.")
    return found


def rate_sentences(results: Results) -> list[str]:
    """What is kept of the capacity from the slowest to the fastest discharge."""
    parts = []
    low = high = 0.0
    for cell in results.main.cells.values():
        found = results.main.discharges(cell.name)
        if group(cell) != "half-cell" or len(found) < 2:
            continue
        low, high = min(found), max(found)
        kept = found[high].capacity(step=1) / found[low].capacity(step=1)
        parts.append(f"{label(results, cell)} {100 * kept:.0f} %")
    if not parts:
        return []
    return [f"From {low:g} to {high:g} µA cm⁻² the half-cells keep of their capacity: {', '.join(parts)}."]


def life_sentences(results: Results) -> list[str]:
    """What cycling leaves: last over first and over largest capacity."""
    found: dict[tuple[str, float], list[str]] = {}
    for name, record, current in results.main.lives():
        cell = results.main.cells[name]
        cycle, q = discharge_capacities(record)
        words = f"{label(results, cell)} {100 * q[-1] / q[0]:.0f} %"
        if q[2:].max() > 1.02 * q[1]:
            words += (
                f" ({100 * q[-1] / q[1:].max():.0f} % of the {q[1:].max():.1f} of cycle {cycle[1 + q[1:].argmax()]})"
            )
        found.setdefault((group(cell), current), []).append(f"{words} after {cycle[-1]} cycles")
    return [
        f"Cycled at {current:g} µA cm⁻² the {WORDS[kind]} keep of their first capacity: {', '.join(parts)}."
        for (kind, current), parts in sorted(found.items(), key=lambda item: (item[0][0] != "half-cell", item[0][1]))
    ]


def loss_sentences(results: Results) -> list[str]:
    """Where the voltage goes."""
    parts = []
    for cell in results.main.cells.values():
        current = main_current(results, [cell])
        record = results.main.discharge(cell.name, current) if current is not None else None
        if record is None or group(cell) != "half-cell" or not has_losses(record):
            continue
        mean = mean_losses(record, 1)
        worst = max(mean, key=lambda name: float(mean[name]))
        parts.append(f"{label(results, cell)} {LOSSES[worst]} ({1e3 * mean[worst]:.0f} mV)")
    return [f"Largest mean loss of voltage in the half-cells: {', '.join(parts)}."] if parts else []


def judged_sentences(table: pl.DataFrame, source: str) -> list[str]:
    """How the rows that were fitted came out, and last those that were not."""

    def count(status: str, verdict: str) -> int:
        return table.filter((pl.col("status") == status) & (pl.col("verdict") == verdict)).height

    found = []
    for status, words in (
        ("calibrated", "Values were fitted to {n} rows of the {source}"),
        ("predicted", "{n} rows of the {source} were not used in any fit"),
    ):
        n = table.filter(pl.col("status") == status).height
        if n:
            verdicts = [
                f"{count(status, v)} {w}"
                for v, w in (("agrees", "agree"), ("close", "are close"), ("disagrees", "disagree"),
                             ("undecided", "are undecided"))
                if v != "undecided" or count(status, v)
            ]  # fmt: skip
            found.append(f"{words.format(n=n, source=source)}: {', '.join(verdicts)}.")
    return found


def agreement_sentences(table: pl.DataFrame, source: str) -> list[str]:
    """How far the reference and the model agree, and every row on which they do not."""

    def count(status: str) -> int:
        return table.filter(pl.col("status") == status).height

    found = [
        f"Of the {table.height} rows taken from the {source}, {count('input')} are values given to the model "
        f"and {count('computed')} follow from constants and crystals."
    ]
    found += judged_sentences(table, source)
    if not count("calibrated"):
        found.append(f"No value of these cells has been fitted to the {source} yet; they are assumed or measured.")
    wrong = table.filter(pl.col("verdict").is_in(["disagrees", "undecided"]))
    for row in wrong.iter_rows(named=True):
        opening = (
            f"{source.capitalize()} and model disagree"
            if row["verdict"] == "disagrees"
            else "It is undecided whether they agree"
        )
        off = f" ({row['deviation']})" if row["deviation"] else ""
        unit = "" if row["unit"] in ("1", "") else f" {row['unit']}"
        note = f"; {row['note']}" if row["note"] and not row["note"].startswith("at the surface") else ""
        found.append(
            pretty(
                f"{opening} on the {row['words']} of {row['sample']} ({row['cell']}, "
                f"{row['condition']}, {row['status']}): {source} {row['measured']}{unit}, model "
            )
            + pretty(f"{row['simulated']}{unit}{off}{note}.")
        )
    return found


def pretty(text: str) -> str:
    """Plain spelling as typography: ``uA cm^-2`` becomes µA cm⁻²."""
    for plain, fancy in (
        ("_", " "),
        (" g^-1", " g⁻¹"),
        ("um^-1", "µm⁻¹"),
        ("uAh", "µAh"),
        ("uA ", "µA "),
        ("uA/cm2", "µA cm⁻²"),
        ("cm^-2", "cm⁻²"),
        ("cm^-1", "cm⁻¹"),
        ("cm^2", "cm²"),
        ("cm-3", "cm⁻³"),
        ("s^-1", "s⁻¹"),
        (" cm2", " cm²"),
        ("; ", ";"),
        (";", "; "),
    ):
        text = text.replace(plain, fancy)
    return text
