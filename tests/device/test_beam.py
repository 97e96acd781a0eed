"""The multilayer beam against its analytic limits."""

import numpy as np
import pytest

from heterofilm.device.beam import Beam


def beam(*layers: tuple[float, float], free: tuple[float, ...] | None = None) -> Beam:
    E, t = (np.array(column) for column in zip(*layers, strict=True))
    return Beam(E, t, np.zeros(E.size) if free is None else np.array(free))


@pytest.mark.parametrize("R", [1e-3, 5e-3, 1.0])
def test_a_bare_substrate_has_half_its_thickness_over_the_radius_at_its_faces(R: float) -> None:
    low, high = beam((3e9, 5e-6)).elastic(1.0 / R)
    assert high[0] == pytest.approx(5e-6 / 2 / R, rel=1e-12)
    assert low[0] == pytest.approx(-5e-6 / 2 / R, rel=1e-12)


@pytest.mark.parametrize("chi", [1.0, 10.0, 100.0])  # E_film/E_substrate
@pytest.mark.parametrize("eta", [0.01, 0.1, 1.0])  # t_film/t_substrate
def test_a_stiff_film_on_a_compliant_substrate(chi: float, eta: float) -> None:
    """Suo, Ma, Gleskova, Wagner 1999: e_top = (t_f + t_s)/2R (1 + 2 eta + chi eta^2)/((1 + eta)(1 + chi eta))."""
    t_s, R = 25e-6, 2e-3
    t_f = eta * t_s
    found = beam((3e9, t_s), (chi * 3e9, t_f)).elastic(1.0 / R)[1][1]
    expected = (t_f + t_s) / (2 * R) * (1 + 2 * eta + chi * eta**2) / ((1 + eta) * (1 + chi * eta))
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_middle_of_a_symmetric_sandwich_does_not_strain() -> None:
    one = beam((3e9, 5e-6), (170e9, 0.2e-6), (60e9, 0.3e-6), (170e9, 0.2e-6), (3e9, 5e-6))
    middle = one.thickness.sum() / 2
    assert one.neutral_axis == pytest.approx(middle, rel=1e-12)
    assert abs(float(one.strain(middle, 200.0))) < 1e-18  # of strains near 1e-3
    low, high = one.elastic(200.0)
    assert low[2] == pytest.approx(-high[2], rel=1e-9) and high[2] == pytest.approx(0.15e-6 * 200.0, rel=1e-9)


def test_a_thin_film_on_a_thick_substrate_is_stoneys() -> None:
    """k = -6 e* h/H^2 for equal moduli, exact as h/H -> 0; the error is of the order h/H."""
    for ratio in (1e-3, 1e-4):
        H = 500e-6
        one = beam((100e9, H), (100e9, ratio * H), free=(0.0, -1e-3))
        assert one.free_curvature == pytest.approx(-6 * 1e-3 * ratio * H / H**2, rel=4 * ratio)


def test_a_bimetal_is_timoshenkos() -> None:
    """k = 6 de (1 + m)^2/(h (3 (1 + m)^2 + (1 + m n)(m^2 + 1/(m n)))), J. Opt. Soc. Am. 11, 233 (1925)."""
    t1, t2, E1, E2, de = 40e-6, 60e-6, 70e9, 200e9, 1e-4  # 1 below, 2 above, the lower expands more
    m, n, h = t1 / t2, E1 / E2, t1 + t2
    expected = 6 * de * (1 + m) ** 2 / (h * (3 * (1 + m) ** 2 + (1 + m * n) * (m**2 + 1 / (m * n))))
    assert abs(beam((E1, t1), (E2, t2), free=(de, 0.0)).free_curvature) == pytest.approx(expected, rel=1e-12)


def test_forces_balance_at_any_curvature_and_moments_where_it_is_free() -> None:
    one = beam((3e9, 5e-6), (168e9, 0.2e-6), (60e9, 0.3e-6), (77e9, 1e-6), free=(1e-3, 0.0, -2e-3, 5e-4))
    for k in (0.0, 100.0, one.free_curvature):
        force = one.stress(k) @ one.thickness
        assert abs(force) < 1e-9 * np.abs(one.stress(k) @ np.abs(one.thickness)) + 1e-8
    k = one.free_curvature
    low, high = one.elastic(k)
    # integral of E e y over a layer whose strain is linear: Simpson is exact
    middle = one.middles
    y = np.stack([one.bottoms, middle, one.bottoms + one.thickness])
    e = np.stack([low, 0.5 * (low + high), high])
    moments = one.modulus * one.thickness * (np.array([1, 4, 1]) @ (e * y)) / 6.0
    assert abs(moments.sum()) < 1e-9 * np.abs(moments).sum()


def test_the_stack_of_the_literature_numbers() -> None:
    """Polyimide 5, Pt 0.2, film 0.3, LiPON 1, Li 2 um, E 3/168/60/77/5 GPa: y_n 5.48 um, film 0.006, LiPON 0.02 %."""
    one = beam((3e9, 5e-6), (168e9, 0.2e-6), (60e9, 0.3e-6), (77e9, 1e-6), (5e9, 2e-6))
    assert 1e6 * one.neutral_axis == pytest.approx(5.48, abs=0.005)
    low, high = one.elastic(1.0 / 5e-3)
    largest = np.maximum(np.abs(low), np.abs(high))
    assert 100 * largest[2] == pytest.approx(0.006, abs=0.0005)
    assert 100 * largest[3] == pytest.approx(0.02, abs=0.0005)
