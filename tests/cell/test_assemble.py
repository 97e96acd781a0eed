"""From library entries to SI: temperature, diffusion laws, mass balance, geometry."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.cell.assemble import arrhenius, diffusion, phase
from heterofilm.constants import K_B_EV, F, R
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Value
from heterofilm.simulation.run import simulate

T = 298.15
BASE = Library().cell("vo-half").matrix


def entry(law: str, omega: float = 1.0, coefficients: tuple[float, ...] = (), background: str = "1e-9 1/V"):
    """V2O5 of the library with one couple of width ``omega`` and another diffusion law."""
    couple = BASE.couples[0].model_dump() | {"omega": omega, "lithium": 1.0}
    changes = {
        "couples": (couple,),
        "diffusion_law": law,
        "D_of_filling": {"log10": coefficients} if coefficients else None,
        "D_decades": "0",
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
    """F L (c_m theta_m + c_d theta_d): theoretical capacity times utilisations, where the electrolyte reaches it."""
    cell = Cell.load(name)
    share = cell.composition
    expected = share.matrix.capacity * cell.entries.matrix.utilisation.si
    if cell.entries.domain is not None and share.domain is not None:
        expected += share.domain.capacity * cell.entries.domain.utilisation.si
    if cell.entries.electrolyte.kind != "liquid":
        expected *= cell.entries.film.reached_share.si
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


def _volts(cell: Cell, current: float) -> tuple[np.ndarray, float]:
    record = simulate(cell, f"Discharge at {current!r} uA/cm2 until 2.15 V", detail=False, rtol=1e-4)
    q = record.frame["charge_C_m2"].to_numpy()
    V = record.frame["voltage_V"].to_numpy()
    return np.interp(np.linspace(0.05, 0.95, 19) * q[-1], q, V), float(q[-1])


def test_wetted_pores_are_a_larger_thinner_slab():
    """a = 2 at a current i is a film half as thick at i/2 that gives half the charge, everything per area likewise."""
    pores = {"films.VO.wetted_area": 2.0, "phases.V2O5.D": 1e-12}
    thin = {
        "films.VO.wetted_area": 1.0, "phases.V2O5.D": 1e-12, "films.VO.thickness": 150.0,
        "phases.V2O5.sigma_e": 0.25 * 3e-7, "electrolytes.liquid-1M.area_resistance": 20.0,
        "electrolytes.liquid-1M.cathode_interface.i0": 0.5 * 0.4114,
        "electrolytes.liquid-1M.cathode_interface.double_layer": 5.0, "cells.vo-half.series_resistance": 10.0,
    }  # fmt: skip
    anode = Cell.load("vo-half").entries.anode
    thin |= {"anodes.Li.i0": 0.5 * anode.i0.value, "anodes.Li.double_layer": 0.5 * anode.double_layer.value}
    shared = {"phases.V2O5.sigma_e": 3e-7, "electrolytes.liquid-1M.cathode_interface.i0": 0.4114}
    V, q = _volts(Cell.load("vo-half", shared | pores), 40.0)
    V_thin, q_thin = _volts(Cell.load("vo-half", thin), 20.0)
    assert q == pytest.approx(2.0 * q_thin, rel=1e-3)
    assert pytest.approx(V_thin, abs=2e-3) == V


def test_what_a_solid_does_not_reach_takes_no_part():
    """A share s at s i gives s times the charge of full contact at i, all resistances being 1/s times theirs."""
    s = 0.8
    whole = {"films.VOC1.reached_share": 1.0, "electrolytes.LiPON.conductivity": 1.6e-6}
    part = {
        "films.VOC1.reached_share": s, "electrolytes.LiPON.conductivity": s * 1.6e-6,
        "electrolytes.LiPON.cathode_interface.i0": s * 0.257, "cells.voc1-atfb.series_resistance": 5.0 / s,
        "electrolytes.LiPON.cathode_interface.double_layer": s * 10.0,
    }  # fmt: skip
    anode = Cell.load("voc1-atfb").entries.anode
    part |= {"anodes.Li.i0": s * anode.i0.value, "anodes.Li.double_layer": s * anode.double_layer.value}
    V, q = _volts(Cell.load("voc1-atfb", whole | {"electrolytes.LiPON.cathode_interface.i0": 0.257}), 20.0)
    V_part, q_part = _volts(Cell.load("voc1-atfb", part), s * 20.0)
    assert q_part == pytest.approx(s * q, rel=1e-3)
    assert V_part == pytest.approx(V, abs=2e-3)


def test_diffusion_that_falls_with_lithium():
    """D at half filling is that of the entry; from charged to full it falls by the decades, evenly in the logarithm."""
    made = Cell.load("vo-half").entries.matrix.model_copy(update={"diffusion_law": "constant", "D_of_filling": None})
    made = made.model_copy(update={"D_decades": Value(value=-2.0, unit="1", kind="assumed", source="a test")})
    law = diffusion(made, phase(made, 298.15), 298.15)
    middle = law.D.size // 2
    assert law.D[middle] == pytest.approx(made.D.si)
    assert law.D[0] / law.D[-1] == pytest.approx(100.0) and law.D[0] / law.D[middle] == pytest.approx(10.0)


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


@pytest.mark.parametrize(
    ("cell", "path"),
    [("vo-half", "phases.V2O5.utilisation"), ("voc1-half", "phases.Cu2V2O7.utilisation"),
     ("lco-lto", "phases.LTO.utilisation")],
)  # fmt: skip
def test_a_film_of_which_nothing_takes_lithium_is_refused(cell, path):
    """Its filling is a charge over no sites."""
    with pytest.raises(HeterofilmError, match="nothing of it takes lithium"):
        Cell.load(cell, {path: 0.0}).model  # noqa: B018
