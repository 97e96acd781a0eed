"""What tells how much of each of its two phases a film holds, and the rules for it.

An atomic ratio of two elements, ``"Cu/V"``, tells it by the mass balance of ``film/composition.py`` where the phases
differ in it; the share of the volume that is domains tells it of any two phases.
"""

from __future__ import annotations

from collections.abc import Mapping

from .elements import check_elements
from .value import Value

__all__ = ["CU_TO_V", "KEYS", "check_ratios", "check_shares", "stated_ratio", "two_elements"]

CU_TO_V = "Cu/V"  # what the key ``cu_to_v`` is short for
KEYS = ("cu_to_v", "atomic_ratio", "domain_fraction")
SHARES = "to tell the shares of its two phases"


def two_elements(of: str) -> tuple[str, str]:
    """Both elements of an atomic ratio, ``"Cu/V"``; ValueError for anything else."""
    over, slash, under = of.partition("/")
    if not slash or not over or not under:
        raise ValueError(f"an atomic ratio is that of two elements, such as \"Cu/V\", not '{of}'")
    check_elements({over: 1.0, under: 1.0})
    if over == under:
        raise ValueError(f"an atomic ratio is that of two elements; '{of}' names one twice")
    return over, under


def check_ratios(ratios: Mapping[str, Value]) -> None:
    """ValueError for what are no two elements, and for more than one ratio."""
    for of in ratios:
        two_elements(of)
    if len(ratios) > 1:
        raise ValueError(f"one atomic ratio tells the shares of two phases, not {' and '.join(ratios)}; keep one")


def check_shares(given: Mapping[str, object], domain: str | None) -> None:
    """ValueError unless exactly one of `KEYS` is given for two phases, and no volume fraction for one phase.

    The ratio of a film of one phase is that of the phase, against which it is checked where the phase is known.
    """
    stated = [key for key in KEYS if given[key]]
    if len(stated) > 1:
        raise ValueError(f"{' and '.join(stated)} say the same; give one of them {SHARES}")
    if domain is not None and not stated:
        raise ValueError(f"a film with domains needs {', '.join(KEYS[:-1])} or {KEYS[-1]}, one of them, {SHARES}")
    if domain is None and given["domain_fraction"]:
        raise ValueError("domain_fraction is given but the film has no domain; name its phase or drop domain_fraction")


def stated_ratio(of: str, value: Value) -> dict[str, object]:
    """A ratio as the key of a film that states it: ``cu_to_v``, or ``atomic_ratio`` of any other two elements."""
    return {"cu_to_v": value} if of == CU_TO_V else {"atomic_ratio": {of: value}}
