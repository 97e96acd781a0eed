"""Charges of steps in which Li gets through no more than some cells of the mesh, and by how much they may be off.

In a time t it gets through sqrt(D t) of a film. With the width w of the cell that it enters first, r = w / sqrt(D t), a
charge is too large by about 0.06 r + 0.1 r^2, as measured on 24 nodes with films of one phase and a constant D
(``tests/simulation/test_shallow.py``). D over filling counts as its geometric mean, domains of a second phase not at
all: it is an estimate, not a bound.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.fronts import MOST as MOST_NODES
from ..cell.shared import shared
from ..engine.parameters import Diffusion, Film
from .results import StepResult

__all__ = ["COLUMN", "charge_errors", "crossing_time", "said", "shallow"]

COLUMN = "mesh_error"
KINDS = ("discharge", "charge")
BY_VOLTAGE = re.compile(r"[-\d.e]+ m?V\b")  # a cut-off, a limit of safety
TOLD = 0.02  # from which on it is said
MOST = 0.25  # above it the law no longer holds: that much or more
ENOUGH = 0.24  # r at which the law gives `TOLD`


@shared(lambda law: (law,))
def _typical(law: Diffusion) -> float:
    """The geometric mean of D over filling (m2/s)."""
    return float(np.exp(np.mean(np.log(np.maximum(law.D.real, 1e-40)))))


def _crossing(film: Film, law: Diffusion) -> float:
    """Time (s) in which Li gets through the cell that it enters first."""
    width = film.x[-1] - film.x[-2]
    return float((width**2 / film.tau).real) / _typical(law)


def _slowest(cell: Cell) -> tuple[float, str]:
    """That of the film, or of the film that is the anode, where it is longer; and what states its nodes."""
    model = cell.model
    own = _crossing(model.film, model.D_m), "nodes"
    if cell.entries.anode_film is None:
        return own
    return max(own, (_crossing(model.negative.film, model.negative.D), "anode_nodes"))


def _error(ratio: Any) -> Any:
    return 0.06 * ratio + 0.1 * ratio**2


def charge_errors(
    crossing: float, kinds: Sequence[str], ends: Sequence[str], lasted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """By what share the charges of steps that last so long (s) may be too large, `MOST` for that and more.

    Args: ``crossing``: see `crossing_time`; ``kinds`` and ``ends`` of the steps, as the table of steps has them. NaN
    where not the film but a time or a charge that was asked for tells the charge.
    """
    told = [
        kind == "hold" or (kind in KINDS and BY_VOLTAGE.match(end) is not None)
        for kind, end in zip(kinds, ends, strict=True)
    ]
    with np.errstate(divide="ignore"):
        found = np.minimum(_error(np.sqrt(crossing / lasted)), MOST)
    return np.where(np.array(told, bool) & (lasted > 0.0), found, np.nan)


def crossing_time(cell: Cell) -> float:
    """Time (s) in which Li gets through the cell of the mesh that it enters first, of the slower film of two."""
    return _slowest(cell)[0]


def shallow(cell: Cell, results: Iterable[StepResult]) -> list[str]:
    """A sentence for the steps whose charge may be off, with the one that may be the most.

    A step into a film that was full before is as short as one that does not get beyond its surface: so "may".
    """
    steps = list(results)
    crossing, key = _slowest(cell)
    off = charge_errors(
        crossing, [one.kind for one in steps], [one.end.words for one in steps],
        np.array([one.stop - one.start for one in steps]),
    )  # fmt: skip
    off = np.nan_to_num(off)
    k = int(np.argmax(off)) if steps else 0
    if not steps or off[k] <= TOLD:
        return []
    step, lasted = steps[k], steps[k].stop - steps[k].start
    where = "nodes" if key == "nodes" else "nodes of the film that is the anode"
    nodes = cell.model.film.x.size if key == "nodes" else cell.model.negative.film.x.size
    shorter = 1.0 + off[k] if off[k] < MOST else 2.0  # is the step where the mesh resolves it
    enough = math.ceil(1.1 * nodes * math.sqrt(crossing / lasted * shorter) / ENOUGH)
    more = int(np.sum(off > TOLD)) - 1
    others = f", and of {more} other step{'s' if more > 1 else ''} less" if more else ""
    advice = f"give the cell {key} = {enough}" if enough <= MOST_NODES else f"{MOST_NODES} {where} would not resolve it"
    return [
        f"Step {step.step} ({step.kind}) took {lasted:.3g} s, in which Li gets through {_cells(lasted / crossing)} of "
        f"the mesh: its charge may be too large by {_percent(off[k])}{others} ({where}: {nodes}); {advice}."
    ]


def said(errors: NDArray[np.float64], points: int) -> str:
    """A sentence for a table with that column: of ``points`` how many have a charge that may be off; "" of none."""
    off = errors[np.isfinite(errors)]
    if off.size == 0 or off.max() <= TOLD:
        return ""
    many, most = int(np.sum(off > TOLD)), _percent(float(off.max()))
    return (
        f"Charges of {many} of {points} points may be too large by more than {100.0 * TOLD:.0f} %, at most by {most}, "
        f"since Li gets through few cells of the mesh ({COLUMN}); more nodes help."
    )


def _cells(times: float) -> str:
    cells = math.sqrt(times)
    return f"the first {cells:.1f} cells" if cells >= 1.0 else "less than the first cell"


def _percent(off: float) -> str:
    return f"{100.0 * off:.0f} %" + (" or more" if off >= MOST else "")
