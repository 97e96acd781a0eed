"""Interfaces: the paper's pair is found at its strain, and what is built is what was asked for."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np

from heterofilm.atomistic.structures.interface import InterfaceBuilder
from heterofilm.atomistic.structures.library import load, plane
from heterofilm.errors import HeterofilmError


@pytest.fixture(scope="module")
def paper() -> InterfaceBuilder:
    v2o5, cu2v2o7 = load("V2O5"), load("Cu2V2O7")
    return InterfaceBuilder(v2o5.atoms, cu2v2o7.atoms, plane(v2o5, "101", "paper"), plane(cu2v2o7, "200"))


def test_the_papers_interface_is_found_at_7_7_percent(paper: InterfaceBuilder) -> None:
    """3 cells of V2O5(101) on 2 of Cu2V2O7(200), about 160 A2, 172 atoms, worst principal strain 7.7 %."""
    best = paper.matches[0]
    assert (best.film_cells, best.substrate_cells, best.atoms, best.best) == (3, 2, 172, True)
    assert best.area_A2 == pytest.approx(158.0, abs=2.0)
    assert best.strain < 0.0775


def test_no_match_beats_a_best_one_and_every_other_is_beaten(paper: InterfaceBuilder) -> None:
    for one in paper.matches:
        beaten = any(o.area_A2 <= one.area_A2 + 1e-6 and o.strain < one.strain - 1e-6 for o in paper.matches)
        assert one.best != beaten


def test_terminations_that_look_alike_stay_apart(paper: InterfaceBuilder) -> None:
    """Three cuts of V2O5(101) and two of Cu2V2O7(200), each pair once."""
    assert len(paper.terminations) == len(set(paper.terminations)) == 6


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_cell_lies_where_the_share_says(paper: InterfaceBuilder, share: float) -> None:
    """share 0: the film keeps its shape; 1: the substrate does; the number of atoms and their bonds stay."""
    made = paper.build(share=share, gap=2.5)
    assert len(made.atoms) == 172 == len(made.film) + len(made.substrate)
    assert made.atoms.symbols[list(made.film)].formula.reduce()[0] == load("V2O5").atoms.symbols.formula.reduce()[0]
    assert sum(s == "Cu" for s in made.atoms.symbols[list(made.substrate)]) == 16
    cell = made.atoms.cell.array
    assert np.linalg.det(cell) > 0.0
    # area of three free V2O5(110) cells: c times the (110) row, sqrt(a^2 + b^2)
    film = 3 * 4.368 * np.hypot(11.512, 3.564)
    area = np.linalg.norm(np.cross(cell[0], cell[1]))
    e1, e2 = made.match.strains
    full = film * (1 + e1) * (1 + e2)
    assert area == pytest.approx({0.0: film, 1.0: full}.get(share, (film + full) / 2), rel=2e-3)
    shortest = min(made.atoms.get_distances(k, list(made.substrate), mic=True).min() for k in made.film)
    assert shortest > 1.5


def test_gap_vacuum_and_superlattice(paper: InterfaceBuilder) -> None:
    """The gap is the height between the sides; a superlattice has it twice and no vacuum."""
    for gap in (1.8, 3.0):
        made = paper.build(gap=gap, vacuum=None)
        z = made.atoms.positions[:, 2]
        low, high = z[list(made.substrate)], z[list(made.film)]
        height = made.atoms.cell.array[2, 2]
        first = (high.min() - low.max()) % height
        second = (low.min() - high.max()) % height
        assert sorted((first, second)) == pytest.approx([gap, gap], abs=0.02)
    open_ = paper.build(gap=2.0, vacuum=20.0)
    closed = paper.build(gap=2.0, vacuum=None)
    assert open_.atoms.cell.array[2, 2] == pytest.approx(closed.atoms.cell.array[2, 2] + 18.0)


def test_a_shift_moves_the_film_alone(paper: InterfaceBuilder) -> None:
    """Registry: the film moves by the share of the cell, the substrate stays."""
    still, moved = paper.build(), paper.build(shift=(0.25, 0.5))
    cell = still.atoms.cell
    apart = np.linalg.solve(cell.array.T, (moved.atoms.positions - still.atoms.positions).T).T
    apart -= np.round(apart)
    step = apart[list(moved.film)] - apart[list(moved.substrate)][0]
    wrapped = np.abs((step[:, :2] - [0.25, 0.5] + 0.5) % 1.0 - 0.5)
    assert wrapped.max() < 1e-6
    assert np.abs(apart[list(moved.substrate)] - apart[list(moved.substrate)][0]).max() < 1e-6


def test_bad_requests_are_refused(paper: InterfaceBuilder) -> None:
    v2o5, cu2v2o7 = load("V2O5").atoms, load("Cu2V2O7").atoms
    with pytest.raises(HeterofilmError, match="fit within 30 Å2"):
        InterfaceBuilder(v2o5, cu2v2o7, (1, 1, 0), (2, 0, 0), max_area=30.0)
    with pytest.raises(HeterofilmError, match="not zero"):
        InterfaceBuilder(v2o5, cu2v2o7, (0, 0, 0), (2, 0, 0))
    with pytest.raises(HeterofilmError, match="at least one layer"):
        InterfaceBuilder(v2o5, cu2v2o7, (1, 1, 0), (2, 0, 0), layers=(0, 1))
    with pytest.raises(HeterofilmError, match="no termination 99"):
        paper.build(termination=99)
    with pytest.raises(HeterofilmError, match="share of the misfit from 0 to 1"):
        paper.build(share=2.0)
