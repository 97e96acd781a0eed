"""``heterofilm diagnose``: what limits a cell, by cause and with its uncertainty, and what would help most."""

from __future__ import annotations

import argparse

from ..designs.diagnose import Diagnosis, diagnose
from ..errors import InputError
from ..units import from_si
from . import answer
from .fit import read_data, value_of
from .inputs import check_outputs, lines, number, setting, write_outputs

GROUP = "fit"
MOST = 12  # levers that are printed
EXAMPLES = (
    "heterofilm diagnose voc1-half --current '20 uA/cm2' --plot limits.png",
    "heterofilm diagnose mine.toml cycling.mpt --area 1cm2 --noise '1 mV' --plot limits.png --out limits.csv",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("cell", metavar="CELL", help="a name of the library or a TOML file")
    parser.add_argument(
        "data", nargs="*", metavar="DATA", help="data to fit the cell to before, as in 'heterofilm fit'"
    )
    parser.add_argument(
        "--current",
        metavar="CURRENT",
        help="current of the discharge: '20 uA/cm2', '1C' (default: that of DATA, else C/5)",
    )
    parser.add_argument(
        "--cycles",
        type=int,
        default=0,
        metavar="N",
        help="run this many cycles at that current before, which age the cell (default: 0)",
    )
    parser.add_argument(
        "--values", nargs="+", metavar="PATH", help="what to fit to DATA (default: D, i0 and utilisation)"
    )
    parser.add_argument(
        "--protocol",
        action="append",
        default=[],
        metavar="TEXT",
        help="the protocol of each file of DATA, in their order",
    )
    parser.add_argument("--noise", metavar="SIGMA", help="noise of DATA, '1 mV' or '1 %%' (default: from the misfit)")
    parser.add_argument("--start", metavar="STATE", help="where the film rested before DATA")
    parser.add_argument("--thickness", metavar="LENGTH", help="thickness of the film, where a file has none")
    parser.add_argument("--area", metavar="AREA", help="area of the electrode, where a file has none")
    parser.add_argument("--fit", metavar="FILE.toml", help="use the values of an earlier fit in place of DATA")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change one value of the cell")
    parser.add_argument(
        "--draws",
        type=int,
        default=50,
        metavar="N",
        help="number of draws for the uncertainty, 0 for none (default: 50)",
    )
    parser.add_argument("--plot", metavar="FILE", help="write the waterfalls as a figure: .png, .svg, .pdf or .html")
    parser.add_argument("--out", metavar="FILE.csv", help="write what would help as a table")


def run(given: argparse.Namespace) -> int:
    """Print the causes and what would help; write figure and table."""
    check_outputs(given.plot, given.out)
    if not given.data and (given.start or given.thickness or given.area or given.protocol):
        raise InputError("--start, --thickness, --area and --protocol are about DATA; give a file of data.")
    found = diagnose(
        given.cell, read_data(given) if given.data else None, current=given.current, noise=given.noise,
        values=dict(map(value_of, given.values)) if given.values else None, fit=given.fit,
        overrides=dict(setting(text) for text in given.set), cycles=given.cycles, draws=given.draws, progress=True,
    )  # fmt: skip
    print(printed(found))
    answer.frame(found.capacity, "capacity")
    answer.frame(found.voltage, "voltage")
    write_outputs(given.plot, found.figures() if given.plot else [], given.out, found.help())
    return 0


def printed(found: Diagnosis) -> str:
    """Capacity by cause, voltage by cause, what would help, and what was assumed."""
    at = f"{from_si(found.current, 'uA/cm2'):.4g} uA/cm2"
    whole = float(found.capacity["capacity_uAh_cm2_um"].sum())
    rows = [
        (r["cause"], number(r["capacity_uAh_cm2_um"], "{:.2f}"), f"{100.0 * r['capacity_uAh_cm2_um'] / whole:.1f} %",
         _band(r["low"], r["high"]), number(r["alone"], "{:+.2f}"))
        for r in found.capacity.iter_rows(named=True)
    ]  # fmt: skip
    rows.append(("theoretical", number(whole, "{:.2f}"), "100 %", "", ""))
    band = f"90 % of {found.draws} draws" if found.draws else "no draws"
    head = ("capacity", "uAh/cm2/um", "share", band, "gain if only this were gone")
    out = [f"{found.cell.entries.spec.title} at {at}, after a charge at the same current", ""]
    out.append(lines(head, rows, name="capacity by cause"))
    losses = [
        (r["cause"], number(1e3 * r["loss_V"], "{:.1f}"),
         _band(*(None if r[k] is None else 1e3 * r[k] for k in ("low", "high"))))
        for r in found.voltage.iter_rows(named=True)
        if abs(r["loss_V"]) > 5e-5
    ]  # fmt: skip
    losses.append(("reversible less voltage", f"{1e3 * (found.reversible_V - found.mean_V):.1f}", ""))
    out += ["", lines(("voltage", "mean loss / mV", band), losses, name="voltage by cause")]
    helped = [
        (one.path, one.step + (" *" if one.beyond else ""), f"{100 * one.energy:+.1f}", f"{100 * one.capacity:+.1f}",
         f"{1e3 * one.voltage:+.1f}", number(one.slope, "{:+.2g}"), one.cause)
        for one in found.levers[:MOST]
    ]  # fmt: skip
    titles = ("what would help", "step", "energy / %", "capacity / %", "voltage / mV", "slope", "against")
    out += ["", lines(titles, helped, (0, 1, 6), name="what would help")]
    left = len(found.levers) - len(helped)
    out += [
        "",
        "Energy and capacity are per volume of film, at the same current per area; the slope is "
        "d ln(energy)/d ln(value) at the cell as it is." + (f" {left} more values gain less." if left > 0 else ""),
    ]
    if any(one.beyond for one in found.levers[:MOST]):
        out.append("* the step leaves the range that the entry of the value states.")
    return "\n".join([*out, *found.notes])


def _band(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.2f} to {high:.2f}"
