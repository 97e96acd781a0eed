"""What a mesh does to voltammograms and titrations, and where a run says that it is too coarse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.analysis.electrochemistry.gitt import pulses_of
from heterofilm.protocol import Protocol
from heterofilm.simulation.resolution import FEWEST, PULSE, SWEEP, coarseness, too_coarse

FILMS = ("vo-half", "voc1-half", "voc2-half")
FINE = {"vo-half": {"nodes": 96}, "voc1-half": {"nodes": 72, "shells": 24}, "voc2-half": {"nodes": 96}}


def meshed(cell: str | Cell, **mesh: int) -> Cell:
    """A cell, or one of the library, on another mesh."""
    cell = Cell.load(cell) if isinstance(cell, str) else cell
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


def diffusivities(cell: Cell, seconds: int) -> np.ndarray:
    """D (m2/s) of every pulse."""
    text = f"GITT discharge at 5 uA/cm2 for {seconds} s, rest for 1 h, until {2.6 if seconds > 60 else 3.0} V"
    return np.array([pulse.D_m2_s for pulse in pulses_of(simulate(cell, text, detail=False))])


@pytest.mark.parametrize("name", FILMS)
def test_titration_on_the_default_mesh(name: str) -> None:
    """D within 5 % for nine pulses of ten, also on the fewest nodes that go without a word; where Li is slowest, half
    of them are too few for pulses of a minute."""

    def off(cell: Cell, seconds: int = 600) -> float:
        found, fine = diffusivities(cell, seconds), diffusivities(meshed(name, **FINE[name]), seconds)
        n = min(found.size, fine.size) - 1
        return float(np.nanquantile(np.abs(found[:n] / fine[:n] - 1.0), 0.9))

    assert off(Cell.load(name)) < 0.05
    assert off(meshed(name, nodes=FEWEST)) < 0.05
    if name == "voc2-half":
        assert off(meshed(name, nodes=6), 60) > 0.05


def test_a_mesh_that_is_too_coarse_says_so() -> None:
    """The finer the mesh, the less there is to say, and the number of nodes that is asked for is enough."""
    titration = Protocol.parse("GITT discharge at 5 uA/cm2 for 2 s, rest for 1 h, until 3.2 V")
    coarse = meshed("voc2-half", nodes=12)
    (said,) = too_coarse(coarse, titration)
    assert "too coarse for a pulse of 2 s" in said
    enough = meshed("voc2-half", nodes=int(said.split("nodes = ")[1].split(".")[0]))
    assert coarseness(enough, 2.0) <= PULSE < coarseness(coarse, 2.0)
    assert not too_coarse(enough, titration)
    fast = Protocol.parse("CV between 2.15 V and 3.8 V at 300 mV/s")
    assert "its peaks may be off" in too_coarse(Cell.load("voc2-half"), fast)[0]
    assert coarseness(Cell.load("vo-half"), 26.0) < SWEEP
    assert "was not checked" in too_coarse(meshed("vo-half", nodes=FEWEST - 1), Protocol.parse("Discharge at 1C"))[0]
    spectrum = Protocol.parse("EIS from 1 kHz to 1 mHz")
    assert "states of spectra were checked on" in too_coarse(coarse, spectrum)[0]
    assert not too_coarse(Cell.load("voc1-half"), spectrum)
