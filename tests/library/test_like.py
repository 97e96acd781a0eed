"""An entry that is like another: what it states counts, all else is the other's; no circle, no layer from nowhere."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.library import Device, load, names
from heterofilm.library.files import DATA
from heterofilm.library.like import LONGEST, laid_over

WORD = st.text("abcde", min_size=1, max_size=3).filter(lambda word: word not in ("like", "name", "role", "value"))
LEAF = st.integers() | st.text("xyz", max_size=3) | st.builds(lambda v: {"value": v, "unit": "m"}, st.integers())
TABLE = st.recursive(
    st.dictionaries(WORD, LEAF, max_size=4), lambda inner: st.dictionaries(WORD, LEAF | inner), max_leaves=8
)


def _none(name: Any) -> dict[str, Any]:
    raise AssertionError("nothing is asked for")


@given(TABLE)
def test_an_entry_alone_stays(table: dict[str, Any]) -> None:
    """Without ``like`` nothing is asked for and nothing changes."""
    assert laid_over(table, "An entry", _none) == table


@given(TABLE, TABLE)
def test_own_values_count_and_all_others_are_the_others(below: dict[str, Any], own: dict[str, Any]) -> None:
    """At every path: what is stated itself, else what the other states."""
    made = laid_over(own | {"like": "other"}, "An entry", lambda name: below)
    assert made.pop("like") == "other"
    _check(made, below, own)


def _check(made: dict[str, Any], below: dict[str, Any], own: dict[str, Any]) -> None:
    assert set(made) == set(below) | set(own)
    for key, value in made.items():
        if key in own and key in below and isinstance(own[key], dict) and isinstance(below[key], dict):
            if "value" in own[key]:
                assert value == own[key]  # a quantity is one key: no range of the other beside it
            else:
                _check(value, below[key], own[key])
        else:
            assert value == (own[key] if key in own else below[key])


def test_lists_are_laid_over_by_role_in_the_others_order() -> None:
    below = {"layers": [{"role": "a", "x": 1, "y": 2}, {"role": "b", "x": 3}]}
    made = laid_over({"like": "o", "layers": [{"role": "b", "x": 9}]}, "An entry", lambda name: below)
    assert made["layers"] == [{"role": "a", "x": 1, "y": 2}, {"role": "b", "x": 9}]
    with pytest.raises(HeterofilmError, match="no role 'c'"):
        laid_over({"like": "o", "layers": [{"role": "c"}]}, "An entry", lambda name: below)
    with pytest.raises(HeterofilmError, match="needs its role or name"):
        laid_over({"like": "o", "layers": [{"x": 1}]}, "An entry", lambda name: below)


def test_a_circle_is_told() -> None:
    """After at most `LONGEST` steps, also of an entry that is like itself."""
    asked: list[str] = []

    def other(name: str) -> dict[str, Any]:
        asked.append(name)
        return {"like": name}

    with pytest.raises(HeterofilmError, match="circle"):
        laid_over({"like": "itself"}, "An entry", other)
    assert len(asked) == LONGEST


@pytest.mark.parametrize("name", names("devices"))
def test_packaged_devices_are_whole(name: str) -> None:
    """Each value of the file itself is in the device, under its own name."""
    own = tomllib.loads((DATA / "devices" / f"{name}.toml").read_text())
    device = load(Device, name)
    assert (device.name, device.title) == (own["name"], own["title"]) and len(device.layers) >= 8
    layers: dict[str, Any] = {layer.role: layer for layer in device.layers}
    for layer in own["layers"]:
        assert layers[layer["role"]].material == layer.get("material", layers[layer["role"]].material)


def test_a_device_of_ones_own_in_five_lines(tmp_path: Path) -> None:
    """Like one of the library, or like a file beside it, whose change counts at once."""
    (tmp_path / "base.toml").write_text('name = "base"\ntitle = "Base"\nlike = "lco-silicon"\n')
    (tmp_path / "mine.toml").write_text('name = "mine"\ntitle = "Mine"\nlike = "base.toml"\ncell = "lfp-atfb"\n')
    packaged, mine = load(Device, "lco-silicon"), load(Device, tmp_path / "mine.toml")
    assert (mine.name, mine.cell, mine.layers) == ("mine", "lfp-atfb", packaged.layers)
    span = 'span = { value = 5.0, unit = "mm", kind = "assumed", source = "mine", low = 1.0, high = 9.0 }\n'
    (tmp_path / "base.toml").write_text(f'name = "base"\ntitle = "Base"\nlike = "lco-silicon"\n{span}')
    os.utime(tmp_path / "base.toml", ns=(1, 1))
    assert load(Device, tmp_path / "mine.toml").span.si == 5e-3


@pytest.mark.parametrize(
    ("like", "words"),
    [('"no-such"', "no-such"), ('"mine.toml"', "circle"), ('"../mine.toml"', "same folder"), ("3", "expected the name"),
     ('"none.toml"', "none.toml")],
)  # fmt: skip
def test_what_cannot_be_like_is_one_sentence(like: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f'name = "mine"\ntitle = "Mine"\nlike = {like}\n')
    with pytest.raises(HeterofilmError, match=words):
        load(Device, tmp_path / "mine.toml")
