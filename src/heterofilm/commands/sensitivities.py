"""``heterofilm sensitivities``: compute exact derivatives of a protocol's results by values of the cell."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from ..figures.colours import PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure
from ..simulation.sensitivities import Sensitivities, sensitivities
from ..units import from_si, si
from .inputs import check_outputs, lines, setting, write_outputs
from .options import cell_and_protocol

GROUP = "fit"
SHOWN = 0.98  # of the time of a curve, where it has peaks
STEEP = 4.0  # times what is seen then: a peak
EXAMPLES = (
    "heterofilm sensitivities vo-half 'Discharge at 5 uA/cm2 until 2.15 V' --values phases.V2O5.D films.VO.thickness",
    "heterofilm sensitivities lco-atfb 'Discharge at 1C' --values phases.LiCoO2-ocv.D --plot slopes.png",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    cell_and_protocol(parser)
    parser.add_argument("--values", nargs="+", required=True, metavar="PATH", help="dotted paths, as for --set")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value of the cell")
    parser.add_argument("--start", metavar="STATE", help="where the film rests before: '3.6 V' or '50 %%'")
    parser.add_argument("--rtol", type=float, default=1e-3, help="local error per time step (default: 1e-3)")
    parser.add_argument("--plot", metavar="FILE", help="plot dV/d ln(value) over time: .png, .svg, .pdf or .html")
    parser.add_argument(
        "--out", metavar="FILE.csv", help="write all curves with their derivatives (spectra, where there are no curves)"
    )


def run(given: argparse.Namespace) -> int:
    """Print, by step, what one per cent of each value changes; write figure and table."""
    check_outputs(given.plot, given.out)
    found = sensitivities(
        given.cell, given.protocol, given.values, rtol=given.rtol, start=given.start,
        overrides=dict(setting(text) for text in given.set),
    )  # fmt: skip
    print(printed(found))
    timed = any(one.impedance is None for one in found.followed)
    table = found.curves if timed else found.impedance
    write_outputs(given.plot, [figure(found)] if given.plot else [], given.out, table)
    return 0


def printed(found: Sensitivities) -> str:
    """What one per cent more of each value does to every step."""
    head = ("step", "value", "capacity / %", "duration / %", "end voltage / mV")
    rows = []
    for row in found.steps.iter_rows(named=True) if any(one.impedance is None for one in found.followed) else ():
        for path, value in zip(found.values, found.numbers, strict=True):
            per_cent = 0.01 * value
            of = [row[f"{name} by {path}"] * per_cent for name in ("capacity_C_m2", "duration_s", "end_voltage_V")]
            shares = [100.0 * x / row[name] if row[name] else 0.0
                      for x, name in zip(of, ("capacity_C_m2", "duration_s"), strict=False)]  # fmt: skip
            rows.append(
                (str(row["step"]), path, *(f"{x:+.3g}" for x in shares), f"{round(from_si(of[2], 'mV'), 6) + 0.0:+.3g}")
            )
    for one in found.followed:
        if one.impedance is not None and one.impedance_slopes is not None:
            largest = np.abs(one.impedance_slopes / one.impedance[:, None]).max(axis=0)
            rows += [
                (str(one.step), path, "-", "-", f"|Z| {100 * 0.01 * value * x:.3g} %")
                for path, value, x in zip(found.values, found.numbers, largest, strict=True)
            ]
    said = "By one per cent more of a value (of a spectrum, the largest change over its frequencies):"
    none = [path for path, value in zip(found.values, found.numbers, strict=True) if value == 0.0]
    zero = f"\n\n{', '.join(none)}: 0, of which one per cent is nothing; --out has slopes per unit." if none else ""
    return f"{said}\n\n{lines(head, rows)}{zero}"


def figure(found: Sensitivities) -> Figure:
    """dV/d ln(value) over time; of spectra alone |dZ/d ln(value)| over the frequency."""
    series = list[Series]()
    spectra = all(one.impedance is not None for one in found.followed)
    for j, (path, value) in enumerate(zip(found.values, found.numbers, strict=True)):
        start = 0.0
        for one in found.followed:
            colour, first = PALETTE[j % len(PALETTE)], not any(s.label == path for s in series)
            if spectra:
                assert one.frequency is not None and one.impedance_slopes is not None
                y = np.abs(value * one.impedance_slopes[:, j]) / si("ohm cm2")
                series.append(Series(path, one.frequency, y, colour=colour, in_legend=first))
            elif one.impedance is None:
                t = (start + one.points[:, 0]) / si("h")
                series.append(Series(path, t, 1e3 * value * one.slopes[:, 1, j], colour=colour, in_legend=first))
                start += float(one.points[-1, 0])
    alone = found.values[0] if len(found.values) == 1 else "value"  # one curve has no legend
    if spectra:
        return Figure(
            "slopes",
            "Sensitivity of the impedance",
            "Frequency / Hz",
            f"|dZ/d ln({alone})| / Ω cm²",
            series,
            log_x=True,
            log_y=True,
        )
    reach = in_view(series)
    shown = "" if reach is None else f", {100.0 * SHOWN:g} % of the time"
    y_range = None if reach is None else (-reach, reach)
    return Figure(
        "slopes", f"Sensitivity of the voltage{shown}", "Time / h", f"dV/d ln({alone}) / mV", series, y_range=y_range
    )


def in_view(series: Sequence[Series]) -> float | None:
    """How far up and down every curve is seen for ``SHOWN`` of its time; None where all of them fits.

    At a cliff of the voltage every value moves it by volts, at a fixed time: beside that nothing is seen.
    """
    reach, most = 0.0, 0.0
    for one in series:
        t, y = np.asarray(one.x, float), np.abs(np.asarray(one.y, float))
        order = np.argsort(y)
        passed = np.cumsum(np.diff(t, prepend=t[0])[order])
        reach = max(reach, float(y[order][np.searchsorted(passed, SHOWN * passed[-1])]))
        most = max(most, float(y.max()))
    return 1.1 * reach if most > STEEP * reach > 0.0 else None
