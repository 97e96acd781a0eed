"""What is built for others holds what is here, and its kernels: the first run of a wheel compiles nothing."""

from __future__ import annotations

import ast
import os
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from heterofilm.engine import portable
from heterofilm.engine.build import EVERYTHING

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT / "src").as_posix()
    for path in (ROOT / "src").rglob("*")
    if path.is_file() and path.suffix != ".pyc" and "egg-info" not in str(path)
}
PROGRAM = """
import heterofilm as hf
cell = hf.Cell.load("vo-half")
record = hf.simulate(cell, "Discharge at 5 uA/cm2 until 2.15 V; EIS from 1 MHz to 1 Hz")
print(hf.__file__, record.capacity("uAh/cm2/um", step=1), sep="\\n")
"""

needs_a_level = pytest.mark.skipif(portable.level() is None, reason="this machine is of no level kernels are made for")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        env=os.environ | {"HETEROFILM_SHIP_KERNELS": "1"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return folder


def test_the_build_hook_loads_where_nothing_but_hatchling_is() -> None:
    """An installation builds in an environment of its own, which holds what ``build-system`` asks for."""
    loaded: set[str] = set()
    for node in ast.parse((ROOT / "hatch_build.py").read_text()).body:
        if isinstance(node, ast.Import):
            loaded |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            loaded.add((node.module or "").partition(".")[0])
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert loaded - sys.stdlib_module_names <= {re.split(r"[^\w]", one)[0] for one in asked}


@needs_a_level
def test_all_files_are_in_both(built: Path) -> None:
    """Every module and every entry of the library, and no others beside the kernels."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    kernels = {name for name in names if name.endswith(".kernel")}
    assert len(kernels) == len(EVERYTHING)
    assert names - kernels == SOURCES
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        there = {name.partition("/src/")[2] for name in archive.getnames() if "/src/" in name}
    assert there >= SOURCES


@needs_a_level
def test_tag(built: Path) -> None:
    """A wheel with machine code says for which Python and which processors it is."""
    (wheel,) = built.glob("*.whl")
    assert f"-cp{sys.version_info.major}{sys.version_info.minor}-none-" in wheel.name
    assert not wheel.name.endswith("-any.whl")


@needs_a_level
def test_first_run_compiles_nothing(built: Path, tmp_path: Path) -> None:
    """Installed, with an empty cache: a discharge and a spectrum without a word, and no kernel made here."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site"), "HETEROFILM_CACHE": str(tmp_path / "cache")},
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    where, capacity = done.stdout.splitlines()
    assert Path(where).is_relative_to(tmp_path / "site")
    assert float(capacity) > 0
    assert done.stderr == ""
    assert not list((tmp_path / "cache").rglob("*.kernel"))


def test_conda_asks_for_the_same() -> None:
    """The recipe for conda-forge holds the requirements and the version of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    recipe = (ROOT / "conda" / "recipe.yaml").read_text()
    asked = re.findall(r"^    - (\S+ >=\S+)$", recipe.partition("  run:\n")[2].partition("\ntests:")[0], re.MULTILINE)
    wanted = [f"python {project['requires-python']}", *(text.replace(">=", " >=") for text in project["dependencies"])]
    assert asked == [text.replace("matplotlib ", "matplotlib-base ") for text in wanted]
    version = (ROOT / "src" / "heterofilm" / "_version.py").read_text()
    assert re.search(r'version: "(.+)"', recipe)[1] in version  # type: ignore[index]


def test_default_installation_is_free_of_the_gpl() -> None:
    """Every package that is brought says under which licence, and none binds what uses it; MPL is by file."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "licences.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "numba" in done.stdout and "under the GPL: none." in done.stdout
    assert "not stated" not in done.stdout


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("GNU General Public License v3 (GPLv3)", True),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0", True),
        ("LGPL-2.1", False),
        ("GNU Lesser General Public License v3", False),
        ("GPL-2.0 OR MIT", False),
        ("BSD-3-Clause", False),
    ],
)
def test_licences_are_told_apart(words: str, bound: bool) -> None:
    """What binds all that is distributed with it, what binds itself alone, and what leaves a choice."""
    assert runpy.run_path(str(ROOT / "tools" / "licences.py"))["binds"](words) is bound
