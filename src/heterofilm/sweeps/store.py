"""The folder of a sweep: who may write what, so that nothing needs a lock and any number of machines can work.

- ``manifest-ID.json``: what is run, written by the process that submits it and never changed; ID is its fingerprint, so
  the same study is the same file. Further studies of the same cell, protocol and settings add theirs, and of their runs
  those that the folder has are left out (``todo-ID.parquet`` then lists the others).
- ``runs-ID/FIRST-LAST.parquet``: rows of the runs at the places FIRST up to LAST of its list, written by workers under
  another name and moved there, so that it is whole or not there. What is missing follows from the names alone. Two
  workers at one place write the same rows: the later one replaces them.

Renaming within a folder is one act on NFS and Lustre too. A shard holds minutes of work, so there are few.
"""

from __future__ import annotations

import io
import json
import os
import re
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .._version import __version__
from ..cell import Cell
from ..errors import FileFormatError, HeterofilmError, InputError
from ..files import LEFTOVER, atomic, check_folder, made_folder, read_file
from ..fingerprint import package_digest
from ..protocol import Protocol
from ..simulation.folder import differences
from ..simulation.ledger import write_all
from .points import Points
from .runs import Job, keys, step_kept
from .study import Study, protocol_of, study_of

MOST_BYTES = 10_000_000  # of a manifest
STALE = 600.0  # s after which a file that is half written belongs to nobody: a shard is written in seconds
SHARD = re.compile(r"(\d{12})-(\d{12})\.parquet")
MANIFEST = re.compile(r"manifest-([0-9a-f]{16})\.json")
Span = tuple[int, int]


def family_of(cell: Cell, study: Study, protocol: Protocol) -> dict[str, Any]:
    """What all runs of a study have in common besides their values, by its contents."""
    return {
        "cell": cell.name,
        "cell digest": cell.digest,
        "protocol": str(protocol),
        "files": {load.source: load.digest for load in protocol.loads()},
        "settings": study.settings.model_dump(),
        "keep": study.keep.model_dump(),
        "version of heterofilm": __version__,
        "equations digest": package_digest(),
    }


def fingerprint(content: Any, size: int = 8) -> bytes:
    """Of anything that JSON can hold."""
    return blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=size).digest()


@dataclass
class Batch:
    """The runs of one study in a folder."""

    folder: Path
    name: str
    job: Job
    points: Points

    @property
    def place(self) -> Path:
        return self.folder / f"runs-{self.name}"

    @cached_property
    def todo(self) -> NDArray[np.int64] | None:
        """Numbers of the runs that are its own; None for all."""
        file = self.folder / f"todo-{self.name}.parquet"
        return pl.read_parquet(file)["number"].to_numpy() if file.exists() else None

    @property
    def count(self) -> int:
        """How many runs are its own."""
        return self.points.count if self.todo is None else self.todo.size

    def numbers(self, start: int, stop: int) -> NDArray[np.int64]:
        """Numbers of the runs at these places."""
        return np.arange(start, stop) if self.todo is None else self.todo[start:stop]

    def shards(self) -> list[tuple[Span, Path]]:
        """Files with rows, by their places; of those that another covers whole, none."""
        if not self.place.is_dir():
            return []
        found = [
            ((int(match[1]), int(match[2])), Path(entry.path))
            for entry in os.scandir(self.place)
            if (match := SHARD.fullmatch(entry.name))
        ]
        kept: list[tuple[Span, Path]] = []
        for span, path in sorted(found, key=lambda one: (one[0][0], -one[0][1])):
            if not kept or span[1] > kept[-1][0][1]:
                kept.append((span, path))
        return kept

    def missing(self) -> list[Span]:
        """Places without rows, in order."""
        gaps, end = list[Span](), 0
        for (start, stop), _ in self.shards():
            if start > end:
                gaps.append((end, start))
            end = max(end, stop)
        return [*gaps, (end, self.count)] if end < self.count else gaps

    def write(self, start: int, rows: pl.DataFrame) -> Path | None:
        """Rows of the runs from the place ``start`` on; the file stands there whole, or not at all."""
        if not rows.height:
            return None
        path = made_folder(self.place) / f"{start:012d}-{start + rows.height:012d}.parquet"
        data = io.BytesIO()  # polars tells of a full disk in a way of its own
        rows.write_parquet(data, compression="zstd", compression_level=6, statistics=False)

        def fill(target: Path) -> None:
            with open(target, "wb", buffering=0) as file:
                write_all(file.fileno(), data.getvalue())
                os.fsync(file.fileno())  # a name must not reach the disk before what it stands for

        return atomic(path, fill)

    def sound(self) -> list[str]:
        """Remove files that are called shards and are none, and what ended processes left; names of the former."""
        removed = []
        for (start, stop), path in self.shards():
            try:
                whole = pl.scan_parquet(path).select(pl.len()).collect().item() == stop - start
            except (pl.exceptions.PolarsError, OSError):
                whole = False
            if not whole:
                path.unlink(missing_ok=True)
                removed.append(path.name)
        for file in self.place.glob(".*.part*") if self.place.is_dir() else ():
            if LEFTOVER.fullmatch(file.name) and time.time() - _changed(file) > STALE:
                file.unlink(missing_ok=True)
        return removed

    def scan(self) -> pl.LazyFrame:
        """The rows that are there, each run once, as a query of polars. Errors: `HeterofilmError` where none is."""
        shards = self.shards()
        if not shards:
            raise InputError(f"The folder '{self.folder}' holds no runs yet.")
        rows = pl.scan_parquet([path for _, path in shards])
        apart = all(a[0][1] <= b[0][0] for a, b in pairwise(shards))
        return rows if apart else rows.unique("number", keep="any", maintain_order=True)


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return time.time()


