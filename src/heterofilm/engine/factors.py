"""A factored matrix of a time step: what ``linear.py`` makes once and solves with."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

import numpy as np

from .chains import CHAIN_ROWS, SITE_ROWS
from .front import BAND
from .state import Layout
from .structs import Matrix, Struct, Vector, zeros

# entries of Factors.ends: v (row times pivot of the surface, 1/pivot), v_a (the same), i
V_MULT, V_INV, VA_MULT, VA_INV, I_INV, ENDS = range(6)


class Factors(
    Struct,
    plain=(
        "site_m",
        "site_d",
        "site_a",
        "d",
        "made_for",
        "d_to_m",
        "m",
        "e",
        "a",
        "ends",
        "border",
        "row",
        "band",
        "growing",
    ),
):
    """Factored matrix."""

    site_m: Matrix
    site_d: Matrix
    d: Vector  # 1/pivots of the chains of the domains, shell by shell over x
    made_for: Vector  # the g that ``d`` was made for, and the g of ``m``
    d_to_m: Vector  # coupling of the outer shell to its matrix node
    m: Matrix  # chain along x
    e: Matrix  # chain through the electrolyte
    site_a: Matrix
    P_m: Vector  # of dU = P + S dtheta, of the right-hand side
    P_d: Vector
    P_a: Vector
    a: Matrix  # chain through the anode
    ends: Vector
    border: Vector  # response of everything to the current
    row: Vector  # gradient of the control equation
    band: Matrix  # fillings and double layer of a film whose phases meet in a front
    growing: Vector  # (1,) not zero where one phase decays into two faster than the step


class ComplexFactors(Factors, numbers=np.complex128):
    """The same at a frequency, where ``g`` is imaginary."""


Kind = TypeVar("Kind", bound=Factors)


def new_factors(lay: Layout, kind: type[Kind]) -> Kind:
    """Empty factors for this layout."""
    n = lay.nodes

    numbers = partial(zeros, dtype=kind.numbers)

    return kind(
        site_m=numbers(SITE_ROWS, n - lay.first_U),
        site_d=numbers(SITE_ROWS, n),
        d=numbers(lay.shells * n),
        made_for=numbers(2),
        d_to_m=numbers(n),
        m=numbers(CHAIN_ROWS, n),
        e=numbers(CHAIN_ROWS, lay.nodes_e),
        site_a=numbers(SITE_ROWS, min(lay.nodes_a, 1)),
        P_m=numbers(n - lay.first_U),
        P_d=numbers(n),
        P_a=numbers(min(lay.nodes_a, 1)),
        a=numbers(CHAIN_ROWS, lay.nodes_a),
        ends=numbers(ENDS),
        border=numbers(lay.size),
        row=numbers(lay.size),
        band=numbers(BAND, n + 1 if lay.fronts else 0),
        growing=numbers(1),
    )
