"""The command ``heterofilm``. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__
from .errors import HeterofilmError
from .units import from_si

if TYPE_CHECKING:
    from .records.record import Record

C_RATE = re.compile(r"\bC/\d|\d\s?C\b")  # as a protocol writes one
MANY = 20  # cycles that are summed up in a table of cycles, not of steps


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (some runs of a study failed), 2 (an error) or 130 (stopped)."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return 0
    try:
        code: int = given.command(given)
        sys.stdout.flush()
        return code
    except HeterofilmError as error:
        print(f"heterofilm: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("heterofilm: stopped; files that were finished stay.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has left: end quietly
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heterofilm", description="Thin-film batteries: cells, studies, reports.")
    parser.add_argument("--version", action="version", version=f"heterofilm {__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND")

    run = commands.add_parser("run", help="run a study and write a report (the paper's study by default)")
    run.add_argument("study", nargs="?", metavar="STUDY.toml")
    run.add_argument("--out", metavar="DIR", default="heterofilm-report", help="default: heterofilm-report")
    run.add_argument("--members", type=int, metavar="N", help="draws of the calibration for the bands; 0: none")
    run.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate'")
    run.add_argument("--quiet", action="store_true", help="no progress bar")
    run.set_defaults(command=partial(_later, "run"))

    simulate = commands.add_parser("simulate", help="run one protocol on one cell")
    simulate.add_argument("cell", metavar="CELL", help="a name of the library or a TOML file")
    simulate.add_argument(
        "protocol", metavar="PROTOCOL", help="'Discharge at 5 uA/cm2 until 2.15 V', a .txt file, or a ready-made one"
    )
    simulate.add_argument("--out", metavar="FILE", help="write the record: .nc, .csv or .parquet")
    simulate.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")
    simulate.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE",
        help="change one value: phases.V2O5.D=1e-13 in the unit of its entry, or films.VO.thickness='500 nm'",
    )  # fmt: skip
    simulate.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate'")
    simulate.add_argument(
        "--junction",
        metavar="NAME",
        help="compute transport, exchange and storage from a junction, not the calibration",
    )
    simulate.add_argument(
        "--folder", metavar="DIR", help="stream to a folder; the same command goes on where it stopped"
    )
    simulate.add_argument("--keep", metavar="CYCLES", help="cycles whose curves are kept, for example 1,2,5,100")
    simulate.add_argument("--ageing", metavar="NAMES", help="mechanisms by name, or 'none'; all by default")
    simulate.add_argument("--rtol", type=float, default=1e-3, help="local error per time step, default 1e-3")
    simulate.set_defaults(command=_simulate)

    from .commands import add

    add(commands)

    calibrate = commands.add_parser("calibrate", help="fit the library to the paper's numbers")
    calibrate.add_argument("--out", metavar="FILE", default="calibration.toml", help="default: calibration.toml")
    calibrate.add_argument("--members", type=int, default=24, metavar="N", help="draws of the ensemble")
    calibrate.set_defaults(command=partial(_later, "calibrate"))
    return parser


def _later(module: str, given: argparse.Namespace) -> int:
    code: int = import_module(f".commands.{module}", __package__).run(given)
    return code


def _simulate(given: argparse.Namespace) -> int:
    from .commands.inputs import setting

    overrides = dict(setting(text) for text in given.set)
    if given.plot:
        from .figures.save import check_plot_path

        check_plot_path(given.plot)
    if given.out:
        from .records.record import check_path

        check_path(given.out)
    from .cell import Cell
    from .library import Library
    from .simulation.run import simulate

    library = Library(overrides, calibration=given.calibration) if given.calibration else Library(overrides)
    ageing: bool | list[str] = True
    if given.ageing is not None:
        ageing = given.ageing != "none" and [name.strip() for name in given.ageing.split(",")]
    cell = Cell.load(given.cell, library=library)
    for path in overrides:
        if given.junction is None or not path.startswith(("semiconductors.", "junctions.")):
            cell.entries.check_acts(path)
    if given.junction is not None:
        from .cell.junction import with_computed_junction

        cell = with_computed_junction(cell, given.junction, library)
    record = simulate(
        cell,
        given.protocol,
        rtol=given.rtol,
        keep=None if given.keep is None else _cycles(given.keep),
        ageing=ageing,
        folder=given.folder,
        progress=True,
    )
    print(summary(record))
    if given.out:
        record.write(given.out)
    if given.plot:
        from .plots.record import record_figure

        record_figure(record).save(given.plot)
    return 0


def _cycles(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")] if text.strip() else []
    except ValueError:
        raise HeterofilmError(f"--keep '{text}' is not a list of cycles, for example 1,2,5,100.") from None


def summary(record: Record) -> str:
    """Capacity, energy, end and plateaus of every step in the field's units; of many cycles, their table."""
    from .analysis.electrochemistry.dqdv import plateaus

    meta = record.meta
    theoretical = float(meta["theoretical_capacity_C_m2"]) / float(meta["thickness_m"]) / 3.6e7
    title = f"{record.meta['title']}, theoretical capacity {theoretical:.1f} uAh/cm2/um"
    if record.steps["cycle"].n_unique() > MANY and (record.steps["kind"] == "charge").any():
        from .analysis.electrochemistry.cycles import cycle_table
        from .commands.cycles import printed

        return "\n".join([title, printed(cycle_table(record)), *_beside(record)])
    lines = [
        title,
        f"{'step':>4}  {'kind':<9}  {'time':>8}  {'capacity':>21}  {'energy':>14}  {'end':<18}  plateaus",
    ]
    for step in record.steps.iter_rows(named=True):
        one = record.step(step["step"])
        found: list[str] = []
        if step["kind"] != "rest" and one.frame.height >= 3 and step["capacity_C_m2"] > 0.0:
            found = [f"{V:.2f} V" for V in plateaus(one)["voltage_V"]]
        hours = (step["t_end"] - step["t_start"]) / 3600.0
        capacity = record.capacity(step=step["step"])
        lines.append(
            f"{step['step']:>4}  {step['kind']:<9}  {hours:>6.2f} h  {capacity:>10.2f} uAh/cm2/um  "
            f"{step['energy_J_m2'] / 36.0:>7.2f} uWh/cm2  {step['end']:<18}  {', '.join(found)}".rstrip()
        )
    return "\n".join([*lines, *_beside(record)])


def _beside(record: Record) -> list[str]:
    """What is to be said beside a result: what lithium moved, what C means, where values come from, and remarks."""
    meta, said = record.meta, []
    if "anode_m_per_C_m2" in meta and record.steps.height:
        most = max(record.steps["capacity_C_m2"]) * float(meta["anode_m_per_C_m2"])
        said.append(f"lithium metal plated or stripped in a step: up to {from_si(most, 'nm'):.3g} nm")
    if C_RATE.search(str(meta.get("protocol", ""))):
        said.append(str(meta.get("nominal", "")))
    said += [str(meta.get("values", "")), *(f"! {line}" for line in str(meta.get("remarks", "")).splitlines())]
    return [line for line in said if line]
