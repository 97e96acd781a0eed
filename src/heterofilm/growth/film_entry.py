"""A grown film as an entry of the library, for a cell to use."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from ..errors import InputError
from ..library.material import material
from ..library.schema import Film
from ..library.toml import sentence
from ..library.value import Entry, Value
from .grown import GrownState

GLASS = "a-CuVO"
LENT = ("tortuosity_exponent", "transport_factor", "utilisation", "sigma_e", "surface_domain_share", "activation")
LEAST = 1e-6  # Cu/V that counts as copper
HETERO_I0 = Value(
    value=1e-3, unit="mA/cm2", kind="assumed", low=1e-5, high=1e-1, method="log",
    source="per area of hetero-interface; no measurement known, and no film to lend one: name one as 'like'",
)  # fmt: skip


def film_entry(grown: GrownState) -> Film:
    """What the film consists of decides matrix and domain; what growth does not tell is lent by ``like``.

    Errors: `HeterofilmError` for a glass the library has no phase for, or domains without a size.
    """
    matrix, domain, ratio, share = _structure(grown)
    recipe = grown.recipe
    low, high = grown.interval("thickness")
    content: dict[str, Any] = {
        "name": f"{recipe.name}-grown",
        "title": f"{recipe.title}, as grown",
        "matrix": matrix,
        "domain": domain,
        "thickness": _computed(1e9 * grown.thickness, "nm", 1e9 * low, 1e9 * high),
        "cu_to_v": ratio,
    }
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
    if share < 1.0:
        own = content.get("utilisation", {}).get(matrix) or grown.entries.phases[matrix].utilisation
        source = f"{own} of {matrix}, which fills {share:.3g} of the volume; the rest, CuO, does not react"
        value = own.value * share
        content["utilisation"] = {matrix: Value(value=value, unit=own.unit, kind="computed", source=source)}
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


def _structure(grown: GrownState) -> tuple[str, str | None, Value | None, float]:
    """Matrix, domain, Cu/V of these two, and the share of the volume they fill."""
    x, composition = grown.cu_to_v, grown.composition
    if x is None:
        if not grown.crystalline:
            raise InputError(
                f"The film of recipe '{grown.recipe.name}' stays amorphous, and the library has no amorphous "
                f"{composition.matrix.phase}; anneal it hotter or longer."
            )
        return composition.matrix.phase, None, None, 1.0
    low, high = grown.interval("cu_to_v")
    if not grown.crystalline:
        if x < 1.0:
            raise InputError(
                f"The film of recipe '{grown.recipe.name}' stays amorphous with Cu/V {x:.3g}, and the library's only "
                f"glass, {GLASS}, has Cu/V 1; anneal it hotter, or give it more copper."
            )
        return GLASS, None, _ratio(1.0), composition.matrix.volume_fraction
    if x > 1.0:
        return "Cu2V2O7", None, _ratio(1.0), composition.matrix.volume_fraction
    if x < LEAST:
        return "V2O5", None, None, 1.0
    return "V2O5", "Cu2V2O7", _computed(x, "1", low, min(high, 1.0)), 1.0


def _ratio(x: float) -> Value:
    source = "of the phase; the copper beyond it counts as CuO, which does not react here"
    return Value(value=x, unit="1", kind="computed", source=source)


def _computed(value: float, unit: str, low: float, high: float) -> Value:
    """A computed value; its range is widened to hold it where the draws lie to one side."""
    source = "growth model; range: 5 to 95 % of the draws that agree with the measured films"
    low, high = min(low, value), max(high, value)
    return Value(value=value, unit=unit, kind="computed", source=source, low=low, high=high)
