"""Random volumes: fraction, spheres that do not overlap, the field's exact statistics, layers, seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from scipy.special import ndtri

from heterofilm.errors import HeterofilmError
from heterofilm.film import microstructure as ms
from heterofilm.film.morphology import interface_area, two_point_correlation

D = 10e-9


@pytest.mark.parametrize("phi", [0.1, 0.3, 0.58])
def test_packed_spheres_do_not_overlap(phi: float) -> None:
    """The centres are at least a diameter apart in every periodic image, where adding one by one jams at 0.38."""
    count = round(5.0**3 * phi * 6.0 / np.pi)
    edge = (count * np.pi / 6.0 / phi) ** (1.0 / 3.0)
    places = ms._push_apart(count, edge, np.random.default_rng(0))
    apart = [np.abs(places[:, None, k] - places[None, :, k]) for k in range(3)]
    distance = np.sqrt(sum(np.minimum(a, edge - a) ** 2 for a in apart))
    assert distance[np.triu_indices(count, 1)].min() >= 1.0
    assert pdist(places).min() >= 1.0


@pytest.mark.parametrize("phi", [0.1, 0.3, 0.58])
@pytest.mark.parametrize("family", ms.FAMILIES)
def test_fraction_and_interface_are_as_asked(family: str, phi: float) -> None:
    """6 phi/d, within what 16 voxels per domain and four volumes allow; spheres in contact hide some."""
    grown = [ms.grow(family, phi, D, voxels=16, across=5.0, seed=seed) for seed in range(4)]
    for structure in grown:
        assert structure.fraction() == pytest.approx(phi, abs=2e-3)
        assert structure.edge == pytest.approx(5.0 * D, rel=0.03)
    wide = 0.08 if (family, phi) == ("packed spheres", 0.58) else 0.04
    area = np.mean([interface_area(structure.domains, structure.voxel) for structure in grown])
    assert area == pytest.approx(6.0 * phi / D, rel=wide)


def test_the_field_has_the_exact_correlation_of_a_levelled_gaussian_field() -> None:
    """At phi = 1/2, S2 = 1/4 + arcsin(g)/(2 pi), g = exp(-r^2/l^2): two normal variables are both positive."""
    length = ms.correlation_length(0.5, D)
    found = []
    for seed in range(4):
        structure = ms.levelled_field(0.5, D, voxels=10, across=9.0, seed=seed)
        r, S2 = two_point_correlation(structure.domains, structure.voxel)
        found.append(S2)
    exact = 0.25 + np.arcsin(np.exp(-((r / length) ** 2))) / (2.0 * np.pi)
    assert np.abs(np.mean(found, axis=0) - exact).max() < 4e-3


def test_correlation_length_is_that_of_rices_formula() -> None:
    """s = (2/pi) exp(-alpha^2/2) sqrt(2)/l equals 6 phi/d."""
    for phi in (0.1, 0.5, 0.7):
        length = ms.correlation_length(phi, 1.0)
        s = 2.0 / np.pi * np.exp(-(ndtri(phi) ** 2) / 2.0) * 2.0**0.5 / length
        assert s == pytest.approx(6.0 * phi)
    assert ms.correlation_length(0.5, 1.0) == pytest.approx(2.0**1.5 / (3.0 * np.pi))


@pytest.mark.parametrize("family", ms.FAMILIES)
def test_a_seed_makes_the_same_volume_and_another_another(family: str) -> None:
    one, same, other = (ms.grow(family, 0.3, D, across=4.0, seed=seed) for seed in (1, 1, 2))
    assert (one.phases == same.phases).all() and (one.phases != other.phases).any()


def test_coarser_is_the_same_geometry() -> None:
    fine = ms.packed_spheres(0.3, D, across=4.0, voxels=12)
    coarse = fine.coarser(2)
    assert coarse.edge == pytest.approx(fine.edge) and coarse.phases.shape[0] * 2 == fine.phases.shape[0]
    assert (coarse.phases == fine.phases[::2, ::2, ::2]).all()


def test_a_layer_around_one_sphere_has_its_volume() -> None:
    """Shell of thickness t: ((1 + 2t/d)^3 - 1) times the core, also across the periodic faces."""
    n, radius, t = 64, 16.0, 4.0
    x = (np.arange(n) + 0.5 + n / 2) % n - n / 2  # centred on a corner: in eight pieces
    ball = x[:, None, None] ** 2 + x[:, None] ** 2 + x**2 <= radius**2
    structure = ms.Microstructure(ball.astype(np.int8), 1e-9, 2 * radius * 1e-9, "one", 0).with_layer(t * 1e-9)
    ratio = structure.fraction(2) / structure.fraction(1)
    assert ratio == pytest.approx((1.0 + t / radius) ** 3 - 1.0, rel=0.05)
    assert (structure.domains == ball).all()
    s = structure.conductivity(1.0, 2.0, 3.0)
    assert s.mean() == pytest.approx(np.dot([1.0, 2.0, 3.0], [structure.fraction(p) for p in range(3)]))
    assert structure.conductivity(1.0, 2.0).max() == 2.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ms.packed_spheres(0.65, D), "at most 0.6 of a volume"),
        (lambda: ms.packed_spheres(0.0, D), "between 0 and 1, got 0"),
        (lambda: ms.levelled_field(1.0, D), "between 0 and 1, got 1"),
        (lambda: ms.levelled_field(float("nan"), D), "got nan"),
        (lambda: ms.levelled_field(0.3, -D), "domain size must be positive"),
        (lambda: ms.levelled_field(0.3, D, across=1.0), "two domains across"),
        (lambda: ms.levelled_field(0.3, D, voxels=2), "at least 4 voxels"),
        (lambda: ms.levelled_field(0.9, D, voxels=8), "use at least"),
        (lambda: ms.levelled_field(0.3, D, across=100.0), "too many"),
        (lambda: ms.grow("packed sphere", 0.3, D), "Did you mean 'packed spheres'"),
        (lambda: ms.packed_spheres(0.1, D, across=2.0).coarser(3), "cannot be made coarser 3 times"),
        (lambda: ms.packed_spheres(0.1, D, across=2.0).with_layer(1e-9), "between 1.5 voxels"),
    ],
)
def test_refusals(call, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(HeterofilmError, match=words) as refused:
        call()
    assert "\n" not in str(refused.value)
