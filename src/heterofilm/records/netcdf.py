"""A record in a netCDF file (.nc), which keeps all of it without loss: tables, meta, spectra, profiles, states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from ..errors import FileFormatError
from .columns import Meta
from .states import States

MOST_VALUES = 500_000_000  # of one group: what a file claims to hold is asked before it is read
FEW_VALUES = 50_000_000  # may be claimed by a file of any size
PACKED = 2  # values of a byte: what a compressed file may hold beyond that


class Content(NamedTuple):
    """What a record is made of."""

    frame: pl.DataFrame
    profiles: Any
    meta: Meta
    steps: pl.DataFrame
    impedance: pl.DataFrame | None
    states: States | None


def write_netcdf(path: Path, content: Content) -> None:
    """Write everything."""
    import xarray as xr

    def table(frame: pl.DataFrame) -> xr.Dataset:
        columns = {name: ("row", frame[name].to_numpy()) for name in frame.columns}
        return xr.Dataset(columns, attrs={"columns": json.dumps(frame.columns)})

    rows = table(content.frame)
    rows.attrs["heterofilm_meta"] = json.dumps(content.meta)
    rows.attrs["has_profiles"] = int(content.profiles is not None)
    rows.attrs["has_impedance"] = int(content.impedance is not None)
    rows.attrs["has_states"] = int(content.states is not None)
    rows.to_netcdf(path, engine="h5netcdf")
    table(content.steps).to_netcdf(path, group="steps", mode="a", engine="h5netcdf")
    if content.impedance is not None:
        table(content.impedance).to_netcdf(path, group="impedance", mode="a", engine="h5netcdf")
    if content.profiles is not None:
        content.profiles.to_netcdf(path, group="profiles", mode="a", engine="h5netcdf")
    if (states := content.states) is not None:
        attributes = {"about": json.dumps(states.about), "values": states.values}
        kept = xr.Dataset({"step": ("state", states.step), "rows": (("state", "entry"), states.rows)}, attrs=attributes)
        kept.to_netcdf(path, group="states", mode="a", engine="h5netcdf")


def read_netcdf(path: Path) -> Content:
    """Read everything.

    Errors: `FileFormatError` for a file that claims more than any record holds, or whose meta is none.
    """
    frame, attributes = _table(path, None)
    steps, _ = _table(path, "steps")
    meta = json.loads(attributes["heterofilm_meta"])
    if not isinstance(meta, dict) or not all(isinstance(value, str | int | float) for value in meta.values()):
        raise FileFormatError("its meta is no table of texts and numbers.")
    profiles = _loaded(path, "profiles") if attributes["has_profiles"] else None
    impedance = _table(path, "impedance")[0] if attributes.get("has_impedance") else None
    states = None
    if attributes.get("has_states"):
        data = _loaded(path, "states")
        about = json.loads(data.attrs["about"])
        step, rows = data["step"].to_numpy().astype(np.int64), data["rows"].to_numpy().astype(np.float64)
        if not isinstance(about, dict) or rows.ndim != 2 or len(step) != len(rows):
            raise FileFormatError("its states are no states.")
        states = States(step, rows, about, str(data.attrs["values"]))
    return Content(frame, profiles, meta, steps, impedance, states)


def _loaded(path: Path, group: str | None) -> Any:
    import xarray as xr

    with xr.open_dataset(path, group=group, engine="h5netcdf") as data:
        claimed = sum(variable.size for variable in data.variables.values())
        check_claim(claimed, path)
        return data.load()


def check_claim(values: int, path: Path) -> None:
    """Errors: `FileFormatError` for a file that claims to hold more values than any record, or than its size allows."""
    if values > min(MOST_VALUES, max(FEW_VALUES, PACKED * path.stat().st_size)):
        raise FileFormatError(f"it claims to hold {values} numbers, more than a file of its size does.")


def _table(path: Path, group: str | None) -> tuple[pl.DataFrame, dict[str, Any]]:
    data = _loaded(path, group)
    columns = {name: data[name].to_numpy() for name in json.loads(data.attrs["columns"])}
    strings = {name: pl.Series(name, list(v), dtype=pl.String) for name, v in columns.items() if v.dtype.kind in "OU"}
    return pl.DataFrame(columns | strings), data.attrs
