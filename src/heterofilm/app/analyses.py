"""The analysis of a sample as the app keeps it: numbers, what was assumed, and figures as data, in plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .._version import __version__
from ..errors import HeterofilmError
from ..files import atomic, file_stem, made_folder, read_file
from ..fingerprint import package_digest
from ..records.result import Result
from ..samples import Analysed, Sample, verdict
from ..samples.findings import slug
from ..samples.fit_numbers import SCHEMA
from ..samples.guess import listed
from ..samples.provenance import ROOMS
from .folder import OWN

__all__ = ["Analyses", "Analysis", "figure_file", "keep", "key_of", "kept"]

MAX_BYTES = 400_000_000
IN_MEMORY = 16  # analyses


@dataclass(frozen=True)
class Analysis:
    """What was found in a sample. `figures`: name, title, caption, kind, and the figure as Plotly draws it."""

    results: tuple[Result, ...]
    notes: tuple[tuple[str, str], ...]  # kind of measurement, sentence
    failed: tuple[tuple[str, str], ...]  # file or kind, why
    files: Mapping[str, str]  # path -> what it was taken for
    methods: str
    figures: tuple[Mapping[str, Any], ...]
    doubts: tuple[str, ...] = ()  # the gravest first
    main: tuple[tuple[str, str], ...] = ()  # quantity and value of the main numbers
    fits: Mapping[str, Any] = field(default_factory=dict)  # name -> rows of `samples.fit_numbers`


def key_of(sample: Sample) -> str:
    """What decides an analysis: the sheet, the files as they lie on the disk, the code."""
    stamps = []
    for entry in listed(sample):
        place = sample.path(entry)
        if place.is_file():
            about = place.stat()
            stamps.append([entry.path, about.st_size, about.st_mtime_ns])
    sheet = sample.sheet.model_dump(mode="json")
    said = json.dumps([__version__, package_digest(ROOMS), sample.name, sheet, stamps], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _place(project: Path, key: str) -> Path:
    return project / OWN / "analyses" / f"{key}.json"


def figure_file(sample: str, figure: Mapping[str, Any], suffix: str) -> str:
    """Where the job of an analysis writes a figure, within the project: under the name that the report gives it."""
    stem = file_stem(f"{slug(str(figure['kind']))}-{figure['name']}")
    return f"results/{sample}/figures/{stem}.{suffix}"


def keep(done: Analysed, key: str, project: Path) -> Path:
    """Write an analysis where `kept` finds it."""
    figures = []
    for kind, found in done.findings.items():
        for figure in found.figures:
            drawn = json.loads(figure.to_plotly().to_json())
            figures.append(
                {"name": figure.name, "title": figure.title, "caption": figure.caption, "kind": kind, "plotly": drawn}
            )
    short = verdict(done)
    content = {
        "doubts": [*short.doubts, *([f"and {short.more} more, beside their numbers"] if short.more else [])],
        "main": short.numbers,
        "results": [asdict(one) for one in done.results],
        "notes": [[kind, note] for kind, found in done.findings.items() for note in found.notes],
        "fits": {
            name: table.to_dicts()
            for found in done.findings.values() for name, table in found.tables.items() if table.schema == SCHEMA
        },
        "failed": done.failed, "files": done.files, "methods": done.methods(), "figures": figures,
    }  # fmt: skip
    place = _place(project, key)
    made_folder(place.parent)
    return atomic(place, lambda target: target.write_text(json.dumps(content), encoding="utf-8"))


def kept(project: Path, key: str) -> Analysis | None:
    """An analysis that was made of the same files, sheet and code; None where there is none that can be read."""
    try:
        said = json.loads(read_file(_place(project, key), MAX_BYTES))
        return Analysis(
            tuple(Result(**row) for row in said["results"]), tuple(map(tuple, said["notes"])),
            tuple(map(tuple, said["failed"])), dict(said["files"]), str(said["methods"]), tuple(said["figures"]),
            tuple(map(str, said["doubts"])), tuple(map(tuple, said["main"])),
            dict(said["fits"]),
        )  # fmt: skip
    except (HeterofilmError, ValueError, KeyError, TypeError, RecursionError):
        return None


class Analyses:
    """The analyses of a project, read once: pages look at them again and again."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._read: OrderedDict[tuple[str, int], Analysis] = OrderedDict()

    def stamp(self, key: str) -> int:
        """When it was written, in ns; 0 where it is not there."""
        try:
            return _place(self.project, key).stat().st_mtime_ns
        except OSError:
            return 0

    def get(self, key: str) -> Analysis | None:
        """As `kept`; the same thing as long as its file is the same."""
        stamp = (key, self.stamp(key))
        if stamp not in self._read:
            found = kept(self.project, key) if stamp[1] else None
            if found is None:
                return None
            self._read[stamp] = found
            while len(self._read) > IN_MEMORY:
                self._read.popitem(last=False)
        self._read.move_to_end(stamp)
        return self._read[stamp]
