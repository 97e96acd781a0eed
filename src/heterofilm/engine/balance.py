"""Where the charge is that has passed: in the lithium of the films and in the double layers of their surfaces."""

from __future__ import annotations

from ..constants import F
from .jit import kernel


@kernel
def stored(y, model, lay):
    """Lithium in the film as a charge, less that of the double layer (A s/m2).

    F [c_m int theta_m dx + c_d int <theta_d> dx] - C v, which grows by the charge that passes: the film takes up i_F,
    and C dv/dt = i_F - i; what leaks through the electrolyte passes too.
    """
    film = model.film
    total = 0.0
    for k in range(lay.nodes):
        held = film.c_m * y[lay.theta_m + k]
        for shell in range(lay.shells):
            held += film.c_d * film.share[shell] * y[shell * lay.nodes + k]
        total += film.width[k] * held
    return F * total - model.cathode.C * y[lay.v]


@kernel
def stored_below(y, model, lay):
    """The same of a film that is the anode: it falls by the charge that passes."""
    film = model.negative.film
    total = 0.0
    for k in range(lay.nodes_a):
        total += film.width[k] * film.c_m * y[lay.theta_a + k]
    return F * total - model.anode.C * y[lay.v_a]
