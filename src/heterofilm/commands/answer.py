"""What a command answers with ``--json``: one document, made of what it prints, in one place for all commands.

The document: ``heterofilm`` (version), ``command``, ``code`` (what the process returns), ``tables``, ``sentences``,
``files`` (what was asked to be written and is there), ``error`` (null, or its ``kind`` and ``sentence``). A table has a
``name``, ``exact`` (false: rounded as it is printed) and ``columns``: ``name``, ``unit`` ("" where there is none) and
``values`` (numbers, texts, null where there is none).
"""

from __future__ import annotations

import argparse
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..errors import HeterofilmError, bearable

if TYPE_CHECKING:
    import polars as pl

__all__ = ["answered", "collecting", "frame", "printed"]

Column = dict[str, Any]
PLACES = ("out", "plot", "folder", "file", "draws")  # options that name what is written
NONE = ("", "-")  # how a table shows that there is no value
UNITS = (
    "uAh/cm2/um", "uWh/cm2/um", "uAh/cm2", "uWh/cm2", "uW/cm2", "uA/cm2", "ohm m2", "C/m2/V", "A/m2", "C/m2", "J/m2",
    "kg/m2", "cm2/s", "m2/s", "mAh/g", "Wh/kg", "W/kg", "S/cm", "V/s", "uAh", "MPa", "Hz", "eV", "mV", "nm",
    "um", "mm", "cm2", "m2", "ohm", "degC", "deg", "V", "A", "C", "K", "W", "S", "F", "s", "h", "m",
)  # fmt: skip
# how the name of a column ends, the longest first: voltage_V, current_A_m2, Z_re_ohm_m2
ENDS = {
    "t_start": "s",
    "t_end": "s",
    "m_per_C_m2": "m/(C/m2)",
    "percent": "%",
    **{re.sub("[ /]", "_", u): u for u in UNITS},
}
_TABLES: ContextVar[list[dict[str, Any]] | None] = ContextVar("tables", default=None)
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\s*(\S.*))?")


def answered(command: Callable[[argparse.Namespace], int], given: argparse.Namespace, name: str) -> int:
    """Run a command and print its document in place of its text.

    Errors: those of the command, after the document, which holds what there was until then.
    """
    said, tables = io.StringIO(), []
    document: dict[str, Any] = {"heterofilm": __version__, "command": name, "code": 2}
    error: dict[str, str] | None = None
    try:
        with redirect_stdout(said), collecting() as tables:
            document["code"] = command(given)
    except (HeterofilmError, OSError) as failure:
        error = {"kind": type(failure).__name__, "sentence": bearable(str(failure))}
        raise
    finally:
        document |= {
            "tables": tables,
            "sentences": [line.rstrip() for line in said.getvalue().splitlines() if line.strip()],
            "files": [place for place in map(str, _places(given)) if Path(place).exists()],
            "error": error,
        }
        print(json.dumps(document, ensure_ascii=False, allow_nan=False))
    return int(document["code"])


@contextmanager
def collecting() -> Iterator[list[dict[str, Any]]]:
    """Tables that are printed meanwhile are kept here, and leave no text."""
    tables: list[dict[str, Any]] = []
    token = _TABLES.set(tables)
    try:
        yield tables
    finally:
        _TABLES.reset(token)


def printed(head: Sequence[str], rows: Iterable[Sequence[str]], name: str = "") -> bool:
    """Keep a table whose cells are texts; false where nothing is kept and it is to be printed."""
    tables = _TABLES.get()
    if tables is None:
        return False
    cells = [list(row) for row in rows]
    columns = [_column(heading or f"column {k}", [row[k - 1] for row in cells]) for k, heading in enumerate(head, 1)]
    tables.append({"name": name, "exact": False, "columns": columns})
    return True


def frame(table: pl.DataFrame, name: str = "results") -> None:
    """Keep a table of numbers as they are, where a document is made; its columns name their units: ``voltage_V``."""
    tables = _TABLES.get()
    if tables is not None and table.width:
        columns = [
            {"name": key, "unit": _unit_at_end(key), "values": [_plain(x) for x in table[key].to_list()]}
            for key in table.columns
        ]
        tables.append({"name": name, "exact": True, "columns": columns})


def _places(given: argparse.Namespace) -> list[str]:
    return [place for key in PLACES if isinstance(place := getattr(given, key, None), str) and place]


def _plain(value: Any) -> Any:
    """What JSON can hold: a number that is none is null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _column(heading: str, cells: list[str]) -> Column:
    """Numbers with the unit of the heading or of the cells, where all are; else the texts as they stand."""
    texts = [cell.strip() for cell in cells]
    name, unit = _split(heading.strip())
    found = [_NUMBER.fullmatch(text) for text in texts if text not in NONE]
    matched = [match for match in found if match is not None]
    own = {match[2] or "" for match in matched}
    numbers = len(matched) == len(found) > 0 and (own == {""} or (len(own) == 1 and not unit and _is_unit(*own)))
    if not numbers:
        return {"name": name, "unit": unit, "values": texts}
    known = iter(matched)
    values = [None if text in NONE else _number(next(known)[1]) for text in texts]
    return {"name": name, "unit": unit or own.pop(), "values": values}


def _number(text: str) -> float | int:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _split(heading: str) -> tuple[str, str]:
    """``D / cm2/s``, ``stress/MPa`` and ``mean uAh/cm2`` as name and unit."""
    name, found, unit = heading.partition(" / ")
    if found and _is_unit(unit):
        return name.strip(), unit.strip()
    for mark in (" ", "/"):
        name, found, unit = heading.rpartition(mark) if mark == " " else heading.partition(mark)
        length = unit.startswith("L")  # D tau/L2 has a length, not litres
        if name and (mark == "/" or "/" in unit) and _is_unit(unit) and not length:
            return name.strip(), unit.strip()
    return heading, ""


def _is_unit(text: str) -> bool:
    from ..units import parse_unit

    try:
        parse_unit(text)
    except HeterofilmError:
        return False
    return text != "1"


def _unit_at_end(key: str) -> str:
    """Of ``current_A_m2`` A/m2: the longest end of a column's name that is one of `ENDS`."""
    return next((unit for end, unit in ENDS.items() if f"_{key}".endswith(f"_{end}")), "")
