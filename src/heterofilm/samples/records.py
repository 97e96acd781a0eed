"""The measured curves of samples as records: what lies over each other with simulated ones."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import HeterofilmError
from ..records.record import Record
from .electrochemistry import electrode, record_of
from .file_entry import FileEntry
from .guess import listed, read_entry
from .sample_file import Sample

__all__ = ["records_of", "measured"]


def records_of(sample: Sample, entry: FileEntry) -> dict[str, Record]:
    """Series of current and voltage in a file of a sample, per area, by ``file``, of several by ``file: part``.

    Errors: `HeterofilmError` for a file that cannot be read, or a sample file without an area; nothing for a file of
    another kind.
    """
    series = [m for m in read_entry(sample, entry) if m.technique in ("cycling", "voltammetry")]
    if not series:
        return {}
    electrode(sample, "Curves")
    return {entry.path if len(series) == 1 else f"{entry.path}: {m.name}": record_of(sample, m) for m in series}


def measured(samples: Mapping[str, Sample]) -> dict[str, Record]:
    """The curves of all samples, by ``sample/file``; without those that cannot be had, which `records_of` explains."""
    found: dict[str, Record] = {}
    for name, sample in samples.items():
        try:
            entries = listed(sample)
        except HeterofilmError:
            continue  # a sample without files
        for entry in entries:
            try:
                found |= {f"{name}/{curve}": record for curve, record in records_of(sample, entry).items()}
            except HeterofilmError:
                continue
    return found
