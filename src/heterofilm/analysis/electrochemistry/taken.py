"""What an analysis takes, where it is the table that another one makes of a record."""

from __future__ import annotations

from typing import Any

import polars as pl

from ...errors import InputError

__all__ = ["table_of"]


def table_of(given: Any, maker: str, *columns: str) -> None:
    """Errors: `HeterofilmError` for what is not a table with these columns, as the function `maker` makes it."""
    if isinstance(given, pl.DataFrame) and set(columns) <= set(given.columns):
        return
    what = "a table without them" if isinstance(given, pl.DataFrame) else f"a {type(given).__name__}"
    raise InputError(
        f"A table with the columns {', '.join(columns)} is expected, as {maker}(record) makes it, not {what}."
    )
