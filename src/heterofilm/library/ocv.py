"""Open-circuit potential as a table: measured points in place of couples.

Filling is counted as everywhere from the charged composition, the first point of the table. Between the points the
potential is a monotone curve with continuous slope (``curve.py``); beyond the last points it bends within TAIL of the
filling to the slope of the phase's ``background``, -1/(b theta_full), and goes on as a straight line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr, field_validator, model_validator

from ..constants import F
from ..errors import HeterofilmError
from ..text_tables import POTENTIAL, words
from ..units import convert
from .curve import Curve, bounded_slopes, monotone
from .elements import State, Step, Symbol, check_element, check_step, step_of
from .value import Entry, Kind, Positive

__all__ = ["COLUMNS", "OpenCircuit", "OpenCircuitTable", "column_of"]

Array = NDArray[np.float64]
Column = Annotated[tuple[float, ...], Field(max_length=20_000)]
COLUMNS = {
    "x": ("1",), "filling": ("1",), "capacity": ("mAh/g", "uAh/cm2/um"), "U": ("V",), "U_discharge": ("V",),
    "U_charge": ("V",), "dU_dT": ("mV/K",),
}  # fmt: skip
"""Columns of the csv, each with the units it may have."""
_CALLED = dict.fromkeys(POTENTIAL, "U") | {
    "q": "capacity", "specific capacity": "capacity", "lithium content": "x", "li content": "x",
    "charge voltage": "U_charge", "discharge voltage": "U_discharge",
}  # fmt: skip
_X = re.compile(r"x ?(?:in|\(|of)? ?li.*")  # "x in LixCoO2", "x(Li)", "x_Li"
FEWEST = 8  # points
T_REFERENCE = 298.15  # K, at which values of the library hold
BACKGROUND = 0.005  # 1/V per Li site: of a phase that states none
U_REFERENCE = 4.0  # V, where the filling of the background is zero
TAIL = 0.002  # of the full filling, over which the slope turns to that of the background


def column_of(said: str) -> str | None:
    """The column that the words of a heading mean (`text_tables.words`), as the readers of instruments have them.

    >>> column_of("ewe"), column_of("x in lixcoo2"), column_of("du dt"), column_of("time")
    ('U', 'x', 'dU_dT', None)
    """
    own = {words(key): key for key in COLUMNS}
    return own.get(said) or _CALLED.get(said) or ("x" if _X.fullmatch(said) else None)


@dataclass(frozen=True, eq=False)
class OpenCircuit:
    """U(theta) of a phase at 25 degC: theta in Li per formula unit from 0 to ``theta_full``, U in V against Li+/Li.

    Hysteresis h = 1 after lithiation is the discharge branch, h = -1 the charge branch; without branches both are one.
    """

    theta_full: float
    discharge: Curve
    charge: Curve
    dU_dT: Curve | None  # V/K; piecewise cubic, not monotone: see `entropy`
    T_reference: float = T_REFERENCE  # K

    def value(self, theta: Any, h: float = 0.0) -> Array:
        """U (V)."""
        return self._mixed(lambda curve: curve.value(theta), h)

    def slope(self, theta: Any, h: float = 0.0) -> Array:
        """dU/dtheta (V), never zero."""
        return self._mixed(lambda curve: curve.slope(theta), h)

    def inverse(self, U: Any, h: float = 0.0) -> Array:
        """theta at the potential U (V) of one branch, h = 1 or -1, or of both where they are one."""
        if self.charge is not self.discharge and abs(h) != 1.0:
            raise ValueError("the filling at a potential is that of one branch: h = 1 or h = -1")
        return (self.charge if h < 0.0 else self.discharge).inverse(U)

    def entropy(self, theta: Any) -> Array:
        """dU/dT (V/K); constant beyond the ends."""
        if self.dU_dT is None:
            return np.zeros_like(np.asarray(theta, float))
        return self.dU_dT.value(np.clip(theta, self.dU_dT.x[0], self.dU_dT.x[-1]))

    def _mixed(self, of: Callable[[Curve], Array], h: float) -> Array:
        if self.charge is self.discharge:
            return of(self.discharge)
        return 0.5 * (1.0 + h) * of(self.discharge) + 0.5 * (1.0 - h) * of(self.charge)


class OpenCircuitTable(Entry):
    """Open-circuit potential by points: a csv beside the file, or the columns themselves.

    One of ``x``, ``filling`` and ``capacity`` says how much Li is in; ``U``, or ``U_discharge`` and ``U_charge``, falls
    strictly as it goes in. Rows in another order are sorted by it, and said to be.
    """

    file: str = Field("", exclude=True)
    """A csv in the folder of this entry, with headings as these keys and units, for example ``x, U [V]``."""
    kind: Kind
    """Where the points come from: measured, computed or assumed."""
    source: str
    """Publication and licence, or instrument, current and temperature."""
    x: Column = ()
    """Li per formula unit, as in LixCoO2; the least is the charged composition."""
    filling: Column = ()
    """Share of ``lithium``, within 0 to 1."""
    lithium: Positive | None = None
    """Li per formula unit at a filling of 1; with ``filling`` only."""
    capacity: Column = ()
    """Charge that has gone in from the charged state, in ``capacity_unit``."""
    capacity_unit: str = "mAh/g"
    """mAh/g of the phase as made, or uAh/cm2/um of the dense phase."""
    U: Column = ()
    """V against Li+/Li."""
    U_discharge: Column = ()
    """V, while Li goes in; with ``U_charge`` in place of ``U``."""
    U_charge: Column = ()
    """V, while Li comes out."""
    element: Symbol | None = None
    """Symbol of the element that all of the Li reduces, with ``oxidised`` and ``reduced``; or none of the three."""
    oxidised: State | None = None
    """Its formal state before lithiation."""
    reduced: State | None = None
    """Its formal state after it."""
    dU_dT: Column = ()
    """Entropy coefficient in mV/K at every point; 0 where left out. The table holds at 25 degC."""

    _sorted: str = PrivateAttr("")

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the rows as they were given, in sentences."""
        table = f"The table '{self.file}'" if self.file else "The table"
        return (f"{table} {self._sorted}; it was sorted, lithium rising.",) if self._sorted else ()

    @field_validator("element")
    @classmethod
    def _known(cls, element: str | None) -> str | None:
        return check_element(element)

    @property
    def step(self) -> Step | None:
        """Element, state before and state after, where the table names one."""
        return step_of(self.element, self.oxidised, self.reduced)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_step("an open-circuit table", self.element, self.oxidised, self.reduced)
        given = [key for key in ("x", "filling", "capacity") if getattr(self, key)]
        if len(given) != 1:
            stated = f", got {' and '.join(given)}" if given else ""
            raise ValueError(f"an open-circuit table needs one of the columns x, filling and capacity{stated}")
        if (self.lithium is None) == bool(self.filling):
            raise ValueError("lithium, the Li per formula unit at a filling of 1, goes with the column filling only")
        branches = (bool(self.U_discharge), bool(self.U_charge))
        if branches not in ((True, True), (False, False)) or bool(self.U) == any(branches):
            raise ValueError("an open-circuit table needs the column U, or both U_discharge and U_charge")
        if convertible(self.capacity_unit) is None:
            raise ValueError(f"capacity_unit '{self.capacity_unit}' is neither mAh/g nor uAh/cm2/um nor of their kind")
        amount = getattr(self, given[0])
        for key in ("U", "U_discharge", "U_charge", "dU_dT"):
            if getattr(self, key) and len(getattr(self, key)) != len(amount):
                raise ValueError(f"{given[0]} has {len(amount)} points but {key} {len(getattr(self, key))}")
        if len(amount) < FEWEST:
            raise ValueError(f"an open-circuit table needs at least {FEWEST} points, got {len(amount)}")
        amount = self._in_order(given[0])
        if amount[0] < 0.0 or (given[0] == "filling" and amount[-1] > 1.0 + 1e-9):
            raise ValueError(
                f"{given[0]} runs from {amount[0]:g} to {amount[-1]:g}; expected 0 or more, a filling up to 1"
            )
        for key in ("U", "U_discharge", "U_charge"):
            _falls(getattr(self, key), key)
            for k, U in enumerate(getattr(self, key), 1):
                if not -1.0 <= U <= 10.0:
                    raise ValueError(f"point {k}: {key} of {U:g} V; expected between -1 and 10 V: mV for V?")
        for k, (low, high) in enumerate(zip(self.U_discharge, self.U_charge, strict=True), 1):
            if low > high:
                raise ValueError(f"point {k}: U_discharge {low:g} V lies above U_charge {high:g} V; swap the columns")
        worst = max(map(abs, self.dU_dT), default=0.0)
        if worst > 10.0:
            raise ValueError(f"dU_dT of {worst:g} mV/K; an entropy coefficient is a few mV/K at most")
        return self

    def _in_order(self, key: str) -> tuple[float, ...]:
        """Sort all columns by the amount of lithium ``key``, which is returned; ValueError where it repeats."""
        amount: tuple[float, ...] = getattr(self, key)
        order = sorted(range(len(amount)), key=amount.__getitem__)
        if order != list(range(len(amount))):
            falls = order == list(range(len(amount) - 1, -1, -1))
            for one in ("x", "filling", "capacity", "U", "U_discharge", "U_charge", "dU_dT"):
                if column := getattr(self, one):
                    self.__dict__[one] = tuple(column[k] for k in order)  # the entry is frozen, but not yet anyone's
            self._sorted = f"runs from high to low {key}" if falls else f"is not in the order of {key}"
        amount = getattr(self, key)
        twice = next((a for a, b in pairwise(amount) if a == b), None)
        if twice is not None:
            raise ValueError(
                f"{key} = {twice:g} stands in two rows; keep one of them, or give what was measured in both directions "
                "as the columns U_discharge and U_charge"
            )
        return amount

    def theta(self, molar_mass: float, density: float) -> Array:
        """Li per formula unit from 0 at the charged end; molar mass in kg/mol, density in kg/m3."""
        if self.filling:
            assert self.lithium is not None  # the validator demands it
            theta = np.array(self.filling) * self.lithium.si
        elif self.capacity:
            per_mass = convertible(self.capacity_unit)
            scale = convert(1.0, self.capacity_unit, "C/kg") if per_mass else convert(1.0, self.capacity_unit, "C/m3")
            theta = np.array(self.capacity) * scale * molar_mass / F / (1.0 if per_mass else density)
        else:
            theta = np.array(self.x)
        return theta - theta[0]

    def curves(self, molar_mass: float, density: float, background: float) -> OpenCircuit:
        """The potential as curves; ``background`` in 1/V per Li site."""
        theta = self.theta(molar_mass, density)
        discharge = _with_tails(theta, np.array(self.U or self.U_discharge), background)
        charge = discharge if self.U else _with_tails(theta, np.array(self.U_charge), background)
        entropy = None
        if self.dU_dT:
            values = 1e-3 * np.array(self.dU_dT)
            entropy = Curve(theta, values, bounded_slopes(theta, values, flat_ends=True))
        return OpenCircuit(float(theta[-1]), discharge, charge, entropy)

    @property
    def ends(self) -> tuple[float, float]:
        """Least and greatest potential of the table (V)."""
        return min(self.U or self.U_discharge), max(self.U or self.U_charge)

    def __str__(self) -> str:
        low, high = self.ends
        points = len(self.x or self.filling or self.capacity)
        branches = ", charge and discharge" if self.U_charge else ""
        return f"{points} points, {high:.3f} to {low:.3f} V{branches}{', dU/dT' if self.dU_dT else ''}"


