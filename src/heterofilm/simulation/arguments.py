"""What a run is asked for, checked before any work: every argument of a wrong kind gets one clear sentence."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..cell import MECHANISMS, Cell
from ..errors import InputError, did_you_mean
from ..protocol import Impedance, Protocol
from ..wording import counted
from .runner import RTOL, Options

MOST_CYCLES = 10_000_000  # beyond any film's life: days of computing, and a slip more likely


def cell_of(cell: Any, overrides: Any = None) -> Cell:
    """The cell that is meant: a Cell, a name of the library, or a file."""
    if isinstance(cell, Cell):
        if overrides:
            raise InputError("overrides need the name or file of a cell; load the Cell with them instead.")
        return cell
    if isinstance(cell, str | Path):
        return Cell.load(cell, overrides)
    raise InputError(f"A cell is a Cell, the name of one such as 'vo-half', or a TOML file, not {cell!r:.60}.")


def protocol_of(protocol: Any) -> Protocol:
    """The protocol that is meant, if it is not too long."""
    found = Protocol.of(protocol)
    if found.count() > MOST_CYCLES:
        raise InputError(
            f"The protocol has {found.count()} cycles, but at most {MOST_CYCLES} are run; repeat loops less often."
        )
    return found


def check_kept(keep: tuple[int, ...] | None, protocol: Protocol) -> None:
    """Raises HeterofilmError for a cycle to keep that the protocol never comes to."""
    most = protocol.count()
    if beyond := [number for number in keep or () if number > most]:
        raise InputError(
            f"The curves of cycle {beyond[0]} are to be kept, but the protocol has {counted(most, 'cycle')}: name some "
            "of these, or leave keep out."
        )


def check_modelled(cell: Cell, protocol: Protocol) -> None:
    """Raises HeterofilmError for a step that this cell has no law for."""
    if cell.model.front.G > 0.0 and any(isinstance(item, Impedance) for item in protocol.every()):
        raise InputError(
            f"Impedance of a cell with a front is not modelled; set phases.{cell.entries.matrix.name}.front."
            f"interface_energy of cell '{cell.name}' to 0, or leave out the spectrum."
        )


def options_of(rtol: Any, dV: Any, detail: Any, ageing: Any, keep: Any) -> Options:
    """Settings of a run."""
    if not (_number(rtol) and math.isfinite(rtol) and 1e-12 <= rtol <= 0.1):
        raise InputError(f"rtol must lie between 1e-12 and 0.1, got {_said(rtol)}; try {RTOL:g}.")
    if not (_number(dV) and dV > 0):
        raise InputError(f"dV must be positive, got {_said(dV)} V; try 0.002.")
    return Options(float(rtol), float(dV), flag(detail, "detail"), mechanisms_of(ageing), cycles_of(keep))


def mechanisms_of(ageing: Any) -> tuple[str, ...]:
    """Names of the mechanisms of degradation that are on: all, none, or those named."""
    if isinstance(ageing, bool):
        return MECHANISMS if ageing else ()
    if isinstance(ageing, str):
        if ageing.strip().lower() in ("none", "off", "no"):
            raise InputError("ageing=False is a cell that does not age; name mechanisms as a list.")
        if ageing not in MECHANISMS:
            hint = did_you_mean(ageing, MECHANISMS)
            raise InputError(f"There is no ageing mechanism '{ageing:.60}'; known: {', '.join(MECHANISMS)}.{hint}")
        return (ageing,)
    if not isinstance(ageing, Iterable) or isinstance(ageing, Mapping | bytes):
        raise InputError(f"ageing is True, False or a list of {', '.join(MECHANISMS)}, not {ageing!r:.60}.")
    names = tuple(ageing)
    for name in names:
        if not isinstance(name, str):
            raise InputError(f"An ageing mechanism is one of {', '.join(MECHANISMS)}, not {name!r:.60}.")
        if name not in MECHANISMS:
            hint = did_you_mean(name, MECHANISMS)
            raise InputError(f"There is no ageing mechanism '{name:.60}'; known: {', '.join(MECHANISMS)}.{hint}")
    return names


def cycles_of(keep: Any) -> tuple[int, ...] | None:
    """Numbers of the cycles that are kept."""
    if keep is None:
        return None
    if isinstance(keep, int) and not isinstance(keep, bool):
        keep = (keep,)
    if isinstance(keep, str | bool | Mapping) or not isinstance(keep, Iterable):
        raise InputError(f"keep is a list of cycles such as [1, 2, 100], not {keep!r:.60}.")
    numbers = tuple(keep)
    for number in numbers:
        if isinstance(number, bool) or not _number(number) or number != int(number):
            raise InputError(f"keep is a list of cycles such as [1, 2, 100], but one of them is {number!r:.60}.")
        if number < 1:
            raise InputError(f"Cycles are counted from 1, so there is no cycle {min(numbers)} to keep.")
    return tuple(sorted({int(number) for number in numbers}))


def folder_of(folder: Any, **flags: Any) -> Path | None:
    """The folder to run into; ``flags`` are refused without one."""
    for name, value in flags.items():
        if flag(value, name) and folder is None:
            raise InputError(f"{name} is about a folder; name one, or leave it out.")
    if sum(bool(value) for value in flags.values()) > 1:
        raise InputError(f"{' and '.join(flags)} exclude each other; give one.")
    if folder is None:
        return None
    if not isinstance(folder, str | os.PathLike) or isinstance(folder, bytes) or not str(folder):
        raise InputError(f"folder is the path of a folder, not {folder!r:.60}.")
    return Path(folder)


def flag(value: Any, name: str) -> bool:
    """Whether something is on."""
    if not isinstance(value, bool):
        raise InputError(f"{name} is True or False, not {value!r:.60}.")
    return value


def count(value: Any, name: str) -> int | None:
    """A number of things, or None."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise InputError(f"{name} is a whole number of at least 1, not {value!r:.60}.")
    return value


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    return f"{value:g}" if _number(value) else f"{value!r:.60}"
