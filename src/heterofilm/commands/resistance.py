"""``heterofilm resistance``: compute the resistance at every current step, instantaneous and at its end."""

from __future__ import annotations

import argparse

from ..analysis.electrochemistry.resistance import resistances
from ..plots.resistance import resistance_figure
from ..plots.voltage import volts
from ..units import from_si
from .inputs import check_outputs, lines, number, read_record, said_of, shown, write_outputs
from .options import one_record

GROUP = "analyse"
EXAMPLES = (
    "heterofilm resistance pulses.nc --plot resistance.png",
    "heterofilm resistance measured.mpt --area 1cm2 --out resistance.csv",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    one_record(parser)


def run(given: argparse.Namespace) -> int:
    """Print the steps of the current; write the figure and the table."""
    check_outputs(given.plot, given.out)
    record = read_record(given.file, given.thickness, given.area, given.columns)
    table = resistances(record)
    rows = [
        (
            str(row["cycle"]), f"{row['voltage_V']:.3f} V", f"{from_si(row['from_A_m2'], 'uA/cm2'):.4g}",
            f"{from_si(row['to_A_m2'], 'uA/cm2'):.4g}", number(from_si(row["R_first_ohm_m2"], "ohm cm2")),
            f"{row['first_s']:.2g} s", number(from_si(row["R_end_ohm_m2"], "ohm cm2")), f"{row['length_s']:.4g} s",
        )
        for row in table[shown([k + 1 for k in range(table.height)])].iter_rows(named=True)
    ]  # fmt: skip
    head = ("cycle", "at", "from / uA/cm2", "to / uA/cm2", "R / ohm cm2", "after", "R at the end", "after")
    print(lines(head, rows))
    print(
        "\nR at the end holds the change of the rest potential by the charge moved: an upper bound of the resistance."
    )
    if passed := int(table["passed"].sum()):
        print(
            f"In {passed} of {table.height} steps one row lies between the settled currents: it was passed over, and R "
            "is of the whole step."
        )
    left_out = set(record.steps["cycle"]) - set(record.frame["cycle"])
    if left_out:
        print(f"The record keeps no curves of {len(left_out)} cycles: simulate with --keep to have their pulses too.")
    if said := said_of(record):
        print(said)
    write_outputs(given.plot, [resistance_figure(table, unit=volts(record))] if given.plot else [], given.out, table)
    return 0
