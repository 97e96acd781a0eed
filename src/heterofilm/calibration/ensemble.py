"""Draws of a calibration: randomised maximum likelihood (D. S. Oliver, N. He, A. C. Reynolds, ECMOR V, 1996).

A member draws its own measured rows, whitened rows + N(0, 1), and its own centre of the prior, u_p from N(0, 1), and
fits all free values to them: for a linear model these are exact draws of the posterior. What no row informs is drawn
from its range. Members begin where they would be if the model were linear about the best, and go on until
little moves.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from ..bars import progress_bar
from ..errors import InputError, SimulationError
from ..files import read_file
from ..library import Library
from .experiments import Group, Problem
from .fit import Fitted, fit
from .parameter import parameters, values_of
from .processes import mapping

__all__ = ["Member", "check_draws", "draw", "ensemble", "linear_draw"]

SEED = 20251
MOST_BYTES = 200_000_000  # of a file of draws
CLOSE = 2e-2  # relative, of S and of the values: of some 25, half a unit of S or a fraction of a standard deviation


@dataclass(frozen=True)
class Member:
    """One joint draw of every free and drawn value; ``converged`` where the search of each group ended by itself."""

    seed: int
    values: dict[str, float]
    converged: bool


def ensemble(
    problem: Problem, best: Mapping[str, Fitted], members: int, progress: bool = True, seed: int = SEED,
    kept: Path | None = None, workers: int | None = None,
) -> tuple[Member, ...]:  # fmt: skip
    """``members`` draws on all cores; with ``kept`` those of a file that is gone on with, a line a draw."""
    if members < 0:
        raise InputError(f"The ensemble cannot have {members} members; give 0 or more.")
    needed = {path for name, group in problem.items() if group.draws != "none" for path in best[name].values}
    found = {member.seed: member for member in _read(kept, best, needed)}
    wanted = [seed + 1000 * k for k in range(1, members + 1)]
    missing = [number for number in wanted if number not in found]
    with mapping(min(workers or os.cpu_count() or 1, len(missing))) as apply:
        drawn = apply(draw, repeat(problem), repeat(best), missing)
        for member in progress_bar(drawn, total=len(missing), desc="draws", progress=progress):
            if member is not None:
                found[member.seed] = member
                if kept is not None:
                    with kept.open("a") as file:
                        file.write(json.dumps(asdict(member)) + "\n")
    return tuple(found[number] for number in wanted if number in found)


def draw(problem: Problem, best: Mapping[str, Fitted], seed: int) -> Member | None:
    """One member, group after group; None where it cannot be simulated."""
    rng = np.random.default_rng(seed)
    values: dict[str, float] = {}
    converged = True
    for name, group in problem.items():
        if group.draws == "none":
            continue
        try:
            own, settled = _drawn(group, best[name], values, rng)
        except SimulationError:
            return None
        values |= own
        converged &= settled
    return Member(seed, values, converged)


def _drawn(
    group: Group, fitted: Fitted, given: Mapping[str, float], rng: np.random.Generator
) -> tuple[dict[str, float], bool]:
    """The values of one group, and whether the search ended by itself."""
    drawn = parameters(Library(calibration=None), group.drawn)
    chosen = values_of(drawn, rng.uniform(-1.0, 1.0, len(drawn)))
    free, J = fitted.free, fitted.slopes
    lower, upper = np.array([(p.lower, p.upper) for p in free]).T
    centre = np.clip(rng.standard_normal(len(free)), lower, upper)
    noise = rng.standard_normal(len(fitted.rows))
    # where the draw would be if the model were linear about the best
    begin = np.clip(fitted.u + fitted.covariance @ (J.T @ noise + centre), lower, upper)
    values = {**given, **chosen}
    try:
        found = fit(group, free, begin, values, noise=noise, centre=centre, close=CLOSE)
    except SimulationError:
        found = fit(group, free, fitted.u, values, noise=noise, centre=centre, close=CLOSE)
    return chosen | values_of(free, found.u), found.converged


def linear_draw(fitted: Fitted, rng: np.random.Generator) -> dict[str, float]:
    """A draw of one group as if the model were linear around its best."""
    lower, upper = np.array([(p.lower, p.upper) for p in fitted.free]).T
    u = fitted.u + np.linalg.cholesky(fitted.covariance) @ rng.standard_normal(len(fitted.free))
    return values_of(fitted.free, np.clip(u, lower, upper))


def _digest(best: Mapping[str, Fitted]) -> str:
    """Of the best values, to three digits: a search ends within its own tolerance."""
    text = json.dumps({path: f"{x:.2e}" for one in best.values() for path, x in sorted(one.values.items())})
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(kept: Path | None, best: Mapping[str, Fitted], needed: Set[str]) -> tuple[Member, ...]:
    """Draws of a file, made new where there is none. Errors: as `check_draws`, and for draws around other values."""
    if kept is None:
        return ()
    head = {"draws around": _digest(best)}
    if not kept.exists():
        kept.write_text(json.dumps(head) + "\n")
        return ()
    around, found = check_draws(kept)
    if around != head["draws around"] or any(not needed <= set(member.values) for member in found):
        raise InputError(f"{kept} holds draws around other best values; name another file or remove it.")
    if not kept.read_bytes().endswith(b"\n"):  # of a run that was ended while it wrote
        with kept.open("a") as file:
            file.write("\n")
    return found


def check_draws(kept: Path) -> tuple[str, tuple[Member, ...]]:
    """What a file of draws lies around, and its draws; lines that a run did not write to their end are left out.

    Errors: `HeterofilmError` for a file that is none of draws, and for a line that says something else.
    """
    try:
        head, *lines = read_file(kept, MOST_BYTES, "file of draws").decode("utf-8").splitlines() or [""]
        around = _object(head)["draws around"]
        if not isinstance(around, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError(f"{kept} holds no draws of a calibration; name another file, or one that is new.") from None
    found = []
    for k, line in enumerate(lines, 2):
        try:
            given = _object(line)
        except (ValueError, TypeError, RecursionError):
            continue  # a line that was cut off by the end of a run
        member = _member(given)
        if member is None:
            raise InputError(f"{kept}, line {k}: a draw has a seed, finite values by path, and whether it converged.")
        found.append(member)
    return around, tuple(found)


def _object(line: str) -> dict[str, Any]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise TypeError
    return found


def _member(given: dict[str, Any]) -> Member | None:
    """The draw of a line, or None for anything else."""
    if set(given) != {"seed", "values", "converged"} or not isinstance(given["values"], dict):
        return None
    numbers = [x for x in given["values"].values() if type(x) in (int, float) and abs(x) < 1e300]
    if len(numbers) < len(given["values"]) or type(given["seed"]) is not int or type(given["converged"]) is not bool:
        return None
    return Member(given["seed"], {path: float(x) for path, x in given["values"].items()}, given["converged"])
