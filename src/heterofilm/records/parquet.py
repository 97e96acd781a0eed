"""A record in a parquet file: its rows as a table in the Battery Data Format, all else beside them in the metadata.

Any program reads the table. The columns of the record that its units would round stand in it once more as they are, and
the metadata hold a netCDF file (`netcdf`) of everything but the rows, so that a record comes back as it was.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import polars as pl

from ..errors import FileFormatError
from .columns import Meta
from .netcdf import Content, netcdf_of, read_netcdf

META, REST, ROWS = "heterofilm", "heterofilm_rest", "heterofilm_rows"
"""Keys of the metadata: the record's meta as JSON; what else it holds; the number of rows that this belongs to."""

MOST_BESIDE = 50_000_000  # bytes of depth profiles: beyond 100 MB of metadata other programs open no parquet file
MOST_UNPACKED = 1_000_000_000  # bytes of what lies beside the rows of any record
EXACT = ("current_A_m2", "charge_C_m2", "temperature_K")
_SAME = {
    "time_s": "Test Time / s", "voltage_V": "Voltage / V", "cycle": "Cycle Count / 1", "step": "Step Count / 1",
    "step_index": "Step Index / 1",
}  # fmt: skip
"""Columns of a record that the Battery Data Format has in the same unit and sign."""


def too_large(content: Content) -> bool:
    """Whether the depth profiles are left out."""
    return content.profiles is not None and int(content.profiles.nbytes) > MOST_BESIDE


def is_record(path: Path) -> bool:
    """Whether a file is one that `write_parquet` wrote, by what it says of itself."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        return REST in pl.read_parquet_metadata(path)
    except BaseException as error:  # polars panics on some damage, and a panic is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return False  # for the reader of such files to say


def write_parquet(path: Path, table: pl.DataFrame, content: Content) -> None:
    """Write ``table``, the rows in the Battery Data Format, and beside it what ``content`` holds."""
    frame = content.frame
    exact = [frame[name] for name in EXACT if name in frame.columns]
    rest = content._replace(frame=frame.clear(), profiles=None if too_large(content) else content.profiles)
    kept = {
        META: json.dumps(content.meta),
        REST: base64.b85encode(zlib.compress(netcdf_of(rest), 6)).decode(),
        ROWS: str(frame.height),
    }
    table.with_columns(exact).write_parquet(path, metadata=kept)


def content_of(table: pl.DataFrame, kept: dict[str, str]) -> Content | None:
    """What `write_parquet` wrote; None for a table of something else, or one whose rows were changed since.

    Errors: `HeterofilmError` for a damaged one.
    """
    if kept.get(ROWS) != str(table.height) or REST not in kept:
        return None
    unpack = zlib.decompressobj()
    try:
        data = unpack.decompress(base64.b85decode(kept[REST]), MOST_UNPACKED)
    except Exception as error:  # zlib's own, or of isal, which fastnda puts in its place
        raise FileFormatError(f"what it holds beside its rows is damaged ({error}).") from None
    if not unpack.eof:
        raise FileFormatError("its metadata hold more than any record.")
    rest = read_netcdf(data)
    sources = [pl.col(_SAME.get(name, name)).alias(name) for name in rest.frame.columns]
    return rest._replace(frame=table.select(sources).cast(rest.frame.schema))


def meta_of(kept: dict[str, str]) -> Meta:
    """The meta in a file's metadata. Errors: `HeterofilmError` where it is none."""
    said = json.loads(kept.get(META) or "{}")
    if not isinstance(said, dict):
        raise FileFormatError("its meta is no table of texts and numbers.")
    return said
