"""The measurements of one kind: each analysed alone, signed, named apart from the others, and stopping none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from ..errors import HeterofilmError
from ..instruments import Measurement
from .findings import Findings, slugs
from .sample_file import FileEntry, Sample

__all__ = ["Job", "attempt"]


@dataclass(frozen=True)
class Job:
    """The measurements of one kind, with the lines of the sample file that they come from."""

    kind: str
    parts: list[tuple[FileEntry, Measurement]]
    sample: Sample

    def each(self, one: Callable[[FileEntry, Measurement], Findings]) -> Findings:
        """What `one` finds in every measurement; a measurement that it fails on is listed as failed."""
        found = Findings()
        held = Counter(entry.path for entry, _ in self.parts)
        for (entry, m), label in zip(self.parts, self.labels(), strict=True):
            alone = attempt(entry.path, lambda entry=entry, m=m: one(entry, m))  # type: ignore[misc]
            own = _own(entry.path, m.name) if held[entry.path] > 1 else ""
            found += alone.of_file(self.sample.name, f"{entry.path}, {own}" if own else entry.path, label)
        return found

    def labels(self) -> list[str]:
        """A name for the figures and tables of every measurement: its own, with its path where two share one."""
        names = [m.name for _, m in self.parts]
        paths = [str(PurePath(entry.path).with_suffix("")) for entry, _ in self.parts]
        longer = [p if name == PurePath(p).name else f"{p} {name}" for p, name in zip(paths, names, strict=True)]
        return slugs(names, longer)


def _own(path: str, name: str) -> str:
    """What a measurement of a file with several is called beside the file's own name."""
    return name.removeprefix(PurePath(path).stem).lstrip(" ,")


def attempt(name: str, run: Callable[[], Findings]) -> Findings:
    """What `run` finds; where it fails, nothing but `name` and the reason."""
    try:
        return run()
    except HeterofilmError as error:
        return Findings(failed=[(name, str(error))])
    except Exception as error:  # weeks of measurements do not wait for one analysis that was not foreseen
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Findings(failed=[(name, f"its analysis ended in an error of the program ({reason}); please report it.")])
