"""``heterofilm sensitivities``: compute exact derivatives of a protocol's results by values of the cell."""

from __future__ import annotations

import argparse

import numpy as np

from ..figures.colours import PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure
from ..simulation.sensitivities import Sensitivities, sensitivities
from ..units import from_si, si
from .inputs import check_outputs, lines, setting, write_outputs
from .options import cell_and_protocol

GROUP = "fit"
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
            rows.append((str(row["step"]), path, *(f"{x:+.3g}" for x in shares), f"{from_si(of[2], 'mV'):+.3g}"))
    for one in found.followed:
        if one.impedance is not None and one.impedance_slopes is not None:
            largest = np.abs(one.impedance_slopes / one.impedance[:, None]).max(axis=0)
            rows += [
                (str(one.step), path, "-", "-", f"|Z| {100 * 0.01 * value * x:.3g} %")
                for path, value, x in zip(found.values, found.numbers, largest, strict=True)
            ]
    said = "By one per cent more of a value (of a spectrum, the largest change over its frequencies):"
    return f"{said}\n\n{lines(head, rows)}"


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
    if spectra:
        return Figure(
            "slopes",
            "Sensitivity of the impedance",
            "Frequency / Hz",
            "|dZ/d ln(value)| / Ω cm²",
            series,
            log_x=True,
            log_y=True,
        )
    return Figure("slopes", "Sensitivity of the voltage", "Time / h", "dV/d ln(value) / mV", series)
