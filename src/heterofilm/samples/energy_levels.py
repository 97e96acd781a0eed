"""Energy levels that were measured on two samples, in one diagram: which way electrons go when they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import HeterofilmError
from ..junction.bands import Levels, contact, levels
from ..junction.field import solve
from ..junction.geometry import thick
from ..junction.solids import solid
from ..library import Library, Semiconductor, names
from ..library.material import material
from ..plots.junction import bands_figure
from ..records.result import Result
from ..reports.page import Chapter
from .analysed import Analysed
from .findings import slug

__all__ = ["diagram", "measured_levels"]

NEEDED = ("work function", "valence band edge", "direct gap")


def measured_levels(one: Analysed) -> tuple[Levels, float] | None:
    """The levels of a sample and the uncertainty of its work function (eV); None where one of three is missing."""
    found: dict[str, Result] = {}
    for result in one.results:
        if result.quantity in NEEDED and isinstance(result.value, float):
            found.setdefault(result.quantity, result)
    if len(found) < len(NEEDED):
        return None
    work, edge, gap = (float(found[name].value) for name in NEEDED)
    try:
        return levels(one.sample.name, work, edge, gap), found["work function"].uncertainty
    except HeterofilmError as error:
        one.failed.append(("energy levels", str(error)))
        return None


def diagram(done: Sequence[Analysed]) -> Chapter | None:
    """Contacts of the first sample with every other that has levels; None with fewer than two."""
    known = [(one, *found) for one in done if (found := measured_levels(one)) is not None]
    if len(known) < 2:
        return None
    first, A, sd = known[0]
    said, figures = [], []
    for other, B, sd_B in known[1:]:
        met = contact(A, B)
        error = (sd**2 + sd_B**2) ** 0.5
        said.append(f"{met.words} The difference of the work functions is {abs(met.built_in_V):.2f} ± {error:.2f} eV.")
        solids = [_doping_of(one, level) for one, level in ((first, A), (other, B))]
        a, b = (
            solid(entry, carrier=level.carrier, work_function=level.work_function)
            for entry, level in zip(solids, (A, B), strict=True)
        )
        figure = bands_figure(A, B, solve(a, b, thick(a, b)), f"{A.name} and {B.name}")
        note = f" Doping as in the library's {solids[0].name} and {solids[1].name}; it sets the width, not the height."
        figures.append(replace(figure, name=f"levels-{slug(A.name)}-{slug(B.name)}", caption=figure.caption + note))
    return Chapter(
        "Energy levels", "From work function and valence band edge (UPS) and the direct gap (UV-vis).", said, figures
    )


def _doping_of(one: Analysed, level: Levels) -> Semiconductor:
    """The solid of the library whose doping, permittivity and sites a sample lends: its film's phase, else the first
    with carriers of its kind.
    """
    library = Library()
    known = names("semiconductors")
    film = one.sample.sheet.film
    entry = library.film(film) if film else None
    phases = [] if entry is None else [material(name) for name in (entry.matrix, entry.domain) if name]
    own = [library.entry(Semiconductor, phase) for phase in phases if phase in known]
    return next(
        (solid for solid in own if solid.carrier == level.carrier),
        own[0]
        if own
        else next(s for s in (library.entry(Semiconductor, n) for n in known) if s.carrier == level.carrier),
    )
