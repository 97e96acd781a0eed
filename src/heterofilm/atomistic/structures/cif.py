"""Crystals from CIF files, as ASE reads them, without what it reads over.

ASE takes the first element of a site that several share, drops a site that is listed twice, and gives a site that is
half empty a whole atom. None of these is the crystal that the file speaks of.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["read_cif"]

WHOLE = 1e-3  # what an occupancy may miss of 1: rounding
ORDERED = "make an ordered supercell, for example with pymatgen's OrderDisorderedStructureTransformation"


def read_cif(path: Path) -> Atoms:
    """The last structure of a CIF, all atoms of the cell.

    Errors: `HeterofilmError` for a site with several elements or an occupancy other than 1, and one listed twice;
    others, by ASE, for what is no CIF.
    """
    from ase.io.cif import parse_cif

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ASE warns of crystal systems it does not need
        with path.open("rb") as file:
            blocks: list[Any] = [block for block in parse_cif(file) if block.has_structure()]
        if not blocks:
            raise ValueError("it holds no sites")
        block = blocks[-1]
        if "_atom_site_fract_x" in block and block.get_cell().rank < 3:
            raise ValueError("it holds no whole cell")
        labels = _labels(block)
        _check_occupancies(path, block, labels)
        warnings.filterwarnings("error", message="scaled_positions .* are equivalent")
        try:
            atoms: Atoms = block.get_atoms(fractional_occupancies=False)
        except UserWarning as twice:
            a, b = (labels[int(k)] for k in re.findall(r"\d+", str(twice)))
            raise InputError(
                f"The structure in '{path.name}' has overlapping atoms: the sites {a} and {b} fall on one place; list "
                f"each site once, and where elements share one, {ORDERED}."
            ) from None
    return atoms


def _labels(block: Any) -> list[str]:
    symbols = block.get_symbols()
    named = block.get("_atom_site_label")
    return [str(name) for name in named] if isinstance(named, list) and len(named) == len(symbols) else symbols


def _check_occupancies(path: Path, block: Any, labels: list[str]) -> None:
    held = block.get("_atom_site_occupancy")
    held = held if isinstance(held, list) else [held]
    for label, share in zip(labels, held, strict=False):
        if isinstance(share, int | float) and abs(share - 1.0) > WHOLE:  # "?" and ".": not known, taken as whole
            raise InputError(
                f"'{path.name}' is no ordered crystal: its site {label} has the occupancy {share:g}, and engines need "
                f"whole atoms; {ORDERED}."
            )
