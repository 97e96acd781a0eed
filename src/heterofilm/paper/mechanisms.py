"""What is fitted to the paper: values by group of rows, and the mechanisms that are compared on the first group.

What could carry the rates and the difference of the cells stands in MECHANISMS. KEPT are those that the comparison asks
for, and those that it can neither ask for nor exclude: free within their sourced ranges, they are carried as a band.
"""

from __future__ import annotations

from ..calibration.experiments import Group
from ..calibration.selection import Mechanism, with_mechanisms
from .targets import amorphous, crystalline, cycling

__all__ = ["BASE", "KEPT", "MECHANISMS", "PROBLEM"]

PORES = ("films.VO.wetted_area", "films.VOC1.wetted_area")
CONTACT = ("films.VO.reached_share", "films.VOC1.reached_share")
SOLID_I0 = ("electrolytes.LiPON.cathode_interface.i0", "electrolytes.LiPON-dissociation.cathode_interface.i0")

BASE = Group(
    crystalline,
    free=(
        "phases.V2O5.couples.alpha-epsilon.U0",
        "phases.V2O5.couples.epsilon-delta.U0",
        "phases.V2O5.couples.delta-gamma.U0",
        "phases.V2O5.couples.delta-gamma.omega",
        "phases.V2O5.utilisation",
        "phases.Cu2V2O7.couples.Cu2+/Cu+.U0",
        "phases.Cu2V2O7.couples.Cu2+/Cu+.omega",
        "phases.Cu2V2O7.couples.Cu+/Cu0.U0",
        "phases.Cu2V2O7.couples.Cu+/Cu0.omega",
        "phases.Cu2V2O7.couples.V5+/V4+.U0",
        "phases.Cu2V2O7.couples.V5+/V4+.omega",
        "phases.Cu2V2O7.utilisation",
        "films.VOC1.transport_factor",
        "films.VOC1.surface_domain_share",
    ),
    # what no row informs but predictions depend on
    drawn=(
        "phases.V2O5.couples.alpha-epsilon.omega",
        "phases.V2O5.couples.epsilon-delta.omega",
        "films.VOC1.domain_size",
        "films.VOC1.tortuosity_exponent",
        SOLID_I0,
    ),
)

MECHANISMS = (
    Mechanism("faster diffusion in V2O5", ("phases.V2O5.D",), {"phases.V2O5.D": 3e-13}),
    Mechanism("diffusion that falls with Li", ("phases.V2O5.D_decades",), {"phases.V2O5.D_decades": 0.0}),
    Mechanism("liquid in the pores", (PORES,), dict.fromkeys(PORES, 1.0)),
    Mechanism("part that LiPON does not reach", (CONTACT,), dict.fromkeys(CONTACT, 1.0), dict.fromkeys(CONTACT, 0.9)),
    Mechanism("resistance of the interface to LiPON", (SOLID_I0,), dict.fromkeys(SOLID_I0, 0.257)),
    Mechanism(
        "diffusion in the domains",
        ("phases.Cu2V2O7.D", "phases.Cu2V2O7.D_decades"),
        {"phases.Cu2V2O7.D": 5e-17, "phases.Cu2V2O7.D_decades": 0.0},
    ),
    Mechanism("exchange with the domains", ("films.VOC1.hetero_i0",), {"films.VOC1.hetero_i0": 1e-3}),
    Mechanism(
        "nucleation of copper",
        ("phases.Cu2V2O7.couples.Cu+/Cu0.barrier", "phases.Cu2V2O7.nucleation.rate"),
        {"phases.Cu2V2O7.couples.Cu+/Cu0.barrier": 0.0},
        {"phases.Cu2V2O7.couples.Cu+/Cu0.barrier": 0.03},
    ),
    Mechanism("charges completed at 3.8 V", completed=True),
)

NEEDED = ("diffusion that falls with Li", "liquid in the pores", "diffusion in the domains")
UNDECIDED = ("faster diffusion in V2O5", "part that LiPON does not reach", "exchange with the domains")
KEPT = tuple(mechanism for mechanism in MECHANISMS if mechanism.name in (*NEEDED, *UNDECIDED))

# V2O5 is one material: no value of it is set by a film.
PROBLEM = {
    "VO and VOC1": with_mechanisms(BASE, MECHANISMS, KEPT),
    "VOC2": Group(
        amorphous, free=("phases.a-CuVO.utilisation", "phases.a-CuVO.D", "phases.a-CuVO.couples.Cu2+/Cu+.U0")
    ),
    # each member fits its own losses, from what its other values make of the depth
    "cycling": Group(
        cycling,
        free=(
            "phases.V2O5.ageing.depth_loss",
            "phases.Cu2V2O7.ageing.depth_exponent",
            "phases.Cu2V2O7.ageing.depth_loss",
            "films.VOC1.activation.transport_gain",
            "phases.a-CuVO.ageing.depth_loss",
        ),
    ),
}
