"""A calibration as a whole: groups fitted one after the other, draws around them, the file and the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..bars import progress_bar
from ..files import atomic
from ..library import Library
from .ensemble import SEED, Member, ensemble
from .experiments import Problem, Residual
from .fit import Fitted, fit_group
from .parameter import Parameter, parameters

__all__ = ["Calibration", "best_fits", "calibrate", "known_ends", "table", "write"]

BAND = (0.05, 0.95)
AGAIN = 200  # draws of the draws


@dataclass(frozen=True)
class Calibration:
    """Best fits by group, what was drawn beside them, and the draws."""

    fitted: Mapping[str, Fitted]
    drawn: tuple[Parameter, ...]
    members: tuple[Member, ...]

    @property
    def rows(self) -> tuple[Residual, ...]:
        """The rows of all groups at the best values."""
        return tuple(row for one in self.fitted.values() for row in one.rows)

    @property
    def best(self) -> dict[str, float]:
        """Every fitted number by path."""
        return {path: x for one in self.fitted.values() for path, x in one.values.items()}


def best_fits(problem: Problem, start: Mapping[str, float] | None = None, progress: bool = True) -> dict[str, Fitted]:
    """Every group fitted, each from what those before it gave; ``start`` by path where the library is far off."""
    given: dict[str, float] = {}
    found: dict[str, Fitted] = {}
    for name, group in progress_bar(problem.items(), desc="fit", progress=progress):
        found[name] = fit_group(group, given, start)
        given |= found[name].values
    return found


def calibrate(
    problem: Problem, members: int = 16, progress: bool = True, seed: int = SEED, kept: Path | None = None,
    start: Mapping[str, float] | None = None,
) -> Calibration:  # fmt: skip
    """Fit every group, then draw ``members`` joint draws on all cores. Minutes."""
    fitted = best_fits(problem, start, progress)
    library = Library(calibration=None)
    drawn = tuple(p for group in problem.values() for p in parameters(library, group.drawn))
    return Calibration(fitted, drawn, ensemble(problem, fitted, members, progress, seed, kept))


def known_ends(calibration: Calibration) -> float:
    """How well so many draws tell the ends of the bands: their standard error in standard deviations of the value.

    Draws are independent of each other, so they are drawn from anew (bootstrap; B. Efron, Ann. Stat. 7, 1, 1979); root
    mean square over both ends of all fitted values, NaN of fewer than two draws.
    """
    members = calibration.members
    free = [p for one in calibration.fitted.values() for p in one.free if all(p.path in m.values for m in members)]
    if len(members) < 2 or not free:
        return float("nan")
    u = np.array([[p.scaled(member.values[p.path]) for p in free] for member in members])
    again = u[np.random.default_rng(SEED).integers(len(members), size=(AGAIN, len(members)))]
    error = np.quantile(again, BAND, axis=1).std(axis=1)
    return float(np.sqrt(np.mean((error / np.maximum(u.std(axis=0), 1e-12)) ** 2)))


def write(calibration: Calibration, to: Path) -> None:
    """Write the calibration as TOML that :class:`Library` reads; whole or not at all."""
    library = Library(calibration=None)
    members = calibration.members
    settled = sum(member.converged for member in members)
    lines = [
        "# Written by `heterofilm calibrate`; do not edit.",
        f'notes = "Least squares with the ranges as priors on the rows named below; {len(members)} draws by randomised '
        f'maximum likelihood, of which {settled} converged."',
        "",
    ]

    def put(path: str, p: Parameter, value: float, sigma: float | None, rows: Sequence[str]) -> None:
        ensemble = [member.values[path] for member in members if path in member.values]
        lines.append(f'[values."{path}"]')
        lines.append(f"value = {value:.10g}")
        lines.append(f'unit = "{p.unit}"')
        if sigma is not None:
            lines.append(f"sigma = {sigma:.3g}")
        lines.append(f"rows = [{', '.join(f'{chr(34)}{row}{chr(34)}' for row in rows)}]")
        lines.append(f'ensemble = "{" ".join(f"{x:.6g}" for x in ensemble)}"')
        lines.append("")

    for one in calibration.fitted.values():
        for p in one.free:
            low, high = one.ends(p)
            every = tuple(dict.fromkeys(row.row for row in one.rows))
            for path in p.paths:
                put(path, p, one.values[path], abs(high - low) / 2.0, one.informs[p.path] or every)
    for p in calibration.drawn:
        for path in p.paths:
            put(path, p, library.value(path).value, None, ())
    atomic(to, lambda target: target.write_text("\n".join(lines)))


def table(calibration: Calibration, sample_of: Callable[[str], str] = lambda row: "") -> str:
    """The fit in words: rows, chi-square by group and by sample, then values with what informs them."""
    lines = [f"{'row':18} {'what':12} {'measured':>9} {'model':>9}  off/sigma"]
    for r in calibration.rows:
        bound = {1: ">=", -1: "<=", 0: "  "}[r.one_sided]
        lines.append(f"{r.row:18} {r.what:12} {bound}{r.measured:7.4g} {r.model:9.4g}  {r.value:+.2f}")
    lines += ["", "chi-square, with the values that the rows determine (trace of the resolution matrix):"]
    for name, one in calibration.fitted.items():
        n, k = len(one.rows), one.determined
        freedom = n - k
        each = f"{one.chi2 / freedom:.2f} per degree of freedom" if freedom >= 0.5 else "no freedom left"
        lines.append(
            f"  {name}: {one.chi2:.1f} of {n} numbers with {len(one.free)} free values, {k:.1f} determined; {each}"
        )
        for sample in sorted({sample_of(row.row) for row in one.rows} - {""}):
            own = [row for row in one.rows if sample_of(row.row) == sample]
            chi2 = sum(row.value**2 for row in own)
            acting = sum(1 for p in one.free if any(row in {r.row for r in own} for row in one.informs[p.path]))
            lines.append(f"    {sample}: {chi2:.1f} of {len(own)} numbers, {acting} values informed by them")
    settled = sum(member.converged for member in calibration.members)
    count = len(calibration.members)
    head = f"5 to 95 % of {count} draws ({settled} converged)" if count else "5 to 95 % (linear)"
    lines += ["", f"{'value':48} {'fitted':>11} {head}  informed by"]
    if count > 1:
        lines.append(
            f"(so many draws tell the ends of a band to {known_ends(calibration):.2f} of a standard deviation)"
        )
    for one in calibration.fitted.values():
        for p in one.free:
            found = [m.values[p.path] for m in calibration.members if p.path in m.values]
            low, high = np.quantile(found, BAND) if found else one.ends(p, 1.645)
            rows = ", ".join(one.informs[p.path]) or "its range alone"
            outside = "" if p.range[0] <= one.values[p.path] <= p.range[1] else "  OUTSIDE ITS RANGE"
            lines.append(f"{p.path:48} {one.values[p.path]:11.5g} {low:9.3g} to {high:<9.3g}  {rows}{outside}")
    lines += ["", "drawn from their range, informed by no row:"]
    for p in calibration.drawn:
        lines.append(f"  {p.path}: {p.number(-1):.3g} to {p.number(1):.3g}{'' if p.unit == '1' else f' {p.unit}'}")
    return "\n".join(lines)
