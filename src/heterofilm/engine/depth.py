"""How deep the film is lithiated, which decides what it loses (``ageing.py``)."""

from __future__ import annotations

from .jit import kernel
from .msmr import one_couple
from .open_circuit import is_table, potential
from .parameters import X

# deepest state of a cycle: z, <(x - 1)+> and dx of the matrix, then of the domains
Z, OVER, SPREAD, DEPTHS = range(4)


@kernel
def deepen(y, history, model, lay, ageing, depths):
    """Raise ``depths`` (2, DEPTHS) to those of the present state where it is deeper."""
    N = lay.nodes
    width = model.film.width
    L = model.film.L
    z = 0.0
    over = 0.0
    U = y[lay.n_m - 1]
    for j in range(N):
        k = N - 1 - j
        h = history.m[1, k]
        n = y[lay.n_m + k] if lay.has_n_m else 1.0
        theta = y[lay.theta_m + k]
        U = potential(theta, h, n, U, model.matrix)
        z += width[k] / L * share(theta, U, h, n, ageing.matrix.couple, model.matrix)
        over += width[k] / L * max(theta - 1.0, 0.0)
    depths[0, Z] = max(depths[0, Z], z)
    depths[0, OVER] = max(depths[0, OVER], over)
    depths[0, SPREAD] = max(depths[0, SPREAD], abs(y[lay.theta_m + N - 1] - y[lay.theta_m]))
    if lay.shells > 0:
        z = 0.0
        over = 0.0
        for k in range(N):
            h = history.d[1, k]
            n = y[lay.n_d + k] if lay.has_n_d else 1.0
            U = y[lay.U_d + k]
            for j in range(lay.shells):
                shell = lay.shells - 1 - j
                theta = y[shell * N + k]
                U = potential(theta, h, n, U, model.domain)
                weight = width[k] / L * model.film.share[shell]
                z += weight * share(theta, U, h, n, ageing.domain.couple, model.domain)
                over += weight * max(theta - 1.0, 0.0)
        depths[1, Z] = max(depths[1, Z], z)
        depths[1, OVER] = max(depths[1, OVER], over)


@kernel
def share(theta, U, h, n, couple, phase):
    """Share of a couple that has reacted at U; of a table, of the whole filling."""
    if is_table(phase):
        return min(max(theta / phase.theta_full, 0.0), 1.0)
    held, _, _, _ = one_couple(U, h, n, couple, phase.couples)
    return min(held / phase.couples[couple, X], 1.0)
