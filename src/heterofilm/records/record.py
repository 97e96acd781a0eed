"""`Record`: the one result type, for a simulated and a measured experiment alike.

Inside: SI per electrode area, current positive on discharge. At the edge (`Record.bdf`, ``.csv``,
``.parquet``): the columns of the Battery Data Format (BDF,
github.com/battery-data-alliance/battery-data-format), in amperes, positive on charge. ``.nc`` (netCDF)
keeps everything, profiles and meta included, without loss.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from heterofilm.errors import HeterofilmError, did_you_mean
from heterofilm.files import atomic, check_place
from heterofilm.units import from_si, parse_unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Meta", "Record", "summary_of_steps"]

Meta = dict[str, str | float | int]

COLUMNS: dict[str, pl.DataType] = {
    "time_s": pl.Float64(), "voltage_V": pl.Float64(), "current_A_m2": pl.Float64(),
    "charge_C_m2": pl.Float64(), "step": pl.Int64(), "cycle": pl.Int64(),
}  # fmt: skip
"""The columns every frame has; charge is counted from the start of its step, positive on discharge."""

_STEP_COLUMNS: dict[str, pl.DataType] = {
    "step": pl.Int64(),
    "cycle": pl.Int64(),
    "kind": pl.String(),
    "end": pl.String(),
    "capacity_C_m2": pl.Float64(),
    "energy_J_m2": pl.Float64(),
    "t_start": pl.Float64(),
    "t_end": pl.Float64(),
    "label": pl.String(),
}
# Names that a netCDF variable, a CSV header and a pandas attribute can all carry.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_+\-.]*")
_SUFFIXES = (".csv", ".parquet", ".nc")
KELVIN = 273.15


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """What a cell did: a table of rows in time, and what is known about it.

    - `frame`: polars, with `COLUMNS` and any further numeric columns (losses ``loss_*_V``, oxidation shares).
      ``step`` is a running count that never falls.
    - `profiles`: an `xarray.Dataset` of depth profiles, or None; given as a function, it is called when first asked
      for (xarray takes longer to import than a discharge takes to simulate).
    - `meta`: name, ``area_m2``, ``thickness_m``, ``temperature_K``, protocol, version, ``kind``
      ("simulated" or "measured"), ...
    - `steps`: a row per step: step, cycle, kind, end (the reason), capacity_C_m2 and energy_J_m2
      (magnitudes), t_start and t_end in s, and the label of its loop. Made from the frame when it is not given.
    - `impedance`: spectra, a row per frequency: frequency_Hz, Z_re_ohm_m2, Z_im_ohm_m2, further parts of Z, and
      step, cycle and voltage_V at which they were taken; None where there are none.

    Errors: `HeterofilmError` for a missing, mistyped or badly named column, or a step count that falls.
    """

    frame: pl.DataFrame
    profiles: Any = field(default_factory=lambda: None)
    meta: Meta = field(default_factory=dict)
    steps: pl.DataFrame = None  # type: ignore[assignment]  # filled below, never None afterwards
    impedance: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        frame = _checked(self.frame, COLUMNS, "frame")
        if frame.height and not frame["step"].is_sorted():
            raise HeterofilmError(
                "The column 'step' of a record falls, but it is a running count: number the steps 1, 2, 3 ..."
            )
        steps = summary_of_steps(frame) if self.steps is None else _checked(self.steps, _STEP_COLUMNS, "steps")
        if callable(self.profiles):
            object.__setattr__(self, "_make_profiles", self.profiles)
            object.__delattr__(self, "profiles")
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "meta", dict(self.meta))

    def __getattr__(self, name: str) -> Any:
        if name == "profiles" and "_make_profiles" in self.__dict__:
            object.__setattr__(self, "profiles", self.__dict__["_make_profiles"]())
            return self.profiles
        raise AttributeError(f"a Record has no '{name}'")

    def __repr__(self) -> str:
        name, kind = self.meta.get("name", "unnamed"), self.meta.get("kind", "unknown")
        return f"<Record {name}: {kind}, {self.steps.height} steps, {self.frame.height} rows>"

    def equals(self, other: "Record") -> bool:
        """Whether both hold exactly the same (NaN equals NaN)."""
        if self.profiles is None or other.profiles is None:
            same_profiles = self.profiles is other.profiles
        else:
            same_profiles = self.profiles.identical(other.profiles)
        if self.impedance is None or other.impedance is None:
            same_spectra = self.impedance is other.impedance
        else:
            same_spectra = self.impedance.equals(other.impedance)
        same_tables = same_spectra and self.frame.equals(other.frame) and self.steps.equals(other.steps)
        return same_tables and same_profiles and self.meta == other.meta

    def step(self, n: int) -> "Record":
        """The record of step number `n` alone; a negative `n` counts from the last step (-1) backwards."""
        number = self._step_number(n)
        return Record(
            frame=self.frame.filter(pl.col("step") == number),
            profiles=self.__dict__.get("profiles", self.__dict__.get("_make_profiles")),
            meta=self.meta,
            steps=self.steps.filter(pl.col("step") == number),
            impedance=None if self.impedance is None else self.impedance.filter(pl.col("step") == number),
        )

    def capacity(self, unit: str = "uAh/cm2/um", step: int = -1) -> float:
        """The charge moved in one step, a magnitude, in `unit`: per area, per volume, per mass, or absolute.

        Per volume needs ``thickness_m`` in the meta, per mass ``areal_mass_kg_m2``, absolute ``area_m2``.

        Errors: `HeterofilmError` for a unit that is no capacity, a missing meta entry, or a missing step.
        """
        number = self._step_number(step)
        per_area = self.steps.filter(pl.col("step") == number)["capacity_C_m2"][0]
        dimension = parse_unit(unit).dimension
        need = f"a capacity in {unit}"
        if dimension == parse_unit("C/m2").dimension:
            return from_si(per_area, unit)
        if dimension == parse_unit("C/m3").dimension:
            return from_si(per_area / self._meta("thickness_m", need), unit)
        if dimension == parse_unit("C/kg").dimension:
            return from_si(per_area / self._meta("areal_mass_kg_m2", need), unit)
        if dimension == parse_unit("C").dimension:
            return from_si(per_area * self._meta("area_m2", need), unit)
        raise HeterofilmError(f"'{unit}' is no unit of capacity: use for example 'uAh/cm2/um', 'mAh/g' or 'uAh'.")

    def _step_number(self, n: int) -> int:
        numbers = self.steps["step"].to_list()
        if n in numbers or -len(numbers) <= n < 0:
            return numbers[n] if n < 0 else n
        there = f"steps {numbers[0]} to {numbers[-1]}" if numbers else "no steps"
        raise HeterofilmError(f"There is no step {n} in this record, which has {there}.")

    def _meta(self, key: str, purpose: str) -> float:
        value = self.meta.get(key)
        if not isinstance(value, int | float) or not value > 0:
            raise HeterofilmError(f"The meta of the record has no positive '{key}', which {purpose} needs: add it.")
        return float(value)

    def to_pandas(self) -> "pd.DataFrame":
        """The frame as a pandas DataFrame."""
        return self.frame.to_pandas()

    def bdf(self) -> pl.DataFrame:
        """The frame with the names, units and signs of the Battery Data Format, then the further columns.

        Current is positive on charge. The capacities are counted from the start of the step, as in the
        record. "Step Index" is the frame's column ``step_index`` (the place in the programme) where it has
        one, and the running count of the steps otherwise.

        Errors: `HeterofilmError` when the meta has no ``area_m2``.
        """
        area = self._meta("area_m2", "a current in amperes")
        ampere_hours = pl.col("charge_C_m2") * (area / 3600)
        index = "step_index" if "step_index" in self.frame.columns else "step"
        columns = [
            pl.col("time_s").alias("Test Time / s"),
            pl.col("voltage_V").alias("Voltage / V"),
            # 0 - x and not -x: a rest reads 0.0 A, not -0.0 A
            (0.0 - pl.col("current_A_m2") * area).alias("Current / A"),
            pl.col("cycle").alias("Cycle Count / 1"),
            pl.col("step").alias("Step Count / 1"),
            pl.col(index).alias("Step Index / 1"),
            (0.0 - ampere_hours).clip(lower_bound=0.0).alias("Charging Capacity / Ah"),
            ampere_hours.clip(lower_bound=0.0).alias("Discharging Capacity / Ah"),
        ]
        if "temperature_K" in self.frame.columns:
            columns.insert(6, (pl.col("temperature_K") - KELVIN).alias("Ambient Temperature / degC"))
        elif "temperature_K" in self.meta:
            degrees = self._meta("temperature_K", "a temperature in degC") - KELVIN
            columns.insert(6, pl.lit(degrees).alias("Ambient Temperature / degC"))
        extra = [name for name in self.frame.columns if name not in {*COLUMNS, "temperature_K", "step_index"}]
        return self.frame.select(*columns, *extra)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write to ``.csv`` or ``.parquet`` (Battery Data Format) or ``.nc`` (everything); return the path.

        The Battery Data Format has no place for spectra: they go beside it, to ``NAME.impedance.csv``.

        The file appears whole or not at all: it is written under another name beside its place and then
        moved.

        Errors: `HeterofilmError` for an unknown suffix or a folder that cannot be written to.
        """
        path = check_path(path)
        kept = {"heterofilm": json.dumps(self.meta)}
        writers: dict[str, Callable[[Path], None]] = {
            ".csv": lambda target: self.bdf().write_csv(target),
            ".parquet": lambda target: self.bdf().write_parquet(target, metadata=kept),
            ".nc": self._write_netcdf,
        }
        write = writers[_suffix(path)]
        spectra = self.impedance
        if spectra is not None and _suffix(path) != ".nc":
            atomic(path.with_suffix(".impedance.csv"), lambda target: spectra.write_csv(target))
        return atomic(path, write)

    def _write_netcdf(self, path: Path) -> None:
        import xarray as xr

        def table(frame: pl.DataFrame) -> xr.Dataset:
            columns = {name: ("row", frame[name].to_numpy()) for name in frame.columns}
            return xr.Dataset(columns, attrs={"columns": json.dumps(frame.columns)})

        rows = table(self.frame)
        rows.attrs["heterofilm_meta"] = json.dumps(self.meta)
        rows.attrs["has_profiles"] = int(self.profiles is not None)
        rows.attrs["has_impedance"] = int(self.impedance is not None)
        rows.to_netcdf(path, engine="h5netcdf")
        table(self.steps).to_netcdf(path, group="steps", mode="a", engine="h5netcdf")
        if self.impedance is not None:
            table(self.impedance).to_netcdf(path, group="impedance", mode="a", engine="h5netcdf")
        if self.profiles is not None:
            self.profiles.to_netcdf(path, group="profiles", mode="a", engine="h5netcdf")

    @classmethod
    def read(cls, path: str | os.PathLike[str], **meta: str | float | int) -> "Record":
        """Read a file written by `write`, or any ``.csv``/``.parquet`` file in the Battery Data Format.

        `meta` adds to what the file says, or replaces it. A CSV file does not say its electrode area, and a
        record is per area: give ``area_m2``. Which charge counts, that of the file or the integral of its current, goes
        by the rules of `records.charge`; the meta's ``charge``, ``assumed`` and ``doubts`` say so.

        Errors: `HeterofilmError` for an unknown suffix, an unreadable file, a missing column, or a missing
        area.
        """
        path = Path(path)
        read = READERS[_suffix(path)]
        if not path.is_file():
            raise HeterofilmError(f"Cannot read '{path}': there is no such file.")
        try:
            return read(path, meta)
        except HeterofilmError as error:
            raise HeterofilmError(f"Cannot read '{path}': {error}") from None
        except (OSError, KeyError, ValueError, pl.exceptions.PolarsError) as error:
            raise HeterofilmError(
                f"Cannot read '{path}': it is damaged or not a heterofilm record or BDF table ({error})."
            ) from error


