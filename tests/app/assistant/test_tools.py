"""What assistants may do: numbers as everywhere, nothing outside of the folder, nothing written, all bounded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heterofilm.app.assistant.tools import MOST, Tools
from heterofilm.app.session.numbers import of_curve
from heterofilm.errors import HeterofilmError, InputError
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

SHORT = "Discharge at 80 uA/cm2 until 2.15 V"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a sample, beside a file that is nobody's business."""
    root = tmp_path_factory.mktemp("assistant")
    write_files(root / "project" / "glass", "l.txt")
    (root / "secret.txt").write_text("secret")
    (root / "project" / "note.txt").write_text("by hand " * 4000)
    os.symlink(root / "secret.txt", root / "project" / "link.txt")
    os.symlink(root, root / "project" / "out")
    return root / "project"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


OUT = ["../secret.txt", "/etc/passwd", "link.txt", "out/secret.txt", "glass/../../secret.txt", "~/x", "\0", "a" * 5000]


@pytest.mark.parametrize("path", OUT)
@pytest.mark.parametrize(
    "tool",
    [
        lambda tools, path: tools.read(path),
        lambda tools, path: tools.files(path),
        lambda tools, path: tools.analyse(path),
        lambda tools, path: tools.simulate(f"{path}.toml", SHORT),
        lambda tools, path: tools.simulate("vo-half", f'Follow "{path}"'),
        lambda tools, path: tools.fit("vo-half", [f"{path}/x.csv"], ["phases.V2O5.D"]),
        lambda tools, path: tools.fit("vo-half", [path], ["phases.V2O5.D"]),
    ],
)
def test_nothing_outside_is_touched(tool: Callable[[Tools, str], Any], path: str, project: Path) -> None:
    with pytest.raises(HeterofilmError) as refused:
        tool(Tools(project), path)
    assert "secret" not in str(refused.value).replace("secret.txt", "")


def test_what_is_there_is_told(project: Path) -> None:
    tools = Tools(project)
    assert {one["path"] for one in tools.files()["files"]} == {"glass/l.txt", "note.txt"}
    text = tools.read("note.txt")
    assert len(text["text"]) == MOST["text"] and text["more"]
    assert tools.read("note.txt", MOST["text"])["text"].startswith("by hand")
    assert tools.read("glass/l.txt")["measurements"]
    assert "voc1-half" in tools.library("cells")["names"]
    values = tools.library("cells", "voc1-half")["values"]
    assert all(one["source"] for one in values)
    with pytest.raises(InputError, match="Did you mean 'cells'"):
        tools.library("cell")


def test_numbers_are_those_of_everywhere(project: Path) -> None:
    """A simulated curve has the numbers of `simulate`, a sample those of `analyse`; nothing is written for them."""
    before = contents(project)
    found = Tools(project).simulate("vo-half", SHORT, {"films.VO.thickness": "450 nm"})
    record = simulate("vo-half", SHORT, overrides={"films.VO.thickness": "450 nm"})
    assert found["numbers"] == of_curve("simulated", record)
    assert found["beside"] and len(found["curve"]["voltage_V"]) <= MOST["points"]
    told = Tools(project).analyse("glass")
    assert told["files"] and told["methods"]
    assert contents(project) == before


def test_what_is_too_much_is_refused(project: Path) -> None:
    tools = Tools(project)
    with pytest.raises(InputError, match="at most 100 cycles"):
        tools.simulate("vo-half", f"101 x ({SHORT}; Charge at 80 uA/cm2 until 3.8 V)")
    with pytest.raises(InputError, match="1 to 10 free"):
        tools.fit("vo-half", ["glass/l.txt"], [])
    with pytest.raises(InputError, match="1 to 10 searches"):
        tools.fit("vo-half", ["glass/l.txt"], ["phases.V2O5.D"], searches=1000)
    with pytest.raises(InputError, match="no folder"):
        Tools(project / "none")
