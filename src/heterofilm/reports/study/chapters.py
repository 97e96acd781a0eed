"""The chapters that a study adds to its figures: how its films are made, what their junction explains, and what first
principles say."""

from __future__ import annotations

from ...cell import Cell
from ...growth.grow import grow
from ...junction.pair import load_pair
from ...plots.growth import crystallisation_figure, thickness_figure
from ...study.contributions import contribution_analysis
from ...study.plan import ContributionPlan, Study
from ...study.results import Reference
from ..atoms import short_chapter
from ..junction import contribution_chapter, junction_chapter, microstructure_chapter
from ..page import Chapter, Table


def study_chapters(study: Study, reference: Reference) -> list[Chapter]:
    """Growth, junction and contributions, and recorded first principles, as far as the study asks for them."""
    chapters = [growth_chapter(study.recipes)] if study.recipes else []
    if study.contributions is not None:
        chapters += contribution_chapters(study.contributions, reference)
    if study.first_principles:
        chapters.append(short_chapter(statements=reference.statements()))
    return chapters


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
                "-" if grown.cu_to_v is None else f"{grown.cu_to_v:.2f}",
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
                ("Recipe", "Power", "Thickness / nm (5 to 95 %)", "Cu/V", "State", "Phases by volume"),
                rows,
            )
        ],
    )


def contribution_chapters(plan: ContributionPlan, reference: Reference) -> list[Chapter]:
    """The junction, and what it explains of the gain of one cell over the other."""
    pair = load_pair(plan.junction)
    cell, alone = Cell.load(plan.cell), Cell.load(plan.reference)
    contributions = contribution_analysis(
        plan.cell, plan.reference, plan.junction, protocol=plan.protocol,
        measured=measured_pair(cell, alone, plan.protocol, reference), samples=plan.samples, members=plan.members,
    )  # fmt: skip
    return [
        junction_chapter(pair),
        contribution_chapter(contributions, cell, alone, pair),
        microstructure_chapter(pair),
    ]


def measured_pair(cell: Cell, alone: Cell, protocol: str, reference: Reference) -> tuple[float, float] | None:
    """Measured capacities of the film of one phase and of the cell, where the reference has both at this current."""
    known = {one.cell: one.capacity for one in reference.capacities if f"at {one.current:g} uA/cm2" in protocol}
    if cell.name not in known or alone.name not in known:
        return None
    return known[alone.name], known[cell.name]
