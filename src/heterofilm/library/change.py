"""Numbers of an entry by dotted path: found, or changed in a copy that is validated anew.

Couples are named or counted, ``couples.delta-gamma.U0`` or ``couples.2.U0``; untouched parts are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ..errors import HeterofilmError
from ..units import parse_quantity
from .toml import sentence
from .value import Entry, Quantity, Value, hint

__all__ = ["Change", "at", "changed_entry", "override", "with_settings"]

E = TypeVar("E", bound=Entry)
Change = Callable[[Any, Any], Any]  # (present node, field's Quantity or None) -> new node


def with_settings(entry: E, settings: Mapping[str, str | float]) -> E:
    """``entry`` with quantities replaced by their dotted path in it, for example ``{"power.Cu": "1.5 W"}``.

    Raises HeterofilmError in one sentence for an unknown path, a wrong unit or an impossible value.
    """
    for path, given in settings.items():

        def change(present: Any, _: Quantity | None, path: str = path, given: str | float = given) -> Any:
            if present is not None and not isinstance(present, Value):
                raise HeterofilmError(f"'{path}' is not a quantity that can be set.")
            try:
                number, unit = parse_quantity(str(given))
            except HeterofilmError as error:
                raise HeterofilmError(f"The value set for '{path}': {error}") from None
            return {"value": number, "unit": unit, "kind": "assumed", "source": "set by the caller"}

        entry = cast(E, changed_entry(entry, path, tuple(path.split(".")), change))
    return entry


def _index(items: Sequence[Any], key: str, path: str) -> int:
    known = [str(getattr(item, "name", k)) for k, item in enumerate(items)]
    if key in known:
        return known.index(key)
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    raise HeterofilmError(f"'{path}' leads nowhere at '{key}' of {len(items)}{hint(key, known)}")


def at(node: Any, keys: tuple[str, ...], path: str) -> Any:
    for key in keys:
        if isinstance(node, tuple):
            node = node[_index(node, key, path)]
        elif isinstance(node, Mapping) and key in node:
            node = node[key]
        elif isinstance(node, BaseModel) and key in type(node).model_fields:
            node = getattr(node, key)
        else:
            raise _nowhere(node, key, path)
    return node


def _nowhere(node: Any, key: str, path: str) -> HeterofilmError:
    options: list[str] = []
    if isinstance(node, BaseModel):
        options = list(type(node).model_fields)
    elif isinstance(node, Mapping):
        options = list(node)
    return HeterofilmError(f"'{path}' leads nowhere at '{key}'{hint(key, options)}")


def _changed(node: Any, keys: tuple[str, ...], change: Change, path: str, quantity: Quantity | None = None) -> Any:
    """A copy of ``node`` with the part at ``keys`` changed; untouched parts are shared."""
    if not keys:
        return change(node, quantity)
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel) and key in type(node).model_fields:
        content = {name: getattr(node, name) for name in type(node).model_fields}
        metadata = type(node).model_fields[key].metadata
        content[key] = _changed(
            content[key], rest, change, path, next((m for m in metadata if isinstance(m, Quantity)), None)
        )
        return content
    if isinstance(node, tuple):
        k = _index(node, key, path)
        return (*node[:k], _changed(node[k], rest, change, path), *node[k + 1 :])
    if isinstance(node, Mapping) and (key in node or not rest):
        return {**node, key: _changed(node.get(key), rest, change, path)}
    raise _nowhere(node, key, path)


def changed_entry(entry: Entry, path: str, keys: tuple[str, ...], change: Change) -> Entry:
    try:
        return type(entry).model_validate(_changed(entry, keys, change, path))
    except ValidationError as error:
        raise HeterofilmError(sentence(error, f"The value set for '{path}'")) from None


def override(path: str, number: float) -> Change:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise HeterofilmError(f"The override of '{path}' must be a number in its own unit, got {number!r}.")

    def change(present: Any, quantity: Quantity | None) -> Any:
        source = "set by the caller"
        if isinstance(present, Value):
            new = {key: getattr(present, key) for key in Value.model_fields}
            low, high = present.low, present.high
            inside = (low is None or number >= low) and (high is None or number <= high)
            new |= {"value": number, "kind": "assumed", "source": source, "sigma": None, "rows": ()}
            return new if inside else new | {"low": None, "high": None}
        if present is None and quantity is not None:
            return {"value": number, "unit": quantity.unit, "kind": "assumed", "source": source}
        if isinstance(present, int | float):
            return number
        raise HeterofilmError(f"'{path}' is not a number that is set in the file; set it there first.")

    return change
