"""Conduction on voxels against exact solutions, and the laws of effective media against it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

from heterofilm.errors import HeterofilmError
from heterofilm.film.conduction import conduct, resolved
from heterofilm.film.effective_medium import bruggeman, core_shell, hashin_shtrikman, maxwell_garnett, torquato
from heterofilm.film.microstructure import Microstructure, levelled_field, packed_spheres

D = 10e-9


def ball_array(fraction: float, n: int) -> Microstructure:
    """One sphere in a cube: with its images a simple cubic array."""
    x = np.arange(n) + 0.5 - n / 2
    radius = n * (3.0 * fraction / (4.0 * np.pi)) ** (1.0 / 3.0)
    inside = x[:, None, None] ** 2 + x[:, None] ** 2 + x**2 <= radius**2
    return Microstructure(inside.astype(np.int8), D / (2.0 * radius), D, "simple cubic", 0)


def simple_cubic(fraction: float, contrast: float) -> float:
    """Rayleigh's lattice of spheres with poles up to order 9.

    Rayleigh, Phil. Mag. 34 (1892) 481; McPhedran, McKenzie, Proc. R. Soc. A 359 (1978) 45; coefficients as in Sangani,
    Acrivos, Proc. R. Soc. A 386 (1983) 263. s = 1 + 3 f/(1/b1 - f - ...), b_l = (k - 1)/(k + (l + 1)/l).
    """
    b = {pole: (contrast - 1.0) / (contrast + (pole + 1.0) / pole) for pole in (1, 3, 5, 7, 9)}
    f = fraction
    octupole = 1.305 * b[3] * f ** (10 / 3) * (1.0 + 0.231 * b[5] * f ** (11 / 3)) / (1.0 - 0.405 * b[3] * f ** (7 / 3))
    higher = 0.0723 * b[5] * f ** (14 / 3) + 0.153 * b[7] * f**6 + 0.0105 * b[9] * f ** (22 / 3)
    return 1.0 + 3.0 * f / (1.0 / b[1] - f - octupole - higher)


def test_layers_in_series_and_in_parallel_are_exact() -> None:
    s = np.ones((8, 4, 6))
    s[3:] = 50.0
    assert conduct(s, 0).conductivity == pytest.approx(8.0 / (3.0 + 5.0 / 50.0), rel=1e-9)
    for axis in (1, 2):
        assert conduct(s, axis).conductivity == pytest.approx((3.0 + 250.0) / 8.0, rel=1e-12)


def test_against_a_direct_solution_of_the_same_resistors() -> None:
    """Every voxel random, contrast up to 1e4: currents of a network solved by a sparse factorisation."""
    s = 10.0 ** np.random.default_rng(3).uniform(-2.0, 2.0, (6, 5, 4))
    number = np.arange(s.size).reshape(s.shape)
    rows, columns, values, source = [], [], [], np.zeros(s.size)
    for axis in range(3):
        i, j = number.ravel(), np.roll(number, -1, axis).ravel()
        w = 1.0 / (0.5 / s.ravel()[i] + 0.5 / s.ravel()[j])
        rows += [i, i, j, j]
        columns += [i, j, j, i]
        values += [w, -w, w, -w]
        if axis == 1:
            np.add.at(source, i, w)
            np.add.at(source, j, -w)
            first, second, face = i, j, w
    matrix = coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))).tocsr()
    u = np.zeros(s.size)
    u[1:] = spsolve(matrix[1:, 1:], source[1:])
    exact = float((face * (1.0 + u[second] - u[first])).mean())
    found = conduct(s, 1, rtol=1e-8)
    assert found.conductivity == pytest.approx(exact, rel=1e-8)
    assert found.residual <= 1e-8


def test_a_checkerboard_is_the_geometric_mean() -> None:
    """sqrt(s1 s2) in two dimensions (Dykhne, Keller), approached as the grid is refined."""
    errors = []
    for n in (16, 64, 256):
        x = np.arange(n) < n // 2
        s = np.where(x[:, None] ^ x, 1.0, 10.0)[:, :, None]
        errors.append(abs(conduct(s).conductivity / 10.0**0.5 - 1.0))
    assert errors[0] > 2.0 * errors[1] > 4.0 * errors[2] and errors[2] < 0.02


@pytest.mark.parametrize("contrast", [10.0, 100.0, 0.1, 0.01])
@pytest.mark.parametrize("fraction", [0.1, 0.3])
def test_a_cubic_array_of_spheres_against_rayleigh(fraction: float, contrast: float) -> None:
    """Extrapolated from 32 and 64 voxels to within 1 %; and perfect conductors at 0.4 carry 3.25 (McPhedran)."""
    fine, coarse = (conduct(ball_array(fraction, n).conductivity(1.0, contrast)).conductivity for n in (64, 32))
    assert 2.0 * fine - coarse == pytest.approx(simple_cubic(fraction, contrast), rel=0.01)
    assert simple_cubic(0.4, 1e9) == pytest.approx(3.25, abs=0.02)


def test_a_sphere_with_a_layer_against_core_shell() -> None:
    """A layer of a tenth of the diameter that conducts 50 times as well, domains dilute."""
    core = ball_array(0.05, 96)
    found = conduct(core.with_layer(0.1 * D).conductivity(1.0, 1.0, 50.0)).conductivity
    law = core_shell(1.0, 1.0, 50.0, core.fraction(), 10.0, 1.0)
    assert law > 1.15
    assert found - 1.0 == pytest.approx(float(law) - 1.0, rel=0.05)


def test_a_contrast_of_1e4_converges_and_scale_does_not_matter() -> None:
    s = levelled_field(0.4, D, across=4.0).conductivity(1e-8, 1e-4)
    found = conduct(s)
    assert found.residual <= 1e-5 and found.iterations < 400
    tight = conduct(s, rtol=1e-7)
    assert found.conductivity == pytest.approx(tight.conductivity, rel=1e-5)
    assert conduct(1e6 * s).conductivity == pytest.approx(1e6 * found.conductivity, rel=1e-9)


def test_a_uniform_volume_is_itself() -> None:
    found = conduct(np.full((4, 4, 4), 0.3))
    assert found.conductivity == pytest.approx(0.3) and found.iterations == 0


@pytest.mark.parametrize("contrast", [10.0, 0.1])
@pytest.mark.parametrize("family", ["packed spheres", "levelled field"])
def test_no_volume_leaves_the_bounds(family: str, contrast: float) -> None:
    for fraction in (0.2, 0.5):
        found = resolved(family, fraction, D, 1.0, contrast, seeds=2, across=4.0, voxels=12)
        low, high = hashin_shtrikman(1.0, contrast, fraction)
        assert low - found.error <= found.mean <= high + found.error


# What the table in junction.effective_medium says, with margin for two small volumes.
@pytest.mark.parametrize(
    ("law", "family", "fraction", "contrast", "error"),
    [
        (maxwell_garnett, "packed spheres", 0.1, 10.0, 0.02),
        (maxwell_garnett, "packed spheres", 0.3, 10.0, 0.05),
        (maxwell_garnett, "packed spheres", 0.3, 0.1, 0.03),
        (torquato, "packed spheres", 0.3, 10.0, 0.02),
        (torquato, "packed spheres", 0.5, 10.0, 0.03),
        (torquato, "packed spheres", 0.5, 0.1, 0.04),
        (torquato, "packed spheres", 0.3, 100.0, 0.08),
        (bruggeman, "levelled field", 0.3, 10.0, 0.09),
        (bruggeman, "levelled field", 0.58, 100.0, 0.1),
        (bruggeman, "levelled field", 0.58, 10.0, 0.04),
        (bruggeman, "levelled field", 0.58, 0.1, 0.08),
    ],
)
def test_the_stated_error_of_each_law(law, family, fraction, contrast, error) -> None:  # type: ignore[no-untyped-def]
    found = resolved(family, fraction, D, 1.0, contrast, seeds=2, across=5.0, voxels=12)
    assert float(law(1.0, contrast, fraction)) == pytest.approx(found.mean, rel=error)


def test_where_the_laws_fail_they_fail() -> None:
    """Geometry decides: either family's law is far off for the other, and so is Maxwell-Garnett at 0.58."""
    field = resolved("levelled field", 0.5, D, 1.0, 10.0, seeds=1, across=5.0, voxels=12).mean
    assert float(torquato(1.0, 10.0, 0.5)) < 0.8 * field
    assert float(maxwell_garnett(1.0, 10.0, 0.5, extrapolate=True)) < 0.75 * field
    spheres = resolved("packed spheres", 0.5, D, 1.0, 10.0, seeds=1, across=5.0, voxels=12).mean
    assert float(bruggeman(1.0, 10.0, 0.5)) > 1.2 * spheres


