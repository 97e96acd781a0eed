"""Measures of a voxel volume against shapes known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.film.microstructure import levelled_field, packed_spheres
from heterofilm.film.morphology import WEIGHTS, chord_lengths, interface_area, percolation, two_point_correlation

N = 48
X = np.arange(N) + 0.5 - N / 2


def ball(radius: float) -> np.ndarray:
    return np.asarray(X[:, None, None] ** 2 + X[:, None] ** 2 + X**2 <= radius**2)


@pytest.mark.parametrize(("radius", "within"), [(8.0, 0.03), (16.0, 0.015)])
def test_area_and_chords_of_a_sphere(radius: float, within: float) -> None:
    """4 pi r^2 where counted voxel faces would say 6 pi r^2, and a mean chord of 4 r/3."""
    exact = 4.0 * np.pi * radius**2 / N**3
    assert interface_area(ball(radius), 1.0) == pytest.approx(exact, rel=within)
    faces = sum(float((ball(radius) != np.roll(ball(radius), 1, axis)).mean()) for axis in range(3))
    assert faces == pytest.approx(1.5 * exact, rel=0.05)
    chords = chord_lengths(ball(radius), 1.0)
    assert chords.mean() == pytest.approx(4.0 * radius / 3.0, rel=within) and chords[-1] <= 2.0 * radius


def test_crofton_weights_add_up_and_a_plane_is_the_worst_case() -> None:
    assert 3 * WEIGHTS[1] + 6 * WEIGHTS[2] + 4 * WEIGHTS[3] == pytest.approx(1.0)
    slab = np.zeros((N, N, N), dtype=bool)
    slab[: N // 2] = True
    assert interface_area(slab, 1.0) == pytest.approx(0.92 * 2.0 / N, rel=0.01)


def test_mean_chord_is_four_phi_over_s() -> None:
    structure = levelled_field(0.4, 10e-9, voxels=12)
    s = interface_area(structure.domains, structure.voxel)
    for mask, phi in ((structure.domains, 0.4), (~structure.domains, 0.6)):
        assert chord_lengths(mask, structure.voxel).mean() == pytest.approx(4.0 * phi / s, rel=0.02)


def test_chords_run_across_the_periodic_face() -> None:
    """One bar of length 4 that crosses the face is one chord of 4 and not two."""
    mask = np.zeros((8, 3, 3), dtype=bool)
    mask[[6, 7, 0, 1], 1, 1] = True
    assert chord_lengths(mask, 0.5).tolist() == [0.5] * 8 + [2.0]


def test_two_point_correlation_of_a_sphere_in_a_periodic_box() -> None:
    """S2 = phi (1 - 3r/4a + r^3/16a^3) for r < 2a, as long as no image is near; and Debye's slope -s/4."""
    a = 10.0
    r, S2 = two_point_correlation(ball(a), 1.0)
    phi = ball(a).mean()
    near = r < 2.0 * a
    exact = phi * (1.0 - 0.75 * r / a + r**3 / (16.0 * a**3))
    assert S2[0] == pytest.approx(phi)
    assert np.abs(S2 - exact)[near].max() < 0.01 * phi
    assert (S2[1] - S2[0]) / r[1] == pytest.approx(-interface_area(ball(a), 1.0) / 4.0, rel=0.05)


@examples(300)
@given(st.integers(0, 2), st.integers(0, 2**31 - 1))
def test_a_broken_rod_does_not_percolate_and_a_whole_one_does(axis: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = np.zeros((7, 7, 7), dtype=bool)
    line: list[object] = list(rng.integers(0, 7, 3))
    line[axis] = slice(None)
    mask[tuple(line)] = True  # type: ignore[index]
    whole = percolation(mask)
    assert whole.through == tuple(k == axis for k in range(3)) and whole.share[axis] == 1.0
    line[axis] = int(rng.integers(0, 7))
    mask[tuple(line)] = False  # type: ignore[index]
    assert percolation(mask).through == (False, False, False)


def test_a_path_may_leave_sideways_and_come_back_on_the_other_side() -> None:
    mask = np.zeros((4, 4, 4), dtype=bool)
    mask[:2, 0, 0] = True
    mask[2:, 3, 0] = True
    assert not percolation(mask).through[0]
    mask[1, 3, 0] = True  # the neighbour of (1, 0, 0) through the face
    assert percolation(mask).through == (True, False, False)


def test_packed_spheres_leave_the_matrix_whole_and_levelled_fields_run_both_ways() -> None:
    spheres = packed_spheres(0.3, 10e-9)
    assert percolation(~spheres.domains).share == pytest.approx((1.0, 1.0, 1.0), abs=0.01)
    assert percolation(spheres.domains).through == (False, False, False)
    field = levelled_field(0.4, 10e-9)
    assert percolation(field.domains).through == percolation(~field.domains).through == (True, True, True)


def test_a_mask_is_a_mask() -> None:
    for wrong in (np.ones((3, 3), dtype=bool), np.ones((3, 3, 3)), np.zeros((0, 2, 2), dtype=bool)):
        for measure in (percolation, lambda m: interface_area(m, 1.0), lambda m: chord_lengths(m, 1.0)):
            with pytest.raises(HeterofilmError, match="must be a mask"):
                measure(wrong)
