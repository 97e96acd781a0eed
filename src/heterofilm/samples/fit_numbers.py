"""The numbers of a fit by the names that its settings have, so that the next fit can start from them.

Columns: ``number`` (``V5+ 2p3/2.energy``, ``R1``), ``value`` in the ``unit`` that the settings take, between ``low``
and ``high`` (what is held stands between its own value twice), ``of``: what it is tied to, or whose distance or ratio
it is; ``at``: where it stands on the axis of energies (eV, null for all else); ``note``: why not to believe it.
"""

from __future__ import annotations

import math

import polars as pl

from ..analysis.impedance.fit import CircuitFit
from ..analysis.photoemission.parameters import NUMBERS
from .core_level_fit import Fitted

__all__ = ["SCHEMA", "of_circuit", "of_lines"]

SCHEMA = {
    "number": pl.String(), "value": pl.Float64(), "unit": pl.String(), "low": pl.Float64(), "high": pl.Float64(),
    "of": pl.String(), "at": pl.Float64(), "note": pl.String(),
}  # fmt: skip


def of_lines(one: Fitted) -> pl.DataFrame:
    """Energy, width and area of every line of a core level; of a line that hangs on another, distance and ratios."""
    rows = []
    found = {line.name: line for line in one.fit.lines}
    for line in one.model.lines:
        own, on = found[line.name], found.get(line.parent)
        ratio = on is not None and line.area is not None
        values = (
            own.energy_eV - (on.energy_eV if on else 0.0),
            own.fwhm_eV / (on.fwhm_eV if on else 1.0),
            own.area / on.area if on is not None and ratio and on.area > 0.0 else own.area,
        )
        spans = (line.energy_eV, line.fwhm_eV, line.area)
        units = ("eV", "1" if on else "eV", "1" if ratio else "counts eV")
        for word, value, span, unit in zip(NUMBERS, values, spans, units, strict=True):
            name = f"{line.name}.{word}"
            link = one.model.links.get(name)
            low, high = (0.0, math.inf) if span is None else (span.low, span.high)
            tied = f"{link.factor:g}*{link.of}" if link is not None else line.parent
            at = own.energy_eV if word == "energy" else None
            rows.append((name, value, unit, low, high, tied, at, ""))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def of_circuit(fit: CircuitFit, note: str = "") -> pl.DataFrame:
    """Every value of a circuit, in SI (of a spectrum per area: per cm2)."""
    limits = {p.name: (p.lower, p.upper) for p in fit.circuit.parameters}
    rows = []
    for p in fit.parameters:
        low, high = fit.bounds.get(p.name, limits[p.name])
        low, high = (p.value, p.value) if p.fixed and not p.linked else (low, high)
        rows.append((p.name, p.value, p.unit, low, high, p.linked, None, note or p.bounded))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
