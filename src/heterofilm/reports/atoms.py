"""The page of the recorded first-principles results: the paper's statements answered, figures, numbers and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..atomistic.fields.elf import beside_atoms
from ..atomistic.results.bias import adsorption_error
from ..atomistic.results.curves import Curves, take_slice
from ..atomistic.results.interface_record import SIDES, InterfaceRecord
from ..atomistic.results.values import Flowing, library_values
from ..figures.figure import Figure
from ..files import atomic
from ..junction.computed import junction_values
from ..junction.pair import load_pair
from ..paper import dft_answers as dft
from ..plots.electrons import (
    adsorption_figure,
    bulk_states_figure,
    charge_figure,
    path_figure,
    potential_figure,
    recorded_path,
    side_states_figures,
    slice_figure,
    titled,
)
from .page import Chapter, Drawable, Table, write_chapters

if TYPE_CHECKING:
    from ..atomistic.results.recorded import Recorded

__all__ = ["atoms_chapters", "flowing", "short_chapter", "write_atoms_page"]

HALF_OF_IT = 0.5  # of ∫|Δn| lies inside the surfaces that are drawn
RESULT = ("name", "words", "value", "unit", "low", "high", "level", "version", "command", "limits")
LOCALISED = 0.75  # ELF of lone pairs and bonds of oxides
REACH_A = 1.5  # from the nearest atom: bonds and lone pairs of oxides lie nearer


def write_atoms_page(folder: Path, progress: Callable[[str], None] | None = None) -> Path:
    """Write ``folder/report.html`` with its figures (SVG, PNG) and the numbers behind them (csv).

    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    found = dft.evidence()
    chapters = atoms_chapters(found)
    page = write_chapters(
        "V2O5 and Cu2V2O7 from first principles", chapters, folder,
        description="Structures, adsorption, barriers and electrons, from results that come with heterofilm; nothing "
        "is computed for this page. Each number says its level of theory and what it cannot say.",
        progress=progress,
    )  # fmt: skip
    for name, table in tables(found, chapters).items():
        atomic(folder / "data" / f"{name}.csv", table.write_csv)
    return page


def atoms_chapters(found: dft.Evidence) -> list[Chapter]:
    """All chapters that the evidence has something for."""
    chapters = [claims_chapter(found)]
    if found.interface is not None:
        chapters.append(interface_chapter(found.interface, found.localised))
    chapters.append(states_chapter(found))
    chapters.append(lithium_chapter(found))
    chapters.append(flow_chapter(found))
    chapters.append(results_chapter(found))
    return chapters


def short_chapter(found: dft.Evidence | None = None) -> Chapter:
    """For the report of a study: the statements with their verdicts, bars and paths."""
    known = dft.evidence() if found is None else found
    full = claims_chapter(known)
    figures = lithium_figures(known)
    return Chapter(
        "From first principles",
        "Recorded results of the atomistic bench against what the paper says of its DFT; `heterofilm atoms figures` "
        "writes all of them.",
        full.sentences, figures, full.tables,
    )  # fmt: skip


def claims_chapter(found: dft.Evidence) -> Chapter:
    """The paper's statements, each with verdict, reason and numbers."""
    answers = dft.answers(found)
    counts = {word: sum(one.verdict == word for one in answers) for word in dict.fromkeys(a.verdict for a in answers)}
    said = ", ".join(f"{n} {_counted(word, n)}" for word, n in counts.items())
    rows = [
        (one.statement, one.verdict, one.why, "; ".join(f"{what}: {x} ({level})" for what, x, level in one.numbers))
        for one in answers
    ]  # fmt: skip
    return Chapter(
        "What the paper says of its DFT",
        "Where a difference is below what the level of theory misses, it is not decidable.",
        [f"Of {len(answers)} statements: {said}."],
        (),
        [Table("Statements", ("Paper", "Verdict", "Why", "Numbers (level)"), rows)],
    )


def interface_chapter(one: InterfaceRecord, localised: InterfaceRecord | None = None) -> Chapter:
    """Charge density difference, potential, ELF (of `localised`, where `one` has none) and states of the interface."""
    n, about = one.numbers, one.about
    said = [
        f"{one.words[0].upper()}{one.words[1:]} ({1e4 * n.per_area_e_A2:.1f}e-4 e/Å2); {n.moved_e:.1f} e move at all."
    ]
    said.append(f"Adhesion {n.adhesion_J_m2:.2f} J/m2; the difference integrates to {n.integral_e:+.1e} e.")
    if n.work_function_film_eV is not None and n.work_function_substrate_eV is not None:
        said.append(
            f"Work functions of the faces that meet, each alone: {about['film']} {n.work_function_film_eV:.2f} eV, "
            f"{about['substrate']} {n.work_function_substrate_eV:.2f} eV."
        )
    said.append(f"Limits: {about['limits']}.")
    rows = [("level", str(about.get("level", ""))), ("version", str(about.get("version", "")))]
    rows += [(word, str(about[word])) for word in ("settings", "command", "limits")]
    rows.append(("wall time", f"{float(about.get('wall_s', 0.0)):.0f} s"))
    return Chapter(
        f"{about['film']} on {about['substrate']}: the electrons of the interface",
        f"{one.atoms.symbols.formula}, {len(one.elements)} atoms. {about.get('level', '')}.",
        said, interface_figures(one, localised), [Table("How it was made", ("What", "Words"), rows)],
    )  # fmt: skip


