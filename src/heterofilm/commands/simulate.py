"""``heterofilm simulate``: run a protocol on a cell."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ..analysis.electrochemistry.cycles import cycle_table
from ..analysis.electrochemistry.dqdv import plateaus
from ..cell import Cell
from ..errors import InputError, SimulationError
from ..figures.save import check_plot_path
from ..library import Library
from ..library.calibration import calibration_of
from ..records.record import Record, check_path
from ..simulation.run import simulate
from ..units import from_si
from . import answer
from .cycles import printed
from .inputs import lines, mechanisms, setting
from .options import cell_and_protocol, running

C_RATE = re.compile(r"\bC/\d|\d\s?C\b")  # as a protocol writes one
NOTHING = 1e-4  # of the theoretical capacity
CAPACITIES = (("uAh/cm2/um", 2), ("uAh/cm2", 2), ("mAh/g", 1))  # with the digits to print
MANY = 20  # cycles that are summed up in a table of cycles, not of steps

GROUP = "simulate"
EXAMPLES = (
    'heterofilm simulate vo-half "Discharge at 5 uA/cm2 until 2.15 V" --plot vo.png',
    'heterofilm simulate lco-atfb "10 x (Charge at 1C; Discharge at 1C)" --folder life --out life.nc',
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    cell_and_protocol(parser)
    parser.add_argument("--out", metavar="FILE", help="write the record: .nc or .parquet, or its rows alone as .csv")
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE",
        help="change a value: phases.V2O5.D=1e-13 in the unit of its entry, or films.VO.thickness='500 nm'; repeatable",
    )  # fmt: skip
    parser.add_argument("--fit", metavar="FILE", help="use values written by 'heterofilm fit'; --set comes on top")
    parser.add_argument("--calibration", metavar="FILE", help="use values written by 'heterofilm calibrate'")
    parser.add_argument(
        "--junction",
        metavar="NAME",
        help="compute transport, exchange and storage from a junction instead of the calibration",
    )
    parser.add_argument(
        "--folder",
        metavar="DIR",
        help="write to a folder as the run proceeds; the same command continues where it stopped",
    )
    parser.add_argument("--keep", metavar="CYCLES", help="keep the curves of these cycles only, for example 1,2,5,100")
    running(parser)


def run(given: argparse.Namespace) -> int:
    """Simulate, print, write. 2 for a run that could not be done to its end; what it had is printed and written."""
    overrides: dict[str, float | str] = {}
    if given.fit is not None:
        overrides |= {path: f"{one.value!r} {one.unit}" for path, one in calibration_of(Path(given.fit)).items()}
    overrides |= dict(setting(text) for text in given.set)
    if given.plot:
        check_plot_path(given.plot)
    if given.out:
        check_path(given.out)
    for path in overrides:
        if path.count(".") < 2:  # no path at all: told with one that this cell has
            Cell.load(given.cell).entries.check_acts(path)
    library = Library(overrides, calibration=given.calibration) if given.calibration else Library(overrides)
    cell = Cell.load(given.cell, library=library)
    for path in overrides:
        if given.junction is None or not path.startswith(("semiconductors.", "junctions.")):
            cell.entries.check_acts(path)
    if given.junction is not None:
        from ..cell.junction import with_computed_junction  # loads scipy, which others do not need

        cell = with_computed_junction(cell, given.junction, library)
    failure = ""
    try:
        record = simulate(
            cell,
            given.protocol,
            rtol=given.rtol,
            keep=None if given.keep is None else cycles(given.keep),
            ageing=mechanisms(given.ageing),
            start=given.start,
            folder=given.folder,
            fresh=given.fresh,
            repair=given.repair,
            progress=True,
        )
    except SimulationError as error:
        if error.record is None or not error.record.frame.height:
            raise
        record, failure = error.record, str(error)
    answer.frame(record.steps, "steps")
    print(summary(record))
    if given.out:
        record.write(given.out)
        if without := record.left_out(given.out):
            print(without)
    if given.plot:
        record.plot().save(given.plot)
    if failure:
        written = " and ".join(place for place in (given.out, given.plot) if place)
        kept = f" What it had until then is in {written}." if written else ""
        print(f"heterofilm: {failure}{kept}", file=sys.stderr)
        return 2
    return 0


def cycles(text: str) -> list[int]:
    """Numbers of cycles. Errors: `InputError` for anything else."""
    try:
        return [int(word) for word in text.split(",")] if text.strip() else []
    except ValueError:
        raise InputError(f"--keep '{text}' is not a list of cycles, for example 1,2,5,100.") from None


def summary(record: Record) -> str:
    """Capacity, energy, end and plateaus of every step in the field's units; of many cycles, their table."""
    meta = record.meta
    per_volume = float(meta["theoretical_capacity_C_m2"]) / float(meta["thickness_m"])
    theoretical = from_si(per_volume, "uAh/cm2/um")
    area = from_si(float(meta["theoretical_capacity_C_m2"]), "uAh/cm2")
    title = f"{meta['title']}: the dense film holds {theoretical:.1f} uAh/cm2/um, {area:.4g} uAh/cm2"
    if words := meta.get("active"):
        title = f"{title}, {words}"
    if _nothing_passed(record):
        title = f"! Almost no charge passed. {meta['notes']}\n{title}"
    if record.steps["cycle"].n_unique() > MANY and (record.steps["kind"] == "charge").any():
        return "\n".join([title, printed(cycle_table(record)), *beside(record)])
    rows = []
    for step in record.steps.iter_rows(named=True):
        one = record.step(step["step"])
        found: list[str] = []
        if step["kind"] != "rest" and one.frame.height >= 3 and step["capacity_C_m2"] > 0.0:
            found = [f"{V:.2f} V" for V in plateaus(one)["voltage_V"]]
        hours = from_si(step["t_end"] - step["t_start"], "h")
        capacity = [f"{record.capacity(unit, step['step']):.{digits}f} {unit}" for unit, digits in CAPACITIES]
        rows.append(
            (
                f"{step['step']:>4}", step["kind"], f"{hours:.2f} h", *capacity,
                f"{from_si(step['energy_J_m2'], 'uWh/cm2'):.2f} uWh/cm2", step["end"], ", ".join(found),
            )
        )  # fmt: skip
    head = ("step", "kind", "time", "capacity", "per area", "per mass", "energy", "end", "plateaus")
    return "\n".join([title, lines(head, rows, left=(1, 7, 8)), *beside(record)])


def _nothing_passed(record: Record) -> bool:
    """Whether a step was over at once, and none moved more than a share NOTHING of what the film can hold."""
    moved = record.steps["capacity_C_m2"].abs()
    over = "over at once" in str(record.meta.get("notes", ""))
    return over and bool((moved < NOTHING * float(record.meta["theoretical_capacity_C_m2"])).all())


def beside(record: Record) -> list[str]:
    """What is to be said beside a result: lithium moved and there is, what C means, where values are from."""
    meta, said = record.meta, []
    if "anode_m_per_C_m2" in meta and record.steps.height:
        most = max(record.steps["capacity_C_m2"]) * float(meta["anode_m_per_C_m2"])
        said.append(f"lithium metal plated or stripped in a step: up to {from_si(most, 'nm'):.3g} nm")
    said.append(str(meta.get("balance", "")))
    if C_RATE.search(str(meta.get("protocol", ""))):
        said.append(str(meta.get("nominal", "")))
    said += [
        "" if _nothing_passed(record) else str(meta.get("notes", "")),  # else it stands above the table
        str(meta.get("assumed", "")),
        str(meta.get("values", "")),
        *(f"! {line}" for line in str(meta.get("remarks", "")).splitlines()),
    ]
    return [line for line in said if line]
