"""What a mesh does to voltammograms and titrations, and where a run says that it is too coarse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.analysis.electrochemistry.gitt import pulses_of
from heterofilm.protocol import Protocol
from heterofilm.simulation.resolution import PULSE, SWEEP, coarseness, too_coarse

FILMS = ("vo-half", "voc1-half", "voc2-half")
FINE = {"vo-half": {"nodes": 96}, "voc1-half": {"nodes": 72, "shells": 24}, "voc2-half": {"nodes": 96}}


def meshed(name: str, **mesh: int) -> Cell:
    """A cell of the library on another mesh."""
    cell = Cell.load(name)
    return replace(cell, entries=replace(cell.entries, spec=cell.entries.spec.model_copy(update=mesh)))


def tallest(cell: Cell, rate: float) -> np.ndarray:
    """Potential (V) and current (A/m2) of the tallest peak of the second cycle, down and up."""
    record = simulate(cell, f"CV between 2.15 V and 3.8 V at {rate:g} mV/s for 2 cycles", detail=False)
    found = []
    for step, sign in ((3, 1.0), (4, -1.0)):
        frame = record.step(step).frame.select("voltage_V", "current_A_m2").to_numpy()
        inside = frame[(frame[:, 0] > 2.2) & (frame[:, 0] < 3.7)]
        found.append(inside[np.argmax(sign * inside[:, 1])])
    return np.array(found)


@pytest.mark.parametrize("rate", [0.1, 0.5])
@pytest.mark.parametrize("name", FILMS)
def test_peaks_on_the_default_mesh(name: str, rate: float) -> None:
    """Against a mesh three to four times as fine: potentials within 5 mV, heights within 1 %."""
    found, fine = tallest(Cell.load(name), rate), tallest(meshed(name, **FINE[name]), rate)
    assert np.abs(found - fine)[:, 0].max() < 5e-3
    assert np.abs(found / fine - 1.0)[:, 1].max() < 1e-2


def diffusivities(cell: Cell) -> np.ndarray:
    """D (m2/s) of every pulse."""
    text = "GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 2.6 V"
    return np.array([pulse.D_m2_s for pulse in pulses_of(simulate(cell, text, detail=False))])


@pytest.mark.parametrize("name", FILMS)
def test_titration_on_the_default_mesh(name: str) -> None:
    """D within 12 % for nine pulses of ten; where Li is slowest, a third of the nodes is too few for that."""
    fine = diffusivities(meshed(name, **FINE[name]))

    def off(cell: Cell) -> float:
        found = diffusivities(cell)
        n = min(found.size, fine.size) - 1
        return float(np.nanquantile(np.abs(found[:n] / fine[:n] - 1.0), 0.9))

    assert off(Cell.load(name)) < 0.12
    if name == "voc2-half":
        assert off(meshed(name, nodes=8)) > 0.12


def test_a_mesh_that_is_too_coarse_says_so() -> None:
    """The finer the mesh, the less there is to say, and the number of nodes that is asked for is enough."""
    titration = "GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 3.2 V"
    coarse = meshed("voc2-half", nodes=12)
    record = simulate(coarse, titration, detail=False)
    assert "too coarse for a pulse of 600 s" in record.meta["notes"]
    asked = int(record.meta["notes"].split("nodes = ")[1].split(".")[0])
    enough = meshed("voc2-half", nodes=asked)
    assert coarseness(enough, 600.0) <= PULSE < coarseness(coarse, 600.0)
    assert not too_coarse(enough, Protocol.parse(titration))
    fast = Protocol.parse("CV between 2.15 V and 3.8 V at 10 mV/s")
    assert "its peaks may be off" in too_coarse(Cell.load("voc2-half"), fast)[0]
    assert coarseness(Cell.load("vo-half"), 26.0) < SWEEP
    spectrum = Protocol.parse("EIS from 1 kHz to 1 mHz")
    assert "states of spectra were checked on" in too_coarse(coarse, spectrum)[0]
    assert not too_coarse(Cell.load("voc1-half"), spectrum)
