"""The chapters of a study: what its runs show, what it is compared with, how its films are made, what a junction
explains, what first principles say, and every run and value."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from ...cell import Cell
from ...device.bending import safe_radius
from ...device.loads import Lamp, discharge
from ...device.source import Source
from ...device.stack import Stack
from ...errors import HeterofilmError
from ...growth.grow import grow
from ...junction.pair import load_pair
from ...library import Diode, Library
from ...plots.growth import crystallisation_figure, thickness_figure
from ...simulation.device import capacity_against
from ...study.contributions import contribution_analysis
from ...study.plan import ContributionPlan, Study
from ...study.results import Reference, Results
from ..atoms import short_chapter
from ..device import bending_chapter, lamp_chapter, making_chapter, stack_chapter
from ..junction import contribution_chapter, junction_chapter, microstructure_chapter
from ..page import Chapter, Table
from .causes import losses
from .cycling import cycle_figures, rate_figures
from .limits import answer, limits, limits_figure, limits_table
from .profiles import discharge_figures
from .spectra import impedance_figures, voltammograms
from .summary import (
    agreement_sentences,
    capacity_sentences,
    findings,
    life_sentences,
    loss_sentences,
    rate_sentences,
)
from .tables import comparison_table, reference_table, runs_table, values_table

ANGLES = (0.0, 45.0, 90.0, 135.0, 180.0)  # degrees, of the device that is bent
RESISTOR = 22_000.0  # ohm, in series with the diode on it

LEGEND = (
    "Calibrated: the measured value was used to set values of the model. Predicted: it was not. Agrees means within "
    "two standard deviations (σ) of the measured number and the model's band together, close within three."
)


def first_chapter(results: Results, table: pl.DataFrame | None) -> Chapter:
    """What a reader sees first: three findings, what limits the films, and what would help."""
    found = limits(results)
    figure = None if found is None else limits_figure(results, found)
    warnings = [f"{cell}, {test} failed: {words}" for cell, test, words in results.failed]
    if found is None or figure is None:
        return Chapter("Findings", "", findings(results, table), warnings=warnings)
    films = "this film" if len(found.shares) == 1 else "these films"
    return Chapter(
        "Findings",
        "",
        findings(results, table),
        [figure],
        [limits_table(results, found)],
        [*warnings, *found.failed],
        f"What limits {films}, and what would help",
        answer(results, found),
    )


def run_chapters(results: Results) -> list[Chapter]:
    """The chapters that the main runs alone decide: losses, cycles, impedance, voltammograms."""
    return _with_figures(
        Chapter("Where the voltage goes", "", loss_sentences(results), losses(results)),
        Chapter("Cycling", "", life_sentences(results), cycle_figures(results)),
        Chapter("Impedance", "", (), impedance_figures(results)),
        Chapter("Voltammetry", "", (), voltammograms(results)),
    )


def discharge_chapters(results: Results) -> list[Chapter]:
    """The chapter of discharges, whose bands need the draws of the calibration."""
    said = [*capacity_sentences(results), *rate_sentences(results)]
    figures = [*discharge_figures(results), *rate_figures(results)]
    return _with_figures(Chapter("Discharge and rate", "", said, figures))


def reference_chapters(results: Results, table: pl.DataFrame | None) -> list[Chapter]:
    """What was measured beside the model, where the study has a reference."""
    figures = results.reference.figures(results)
    if table is None:
        return [Chapter("Measured", figures=figures)] if figures else []
    source = results.reference.name
    said = agreement_sentences(table, source)
    tables = [reference_table(table, source)]
    compared = results.reference.comparison()
    if compared is not None:
        tables.append(comparison_table(compared))
    legend = LEGEND
    if results.members:
        legend += f" Bands hold 16 to 84 % of {len(results.members)} draws of the calibration."
    return [Chapter(f"The {source} and the model", legend, said, figures, tables)]


def device_chapters(results: Results, name: str) -> list[Chapter]:
    """The device of a study: its stack and energies, how it is made, how it bends, and a light on it."""
    stack = Stack.load(name)
    found = results.main.discharges(stack.cell.name)
    records = [record for record in found.values() if "equilibrium_V" in record.frame.columns]
    if not records:
        return []
    chapters = [stack_chapter(stack, records, records[0]), making_chapter(stack)]
    table = capacity_against(stack, angles=ANGLES)
    chapters.append(bending_chapter(stack, table, {stack.entry.name: safe_radius(stack, draws=200)}))
    if len(records) > 1:
        source = Source.of(records, stack.active_area)
        lamp = Lamp(Library().entry(Diode, "blue"), RESISTOR)
        try:
            run = discharge(source, lamp, least=lamp.faintest)
            chapters.append(lamp_chapter({f"{RESISTOR / 1e3:g} kohm in series": run}, lamp, source))
        except HeterofilmError as error:
            chapters.append(Chapter("A light", warnings=[str(error)]))
    command = shlex.join(["heterofilm", "device", name, "--out", "device"])
    return [replace(chapter, command=command) for chapter in chapters]


def panels_chapter(results: Results) -> list[Chapter]:
    """Where each figure of the reference is on the page, or why it is not."""
    rows = results.reference.panels
    if not rows:
        return []
    table = Table("", ("Figure", "What it shows", "Where it is, or why not"), rows)
    return [Chapter(f"The figures of the {results.reference.name}", tables=[table])]


def closing_chapters(results: Results) -> list[Chapter]:
    """Every run, and every value with its source."""
    return [
        *panels_chapter(results),
        Chapter("All runs", tables=[runs_table(results)]),
        Chapter("Every value used, with its source", tables=[values_table(results)]),
    ]


def model_chapters(study: Study, results: Results) -> list[Chapter]:
    """Growth, junction and contributions, first principles, and the device, as far as the study asks for them."""
    reference = results.reference
    chapters = [growth_chapter(study.recipes)] if study.recipes else []
    if study.contributions is not None:
        chapters += contribution_chapters(study.contributions, reference)
    if study.first_principles:
        chapters.append(short_chapter(statements=reference.statements()))
    if study.device:
        chapters += device_chapters(results, study.device)
    return chapters


def _with_figures(*chapters: Chapter) -> list[Chapter]:
    return [chapter for chapter in chapters if chapter.figures]


def growth_chapter(recipes: tuple[str, ...]) -> Chapter:
    """Films from their recipes; figures of the last."""
    films = [grow(name) for name in recipes]
    last = films[-1]
    rows = []
    for grown in films:
        low, high = grown.interval("thickness")
        phases = ", ".join(f"{100 * share:.0f} % {name}" for name, share in grown.phases.items())
        rows.append(
            (
                grown.recipe.name,
                ", ".join(f"{name} {power}" for name, power in grown.recipe.power.items()),
                f"{1e9 * grown.thickness:.0f} ({1e9 * low:.0f} to {1e9 * high:.0f})",
                "-" if grown.ratio is None else f"{grown.of} {grown.ratio:.2f}",
                "crystalline" if grown.crystalline else "amorphous",
                phases + ("" if grown.crystalline else ", if it crystallised"),
            )
        )
    said: list[str] = []
    for grown in films:
        said += [f"{grown.recipe.name}: {remark}" for remark in grown.remarks if remark not in " ".join(said)]
    return Chapter(
        "Film growth",
        "Sputter yields with threshold, the plasma, transport to the substrate and the kinetics of crystallisation.",
        said,
        [thickness_figure(last), crystallisation_figure(last)],
        [
            Table(
                "Films by their recipes",
                ("Recipe", "Power", "Thickness / nm (5 to 95 %)", "Atomic ratio", "State", "Phases by volume"),
                rows,
            )
        ],
        command=f"heterofilm grow {shlex.quote(last.recipe.name)} --out growth",
    )


def contribution_chapters(plan: ContributionPlan, reference: Reference) -> list[Chapter]:
    """The junction, and what it explains of the gain of one cell over the other."""
    pair = load_pair(plan.junction)
    cell, alone = Cell.load(plan.cell), Cell.load(plan.reference)
    contributions = contribution_analysis(
        plan.cell, plan.reference, plan.junction, protocol=plan.protocol,
        measured=measured_pair(cell, alone, plan.protocol, reference), samples=plan.samples, members=plan.members,
    )  # fmt: skip
    chapters = [
        junction_chapter(pair),
        contribution_chapter(contributions, cell, alone, pair),
        microstructure_chapter(pair),
    ]
    words = ("heterofilm", "junction", plan.junction)
    asked = (*words, "--cell", plan.cell, "--reference", plan.reference, "--protocol", plan.protocol)
    return _again(chapters, (words, (*asked, "--samples", str(plan.samples)), words))


def _again(chapters: Iterable[Chapter], commands: Iterable[Sequence[str]]) -> list[Chapter]:
    return [
        replace(chapter, command=shlex.join([*command, "--out", "junction"]))
        for chapter, command in zip(chapters, commands, strict=True)
    ]


def measured_pair(cell: Cell, alone: Cell, protocol: str, reference: Reference) -> tuple[float, float] | None:
    """Measured capacities of the film of one phase and of the cell, where the reference has both at this current."""
    known = {one.cell: one.capacity for one in reference.capacities if f"at {one.current:g} uA/cm2" in protocol}
    if cell.name not in known or alone.name not in known:
        return None
    return known[alone.name], known[cell.name]
