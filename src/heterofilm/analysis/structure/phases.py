"""Which phases a film holds: its lines against the reference patterns, tolerant of texture, strain and overlap.

Phases are accepted one after the other, the best supported first; what a phase explains no longer speaks for the
next. See `phase_evidence` for the measure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError, did_you_mean
from ...library.patterns import Pattern, load_patterns
from ...wording import counted
from .phase_evidence import Evidence, Observed, evidence, expected
from .texture import reciprocal

__all__ = ["Assigned", "Identification", "Phase", "assign", "identify"]

PRESENT = math.log(100.0)  # "decisive" on Jeffreys' scale; the tests measure how rarely chance gets there
POSSIBLE = math.log(10.0)
NAMED = math.log(100.0)  # what it is worth that the user names a substrate
ROUNDS = 8
STRAINED = 0.002  # of the spacings, assumed: beyond what films and their literature differ by without a reason
STRONG, MANY = 0.5, 3  # of the strongest line of a phase: so many unexplained ones of that strength speak against it
RIVAL = math.log(10.0)
WEAK = 0.15  # of a phase's strongest line: so weak a line may be one that the list of its lines leaves out
NEAR = 0.08  # deg: as far from the place of a reflection as the cells of films and of references differ
Verdict = Literal["present", "possible", "absent"]


@dataclass(frozen=True)
class Assigned:
    """An observed line and what it is: `label` is (hkl) or the vibration, `deviation` observed less expected."""

    position: float
    label: str
    deviation: float
    strength: float


@dataclass(frozen=True)
class Phase:
    """The verdict on one phase; `shift`: relative change of its spacings (XRD) or offset of its bands in cm-1."""

    name: str
    title: str
    role: str
    verdict: Verdict
    ln_bayes: float
    shift: float
    axis: str
    lines: tuple[Assigned, ...]
    new: tuple[float, ...]
    reason: str


@dataclass(frozen=True)
class Identification:
    """All verdicts, best first; `unexplained`: positions of lines of no phase; `summary`: in words."""

    phases: tuple[Phase, ...]
    unexplained: tuple[float, ...]
    amorphous: bool
    summary: str
    displacement: float

    def named(self, verdict: Verdict) -> tuple[str, ...]:
        """Names of the phases with a verdict."""
        return tuple(p.name for p in self.phases if p.verdict == verdict)


def identify(
    observed: Observed,
    technique: Literal["xrd", "raman"],
    *,
    substrates: Sequence[str] = (),
    elements: Sequence[str] = (),
    patterns: Sequence[Pattern] | None = None,
    hump: bool = False,
) -> Identification:
    """The phases behind `observed`.

    `substrates`: names of patterns known to lie below the film; `elements`: when given, films and others must be made
    of these alone; `patterns`: the candidates, by default all of the library; `hump`: a broad halo was seen.

    Errors: `HeterofilmError` for a substrate that is no pattern.
    """
    known = list(load_patterns(technique) if patterns is None else patterns)
    for name in substrates:
        if name not in [p.name for p in known]:
            raise InputError(f"There is no {technique} pattern '{name}'.{did_you_mean(name, [p.name for p in known])}")
    if elements:
        known = [p for p in known if p.role == "substrate" or _elements(p.formula) <= set(elements)]
    explained = np.zeros(observed.position.size, bool)
    displacement: float | None = None
    accepted: list[Phase] = []
    left = known
    last: dict[str, Evidence] = {}
    while left and len(accepted) < ROUNDS and observed.position.size:
        last = {p.name: evidence(p, observed, explained, displacement) for p in left}
        ranked = sorted(left, key=lambda p: -_support(p, last[p.name], substrates))
        best = ranked[0]
        support = _support(best, last[best.name], substrates)
        if support < POSSIBLE:
            break
        rivals = [p.name for p in ranked[1:4] if _support(p, last[p.name], substrates) > support - RIVAL
                  and _same(last[best.name], last[p.name])]  # fmt: skip
        accepted.append(_verdict(best, last[best.name], observed, support, rivals, substrates))
        one = last[best.name]
        explained[[j for _, j in one.pairs]] = True
        if displacement is None:
            displacement = one.shift if technique == "raman" else one.displacement
        # the hopeless need not be asked again
        left = [
            p for p in left if p is not best and (_support(p, last[p.name], substrates) > -25.0 or p.name in substrates)
        ]
    if technique == "xrd":
        accepted = [_against(phase, observed, explained, substrates) for phase in accepted]
    absent = [_absent(p, last.get(p.name), observed) for p in known if p.name not in [a.name for a in accepted]]
    own = _left_out(accepted, known, observed, explained, displacement or 0.0) if technique == "xrd" else {}
    return _summary(accepted, absent, observed, explained, hump, displacement or 0.0, technique, own)


def assign(
    positions: ArrayLike, pattern: Pattern, tolerance: float, wavelength_angstrom: float | None = None
) -> list[Assigned | None]:
    """For each position (2 theta / deg with a wavelength, else cm-1) its line of `pattern`, or None.

    No line is given twice: of all ways that assign most positions within `tolerance`, the one with the least squares.
    """
    from scipy.optimize import linear_sum_assignment

    at = pattern.position if wavelength_angstrom is None else pattern.two_theta_deg(wavelength_angstrom)
    asked = np.atleast_1d(np.asarray(positions, float))
    miss = asked[:, None] - at[None, :]
    cost = np.where(np.abs(miss) <= tolerance, (miss / tolerance) ** 2, 1e3)
    cost = np.where(np.isfinite(cost), cost, 1e3)
    found: list[Assigned | None] = [None] * asked.size
    for i, k in zip(*linear_sum_assignment(cost), strict=True):
        if cost[i, k] <= 1.0:
            found[i] = Assigned(float(asked[i]), pattern.labels[k], float(miss[i, k]), float(pattern.strength[k]))
    return found


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two phases stand on mostly the same lines."""
    return 3 * len(set(one.new) & set(other.new)) >= 2 * len(one.new)


