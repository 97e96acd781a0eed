"""What limits a cell as a waterfall, from what its film could hold down to what it gives, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import polars as pl

from ..figures.colours import GREY, INK
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure

__all__ = ["COLOURS", "levers_figure", "voltage_figure", "waterfall_figure"]

COLOURS = {
    "delivered": "#0072B2",
    "ageing": "#7A0177",
    "incomplete charge": "#A6761D",
    "electrolyte and series resistance": "#E69F00",
    "anode charge transfer": "#CC79A7",
    "cathode charge transfer": "#D55E00",
    "electrons in the film": "#6B4C9A",
    "diffusion in the matrix": "#56B4E9",
    "exchange between the phases": "#8C6D31",
    "diffusion in the domains": "#009E73",
    "nucleation of copper": "#B2182B",
    "hysteresis": "#F0E442",
    "cut-off voltage": "#5F6B73",
    "film not reached": "#90A4AE",
    "utilisation": "#CFD8DC",
    "electrolyte": "#E69F00",
    "series resistance": "#7b8794",
}
"""Of what limits a cell, by its causes."""
LEAST = 0.008  # of the first bar: smaller causes have none of their own
HALF = 0.35  # of the width of a bar
LINE = 11  # characters of a name
MOST = 6  # levers that are drawn


def waterfall_figure(table: pl.DataFrame, title: str, draws: int = 0) -> Figure:
    """From the theoretical capacity down to what is delivered; ``table``: `capacity` of a diagnosis, ``draws``: how
    many its bands rest on."""
    bars = f"; bars hold 90 % of {draws} draws" if draws else ""
    delivered, causes = table.row(0, named=True), table[1:].rename({"capacity_uAh_cm2_um": "loss"})
    whole = float(table["capacity_uAh_cm2_um"].sum())
    return _waterfall(
        causes, ("theoretical", whole), ("delivered", delivered["capacity_uAh_cm2_um"]), "waterfall",
        f"What limits the capacity: {title}", "Capacity / µAh cm⁻² µm⁻¹",
        "Each step is the gain when a cause is taken away, one after the other from the outside of the cell inwards"
        f"{bars}.", delivered,
    )  # fmt: skip


def voltage_figure(table: pl.DataFrame, reversible: float, mean: float, title: str) -> Figure:
    """From the mean reversible potential down to the mean voltage (V); ``table``: `voltage` of a diagnosis."""
    causes = table.rename({"loss_V": "loss"}).with_columns(pl.col("loss", "low", "high") * 1e3)
    first, last = ("reversible less voltage", 1e3 * (reversible - mean)), ("", 0.0)
    return _waterfall(
        causes, first, last, "voltage-losses", f"Where the voltage goes: {title}", "Mean loss of voltage / mV",
        f"Means over the charge: {reversible:.3f} V without losses, {mean:.3f} V delivered.",
    )  # fmt: skip


def levers_figure(gains: Sequence[tuple[str, float]], title: str) -> Figure:
    """What steps on the values give of energy: pairs of a name and a share, the best first."""
    shown = list(gains)[:MOST]
    series = [_bar(k, 0.0, 100.0 * gain, COLOURS["delivered"]) for k, (_, gain) in enumerate(shown)]
    return Figure(
        "levers", f"What would help: {title}", "", "Energy per volume of film / %, change", series,
        "One value is changed at a time, by the step named below it.", x_ticks=tuple(map(float, range(len(shown)))),
        x_names=tuple(_wrapped(name.rpartition(": ")[0].split(".", 1)[-1].replace(".", " ").replace("_", " "),
                               name.rpartition(": ")[2]) for name, _ in shown),
        x_range=(-0.5, max(len(shown), 1) - 0.5),
    )  # fmt: skip


def _waterfall(
    causes: pl.DataFrame, first: tuple[str, float], last: tuple[str, float], name: str, title: str, label: str,
    caption: str, delivered: dict[str, float] | None = None,
) -> Figure:  # fmt: skip
    kept = causes.filter(pl.col("loss").abs() >= LEAST * abs(first[1]))
    rest = float(causes["loss"].sum()) - float(kept["loss"].sum())
    rows = [(r["cause"], r["loss"], r["low"], r["high"]) for r in kept.iter_rows(named=True)]
    if abs(rest) >= 0.5 * LEAST * abs(first[1]):
        rows.append(("all others", rest, None, None))
    names, series, notes, level = [first[0]], [_bar(0, 0.0, first[1], INK)], list[Note](), first[1]
    notes.append(Note(0.0, first[1], f"{first[1]:.3g}"))
    for k, (cause, loss, low, high) in enumerate(rows, start=1):
        series.append(_bar(k, level - loss, level, COLOURS.get(cause, GREY)))
        series.append(Series("", [k - 1 + HALF, k + HALF], [level, level], "line", GREY, "dot", in_legend=False))
        if low is not None:
            series.append(_error(k, level - low, level - high))
        top = max(level, level - loss, *(() if low is None else (level - low, level - high)))
        notes.append(Note(float(k), top, f"{-loss:+.3g}"))
        names.append(cause)
        level -= loss
    if last[0]:
        k = len(names)
        series.append(_bar(k, 0.0, last[1], COLOURS["delivered"]))
        top = last[1]
        if delivered is not None and delivered["low"] is not None:
            series.append(_error(k, delivered["low"], delivered["high"]))
            top = max(top, delivered["high"])
        notes.append(Note(float(k), top, f"{last[1]:.3g}"))
        names.append(last[0])
    return Figure(
        name, title, "", label, series, caption, notes=tuple(notes), x_ticks=tuple(map(float, range(len(names)))),
        x_names=tuple(_wrapped(one) for one in names), x_range=(-0.5, len(names) - 0.5),
    )  # fmt: skip


def _bar(k: int, low: float, high: float, colour: str) -> Series:
    x = [k - HALF, k + HALF]
    return Series("", x, [high, high], "line", colour, bands=(Band(x, [low, low], x, [high, high], 0.9),),
                  in_legend=False)  # fmt: skip


def _error(k: int, one: float, other: float) -> Series:
    """A bar from one value to the other."""
    return Series("", [k], [0.5 * (one + other)], "points", INK, in_legend=False, size=0.1,
                  y_error=[0.5 * abs(one - other)])  # fmt: skip


def _wrapped(*texts: str) -> str:
    return "\n".join(line for text in texts for line in wrap(text, LINE))
