"""The numbers of a session: of every step of its curves, and of its samples. The app, the script and the command line
make the same table of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from ...records.record import Record
from ...records.result import Result
from ...units import from_si

__all__ = ["numbers", "of_curve", "row"]

MOST_STEPS = 5_000  # of a curve: a life of more cycles is summed up on its own page
SCHEMA: dict[str, Any] = {
    "of": pl.String(), "step": pl.Int64(), "quantity": pl.String(), "value": pl.Float64(),
    "uncertainty": pl.Float64(), "unit": pl.String(), "words": pl.String(),
}  # fmt: skip


def of_curve(name: str, record: Record) -> list[dict[str, Any]]:
    """Capacity, energy, duration and end of every step that is no rest, and its mean voltage (energy over charge)."""
    rows: list[dict[str, Any]] = []
    thick = record.meta.get("thickness_m")
    for step in record.steps.head(MOST_STEPS).iter_rows(named=True):
        if step["kind"] in ("rest", "temperature", "impedance"):
            continue
        charge, energy = step["capacity_C_m2"], step["energy_J_m2"]
        found = [
            ("capacity", from_si(charge, "uAh/cm2"), "uAh/cm2"),
            ("energy", from_si(energy, "uWh/cm2"), "uWh/cm2"),
            ("duration", from_si(step["t_end"] - step["t_start"], "h"), "h"),
        ]
        if isinstance(thick, int | float) and thick > 0:
            found.insert(1, ("capacity", from_si(charge / thick, "uAh/cm2/um"), "uAh/cm2/um"))
        if charge > 0:
            found.append(("mean voltage", energy / charge, "V"))
        rows += [
            row(name, step["step"], f"{step['kind']}: {quantity}", value, unit, str(step["end"]))
            for quantity, value, unit in found
        ]
    return rows


def numbers(
    curves: Mapping[str, Record],
    samples: Mapping[str, list[Result]] | None = None,
    answers: Iterable[Mapping[str, Any]] = (),
) -> pl.DataFrame:
    """Every number, a row each: of which curve, sample or question, step, quantity, value, uncertainty (one standard
    deviation), unit, and in words how a step ended, or a verdict. `answers`: rows of `questions.rows_of`."""
    rows = [row for name, record in curves.items() for row in of_curve(name, record)]
    for name, results in (samples or {}).items():
        for one in results:
            words = one.value if isinstance(one.value, str) else ""
            value = None if isinstance(one.value, str) else float(one.value)
            of = f"{name}/{one.file}" if one.file else name
            rows.append({**row(of, None, one.quantity, value, one.unit, words), "uncertainty": _known(one.uncertainty)})
    return pl.DataFrame([*rows, *answers], schema=SCHEMA)


def _known(value: float) -> float | None:
    return None if value != value else value


def row(of: str, step: int | None, quantity: str, value: float | None, unit: str, words: str) -> dict[str, Any]:
    """A row of the table."""
    return {
        "of": of, "step": step, "quantity": quantity, "value": value, "uncertainty": None, "unit": unit, "words": words,
    }  # fmt: skip
