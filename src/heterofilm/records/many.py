"""`Records`: what a sweep returned, one record a point, in memory or in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import polars as pl

from ..errors import InputError, SimulationError
from ..units import from_si
from ..wording import counted
from .record import Record

SHOWN = 8  # points of a table in a notebook
Values = Mapping[str, Any]


class Records(Sequence[Record]):
    """The records of a sweep, in the order of its points; read when they are asked for, where they lie in a folder.

    - `values`: a row per point: ``point``, the values it stands for, ``cell``, and ``error``, a sentence for a point
      that could not be run (whose record cannot be had);
    - ``records[k]``: the record of point k; iteration gives those that there are.

    Errors of ``records[k]``: `SimulationError` with the sentence of a point that failed and what it had.
    """

    def __init__(
        self, values: Sequence[Values], errors: Sequence[str | None], get: Callable[[int], Record | None]
    ) -> None:
        """``get`` gives the record of a point, a partial one of a point that failed, or None."""
        self._errors, self._get = list(errors), get
        rows = [{"point": k, **one, "error": error} for k, (one, error) in enumerate(zip(values, errors, strict=True))]
        self.values = pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"error": pl.String()})

    def __len__(self) -> int:
        return len(self._errors)

    def __getitem__(self, point: Any) -> Any:
        if isinstance(point, slice):
            return [self[k] for k in range(*point.indices(len(self)))]
        if isinstance(point, bool) or not isinstance(point, int | np.integer) or not -len(self) <= point < len(self):
            raise IndexError(f"There is no point {point!r:.20} among {len(self)}.")
        point = int(point) % len(self)
        if (error := self._errors[point]) is not None:
            raise SimulationError(error, self._get(point))
        return self._get(point)

    def __iter__(self) -> Iterator[Record]:
        return (record for _, record in self.items())

    def items(self) -> Iterator[tuple[int, Record]]:
        """Number and record of every point that could be run."""
        for k, error in enumerate(self._errors):
            if error is None and (record := self._get(k)) is not None:
                yield k, record

    def __repr__(self) -> str:
        failed = sum(error is not None for error in self._errors)
        return f"<Records: {counted(len(self), 'point')}, {failed} failed>"

    def _repr_html_(self) -> str:
        return f"<div><b>{escape(repr(self)[1:-1])}</b>{self.values.head(SHOWN)._repr_html_()}</div>"

    def steps(self) -> pl.DataFrame:
        """The tables of steps of all points in one."""
        return self._joined(lambda record: record.steps)

    def table(self) -> pl.DataFrame:
        """The table that `simulate_many` returns by default: a row per point and step, or the error of a point; without
        ``mesh_error``, which the notes of each record tell."""
        rows: list[dict[str, Any]] = []
        for k, row in enumerate(self.values.drop("error").iter_rows(named=True)):
            record = self._get(k) if self._errors[k] is None else None
            if record is None:
                rows.append(row | {"error": self._errors[k]})
                continue
            scale = from_si(1.0, "uAh/cm2/um") / float(record.meta["thickness_m"])
            for step in record.steps.iter_rows(named=True):
                rows.append(row | step | {"capacity_uAh_cm2_um": step["capacity_C_m2"] * scale, "error": None})
        return pl.DataFrame(rows, infer_schema_length=None)

    def curves(self) -> pl.DataFrame:
        """The frames of all points in one, each row with the point and its values."""
        return self._joined(lambda record: record.frame)

    def spectra(self) -> pl.DataFrame:
        """The impedance spectra of all points in one."""
        return self._joined(lambda record: record.impedance)

    def _joined(self, part: Callable[[Record], pl.DataFrame | None]) -> pl.DataFrame:
        tables = []
        known = self.values.drop("error")
        for k, record in self.items():
            if (table := part(record)) is not None:
                row = known.row(k, named=True)
                tables.append(
                    table.select(*(pl.lit(v).alias(n) for n, v in row.items() if n not in table.columns), "*")
                )
        return pl.concat(tables, how="diagonal_relaxed") if tables else pl.DataFrame()

    def dataset(self) -> Any:
        """Everything as one `xarray.Dataset` over ``point``, with the values as coordinates.

        Curves lie over ``row``, the steps (``step_...``) over ``number``, spectra (``spectrum_...``) over ``line``,
        depth profiles (``profile_...``) over ``moment`` and the mesh; what is shorter than the longest ends in NaN.

        Errors: `HeterofilmError` where no point could be run, or where the meshes of the profiles differ.
        """
        import xarray as xr

        found = dict(self.items())
        if not found:
            first = next((error for error in self._errors if error), "there is none")
            raise InputError(f"No point could be run; the first one said: {first}")
        variables: dict[str, Any] = {}
        tables: tuple[tuple[str, str, Callable[[Record], pl.DataFrame | None]], ...] = (
            ("", "row", lambda record: record.frame), ("step_", "number", lambda record: record.steps),
            ("spectrum_", "line", lambda record: record.impedance),
        )  # fmt: skip
        for prefix, along, part in tables:
            own = {k: table for k, record in found.items() if (table := part(record)) is not None}
            for name in dict.fromkeys(name for table in own.values() for name in table.columns):
                columns = {k: table[name].to_numpy() for k, table in own.items() if name in table.columns}
                variables[f"{prefix}{name}"] = (("point", along), _padded(columns, len(self)))
        profiles = {k: record.profiles for k, record in found.items() if record.profiles is not None}
        if profiles:
            variables |= _profiles(profiles, len(self))
        texts = {"cell", "error"}
        coordinates = {
            name: ("point", np.array([str(v or "") for v in self.values[name]]) if name in texts else self.values[name])
            for name in self.values.columns
        }
        return xr.Dataset(variables, coordinates)


def _padded(columns: Mapping[int, np.ndarray[Any, Any]], points: int) -> np.ndarray[Any, Any]:
    """One array over points and rows; gaps are NaN, of texts empty."""
    rows = max(len(column) for column in columns.values())
    shape = (points, rows, *next(iter(columns.values())).shape[1:])
    words = any(column.dtype.kind in "OU" for column in columns.values())
    out: np.ndarray[Any, Any] = np.full(shape, "", dtype=object) if words else np.full(shape, np.nan)
    for k, column in columns.items():
        out[k, : len(column)] = column
    return out.astype(str) if words else out


def _profiles(profiles: Mapping[int, Any], points: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first = next(iter(profiles.values()))
    for name in (*first.data_vars, *first.coords):
        arrays = {k: one[name].to_numpy() for k, one in profiles.items() if name in one}
        inner = first[name].dims[1:] if first[name].dims[:1] == ("point",) else first[name].dims
        if len({array.shape[-len(inner) :] for array in arrays.values() if inner}) > 1:
            raise InputError("The meshes of the points differ, so their profiles are no one array: ask for records.")
        along = ("moment", *inner) if first[name].dims[:1] == ("point",) else (f"node_{name}",)
        found[f"profile_{name}"] = (("point", *along), _padded(arrays, points))
    return found
