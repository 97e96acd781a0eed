"""`Measurement`: what one instrument file, or one region of it, says - names, units and signs made one.

Columns carry their unit in their name. Current is positive on discharge (reduction of the film), a capacitor's
imaginary part is negative. What a reader had to assume stands in `notes`, in words.

| technique | columns every table has | further ones, where the file holds them |
|---|---|---|
| cycling, voltammetry | time_s, voltage_V, current_A | step, cycle, charge_C, temperature_K, frequency ... |
| impedance | frequency_Hz, Z_re_ohm, Z_im_ohm (of a table per area Z_re_ohm_m2 ...) | step, voltage_V, time_s |
| xps, ups | kinetic_energy_eV or binding_energy_eV, intensity | further channels |
| raman | raman_shift_cm-1, intensity | spectrum (a running number), x_um, y_um, time_s, voltage_V |
| xrd | two_theta_deg, intensity | sigma |
| uvvis | wavelength_nm and one of absorbance, transmittance, reflectance, intensity | reference, dark |
| photoluminescence | wavelength_nm, intensity | spectrum (a running number), x_um, y_um, time_s |
| energy spectrum (X-rays, energy losses) | energy_eV, intensity | |
| depth profile | time_s | depth_nm, one column per ion as the file names it |
| line scan (of elements) | distance_nm | one column per element |
| composition | element, atomic_percent | weight_percent, sigma |
| image | - | `image`, shape (rows, columns), and meta pixel_m |
| table | any | |
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError, did_you_mean
from ..wording import counted
from .record import Record

if TYPE_CHECKING:
    from .spectrum import Spectrum

__all__ = ["TECHNIQUES", "Measurement"]

TECHNIQUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "cycling": (("time_s",), ("voltage_V",), ("current_A",)),
    "voltammetry": (("voltage_V",), ("current_A",)),
    "impedance": (("frequency_Hz",), ("Z_re_ohm", "Z_re_ohm_m2"), ("Z_im_ohm", "Z_im_ohm_m2")),
    "xps": (("binding_energy_eV", "kinetic_energy_eV"), ("intensity",)),
    "ups": (("binding_energy_eV", "kinetic_energy_eV"), ("intensity",)),
    "raman": (("raman_shift_cm-1",), ("intensity",)),
    "xrd": (("two_theta_deg",), ("intensity",)),
    "uvvis": (("wavelength_nm",), ("absorbance", "transmittance", "reflectance", "intensity")),
    "photoluminescence": (("wavelength_nm",), ("intensity",)),
    "energy spectrum": (("energy_eV",), ("intensity",)),
    "depth profile": (("time_s", "depth_nm"),),
    "line scan": (("distance_nm",),),
    "composition": (("element",), ("atomic_percent",)),
    "image": (),
    "table": (),
}
"""Technique -> the columns its table needs; of a group of names one is enough."""


@dataclass(frozen=True, eq=False, repr=False)
class Measurement:
    """One measurement.

    - `technique`: a key of `TECHNIQUES`; `name`: of the region, sample or file;
    - `table`: polars, see the module's table; `image`: shape (rows, columns) or None;
    - `meta`: what the file says about how it was taken (strings and numbers; SI in keys that carry a unit, such as
      ``photon_energy_eV``, ``wavelength_m``, ``pixel_m``, ``started``);
    - `notes`: what the reader assumed or turned; `doubts`: those of the notes that can make a number wrong, to be
      printed beside every number that is made of the data; `format` and `path`: which reader, which file.

    Errors: `HeterofilmError` for an unknown technique, a missing column, an empty table.
    """

    technique: str
    name: str
    table: pl.DataFrame = field(default_factory=pl.DataFrame)
    meta: dict[str, str | float | int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    image: NDArray[Any] | None = None
    format: str = ""
    path: Path | None = None
    doubts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.technique not in TECHNIQUES:
            raise InputError(
                f"There is no technique '{self.technique}'.{did_you_mean(self.technique, TECHNIQUES)} "
                f"Known: {', '.join(TECHNIQUES)}."
            )
        for group in TECHNIQUES[self.technique]:
            if not any(name in self.table.columns for name in group):
                raise InputError(f"it has no {' or '.join(group)}, which {self.technique} data need.")
        if self.technique == "image":
            if self.image is None or self.image.ndim != 2 or self.image.size == 0:
                raise InputError("it holds no two-dimensional image.")
        elif self.table.is_empty():
            raise InputError("it holds no row of data.")

    def __repr__(self) -> str:
        size = f"{counted(self.table.height, 'row')}" if self.image is None else " x ".join(map(str, self.image.shape))
        return f"<Measurement {self.name}: {self.technique}, {size}>"

    def column(self, *names: str) -> NDArray[np.float64]:
        """The first of the columns `names` that is there, as floats, shape (n,).

        Errors: `HeterofilmError` when none is there.
        """
        for name in names:
            if name in self.table.columns:
                return self.table[name].cast(pl.Float64).to_numpy()
        raise InputError(
            f"The {self.technique} data '{self.name}' have no column {' or '.join(names)}; "
            f"they have {', '.join(self.table.columns)}."
        )

    def with_meta(self, **meta: str | float | int) -> Measurement:
        """The same measurement with more known about it."""
        return replace(self, meta=self.meta | meta)

    def record(self, area_m2: float, thickness_m: float | None = None, **meta: str | float | int) -> Record:
        """Cycling or voltammetry as a `Record`, per electrode area.

        Steps are those of the file where it counts them, parted where the current turns within one (`runs`); otherwise
        a step begins where the current changes its sign or stops, and in voltammetry where the potential turns. Charge
        is the file's own where it agrees with the integral of the current, else by the rules of `charge`. The meta's
        ``charge`` says which, ``assumed`` (a sentence a line) what every number rests on, and ``doubts`` where counter,
        clock and current do not fit together; the steps have ``integral_C_m2``,
        ``counter_C_m2``, ``lasted_s`` (without gaps), ``counted`` and ``doubt`` (`gaps.Doubt`).

        Errors: `HeterofilmError` for another technique, or an area or thickness that is not positive.
        """
        from .as_record import as_record

        if thickness_m is not None:
            meta["thickness_m"] = thickness_m
        return as_record(self, area_m2, **meta)

    def spectra(self) -> list[Spectrum]:
        """Impedance as spectra in ohm (a table per area: ohm m2), one for each ``step``.

        Errors: `HeterofilmError` for another technique.
        """
        from .spectrum import Spectrum

        if self.technique != "impedance":
            raise InputError(f"'{self.name}' holds {self.technique} data, not an impedance spectrum.")
        table = self.table if "step" in self.table.columns else self.table.with_columns(pl.lit(1).alias("step"))
        unit = "ohm" if "Z_re_ohm" in table.columns else "ohm m2"
        real, imaginary = (f"Z_{part}_{unit.replace(' ', '_')}" for part in ("re", "im"))
        pieces = table.partition_by("step", maintain_order=True)

        def mean(rows: pl.DataFrame, column: str) -> float | None:
            """Of a column that was measured, else of what is known about the whole file."""
            values = rows[column].drop_nulls().to_numpy() if column in rows.columns else np.empty(0)
            stated = self.meta.get(column)
            return float(values.mean()) if values.size else float(stated) if isinstance(stated, int | float) else None

        def whole(rows: pl.DataFrame, column: str) -> int | None:
            value = mean(rows, column)
            return None if value is None else round(value)

        def named(k: int, rows: pl.DataFrame) -> str:
            """Of several, by number, and by the mean potential where it was measured."""
            potential = rows["voltage_V"].drop_nulls().to_numpy() if "voltage_V" in rows.columns else np.empty(0)
            at = f", {potential.mean():.3g} V" if potential.size else ""
            return self.name if len(pieces) == 1 else f"{self.name} {k}{at}"

        return [
            Spectrum(
                rows["frequency_Hz"].to_numpy(),
                rows[real].to_numpy() + 1j * rows[imaginary].to_numpy(),
                unit,
                named(k, rows),
                k,
                {},
                "; ".join(self.notes),
                whole(rows, "cycle"),
                mean(rows, "temperature_K"),
            )
            for k, rows in enumerate(pieces, 1)
        ]
