"""Access databases through mdb-export of mdbtools, bounded by what it may do, not by how long a busy machine takes.

On some damaged files mdb-export runs in a circle. Its processor time is limited, which does not pass while others have
the processor, and so is what it writes.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from ..errors import FileFormatError
from ..files import real

__all__ = ["exported"]

START_S, BYTES_PER_S = 10, 250_000  # processor time: sound files take a hundredth of it
MAX_EXPORT = 1_000_000_000
SWOLLEN = 100  # text of so many times the size of the file is no table of it
LEAST = 1_000_000
BLOCK = 1 << 20
SHELL = Path("/bin/sh")
# the shell limits itself before it becomes mdb-export; the names are arguments and never parsed
LIMITED = 'ulimit -t "$1" && exec "$2" "$3" "$4"'


def exported(path: Path, table: str, what: str) -> bytes:
    """A table of the database as csv; `what` it is, for the messages.

    Errors: `HeterofilmError` where mdbtools is not installed, the table is not there, or the export does not end.
    """
    tool = shutil.which("mdb-export")
    if tool is None:
        raise FileFormatError(
            f"{what} is an Access database, which needs mdb-export: install mdbtools "
            "(apt install mdbtools, brew install mdbtools), or export the test from Arbin as csv or xlsx."
        )
    size = path.stat().st_size
    seconds = START_S + size // BYTES_PER_S
    command = [tool, str(real(path)), table]
    if SHELL.is_file():
        command = [str(SHELL), "-c", LIMITED, "sh", str(seconds), *command]
    most = min(MAX_EXPORT, max(SWOLLEN * size, LEAST))
    try:
        with tempfile.TemporaryFile() as complaints:  # a pipe nobody reads would stop a tool that complains much
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints)
            whole = False
            try:
                assert process.stdout is not None
                with process.stdout as stream:
                    out, whole = _taken(stream, most)
            finally:
                if not whole:  # too much, or an interrupt
                    process.kill()
                process.wait()
            complaints.seek(0)
            said = complaints.read(4000)
    except OSError as error:
        raise FileFormatError(f"mdb-export could not be started ({error.strerror}).") from None
    if not whole:
        raise FileFormatError("mdb-export writes more than any table of such a file holds: the file is damaged.")
    if process.returncode < 0 or process.returncode > 128:
        raise FileFormatError(f"mdb-export did not come to an end within {seconds} s of its own: the file is damaged.")
    if process.returncode != 0 or not out.strip():
        why = said.decode("utf-8", "replace").strip().splitlines()
        raise FileFormatError(
            f"mdb-export found no table {table} in it ({why[0][:80] if why else 'no output'}); it is damaged or no "
            "Arbin test."
        )
    return out


def _taken(stream: IO[bytes], most: int) -> tuple[bytes, bool]:
    """What comes out of the stream, and whether that was all of at most `most` bytes."""
    parts: list[bytes] = []
    length = 0
    while block := stream.read(BLOCK):
        parts.append(block)
        length += len(block)
        if length > most:
            return b"", False
    return b"".join(parts), True