def convertible(unit: str) -> bool | None:
    """Whether a unit of capacity is per mass (else per volume); None where it is neither."""
    for kind, per_mass in (("C/kg", True), ("C/m3", False)):
        try:
            convert(1.0, unit, kind)
        except HeterofilmError:
            continue
        return per_mass
    return None


def _falls(column: tuple[float, ...], name: str) -> None:
    for k, (before, after) in enumerate(pairwise(column), 2):
        if not after < before:
            raise ValueError(
                f"{name} must fall as Li goes in from point to point, but point {k} has {after:g} after "
                f"{before:g}; smooth what is noise, and count the Li that is in, not the Li that is out"
            )


def _with_tails(theta: Array, U: Array, background: float) -> Curve:
    """The monotone curve through the points, and beyond both ends the bend to the slope of the background."""
    inner = monotone(theta, U)
    full = theta[-1]
    steep = -1.0 / (background * full)
    width = TAIL * full
    x, y, s = [inner.x], [inner.y], [inner.s]
    if inner.s[0] > steep:  # slopes are negative: flatter than the background
        x.insert(0, np.array([theta[0] - width]))
        y.insert(0, np.array([U[0] - 0.5 * width * (inner.s[0] + steep)]))
        s.insert(0, np.array([steep]))
    if inner.s[-1] > steep:
        x.append(np.array([full + width]))
        y.append(np.array([U[-1] + 0.5 * width * (inner.s[-1] + steep)]))
        s.append(np.array([steep]))
    return Curve(*(np.concatenate(part) for part in (x, y, s)))
