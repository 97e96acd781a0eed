"""From library entries to the engine's SI floats: the only place where the two meet."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..constants import K_B_EV, F, R
from ..engine import mesh
from ..engine.parameters import (
    METAL,
    NO_FRONT,
    Ageing,
    Diffusion,
    Electrode,
    Electrolyte,
    Film,
    Front,
    Interface,
    Model,
    Phase,
    Wear,
)
from ..engine.table import NO_TABLE
from ..errors import InputError, did_you_mean
from ..film.composition import Composition, phase_fractions
from ..library import ResolvedCell, Value, schema
from ..library.ocv import T_REFERENCE, U_REFERENCE
from . import fronts
from .shared import shared
from .tables import open_circuit, over_filling, shape_of_D

MECHANISMS = ("activation", "depth", "overlithiation", "gradient", "dissolution", "interface")
"""What can change from cycle to cycle."""

# what of a phase `phase` and `diffusion` read (see `shared`)
THERMODYNAMICS = ("name", "couples", "open_circuit", "nucleation", "hysteresis_rate", "background")
DIFFUSION = ("D", "activation_energy_D", "D_decades", "diffusion_law", "D_of_filling")


def arrhenius(value: float, energy: float, T: float) -> float:
    """A thermally activated value at T: value exp[-(E/k)(1/T - 1/298.15 K)], E in eV."""
    exponent = -energy / K_B_EV * (1.0 / T - 1.0 / T_REFERENCE)
    return value * (cmath.exp(exponent) if isinstance(exponent, complex) else math.exp(exponent))  # type: ignore[return-value]


def model(cell: ResolvedCell, composition: Composition) -> Model:
    """The cell at its temperature, ready for the kernels."""
    spec = cell.spec
    T = spec.temperature.si
    matrix = phase(cell.matrix, T)
    domain = phase(cell.domain, T) if cell.domain else matrix
    D_m = diffusion(cell.matrix, matrix, T)
    nodes, stretch = fronts.mesh_of(cell)
    return Model(
        T=T,
        R_s=spec.series_resistance.si,
        matrix=matrix,
        domain=domain,
        D_m=D_m,
        D_d=diffusion(cell.domain, domain, T) if cell.domain else D_m,
        film=geometry(cell.film, cell.matrix, cell.domain, composition, cell, nodes, T, stretch),
        cathode=interface(cell.electrolyte.cathode_interface, matrix, T),
        anode=counter(cell.anode, T),
        electrolyte=electrolyte(cell.electrolyte, spec.electrolyte_nodes, T),
        negative=negative(cell, T),
        front=front(cell, matrix, T) if fronts.acting(cell) else NO_FRONT,
    )


def negative(cell: ResolvedCell, T: float) -> Electrode:
    """What the anode takes lithium up in."""
    film, entry = cell.anode_film, cell.anode_phase
    if film is None or entry is None:
        return METAL
    host = phase(entry, T)
    slab = geometry(film, entry, None, phase_fractions(None, entry, None), cell, cell.spec.anode_nodes, T)
    return Electrode(phase=host, D=diffusion(entry, host, T), film=slab)


def couples_at(entry: schema.Phase, T: float) -> np.ndarray[Any, Any]:
    """Rows of `engine.parameters.Phase.couples` at T."""
    rows = [
        [
            c.lithium.si,
            c.U0.si + c.dU0_dT.si * (T - T_REFERENCE),
            c.omega.si * R * T / F,
            c.hysteresis.si,
            c.barrier.si,
        ]
        for c in entry.couples
    ]
    return np.array(rows).reshape(len(rows), 5)


def couples_at_reference(entry: schema.Phase) -> np.ndarray[Any, Any]:
    """The same at the temperature that values of the library hold at."""
    return couples_at(entry, T_REFERENCE)


@shared(lambda entry, T: (*(getattr(entry, name) for name in THERMODYNAMICS), T))
def phase(entry: schema.Phase, T: float) -> Phase:
    """Thermodynamics of one phase; widths grow with T, potentials move by their entropy coefficient."""
    couples = couples_at(entry, T)
    table = entry.open_circuit
    theta_full = couples[:, 0].sum().item() if table is None else table.theta_full
    nucleation = entry.nucleation
    return Phase(
        couples=couples,
        theta_full=theta_full,
        K=entry.hysteresis_rate.si,
        b=entry.background.si * theta_full,
        U_ref=U_REFERENCE,
        k_n=arrhenius(nucleation.rate.si, nucleation.activation_energy.to("eV"), T) if nucleation else 0.0,
        eta_0=nucleation.undercooling.si if nucleation else 1.0,
        n_0=nucleation.seeds.si if nucleation else 0.0,
        s_0=nucleation.solubility.si if nucleation else 0.5,
        ocv=NO_TABLE if table is None else open_circuit(entry.name, table, T),
    )


@shared(lambda entry, thermodynamics, T: (*(getattr(entry, name) for name in DIFFUSION), thermodynamics, T))
def diffusion(entry: schema.Phase, thermodynamics: Phase, T: float) -> Diffusion:
    """D(theta) of one phase: D times what changes with filling, and where the law says so the thermodynamic factor.

    Thermodynamic factor: -(F/RT) theta (1 - z) dU/dtheta, one for an ideal lattice gas.
    """
    D = arrhenius(entry.D.si, entry.activation_energy_D.to("eV"), T)
    decades = entry.D_decades.si
    if entry.diffusion_law == "constant" and entry.D_of_filling is None and decades == 0.0:
        return Diffusion.constant(D, thermodynamics.theta_full)
    thermodynamic = entry.diffusion_law == "thermodynamic"
    couples = thermodynamics.couples if thermodynamic else np.empty((0, 5))
    table = thermodynamics.ocv if thermodynamic and entry.ocv is not None else None
    relative, integral = shape_of_D(
        entry.D_of_filling, couples.tobytes(), couples.dtype, table, thermodynamics.theta_full, thermodynamics.b,
        thermodynamics.U_ref, T, decades,
    )  # fmt: skip
    return Diffusion(D=D * relative, Phi=D * integral, theta_max=thermodynamics.theta_full)


def _of_front(cell: ResolvedCell, matrix: Phase, T: float) -> tuple[Any, ...]:
    """What `front` reads."""
    entry, own = cell.matrix, (matrix, T, cell.film.wetted_area, cell.electrolyte.kind)
    return *own, *(getattr(entry, name) for name in (*DIFFUSION, "front", "density", "molar_mass"))


@shared(_of_front)
def front(cell: ResolvedCell, matrix: Phase, T: float) -> Front:
    """The interface between two phases of the matrix; Li moves down its chemical potential.

    N = -c M dmu/dx with M = D theta (1 - z) F/RT, D times its trend with filling: that of a lattice gas, so that in one
    phase the law is the one of the thermodynamic factor.
    """
    entry = cell.matrix
    z = np.linspace(0.0, 1.0, fronts.POINTS)
    relative, _ = shape_of_D(
        entry.D_of_filling, b"", np.dtype(float), None, matrix.theta_full, matrix.b, matrix.U_ref, T,
        entry.D_decades.si, z.size,
    )  # fmt: skip
    inner = np.clip(z, 1e-3, 1.0 - 1e-3)
    D = arrhenius(entry.D.si, entry.activation_energy_D.to("eV"), T)
    M = D * relative * matrix.theta_full * inner * (1.0 - inner) * F / (R * T)
    return fronts.of_entry(cell, matrix, M)


def _of_film(
    film: schema.Film, matrix: schema.Phase, domain: schema.Phase | None, composition: Composition, cell: ResolvedCell,
    nodes: int, T: float, stretch: float = fronts.STRETCH,
) -> tuple[Any, ...]:  # fmt: skip
    """What `geometry` reads: of the phases not their thermodynamics, of the electrolyte whether it is a liquid."""
    own, other = composition.matrix, composition.domain
    of_domain: tuple[Any, ...] = (None, 0.0, 0.0)
    if domain is not None and other is not None:
        of_domain = (domain.utilisation, other.molar_density, other.volume_fraction)
    return (
        film, cell.spec.shells, cell.electrolyte.kind, own.molar_density, own.volume_fraction, *of_domain,
        matrix.utilisation, matrix.sigma_e, matrix.activation_energy_sigma, matrix.sigma_e_of_filling, matrix.lithium,
        nodes, T, stretch,
    )  # fmt: skip


@shared(_of_film)
def geometry(
    film: schema.Film, matrix: schema.Phase, domain: schema.Phase | None, composition: Composition, cell: ResolvedCell,
    nodes: int, T: float, stretch: float = fronts.STRETCH,
) -> Film:  # fmt: skip
    """A film of the cell on its mesh; only the utilised share of each phase, where the electrolyte reaches it, takes
    part.

    A liquid that wets a times the area of the electrode meets a slab a times as large and 1/a as thick: the same
    volume, and a**2 times the flux for one difference in filling.
    """
    liquid = cell.electrolyte.kind == "liquid"
    reached = 1.0 if liquid else film.reached_share.si
    wetted = film.wetted_area.si if liquid else 1.0
    for phase in (matrix,) if domain is None else (matrix, domain):
        if phase.utilisation.si == 0.0 or reached == 0.0:
            which = f"utilisation of {phase.name} is 0" if reached else "reached_share is 0"
            raise InputError(
                f"The {which} in film '{film.name}': nothing of it takes lithium; give it a share above 0."
            )
    L = film.thickness.si
    x = mesh.line(L, nodes, stretch)
    sigma = arrhenius(matrix.sigma_e.si, matrix.activation_energy_sigma.to("eV"), T)
    c_m = composition.matrix.molar_density * matrix.utilisation.si * reached
    # Bruggeman: the matrix transports with eps^p, of which eps is already in c_m
    tau = (
        wetted**2 * film.transport_factor.si * composition.matrix.volume_fraction ** (film.tortuosity_exponent.si - 1.0)
    )
    c_d, radius, area, i0_h = 1.0, 1.0, 0.0, 0.0
    r = np.empty(0)
    if domain is not None and composition.domain is not None:
        assert film.domain_size is not None and film.hetero_i0 is not None  # the schema demands both
        c_d = composition.domain.molar_density * domain.utilisation.si * reached
        radius = 0.5 * film.domain_size.si
        r = mesh.line(radius, cell.spec.shells + 1, fronts.STRETCH)
        area = 3.0 * composition.domain.volume_fraction / radius * reached
        i0_h = arrhenius(film.hetero_i0.si, film.hetero_activation_energy.to("eV"), T)
    return Film.on(
        x, r, tau=tau, L=L, c_m=c_m, sigma_e=sigma * reached, c_d=c_d, radius=radius, area_per_volume=area,
        i0_h=i0_h, sigma_theta=over_filling(matrix.sigma_e_of_filling, matrix.lithium),
    )  # fmt: skip


@shared(lambda entry, matrix, T: (entry, matrix, T))
def interface(entry: schema.Interface, matrix: Phase, T: float) -> Interface:
    """The interface between electrolyte and film at T."""
    i0 = arrhenius(entry.i0.si, entry.activation_energy.to("eV"), T)
    tail = R * T / F * matrix.b / matrix.theta_full
    return Interface(
        i0=i0, alpha=entry.alpha.si, p=entry.exponent.si, C=entry.double_layer.si, floor=tail,
        i0_z=over_filling(entry.i0_of_filling),
    )  # fmt: skip


@shared(lambda entry, T: (entry, T))
def counter(entry: schema.Anode, T: float) -> Interface:
    """The interface between electrolyte and anode at T."""
    i0 = arrhenius(entry.i0.si, entry.activation_energy.to("eV"), T)
    return Interface(i0=i0, alpha=0.5, p=0.0, C=entry.double_layer.si)


@shared(lambda entry, nodes, T: (entry, nodes, T))
def electrolyte(entry: schema.Electrolyte, nodes: int, T: float) -> Electrolyte:
    """A resistance, or LiPON with its dissociation resolved."""
    energy = entry.activation_energy.to("eV")
    G = 0.0
    if entry.electronic_conductivity is not None and entry.thickness is not None:
        sigma = arrhenius(entry.electronic_conductivity.si, entry.activation_energy_electrons.to("eV"), T)
        G = sigma / entry.thickness.si
    if entry.kind == "dissociation":
        d = entry.dissociation
        assert d is not None and entry.thickness is not None  # the schema demands both
        x = mesh.line(entry.thickness.si, nodes)
        a0, delta = d.a0.si, d.delta.si
        D_plus, D_minus = arrhenius(d.D_plus.si, energy, T), arrhenius(d.D_minus.si, energy, T)
        D = 2.0 * D_plus * D_minus / (D_plus + D_minus)
        k_r = arrhenius(d.k_r.si, d.activation_energy_k_r.to("eV"), T)
        sigma_0 = F**2 * delta * a0 * (D_plus + D_minus) / (R * T)  # at rest
        return Electrolyte(
            R=x[-1] / sigma_0, x=x, width=mesh.widths(x), link=D / np.diff(x), c0=delta * a0, a0=a0, D_plus=D_plus,
            D_minus=D_minus, k_r=k_r, k_d=k_r * a0 * delta**2 / (1.0 - delta), G=G,
        )  # fmt: skip
    if entry.kind == "liquid":
        assert entry.area_resistance is not None
        resistance = entry.area_resistance.si
    else:
        assert entry.thickness is not None and entry.conductivity is not None
        resistance = entry.thickness.si / entry.conductivity.si
    return Electrolyte.resistance(1.0 / arrhenius(1.0 / resistance, energy, T) if resistance.real > 0 else 0.0, G)


def _of_ageing(cell: ResolvedCell, mechanisms: Iterable[str]) -> tuple[Any, ...]:
    """What `ageing` reads."""
    phases = [(one.ageing, one.couples) for one in (cell.matrix, cell.domain) if one is not None]
    own = cell.film.activation, cell.electrolyte.dissolution_loss, cell.electrolyte.interface_growth
    return *own, " ".join(sorted(set(mechanisms))), *(part for phase in phases for part in phase)


@shared(_of_ageing)
def ageing(cell: ResolvedCell, mechanisms: Iterable[str]) -> Ageing:
    """Losses and gains per cycle; a phase that says nothing about ageing does not age."""
    chosen = set(mechanisms)
    for name in chosen - set(MECHANISMS):
        raise InputError(
            f"There is no ageing mechanism '{name}'; known: {', '.join(MECHANISMS)}.{did_you_mean(name, MECHANISMS)}"
        )

    def on(mechanism: str, value: Value) -> float:
        return value.si if mechanism in chosen else 0.0

    def losses(phase: schema.Phase | None) -> Wear:
        if phase is None or phase.ageing is None:
            return Wear()
        a = phase.ageing
        return Wear(
            couple=[couple.name for couple in phase.couples].index(a.couple),
            k_c=on("depth", a.depth_loss),
            m=a.depth_exponent.si,
            k_x=on("overlithiation", a.overlithiation_loss),
            k_s=on("gradient", a.gradient_loss),
        )

    gains = cell.film.activation if "activation" in chosen else None
    return Ageing(
        matrix=losses(cell.matrix),
        domain=losses(cell.domain),
        k_diss=on("dissolution", cell.electrolyte.dissolution_loss),
        i0_gain=gains.interface_gain.si if gains else 1.0,
        transport_gain=gains.transport_gain.si if gains else 1.0,
        N_a=gains.cycles.si if gains else 1.0,
        k_R=on("interface", cell.electrolyte.interface_growth),
    )
