"""`Record`: the one result type, for a simulated and a measured experiment alike.

Inside: SI per electrode area, current positive on discharge. At the edge (`Record.bdf`, ``.csv``,
``.parquet``): the columns of the Battery Data Format (BDF,
github.com/battery-data-alliance/battery-data-format), in amperes, positive on charge. ``.nc`` (netCDF) and
``.parquet`` keep everything, profiles and meta included, without loss.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ..errors import FileFormatError, HeterofilmError, InputError, did_you_mean
from ..files import atomic, check_file, check_place
from ..units import from_si, parse_unit
from . import balance, drawing, show
from .bdf import to_bdf
from .columns import COLUMNS, STEP_COLUMNS, Meta, checked, summary_of_steps
from .netcdf import Content, read_netcdf, write_netcdf
from .parquet import too_large, write_parquet
from .states import States

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Meta", "Record", "summary_of_steps"]

_SUFFIXES = (".csv", ".parquet", ".nc")
MAX_BYTES = 4_000_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Record:
    """What a cell did: a table of rows in time, and what is known about it.

    - `frame`: polars, with `COLUMNS` and any further numeric columns (losses ``loss_*_V``, oxidation shares).
      ``step`` is a running count that never falls.
    - `profiles`: an `xarray.Dataset` of depth profiles, or None.
    - `meta`: name, ``area_m2``, ``thickness_m``, ``temperature_K``, protocol, version, ``kind``
      ("simulated" or "measured"), ...
    - `steps`: a row per step: step, cycle, kind, end (the reason), capacity_C_m2 and energy_J_m2
      (magnitudes), t_start and t_end in s, and the label of its loop. Made from the frame when it is not given. Of a
      simulated sweep or load, whose current may turn, capacity_C_m2 is what moved in both directions together (the
      integral of abs(i)), and energy_J_m2 what was given less what was taken; the charge that remains is the last
      charge_C_m2 of its rows, and both directions apart are in `analysis.electrochemistry.halves.halves_of`.
    - `impedance`: spectra, a row per frequency: frequency_Hz, Z_re_ohm_m2, Z_im_ohm_m2, further parts of Z, and
      step, cycle and voltage_V at which they were taken; None where there are none.
    - `states`: of a simulated cell at the end of the steps whose curves are kept and of the last one, from which
      another run may go on (``simulate(..., start=record)``); None where there are none.

    Any of them may be given as a function, which is called when it is first asked for: of most records of a batch
    nobody asks for more than a number, and making the rest takes longer than a discharge takes to simulate.

    Errors: `HeterofilmError` for a missing, mistyped or badly named column, or a step count that falls.
    """

    frame: pl.DataFrame
    profiles: Any = field(default_factory=lambda: None)  # no default here has a value that a class could answer with
    meta: Meta = field(default_factory=dict)
    steps: pl.DataFrame = field(default_factory=lambda: None)  # type: ignore[assignment]  # never None afterwards
    impedance: pl.DataFrame | None = field(default_factory=lambda: None)
    states: States | None = field(default_factory=lambda: None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_waiting", {})
        for name in _CHECKS:
            value = getattr(self, name)
            if callable(value):
                self._waiting[name] = value
                object.__delattr__(self, name)
            else:
                object.__setattr__(self, name, _CHECKS[name](value, self))

    def __getattr__(self, name: str) -> Any:
        waiting = self.__dict__.get("_waiting", {})
        if name not in waiting:
            raise AttributeError(f"a Record has no '{name}'")
        value = _CHECKS[name](waiting[name](), self)
        object.__setattr__(self, name, value)
        waiting.pop(name, None)
        return value

    def __getstate__(self) -> dict[str, Any]:
        """With all that was waiting: functions do not travel."""
        return {name: getattr(self, name) for name in _CHECKS} | {"_waiting": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def lithium_missed(self) -> float | None:
        """How well a simulated run conserves lithium: what its film gained less the charge that passed, the largest
        at the end of any step, over the theoretical charge (below 1e-9 in a sound run); None for a measurement.
        """
        return balance.missed(self.steps, self.meta)

    def __repr__(self) -> str:
        return show.line(self.meta, self.steps, self.frame.height)

    def _repr_html_(self) -> str:
        return show.html(self.meta, self.steps, self.frame)

    def plot(self) -> Any:
        """The figure of this record, chosen by what it holds: ``record.plot().save("a.svg")`` writes it, and
        ``record.plot().to_matplotlib()`` is one of matplotlib, with axes and ``savefig``.

        Errors: `HeterofilmError` where nothing can draw.
        """
        if drawing.draw is None:
            raise InputError("Nothing here draws a record; import heterofilm first.")
        return drawing.draw(self)

    def equals(self, other: Record) -> bool:
        """Whether both hold exactly the same (NaN equals NaN)."""
        if self.profiles is None or other.profiles is None:
            same_profiles = self.profiles is other.profiles
        else:
            same_profiles = self.profiles.identical(other.profiles)
        if self.impedance is None or other.impedance is None:
            same_spectra = self.impedance is other.impedance
        else:
            same_spectra = self.impedance.equals(other.impedance)
        if self.states is None or other.states is None:
            same_states = self.states is other.states
        else:
            same_states = self.states.equals(other.states)
        same_tables = same_spectra and same_states and self.frame.equals(other.frame) and self.steps.equals(other.steps)
        return same_tables and same_profiles and self.meta == other.meta

    def step(self, n: int) -> Record:
        """The record of step number `n` alone; a negative `n` counts from the last step (-1) backwards."""
        number = self._step_number(n)
        return Record(
            frame=self.frame.filter(pl.col("step") == number),
            profiles=self._waiting.get("profiles") or self.profiles,
            meta=self.meta,
            steps=self.steps.filter(pl.col("step") == number),
            impedance=None if self.impedance is None else self.impedance.filter(pl.col("step") == number),
            states=None if self.states is None else self.states.of_step(number),
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
        raise InputError(f"'{unit}' is no unit of capacity: use for example 'uAh/cm2/um', 'mAh/g' or 'uAh'.")

    def _step_number(self, n: int) -> int:
        numbers = self.steps["step"].to_list()
        if n in numbers or -len(numbers) <= n < 0:
            return numbers[n] if n < 0 else n
        there = f"steps {numbers[0]} to {numbers[-1]}" if numbers else "no steps"
        raise InputError(f"There is no step {n} in this record, which has {there}.")

    def _meta(self, key: str, purpose: str) -> float:
        value = self.meta.get(key)
        if not isinstance(value, int | float) or not value > 0:
            raise InputError(f"The meta of the record has no positive '{key}', which {purpose} needs: add it.")
        return float(value)

    def to_pandas(self) -> pd.DataFrame:
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
        known = "temperature_K" in self.meta and "temperature_K" not in self.frame.columns
        return to_bdf(self.frame, area, self._meta("temperature_K", "a temperature in degC") if known else None)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write to ``.csv``, ``.parquet`` (rows in the Battery Data Format) or ``.nc``; return the path.

        ``.nc`` and ``.parquet`` keep everything, but that a ``.parquet`` file has no room for depth profiles of more
        than 50 MB. A ``.csv`` file has the rows alone, spectra beside it in ``NAME.impedance.csv``: `left_out` says so.

        The file appears whole or not at all: it is written under another name beside its place and then
        moved.

        Errors: `HeterofilmError` for an unknown suffix or a folder that cannot be written to.
        """
        path = check_path(path)
        writers: dict[str, Callable[[Path], None]] = {
            ".csv": lambda target: self.bdf().write_csv(target),
            ".parquet": lambda target: write_parquet(target, self.bdf(), self._content()),
            ".nc": lambda target: write_netcdf(target, self._content()),
        }
        write = writers[_suffix(path)]
        spectra = self.impedance
        if spectra is not None and _suffix(path) == ".csv":
            atomic(path.with_suffix(".impedance.csv"), lambda target: spectra.write_csv(target))
        return atomic(path, write)

    def left_out(self, path: str | os.PathLike[str]) -> str:
        """What a file of this name does not keep of the record, in a sentence; "" where it keeps everything.

        Errors: `HeterofilmError` for an unknown suffix.
        """
        path = Path(path)
        suffix = _suffix(path)
        if suffix == ".parquet" and too_large(self._content()):
            return f"{path.name} has no room for the depth profiles, which are left out; a .nc file keeps them."
        if suffix != ".csv":
            return ""
        parts = {"depth profiles": self.profiles, "states to go on from": self.states}
        there = ["ends and further columns of its steps", "what is known of the cell and the run"]
        there += [name for name, part in parts.items() if part is not None]
        beside = "" if self.impedance is None else f"; its spectra are in {path.with_suffix('.impedance.csv').name}"
        return (
            f"{path.name} has the rows of the record alone, without {', '.join(there[:-1])} and {there[-1]}{beside}. "
            "A .nc or .parquet file keeps everything."
        )

    def _content(self) -> Content:
        return Content(self.frame, self.profiles, self.meta, self.steps, self.impedance, self.states)

    @classmethod
    def read(cls, path: str | os.PathLike[str], **meta: str | float | int) -> Record:
        """Read a file written by `write`, or any ``.csv``/``.parquet`` file in the Battery Data Format.

        `meta` adds to what the file says, or replaces it. A CSV file does not say its electrode area, and a
        record is per area: give ``area_m2``. Which charge counts, that of the file or the integral of its current, goes
        by the rules of `records.charge`; the meta's ``charge``, ``assumed`` and ``doubts`` say so.

        Errors: `HeterofilmError` for an unknown suffix, an unreadable file, a missing column, or a missing
        area.
        """
        path = Path(path)
        suffix = _suffix(path)
        if suffix not in READERS:  # read where it is needed: it takes numpy and all that makes a record of a test
            import_module(f"{__package__}.battery_data_format")
        read = READERS[suffix]
        check_file(path, MAX_BYTES, "record")
        try:
            return read(path, meta)
        except HeterofilmError as error:
            raise FileFormatError(f"Cannot read '{path}': {error}") from None
        except pl.exceptions.PolarsError as error:
            raise FileFormatError(
                f"Cannot read '{path}': it is damaged or not a heterofilm record or BDF table: one row of headings, "
                "and as many cells in every row, were expected."
            ) from error
        except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError) as error:
            raise FileFormatError(
                f"Cannot read '{path}': it is damaged or not a heterofilm record or BDF table ({error})."
            ) from error


