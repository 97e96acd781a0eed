"""``heterofilm doctor``: check what works on this machine, and how fast."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median

from packaging.requirements import Requirement

from .._version import __version__
from . import answer

GROUP = "tools"
EXAMPLES = (
    "heterofilm doctor",
    "heterofilm doctor --json > machine.json",
)
PACKAGE = Path(__file__).parents[1]
PROGRAMS = {
    "mdb-export": "Arbin .res files (Debian: apt-get install mdbtools)",
    "cp2k": "'heterofilm atoms --engine cp2k' (Debian: apt-get install cp2k)",
}
CELL, PROTOCOL, TIMES = "vo-half", "Discharge at 5 uA/cm2 until 2.15 V", 15


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``fault`` says what to do about it, "" where nothing is wrong."""

    about: str
    what: str
    found: str
    fault: str = ""


def options(parser: argparse.ArgumentParser) -> None:
    """It has none of its own."""


def run(given: argparse.Namespace) -> int:
    """Print what was found. 1 where something that heterofilm needs is missing or does not work."""
    findings = [*environment(), *packages(), *programs(), *kernels(), *speed()]
    rows = [(one.about, one.what, one.found, one.fault) for one in findings]
    if not answer.printed(("about", "what", "found", "fault"), rows, "findings"):
        print(printed(findings))
    faults = sum(one.fault != "" for one in findings)
    print("All is well." if not faults else f"{faults} to mend, marked by <-.")
    return 1 if faults else 0


def printed(findings: Iterable[Finding]) -> str:
    """A line each under what they are about, faults marked."""
    said, about = [], ""
    for one in findings:
        if one.about != about:
            about = one.about
            said.append(f"{about}:")
        said.append(f"  {one.what:20} {one.found}{f'  <- {one.fault}' if one.fault else ''}")
    return "\n".join(said)


def environment() -> Iterable[Finding]:
    """heterofilm, Python, the machine, and what the terminal can print."""
    yield Finding("here", "heterofilm", f"{__version__}, {PACKAGE}")
    yield Finding(
        "here", "Python", f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}"
    )
    yield Finding("here", "machine", f"{platform.platform()}, {os.cpu_count()} processors")
    encoding = sys.stdout.encoding or "unknown"
    yield Finding(
        "here", "terminal", f"{encoding}{'' if encoding.lower().startswith('utf') else ': Greek letters are replaced'}"
    )


def packages() -> Iterable[Finding]:
    """Every package that heterofilm asks for, needed ones first, and what is missing for an extra."""
    asked = [Requirement(text) for text in metadata.requires("heterofilm") or ()]
    for one in asked:
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield _package("packages", one)
    for extra in metadata.metadata("heterofilm").get_all("Provides-Extra") or ():
        wanted = [one for one in asked if one.marker is not None and one.marker.evaluate({"extra": extra})
                  and not one.marker.evaluate({"extra": ""})]  # fmt: skip
        missing = [one.name for one in wanted if _package("", one).fault]
        found = f'not installed ({", ".join(missing)}): pip install "heterofilm[{extra}]"' if missing else "installed"
        yield Finding("extras", extra, found)


def _package(about: str, asked: Requirement) -> Finding:
    try:
        version = metadata.version(asked.name)
    except metadata.PackageNotFoundError:
        return Finding(about, asked.name, "missing", f'pip install "{asked.name}{asked.specifier}"')
    fits = asked.specifier.contains(version, prereleases=True)
    return Finding(about, asked.name, version, "" if fits else f'pip install "{asked.name}{asked.specifier}"')


def programs() -> Iterable[Finding]:
    """Programs that some files or engines need."""
    for name, use in PROGRAMS.items():
        yield Finding("programs", name, shutil.which(name) or f"not found; only for {use}")


def kernels() -> Iterable[Finding]:
    """Where compiled kernels are kept, and which are there."""
    from ..engine import portable
    from ..engine.build import EVERYTHING, SIGNATURES
    from ..engine.jit import shipped_files, store

    ready = sum(one.is_kept(SIGNATURES[one]) for one in EVERYTHING)
    folder, level = store().folder, portable.level()
    others = "" if ready == len(EVERYTHING) else "; what needs others compiles them once"
    yield Finding("kernels", "compiled", f"{ready} of {len(EVERYTHING)}{others}")
    yield Finding(
        "kernels", "kept in", str(folder) if folder else "memory",
        "" if folder else "every process compiles them anew: set HETEROFILM_CACHE to a folder that can be written",
    )  # fmt: skip
    shipped = shipped_files().folder
    yield Finding("kernels", "came with heterofilm", "none for this version" if shipped is None else str(shipped))
    yield Finding("kernels", "processor", "of no level they are shipped for" if level is None else level.name)


def speed() -> Iterable[Finding]:
    """How long a simulation takes here."""
    from ..cell import Cell
    from ..simulation.run import simulate

    cell = Cell.load(CELL)
    simulate(cell, PROTOCOL)  # compiles
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        record = simulate(cell, PROTOCOL)
        took.append(1e3 * (time.perf_counter() - began))
    said = (
        f"{median(took):.1f} ms (median of {TIMES}, {min(took):.1f} to {max(took):.1f}), {record.frame.height} points"
    )
    yield Finding("speed", f"discharge of {CELL}", said)