def _elements(formula: str) -> set[str]:
    import re

    return set(re.findall(r"[A-Z][a-z]?", formula))


def _support(pattern: Pattern, one: Evidence, substrates: Sequence[str]) -> float:
    return one.ln_bayes + (NAMED if pattern.name in substrates and one.new else 0.0)


def _verdict(
    p: Pattern, one: Evidence, observed: Observed, support: float, rivals: list[str], substrates: Sequence[str]
) -> Phase:
    lines = _lines(p, one, observed)
    hits = len(one.new)
    said = (
        f"{hits} of its {max(one.expected, hits)} expected lines, odds of chance 1 : {math.exp(min(support, 30.0)):.0e}"
    )
    verdict: Verdict = "present"
    why = [said]
    if not p.certain:
        verdict, why = "possible", [*why, "its reference is too uncertain for more"]
    elif hits < 2 and p.name not in substrates:
        verdict, why = "possible", [*why, "a single line can belong to many phases"]
    elif support < PRESENT:
        verdict = "possible"
    if rivals:
        why.append(f"{', '.join(rivals)} would explain the same lines about as well")
        verdict = "possible"
    if one.axis is not None:
        why.append("only lines of one axis: textured")
    if p.technique == "xrd" and abs(one.shift) >= 0.001:
        why.append(f"spacings {100 * one.shift:+.2f} %")
    if p.technique == "raman" and abs(one.shift) > 5.0:
        why.append(f"all bands {one.shift:+.0f} cm-1 from the literature: check the calibration of the axis")
    axis = "" if one.axis is None else "".join(str(v) for v in one.axis)
    return Phase(p.name, p.title, p.role, verdict, support, one.shift, axis, lines,
                 tuple(float(observed.position[j]) for j in one.new), "; ".join(why))  # fmt: skip


def _against(phase: Phase, observed: Observed, explained: NDArray[np.bool_], substrates: Sequence[str]) -> Phase:
    """A strained phase beside which the pattern's main lines stay unexplained: another one may make them all.

    Of a simple lattice every denser one has some lines (of LaB6 those of NiO, 0.5 % smaller). One or two strong lines
    may be those of a substrate that was not named, and a phase at its own spacings may stand beside an unknown one.
    """
    rest = ~explained
    if (
        phase.name in substrates
        or observed.strength is None
        or not rest.any()
        or phase.verdict != "present"
        or abs(phase.shift) < STRAINED
    ):
        return phase
    own = max((line.strength for line in phase.lines), default=0.0)
    above = rest & (observed.strength > STRONG * own)
    if above.sum() < MANY or observed.strength[rest].max() <= own:
        return phase
    at = ", ".join(f"{v:.1f}" for v in observed.position[above][:4])
    why = f"{int(above.sum())} lines as strong as its own are of no phase ({at}): another one may make them all"
    why += f" (spacings that differ by {100 * STRAINED:g} % or more are assumed to need a reason)"
    return replace(phase, verdict="possible", reason=f"{phase.reason}; {why}")


