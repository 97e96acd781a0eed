"""``heterofilm experiment``: which protocol of a list would tell most about some values of a cell."""

from __future__ import annotations

import argparse

from ..designs.experiment import NOISE, Experiments, next_experiment
from .fit import value_of
from .inputs import check_outputs, lines, number, setting, write_outputs

GROUP = "fit"
EXAMPLES = (
    "heterofilm experiment vo-half --values phases.V2O5.D films.VO.wetted_area --protocol 'Discharge at 5 uA/cm2' "
    "'Discharge at 20 uA/cm2 for 10 min; Rest for 1 h' 'EIS from 100 kHz to 10 mHz' --of phases.V2O5.D",
    "heterofilm experiment mine.toml --values phases.mine.D=1e-13:1e-10 --protocol gitt rate-test --noise '0.5 mV'",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("cell", metavar="CELL", help="a name of the library or a TOML file")
    parser.add_argument(
        "--values", nargs="+", required=True, metavar="PATH", help="values to ask about, as 'heterofilm fit' takes them"
    )
    parser.add_argument("--protocol", nargs="+", required=True, metavar="TEXT", help="protocols to choose from")
    parser.add_argument(
        "--of", metavar="PATH", help="rank by how well this value is known afterwards (default: by all together)"
    )
    parser.add_argument("--noise", default=NOISE, metavar="SIGMA", help=f"noise of a reading (default: {NOISE})")
    parser.add_argument("--start", metavar="STATE", help="where the film rests before: '3.3 V' or '50 %%'")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change one value of the cell")
    parser.add_argument("--out", metavar="FILE.csv", help="write the table")


def run(given: argparse.Namespace) -> int:
    """Print the protocols, the best first; write the table."""
    check_outputs(None, given.out)
    found = next_experiment(
        given.cell, dict(map(value_of, given.values)), given.protocol, of=given.of, noise=given.noise,
        overrides=dict(setting(text) for text in given.set), start=given.start, progress=True,
    )  # fmt: skip
    print(printed(found))
    write_outputs(None, [], given.out, found.table)
    return 0


def printed(found: Experiments) -> str:
    """What each protocol tells, and about which value."""
    names = [path.split(".", 1)[-1] for path in found.values]
    head = ("protocol", "information / bit", "takes / h", *names)
    rows = [
        (r["protocol"], number(r["information_bit"], "{:.1f}"), number(r["duration_h"], "{:.2g}"),
         *(f"{r[f'{path} before']:.3g} -> {r[f'{path} after']:.2g}" for path in found.values))
        for r in found.table.iter_rows(named=True)
    ]  # fmt: skip
    out = [lines(head, rows), "", "Standard deviations before and after, in per cent of a value, mV of a potential."]
    out += [f"'{name}' cannot be run: {why}" for name, why in found.failed.items()]
    return "\n".join([*out, *found.notes])
