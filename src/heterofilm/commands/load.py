"""``heterofilm load``: compute what a device can drive, and for how long: a light, a sensor node, a measured load."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from ..bars import progress_bar
from ..device.loads import Lamp, Run, discharge
from ..device.pack import parallel, series, spread
from ..device.rest import leak_of
from ..device.service import DAY, MONTH, area_for, service
from ..device.source import Source
from ..device.stack import Stack
from ..errors import HeterofilmError, InputError
from ..files import check_folder
from ..library import Diode, Harvester, Library, SensorNode, names
from ..simulation import device as simulated
from ..simulation.run import simulate
from ..units import from_si
from .inputs import quantity, setting
from .options import chapters_out

if TYPE_CHECKING:
    from ..reports.page import Chapter

GROUP = "devices"
EXAMPLES = (
    "heterofilm load voc1-polyimide --light blue --resistor 10kohm",
    "heterofilm load voc1-polyimide --node temperature-sensor --harvester indoor-light --area '5 cm2' --months 12",
)
WITHIN = 9  # values of a range


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "name", nargs="?", default="voc1-polyimide", metavar="DEVICE", help="a device of the library, or a file"
    )
    parser.add_argument(
        "--light", metavar="DIODE", help="a diode of the library, or a file (default without another load: blue)"
    )
    parser.add_argument(
        "--resistor",
        default="10kohm,100kohm",
        metavar="LIST",
        help="resistors in series with it (default: 10kohm,100kohm)",
    )
    parser.add_argument(
        "--node", metavar="NODE", help=f"a sensor node of the library ({', '.join(names('nodes'))}), or a file"
    )
    parser.add_argument("--harvester", metavar="NAME", help="what charges it: indoor-light, or a file")
    parser.add_argument(
        "--months", type=float, metavar="N", help="ask for the area of cell that serves the node this long"
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="a load over time (time and current, power or voltage), which is simulated"
    )
    parser.add_argument("--area", metavar="AREA", help="area of the electrode, instead of the device's")
    parser.add_argument(
        "--cells",
        type=int,
        default=1,
        metavar="N",
        help="number of cells of a pack, in series and in parallel (default: 1)",
    )
    parser.add_argument("--current", default="20uA", metavar="CURRENT", help="current of the pack (default: 20uA)")
    parser.add_argument(
        "--spread", type=float, default=0.05, metavar="SHARE", help="spread between its cells (default: 0.05)"
    )
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value")
    parser.add_argument("--out", metavar="DIR", help="write a page with figures and their numbers")


def run(given: argparse.Namespace) -> int:
    """Print what each load takes and how long the cell keeps it up; write the page."""
    if given.out is not None:
        check_folder(given.out)
    if given.months is not None and given.node is None:
        raise InputError(
            "--months asks how large a cell serves a node; name one, for example --node temperature-sensor."
        )
    if given.harvester is not None and given.node is None:
        raise InputError("--harvester charges the cell of a node; name one, for example --node temperature-sensor.")
    if given.cells < 1:
        raise InputError(f"--cells counts the cells of a pack, at least 1, not {given.cells}.")
    library = Library(dict(setting(text) for text in given.set))
    asked = (given.node, given.csv) != (None, None) or given.cells > 1
    light = given.light or ("blue" if not asked else None)
    diode = None if light is None else library.entry(Diode, light)
    node = None if given.node is None else library.entry(SensorNode, given.node)
    harvester = None if given.harvester is None else library.entry(Harvester, given.harvester)
    used = {"diodes": diode, "nodes": node, "harvesters": harvester}
    stack = Stack.load(
        given.name, library=library, beside=[f"{kind}.{one.name}" for kind, one in used.items() if one is not None]
    )
    with progress_bar(total=len(simulated.CURRENTS), unit="run") as bar:
        source = simulated.source(stack, progress=lambda: bar.update() and None)
    if given.area is not None:
        source = source.sized(quantity(given.area, "m2", "area", "5cm2"))
    print(
        f"{stack.entry.title}, {from_si(source.area, 'cm2'):.3g} cm2, full at {source.rest[0]:.3g} V; fastest "
        f"discharge known {1e6 * source.fastest:.4g} uA\n"
    )
    chapters: list[Chapter] = []
    if diode is not None:
        chapters.append(_light(given, source, diode))
    if node is not None:
        _node(given, stack, source, node, harvester)
    if given.csv is not None:
        _file(given.csv, stack)
    if given.cells > 1:
        _pack(given, source)
    for sentence in stack.cell.remarks:
        print(f"! {sentence}")
    chapters_out(given.out, stack.entry.title, chapters)
    return 0


def _light(given: argparse.Namespace, source: Source, diode: Diode) -> Chapter:
    from ..reports.device import lamp_chapter

    ohms = [quantity(text.strip(), "ohm", "resistor", "10kohm") for text in given.resistor.split(",")]
    runs: dict[str, Run] = {}
    lamps = [Lamp(diode, R) for R in ohms]
    for lamp in lamps:
        name = f"{_ohms(lamp.resistor)} in series"
        try:
            runs[name] = discharge(source, lamp, least=lamp.faintest)
        except HeterofilmError as error:
            print(f"! {name}: {error}")
    chapter = lamp_chapter(runs, lamps[0], source)
    print(diode.title)
    for sentence in chapter.sentences:
        print(f"- {sentence}")
    for key, words in (("ideality", "ideality"), ("series_resistance", "resistance")):
        low, high = (getattr(diode, key).model_copy(update={"value": x, "low": None, "high": None}).si
                     for x in getattr(diode, key).span)  # fmt: skip
        _ranged(source, lamps[0], words, low, high)
    return chapter


def _ohms(value: float) -> str:
    return f"{value / 1e3:.3g} kohm" if value >= 1e3 else f"{value:.3g} ohm"


def _ranged(source: Source, lamp: Lamp, key: str, low: float, high: float) -> None:
    """How long the light is seen over a value's range; between its ends too, for brighter may be shorter."""
    hours = []
    for value in np.linspace(low, high, WITHIN):
        with suppress(HeterofilmError):  # not borne
            one = Lamp(lamp.diode, lamp.resistor, lamp.temperature, **{key: float(value)})
            hours.append(from_si(discharge(source, one, least=one.faintest).seconds, "h"))
    seen = f"{min(hours):.3g} h to {max(hours):.3g} h" if hours else "not borne"
    beside = f", not borne in {WITHIN - len(hours)} of {WITHIN} places" if 0 < len(hours) < WITHIN else ""
    print(f"- with {key} between {low:g} and {high:g} and {_ohms(lamp.resistor)}: {seen}{beside}.")