def _lines(p: Pattern, one: Evidence, observed: Observed) -> tuple[Assigned, ...]:
    at = expected(p, observed, np.array([one.shift]), np.array([one.displacement]))[0]
    strength = observed.strength if observed.strength is not None else np.ones_like(observed.position)
    return tuple(
        Assigned(float(observed.position[j]), p.labels[i], float(observed.position[j] - at[i]), float(strength[j]))
        for i, j in one.pairs
    )


def _absent(p: Pattern, one: Evidence | None, observed: Observed) -> Phase:
    if one is None:
        why = "no line of it is left unexplained" if observed.position.size else "no line above the noise"
        return Phase(p.name, p.title, p.role, "absent", -math.inf, 0.0, "", (), (), why)
    why = f"{len(one.new)} lines that no other phase explains, {one.expected} expected"
    return Phase(p.name, p.title, p.role, "absent", one.ln_bayes, one.shift, "", (), (), why)


def _places(positions: Sequence[float]) -> str:
    return ", ".join(f"{v:.1f}" for v in positions[:8]) + (" ..." if len(positions) > 8 else "")


def _left_out(
    accepted: Sequence[Phase], known: Sequence[Pattern], observed: Observed, explained: NDArray[np.bool_],
    displacement: float,
) -> dict[float, str]:  # fmt: skip
    """Weak lines that no phase explains, where the cell of an accepted one has a reflection that its list leaves out.

    A list of lines ends where they are weak. What is strong is none of it, whatever index lies near.
    """
    found: dict[float, str] = {}
    if observed.strength is None or observed.wavelength_angstrom is None:
        return found
    patterns = {p.name: p for p in known}
    for phase in accepted:
        cell = patterns[phase.name].cell
        strongest = max((line.strength for line in phase.lines), default=0.0)
        if not cell or not strongest:
            continue
        d = _spacings(cell, observed.wavelength_angstrom / 2.0 / math.sin(math.radians(observed.span[1] / 2.0)))
        at = expected(patterns[phase.name], observed, np.array([phase.shift]), np.array([displacement]), d)[0]
        at = at[np.isfinite(at)]
        for j in np.flatnonzero(~explained & (observed.strength < WEAK * strongest)):
            place, near = float(observed.position[j]), NEAR + 2.0 * float(observed.sd[j])
            if at.size and np.min(np.abs(at - place)) < near:
                found.setdefault(place, phase.name)
    return found


def _spacings(cell: Sequence[float], least: float) -> NDArray[np.float64]:
    """The spacings (angstrom) of all planes of a cell down to `least`."""
    most = [int(length / least) + 1 for length in cell[:3]]
    axes = np.meshgrid(*(np.arange(-n, n + 1) for n in most), indexing="ij")
    index = np.stack([axis.ravel() for axis in axes], axis=1)
    index = index[np.any(index != 0, axis=1)]
    d = np.einsum("ni,ij,nj->n", index, reciprocal(cell), index) ** -0.5
    return np.asarray(np.unique(np.round(d[d >= least], 5)))


def _summary(
    accepted: list[Phase], absent: list[Phase], observed: Observed, explained: NDArray[np.bool_], hump: bool,
    displacement: float, technique: str, own: dict[float, str],
) -> Identification:  # fmt: skip
    rest = tuple(float(v) for v in observed.position[~explained])
    film = [p for p in accepted if p.role != "substrate"]
    word = "line" if technique == "xrd" else "band"
    parts = []
    amorphous = not film and not rest
    for verdict in ("present", "possible"):
        if names := [p.name for p in accepted if p.verdict == verdict]:
            parts.append(f"{verdict}: {', '.join(names)}")
    if amorphous:
        parts.insert(0, "amorphous" if hump else f"amorphous, or too thin to show a {word}")
        parts.append("a broad halo and no line of the film" if hump else f"no {word} of the film above the noise")
    strange = [v for v in rest if v not in own]
    if strange:
        parts.append(f"{counted(len(strange), word)} of no phase in the library ({_places(strange)})")
    for name in dict.fromkeys(own.values()):
        weak = [v for v in rest if own.get(v) == name]
        parts.append(
            f"{counted(len(weak), f'weak {word}')} ({_places(weak)}) at reflections of {name} that its list leaves out"
        )
    order = sorted(absent, key=lambda p: -p.ln_bayes)
    return Identification((*accepted, *order), rest, amorphous, "; ".join(parts), displacement)
