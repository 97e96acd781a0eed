"""Settings that are given by element (U, moments): what is refused, and what of them applies to a part of a structure.

A setting for an element that is not there would change no number, but stand in the level of the result. So a structure
as it was given must hold every element named; where one engine serves a whole and its parts, each part is computed, and
recorded, with what applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from ...elements import ELEMENTS
from ...errors import InputError, did_you_mean

if TYPE_CHECKING:
    from ase import Atoms

    from ..engine import Engine

__all__ = ["check_named", "check_present", "for_part"]

WORDS = ("u", "moments", "alternate")
LARGEST = {"u": 20.0, "moments": 10.0}  # eV, μ_B
E = TypeVar("E", bound="Engine")


def check_named(program: str, chosen: Mapping[str, Any], *, lists: bool = False) -> None:
    """Refuse what is no element, no U from 0 to 20 eV, or no moment within 10 μ_B.

    `lists`: an element may have a list of moments.

    Errors: `HeterofilmError`.
    """
    for word in ("u", "moments"):
        if not isinstance(chosen[word], Mapping):
            raise InputError(f"{program} takes {word} by element, for example {{'Cu': 1.0}}.")
    if not isinstance(chosen.get("alternate", ()), list | tuple):
        raise InputError(f"{program} takes alternate as a list of elements, for example ['Cu'].")
    for word in WORDS:
        for element in chosen.get(word, ()):
            if element not in ELEMENTS:
                raise InputError(
                    f"{program}: {word} names '{element}', which is no element; write its symbol, as V or Cu."
                    f"{did_you_mean(str(element), ELEMENTS)}"
                )
    for element, value in chosen["u"].items():
        if not (_is_number(value) and 0.0 <= value <= LARGEST["u"]):
            raise InputError(f"{program} takes u from 0 to {LARGEST['u']:g} eV, not {value!r} for {element}.")
    for element, value in chosen["moments"].items():
        many = value if lists and isinstance(value, list | tuple) else [value]
        if not many or not all(_is_number(one) and abs(one) <= LARGEST["moments"] for one in many):
            raise InputError(
                f"{program} takes for each element one moment{', or one for each of its atoms,' if lists else ''} "
                f"of at most {LARGEST['moments']:g} μ_B, not {value!r} for {element}."
            )
    still = [one for one in chosen.get("alternate", ()) if one not in chosen["moments"]]
    if still:
        raise InputError(
            f"{program}: {', '.join(still)} in alternate has no moment; name one, moments={{'{still[0]}': 1.0}}."
        )


def check_present(atoms: Atoms, engine: Engine) -> None:
    """Refuse settings of an element that `atoms` do not hold.

    Errors: `HeterofilmError` that names it and the elements that are there.
    """
    held = set(atoms.symbols)
    for word in WORDS:
        absent = [one for one in engine.settings.get(word, ()) if one not in held]
        if absent:
            raise InputError(
                f"The engine '{engine.name}' is given {word} of {', '.join(absent)}, but the structure holds "
                f"{', '.join(sorted(held))} alone: leave it out, or take the element that was meant."
            )


def for_part(engine: E, atoms: Atoms) -> E:
    """The engine with what of its settings applies to `atoms`, a part of a structure.

    Spins stay on where the whole has them, so that all densities have as many.
    """
    held, kept = set(atoms.symbols), dict(engine.settings)
    for word in WORDS:
        given = kept.get(word)
        if isinstance(given, Mapping):
            kept[word] = {one: value for one, value in given.items() if one in held}
        elif given:
            kept[word] = [one for one in given if one in held]
    if engine.settings.get("moments") and not kept["moments"]:
        kept["moments"] = {min(held): 0.0}
    if kept == dict(engine.settings):
        return engine
    made: Any = replace(engine, settings=kept)  # type: ignore[type-var]
    part: E = made
    return part


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
