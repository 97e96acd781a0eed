"""Compiled kernels on disk: read back exactly as they were written, or not at all.

A file is a line of JSON (what it is, its length and SHA-256) and then the machine code as numba packs it. Machine
code is executed, and a byte that has flipped in it would be too: so a file whose digest is wrong is not looked into,
nor is one that was written into another folder (which is named after other code), nor a folder that belongs to
somebody else. Nothing that is wrong with a cache ends a run: what cannot be read is compiled anew, what cannot be
written stays in memory, and one sentence on stderr says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

FORMAT = "heterofilm kernel 2"
LARGEST = 64 * 2**20  # bytes of a file


class Files:
    """Files in one folder, to be read."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._told = False

    def tell(self, sentence: str) -> None:
        """Say the first thing that is wrong; more would say the same again."""
        if not self._told:
            self._told = True
            print(f"heterofilm: {sentence}.", file=sys.stderr)

    def label(self, name: str) -> str:
        """A file as it calls itself: with its folder, which is named after the code it was made from."""
        return "" if self.folder is None else f"{self.folder.name}/{name}"

    def has(self, name: str) -> bool:
        """Whether something is there under a name, good or bad."""
        return self.folder is not None and os.path.exists(self.folder / name)

    def read(self, name: str) -> bytes | None:
        """What was written under a name, or None."""
        if self.folder is None:
            return None
        path = self.folder / name
        try:
            if not path.exists():
                return None
            if not path.is_file():  # a pipe would be waited for
                self.damaged(name, "it is no file")
                return None
            with open(path, "rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            self.damaged(name, error.strerror or str(error))
            return None
        head, _, body = content.partition(b"\n")
        try:
            known = json.loads(head)
            whole = (known["format"], known["name"], known["bytes"]) == (FORMAT, self.label(name), len(body))
            whole = whole and known["sha256"] == hashlib.sha256(body).hexdigest()
        except (ValueError, TypeError, KeyError, RecursionError):
            whole = False
        if not whole:
            self.damaged(name, "it is not what was written")
            return None
        return body

    def damaged(self, name: str, why: str) -> None:
        """Say that a file is not used."""
        self.tell(f"the compiled kernel {name} cannot be used ({why}); it is compiled anew")


class Store(Files):
    """Files in the first of some folders that can be written; without any, nothing is kept."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__(next((folder for folder in folders if usable(folder)), None))
        if self.folder is None:
            self.tell("no folder can be written for compiled kernels; they are compiled in every process")
        elif self.folder != folders[0]:
            self.tell(f"{folders[0]} cannot be used for compiled kernels; they are kept in {self.folder}")

    def damaged(self, name: str, why: str) -> None:
        """Say that a file is not used, and get it out of the way."""
        super().damaged(name, why)
        if self.folder is not None:
            with suppress(OSError):  # then it is refused again the next time
                (self.folder / name).unlink()

    def write(self, name: str, body: bytes) -> None:
        """Keep something under a name, whole or not at all."""
        if self.folder is None:
            return
        digest = hashlib.sha256(body).hexdigest()
        head = {"format": FORMAT, "name": self.label(name), "bytes": len(body), "sha256": digest}
        half = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(json.dumps(head).encode() + b"\n" + body)
            half.replace(self.folder / name)
        except OSError as error:
            self.tell(f"a compiled kernel could not be kept in {self.folder} ({error.strerror}); it stays in memory")
            with suppress(OSError):  # a leftover that nobody reads
                half.unlink(missing_ok=True)


def usable(folder: Path) -> bool:
    """Whether a folder can be made and written, and is ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mine = not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
        return mine and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except (OSError, ValueError):  # ValueError: a name with a zero byte
        return False


def roots() -> list[Path]:
    """Where compiled kernels may be kept: ``$HETEROFILM_CACHE`` or the user's cache, else a temporary folder."""
    wanted = os.environ.get("HETEROFILM_CACHE")
    if not wanted:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        wanted = os.path.join(base, "heterofilm")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    try:
        spare = [Path(tempfile.gettempdir()) / f"heterofilm-{user}"]
    except FileNotFoundError:  # nowhere to write at all
        spare = []
    return [Path(wanted), *spare]
