"""The chapters that a study adds to its figures: how its films are made, what their junction explains, and what first
principles say."""

from __future__ import annotations

from ...cell import Cell
from ...growth.grow import grow
from ...junction.pair import load_pair
from ...paper.answers import measured_capacities
from ...paper.dft_chapter import short_chapter
from ...plots.growth import crystallisation_figure, thickness_figure
from ...study.contributions import explanation_budget
from ...study.plan import BudgetPlan, Study
from ..junction import budget_chapter, junction_chapter, microstructure_chapter
from ..page import Chapter, Table


def study_chapters(study: Study) -> list[Chapter]:
    """Growth, junction and budget, and recorded first principles, as far as the study asks for them."""
    chapters = [growth_chapter(study.recipes)] if study.recipes else []
    if study.budget is not None:
        chapters += budget_chapters(study.budget)
    if study.first_principles:
        chapters.append(short_chapter())
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
        "From watts to films",
        "Sputter yields with threshold, the plasma, transport to the substrate and the kinetics of "
        "crystallisation; four "
        "constants were set by the measured thicknesses and Cu/V.",
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


def budget_chapters(plan: BudgetPlan) -> list[Chapter]:
    """The junction, and what it explains of the gain of one cell over the other."""
    pair = load_pair(plan.junction)
    cell, reference = Cell.load(plan.cell), Cell.load(plan.reference)
    budget = explanation_budget(
        plan.cell, plan.reference, plan.junction, protocol=plan.protocol,
        measured=measured_pair(cell, reference, plan.protocol), samples=plan.samples, members=plan.members,
    )  # fmt: skip
    return [junction_chapter(pair), budget_chapter(budget, cell, reference, pair), microstructure_chapter(pair)]


def measured_pair(cell: Cell, reference: Cell, protocol: str) -> tuple[float, float] | None:
    """The paper's capacities of reference and cell, where both and the current are the paper's."""
    found = {name: value for _, name, current, value in measured_capacities() if f"at {current:g} uA/cm2" in protocol}
    if cell.name not in found or reference.name not in found:
        return None
    return found[reference.name], found[cell.name]
