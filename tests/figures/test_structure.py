"""Pictures of structures and of what was computed: the marks are where the numbers are."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms

from heterofilm.atomistic.results import recorded
from heterofilm.atomistic.store import Provenance
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import Barrier
from heterofilm.figures.structure import bonds as bonds_of
from heterofilm.figures.structure import save_view, view
from heterofilm.plots.atoms import adsorption_figure, barrier_figure


def test_every_atom_is_drawn_once_with_its_element() -> None:
    atoms = load("V2O5").atoms
    traces = {trace.name: trace for trace in view(atoms).data}
    assert len(traces["V"].x) == 4 and len(traces["O"].x) == 10


def test_bonds_join_metal_and_oxygen_alone() -> None:
    """CO2-like V with two oxygens 1.6 A away: two bonds, none between the oxygens."""
    atoms = Atoms("OVO", positions=[[-1.6, 0, 0], [0, 0, 0], [1.6, 0, 0]])
    bonds = bonds_of(atoms)
    assert len(bonds) == 2
    np.testing.assert_allclose(np.linalg.norm(bonds[:, 1] - bonds[:, 0], axis=1), 1.6)


@pytest.mark.parametrize("suffix", ["html", "png", "svg"])
def test_a_picture_is_written(tmp_path: Path, suffix: str) -> None:
    assert save_view(load("Li").atoms, tmp_path / f"li.{suffix}").stat().st_size > 1000


def test_figures_show_the_recorded_numbers(tmp_path: Path) -> None:
    one = recorded.load("V2O5-barrier")
    E = tuple(one.more["energies_eV"])
    about = Provenance("barrier", "chgnet", one.level, one.version, {}, "", one.wall_s)
    path = tuple(np.linspace(0.0, 3.6, len(E)))
    found = Barrier(
        forward_eV=max(E), backward_eV=max(E), reaction_eV=0.0, path_A=path, energies_eV=E, hop_A=one.more["hop_A"],
        residual_eV_A=0.05, images=(), steps=35, provenance=about,
    )  # fmt: skip
    figure = barrier_figure({"V2O5, along b": found})
    assert max(figure.series[0].y) == max(E) and str(one.level) in figure.caption
    figure.save(tmp_path / "barrier.png")
    places = ("V2O5", "interface", "Cu2V2O7")
    known = {place: recorded.load(f"adsorption-{place}").value for place in places}
    bars = adsorption_figure(known, "Li", one.level)
    assert dict(zip(bars.series[0].x, bars.series[0].y, strict=True))["interface"] == known["interface"]
    bars.save(tmp_path / "bars.png")
