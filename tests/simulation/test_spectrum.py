"""Impedance on its own mesh: within 1 % of a converged one with default settings, and an error that is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, simulate
from heterofilm.engine import refine
from heterofilm.engine.impedance import spectrum
from heterofilm.engine.refine import Base, refined
from heterofilm.engine.state import layout
from heterofilm.simulation.spectrum import ASKED, impedance, said
from heterofilm.simulation.state import CellState

F = np.geomspace(1e-3, 1e6, 28)  # Hz
AT = "Discharge at 5 uA/cm2 until {} V; Rest for 2 h"
PAPER = (None, AT.format(3.4), AT.format(2.9), "Discharge at 5 uA/cm2 until 2.5 V", AT.format(2.3))
COBALT = (None, AT.format(4.0), AT.format(3.92), "Discharge at 20 uA/cm2 until 3.9 V", AT.format(3.8))


def meshed(cell: Cell, **mesh: int) -> Cell:
    """The cell on another mesh."""
    return replace(cell, entries=replace(cell.entries, spec=cell.entries.spec.model_copy(update=mesh)))


def cells(film: str) -> dict[str, Cell]:
    """The film in a half-cell and in a solid one."""
    solid = Cell.load(f"{film}-atfb")
    if film != "lco":
        return {"half": Cell.load(f"{film}-half"), "solid": solid}
    liquid = Cell.load("vo-half").entries.electrolyte
    return {"half": replace(solid, entries=replace(solid.entries, electrolyte=liquid)), "solid": solid}


def state(cell: Cell, protocol: str | None) -> CellState:
    """Where a protocol ends."""
    found = CellState.at_rest(cell, cell.window[1])
    if protocol is not None:
        found.restore(simulate(cell, protocol, detail=False).states.at())
    return found


def converged(cell: Cell, at: CellState, monkeypatch: Any) -> np.ndarray[Any, Any]:
    """Z on a mesh far finer than the one that a spectrum takes."""
    with monkeypatch.context() as patch:
        for name, value in {"RATIO": 1.06, "RATIO_R": 1.12, "BULK": 160, "BULK_R": 48}.items():
            patch.setattr(refine, name, value)
        fine = refined(Base(at.y, at.history, cell.model, layout(cell.model)), 2.0 * np.pi * F[-1])
        return spectrum(2.0 * np.pi * F, fine.y, fine.history, fine.model, fine.lay).sum(axis=1)


@pytest.mark.parametrize("kind", ["half", "solid"])
@pytest.mark.parametrize("film", ["vo", "voc1", "voc2", "lco"])
def test_within_a_per_cent_of_a_converged_mesh(film: str, kind: str, monkeypatch: Any) -> None:
    """Five states, 1 MHz to 1 mHz, default settings: mesh of the spectrum and mesh of the run, told apart.

    The whole is compared with a run on many times the nodes; the part of the spectrum's own mesh with a far finer
    one about the same state, where the error that is named must not be too small.
    """
    cell = cells(film)[kind]
    fine = meshed(cell, nodes=120, shells=24) if film == "voc1" else meshed(cell, nodes=240)
    for protocol in COBALT if film == "lco" else PAPER:
        at = state(cell, protocol)
        found = impedance(F, cell.model, at.y, at.history)
        Z = found.parts.sum(axis=1)
        same = converged(cell, at, monkeypatch)
        assert np.all(np.abs(Z / same - 1.0) <= found.mesh_error + 2e-4), (protocol, "the error is named too small")
        assert np.abs(Z / same - 1.0).max() < 2e-3
        assert (found.mesh_error + found.state_error).max() < ASKED
        then = state(fine, protocol)
        whole = converged(fine, then, monkeypatch)
        assert np.abs(Z / whole - 1.0).max() < 1e-2, protocol


def test_the_error_is_part_of_the_record() -> None:
    """Columns with every point, a sentence with the record."""
    record = simulate("vo-half", "Discharge at 5 uA/cm2 until 2.9 V; EIS from 1 kHz to 10 mHz")
    assert record.impedance is not None
    errors = record.impedance.select("mesh_error", "state_error").to_numpy()
    assert np.all(errors >= 0.0) and 1e-6 < errors.max() < ASKED
    assert "Impedance: its mesh leaves at most" in record.meta["notes"] and "more nodes" not in record.meta["notes"]


def test_a_warning_where_the_error_is_large() -> None:
    """Above one per cent the sentence asks for more nodes."""
    for error, asked in ((0.004, False), (0.02, True)):
        table = pl.DataFrame({"mesh_error": [0.001, error], "state_error": [0.0, 0.001]})
        assert ("give the cell more nodes" in said([table])) is asked
        assert f"at most {100 * error:.2g} % of |Z|" in said([table])