def summary_of_steps(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per step of a record's frame; the reason for its end is unknown here and left empty.

    The capacity is the charge at the step's end; the energy is the integral of voltage over charge
    (trapezoids).
    """
    charge, voltage = pl.col("charge_C_m2"), pl.col("voltage_V")
    mean = pl.col("current_A_m2").mean()
    moving = pl.when(mean > 0).then(pl.lit("discharge")).when(mean < 0).then(pl.lit("charge"))
    kind = moving.otherwise(pl.lit("rest"))
    trapezoids = charge.diff() * (voltage + voltage.shift()) / 2
    rows = frame.group_by("step", maintain_order=True).agg(
        pl.col("cycle").first(),
        kind.alias("kind"),
        pl.lit("").alias("end"),
        charge.last().abs().alias("capacity_C_m2"),
        trapezoids.sum().abs().alias("energy_J_m2"),
        pl.col("time_s").first().alias("t_start"),
        pl.col("time_s").last().alias("t_end"),
        pl.lit("").alias("label"),
    )
    return rows.cast(dict(_STEP_COLUMNS))  # type: ignore[arg-type]


def _checked(frame: pl.DataFrame, columns: Mapping[str, pl.DataType], what: str) -> pl.DataFrame:
    """The frame with the wanted columns first and typed, further ones numeric; gaps become NaN."""
    further = [name for name in frame.columns if name not in columns]
    for name in columns:
        if name not in frame.columns:
            hint = did_you_mean(name, further)
            raise HeterofilmError(f"The {what} of a record has no column '{name}'.{hint}")
    casts = []
    for name in [*columns, *further]:
        found, where = frame.schema[name], f"The column '{name}' in the {what} of a record"
        if not NAME.fullmatch(name):
            raise HeterofilmError(f"{where} has a name some files cannot hold: use letters, digits and _ + - .")
        wanted = columns.get(name) or (pl.Int64() if found.is_integer() else pl.Float64())
        if frame.height and not (found == wanted or found == pl.Null or (found.is_numeric() and wanted != pl.String)):
            raise HeterofilmError(f"{where} holds {found}, but {wanted} was expected.")
        column = pl.col(name).cast(wanted)
        if wanted == pl.Int64 and frame[name].null_count():
            raise HeterofilmError(f"{where} has gaps, but a whole number is needed in every row.")
        casts.append(column if wanted == pl.Int64 else column.fill_null("" if wanted == pl.String else float("nan")))
    return frame.select(casts)


def check_path(path: str | os.PathLike[str]) -> Path:
    """`path`, if a record can be written there under its suffix."""
    path = Path(path)
    _suffix(path)
    return check_place(path)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        hint = did_you_mean(suffix, _SUFFIXES, cutoff=0.5)
        raise HeterofilmError(f"'{path.name}' must end in .csv, .parquet or .nc, not in '{path.suffix}'.{hint}")
    return suffix


def _from_netcdf(path: Path, extra: Meta) -> Record:
    import xarray as xr

    def table(group: str | None) -> tuple[pl.DataFrame, dict[str, Any]]:
        data = xr.load_dataset(path, group=group, engine="h5netcdf")
        columns = {name: data[name].to_numpy() for name in json.loads(data.attrs["columns"])}
        strings = {
            name: pl.Series(name, list(v), dtype=pl.String) for name, v in columns.items() if v.dtype.kind in "OU"
        }
        return pl.DataFrame(columns | strings), data.attrs

    frame, attributes = table(None)
    steps, _ = table("steps")
    profiles = xr.load_dataset(path, group="profiles", engine="h5netcdf") if attributes["has_profiles"] else None
    impedance = table("impedance")[0] if attributes.get("has_impedance") else None
    return Record(frame, profiles, json.loads(attributes["heterofilm_meta"]) | extra, steps, impedance)


READERS: dict[str, Callable[[Path, Meta], Record]] = {".nc": _from_netcdf}
"""Suffix -> reader of a record; `battery_data_format` adds those of its tables."""
