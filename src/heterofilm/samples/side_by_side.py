"""Samples of a project side by side on its page: quantities, statistics of replicates, curves on one pair of axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import HeterofilmError
from ..figures.figure import Figure
from ..reports.page import Chapter, Table
from .analysed import Analysed
from .compared import compared
from .curves import Curve
from .overlays import Over, overlays

__all__ = ["over_potentials", "side_by_side"]

FIRST = {"cycling": 1}  # of the cycles of a test, the one in which samples are compared


def side_by_side(done: Sequence[Analysed]) -> Chapter:
    """What more than one sample has: a table, statistics over groups, and an overlay of every kind of curve."""
    found = compared(done)
    names = found.samples
    cells = found.cells()
    tables = [Table("What several samples have", ("Quantity", *names), cells)]
    groups, outliers = found.groups()
    if groups:
        rows = [(g.quantity, g.group, str(g), g.note) for g in groups]
        tables.append(Table("Samples made alike", ("Quantity", "Group", "Mean", ""), rows))
    said = [f"{o.cell} stands out in {o.quantity} (modified z-score {o.z:.1f}); it was kept." for o in outliers]
    figures = [
        replace(f, name=f"samples-{f.name}")
        for f in _figures([c for one in done for c in one.curves], "samples", order=[one.sample.name for one in done])
    ]
    return Chapter("Samples side by side", sentences=said, figures=figures, tables=tables)


def over_potentials(one: Analysed, kind: str) -> list[Figure]:
    """Curves of one sample above each other over the potentials of its ex-situ files; none without two of them."""
    own = [c for c in one.curves if c.kind == kind and c.potential_V is not None]
    return _figures(own, "potentials", waterfall=True) if kind == "xps" else []


def _figures(curves: Sequence[Curve], over: Over, waterfall: bool = False, order: Sequence[str] = ()) -> list[Figure]:
    made: list[Figure] = []
    for kind in dict.fromkeys(curve.kind for curve in curves):
        own = [
            c for c in curves if c.kind == kind and (over != "samples" or c.cycle in (None, FIRST.get(kind, c.cycle)))
        ]
        try:
            made += overlays(own, over, waterfall=waterfall, order=order)
        except HeterofilmError:
            continue  # nothing that two samples have in common, or a flat curve
    return made
