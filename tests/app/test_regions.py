"""What was fitted in which file, what the sample file comes to say of it, and what a drag or a field makes of that."""

from __future__ import annotations

from typing import Any

import pytest

from heterofilm.app.analyses import Analysis
from heterofilm.app.regions import HOW, Region, held, line_of, moved, regions_of, said_of, started, where
from heterofilm.samples import SampleFile

SHEET: dict[str, Any] = {
    "name": "s",
    "files": [
        {"path": "a.vms"}, {"path": "raw/b.vms", "level": {"V2p": {"states": ["V5+"]}}},
        {"path": "c.mpt", "lowest": "0.01 kHz", "without": ["50 Hz"], "fixed": {"R0": 1.0}},
    ],
}  # fmt: skip
FIGURE = {"plotly": {"data": [{"name": "measured", "mode": "markers", "x": [3.0, 1.0, None, 2.0]}]}}
ENERGY = {"number": "O 1s.energy", "value": 530.0, "low": 529.0, "high": 531.0, "at": 530.1, "of": "", "unit": "eV"}
RATIO = {"number": "O 1s b.energy", "value": 1.5, "low": 1.5, "high": 1.5, "at": 531.6, "of": "O 1s", "unit": "eV"}


def analysis(kind: str, *names: str, files: dict[str, str]) -> Analysis:
    figures = tuple({"name": name, "kind": kind, "title": "", "caption": "", "plotly": {}} for name in names)
    fits = {f"{name}-lines": [ENERGY] for name in names}
    return Analysis((), (), (), files, "", figures, fits=fits)


@pytest.mark.parametrize(
    ("names", "files", "expected"),
    [
        (["a-vms-v2p", "a-vms-wide"], {"a.vms": "xps"}, [("a.vms", "V2p")]),
        (
            ["a-vms-v2p", "raw-b-vms-cu2p"],
            {"a.vms": "xps", "raw/b.vms": "xps"},
            [("a.vms", "V2p"), ("raw/b.vms", "Cu2p")],
        ),
        (["a-vms-o1s"], {"a.vms": "xps", "a.vms.vms": "xps"}, [("a.vms", "O1s")]),
        (["renamed-v2p"], {"a.vms": "xps"}, [("a.vms", "V2p")]),
        (["a-vms-nyquist"], {"a.vms": "xps"}, []),
    ],
)
def test_a_figure_leads_to_its_file(names: list[str], files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = regions_of(analysis("xps", *names, files=files))
    assert [(one.file, one.level) for one in found] == expected
    assert all(one.numbers == [ENERGY] for one in found)


def test_a_spectrum_is_shown_over_its_frequency() -> None:
    found = regions_of(analysis("eis", "c-nyquist", "c-bode", "d-bode", files={"raw/c.mpt": "eis", "d.mpt": "eis"}))
    assert [(one.file, one.level, one.kind) for one in found] == [("raw/c.mpt", "", "eis"), ("d.mpt", "", "eis")]


def test_settings_stand_beside_those_of_other_levels() -> None:
    """What is set to nothing is taken out; a level without settings is as the library has it."""
    v2p, o1s = Region("raw/b.vms", "V2p", {}), Region("raw/b.vms", "O1s", {})
    assert said_of(SHEET, v2p) == {"states": ["V5+"]} and said_of(SHEET, o1s) == {}
    both = line_of(SHEET, o1s, {"window": [528.0, 536.0], "background": "", "states": []})
    assert both == {"level": {"V2p": {"states": ["V5+"]}, "O1s": {"window": [528.0, 536.0]}}}
    assert line_of(SHEET, v2p, {}) == {"level": None}
    assert SHEET["files"][1]["level"] == {"V2p": {"states": ["V5+"]}}, "nothing is changed in place"


def test_a_spectrum_goes_there_and_back() -> None:
    """What is read of a line and written again says the same; a window has one end where the other is as measured."""
    region = Region("c.mpt", "", FIGURE)
    said = said_of(SHEET, region)
    assert said == {"fixed": {"R0": 1.0}, "window": [10.0, None], "without": [50.0]}
    assert where(region, said) == (10.0, 3.0)
    keys = {key: value for key, value in line_of(SHEET, region, said).items() if value is not None}
    assert keys == {"lowest": "10 Hz", "without": ["50 Hz"], "fixed": {"R0": 1.0}}
    SampleFile.model_validate({"name": "s", "files": [{"path": "c.mpt", **keys}]})
    assert set(line_of(SHEET, region, {}).values()) == {None}


def test_a_number_is_told_in_one_way() -> None:
    said: dict[str, Any] = {"window": [1.0, 2.0]}
    for how, value in zip(HOW, (1.0, 2.0, [0.0, 3.0], "2*R2"), strict=True):
        said = held(said, "R1", how, value)
        assert said == {"window": [1.0, 2.0], how: {"R1": value}}
    assert held(said, "R1", "", None) == {"window": [1.0, 2.0]}


def test_a_fit_starts_where_the_last_one_ended() -> None:
    """Only numbers that are free: a start for another has no effect, and the analysis would refuse it."""
    region = Region("a.vms", "O1s", FIGURE, [ENERGY, RATIO])
    assert started(region, {}) == {"start": {"O 1s.energy": 530.0}}
    assert started(region, {"fixed": {"O 1s.energy": 1.0}})["start"] == {}
    assert started(region, {"bounds": {"O 1s.energy": [530.2, 531.0]}})["start"] == {"O 1s.energy": 530.2}


def test_a_peak_goes_where_it_is_dragged() -> None:
    """By as much as the mouse: held there if it was held; beyond what is allowed, bounds about the place come too."""
    assert moved(ENERGY, {}, 530.6) == {"start": {"O 1s.energy": 530.5}}
    assert moved(ENERGY, {"fixed": {"O 1s.energy": 530.0}}, 530.6) == {"fixed": {"O 1s.energy": 530.5}}
    assert moved(ENERGY, {}, 533.1) == {
        "start": {"O 1s.energy": 533.0}, "bounds": {"O 1s.energy": [532.0, 534.0]},
    }  # fmt: skip
    assert moved(RATIO, {}, 531.9)["start"] == {"O 1s b.energy": 1.8}, "the distance to the line that it hangs on"
    assert set(moved(RATIO, {}, 531.9)) == {"start", "bounds"}
