"""The same planar junctions in devsim (Apache-2.0), a device simulator with its own mesh, assembly and Newton's method.

Two ways: electrons and holes with drift and diffusion at zero bias, where equilibrium is an outcome; and the potential
alone with two electron densities, for a step of the electron affinity. devsim works in cm.
"""

from __future__ import annotations

import devsim
import numpy as np
from devsim.python_packages import simple_physics
from devsim.python_packages.model_create import CreateSolution

KT_Q = 1.3806503e-23 / 1.6e-19  # V/K, as devsim's own models have it
CHARGE_OVER_EPS = 1.6e-19 / 8.85e-14  # V cm, likewise


def _mesh(device: str, left: float, right: float, finest: float, regions: tuple[str, str]) -> None:
    """Lengths in cm, finest at the interface x = 0; one region when both have one name."""
    devsim.create_1d_mesh(mesh=device)
    for pos, spacing, tag in ((-left, left / 40, "left"), (0.0, finest, "middle"), (right, right / 40, "right")):
        devsim.add_1d_mesh_line(mesh=device, pos=pos, ps=spacing, tag=tag)
    one = regions[0] == regions[1]
    for tag in ("left", "right"):
        devsim.add_1d_contact(mesh=device, name=tag, tag=tag, material="metal")
    if one:
        devsim.add_1d_region(mesh=device, material="Si", region=regions[0], tag1="left", tag2="right")
    else:
        devsim.add_1d_interface(mesh=device, name="between", tag="middle")
        devsim.add_1d_region(mesh=device, material="A", region=regions[0], tag1="left", tag2="middle")
        devsim.add_1d_region(mesh=device, material="B", region=regions[1], tag1="middle", tag2="right")
    devsim.finalize_mesh(mesh=device)
    devsim.create_device(mesh=device, device=device)


def _solve() -> None:
    devsim.solve(type="dc", absolute_error=1e12, relative_error=1e-11, maximum_iterations=200)


def _profile(device: str, region: str) -> tuple[np.ndarray, np.ndarray]:
    x, V = (
        np.array(devsim.get_node_model_values(device=device, region=region, name=name)) for name in ("x", "Potential")
    )
    order = np.argsort(x)
    return 1e-2 * x[order], V[order]


def p_n(donors: float, acceptors: float, eps: float, half: float, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """n (left) and p (right) of one solid with n_i = 1e10 cm-3, drift and diffusion at zero bias: x (m), potential (V).

    Dopings per cm3, `half` of the length in cm, `temperature` in devsim's kT/q.
    """
    device, region = "pn", "solid"
    _mesh(device, half, half, half / 4000, (region, region))
    simple_physics.SetSiliconParameters(device, region, temperature)
    devsim.set_parameter(device=device, region=region, name="Permittivity", value=eps * 8.85e-14)
    CreateSolution(device, region, "Potential")
    # half of each on the node at the step, whose volume lies half on each side
    here = {"Donors": f"{donors}*0.5*(1+step(-x)-step(x))", "Acceptors": f"{acceptors}*0.5*(1+step(x)-step(-x))"}
    for name, value in here.items():
        devsim.node_model(device=device, region=region, name=name, equation=value)
    devsim.node_model(device=device, region=region, name="NetDoping", equation="Donors-Acceptors")
    simple_physics.CreateSiliconPotentialOnly(device, region)
    for contact in ("left", "right"):
        devsim.set_parameter(device=device, name=simple_physics.GetContactBiasName(contact), value=0.0)
        simple_physics.CreateSiliconPotentialOnlyContact(device, region, contact)
    _solve()
    for carrier in ("Electrons", "Holes"):
        CreateSolution(device, region, carrier)
        devsim.set_node_values(device=device, region=region, name=carrier, init_from=f"Intrinsic{carrier}")
    simple_physics.CreateSiliconDriftDiffusion(device, region)
    for contact in ("left", "right"):
        simple_physics.CreateSiliconDriftDiffusionAtContact(device, region, contact)
    _solve()
    found = _profile(device, region)
    devsim.delete_device(device=device)
    devsim.delete_mesh(mesh=device)
    return found


def n_n(
    dopings: tuple[float, float], eps: tuple[float, float], built_in: float, lengths: tuple[float, float], V_T: float
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Two n-type solids, the left one left positive by `built_in` (V): x (m) and potential (V) of each."""
    device, regions = "nn", ("A", "B")
    _mesh(device, *lengths, min(lengths) / 20000, regions)
    for region, contact, N, e, bulk in zip(
        regions, ("left", "right"), dopings, eps, (1.0, 1.0 - built_in), strict=True
    ):
        CreateSolution(device, region, "Potential")
        devsim.set_node_values(device=device, region=region, name="Potential", values=[bulk] * len(
            devsim.get_node_model_values(device=device, region=region, name="x")
        ))  # fmt: skip
        excess = f"{CHARGE_OVER_EPS * N}*(exp((Potential-({bulk}))/{V_T})-1)"
        field = f"{e}*(Potential@n0-Potential@n1)*EdgeInverseLength"
        devsim.node_model(device=device, region=region, name="Charge", equation=excess)
        devsim.node_model(device=device, region=region, name="Charge:Potential", equation=f"diff({excess},Potential)")
        devsim.edge_from_node_model(device=device, region=region, node_model="Potential")
        devsim.edge_model(device=device, region=region, name="Flux", equation=field)
        for node in ("@n0", "@n1"):
            devsim.edge_model(
                device=device, region=region, name=f"Flux:Potential{node}", equation=f"diff({field},Potential{node})"
            )
        devsim.equation(
            device=device, region=region, name="Poisson", variable_name="Potential", node_model="Charge",
            edge_model="Flux", variable_update="log_damp",
        )  # fmt: skip
        name = f"{contact}_held"
        devsim.contact_node_model(device=device, contact=contact, name=name, equation=f"Potential-({bulk})")
        devsim.contact_node_model(device=device, contact=contact, name=f"{name}:Potential", equation="1")
        devsim.contact_equation(device=device, contact=contact, name="Poisson", node_model=name)
    devsim.interface_model(device=device, interface="between", name="same", equation="Potential@r0-Potential@r1")
    for side, sign in (("@r0", "1"), ("@r1", "-1")):
        devsim.interface_model(device=device, interface="between", name=f"same:Potential{side}", equation=sign)
    devsim.interface_equation(
        device=device, interface="between", name="Poisson", interface_model="same", type="continuous"
    )
    _solve()
    found = tuple(_profile(device, region) for region in regions)
    devsim.delete_device(device=device)
    devsim.delete_mesh(mesh=device)
    return found[0], found[1]
