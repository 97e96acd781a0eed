"""Impedance spectra: one spectrum, and those that a record holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from .record import Record

__all__ = ["Spectrum", "spectra", "spectra_of_table"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One spectrum.

    - `frequency_Hz`, `impedance`: shape (n,), in the order of the source; a capacitor's imaginary part is negative;
    - `unit`: of the impedance, ``ohm`` or ``ohm m2``; `parts`: contributions by name, which add up to the impedance;
    - `name`: what it is called in a legend; `step`: of its record, or its place in the file;
    - `note`: what was found out about signs and units when it was read.
    """

    frequency_Hz: Array
    impedance: Array
    unit: str = "ohm"
    name: str = "spectrum"
    step: int = 1
    parts: dict[str, Array] = field(default_factory=dict)
    note: str = ""

    def per_area(self, area_m2: float) -> Spectrum:
        """The spectrum of a whole sample (ohm) per area of its electrode (ohm m2)."""
        if self.unit != "ohm":
            raise HeterofilmError("This spectrum is per area already.")
        return Spectrum(
            self.frequency_Hz, self.impedance * area_m2, "ohm m2", self.name, self.step,
            {name: Z * area_m2 for name, Z in self.parts.items()}, self.note,
        )  # fmt: skip

    def above(self, lowest_Hz: float) -> Spectrum:
        """The spectrum as an instrument that stops at ``lowest_Hz`` would have taken it."""
        keep = self.frequency_Hz >= lowest_Hz * (1.0 - 1e-9)
        parts = {name: Z[keep] for name, Z in self.parts.items()}
        return replace(self, frequency_Hz=self.frequency_Hz[keep], impedance=self.impedance[keep], parts=parts)


def spectra(record: Record) -> list[Spectrum]:
    """All spectra of a record.

    Errors: `HeterofilmError` for a record without any.
    """
    if record.impedance is None or record.impedance.is_empty():
        raise HeterofilmError(
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
            raise HeterofilmError(f"A table of spectra needs the columns {', '.join(named)}, but has no '{name}'.")
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
