"""Numbers of an entry by dotted path: found, or changed in a copy that is validated anew.

Couples are named or counted, ``couples.delta-gamma.U0`` or ``couples.2.U0``; untouched parts are shared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ..errors import HeterofilmError, InputError
from ..units import convert, parse_plus_minus
from .toml import sentence
from .value import Entry, Layer, Quantity, Value, hint, quantity_of

__all__ = ["BY_CALLER", "Change", "at", "change_path", "override", "put", "quantity_at", "with_settings"]

DOTS = re.compile(r"\.(?!toml(?:\.|$))")  # those of a path, not that of a file: power.mine.toml
BY_CALLER = "set by the caller"

E = TypeVar("E", bound=Entry)
Change = Callable[[Any, Any], Any]  # (present node, field's Quantity or None) -> new node


def with_settings(entry: E, settings: Mapping[str, str | float]) -> E:
    """``entry`` with quantities replaced by their dotted path in it, for example ``{"power.Cu": "1.5 W"}``.

    Raises HeterofilmError in one sentence for an unknown path, a wrong unit or an impossible value.
    """
    for path, given in settings.items():

        def change(present: Any, _: Quantity | None, path: str = path, given: str | float = given) -> Any:
            if present is not None and not isinstance(present, Value):
                raise InputError(f"'{path}' is not a quantity that can be set.")
            number, sigma, unit = _read(path, str(given))
            new = Value(value=number, unit=unit, sigma=sigma, kind="assumed", source=BY_CALLER)
            return new.on(Layer.SET, present)

        entry = cast(E, change_path(entry, path, tuple(DOTS.split(path)), change))
    return entry


def _read(path: str, given: str) -> tuple[float, float | None, str]:
    try:
        return parse_plus_minus(given)
    except HeterofilmError as error:
        raise InputError(f"The value set for '{path}': {error}") from None


def _index(items: Sequence[Any], key: str, path: str) -> int:
    known = [str(getattr(item, "name", k)) for k, item in enumerate(items)]
    if key in known:
        return known.index(key)
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    raise InputError(f"'{path}' leads nowhere at '{key}' of {len(items)}{hint(key, known)}")


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


def quantity_at(node: Any, keys: tuple[str, ...], path: str) -> Quantity | None:
    """What the field at the end of a path expects; None of what is no field of a table."""
    node = at(node, keys[:-1], path)
    field = type(node).model_fields.get(keys[-1]) if isinstance(node, BaseModel) else None
    return None if field is None else quantity_of(field)


def _nowhere(node: Any, key: str, path: str) -> HeterofilmError:
    options: list[str] = []
    if isinstance(node, BaseModel):
        options = list(type(node).model_fields)
    elif isinstance(node, Mapping):
        options = list(node)
    return InputError(f"'{path}' leads nowhere at '{key}'{hint(key, options)}")


def _changed(node: Any, keys: tuple[str, ...], change: Change, path: str, quantity: Quantity | None = None) -> Any:
    """A copy of ``node`` with the part at ``keys`` changed; untouched parts are shared."""
    if not keys:
        return change(node, quantity)
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel) and key in type(node).model_fields:
        content = {name: getattr(node, name) for name in type(node).model_fields}
        content[key] = _changed(content[key], rest, change, path, quantity_of(type(node).model_fields[key]))
        return content
    if isinstance(node, tuple):
        k = _index(node, key, path)
        return (*node[:k], _changed(node[k], rest, change, path), *node[k + 1 :])
    if isinstance(node, Mapping) and (key in node or not rest):
        return {**node, key: _changed(node.get(key), rest, change, path, quantity)}
    raise _nowhere(node, key, path)


def change_path(entry: Entry, path: str, keys: tuple[str, ...], change: Change) -> Entry:
    """``entry`` with the part at ``keys`` changed, validated anew; ``path`` is what the caller calls it."""
    try:
        found = _exchanged(entry, keys, change, path)
    except ValueError:
        found = None  # the whole entry is asked what is wrong
    if found is not None:
        return cast(Entry, found)
    try:
        return type(entry).model_validate(_changed(entry, keys, change, path))
    except ValidationError as error:
        raise InputError(sentence(error, f"The value set for '{path}'")) from None


def _exchanged(node: Any, keys: tuple[str, ...], change: Change, path: str) -> Any:
    """A copy of ``node`` with a `Value` at ``keys`` in place of another, or None where it is anything else.

    All else in it was validated before, so that what is left to check is the value against its field, and the rules
    of the tables around it. Raises ValueError where one is broken; what is wrong is then told by validating it all.
    """
    key, rest = keys[0], keys[1:]
    if isinstance(node, tuple):
        k = _index(node, key, path)
        inner = _exchanged(node[k], rest, change, path) if rest else None
        return None if inner is None else (*node[:k], inner, *node[k + 1 :])
    if not isinstance(node, BaseModel) or key not in type(node).model_fields:
        return None
    present, kind = getattr(node, key), type(node)
    if rest:
        new = _exchanged(present, rest, change, path)
    else:
        quantity = quantity_of(kind.model_fields[key])
        new = change(present, quantity) if isinstance(present, Value) and quantity is not None else None
        new = quantity.check(new) if isinstance(new, Value) and quantity is not None else None
    if new is None:
        return None
    made = node.model_copy(update={key: new})
    for rule in _rules(kind):
        made = rule(made)
    return made


@lru_cache(maxsize=256)
def _rules(kind: type[BaseModel]) -> tuple[Callable[[Any], Any], ...]:
    """The rules that a table keeps as a whole."""
    known = kind.__pydantic_decorators__.model_validators.values()
    return tuple(one.func for one in known if one.info.mode == "after")


def put(node: Any, keys: tuple[str, ...], value: Callable[[Any], Any], path: str) -> Any:
    """A copy of an entry with ``value`` of what stands at ``keys`` in its place, not validated: the same number."""
    if not keys:
        return value(node)
    key, rest = keys[0], keys[1:]
    if isinstance(node, tuple):
        k = _index(node, key, path)
        return (*node[:k], put(node[k], rest, value, path), *node[k + 1 :])
    if isinstance(node, Mapping) and key in node:
        return {**node, key: put(node[key], rest, value, path)}
    if isinstance(node, BaseModel) and key in type(node).model_fields:
        return node.model_copy(update={key: put(getattr(node, key), rest, value, path)})
    raise _nowhere(node, key, path)


def override(path: str, given: float | str) -> Change:
    """The change to a number in the entry's own unit, or to a text with its unit, "300 nm" or "300 +- 10 nm"."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise InputError(
            f"The override of '{path}' must be a number in its own unit or a text with its unit, got {given!r}."
        )

    def change(present: Any, quantity: Quantity | None) -> Any:
        if isinstance(present, int | float):
            if isinstance(given, str):
                raise InputError(f"The override of '{path}' must be a number without unit, got {given!r}.")
            return given
        if not isinstance(present, Value) and quantity is None:
            raise InputError(f"'{path}' is not a number that is set in the file; set it there first.")
        own = present.unit if isinstance(present, Value) else cast(Quantity, quantity).unit
        number, sigma, unit = (given, None, own) if not isinstance(given, str) else _read(path, given)
        kept = {"value": number, "unit": unit, "sigma": sigma, "kind": "assumed", "source": BY_CALLER}
        if not isinstance(present, Value):
            return Value.model_validate(kept).on(Layer.SET)
        try:
            scale = [None if x is None else convert(x, unit, own) for x in (number, sigma)]
        except HeterofilmError:
            return Value.model_validate(kept).on(Layer.SET, present)  # its field says what it expects
        low, high = present.low, present.high
        x = scale[0]
        assert x is not None
        inside = (low is None or x >= low) and (high is None or x <= high)
        kept |= {"value": x, "sigma": scale[1], "unit": own, "method": present.method if inside else "linear"}
        return Value.model_validate(kept | ({"low": low, "high": high} if inside else {})).on(Layer.SET, present)

    return change
