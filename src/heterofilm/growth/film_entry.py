"""A grown film as an entry of the library, for a cell to use.

Of the two phases around its ratio the one poorer in the added element is the matrix, the other the domains; one that is
inert, or of which there is next to nothing, leaves the other alone. An amorphous film is of a glass and an inert phase.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import ValidationError

from ..elements import ELEMENTS
from ..errors import InputError
from ..library.material import material
from ..library.schema import Film, Phase
from ..library.shares import stated_ratio
from ..library.toml import sentence
from ..library.value import Entry, Value
from .grown import GrownState
from .outcome import Phases

LENT = ("tortuosity_exponent", "transport_factor", "utilisation", "sigma_e", "surface_domain_share", "activation")
LEAST = 1e-6  # of a ratio that counts
HETERO_I0 = Value(
    value=1e-3, unit="mA/cm2", kind="assumed", low=1e-5, high=1e-1, method="log",
    source="per area of hetero-interface; no measurement known, and no film to lend one: name one as 'like'",
)  # fmt: skip


class _Structure(NamedTuple):
    """What a film consists of: phases, the ratio that tells their shares, and an inert rest."""

    matrix: Phase
    domain: Phase | None = None
    ratio: Value | None = None
    share: float = 1.0  # of the volume, that is matrix and domain
    rest: str = ""  # the phase that fills what is left


def film_entry(grown: GrownState) -> Film:
    """What the film consists of decides matrix and domain; what growth does not tell is lent by ``like``.

    Errors: `HeterofilmError` for a glass the library has no phase for, or domains without a size.
    """
    found, recipe, called = _structure(grown), grown.recipe, grown.entries.called
    matrix, domain = called[found.matrix.name], found.domain and called[found.domain.name]
    low, high = grown.interval("thickness")
    content: dict[str, Any] = {
        "name": f"{recipe.name}-grown",
        "title": f"{recipe.title}, as grown",
        "matrix": matrix,
        "domain": domain,
        "thickness": _computed(1e9 * grown.thickness, "nm", 1e9 * low, 1e9 * high),
    }
    if found.ratio is not None and grown.of is not None:
        content |= stated_ratio(grown.of, found.ratio)
    lender = None if recipe.like is None else grown.library.film(recipe.like)
    if domain is not None:
        content["domain_size"] = recipe.domain_size
        lent = None if lender is None or lender.hetero_i0 is None else _lent(lender.hetero_i0, lender)
        content["hetero_i0"] = lent or HETERO_I0
        if content["domain_size"] is None:
            raise InputError(
                f"The film of recipe '{recipe.name}' has domains of {domain}, whose size growth does not predict: add "
                'for example domain_size = "10 nm".'
            )
    if lender is not None and (material(lender.matrix), lender.domain) == (material(matrix), domain):
        content["matrix"] = lender.matrix  # the same material may have a phase by couples and one by a table
        for key in LENT:
            content[key] = _lent(getattr(lender, key), lender)
    if found.share < 1.0:
        own = content.get("utilisation", {}).get(matrix) or found.matrix.utilisation
        source = f"{own} of {found.matrix.name}, which fills {found.share:.3g} of the volume; the rest, {found.rest}, "
        value = Value(value=own.value * found.share, unit=own.unit, kind="computed", source=source + "does not react")
        content["utilisation"] = {matrix: value}
    try:
        return Film.model_validate({key: value for key, value in content.items() if value is not None})
    except ValidationError as error:
        raise InputError(sentence(error, f"The film of recipe '{recipe.name}'")) from None


def _lent(given: Any, lender: Film) -> Any:
    """What another film lends, which says so beside every number."""
    if isinstance(given, Value):
        return given.model_copy(update={"source": f"lent by the film {lender.name}: {given.source}"})
    if isinstance(given, Entry):
        return given.model_copy(update={key: _lent(getattr(given, key), lender) for key in type(given).model_fields})
    return {key: _lent(value, lender) for key, value in given.items()} if isinstance(given, dict) else given


def _structure(grown: GrownState) -> _Structure:
    """Matrix, domain and what tells their shares."""
    x, system = grown.ratio, grown.entries.system
    if x is None or system is None:
        (phase,) = grown.entries.phases.values()
        if not grown.crystalline:
            raise InputError(
                f"The film of recipe '{grown.recipe.name}' stays amorphous, and the library has no amorphous "
                f"{phase.name}; anneal it hotter or longer."
            )
        return _Structure(phase)
    poor, rich = system.around(x)
    composition = grown.composition
    assert composition.domain is not None  # of a system's two phases
    both = zip((poor, rich), (composition.matrix, composition.domain), strict=True)
    parts = [(phase, share.volume_fraction) for phase, share in both if share.formula_units >= LEAST]
    active = [(phase, share) for phase, share in parts if phase.name not in system.inert]
    rest = " and ".join(phase.name for phase, _ in parts if phase.name in system.inert)
    if not active:
        raise InputError(
            f"The film of recipe '{grown.recipe.name}' with {grown.of} {x:.3g} is of {rest} alone, which takes up no "
            "lithium; change its powers."
        )
    if not grown.crystalline:
        if len(active) > 1 or active[0][0].name not in system.glasses:
            raise InputError(_no_glass(grown, x, system))
        phase, share = active[0]
        glass = system.glasses[phase.name]
        return _Structure(glass, None, _own(system, glass), share if rest else 1.0, rest)
    if len(active) == 1:
        phase, share = active[0]
        ratio = _own(system, phase) if rest else None
        return _Structure(phase, None, ratio, share if rest else 1.0, rest)
    low, high = grown.interval("ratio")
    value = _computed(x, "1", max(low, system.ratio(poor)), min(high, system.ratio(rich)))
    return _Structure(poor, rich, value)


def _no_glass(grown: GrownState, x: float, system: Phases) -> str:
    """Why an amorphous film is no film for a cell, and what would make it one."""
    glasses = ", ".join(f"{glass.name} with {grown.of} {system.ratio(glass):g}" for glass in system.glasses.values())
    return (
        f"The film of recipe '{grown.recipe.name}' stays amorphous with {grown.of} {x:.3g}, and "
        + (f"the glass of its system is {glasses}" if glasses else "its system has no glass")
        + f"; anneal it hotter{f', or give it more {ELEMENTS[system.entry.added].name}' if glasses else ' or longer'}."
    )


def _own(system: Phases, phase: Phase) -> Value:
    """The ratio of a phase, beside which an inert one may hold more of the added element."""
    name = ELEMENTS[system.entry.added].name
    inert = " and ".join(sorted(system.inert))
    source = f"of the phase; the {name} beyond it counts as {inert}, which does not react here"
    return Value(value=system.ratio(phase), unit="1", kind="computed", source=source)


def _computed(value: float, unit: str, low: float, high: float) -> Value:
    """A computed value; its range is widened to hold it where the draws lie to one side."""
    source = "growth model; range: 5 to 95 % of the draws that agree with the measured films"
    low, high = min(low, value), max(high, value)
    return Value(value=value, unit=unit, kind="computed", source=source, low=low, high=high)
