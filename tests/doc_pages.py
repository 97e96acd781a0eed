"""Pages of Markdown as what they show: their blocks of code, run in one process as Jupyter and a shell would.

- ``{code-cell}`` and ``python``: run in the page's own names; of IPython's ways ``!command`` and ``%%writefile NAME``.
- ``sh``: every line is run; ``heterofilm ...`` by its own ``main``, in this process.
- ``toml`` and ``csv``: TOML must be TOML; a block whose first line is ``# NAME`` is written under that name.
- ``console`` and ``text`` are shown only: installing, and what takes hours or another machine.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heterofilm.cli import main

_FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
_HEAD = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
RUN = ("code-cell", "python", "sh")
SHOWN = ("", "console", "text", "bibtex")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language ("code-cell" for cells), the line it begins at, and its text without options."""

    language: str
    line: int
    text: str


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order; directives of layout are looked into."""
    text = _HEAD.sub(lambda m: "\n" * m.group().count("\n"), page.read_text("utf-8"))
    return [*_blocks(text, 1)]


def _blocks(text: str, first: int) -> Any:
    for found in _FENCE.finditer(text):
        line = first + text.count("\n", 0, found.start())
        info, body = found["info"].strip(), found["body"]
        directive = re.match(r"\{([\w:-]+)\}", info)
        if found["fence"].startswith(":") or (directive and directive[1] != "code-cell"):
            yield from _blocks(body, line + 1)  # an admonition, tabs, a card
            continue
        language = directive[1] if directive else info.split(" ")[0]
        if directive:
            body = re.sub(r"\A(?::\w+:[^\n]*\n)+", "", body)
        yield Block(language, line, body)


class Page:
    """One page, run block by block in a folder of its own."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self) -> int:
        """Run what can be run, with the folder as working directory; return how many blocks that were."""
        sys.path.insert(0, str(self.folder))  # as Jupyter has it: modules that a page writes
        try:
            return self._blocks()
        finally:
            sys.path.remove(str(self.folder))

    def _blocks(self) -> int:
        done = 0
        for block in blocks(self.path):
            where = f"{self.path.name}:{block.line}"
            assert block.language in (*RUN, *SHOWN, "toml", "csv"), f"{where}: nothing runs '{block.language}'"
            if block.language in ("code-cell", "python"):
                self._python(block.text, where)
            elif block.language == "sh":
                for line in block.text.replace("\\\n", " ").splitlines():
                    self._shell(line, where)
            elif block.language in ("toml", "csv"):
                self._file(block, where)
            done += block.language in RUN
        return done

    def _python(self, text: str, where: str) -> None:
        written = re.match(r"%%writefile (\S+)\n", text)
        if written:
            (self.folder / written[1]).write_text(text[written.end() :], encoding="utf-8")
            return
        joined = re.sub(r"^!(?:.*\\\n)+.*$", lambda m: m[0].replace("\\\n", " "), text, flags=re.MULTILINE)
        text = re.sub(r"^(\s*)!(.*)$", lambda m: f"{m[1]}_shell({m[2]!r}, {where!r})", joined, flags=re.MULTILINE)
        self.names["_shell"] = self._shell
        tree = ast.parse(text, where)
        exec(compile(tree, where, "exec"), self.names)

    def _shell(self, line: str, where: str) -> None:
        words = shlex.split(line, comments=True)
        if not words:
            return
        if words[0] == "heterofilm":
            assert main(words[1:]) == 0, f"{where}: {line}"
            return
        shim = self.folder / ".bin"
        shim.mkdir(exist_ok=True)
        (shim / "heterofilm").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m heterofilm "$@"\n')
        (shim / "heterofilm").chmod(0o755)
        source = Path(__file__).parent.parent / "src"
        env = os.environ | {"PATH": f"{shim}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(source)}
        subprocess.run(line, shell=True, check=True, cwd=self.folder, env=env)

    def _file(self, block: Block, where: str) -> None:
        named = re.match(r"# (\S+\.(?:toml|csv))\b", block.text)
        if block.language == "toml":
            tomllib.loads(block.text)
        if named:
            (self.folder / named[1]).write_text(block.text, encoding="utf-8")
