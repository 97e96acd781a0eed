"""A source that was kept while its number was changed: it speaks of another number than the one it stands at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from .cell_entries import ResolvedCell, value_paths
from .files import MODELS, packaged
from .loader import Library
from .value import NO_SOURCE, Layer, Value

__all__ = ["borrowed"]

SAME = 1e-5  # of a number: files that are written for a user have six digits


def borrowed(cell: ResolvedCell) -> Iterator[tuple[str, Value, tuple[Value, ...]]]:
    """(path, value, those of the library) of each value of one's own files that has the library's source for others.

    A source counts as the library's if an entry of the same kind gives it, word by word, for the same key.
    """
    for start, part in cell.parts.items():
        origin = cell.origins.get(start)
        if origin is None or origin.packaged:
            continue
        sourced = _sourced(start.partition(".")[0])
        for path, value in value_paths(part):
            if path in cell.shadowed or value.layer is not Layer.FILE or value.source == NO_SOURCE:
                continue
            others = sourced.get((path.rpartition(".")[2], value.source), ())
            if others and not any(_same(value, other) for other in others):
                yield path, value, others


def _same(one: Value, other: Value) -> bool:
    return abs(one.si - other.si) <= SAME * abs(other.si)


@cache
def _sourced(kind: str) -> Mapping[tuple[str, str], tuple[Value, ...]]:
    """The library's values of a kind, calibrated ones also as they were before, by key and source."""
    found: dict[tuple[str, str], tuple[Value, ...]] = {}
    for library in (Library(), Library(calibration=None)):
        for name in packaged(kind):
            for path, value in value_paths(library.entry(MODELS[kind], name)):
                at = path.rpartition(".")[2], value.source
                found[at] = (*found.get(at, ()), value)
    return found