def interface_figures(one: InterfaceRecord, localised: InterfaceRecord | None = None) -> list[Drawable]:
    """Surfaces, slices, curves along the normal, states by side; ELF of `localised`, where `one` has none."""
    from ..figures.field import FieldFigure, Surface, level_of_share

    level = str(one.about.get("level", ""))
    values = one.volume.values
    at = level_of_share(one.volume, HALF_OF_IT)
    figures: list[Drawable] = [
        FieldFigure(
            "interface-difference",
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
            "interface-difference-slice",
            "Charge density difference, one plane",
            plane,
            f"At {plane.at:.2f} along b, where most moves; blue: electrons gained. {level}.",
            signed=True,
            limit=limit,
        )
    )
    figures += [charge_figure(one), potential_figure(one)]
    held = one if one.elf is not None else localised
    if held is not None and held.elf is not None:
        elf_level = str(held.about.get("elf_level", held.about.get("level", "")))
        near = beside_atoms(held.elf, held.atoms, REACH_A)
        left_out = f"Further than {REACH_A:g} Å from every atom, where there are next to no electrons, it is left out"
        figures.append(
            FieldFigure(
                "interface-elf",
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
                "interface-elf-slice", "ELF, one plane", cut, f"At {cut.at:.2f} along b. {left_out}. {elf_level}."
            )
        )
    return [*figures, *side_states_figures(one)]


def states_chapter(found: dft.Evidence) -> Chapter:
    """States, gaps and ELF of the recorded bulks."""
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
        rows.append((curves.name, gap, kind, *(str(curves.about.get(w, "")) for w in ("level", "settings", "limits"))))
    return Chapter(
        "States of the bulks", "Projected on atoms, with the gap of the bands marked.", (), figures,
        [Table("Gaps", ("Recorded as", "Gap", "", "Level", "Settings", "Limits"), rows)],
    )  # fmt: skip


def _elf_slice(curves: Curves) -> Figure:
    assert curves.elf is not None
    slug = "".join(c if c.isalnum() or c == "-" else "-" for c in curves.name)
    return slice_figure(f"elf-{slug}", f"ELF of {titled(curves.name)}", curves.elf, f"{curves.about.get('level', '')}.")


def lithium_figures(found: dft.Evidence) -> list[Figure]:
    """Adsorption bars and energies along hops, as far as they are recorded."""
    places = {p: found.numbers[f"adsorption-{p}"] for p in dft.PLACES if f"adsorption-{p}" in found.numbers}
    figures = []
    if places:
        level = ", ".join(sorted({one.level for one in places.values()}))
        error, words = adsorption_error(found.numbers)
        caption = f"Each may be wrong by {error:.2g} eV: {words}."
        figures.append(
            adsorption_figure({p: one.value for p, one in places.items()}, "Li in the slab, by place", level, caption)
        )
    paths = {one.name.removesuffix("-barrier"): one for one in _paths(found)}
    if paths:
        figures.append(path_figure({name: recorded_path(one) for name, one in paths.items()}, "Li on its way"))
    return figures


def lithium_chapter(found: dft.Evidence) -> Chapter:
    """Where Li likes to be, and what it climbs over on its way."""
    said = []
    for one in _paths(found):
        said.append(f"{one.words[0].upper()}{one.words[1:]}: {one.value:.3f} {one.unit} ({one.level}; {one.limits}).")
    for one in found.numbers.values():
        if one.name.startswith("adsorption-"):
            said.append(
                f"{one.words[0].upper()}{one.words[1:]}: {one.value:.2f} {one.unit} ({one.level}; {one.limits})."
            )
    return Chapter("Lithium", "Against lithium metal at the same level.", said, lithium_figures(found))


def flow_chapter(found: dft.Evidence) -> Chapter:
    """What of it a cell can be simulated with, beside what the library holds."""
    rows = [_flow_row(one) for one in flowing(found)]
    return Chapter(
        "Into junction and cell",
        "Computed values with range and source, beside the library's own. None replaces it by itself: set it, and see.",
        (), (), [Table("Values", ("What", "Computed", "Range", "Library", "How to use it", "Source"), rows)],
    )  # fmt: skip


