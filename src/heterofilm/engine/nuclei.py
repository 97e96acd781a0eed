"""Nucleated shares within a time step: advanced as x = ln(n + n_0), which rises and falls in straight lines.

    nuclei grow      dn/dt = r (n + n_0) (1 - n),   dx/dt = r (1 - n)
    they dissolve    dn/dt = -r n,                  dx/dt = -r n / (n + n_0)

From seeds to all is an exponential over ten e-folds or so, at one node after the other. A formula that is exact for a
parabola follows n in many small parts of each e-fold; x it follows in a few steps, and the error of x is the relative
one of n, which is what counts: by so many e-folds the moment moves at which the nuclei are there.

In voltammograms of copper n took two to three times the steps and was off two to eight times as far.

The state keeps n. The equation of a share is (n + n_0) (known - g dx) + dn/dt = 0 (``newton.equations``), dx what x
moves by in the step, and ``known`` of it (``bdf.predict``) that of x.
"""

from __future__ import annotations

from .dual import plain
from .exponential import exp, log
from .jit import kernel
from .state import N_N


@kernel
def growths(new, old, by, model, lay, out):
    """``by`` times what x moves by from ``old`` to ``new``, into the entries of the shares."""
    if lay.has_n_m:
        _growths(new, old, by, lay.n_m, lay.y_e, model.matrix.n_0, out)
    if lay.has_n_d:
        _growths(new, old, by, lay.n_d, lay.theta_m, model.domain.n_0, out)


@kernel
def _growths(new, old, by, start, end, n_0, out):
    moved = 0
    for k in range(start, end):
        out[k] = 0.0
        moved += new[k] != old[k]
    if moved == 0:  # most of the time nuclei are all there, or none are
        return
    for k in range(start, end):
        out[k] = by * log((new[k] + n_0) / (old[k] + n_0))


@_growths.for_dual
def _growths_of_dual(new, old, by, start, end, n_0, out):
    for k in range(start, end):  # what has not moved may have slopes that did
        out[k] = by * log((new[k] + n_0) / (old[k] + n_0))


@kernel
def expect(y, new, c, along, tangent, bend, trail, model, lay):
    """``bdf.predict`` of the shares: where the straight line goes into ``new``, the move along the parabola into
    ``trail.growth``. Before the first steps nothing is behind, and counts for nothing."""
    growths(y, trail.before[0], 1.0, model, lay, trail.known)
    growths(trail.before[0], trail.before[1], 1.0, model, lay, trail.growth)
    if lay.has_n_m:
        _expect(y, new, c, along, tangent, bend, trail, lay.n_m, lay.y_e, model.matrix.n_0)
    if lay.has_n_d:
        _expect(y, new, c, along, tangent, bend, trail, lay.n_d, lay.theta_m, model.domain.n_0)


@kernel
def _expect(y, new, c, along, tangent, bend, trail, start, end, n_0):
    known, growth = trail.known, trail.growth
    h_1, h_2 = trail.lengths[0], trail.lengths[1]
    for k in range(start, end):
        last = known[k]
        known[k] = c * last
        new[k] = along * last + tangent * trail.slopes[0, k] / (y[k] + n_0)
        growth[k] = new[k] + bend * (last / h_1 - growth[k] / h_2)
    for k in range(start, end):
        new[k] = min((y[k] + n_0) * exp(new[k]) - n_0, 1.0)


@kernel
def judge(y, new, g, share, first, trail, model, lay):
    """``bdf.step`` of the shares: the error of x, and dn/dt at the end."""
    growths(new, y, 1.0, model, lay, trail.b)
    if lay.has_n_m:
        _judge(new, g, share, first, trail, lay.n_m, lay.y_e, model.matrix.n_0)
    if lay.has_n_d:
        _judge(new, g, share, first, trail, lay.n_d, lay.theta_m, model.domain.n_0)


@kernel
def _judge(new, g, share, first, trail, start, end, n_0):
    for k in range(start, end):
        moved = trail.b[k]
        error = share * (moved - trail.growth[k])
        trail.error[k] = min(max(error, -abs(moved)), abs(moved)) if first else error
        trail.slopes[1, k] = (new[k] + n_0) * (g * moved - trail.known[k])


@kernel
def left_of_shares(y, new, known, g, model, lay, work, b):
    """``newton.equations`` of the shares but for dn/dt; the slopes by n become those of the equation over n + n_0."""
    growths(new, y, -g, model, lay, b)
    if lay.has_n_m:
        _left(new, known, work.rate, lay.n_m, lay.y_e, model.matrix.n_0, work.m, b)
    if lay.has_n_d:
        _left(new, known, work.rate, lay.n_d, lay.theta_m, model.domain.n_0, work.d, b)


@kernel
def _left(new, known, rate, start, end, n_0, slopes, b):
    for k in range(start, end):
        b[k] = (new[k] + n_0) * (known[k] + b[k])
    of_n = slopes[N_N]
    for k in range(start, end):  # apart, for fewer arrays are vectorised
        of_n[k - start] -= plain(rate[k] / (new[k] + n_0))


@kernel
def left_by_length(before, y, new, c_by_h, g_by_h, model, lay, out):
    """How the equations of the shares change with the length of the step, which changes ``g`` and ``c``."""
    if lay.has_n_m:
        _left_by_length(before, y, new, c_by_h, g_by_h, lay.n_m, lay.y_e, model.matrix.n_0, out)
    if lay.has_n_d:
        _left_by_length(before, y, new, c_by_h, g_by_h, lay.n_d, lay.theta_m, model.domain.n_0, out)


@kernel
def _left_by_length(before, y, new, c_by_h, g_by_h, start, end, n_0, out):
    for k in range(start, end):
        old = plain(y[k]) + n_0
        last = log(old / (plain(before[k]) + n_0))
        out[k] = (new[k] + n_0) * (c_by_h * last - g_by_h * log((new[k] + n_0) / old))