def _table(name: str, value: Any) -> None:
    if not isinstance(value, pl.DataFrame):
        raise InputError(f"The {name} of a record is a polars DataFrame, not {value!r:.60}.")


def _frame(value: Any, _: Record) -> pl.DataFrame:
    _table("frame", value)
    frame = checked(value, COLUMNS, "frame")
    if frame.height and not frame["step"].is_sorted():
        raise InputError("The column 'step' of a record falls, but it is a running count: number the steps 1, 2, 3 ...")
    return frame


def _steps(value: Any, record: Record) -> pl.DataFrame:
    if value is None:
        return summary_of_steps(record.frame)
    _table("steps", value)
    return checked(value, STEP_COLUMNS, "steps")


def _impedance(value: Any, _: Record) -> pl.DataFrame | None:
    if value is not None:
        _table("impedance", value)
    return value  # type: ignore[no-any-return]


_CHECKS: dict[str, Callable[[Any, Record], Any]] = {
    "frame": _frame,
    "profiles": lambda value, _: value,
    "meta": lambda value, _: dict(value),
    "steps": _steps,
    "impedance": _impedance,
    "states": lambda value, _: value,
}
"""The parts of a record, each with what makes it what it must be."""


def check_path(path: str | os.PathLike[str]) -> Path:
    """`path`, if a record can be written there under its suffix."""
    path = Path(path)
    _suffix(path)
    return check_place(path)


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        hint = did_you_mean(suffix, _SUFFIXES, cutoff=0.5)
        raise InputError(f"'{path.name}' must end in .csv, .parquet or .nc, not in '{path.suffix}'.{hint}")
    return suffix


def _of_netcdf(path: Path, extra: Meta) -> Record:
    read = read_netcdf(path)
    return Record(read.frame, read.profiles, read.meta | extra, read.steps, read.impedance, read.states)


READERS: dict[str, Callable[[Path, Meta], Record]] = {".nc": _of_netcdf}
"""Suffix -> reader of a record; `battery_data_format` adds those of its tables when it is imported."""
