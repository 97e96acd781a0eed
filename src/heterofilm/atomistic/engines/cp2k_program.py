"""Finding CP2K and running it: a process of its own in a folder of its own, with a limit of time, without a shell."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

from ...errors import InputError, MissingExtraError, SimulationError

__all__ = ["INPUT", "NAMES", "OUTPUT", "data_folder", "program", "run", "version"]

NAMES = ("cp2k.psmp", "cp2k", "cp2k.ssmp", "cp2k.popt")
PLACES = ("/usr/share/cp2k", "/usr/local/share/cp2k", "/usr/share/cp2k/data", "/opt/cp2k/data")
INPUT, OUTPUT, PID = "film.inp", "film.out", "film.pid"


def program(executable: str = "") -> Path:
    """The executable that was named, or the first of `NAMES` on the path.

    Errors: `MissingExtraError` that says how CP2K is installed.
    """
    for name in (executable,) if executable else NAMES:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    where = f"'{executable}' is no program" if executable else f"none of {', '.join(NAMES)} is on the path"
    raise MissingExtraError(
        f"The engine 'cp2k' finds no CP2K: {where}; install it (Debian: `apt-get install cp2k`, else www.cp2k.org) or "
        "name its executable with the setting executable."
    )


@cache
def version(path: Path) -> str:
    """``"CP2K 2023.1"``.

    Errors: `HeterofilmError` for a program that does not say so.
    """
    found = re.search(r"CP2K version (\S+)", _said(path))
    if found is None:
        raise InputError(f"'{path}' does not answer `--version` as CP2K does; name another with executable.")
    return f"CP2K {found.group(1)}"


def data_folder(path: Path, holding: str) -> Path:
    """Where CP2K keeps bases and potentials: CP2K_DATA_DIR, the folder it was built with, or a usual one.

    Errors: `HeterofilmError` when the file `holding` lies in none of them.
    """
    named = os.environ.get("CP2K_DATA_DIR")
    built = re.search(r'__DATA_DIR="([^"]+)"', re.sub(r"\n\s*", "", _said(path)))
    beside = path.resolve().parent
    usual = [*([built.group(1)] if built else []), *PLACES, str(beside.parent / "share/cp2k"), str(beside / "../data")]
    for folder in [Path(named)] if named else [Path(one) for one in usual]:
        if (folder / holding).is_file():
            return folder
    where = f" in CP2K_DATA_DIR ({named})" if named else ""
    raise MissingExtraError(
        f"CP2K's data ({holding}) are not found{where}: install them (Debian: `apt-get install cp2k-data`) or set "
        "CP2K_DATA_DIR to their folder."
    )


def run(path: Path, text: str, folder: Path, *, data: Path, threads: int, limit_s: float) -> str:
    """Run CP2K on the input `text` in `folder`, and return what it wrote.

    Errors: `HeterofilmError` for a run that takes longer than `limit_s`, stops, or cannot be started.
    """
    _stop_left(folder)
    (folder / INPUT).write_text(text, encoding="utf-8")
    output = folder / OUTPUT
    output.unlink(missing_ok=True)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "CP2K_DATA_DIR": str(data)}
    try:
        with (folder / "film.err").open("wb") as errors:
            process = subprocess.Popen(
                [str(path), "-i", INPUT, "-o", OUTPUT], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, start_new_session=True,
            )  # fmt: skip
            (folder / PID).write_text(str(process.pid), encoding="ascii")
            try:
                process.wait(timeout=limit_s)
            except BaseException as error:  # an interrupt too: nothing is left running
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise InputError(
                        f"CP2K did not end within {limit_s:g} s: raise time_limit_s; with a store the next call goes "
                        "on from the wave functions that it wrote."
                    ) from None
                raise
    except OSError as error:
        raise InputError(f"CP2K ('{path}') cannot be started: {error.strerror or error}.") from None
    said = output.read_text(encoding="utf-8", errors="replace") if output.is_file() else ""
    if process.returncode != 0 or "PROGRAM ENDED" not in said:
        raise SimulationError(f"CP2K stopped ({_reason(said, process.returncode)}); its words are in its log.")
    return said


def _stop_left(folder: Path) -> None:
    """End the CP2K that a killed call left at work in this folder: two would write the same files."""
    try:
        left = int((folder / PID).read_text(encoding="ascii"))
        if left > 1 and Path(f"/proc/{left}/cwd").resolve() == folder.resolve():
            os.killpg(left, signal.SIGKILL)
    except (OSError, ValueError):
        return


def _reason(said: str, code: int) -> str:
    """What stands in the box that CP2K draws when it stops."""
    at = said.find("[ABORT]")
    if at < 0:
        return f"exit status {code}" if code else "its output ends early"
    box = [line.strip(" *|/\\_-O") for line in said[at:].splitlines()[1:6]]
    return " ".join(" ".join(words for words in box if words).split())[:200] or "abort"


@cache
def _said(path: Path) -> str:
    try:
        done = subprocess.run(
            [str(path), "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"'{path}' does not answer `--version` ({type(error).__name__}).") from None
    return done.stdout.decode("utf-8", "replace")
