"""A bent stack: strains, safe radius, and what becomes of the cell."""

import math

import pytest

from heterofilm.device.bending import bend, radius_of, safe_radius, strain_table
from heterofilm.device.stack import Stack
from heterofilm.errors import HeterofilmError

FILMS = ("cathode", "electrolyte")


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack.load("voc1-polyimide")


def test_strains_are_linear_in_the_curvature(stack: Stack) -> None:
    one, two = (bend(stack, R).layer("cathode").bending for R in (10e-3, 5e-3))
    assert two == pytest.approx(2 * one)
    inward = bend(stack, 5e-3, outward=False).layer("cathode").bending
    assert inward == pytest.approx(-two)


def test_an_angle_over_the_span_is_a_radius(stack: Stack) -> None:
    assert radius_of(stack, math.pi) == pytest.approx(5e-3, rel=1e-4)  # as the entry says of its span
    assert radius_of(stack, 0.0) == math.inf


@pytest.mark.parametrize("name", ["voc1-steel", "voc1-mica", "voc1-silicon", "voc1-quartz"])
def test_nothing_cracks_above_the_safe_radius_and_something_below(name: str) -> None:
    one = Stack.load(name)
    R = safe_radius(one, draws=2)
    assert not any(layer.cracked for layer in bend(one, 1.001 * R.radius).layers)
    assert bend(one, 0.999 * R.radius).layer(R.first).cracked


def test_safe_radii_follow_the_substrates(stack: Stack) -> None:
    """Thin polymer, mica, steel, then wafers: by thickness and by what breaks."""
    radii = {n: safe_radius(Stack.load(f"voc1-{n}"), draws=2).radius for n in ("polyimide", "steel", "silicon")}
    assert radii["polyimide"] < 5e-3 < radii["silicon"]
    assert radii["polyimide"] < radii["steel"] < radii["silicon"]


def test_the_uncertainty_is_repeatable_and_encloses_its_median(stack: Stack) -> None:
    one, again = (safe_radius(stack, draws=200, seed=3) for _ in range(2))
    assert one == again
    assert one.low <= one.median <= one.high and 0.0 <= one.flat < 0.5
    assert sum(one.firsts.values()) == pytest.approx(1.0)


def test_an_onset_that_is_known_sets_the_radius(stack: Stack) -> None:
    """Without free strains R = (y_top - y_n)/e_c of the layer that cracks first."""
    one = Stack.load("voc1-steel")
    R = safe_radius(one, draws=2)
    bent = bend(one, R.radius)
    layer = bent.layer(R.first)
    top = one.layer(R.first).top
    assert R.radius == pytest.approx((top - bent.neutral_axis) / layer.onset, rel=1e-9)


def test_lithium_strains_the_film_where_it_is_held() -> None:
    """On a stiff wafer the film takes the whole strain of lithiation: elastic strain -beta, but for h E_f/(H E_s)."""
    one = Stack.load("voc1-silicon")
    beta = one.layer("cathode").material.lithiation_strain.si
    strain = bend(one, lithiation=1.0).layer("cathode").high - bend(one).layer("cathode").high
    assert strain == pytest.approx(-beta, rel=0.02)


def test_residual_tension_brings_cracks_sooner() -> None:
    plain = safe_radius(Stack.load("voc1-steel"), draws=2).radius
    tense = Stack.load("voc1-steel", {"materials.LiPON.residual_stress": "80 MPa"})
    assert safe_radius(tense, draws=2).radius > plain
    far = Stack.load("voc1-steel", {"materials.LiPON.residual_stress": "2000 MPa"})
    assert safe_radius(far, draws=2).radius == math.inf


def test_stress_moves_the_potential_by_the_work_on_the_lithium() -> None:
    """dU Q = (sigma_x + sigma_y) beta per volume; tension lowers the potential of a film that shrinks along itself."""
    one = Stack.load("voc1-steel")
    bent = bend(one, 20e-3)
    film = one.layer("cathode")
    sigma = film.modulus * bent.layer("cathode").bending * (1 + film.material.poisson.si)
    Q = one.cell.active_capacity / one.cell.thickness
    assert bent.potential_shift * Q == pytest.approx(sigma * film.material.lithiation_strain.si)
    assert bent.potential_shift < 0.0
    assert bend(one).potential_shift == 0.0


def test_cracks_cost_area_and_leak_only_beyond_their_onset() -> None:
    one = Stack.load("voc1-steel")
    R = safe_radius(one, draws=2).radius
    whole, cracked = bend(one, 1.01 * R), bend(one, 0.99 * R)
    assert whole.lost == 0.0 and whole.leak == 0.0 and whole.series_factor == 1.0
    assert cracked.lost > 0.0 and cracked.leak > 0.0
    assert cracked.leak == pytest.approx(one.entry.crack_leak.si / cracked.layer("electrolyte").spacing)


def test_a_flat_stack_without_free_strains_has_none(stack: Stack) -> None:
    table = strain_table(bend(stack))
    assert table["strain_high_percent"].abs().max() < 1e-12 and not table["cracked"].any()


@pytest.mark.parametrize(
    ("radius", "said"), [(0.0, "is positive"), (-1.0, "is positive"), (5e-6, "less than the stack is thick")]
)
def test_impossible_radii(stack: Stack, radius: float, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        bend(stack, radius)


def test_impossible_angles(stack: Stack) -> None:
    with pytest.raises(HeterofilmError, match="between 0 and 360"):
        radius_of(stack, -0.1)