def submit(folder: str | os.PathLike[str], study: Study, cell: Cell, near: Path, named: bool = True) -> Batch:
    """The batch of a study in a folder, entered there if it is new.

    ``near``: the folder that the study's files are relative to; ``named``: whether a worker finds the cell by the
    study's word for it. Errors: `HeterofilmError` for a folder of another cell, protocol or version.
    """
    path, protocol = check_folder(folder), protocol_of(study, near)
    step_kept(study, protocol)
    family = json.loads(json.dumps(family_of(cell, study, protocol)))
    points = Points(study, cell)
    job = Job(cell, study, protocol, fingerprint(family, 16))
    about = {
        "what": "sweep", "family": family, "points": dict(points.about()),
        "study": study.model_dump(exclude_defaults=True), "near": str(near.absolute()), "named": named,
    }  # fmt: skip
    batch = Batch(path, fingerprint([family, about["points"]]).hex(), job, points)
    others = [one for one in manifests(path) if one != batch.name]
    for other in others:
        if (own := read_manifest(path, other)["family"]) != family:
            raise InputError(
                f"The folder '{path}' holds another sweep: {_difference(own, family)}; name another folder."
            )
    if not (path / f"manifest-{batch.name}.json").exists():
        made_folder(path)
        if others or study.sample.kind == "list":
            _leave_out(batch, others)
        sealed = about | {"checksum": _checksum(about)}
        atomic(path / f"manifest-{batch.name}.json", lambda target: target.write_text(json.dumps(sealed, indent=1)))
    return batch


def _leave_out(batch: Batch, others: Sequence[str]) -> None:
    """Of a study whose runs the folder has in part, or which repeats some, list the others."""
    numbers = np.arange(batch.points.count)
    own = pl.DataFrame({"number": numbers, "run": keys(batch.job.family, batch.points.of(numbers))})
    left = own.unique("run", keep="first", maintain_order=True)
    for name in others:
        there = Batch(batch.folder, name, batch.job, batch.points)
        if there.shards():
            left = left.join(there.scan().select("run").collect(), on="run", how="anti", maintain_order="left")
    if left.height < batch.points.count:
        atomic(batch.folder / f"todo-{batch.name}.parquet", lambda target: left.select("number").write_parquet(target))


def manifests(folder: Path) -> list[str]:
    """Names of the batches of a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = [
        (entry.stat().st_mtime, match[1]) for entry in os.scandir(folder) if (match := MANIFEST.fullmatch(entry.name))
    ]
    return [name for _, name in sorted(found)]


def read_manifest(folder: Path, name: str) -> dict[str, Any]:
    """What a manifest says. Errors: `FileFormatError` for one that is damaged."""
    path = folder / f"manifest-{name}.json"
    try:
        found = json.loads(read_file(path, MOST_BYTES))
        check = found.pop("checksum", None)
        if not isinstance(found, dict) or check != _checksum(found) or found.get("what") != "sweep":
            raise ValueError
    except (HeterofilmError, ValueError, AttributeError, RecursionError):
        raise FileFormatError(f"'{path}' is damaged; name another folder, or remove it and submit it again.") from None
    return dict(found)


def batch_of(folder: str | os.PathLike[str], name: str, cell: Cell | None = None) -> Batch:
    """A batch by its manifest, as a worker finds it.

    ``cell``: where the manifest does not name it. Errors: `HeterofilmError` where the cell or the package are not those
    of the manifest.
    """
    path = Path(folder)
    about = read_manifest(path, name)
    study, near = study_of(about["study"])[0], Path(about["near"])
    if cell is None:
        if not about["named"]:
            raise InputError(f"The cell of the sweep in '{path}' has no file; name a cell of the library or a file.")
        cell = base_cell(study.cell, near)
    protocol = protocol_of(study, near)
    family = json.loads(json.dumps(family_of(cell, study, protocol)))
    if family != about["family"]:
        raise InputError(f"This is not what was submitted to '{path}': {_difference(about['family'], family)}.")
    return Batch(path, name, Job(cell, study, protocol, fingerprint(family, 16)), Points(study, cell))


def base_cell(name: str, near: Path) -> Cell:
    """The cell that a study names: of the library, or of a file beside it.

    By its whole path, which its values are said to come from: a worker that runs elsewhere says the same.
    """
    file = near.absolute() / name
    return Cell.load(file if name.endswith(".toml") and file.is_file() else name)


def _difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    return "; ".join(differences(then, now)[:3])


def _checksum(content: Mapping[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(content, sort_keys=True).encode()):08x}"
