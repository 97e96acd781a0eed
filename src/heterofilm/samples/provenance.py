"""What a folder of results is made of, by contents: ``provenance.json`` in it, and what has changed since.

Results are worked out anew in every run, never served from an earlier one; what is read here says why they differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .._version import __version__
from ..errors import HeterofilmError, InputError
from ..files import atomic, read_file
from ..fingerprint import package_digest
from .analysed import Analysed

__all__ = ["changes", "check_folder_of", "keep", "sha256"]

FILE = "provenance.json"
MAX_BYTES = 20_000_000
WRITTEN = "figures and data"
ROOMS = ("instruments", "records", "analysis", "samples", "plots", "figures", "reports", "library", "junction", "film")
"""Rooms whose code and data decide what stands in a folder of results."""


def sha256(path: Path) -> str:
    """The contents of a file as 64 digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of(done: Iterable[Analysed]) -> dict[str, Any]:
    """By sample: its sample file, its raw files, and what failed, by contents."""
    return {
        one.sample.name: {
            "sheet": one.sample.file.name,
            "sheet sha256": sha256(one.sample.file) if one.sample.file.is_file() else "",
            "files": {name: {"what": one.files.get(name, ""), "sha256": digest} for name, digest in one.hashes.items()},
            "failed": [list(pair) for pair in one.failed],
            "heterofilm": __version__,
            "equations digest": package_digest(ROOMS),
        }
        for one in done
    }


def _before(folder: Path) -> Mapping[str, Any]:
    try:
        said = json.loads(read_file(folder / FILE, MAX_BYTES))
    except (HeterofilmError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def check_folder_of(done: Iterable[Analysed], folder: Path, fresh: bool) -> None:
    """Refuse a folder with results of other samples. Errors: `HeterofilmError`, unless ``fresh``."""
    before = _before(folder).get("samples")
    if fresh or not isinstance(before, dict) or not before:
        return
    others = sorted(set(before) - {one.sample.name for one in done})
    if others:
        raise InputError(
            f"The folder '{folder}' holds results of {', '.join(others)}, which is not analysed now; name another "
            "folder, or make it anew (fresh=True, --fresh)."
        )


def changes(done: Iterable[Analysed], folder: Path) -> list[str] | None:
    """What differs from what the results in a folder were made of, in words; None where there are none."""
    before = _before(folder).get("samples")
    if not isinstance(before, dict):
        return None
    found: list[str] = []
    for name, now in _of(done).items():
        then = before.get(name)
        if not isinstance(then, dict):
            found.append(f"{name} is new")
            continue
        if then.get("sheet sha256") != now["sheet sha256"]:
            found.append(f"{name}: {now['sheet']} changed")
        was, has = (_digests(each) for each in (then, now))
        found += [f"{name}: {file} is new" for file in has if file not in was]
        found += [f"{name}: {file} is gone" for file in was if file not in has]
        found += [f"{name}: {file} changed" for file in has if file in was and was[file] != has[file]]
        if then.get("equations digest") != now["equations digest"]:
            found.append(f"{name}: heterofilm {then.get('heterofilm', '')} was of other code than {__version__} now")
    return found


def _digests(sample: Mapping[str, Any]) -> dict[str, str]:
    files = sample.get("files")
    return (
        {str(k): str(v.get("sha256")) for k, v in files.items() if isinstance(v, dict)}
        if isinstance(files, dict)
        else {}
    )


def keep(done: Iterable[Analysed], folder: Path, written: list[str]) -> None:
    """Write what the results are made of; figures and numbers of an earlier run that are not made any more go."""
    earlier = _written_before(folder)
    text = json.dumps({"samples": _of(done), WRITTEN: written}, indent=2, ensure_ascii=False)
    atomic(folder / FILE, lambda target: target.write_text(text + "\n", encoding="utf-8"))
    for name in sorted(earlier - set(written)):
        (folder / name).unlink(missing_ok=True)


def _written_before(folder: Path) -> set[str]:
    """Figures and numbers that an earlier run says it wrote; only such as it can have written."""
    said = _before(folder).get(WRITTEN)
    names = [name for name in said if isinstance(name, str)] if isinstance(said, list) else []
    return {name for name in names if re.fullmatch(r"(figures|data|print)/[^/\\\x00]+\.(svg|pdf|png|csv)", name)}
