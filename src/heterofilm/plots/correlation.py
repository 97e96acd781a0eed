"""Two quantities over samples: points with both uncertainties, names, and the line where there is one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..analysis.correlation import Correlation
from ..figures.colours import BLUE, GREY, VERMILION
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure

__all__ = ["correlation_figure"]


def correlation_figure(
    found: Correlation,
    names: Sequence[str],
    x: ArrayLike,
    y: ArrayLike,
    x_sd: ArrayLike,
    y_sd: ArrayLike,
    x_label: str,
    y_label: str,
) -> Figure:
    """Points of the samples `names` with bars of one standard deviation; the line with the band of its uncertainty."""
    X, Y, sx, sy = (np.asarray(v, dtype=float) for v in (x, y, x_sd, y_sd))
    series: list[Series] = []
    ends = np.linspace(X.min() - 0.05 * np.ptp(X), X.max() + 0.05 * np.ptp(X), 50)
    if found.line is not None:
        middle = found.line.a + found.line.b * ends
        # about the mean of x, where slope and height of the line are independent
        height = np.sqrt(max(found.line.a_sd**2 - (found.line.b_sd * X.mean()) ** 2, 0.0))
        wide = np.hypot(height, found.line.b_sd * (ends - X.mean()))
        band = Band(ends, middle - wide, ends, middle + wide)
        series.append(Series("line", ends, middle, colour=VERMILION, style="dash", bands=(band,)))
    for at_x, at_y, half in zip(X, Y, np.nan_to_num(sx), strict=True):
        if half > 0.0:
            series.append(Series("± x", [at_x - half, at_x + half], [at_y, at_y], colour=GREY, in_legend=False))
    series.append(Series("samples", X, Y, "points", BLUE, y_error=np.nan_to_num(sy)))
    slope = "" if found.line is None else f" Slope {found.line.b:.3g} ± {found.line.b_sd:.2g}."
    between = f" ({found.low:.2f} to {found.high:.2f})" if np.isfinite(found.low) else ""
    return Figure(
        "correlation", f"{y_label.split(' / ')[0]} against {x_label.split(' / ')[0]}", x_label, y_label, series,
        caption=f"n = {found.n}, r = {found.r:.2f}{between}, rank correlation {found.rho:.2f}: {found.verdict}."
        f"{slope} Bars and band: one standard deviation.",
        notes=tuple(Note(float(a), float(b), name) for a, b, name in zip(X, Y, names, strict=True)),
    )  # fmt: skip
