"""The app stands on public functions, says its words in one place, and needs NiceGUI for its page alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import heterofilm.app
from heterofilm.app import words

APP = Path(heterofilm.app.__file__).parent
MODULES = sorted(APP.rglob("*.py"))
SHOWN = {"label", "button", "input", "select", "textarea", "number", "switch", "tooltip", "expansion", "link", "notify"}


def trees() -> dict[str, ast.Module]:
    return {str(path.relative_to(APP)): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def test_nothing_private_is_imported() -> None:
    public = {"__future__", "_version", "__version__"}
    found = []
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                parts = {*(node.module or "").split("."), *(alias.name for alias in node.names)} - public
                found += [f"{name}:{node.lineno} {part}" for part in parts if part.startswith("_")]
    assert found == []


def test_every_word_stands_in_one_place() -> None:
    """No control of the page is given a text of letters by the tabs themselves."""
    found = []
    for name, tree in trees().items():
        if not name.startswith("tabs"):
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWN):
                continue
            for given in node.args[:1]:
                if isinstance(given, ast.Constant) and any(c.isalpha() for c in str(given.value)):
                    found.append(f"{name}:{node.lineno} {given.value}")
    assert found == []


def test_every_word_is_said() -> None:
    """A word that no tab shows is dead."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES if path.name != "words.py")
    assert [name for name in vars(words) if name.isupper() and not re.search(rf"words\.{name}\b", text)] == []


def test_a_session_needs_no_page() -> None:
    """Neither NiceGUI nor anything of it is loaded by what scripts and workers use."""
    code = (
        "import sys, heterofilm.app.project, heterofilm.app.session, heterofilm.app.jobs.worker;"
        "import heterofilm.app.jobs.live;"
        "assert not {'nicegui', 'fastapi', 'starlette', 'uvicorn'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
