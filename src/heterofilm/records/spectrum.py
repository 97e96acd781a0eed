"""Impedance spectra: one spectrum, and those that a record holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from .record import Record

__all__ = ["Spectrum", "spectra", "spectra_of_table"]

LEAST = 5  # points of a spectrum
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One spectrum.

    - `frequency_Hz`, `impedance`: shape (n,), in the order of the source; a capacitor's imaginary part is negative;
    - `unit`: of the impedance, ``ohm`` or ``ohm m2``; `parts`: contributions by name, which add up to the impedance;
    - `name`: what it is called in a legend; `step`: of its record, or its place in the file;
    - `note`: what was found out about signs and units when it was read;
    - `cycle`, `temperature_K`: at which it was taken, where that is known.
    """

    frequency_Hz: Array
    impedance: Array
    unit: str = "ohm"
    name: str = "spectrum"
    step: int = 1
    parts: dict[str, Array] = field(default_factory=dict)
    note: str = ""
    cycle: int | None = None
    temperature_K: float | None = None

    def per_area(self, area_m2: float) -> Spectrum:
        """The spectrum of a whole sample (ohm) per area of its electrode (ohm m2)."""
        if self.unit != "ohm":
            raise InputError("This spectrum is per area already.")
        parts = {name: Z * area_m2 for name, Z in self.parts.items()}
        return replace(self, impedance=self.impedance * area_m2, unit="ohm m2", parts=parts)

    def above(self, lowest_Hz: float) -> Spectrum:
        """The spectrum as an instrument that stops at ``lowest_Hz`` would have taken it."""
        return self._of(self.frequency_Hz >= lowest_Hz * (1.0 - 1e-9))

    def within(
        self, lowest_Hz: float = 0.0, highest_Hz: float = math.inf, without_Hz: Sequence[float] = ()
    ) -> Spectrum:
        """The points from one frequency to another, without single ones (to 1 %).

        Errors: `HeterofilmError` for a limit, or a frequency to leave out, that has no effect, and for fewer than five
        points left.
        """
        f = self.frequency_Hz
        keep = (f >= lowest_Hz * (1.0 - 1e-9)) & (f <= highest_Hz * (1.0 + 1e-9))
        span = f"it was measured from {f.min():.4g} to {f.max():.4g} Hz"
        if lowest_Hz > 0.0 and (f >= lowest_Hz * (1.0 - 1e-9)).all():
            raise InputError(f"A lowest frequency of {lowest_Hz:g} Hz leaves out no point of '{self.name}': {span}.")
        if math.isfinite(highest_Hz) and (f <= highest_Hz * (1.0 + 1e-9)).all():
            raise InputError(f"A highest frequency of {highest_Hz:g} Hz leaves out no point of '{self.name}': {span}.")
        for one in without_Hz:
            there = np.abs(f / one - 1.0) < 0.01 if one > 0.0 else np.zeros(f.size, bool)
            if not there.any():
                nearest = float(f[np.argmin(np.abs(np.log(f / max(one, 1e-300))))])
                raise InputError(
                    f"'{self.name}' has no point at {one:g} Hz to leave out; the nearest is {nearest:.5g}."
                )
            keep &= ~there
        if keep.sum() < LEAST:
            raise InputError(f"{int(keep.sum())} points of '{self.name}' are left, but {LEAST} are needed: {span}.")
        return self._of(keep)

    def _of(self, keep: Array) -> Spectrum:
        parts = {name: Z[keep] for name, Z in self.parts.items()}
        return replace(self, frequency_Hz=self.frequency_Hz[keep], impedance=self.impedance[keep], parts=parts)


def spectra(record: Record) -> list[Spectrum]:
    """All spectra of a record.

    Errors: `HeterofilmError` for a record without any.
    """
    if record.impedance is None or record.impedance.is_empty():
        raise InputError(
            "This record holds no impedance spectrum: simulate for example 'EIS from 1 MHz to 1 mHz', or read a file."
        )
    return spectra_of_table(record.impedance)


def spectra_of_table(table: pl.DataFrame) -> list[Spectrum]:
    """The spectra in a table with the columns that a `Record` writes (ohm m2), one per step.

    Errors: `HeterofilmError` for a column that is missing.
    """
    named = ("frequency_Hz", "Z_re_ohm_m2", "Z_im_ohm_m2")
    for name in named:
        if name not in table.columns:
            raise InputError(f"A table of spectra needs the columns {', '.join(named)}, but has no '{name}'.")
    if "step" not in table.columns:
        table = table.with_columns(pl.lit(1).alias("step"))
    parts = [name.removesuffix("_re_ohm_m2") for name in table.columns if name.endswith("_re_ohm_m2")]
    found = []
    for (step,), rows in table.group_by("step", maintain_order=True):
        name = f"step {step}"
        if "voltage_V" in rows.columns:
            name += f", {rows['voltage_V'][0]:.3g} V"
        Z = {p: rows[f"{p}_re_ohm_m2"].to_numpy() + 1j * rows[f"{p}_im_ohm_m2"].to_numpy() for p in parts}
        found.append(Spectrum(rows["frequency_Hz"].to_numpy(), Z.pop("Z"), "ohm m2", name, int(str(step)), Z))
    return found
