"""Pictures in space are saved like any figure: every suffix, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.figure import Figure

from heterofilm.errors import HeterofilmError
from heterofilm.figures.scene import Scene
from heterofilm.figures.volume import VolumeFigure

HEADS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF", ".html": b"<!doctype html>"}


@dataclass(frozen=True)
class Point(Scene):
    fails: bool = False

    def to_plotly(self) -> Any:
        return go.Figure(go.Scatter3d(x=[0], y=[0], z=[0]))

    def draw(self) -> Any:
        if self.fails:
            raise RuntimeError("no picture")
        return Figure()


@pytest.mark.parametrize("suffix", HEADS)
def test_each_suffix_has_its_own_format(suffix: str, tmp_path: Path) -> None:
    assert Point().save(tmp_path / f"a{suffix}").read_bytes().lower().startswith(HEADS[suffix].lower())


def test_several_at_once_and_the_same_each_time(tmp_path: Path) -> None:
    first, again = (Point().save_static(tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["a.svg", "a.png"]
    assert first[1].read_bytes() == again[1].read_bytes()
    assert b"<dc:date>" not in first[0].read_bytes()


def test_what_cannot_be_drawn_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        Point(fails=True).save(tmp_path / "a.png")
    with pytest.raises(HeterofilmError, match="must end in"):
        Point().save(tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_the_picture() -> None:
    """As a PNG; in a console it says its title, not its numbers."""
    assert Point()._repr_png_().startswith(HEADS[".png"])
    assert repr(VolumeFigure("v", "a block", np.zeros((2, 2, 2), np.int8), 1.0)) == "<VolumeFigure: a block>"
