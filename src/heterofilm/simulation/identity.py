"""What a run is, by the contents of all that decides its result: what is written into the folder it runs into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from .._version import __version__
from ..cell import Cell
from ..fingerprint import package_digest
from ..library import Value
from ..protocol import Protocol


def identity(cell: Cell, protocol: Protocol, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the cell, protocol, contents of files it names, settings, and the equations of the package."""
    return {
        "cell": cell.name,
        "values": values_of(cell),
        "model digest": cell.digest,
        "protocol": str(protocol),
        "files": {load.source: load.digest for load in protocol.loads()},
        "settings": dict(settings),
        "version of heterofilm": __version__,
        "equations digest": package_digest(),
    }


def values_of(cell: Cell) -> dict[str, str]:
    """Every value that acts in the cell, with its unit, by its dotted path; and all else its entries say."""
    found: dict[str, str] = {}
    entries = cell.entries
    kinds = (
        ("cells", entries.spec), ("films", entries.film), ("phases", entries.matrix), ("phases", entries.domain),
        ("electrolytes", entries.electrolyte), ("anodes", entries.anode), ("films", entries.anode_film),
        ("phases", entries.anode_phase),
    )  # fmt: skip
    for kind, entry in kinds:
        if entry is not None:
            found |= dict(_walk(entry, f"{kind}.{getattr(entry, 'name', '')}"))
    return found


def _walk(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Value):
        yield path, str(node.value) if node.unit == "1" else f"{node.value} {node.unit}"
    elif isinstance(node, BaseModel):
        for key in type(node).model_fields:
            yield from _walk(getattr(node, key), f"{path}.{key}")
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}")
    elif isinstance(node, tuple | list):
        for index, child in enumerate(node):
            yield from _walk(child, f"{path}.{getattr(child, 'name', index)}")
    elif node is not None:
        text = str(node)
        yield path, text if len(text) <= 200 else hashlib.sha256(text.encode()).hexdigest()
