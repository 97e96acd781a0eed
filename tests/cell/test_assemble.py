"""From library entries to SI: temperature, diffusion laws, mass balance, geometry."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.cell.assemble import arrhenius, diffusion, phase
from heterofilm.constants import K_B_EV, F, R
from heterofilm.library import Library

T = 298.15
BASE = Library().cell("vo-half").matrix


def entry(law: str, omega: float = 1.0, coefficients: tuple[float, ...] = (), background: str = "1e-9 1/V"):
    """V2O5 of the library with one couple of width ``omega`` and another diffusion law."""
    couple = BASE.couples[0].model_dump() | {"omega": omega, "lithium": 1.0}
    changes = {
        "couples": (couple,),
        "diffusion_law": law,
        "D_of_filling": {"log10": coefficients} if coefficients else None,
        "background": background,
        "ageing": None,
    }
    return type(BASE).model_validate(BASE.model_dump() | changes)


def test_arrhenius():
    """Two temperatures and an energy: ln(k2/k1) = (E/k)(1/T1 - 1/T2); unchanged at 25 C."""
    assert arrhenius(3.0, 0.5, T) == 3.0
    ratio = arrhenius(3.0, 0.5, 330.0) / arrhenius(3.0, 0.5, 310.0)
    assert math.log(ratio) == pytest.approx(0.5 / K_B_EV * (1 / 310.0 - 1 / 330.0))
    assert arrhenius(3.0, 0.0, 400.0) == 3.0


def test_thermodynamic_factor_of_a_lattice_gas():
    """One ideal couple (omega 1): the thermodynamic factor is 1 at every filling: D is that of the entry."""
    e = entry("thermodynamic")
    law = diffusion(e, phase(e, T), T)
    assert law.D / e.D.si == pytest.approx(1.0, abs=2e-3)


def test_thermodynamic_factor_of_a_wide_couple():
    """A couple omega times wider costs omega times the potential per Li: the factor is omega."""
    e = entry("thermodynamic", omega=3.0)
    assert diffusion(e, phase(e, T), T).D / e.D.si == pytest.approx(3.0, abs=6e-3)


def test_polynomial_law():
    """log10(D(z)/D) = sum of c_k z^k."""
    e = entry("constant", coefficients=(0.5, -2.0, 1.0))
    p = phase(e, T)
    law = diffusion(e, p, T)
    z = np.linspace(0.0, 1.0, law.D.size)
    assert np.log10(law.D / e.D.si) == pytest.approx(0.5 - 2.0 * z + z**2)
    assert law.theta_max == p.theta_full


@pytest.mark.parametrize("law", ["constant", "thermodynamic"])
def test_phi_is_the_integral_of_the_table(law):
    """Phi rises by the mean of D over each interval of the grid."""
    e = entry(law, 2.0, (0.5, -2.0))
    found = diffusion(e, phase(e, T), T)
    step = found.theta_max / (found.D.size - 1)
    assert found.Phi[0] == 0.0
    assert np.diff(found.Phi) == pytest.approx(0.5 * step * (found.D[1:] + found.D[:-1]))


def test_a_constant_is_one_point():
    """The kernels' fast path: one point, activated in T."""
    e = entry("constant")
    assert pytest.approx([e.D.si]) == diffusion(e, phase(e, T), T).D
    hot = diffusion(e, phase(e, 350.0), 350.0).D[0]
    assert hot == pytest.approx(arrhenius(e.D.si, e.activation_energy_D.to("eV"), 350.0))


def test_widths_grow_with_temperature():
    """w = omega RT/F; potentials stay."""
    cold, hot = phase(BASE, 300.0), phase(BASE, 330.0)
    assert hot.couples[:, 2] / cold.couples[:, 2] == pytest.approx(1.1)
    assert hot.couples[:, 1] == pytest.approx(cold.couples[:, 1])
    assert cold.couples[0, 2] == pytest.approx(BASE.couples[0].omega.si * R * 300.0 / F)


@pytest.mark.parametrize("name", ["vo-half", "voc1-half", "voc1-atfb", "lco-atfb"])
def test_the_film_holds_its_active_capacity(name):
    """F L (c_m theta_m + c_d theta_d) is the theoretical capacity times the utilisations of the phases."""
    cell = Cell.load(name)
    share = cell.composition
    expected = share.matrix.capacity * cell.entries.matrix.utilisation.si
    if cell.entries.domain is not None and share.domain is not None:
        expected += share.domain.capacity * cell.entries.domain.utilisation.si
    assert cell.active_capacity == pytest.approx(expected * cell.thickness, rel=1e-12)
    assert cell.active_capacity < cell.theoretical_capacity
    film = cell.model.film
    assert film.width.sum() == pytest.approx(film.L)
    assert film.x.size == cell.entries.spec.nodes


def test_the_hetero_interface_of_spheres():
    """6 phi/d of interface per volume of film, and spheres of half the domain size."""
    cell = Cell.load("voc1-half")
    film, domain = cell.model.film, cell.composition.domain
    size = cell.entries.film.domain_size.si
    assert film.area_per_volume == pytest.approx(6.0 * domain.volume_fraction / size)
    assert film.r[-1] == film.radius == pytest.approx(0.5 * size)
    assert film.share.sum() == pytest.approx(1.0)


def test_one_phase_has_no_domains():
    """A film of one phase has an empty sphere and no interface in it."""
    film = Cell.load("vo-half").model.film
    assert film.r.size == 0 and film.area_per_volume == 0.0


def test_lipon_is_its_thickness_over_its_conductivity():
    """R = L/sigma: 62.5 ohm cm2 for 1 um at 1.6e-6 S/cm, and less when hot."""
    cell = Cell.load("vo-atfb")
    e = cell.entries.electrolyte
    assert pytest.approx(e.thickness.si / e.conductivity.si) == cell.model.electrolyte.R
    hot = Cell.load("vo-atfb", {"cells.vo-atfb.temperature": 60.0})
    energy = e.activation_energy.to("eV")
    assert pytest.approx(arrhenius(1.0, energy, 333.15)) == cell.model.electrolyte.R / hot.model.electrolyte.R


def test_temperature_acts_on_every_rate():
    """Warmer, everything that moves moves faster: each rate of the cells of the library has an activation energy."""
    cold, hot = (Cell.load(name).at(T).model for name, T in (("voc1-half", 298.15), ("voc1-half", 333.15)))
    for of in (
        lambda m: m.D_m.D.max(), lambda m: m.D_d.D.max(), lambda m: m.film.sigma_e, lambda m: m.film.i0_h,
        lambda m: m.cathode.i0, lambda m: m.anode.i0, lambda m: 1.0 / m.electrolyte.R, lambda m: m.domain.k_n,
    ):  # fmt: skip
        assert of(hot) > 1.2 * of(cold)
    solid = Cell.load("vo-atfb")
    lipon = replace(solid, entries=replace(solid.entries, electrolyte=Library().electrolyte("LiPON-dissociation")))
    for name in ("k_r", "k_d", "D_plus", "D_minus"):
        assert getattr(lipon.at(333.15).model.electrolyte, name) > 1.2 * getattr(lipon.model.electrolyte, name)
