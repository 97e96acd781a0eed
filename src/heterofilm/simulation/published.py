"""Published cells beside the model: what a cell of the library gives where a publication states a number.

>>> from heterofilm.simulation.published import beside_published
>>> beside_published().columns
['cell', 'beside', 'what', 'published', 'model', 'unit', 'off_%', 'source']
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ..cell import Cell
from ..library import Library, PublishedCell, names
from ..units import from_si
from .run import simulate

__all__ = ["beside_published"]

SLOW, MODERATE = "C/10", "1C"
"""Rates that a capacity is asked at where its publication states none."""


def beside_published(library: Library | None = None) -> pl.DataFrame:
    """Every number of the published cells that name a cell of the library, and that cell's answer. Seconds.

    Capacities are asked at C/10 and 1C, or at the published current; a cell whose capacity per area is published is
    made as thick as that takes. ``off_%``: model less published.
    """
    own = library or Library()
    rows = []
    for name in names("published"):
        one = own.entry(PublishedCell, name)
        if one.beside:
            for what, published, model, unit in _answers(one, Cell(own.cell(one.beside))):
                rows.append(
                    {
                        "cell": one.title, "beside": one.beside, "what": what, "published": published, "model": model,
                        "unit": unit, "off_%": 100.0 * (model / published - 1.0), "source": one.citation,
                    }
                )  # fmt: skip
    return pl.DataFrame(rows)


def _answers(one: PublishedCell, cell: Cell) -> Iterator[tuple[str, float, float, str]]:
    low = cell.window[0]
    asked = (f"{one.current.to('uA/cm2')!r} uA/cm2",) if one.current else (SLOW, MODERATE)
    for rate in asked if one.capacity or one.specific_capacity else ():
        found = simulate(cell, f"Discharge at {rate} until {low!r} V", detail=False).capacity("uAh/cm2/um", step=1)
        if one.capacity:
            yield f"capacity at {rate}", one.capacity.to("uAh/cm2/um"), found, "uAh/cm2/um"
        if one.specific_capacity:
            density = cell.entries.matrix.density.to("g/cm3")
            yield f"capacity at {rate}", one.specific_capacity.to("mAh/g"), 10.0 * found / density, "mAh/g"
    if one.areal_capacity is None:
        return
    wanted = one.areal_capacity.to("uAh/cm2")
    held = from_si(cell.active_capacity, "uAh/cm2")
    cell = cell.replace(thickness=f"{from_si(cell.thickness, 'nm') * wanted / held!r} nm")
    slow = simulate(cell, f"Discharge at {SLOW} until {low!r} V", detail=False).capacity("uAh/cm2", step=1)
    if one.rate and one.rate_share:
        current = one.rate.to("mA/cm2")
        fast = simulate(cell, f"Discharge at {current!r} mA/cm2 until {low!r} V", detail=False)
        yield f"share at {current:g} mA/cm2", one.rate_share.si, fast.capacity("uAh/cm2", step=1) / slow, "1"
    if one.charge_time and one.charge_voltage and one.charged_share:
        minutes, V = one.charge_time.to("min"), one.charge_voltage.si
        test = f"Discharge at {SLOW} until {low!r} V; Hold at {V!r} V until {minutes!r} min"
        step = simulate(cell, test).step(2).frame
        brought = abs(float(step["charge_C_m2"][-1] - step["charge_C_m2"][0]))
        share = from_si(brought, "uAh/cm2") / slow
        yield f"share after {minutes:g} min at {V:g} V", one.charged_share.si, float(np.clip(share, 0, 1)), "1"
