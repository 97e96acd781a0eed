"""What the schema says of itself: every key with its words, unit, limits and default.

The words are the text below each field in the models; they are the one source of ``docs/schema.md``, of the JSON schema
and of the comments in the files that ``heterofilm new`` writes.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .files import LIKE, MODELS, PARTS
from .value import Entry, Quantity, Value, quantity_of

__all__ = ["Key", "json_schema", "keys", "schema_page"]

KINDS = {kind.removesuffix("s"): kind for kind in MODELS}
SHORT = '"300 nm", "300 +- 10 nm"'


@dataclass(frozen=True)
class Key:
    """One key of a table."""

    name: str
    words: str
    expects: str
    default: str  # "" where the key must be given
    required: bool
    tables: tuple[type[Entry], ...]  # that stand at this key


@cache
def words_of_fields(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field of a model, from its source and that of its bases."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not (isinstance(base, type) and issubclass(base, BaseModel)) or base in (BaseModel, Entry):
            continue
        body = ast.parse(dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        name = None
        for node in body.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name = node.target.id
            elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                found[name] = " ".join(str(node.value.value).split())
                name = None
            else:
                name = None
    return found


def keys(model: type[Entry]) -> Iterator[Key]:
    """The keys of a table, in the order of the schema."""
    words = words_of_fields(model)
    for name, field in model.model_fields.items():
        required = field.is_required() and name not in getattr(model, "COMPUTED", ())
        yield Key(name, words.get(name, ""), _expects(field, words.get(name, "")), _default(field), required,
                  tuple(_tables(field.annotation)))  # fmt: skip


def _tables(annotation: Any) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry) and annotation is not Value:
        yield annotation
    for inner in get_args(annotation):
        yield from _tables(inner)


def _expects(field: FieldInfo, words: str) -> str:
    quantity = quantity_of(field)
    if quantity is not None:
        many = "by name, each " if get_origin(field.annotation) is dict else ""
        return many + _limits(quantity)
    return _type(field.annotation)


def _limits(quantity: Quantity) -> str:
    unit = "a number" if quantity.unit == "1" else ", ".join((quantity.unit, *quantity.also))
    parts = [unit]
    low, high = quantity.minimum, quantity.maximum
    if quantity.positive and low is None:
        parts.append(f"above 0{f', at most {high:g}' if high is not None else ''}")
    elif low is not None and high is not None:
        parts.append(f"{low:g} to {high:g}")
    elif low is not None:
        parts.append(f"at least {low:g}")
    elif high is not None:
        parts.append(f"at most {high:g}")
    if quantity.usual is not None:
        parts.append(f"usually {quantity.usual[0]:g} to {quantity.usual[1]:g}")
    return "; ".join(parts)


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f'"{word}"' for word in inner)
    tables = list(_tables(annotation))
    if tables:
        return f"tables {tables[0].__name__}" if origin is tuple else f"a table {tables[0].__name__}"
    if origin is tuple or annotation is tuple:
        return "a list of texts" if str in inner else "a list of numbers"
    if origin is dict:
        return "a table of texts by name" if inner[1:] == (str,) else "a table of numbers by name"
    plain = [part for part in inner if part is not type(None)] if inner and origin is not None else []
    if hasattr(annotation, "__metadata__"):
        plain = [inner[0]]
    if plain:
        return _type(plain[0])
    return {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}.get(annotation, "a table")


def _default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    table = isinstance(default, Entry) and not isinstance(default, Value)
    return "" if field.is_required() or default is None or default in ("", (), {}) or table else str(default)


def schema_page() -> str:
    """The whole schema as a page in Markdown."""
    lines = [
        "# What a file may hold",
        "",
        "Written by `tools/schema.py` from the models in `src/heterofilm/library/`; `heterofilm schema` prints it, "
        "`heterofilm schema --json cell` gives a JSON schema for editors. `heterofilm new cell FILE` writes a file to "
        "begin with.",
        "",
        "A quantity is a text with its unit (any compatible one), " + SHORT + " (one standard deviation), a number "
        "where there is no unit, or a table of the keys of *Value* below. Keys in **bold** must be given. What lies "
        "outside the limits is refused; what lies outside the usual is taken, and said beside the results.",
        "",
    ]
    done: set[type[Entry]] = set()
    for kind, plural in KINDS.items():
        lines += [f"## {kind}", ""]
        waiting: list[type[Entry]] = [MODELS[plural]]
        while waiting:
            model = waiting.pop(0)
            if model in done:
                continue
            done.add(model)
            if model is not MODELS[plural]:
                lines += [f"### {model.__name__}", ""]
            lines += [*_table(model), ""]
            waiting += [table for key in keys(model) for table in key.tables]
    lines += ["## Value", "", *_table(Value), ""]
    return "\n".join(lines)


def _table(model: type[Entry]) -> list[str]:
    words = inspect.cleandoc(model.__doc__ or "").replace("``", "`")
    lines = [words, "", "| key | expects | default | meaning |", "|---|---|---|---|"]
    for key in keys(model):
        name = f"**`{key.name}`**" if key.required else f"`{key.name}`"
        cells = (name, key.expects, key.default, key.words.replace("``", "`").replace("|", "\\|"))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def json_schema(kind: str) -> dict[str, Any]:
    """JSON schema of the files of a kind ("cell", "film", "phase" ...), for editors."""
    plural = KINDS.get(kind, kind)
    model = MODELS[plural]
    schema = model.model_json_schema(mode="validation")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    for key, part in PARTS.get(plural, {}).items():
        own = json_schema(part)
        schema.setdefault("$defs", {}).update(own.pop("$defs", {}))
        own.pop("$schema")
        schema["$defs"][MODELS[part].__name__] = own
        text = schema["properties"][key]
        schema["properties"][key] = {
            "anyOf": [{"type": "string"}, {"$ref": f"#/$defs/{MODELS[part].__name__}"}],
            **{name: text[name] for name in ("title", "default") if name in text},
        }
    by_name = {sub.__name__: sub for sub in _all_models(model)}
    for name, sub in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        found = by_name.get(name)
        if found is None or "properties" not in sub:
            continue
        for one in keys(found):
            if one.name in sub["properties"]:
                sub["properties"][one.name]["description"] = (
                    f"{one.words} ({one.expects})" if one.words else one.expects
                )
        if "required" in sub:
            # what a file that is like another leaves out, the other states
            needed = [one.name for one in keys(found) if one.required]
            sub["required"] = [key for key in needed if plural not in LIKE or key in ("name", "title", "role")]
    value = schema.get("$defs", {}).get("Value")
    if value is not None and "anyOf" not in value:
        schema["$defs"]["Value"] = {"anyOf": [{"type": "string", "description": SHORT}, {"type": "number"}, value]}
    return schema


def _all_models(model: type[Entry]) -> Iterator[type[Entry]]:
    yield model
    for key in keys(model):
        for table in key.tables:
            yield from _all_models(table)
    for part in PARTS.get(next((k for k, m in MODELS.items() if m is model), ""), {}).values():
        yield from _all_models(MODELS[part])
    if model is not Value:
        yield Value