def test_the_error_of_the_grid_is_stated() -> None:
    """The value from 10 voxels per domain lies within its stated error of that from 20, and the latter states less."""
    rough, fine = (
        resolved("levelled field", 0.4, D, 1.0, 10.0, seeds=1, across=4.0, voxels=voxels) for voxels in (10, 20)
    )
    volume = levelled_field(0.4, D, across=4.0, voxels=20)  # one volume on all grids; a seed fixes it for one only
    s = [conduct(volume.coarser(k).conductivity(1.0, 10.0)).conductivity for k in (1, 2, 4)]
    assert abs((2.0 * s[0] - s[1]) - (2.0 * s[1] - s[2])) < 0.5 * abs(s[1] - s[2])
    assert fine.grid < rough.grid and rough.spread == 0.0 and len(rough.values) == 1


def test_layers_that_touch_make_paths_that_core_shell_does_not_know() -> None:
    plain, layered = (
        resolved("packed spheres", 0.3, D, 1.0, 1.0, layer=layer, seeds=1, across=3.0, voxels=20)
        for layer in (None, (50.0, 1e-9))
    )
    assert plain.mean == pytest.approx(1.0)
    assert layered.mean > 1.3 * float(core_shell(1.0, 1.0, 50.0, 0.3, 10.0, 1.0, extrapolate=True)) > 1.3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: conduct(np.ones((3, 3))), "three axes"),
        (lambda: conduct(np.zeros((3, 3, 3))), "must be a positive number"),
        (lambda: conduct(np.full((3, 3, 3), np.nan)), "must be a positive number"),
        (lambda: conduct(np.ones((3, 3, 3)), 3), "axis must be 0, 1 or 2"),
        (lambda: resolved("packed spheres", 0.2, D, 1.0, 2.0, seeds=0), "At least one"),
        (lambda: resolved("random", 0.2, D, 1.0, 2.0), "is not known"),
        (lambda: conduct(packed_spheres(0.3, D, across=3.0).conductivity(1.0, 2.0), rtol=1e-30), "did not converge"),
    ],
)
def test_refusals(call, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(HeterofilmError, match=words) as refused:
        call()
    assert "\n" not in str(refused.value)
