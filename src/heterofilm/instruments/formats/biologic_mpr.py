"""BioLogic EC-Lab binary (.mpr), read through yadg (GPL-3.0, the optional extra "mpr").

Checked against EC-Lab's own text export of the same measurements. The binary file of a galvanostatic technique holds no
current but the charge moved between rows, from which EC-Lab makes the column <I> when it exports; so does this reader.
"""

from __future__ import annotations

import logging
import struct
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ...errors import HeterofilmError
from ...records.measurement import Measurement
from ..biologic import measurements
from ..head import Head
from ..reading import Format

__all__ = ["FORMATS"]

_MAGIC = b"BIO-LOGIC MODULAR FILE\x1a"
_SPELT = {"Ω": "Ohm", "mA·h": "mA.h", "W·h": "W.h"}  # pint's units as EC-Lab writes them


def recognises(head: Head) -> bool:
    return head.bytes.startswith(_MAGIC)


def read(path: Path) -> list[Measurement]:
    raw = path.read_bytes()
    _check_modules(raw)
    try:
        from yadg.extractors.eclab import mpr
    except ImportError:
        raise HeterofilmError(
            "this needs the optional extra 'mpr' (yadg, GPL): pip install 'heterofilm[mpr]', "
            "or export the file from EC-Lab as text (.mpt)."
        ) from None
    logging.getLogger("yadg").setLevel(logging.CRITICAL)
    logging.getLogger(mpr.__name__).setLevel(logging.CRITICAL)
    data = mpr.extract(raw, timezone="UTC").to_dataset()
    original = data.attrs.get("original_metadata", {})
    settings: dict[str, Any] = original.get("settings", {}) or {}
    columns: dict[str, Any] = {}
    for name, values in data.data_vars.items():
        if values.dims != ("uts",) or str(name).endswith("_uncertainty") or values.dtype.kind not in "iuf":
            continue
        unit = str(values.attrs.get("units", ""))
        columns[f"{name}/{_SPELT.get(unit, unit)}" if unit else str(name)] = np.ascontiguousarray(
            values.to_numpy(), values.dtype.newbyteorder("=")
        )
    meta: dict[str, str | float | int] = {
        key: str(settings[key]) for key in ("electrode_material", "electrolyte", "comments") if settings.get(key)
    }
    return measurements(pl.DataFrame(columns), str(settings.get("technique", "")), path.stem, meta)


def _check_modules(raw: bytes) -> None:
    """Errors: `HeterofilmError` where the number of rows that the data module claims cannot be in the file."""
    at = raw.find(b"MODULEVMP data")
    if at < 0:
        raise HeterofilmError("it has no data; the measurement may have been stopped before its first row.")
    if raw.find(b"MODULEVMP Set") < 0:
        raise HeterofilmError("it has no settings, without which its columns cannot be told; it is cut short.")
    for start in (at + 57, at + 65):  # before and since EC-Lab 11.50
        claimed = struct.unpack_from("<I", raw, start)[0] if start + 4 <= len(raw) else 0
        if 0 < claimed <= len(raw) // 8:
            return
    raise HeterofilmError("its data claim more rows than the file can hold, or none; it is cut short.")


FORMATS = (Format("BioLogic EC-Lab binary", (".mpr",), ("cycling", "voltammetry", "impedance"), recognises, read),)
