"""What changes with filling, from the curves of the library to the tables of the engine."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from ..constants import F, R
from ..engine.msmr import filling_curve
from ..engine.parameters import U0
from ..engine.table import NO_TABLE, Table, mean_slope, steepest
from ..errors import InputError
from ..library import schema
from ..library.ocv import OpenCircuit

D_POINTS = 4097  # of the table of a filling-dependent diffusion coefficient: it peaks sharply between couples
LN_10 = math.log(10.0)


@lru_cache(maxsize=64, typed=True)
def open_circuit(name: str, table: OpenCircuit, T: float) -> Table:
    """The potential of the phase ``name`` at T, U(theta) + (T - T0) dU/dT(theta), as a table of the engine: exactly
    the curves of the library, branches that are two brought to common points.

    Raises HeterofilmError where the entropy coefficient would make the potential rise with the filling.
    """
    branches = (table.discharge,) if table.charge is table.discharge else (table.discharge, table.charge)
    warmer = T - table.T_reference
    entropy = table.dU_dT
    theta = np.unique(np.concatenate([*(curve.x for curve in branches), *([] if entropy is None else [entropy.x])]))
    shift, bend = np.zeros(theta.size), np.zeros(theta.size)
    if entropy is not None:
        shift, bend = warmer * table.entropy(theta), warmer * entropy.slope(theta)  # whose ends are flat
    curves = ((curve.value(theta) + shift, curve.slope(theta) + bend) for curve in branches)
    found = Table.through(theta, *curves)
    if steepest(found) >= 0.0:
        raise InputError(
            f"With its dU_dT the open-circuit potential of phase '{name}' would rise with the filling at {T:g} K; "
            "correct dU_dT, or stay nearer to the 25 degC that the table holds at."
        )
    return found


def over_filling(shape: schema.OfFilling | None, full: float = 1.0) -> Table:
    """ln of what multiplies a value, over z, or over theta where ``full`` is the full filling."""
    if shape is None:
        return NO_TABLE
    curve = shape.curve
    return Table.through(curve.x * full, (LN_10 * curve.y, LN_10 * curve.s / full), ends=False)


OnGrid = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]  # D(theta)/D on an even grid, and its integral over theta


# a batch varies D and the film far more often than the shape of D(theta); typed, for a complex number without imaginary
# part equals the plain one, and what a followed cell is given is complex
@lru_cache(maxsize=64, typed=True)
def shape_of_D(
    shape: schema.OfFilling | None, couples: bytes, kind: np.dtype[Any], table: Table | None, theta_full: float,
    b: float, U_ref: float, T: float, decades: float = 0.0, points: int = D_POINTS,
) -> OnGrid:  # fmt: skip
    """D(theta)/D; with neither ``couples`` nor ``table`` there is no thermodynamic factor."""
    z = np.linspace(0.0, 1.0, points)
    relative = 10.0 ** (decades * (z - 0.5))
    if shape is not None:
        relative = relative * shape.relative(z)
    if couples:
        relative = relative * _thermodynamic_factor(couples, kind, b, U_ref, T)
    elif table is not None:
        inner = _inner()
        slope = mean_slope(inner * theta_full, table)
        relative = relative * -F / (R * T) * inner * theta_full * (1.0 - inner) * slope
    step = theta_full / (points - 1)
    integral = np.concatenate([[0.0], np.cumsum(0.5 * step * (relative[1:] + relative[:-1]))])
    relative.setflags(write=False)
    integral.setflags(write=False)
    return relative, integral


@lru_cache(maxsize=64, typed=True)  # whatever else D follows
def _thermodynamic_factor(rows: bytes, kind: np.dtype[Any], b: float, U_ref: float, T: float) -> np.ndarray[Any, Any]:
    """-(F/RT) theta (1 - z) dU/dtheta on the grid of the table, of the rows of couples."""
    couples = np.frombuffer(rows, kind).reshape(-1, 5)
    theta_full = couples[:, 0].sum()
    U = np.linspace(couples[:, U0].min() - 1.5, couples[:, U0].max() + 1.5, 20001)[::-1]
    filled, slope = filling_curve(U, couples.copy(), b, U_ref)
    inner = _inner()
    at = interpolated(inner * theta_full, filled, slope)
    return np.asarray(-F / (R * T) * inner * theta_full * (1.0 - inner) / at)


def interpolated(x: np.ndarray[Any, Any], known: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> Any:
    """`np.interp`, also of complex numbers, which carry derivatives."""
    if not any(np.iscomplexobj(one) for one in (x, known, values)):
        return np.interp(x, known, values)
    k = np.clip(np.searchsorted(known.real, x.real, side="right") - 1, 0, known.size - 2)
    inside = (x.real >= known.real[0]) & (x.real <= known.real[-1])
    share = np.where(inside, (x - known[k]) / (known[k + 1] - known[k]), (x.real > known.real[0]) * 1.0)
    return values[k] + share * (values[k + 1] - values[k])


def _inner() -> np.ndarray[Any, Any]:
    """The grid of the table, kept away from its ends, where the factor of an ideal lattice gas is 0/0."""
    return np.clip(np.linspace(0.0, 1.0, D_POINTS), 1e-3, 1.0 - 1e-3)
