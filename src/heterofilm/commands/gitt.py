"""``heterofilm gitt``: compute a diffusivity from every pulse of a titration, and whether it can be trusted."""

from __future__ import annotations

import argparse

from ..analysis.electrochemistry.gitt import GittPulse, gitt_table, hysteresis_doubt, pulses_of
from ..plots.gitt import diffusivity_figure, titration_figure
from ..plots.voltage import volts
from ..units import from_si
from .inputs import check_outputs, lines, number, read_record, said_of, write_outputs
from .options import one_record

GROUP = "analyse"
EXAMPLES = (
    "heterofilm gitt titration.nc --plot gitt.png",
    "heterofilm gitt measured.csv",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    one_record(parser)


def run(given: argparse.Namespace) -> int:
    """Print the pulses and what is wrong with them; write the figure and the table."""
    check_outputs(given.plot, given.out)
    record = read_record(given.file, given.thickness, given.area, given.columns)
    pulses = pulses_of(record)
    print(printed(pulses))
    if said := said_of(record):
        print(f"\n{said}")
    figures = [diffusivity_figure(pulses, unit=volts(record)), titration_figure(record, pulses)] if given.plot else []
    write_outputs(given.plot, figures, given.out, gitt_table(pulses))
    return 0


def printed(pulses: tuple[GittPulse, ...]) -> str:
    """A line per pulse, and each reason once."""
    rows = [
        (
            str(p.number), f"{p.E_end_V:.3f} V", f"{1e3 * p.dE_s_V:.2f} mV", f"{1e3 * p.dE_t_V:.2f} mV",
            f"{1e3 * p.drop_V:.1f} mV", number(from_si(p.D_m2_s, "cm2/s"), "{:.2e}"), number(p.fourier, "{:.2g}"),
            _flaws(p),
        )
        for p in pulses
    ]  # fmt: skip
    head = ("pulse", "rest at", "dE_s", "dE_t", "drop", "D / cm2/s", "D tau/L2", "valid")
    valid = [p.D_m2_s for p in pulses if p.valid]
    span = f", D {from_si(min(valid), 'cm2/s'):.2e} to {from_si(max(valid), 'cm2/s'):.2e} cm2/s" if valid else ""
    said = [f"{len(valid)} of {len(pulses)} pulses give a diffusivity{span}."]
    for key, words in FLAWS.items():
        count = sum(words in reason for p in pulses for reason in p.reasons)
        if count:
            example = next(reason for p in pulses for reason in p.reasons if words in reason)
            said.append(f"{key} ({count}): for example {example}.")
    if doubt := hysteresis_doubt(pulses):
        said.append(doubt)
    return lines(head, rows) + "\n\n" + "\n".join(said)


FLAWS = {
    "plateau": "on a plateau", "against": "moved against", "long": "too long", "curved": "no line over",
    "unrested": "cut short",
}  # fmt: skip


def _flaws(pulse: GittPulse) -> str:
    return (
        "yes" if pulse.valid else ", ".join(k for k, words in FLAWS.items() if any(words in r for r in pulse.reasons))
    )
