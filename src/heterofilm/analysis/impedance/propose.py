"""Which circuit a spectrum asks for: the simplest that describes it and whose values it determines.

Tried are chains of a series resistance, up to three arcs (a resistor beside a constant phase element), and one end:
none, a constant phase element (a blocking electrode), or diffusion (into a half-space, to a blocking back, to a
reservoir). They are ranked by Akaike's criterion; a further element must lower it by `WORTH`, and none of the values
may be left open. A proposal is a description: which element is which process, only the experiment can say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from numpy.typing import ArrayLike

from ...errors import HeterofilmError
from .fit import CircuitFit, Weighting, fit_circuit
from .spectrum import has_blocking_tail, spectrum

__all__ = ["Proposal", "propose"]

ARCS = 3
WORTH = 10.0  # of Akaike's criterion: odds of e^5 to one
EXACT = (
    1e-3  # rms misfit as a share of |Z|: no instrument is better, and what a further value mends below is no process
)
BLOCKING, OPEN = ("", "CPE9", "Wo1", "W1"), ("", "Ws1", "CPE9")


@dataclass(frozen=True)
class Proposal:
    """`best`: the fit of the circuit proposed, None where none describes the spectrum; `tried`: all, best first."""

    best: CircuitFit | None
    tried: tuple[CircuitFit, ...]


def propose(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    weighting: Weighting = "modulus",
    progress: Callable[[str], None] | None = None,
) -> Proposal:
    """Propose a circuit for a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    Errors: `HeterofilmError` for a bad spectrum.
    """
    f, Z = spectrum(frequency_Hz, impedance_ohm)
    tails = BLOCKING if has_blocking_tail(f, Z) or -Z[-1].imag > 0.5 * abs(Z[-1].real) else OPEN
    lead = "L1-" if Z[0].imag > 0.0 else ""
    tried: list[CircuitFit] = []
    for arcs in range(ARCS + 1):
        before = min((fit.aic for fit in tried if _sound(fit)), default=float("inf"))
        for tail in tails:
            parts = ["R0", *(f"p(R{k},CPE{k})" for k in range(1, arcs + 1)), *([tail] if tail else [])]
            text = lead + "-".join(parts)
            if progress is not None:
                progress(text)
            try:
                tried.append(fit_circuit(f, Z, text, weighting=weighting, thorough=False))
            except HeterofilmError:  # more values than data
                continue
        if any(_sound(fit) and fit.misfit <= EXACT for fit in tried):
            break  # on exact data every further value still lowers the criterion
        # one more arc that brings nothing ends the search
        if arcs and before < float("inf") and min(fit.aic for fit in tried) > before - WORTH:
            break
    ranked = sorted(tried, key=lambda fit: fit.aic)
    best: CircuitFit | None = None
    for fit in sorted((fit for fit in ranked if _sound(fit)), key=lambda fit: len(fit.parameters)):
        if best is not None and best.misfit <= EXACT:
            break
        if best is None or fit.aic < best.aic - WORTH * max(1, len(fit.parameters) - len(best.parameters)):
            best = fit
    return Proposal(best, tuple(ranked))


def _sound(fit: CircuitFit) -> bool:
    return fit.describes and all(p.determined for p in fit.parameters)
