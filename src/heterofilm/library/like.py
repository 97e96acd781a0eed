"""``like = "voc1-silicon"``: an entry that is another one but for what it states itself.

Tables are laid over those of the other entry, key by key; a quantity is one key. Of a list of tables (layers, steps)
each is laid over the one of the same role or name, so the order is that of the other entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InputError
from .value import hint

__all__ = ["LONGEST", "laid_over"]

LONGEST = 8  # entries, each like the next
KEYS = ("role", "name")  # by which tables of a list are told apart


def laid_over(content: Mapping[str, Any], what: str, other: Callable[[Any], Mapping[str, Any]]) -> dict[str, Any]:
    """The whole text of an entry whose ``like`` names another, of which ``other`` gives the text.

    ``what``: the entry in words. Errors: `InputError` for entries that are like each other around a circle, and for a
    layer or step that the other does not have; those of `other`.
    """
    chain = [content]
    while chain[-1].get("like"):
        if len(chain) > LONGEST:
            raise InputError(f"{what}, key 'like': more than {LONGEST} entries are each like the next; is it a circle?")
        chain.append(other(chain[-1]["like"]))
    whole = dict(chain.pop())
    while chain:
        whole = _over(whole, chain.pop(), what)
    return whole


def _over(below: Mapping[str, Any], own: Mapping[str, Any], what: str) -> dict[str, Any]:
    made = dict(below)
    for key, given in own.items():
        old = below.get(key)
        if isinstance(given, Mapping) and isinstance(old, Mapping) and "value" not in given:
            made[key] = _over(old, given, what)
        elif _tables(given) and old and _tables(old):
            made[key] = _listed(old, given, key, what)
        else:
            made[key] = given
    return made


def _tables(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(one, Mapping) for one in given)


def _listed(below: list[Any], own: list[Any], key: str, what: str) -> list[Any]:
    by = next((word for word in KEYS if all(word in one for one in (*below, *own))), None)
    if by is None:
        raise InputError(
            f"{what}, key '{key}': each needs its {' or '.join(KEYS)}, by which it is laid over the other's."
        )
    places = {str(one[by]): k for k, one in enumerate(below)}
    made = list(below)
    for one in own:
        if str(one[by]) not in places:
            known = hint(str(one[by]), list(places))
            raise InputError(f"{what}, key '{key}': the entry that it is like has no {by} '{one[by]}'{known}")
        made[places[str(one[by])]] = _over(made[places[str(one[by])]], one, what)
    return made
