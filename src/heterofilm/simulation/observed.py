"""What is seen of recorded states: columns of losses and fillings, and profiles over the depth of the film."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.remarks import beyond_ranges
from ..engine.observe import ANODE_FILLING, ANODE_SURFACE, ANODE_V, EQUILIBRIUM, REVERSIBLE, observe
from ..engine.parameters import Model
from ..engine.state import History, Layout, layout
from .state import CellState

LOSS_NAMES = (
    "hysteresis", "nucleation", "exchange", "domain_diffusion", "matrix_diffusion", "charge_transfer",
    "electrolyte", "anode", "film_ohmic", "series",
)  # fmt: skip
BEYOND = 0.5  # V above the highest couple or point of the film, where its surface is empty
SAID = 3  # values beyond their ranges
POINTS = 60  # of every step whose profiles are kept

Array = NDArray[np.float64]


def losses_and_fillings(V: Array, states: Array, cell: Cell, model: Model, lay: Layout) -> pl.DataFrame:
    """Potentials, losses, fillings and couples of the recorded states of the model as it was then.

    ``V``: the voltage. Potentials of both electrodes are against lithium next to the anode.
    """
    losses, mean, surface = observe(states, model, lay)
    columns = {"cathode_V": V + losses[:, ANODE_V], "anode_V": losses[:, ANODE_V]}
    columns |= {"equilibrium_V": losses[:, EQUILIBRIUM], "reversible_V": losses[:, REVERSIBLE]}
    columns |= {f"loss_{name}_V": losses[:, k + 1] for k, name in enumerate(LOSS_NAMES)}
    k = 0
    for phase in cell.phases:
        columns[f"filling_{phase.name}"] = mean[:, k]
        columns[f"surface_filling_{phase.name}"] = surface[:, k]
        for j, couple in enumerate(phase.couples, start=k + 1):
            columns[f"{couple.column}_{phase.name}"] = mean[:, j]
            columns[f"surface_{couple.column}_{phase.name}"] = surface[:, j]
        k += 1 + len(phase.couples)
    if lay.nodes_a:
        columns |= {"filling_anode": losses[:, ANODE_FILLING], "surface_filling_anode": losses[:, ANODE_SURFACE]}
    return pl.DataFrame(columns)


def weakness(y: Array, history: History, model: Model, lay: Layout) -> str:
    """Why the voltage of a state is so far off, in words: a surface that is full or empty, or the largest loss."""
    z = 100.0 * model.film.width @ y[lay.theta_m : lay.theta_m + lay.nodes] / model.film.L / model.matrix.theta_full
    surface = y[lay.n_m - 1]
    if not 0.0 < surface < model.matrix.highest + BEYOND:
        return f"the surface of the film is {'full' if surface <= 0.0 else 'empty'} at a mean filling of {z:.0f} %"
    row = np.concatenate([y, history.m[1], history.d[1], history.a[1]])[None]
    losses = observe(row, model, lay)[0][0, 1 : 1 + len(LOSS_NAMES)]
    k = int(np.argmax(np.abs(losses)))
    return f"{LOSS_NAMES[k].replace('_', ' ')} takes {abs(losses[k]):.2g} V"


def stalled(cell: Cell, state: CellState | None, model: Model) -> str:
    """Why a step could not be integrated, in sentences: what takes the voltage, and values beyond their ranges.

    ``state``: where it stopped, None where that was not kept.
    """
    where = ""
    if state is not None and np.isfinite(state.y).all():
        where = f"{weakness(state.y, state.history, model, layout(model))}. "
    beyond = list(beyond_ranges(cell.entries))
    more = f" ({len(beyond) - SAID} more)" * (len(beyond) > SAID)
    said = " ".join(beyond[:SAID]) + more if beyond else "All values of the cell lie within their ranges."
    return where + said


def profile_rows(time: Array, voltage: Array, states: Array) -> Array:
    """Time (s), voltage (V) and state at about 60 points of a step."""
    chosen = np.linspace(0, len(states) - 1, min(len(states), POINTS)).astype(int)
    return np.column_stack([time[chosen], voltage[chosen], states[chosen]])


def profiles(rows: Array, cell: Cell) -> Any:
    """Fillings over the depth of the film from rows as `profile_rows` makes them: an `xarray.Dataset`."""
    import xarray as xr

    lay, film = layout(cell.model), cell.model.film
    time, V, y = rows[:, 0], rows[:, 1], rows[:, 2:]
    N = lay.nodes
    variables: dict[str, Any] = {"filling_matrix": (("point", "x"), y[:, lay.theta_m : lay.theta_m + N])}
    coordinates: dict[str, Any] = {"x": film.x, "time": ("point", time), "voltage": ("point", V)}
    if lay.shells:
        variables["filling_domain"] = (("point", "r", "x"), y[:, : lay.shells * N].reshape(-1, lay.shells, N))
        coordinates["r"] = film.r
    if lay.nodes_e:
        variables["electrolyte"] = (("point", "x_e"), y[:, lay.y_e : lay.y_e + lay.nodes_e])
        coordinates["x_e"] = cell.model.electrolyte.x
    if lay.nodes_a:
        variables["filling_anode"] = (("point", "x_a"), y[:, lay.theta_a : lay.theta_a + lay.nodes_a])
        coordinates["x_a"] = cell.model.negative.film.x
    return xr.Dataset(variables, coordinates)
