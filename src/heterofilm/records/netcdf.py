"""A record in a netCDF file (.nc), which keeps all of it without loss: tables, meta, spectra, profiles, states."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
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
    path.write_bytes(netcdf_of(content))


def netcdf_of(content: Content) -> bytes:
    """Everything as a netCDF file."""
    import xarray as xr

    def table(frame: pl.DataFrame) -> xr.Dataset:
        columns = {name: ("row", frame[name].to_numpy()) for name in frame.columns}
        return xr.Dataset(columns, attrs={"columns": json.dumps(frame.columns)})

    rows = table(content.frame)
    rows.attrs["heterofilm_meta"] = json.dumps(content.meta)
    rows.attrs["has_profiles"] = int(content.profiles is not None)
    rows.attrs["has_impedance"] = int(content.impedance is not None)
    rows.attrs["has_states"] = int(content.states is not None)
    groups = {"": rows, "steps": table(content.steps)}
    if content.impedance is not None:
        groups["impedance"] = table(content.impedance)
    if content.profiles is not None:
        groups["profiles"] = content.profiles
    if (states := content.states) is not None:
        attributes = {"about": json.dumps(states.about), "values": states.values}
        groups["states"] = xr.Dataset(
            {"step": ("state", states.step), "rows": (("state", "entry"), states.rows)}, attrs=attributes
        )
    return packed(groups)


def packed(groups: Mapping[str, Any]) -> bytes:
    """A netCDF file of datasets by the names of their groups, "" for the root.

    It is made in memory: HDF5 that cannot write to a full disk does not always live to say so.
    """
    import h5netcdf
    from xarray.backends import H5NetCDFStore

    buffer = io.BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        for name, data in groups.items():
            data.dump_to_store(H5NetCDFStore(file.create_group(name) if name else file, mode="a"))
    return buffer.getvalue()


def named(data: Any) -> Any:
    """A dataset with names that a netCDF file takes, which knows "/" for groups only: "films.mine.atomic_ratio.W/V" is
    written with ":" and keeps its path as attribute.
    """
    new = {name: str(name).replace("/", ":") for name in (*data.variables, *data.dims) if "/" in str(name)}
    made = data.rename(new)
    for old, name in new.items():
        if name in made.variables:
            made[name].attrs["path"] = old
    return made


def read_netcdf(path: Path | bytes) -> Content:
    """Read everything, from a file or its bytes.

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


def _loaded(path: Path | bytes, group: str | None) -> Any:
    import h5py
    import xarray as xr

    size = len(path) if isinstance(path, bytes) else path.stat().st_size

    def source() -> Any:
        return io.BytesIO(path) if isinstance(path, bytes) else path

    with h5py.File(source()) as file:  # before xarray, which reads what it takes for an index
        arrays = [one for one in file[group or "/"].values() if isinstance(one, h5py.Dataset)]
        check_claim(sum(int(one.size or 0) for one in arrays), size)
    with xr.open_dataset(source(), group=group, engine="h5netcdf") as data:
        return data.load()


def check_claim(values: int, size: int) -> None:
    """Errors: `FileFormatError` for a file of so many bytes that claims to hold more values than any record, or than
    its size allows.
    """
    if values > min(MOST_VALUES, max(FEW_VALUES, PACKED * size)):
        raise FileFormatError(f"it claims to hold {values} numbers, more than a file of its size does.")


def _table(path: Path | bytes, group: str | None) -> tuple[pl.DataFrame, dict[str, Any]]:
    data = _loaded(path, group)
    columns = {name: data[name].to_numpy() for name in json.loads(data.attrs["columns"])}
    strings = {name: pl.Series(name, list(v), dtype=pl.String) for name, v in columns.items() if v.dtype.kind in "OU"}
    return pl.DataFrame(columns | strings), data.attrs