def flowing(found: dft.Evidence | None = None) -> tuple[Flowing, ...]:
    """Everything recorded that junction and cell can take; from the shipped evidence by default."""
    known = dft.evidence() if found is None else found
    return (*library_values(known), *junction_values(known.interface, load_pair("V2O5-Cu2V2O7"), known.interfaces))


def _flow_row(one: Flowing) -> tuple[str, ...]:
    v = one.value
    low, high = v.span
    return (one.words, f"{v.value:.3g} {v.unit}", f"{low:.2g} to {high:.2g}", one.beside, one.use, v.source)


def results_chapter(found: dft.Evidence) -> Chapter:
    """Every recorded number with the command that makes it again."""
    rows = [
        (one.name, one.words, f"{one.value:g} {one.unit}", one.level, one.command, one.limits, f"{one.wall_s:.0f} s")
        for one in found.numbers.values()
    ]
    return Chapter(
        "All recorded numbers", "Each with the command that computes it again, and what it cannot say.", (), (),
        [Table("Numbers", ("Name", "What", "Value", "Level", "Command", "Limits", "Took"), rows)],
    )  # fmt: skip


def tables(found: dft.Evidence, chapters: Sequence[Chapter]) -> dict[str, pl.DataFrame]:
    """The numbers behind the page by file name: claims, results, values, curves along the normal, states, figures."""
    answers = dft.answers(found)
    made = {
        "claims": pl.DataFrame(
            [(a.id, a.statement, a.verdict, a.why, "; ".join(": ".join(n) for n in a.numbers)) for a in answers],
            schema=["id", "statement", "verdict", "why", "numbers"], orient="row",
        ),
        "results": pl.DataFrame(
            [tuple(getattr(r, column) for column in RESULT) for r in found.numbers.values()],
            schema=list(RESULT), orient="row",
        ),
        "values": pl.DataFrame(
            [(f.words, f.value.value, f.value.unit, *f.value.span, f.use, f.value.source) for f in flowing(found)],
            schema=["what", "value", "unit", "low", "high", "use", "source"], orient="row",
        ),
    }  # fmt: skip
    one = found.interface
    if one is not None:
        made["interface-normal"] = pl.DataFrame(
            {
                "z_A": one.difference.z_A, "difference_e_A3": one.difference.values,
                "difference_macroscopic_e_A3": one.smooth_difference.values, "charge_e": one.charge_e,
            }
        )  # fmt: skip
        made["interface-potential"] = pl.DataFrame(
            {
                "z_A": one.potential.z_A,
                "potential_eV": one.potential.values,
                "macroscopic_eV": one.smooth_potential.values,
            }
        )
        made["interface-atoms"] = pl.DataFrame(
            {
                "element": one.atoms.get_chemical_symbols(), "side": [SIDES[k] for k in one.side],
                **dict(zip(("x_A", "y_A", "z_A"), one.positions_A.T, strict=True)),
                **({} if one.moments is None else {"moment_muB": one.moments}),
            }
        )  # fmt: skip
        if one.states is not None:
            made["interface-states"] = _states_table(one.states)
    for curves in found.curves:
        if curves.states is not None:
            made[f"states-{curves.name}"] = _states_table(curves.states)
    for chapter in chapters:
        for figure in chapter.figures:
            if isinstance(figure, Figure) and figure.name in ("adsorption", "barrier"):
                made[figure.name] = pl.concat(
                    [
                        pl.DataFrame({"series": s.label, "x": [str(x) for x in s.x], "y": np.asarray(s.y, dtype=float)})
                        for s in figure.series if s.in_legend
                    ]
                )  # fmt: skip
    return made


def _states_table(states: object) -> pl.DataFrame:
    from ..atomistic.fields.states import States

    assert isinstance(states, States)
    columns = {"energy_eV": states.energies_eV}
    for name, values in {"total": states.total, **states.parts}.items():
        for spin, one in enumerate(values):
            columns[f"{name}{'' if len(values) == 1 else ('_up', '_down')[spin]}"] = one
    return pl.DataFrame(columns)


def _paths(found: dft.Evidence) -> list[Recorded]:
    return [one for one in found.numbers.values() if one.name.endswith("-barrier") and "energies_eV" in one.more]


def _counted(word: str, n: int) -> str:
    plural = {"agrees": "agree", "disagrees": "disagree", "not decidable": "are not decidable",
              "not yet computed": "are not yet computed"}  # fmt: skip
    single = {"not decidable": "is not decidable", "not yet computed": "is not yet computed"}
    return single.get(word, word) if n == 1 else plural[word]
