"""Ionic conductivity of a solid electrolyte between blocking electrodes, and its activation energy.

A film of thickness L and area A between two metals that pass no ions is a resistor beside its own capacitance, in
series with the double layers: an arc, then a steep tail. With R the resistance of the arc,

    s = L / (R A),        e_r = C L / (e_0 A)

and the relative permittivity e_r, from the capacitance beside R, tells whether this arc is the bulk of the film: some
10 to 30 in glassy electrolytes (LiPON: 16.6, Yu, Bates, Jellison, Hart, J. Electrochem. Soc. 144 (1997) 524), a
thousand times more at an interface. Over temperature

    s T = s_0 exp(-E_a / (k_B T))

(hopping ions: Nernst and Einstein put the 1/T into s). E_a is the slope of ln(s T) over 1/T; area and thickness do not
enter, for they are the same at all temperatures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.constants import epsilon_0
from scipy.special import stdtrit

from ...constants import F, R
from ...errors import InputError
from ..electrochemistry.normalise import Electrode
from .circuit import Circuit, Leaf, Node, Parallel, Series
from .features import features
from .fit import CircuitFit
from .kramers_kronig import KramersKronig
from .results import uncertainties

__all__ = ["BLOCKING", "Arrhenius", "Conductivity", "arrhenius", "conductivity"]

K_B = R / F  # eV/K
# the film alone; with leads; its capacitance beside film and double layer
BLOCKING = ("p(R1,CPE1)-CPE2", "R0-p(R1,CPE1)-CPE2", "R0-p(R1-CPE2,CPE1)", "p(R1-CPE2,CPE1)")
BULK = (3.0, 100.0)  # relative permittivity of a bulk electrolyte
USUAL = 16.0  # of two arcs that could be the bulk, the one nearest to this is
STEEP = 60.0  # degrees: a tail less steep than that is no blocking electrode
THERMOMETER = 1.0  # K: how well a sample's temperature is known, assumed
COMPARABLE = 10.0  # of Akaike's criterion: odds of e^5 to one
BENT = 0.02  # of ln(s T), below which a bend does not matter
LEAST = 3  # temperatures of a line


@dataclass(frozen=True)
class Conductivity:
    """An ionic conductivity.

    - `value`, `sigma`: S/m, one standard deviation with area and thickness; `sigma_alone` without these, as it enters
      an activation energy; None and nan where `why_not` says why there is none;
    - `element`, `resistance_ohm`: whose resistance was taken; `permittivity`: relative, of the capacitance beside it;
    - `temperature_K`: or None; `doubts`: what limits it, in words.
    """

    value: float | None
    sigma: float = math.nan
    sigma_alone: float = math.nan
    element: str = ""
    resistance_ohm: float = math.nan
    permittivity: float = math.nan
    temperature_K: float | None = None
    doubts: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class Arrhenius:
    """A line of ln(s T) over 1/T.

    - `energy_eV`: activation energy, `sigma` its standard deviation (scatter or stated errors, whichever is larger, and
      the thermometer), `low` and `high` its 95 % interval; `log10_prefactor`: of s_0 in S K/m;
    - `r2`, `n`: of the line; `doubts`: in words.
    """

    energy_eV: float
    sigma: float
    low: float
    high: float
    log10_prefactor: float
    r2: float
    n: int
    doubts: tuple[str, ...] = ()

    def at(self, temperature_K: ArrayLike) -> np.ndarray:
        """Conductivity (S/m) of the line at temperatures (K), shape (n,)."""
        T = np.asarray(temperature_K, float)
        return np.asarray(10.0**self.log10_prefactor * np.exp(-self.energy_eV / (K_B * T)) / T)


def conductivity(
    fit: CircuitFit,
    electrode: Electrode,
    test: KramersKronig | None = None,
    temperature_K: float | None = None,
    element: str = "",
    others: Sequence[CircuitFit] = (),
) -> Conductivity:
    """The conductivity of a film between blocking electrodes, from the `fit` of its spectrum in ohm (whole sample).

    `electrode` gives area and thickness. `element`: whose resistance it is, for example ``R1``; left out, the arc whose
    capacitance is that of a bulk is taken. `others`: further circuits on the same spectrum; those that describe it as
    well (`COMPARABLE` of Akaike's criterion) widen the uncertainty by what they make of the conductivity.

    Errors: `HeterofilmError` without area or thickness, or for an element that is no resistor of the circuit.
    """
    if electrode.area_m2 is None or electrode.thickness_m is None:
        raise InputError("A conductivity needs the area of the electrodes and the thickness of the film.")
    why = fit.why_no_values(test)
    if why:
        return Conductivity(None, temperature_K=temperature_K, why_not=why)
    arcs = {name: C * electrode.thickness_m / (epsilon_0 * electrode.area_m2) for name, C in _arcs(fit)}
    resistors = [leaf.name for leaf in fit.circuit.leaves if leaf.symbol == "R"]
    if element and element not in resistors:
        raise InputError(f"The circuit {fit.circuit} has no resistor '{element}'; it has {', '.join(resistors)}.")
    known = {name: e for name, e in arcs.items() if BULK[0] <= e <= BULK[1]}
    if not element and not known:
        seen = "; ".join(f"{name} has e_r = {e:.3g}" for name, e in arcs.items()) or "there is no arc"
        why = (
            f"no arc has the capacitance of a bulk electrolyte (relative permittivity {BULK[0]:g} to {BULK[1]:g}): "
            f"{seen}; measure to higher frequency, check area and thickness, or name the element"
        )
        return Conductivity(None, temperature_K=temperature_K, why_not=why)
    taken = element or min(known, key=lambda name: abs(math.log(known[name] / USUAL)))
    found = fit[taken]
    sigma_R = uncertainties(fit)[taken]
    if not found.determined or not sigma_R <= 0.5 * found.value:
        return Conductivity(None, temperature_K=temperature_K, why_not=f"{taken} is not determined by the spectrum")
    value = electrode.thickness_m / (found.value * electrode.area_m2)
    share = sigma_R / found.value
    doubts = []
    tail = features(fit.frequency_Hz, fit.impedance_ohm).tail_angle
    if tail.value is None or tail.value < STEEP:
        at = "there is no tail" if tail.value is None else f"the tail leans at {tail.value:.0f} degrees"
        doubts.append(f"the electrodes do not block ({at}): electrons, or a reaction, may be part of it")
    e_r = arcs.get(taken, math.nan)
    if not BULK[0] <= e_r <= BULK[1]:
        doubts.append(f"the capacitance beside {taken} (e_r = {e_r:.3g}) is not that of a bulk")
    more = [name for name in known if name != taken]
    if more:
        doubts.append(f"{', '.join(more)} could be the bulk as well")
    for other in others:
        if other.aic - fit.aic > COMPARABLE:
            continue
        again = conductivity(other, electrode, test, temperature_K)
        if again.value is not None and abs(again.value / value - 1.0) > share:
            share = abs(again.value / value - 1.0)
            doubts.append(
                f"the circuit {other.circuit} describes it as well and gives {again.value / value:.3g} times it"
            )
    total = math.hypot(share, electrode.area_share, electrode.thickness_share)
    return Conductivity(
        value, value * total, value * share, taken, found.value, e_r, temperature_K, tuple(doubts)
    )  # fmt: skip


def _arcs(fit: CircuitFit) -> Iterator[tuple[str, float]]:
    """Each resistor that has a capacitance beside it, with that capacitance (F).

    Of a constant phase element it is (Q R^(1-n))^(1/n): Hsu, Mansfeld, Corrosion 57 (2001) 747.
    """
    values = fit.values
    for node in _nodes(fit.circuit.tree):
        if not isinstance(node, Parallel):
            continue
        resistors = [leaf for part in node.parts for leaf in _own_resistors(part)]
        stores = [part for part in node.parts if isinstance(part, Leaf) and part.symbol in ("C", "CPE")]
        if len(resistors) != 1 or len(stores) != 1:
            continue
        Ohm, store = values[resistors[0].name], stores[0]
        if store.symbol == "C":
            yield resistors[0].name, values[store.name]
        else:
            Q, n = values[f"{store.name}_Q"], values[f"{store.name}_n"]
            yield resistors[0].name, (Q * Ohm ** (1.0 - n)) ** (1.0 / n)


def _own_resistors(node: Node) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [node] if node.symbol == "R" else []
    return [p for p in node.parts if isinstance(p, Leaf) and p.symbol == "R"] if isinstance(node, Series) else []


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in () if isinstance(node, Leaf) else node.parts:
        yield from _nodes(part)


def arrhenius(
    temperature_K: ArrayLike,
    conductivity_S_m: ArrayLike,
    sigma_S_m: ArrayLike | None = None,
    temperature_sigma_K: float = THERMOMETER,
) -> Arrhenius:
    """Activation energy from conductivities at three temperatures or more: arrays of shape (n,).

    `sigma_S_m`: their standard errors, without those of area and thickness, which are the same at all temperatures;
    `temperature_sigma_K`: by how much all temperatures may be wrong together, 1 K assumed.

    Errors: `HeterofilmError` for fewer than three different temperatures, or values that are not positive.
    """
    T, s = np.asarray(temperature_K, float), np.asarray(conductivity_S_m, float)
    if T.ndim != 1 or T.shape != s.shape or not ((T > 0.0).all() and (s > 0.0).all() and np.isfinite(T * s).all()):
        raise InputError("An activation energy needs positive temperatures (K) and conductivities, one for each.")
    if np.unique(np.rint(T)).size < LEAST:
        raise InputError(
            f"An activation energy needs {LEAST} different temperatures, but has {np.unique(np.rint(T)).size}."
        )
    x, y = 1.0 / (K_B * T), np.log(s * T)
    error = np.zeros(T.size) if sigma_S_m is None else np.asarray(sigma_S_m, float) / s
    stated = bool(np.isfinite(error).all() and (error > 0.0).all())
    # no point counts as known to better than a tenth of the typical one
    w = 1.0 / np.maximum(error, 0.1 * np.median(error)) ** 2 if stated else np.ones(T.size)
    middle = float(w @ x / w.sum())
    spread = float(w @ (x - middle) ** 2)
    slope = float(w @ ((x - middle) * y) / spread)
    offset = float(w @ y / w.sum() - slope * middle)
    rest = y - offset - slope * x
    scatter = float(w @ rest**2) / (T.size - 2)
    of_line = math.sqrt((max(1.0, scatter) if stated else scatter) / spread)
    # all temperatures too high by dT: E_a = -k d ln(sT)/d(1/T) grows by 2 dT/T
    thermometer = abs(slope) * 2.0 * temperature_sigma_K / float(T.mean())
    sigma = math.hypot(of_line, thermometer)
    reach = math.hypot(float(stdtrit(T.size - 2, 0.975)) * of_line, 1.96 * thermometer)
    total = float(w @ (y - w @ y / w.sum()) ** 2)
    r2 = 1.0 - float(w @ rest**2) / total if total > 0.0 else 1.0
    doubts = [f"temperatures to {temperature_sigma_K:g} K, assumed"]
    if slope > 0.0:
        doubts.append("the conductivity falls with temperature: this is no activated process")
    if T.size >= 5:
        bent, covariance = np.polyfit(x - middle, y, 2, w=w**0.5, cov="unscaled" if stated else True)
        size = abs(bent[0]) * (np.ptp(x) / 2.0) ** 2  # in ln(s T), at the ends of the line
        if size > BENT and abs(bent[0]) > 3.0 * math.sqrt(covariance[0, 0] * (max(1.0, scatter) if stated else 1.0)):
            doubts.append("the points bend away from one line: two processes, or a sample that changed")
    return Arrhenius(
        -slope, sigma, -slope - reach, -slope + reach, offset / math.log(10.0), r2, int(T.size), tuple(doubts)
    )


def circuits_of_film(circuit: str = "") -> Sequence[str]:
    """The circuit that was asked for, else those of a film between blocking electrodes."""
    return (str(Circuit.parse(circuit)),) if circuit else BLOCKING
