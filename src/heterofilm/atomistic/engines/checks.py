"""Engines that do not fit a structure are refused before they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InputError
from ..engine import Engine
from .by_element import check_present

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["check_engine"]


def check_engine(atoms: Atoms, engine: Engine, *needs: str) -> None:
    """Refuse an engine that cannot give what is needed, does not know an element of the structure, or has settings of
    one that is not there.

    Errors: `HeterofilmError`.
    """
    missing = [word for word in needs if word not in engine.capabilities]
    if missing:
        raise InputError(
            f"The engine '{engine.name}' cannot give {' and '.join(missing)}; it gives "
            f"{', '.join(sorted(engine.capabilities))}."
        )
    unknown = sorted(set(atoms.symbols) - engine.elements) if engine.elements is not None else []
    if unknown:
        raise InputError(f"The engine '{engine.name}' ({engine.level}) does not know {', '.join(unknown)}.")
    check_present(atoms, engine)
