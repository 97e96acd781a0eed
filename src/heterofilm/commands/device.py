"""``heterofilm device``: describe a cell on its substrate: stack, energy, thermal budget, self-discharge."""

from __future__ import annotations

import argparse

from ..bars import progress_bar
from ..device.budget import budget_table
from ..device.energy import energy_table
from ..device.source import Source
from ..device.stack import Stack
from ..files import check_folder
from ..simulation.device import CURRENTS, compared, discharges, warmed
from .inputs import lines, setting
from .options import chapters_out

GROUP = "devices"
EXAMPLES = (
    "heterofilm device voc1-polyimide",
    "heterofilm device lco-silicon --compare --out device",
)
COMPARED = ("voc1-atfb", "vo-atfb", "lco-atfb", "lmo-atfb", "lfp-atfb")
SLOW, FAST = 5.0, 80.0  # uA/cm2


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "name", nargs="?", default="voc1-polyimide", metavar="DEVICE", help="a device of the library, or a file"
    )
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value")
    parser.add_argument(
        "--compare", action="store_true", help="compare with LiCoO2, LiMn2O4 and LiFePO4 on equal terms"
    )
    parser.add_argument(
        "--cycles",
        type=int,
        default=0,
        metavar="N",
        help="cycles before the comparison, for films that age (default: 0)",
    )
    parser.add_argument("--out", metavar="DIR", help="write a page with figures and their numbers")


def run(given: argparse.Namespace) -> int:
    """Print layers, energies and thermal budget; write the page."""
    if given.out is not None:
        check_folder(given.out)
    stack = Stack.load(given.name, dict(setting(text) for text in given.set))
    total = len(CURRENTS) + (len(COMPARED) if given.compare else 0)
    with progress_bar(total=total, unit="run") as bar:
        records = discharges(stack.sized, progress=lambda: bar.update() and None)
        cells = (
            compared(
                COMPARED, slow=SLOW, fast=FAST, cycles=max(given.cycles, 0), progress=lambda: bar.update() and None
            )
            if given.compare
            else []
        )
    from ..reports import device as report

    told = min(records, key=lambda record: abs(100.0 * record.frame["current_A_m2"][0] - SLOW))
    for sentence in report.stack_sentences(stack, told):
        print(f"- {sentence}")
    print()
    print(
        lines(
            ("layer", "material", "thickness", "width/mm", "length/mm", "mass/mg"),
            [
                (x.role, x.title, str(x.thickness), f"{1e3 * x.entry.width.si:g}",
                 f"{1e3 * x.entry.length.si:g}", f"{1e6 * x.mass:.3g}")
                for x in reversed(stack.layers)
            ],
        )
    )  # fmt: skip
    energy = energy_table(stack, told)
    rows = [(a, f"{b:.4g} {b_unit}", f"{c:.4g} {c_unit}") for a, b, b_unit, c, c_unit in energy.rows()]
    print("\n" + lines(("counted per", "energy", "mean power"), rows))
    budget = budget_table(stack)
    steps = [
        (r["step"], f"{r['temperature_K']:.0f}", r["weakest"], f"{r['limit_K']:.0f}",
         f"{r['chip_budget']:.2g}", r["note"])
        for r in budget.iter_rows(named=True)
    ]  # fmt: skip
    print("\n" + lines(("step", "T/K", "weakest layer", "stands/K", "of a chip's budget", "note"), steps))
    source = Source.of(records, stack.active_area)
    chapters = [report.stack_chapter(stack, records, told), report.making_chapter(stack)]
    if stack.cell.entries.electrolyte.electronic_conductivity is not None:
        chapters.append(report.rest_chapter(stack, source))
    borne = max(100.0 * record.frame["current_A_m2"][0] for record in records)
    chapters.append(report.heat_chapter(stack, warmed(stack, min(FAST, borne))))
    if cells:
        chapters.append(report.comparison_chapter(cells, SLOW, FAST))
    for chapter in chapters[2:]:
        print("\n" + "\n".join(f"- {sentence}" for sentence in chapter.sentences))
    for sentence in stack.assumed:
        print(f"! {sentence}")
    for remark in stack.cell.remarks:
        print(f"! {remark}")
    chapters_out(given.out, stack.entry.title, chapters)
    return 0
