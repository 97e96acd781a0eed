"""The page of the recorded first-principles results: figures, numbers and the commands that make them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..atomistic.fields.elf import beside_atoms
from ..atomistic.results.bias import insertion_error
from ..atomistic.results.curves import Curves, take_slice
from ..atomistic.results.evidence import Evidence, evidence, places
from ..atomistic.results.interface_record import InterfaceRecord
from ..atomistic.results.statements import Statements, Verdict
from ..atomistic.results.values import DerivedParameter
from ..figures.figure import Figure
from ..files import write_table
from ..plots.atoms import adsorption_figure, path_figure, recorded_path
from ..plots.electrons import (
    bulk_states_figure,
    charge_figure,
    interface_potential_figure,
    side_states_figures,
    slice_figure,
    titled,
)
from .atoms_tables import derived_parameters, own_names, statements_table, tables
from .page import Chapter, Drawable, Table, write_chapters

if TYPE_CHECKING:
    from ..atomistic.results.recorded import Recorded

__all__ = ["atoms_chapters", "short_chapter", "statements_chapter", "write_atoms_page"]

ONE: dict[Verdict, str] = {
    "agrees": "agrees", "disagrees": "disagrees", "not decidable": "is not decidable",
    "not yet computed": "is not yet computed",
}  # fmt: skip
MANY: dict[Verdict, str] = {
    "agrees": "agree", "disagrees": "disagree", "not decidable": "are not decidable",
    "not yet computed": "are not yet computed",
}  # fmt: skip

HALF_OF_IT = 0.5  # of ∫|Δn| lies inside the surfaces that are drawn
LOCALISED = 0.75  # ELF of lone pairs and bonds of oxides
REACH_A = 1.5  # from the nearest atom: bonds and lone pairs of oxides lie nearer


def write_atoms_page(
    folder: Path,
    found: Evidence | None = None,
    statements: Statements | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write ``folder/report.html`` with its figures (SVG, PNG) and the numbers behind them (csv).

    Args:
        found: the shipped evidence by default.
        statements: what somebody says of it, answered; it comes first.

    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    known = evidence() if found is None else found
    chapters = [] if statements is None else [statements_chapter(statements)]
    chapters += atoms_chapters(known)
    materials = " and ".join(dict.fromkeys(name for pair in known.pairs for name in pair))
    page = write_chapters(
        f"{materials} from first principles" if materials else "From first principles", chapters, folder,
        description="Structures, adsorption, barriers and electrons, from results that come with heterofilm; nothing "
        "is computed for this page. Each number says its level of theory and what it cannot say.",
        progress=progress,
    )  # fmt: skip
    stated = {} if statements is None else {"claims": statements_table(statements)}
    for name, table in {**stated, **tables(known, chapters)}.items():
        write_table(table, folder / "data" / f"{name}.csv")
    return page


def short_chapter(found: Evidence | None = None, statements: Statements | None = None) -> Chapter:
    """For the report of a study: bars and migration paths, and what somebody says of them with the verdicts."""
    known = evidence() if found is None else found
    said = None if statements is None else statements_chapter(statements)
    against = "" if statements is None else f" against {statements.title}"
    return Chapter(
        "From first principles",
        f"Recorded results from first principles{against}; `heterofilm atoms figures` writes all of them.",
        () if said is None else said.sentences, lithium_figures(known), () if said is None else said.tables,
    )  # fmt: skip


def statements_chapter(given: Statements) -> Chapter:
    """Statements, each with verdict, reason and numbers."""
    answers = given.answers
    counts = {word: sum(one.verdict == word for one in answers) for word in dict.fromkeys(a.verdict for a in answers)}
    said = ", ".join(f"{n} {(ONE if n == 1 else MANY)[word]}" for word, n in counts.items())
    rows = [
        (one.statement, one.verdict, one.why, "; ".join(f"{what}: {x} ({level})" for what, x, level in one.numbers))
        for one in answers
    ]  # fmt: skip
    return Chapter(
        f"{given.title[0].upper()}{given.title[1:]}",
        "Where a difference is below what the level of theory misses, it is not decidable.",
        [f"Of {len(answers)} statements: {said}."],
        (),
        [Table("Statements", (given.by, "Verdict", "Why", "Numbers (level)"), rows)],
    )  # fmt: skip


def atoms_chapters(found: Evidence) -> list[Chapter]:
    """All chapters that the evidence has something for."""
    chapters = []
    for own, pair in zip(own_names(found), found.pairs, strict=True):
        one = found.interface(*pair)
        if one is not None:
            chapters.append(interface_chapter(one, found.interface(*pair, with_elf=True), own))
    chapters.append(states_chapter(found))
    chapters.append(lithium_chapter(found))
    chapters.append(derived_chapter(found))
    chapters.append(results_chapter(found))
    return chapters


def interface_chapter(
    one: InterfaceRecord, localised: InterfaceRecord | None = None, name: str = "interface"
) -> Chapter:
    """Charge density difference, potential, ELF (of `localised`, where `one` has none) and states of the interface.

    `name`: what the names of its figures begin with.
    """
    n, about = one.numbers, one.about
    said = [
        f"{one.words[0].upper()}{one.words[1:]} ({1e4 * n.per_area_e_A2:.1f}e-4 e/Å2); {n.moved_e:.1f} e move at all."
    ]
    said.append(f"Adhesion {n.adhesion_J_m2:.2f} J/m2; the difference integrates to {n.integral_e:+.1e} e.")
    if n.work_function_film_eV is not None and n.work_function_substrate_eV is not None:
        said.append(
            f"Work functions of the faces that meet, each alone: {about.film} {n.work_function_film_eV:.2f} eV, "
            f"{about.substrate} {n.work_function_substrate_eV:.2f} eV."
        )
    said.append(f"Limits: {about.limits}.")
    rows = [
        ("level", str(about.level)), ("version", about.version), ("settings", about.settings),
        ("command", about.command), ("limits", about.limits), ("wall time", f"{about.wall_s:.0f} s"),
    ]  # fmt: skip
    return Chapter(
        f"{about.film} on {about.substrate}: the electrons of the interface",
        f"{one.atoms.symbols.formula}, {len(one.slab.elements)} atoms. {about.level}.",
        said, interface_figures(one, localised, name), [Table("How it was made", ("What", "Words"), rows)],
    )  # fmt: skip


def interface_figures(
    one: InterfaceRecord, localised: InterfaceRecord | None = None, name: str = "interface"
) -> list[Drawable]:
    """Surfaces, slices, curves along the normal, states by side; ELF of `localised`, where `one` has none."""
    from ..figures.field import FieldFigure, Surface, level_of_share

    level = one.about.level
    values = one.volume.values
    at = level_of_share(one.volume, HALF_OF_IT)
    figures: list[Drawable] = [
        FieldFigure(
            f"{name}-difference",
            "Charge density difference",
            one.atoms,
            one.volume,
            [Surface(at, "#e6b800", "electrons gained"), Surface(-at, "#20a4b8", "electrons lost")],
            f"Surfaces at ±{at:.2g} e/Å3, which hold half of all that moved. {level}. Turn it by hand.",
        )
    ]
    b = int(np.argmax(np.abs(values).sum(axis=(0, 2))))
    plane = take_slice(one.volume, "b", b / values.shape[1])
    limit = float(np.percentile(np.abs(plane.values), 98.0)) or 1.0
    figures.append(
        slice_figure(
            f"{name}-difference-slice",
            "Charge density difference, one plane",
            plane,
            f"At {plane.at:.2f} along b, where most moves; blue: electrons gained. {level}.",
            signed=True,
            limit=limit,
        )
    )
    figures += [charge_figure(one, name), interface_potential_figure(one, name)]
    held = one if one.elf is not None else localised
    if held is not None and held.elf is not None:
        elf_level = held.about.elf_level or held.about.level
        near = beside_atoms(held.elf, held.atoms, REACH_A)
        left_out = f"Further than {REACH_A:g} Å from every atom, where there are next to no electrons, it is left out"
        figures.append(
            FieldFigure(
                f"{name}-elf",
                "Electron localization function",
                held.atoms,
                near,
                [Surface(LOCALISED, "#6BBF59", f"ELF = {LOCALISED:g}")],
                f"{left_out}. {elf_level}. Turn it by hand.",
            )
        )
        cut = take_slice(near, "b", plane.at)
        figures.append(
            slice_figure(
                f"{name}-elf-slice", "ELF, one plane", cut, f"At {cut.at:.2f} along b. {left_out}. {elf_level}."
            )
        )
    return [*figures, *side_states_figures(one, name)]


def states_chapter(found: Evidence) -> Chapter:
    """Densities of states, gaps and ELF of the recorded bulks."""
    figures: list[Figure] = []
    rows = []
    for curves in found.curves:
        drawn = bulk_states_figure(curves)
        if drawn is not None:
            figures.append(drawn)
        if curves.elf is not None:
            figures.append(_elf_slice(curves))
        gap = "none" if curves.edges.gap_eV <= 0.0 else f"{curves.edges.gap_eV:.2f} eV"
        kind = {True: "direct", False: "indirect", None: ""}[curves.edges.direct] if curves.edges.gap_eV > 0.0 else ""
        rows.append((curves.name, gap, kind, str(curves.about.level), curves.about.settings, curves.about.limits))
    return Chapter(
        "Density of states of the bulks", "Projected on atoms, with the gap of the bands marked.", (), figures,
        [Table("Gaps", ("Recorded as", "Gap", "", "Level", "Settings", "Limits"), rows)],
    )  # fmt: skip


def _elf_slice(curves: Curves) -> Figure:
    assert curves.elf is not None
    slug = "".join(c if c.isalnum() or c == "-" else "-" for c in curves.name)
    return slice_figure(f"elf-{slug}", f"ELF of {titled(curves.name)}", curves.elf, f"{curves.about.level}.")


def lithium_figures(found: Evidence) -> list[Figure]:
    """Adsorption bars and energies along hops, as far as they are recorded."""
    known = dict.fromkeys(place for pair in found.pairs for place in places(*pair))
    energies = {p: found.numbers[f"adsorption-{p}"] for p in known if f"adsorption-{p}" in found.numbers}
    figures = []
    if energies:
        level = ", ".join(sorted({str(one.level) for one in energies.values()}))
        error, words = insertion_error(found.numbers)
        caption = f"Each may be wrong by {error:.2g} eV: {words}."
        figures.append(
            adsorption_figure({p: one.value for p, one in energies.items()}, "Li in the slab, by place", level, caption)
        )
    paths = {one.name.removesuffix("-barrier"): one for one in _paths(found)}
    if paths:
        figures.append(
            path_figure({name: recorded_path(one) for name, one in paths.items()}, "Li along its migration paths")
        )
    return figures


def lithium_chapter(found: Evidence) -> Chapter:
    """Where Li likes to be, and what it climbs over between its sites."""
    said = []
    for one in _paths(found):
        said.append(f"{one.words[0].upper()}{one.words[1:]}: {one.value:.3f} {one.unit} ({one.level}; {one.limits}).")
    for one in found.numbers.values():
        if one.name.startswith("adsorption-"):
            said.append(
                f"{one.words[0].upper()}{one.words[1:]}: {one.value:.2f} {one.unit} ({one.level}; {one.limits})."
            )
    return Chapter("Lithium", "Against lithium metal at the same level.", said, lithium_figures(found))


def derived_chapter(found: Evidence) -> Chapter:
    """What of it a cell can be simulated with, beside what the library holds."""
    rows = [_derived_row(one) for one in derived_parameters(found)]
    return Chapter(
        "Into junction and cell",
        "Computed values with range and source, beside the library's own. None replaces it by itself: set it, and see.",
        (), (), [Table("Values", ("What", "Computed", "Range", "Library", "How to use it", "Source"), rows)],
    )  # fmt: skip


def _derived_row(one: DerivedParameter) -> tuple[str, ...]:
    v = one.value
    low, high = v.span
    return (one.words, f"{v.value:.3g} {v.unit}", f"{low:.2g} to {high:.2g}", one.beside, one.use, v.source)


def results_chapter(found: Evidence) -> Chapter:
    """Every recorded number with the command that makes it again."""
    rows = [
        (
            one.name,
            one.words,
            f"{one.value:g} {one.unit}",
            str(one.level),
            one.command,
            one.limits,
            f"{one.wall_s:.0f} s",
        )
        for one in found.numbers.values()
    ]
    return Chapter(
        "All recorded numbers", "Each with the command that computes it again, and what it cannot say.", (), (),
        [Table("Numbers", ("Name", "What", "Value", "Level", "Command", "Limits", "Took"), rows)],
    )  # fmt: skip


def _paths(found: Evidence) -> list[Recorded]:
    return [one for one in found.numbers.values() if one.name.endswith("-barrier") and "energies_eV" in one.more]
