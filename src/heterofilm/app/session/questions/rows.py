"""The rows of numbers of an answer, by the kind of its question: one function each, for the page and the script."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..numbers import row

__all__ = ["ROWS", "rows_of"]

Rows = list[dict[str, Any]]
# kind -> module of this folder and its function
ROWS = {
    "film": ("film", "film_rows"),
    "block": ("film", "block_rows"),
    "junction": ("junction", "junction_rows"),
    "device": ("device", "device_rows"),
    "service": ("device", "service_rows"),
    "atoms": ("atoms", "atoms_rows"),
    "limits": ("limits", "limits_rows"),
    "fit": ("fit", "fit_rows"),
    "experiment": ("experiment", "experiment_rows"),
    "target": ("design", "design_rows"),
    "paper": ("paper", "paper_rows"),
}


def rows_of(kind: str, answer: Any) -> Rows:
    """Rows of the table of numbers for what a question of this kind gave."""
    module, name = ROWS[kind]
    function: Callable[[Any], list[tuple[str, float | None, str, str]]] = getattr(
        import_module(f".{module}", __package__), name
    )
    return [row(kind, None, quantity, value, unit, words) for quantity, value, unit, words in function(answer)]