def _node(
    given: argparse.Namespace, stack: Stack, source: Source, node: SensorNode, harvester: Harvester | None
) -> None:
    leak = 0.0
    if stack.cell.entries.electrolyte.electronic_conductivity is not None:
        leak = leak_of(stack)[0] * source.area / stack.active_area
    found = service(source, node, leak=leak, harvester=harvester)
    print(f"{node.title}\n- {found.sentence}")
    full, end = (1e3 * sag for sag in found.sag)
    print(
        f"- A burst lowers its buffer by {full:.3g} mV at the full cell and {end:.3g} mV at the end; without light the "
        f"node draws {1e6 * found.dark.current:.3g} uA on average, and the electrolyte leaks {1e9 * leak:.3g} nS."
    )
    if given.months is not None:
        area = area_for(source, node, given.months, leak=leak)
        print(f"- {given.months:g} months on one charge need {from_si(area, 'cm2'):.3g} cm2 of this cell.")
    if harvester is not None:
        dark = found.dark.seconds
        print(f"- Without light one charge lasts {dark / MONTH:.3g} months ({dark / DAY:.3g} days): {found.dark.end}.")
    print("- Ageing over the years: not modelled.\n")


def _file(path: str, stack: Stack) -> None:
    record = simulate(stack.sized, f'Follow "{path}" until {stack.cell.window[0]!r} V', detail=False)
    step = record.steps.row(0, named=True)
    energy = step["energy_J_m2"] * stack.active_area
    least = float(record.frame["voltage_V"].to_numpy().min())
    print(
        f"{path}\n- carried for {from_si(step['t_end'] - step['t_start'], 'h'):.4g} h ({step['end']}), down to "
        f"{least:.3g} V; {from_si(energy, 'uWh'):.3g} uWh were taken.\n"
    )


def _pack(given: argparse.Namespace, source: Source) -> None:
    current = quantity(given.current, "A", "current", "20uA")
    n = given.cells
    cells = spread(source, n, given.spread, given.spread)
    each = current / n
    alike = parallel(spread(source, 1, 0.0, 0.0), each).charge
    for name, found, ideal in (
        ("parallel", parallel(cells, current), n * alike),
        ("series", series(cells, each), float(source.end(each))),
    ):
        print(
            f"- {n} cells in {name}, spread {100 * given.spread:.3g} %: {from_si(found.charge, 'uAh'):.4g} uAh "
            f"({100 * (found.charge / ideal - 1):+.2g} % against cells alike), {found.end}."
        )
    print()
