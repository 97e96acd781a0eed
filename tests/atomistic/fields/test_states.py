"""Gaps and edges of bands whose answer is known, and tables of states that hold every one."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.states import States, edges_from_eigenvalues, states_of_levels
from heterofilm.errors import HeterofilmError

E = np.linspace(-6.0, 6.0, 241)


def bands(conduction_shift: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Valence and conduction cosines: top of one at k = 0, bottom of the other at `conduction_shift`."""
    k = 2 * np.pi * np.arange(8) / 8
    valence, conduction = np.cos(k) - 1.0, 2.0 + (1.0 - np.cos(k - 2 * np.pi * conduction_shift / 8)) / 2.0
    eigenvalues = np.array([[valence - 3.0, valence, conduction]]).transpose(0, 2, 1)
    return eigenvalues, np.broadcast_to([1.0, 1.0, 0.0], eigenvalues.shape).copy()


@pytest.mark.parametrize(("shift", "direct"), [(0, True), (4, False)])
def test_gap_of_two_cosine_bands(shift: int, direct: bool) -> None:
    edges = edges_from_eigenvalues(*bands(shift))
    assert (edges.valence_eV, edges.conduction_eV, edges.gap_eV) == pytest.approx((0.0, 2.0, 2.0))
    assert edges.direct is direct


@pytest.mark.parametrize(("shift", "smallest"), [(0, 2.0), (4, 3.0), (2, 2.5)])
def test_the_smallest_direct_gap_lies_at_one_k_point(shift: int, smallest: float) -> None:
    """cos k - 1 below 2 + (1 - cos(k - s))/2: the distance at k is 3.5 - cos k - cos(k - s)/2, least at one point."""
    k = 2 * np.pi * np.arange(8) / 8
    expected = (3.5 - np.cos(k) - np.cos(k - 2 * np.pi * shift / 8) / 2.0).min()
    assert edges_from_eigenvalues(*bands(shift)).direct_gap_eV == pytest.approx(expected)
    assert expected >= 2.0 and abs(expected - smallest) < 0.2


def test_light_turns_no_spin() -> None:
    """The smallest distance of two spins is a gap, but the direct one is counted within a spin."""
    eigenvalues = np.array([[[0.0, 3.0]], [[-1.0, 1.0]]])
    edges = edges_from_eigenvalues(eigenvalues, np.array([[[1.0, 0.0]], [[1.0, 0.0]]]))
    assert (edges.gap_eV, edges.direct_gap_eV) == (1.0, 2.0)


def test_states_of_levels_are_counted_by_weight_and_share() -> None:
    levels = np.array([[[-1.0, 2.0], [-2.0, 1.5]]])
    states = states_of_levels(levels, np.array([0.25, 0.75]), 0.0, {"O-p": np.array([[[0.5, 0.0], [1.0, 0.0]]])})
    step = 0.05
    below = states.energies_eV < 0.0
    assert states.total.sum() * step == pytest.approx(2.0, rel=1e-6)
    assert states.total[0][below].sum() * step == pytest.approx(1.0, rel=1e-6)
    assert states.parts["O-p"].sum() * step == pytest.approx(0.25 * 0.5 + 0.75, rel=1e-6)
    assert states.energies_eV[below][np.argmax(states.total[0][below])] == pytest.approx(-2.0)


def test_a_band_that_is_filled_at_some_k_points_only_is_a_metal() -> None:
    eigenvalues, occupations = bands()
    occupations[0, :3, 2] = 1.0
    assert edges_from_eigenvalues(eigenvalues, occupations).gap_eV == 0.0


def test_bands_that_cannot_have_a_gap_are_refused() -> None:
    eigenvalues, occupations = bands()
    with pytest.raises(HeterofilmError, match="no empty"):
        edges_from_eigenvalues(eigenvalues, np.ones_like(occupations))
    with pytest.raises(HeterofilmError, match="not finite"):
        edges_from_eigenvalues(eigenvalues * np.nan, occupations)
    with pytest.raises(HeterofilmError, match="spin x k x band"):
        edges_from_eigenvalues(eigenvalues[0], occupations[0])


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="shape"):
        States(E, np.ones((3, 241)), {}, 0.0)
    with pytest.raises(HeterofilmError, match="not finite"):
        States(E, np.ones((1, 241)), {"V-d": np.full((1, 241), np.nan)}, 0.0)
    with pytest.raises(HeterofilmError, match="rising"):
        States(E[::-1], np.ones((1, 241)), {}, 0.0)
