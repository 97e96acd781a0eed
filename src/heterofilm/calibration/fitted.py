"""What a fit gives: values with intervals, what they came from, and a file that cells take them from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..errors import InputError, did_you_mean
from ..files import atomic
from ..library.calibration import calibration_of
from .likelihood import Compared

__all__ = ["FitResult", "FittedValue", "compare_fits"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FittedValue:
    """One value after a fit, in ``unit``.

    - `paths`: where it stands in the cell, several where values are linked;
    - `low`, `high`: its interval; `open_low`, `open_high`: the data do not end it on that side;
    - `sigma`: standard deviation as if the model were linear; `at_bound`: "lower" or "upper" where it ended there;
    - `data`: what informs it, the strongest first; `prior`: whether a prior did too;
    - `profile`: values, and by how much the misfit rises there, least over all others.
    """

    paths: tuple[str, ...]
    unit: str
    value: float
    low: float
    high: float
    open_low: bool
    open_high: bool
    sigma: float
    logarithmic: bool
    at_bound: str
    data: tuple[str, ...]
    prior: bool
    profile: tuple[Array, Array] | None = None

    @property
    def path(self) -> str:
        """The first path."""
        return self.paths[0]

    @property
    def words(self) -> str:
        """The interval."""
        low = "no lower end" if self.open_low else f"{self.low:.4g}"
        high = "no upper end" if self.open_high else f"{self.high:.4g}"
        return f"{low} to {high}"


@dataclass(frozen=True, eq=False)
class FitResult:
    """A cell fitted to data.

    - `values`: in the order in which they were asked for; ``result["phases.V2O5.D"]`` is one;
    - `compared`: every step of the data beside the model at the best values;
    - `misfit`: sum of squares over `numbers` residuals, each in units of its noise;
    - `correlation`: of the scaled values; `sloppy`: combinations that the data do not tell, in words;
    - `structure`: data that the model misses, and residuals that are no noise, in words;
    - `aicc`, `bic`: to compare models of the same data;
    - `draws`: a row per draw of the posterior, by path, where they were asked for;
    - `notes`: what was assumed.
    """

    cell: Cell
    values: tuple[FittedValue, ...]
    compared: tuple[Compared, ...]
    misfit: float
    numbers: int
    correlation: Array
    sloppy: tuple[str, ...]
    structure: tuple[str, ...]
    aicc: float
    bic: float
    level: float
    by_profile: bool
    evaluations: int
    notes: tuple[str, ...]
    draws: pl.DataFrame | None = None

    def __getitem__(self, path: str) -> FittedValue:
        for one in self.values:
            if path in one.paths:
                return one
        known = [p for one in self.values for p in one.paths]
        raise InputError(f"'{path}' was not fitted.{did_you_mean(path, known)} Fitted were {', '.join(known)}.")

    @property
    def overrides(self) -> dict[str, float]:
        """The values by path, as cells take them."""
        return {path: one.value for one in self.values for path in one.paths}

    @property
    def fitted_cell(self) -> Cell:
        """The cell with these values."""
        return self.cell.replace(self.overrides)

    def table(self) -> pl.DataFrame:
        """A row per value: ``value``, ``unit``, ``low``, ``high`` (null where open), ``sigma``, ``data``."""
        return pl.DataFrame({
            "path": [" = ".join(one.paths) for one in self.values],
            "value": [one.value for one in self.values],
            "unit": [one.unit for one in self.values],
            "low": [None if one.open_low else one.low for one in self.values],
            "high": [None if one.open_high else one.high for one in self.values],
            "sigma": [one.sigma for one in self.values],
            "data": [", ".join(one.data) for one in self.values],
        }, schema_overrides={"low": pl.Float64, "high": pl.Float64})  # fmt: skip

    def residuals(self) -> pl.DataFrame:
        """Every number that was compared: ``data``, ``step``, ``what``, ``at``, ``measured``, ``model``.

        ``at`` is s from the start of the step, or Hz. Impedances are their real and imaginary parts (ohm m2).
        """
        frames = []
        for c in self.compared:
            parts = [("", c.step.values, c.model)]
            if c.step.what == "impedance":
                parts = [
                    (f" {n}", f(c.step.values), f(c.model)) for n, f in (("real", np.real), ("imaginary", np.imag))
                ]
            for part, measured, model in parts:
                frames.append(pl.DataFrame({
                    "data": c.data, "step": c.step.number, "what": f"{c.step.what}{part}", "at": c.step.at,
                    "measured": measured, "model": model,
                }))  # fmt: skip
        return pl.concat(frames)

    def __str__(self) -> str:
        how = "profile likelihood" if self.by_profile else "as if the model were linear"
        rows = [("value", "fitted", "unit", f"{100 * self.level:g} % ({how})", "from")]
        for one in self.values:
            source = ", ".join(one.data) or "nothing in these data"
            source += " and its prior" if one.prior else ""
            source += f"; at its {one.at_bound} bound" if one.at_bound else ""
            rows.append((" = ".join(one.paths), f"{one.value:.5g}", one.unit, one.words, source))
        widths = [max(len(row[k]) for row in rows) for k in range(4)]
        lines = ["  ".join([*(row[k].ljust(widths[k]) for k in range(4)), row[4]]) for row in rows]
        each = self.misfit / max(self.numbers - len(self.values), 1)
        lines += [
            "",
            f"misfit {self.misfit:.1f} of {self.numbers} numbers ({each:.2f} per degree of freedom), "
            f"AICc {self.aicc:.1f}, BIC {self.bic:.1f}, {self.evaluations} evaluations",
            *(f"! {said}" for said in self.structure),
            *self._drawn(),
            *self.sloppy,
            *self.notes,
        ]
        return "\n".join(lines)

    def _drawn(self) -> list[str]:
        """Intervals of the posterior, a line per value."""
        if self.draws is None:
            return []
        tail = 0.5 - 0.5 * self.level
        ends = [(one, *np.quantile(self.draws[one.paths[0]].to_numpy(), (tail, 1.0 - tail))) for one in self.values]
        return [f"posterior {100 * self.level:g} % of {' = '.join(one.paths)}: {low:.5g} to {high:.5g} {one.unit}"
                for one, low, high in ends]  # fmt: skip

    def write(self, path: str | Path) -> Path:
        """Write the values as TOML that ``simulate --fit`` and ``start`` of :func:`fit` take; whole or not at all."""
        to = Path(path)
        said = " ".join([f"Misfit {self.misfit:.4g} of {self.numbers} numbers.", *self.sloppy, *self.structure])
        lines = [
            f"# Values of the cell {self.cell.name}, written by `heterofilm fit`.",
            f"notes = {_text(' '.join([said, *self.notes]))}",
            "",
        ]
        for one in self.values:
            data = ", ".join(one.data) or "data that do not tell it"
            source = f"fitted to {data}; {100 * self.level:g} %: {one.words} {one.unit}"
            for own in one.paths:
                lines += [
                    f"[values.{_text(own)}]",
                    f"value = {one.value!r}",
                    f"unit = {_text(one.unit)}",
                    f"sigma = {one.sigma!r}",
                    f"rows = [{', '.join(map(_text, one.data))}]",
                    f"source = {_text(source)}",
                    "",
                ]
        atomic(to, lambda target: target.write_text("\n".join(lines), encoding="utf-8"))
        return to

    @staticmethod
    def values_of(path: str | Path) -> dict[str, float]:
        """The values in a file of a fit, by path.

        Errors: `HeterofilmError` for a file that is none.
        """
        return {own: one.value for own, one in calibration_of(Path(path)).items()}


def _text(text: str) -> str:
    """A string as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def compare_fits(fits: Mapping[str, FitResult]) -> pl.DataFrame:
    """Fits of the same data by their names, the most probable first: ``aicc`` and ``bic`` above the least of all.

    Errors: `HeterofilmError` for fits of different data.
    """
    if len({one.numbers for one in fits.values()}) > 1:
        raise InputError("Only fits of the same data can be compared; these have different numbers of them.")
    least_a, least_b = (min(getattr(one, key) for one in fits.values()) for key in ("aicc", "bic"))
    frame = pl.DataFrame({
        "model": list(fits), "values": [len(one.values) for one in fits.values()],
        "misfit": [one.misfit for one in fits.values()], "aicc": [one.aicc - least_a for one in fits.values()],
        "bic": [one.bic - least_b for one in fits.values()],
    })  # fmt: skip
    return frame.sort("aicc")
