"""Which core levels were fitted in which file, and what the sample file comes to say of them."""

from __future__ import annotations

import pytest

from heterofilm.app.analyses import Analysis
from heterofilm.app.regions import Region, level_of, regions_of, with_level

SHEET = {"name": "s", "files": [{"path": "a.vms"}, {"path": "raw/b.vms", "level": {"V2p": {"states": ["V5+"]}}}]}


def analysis(*names: str, files: dict[str, str]) -> Analysis:
    figures = tuple({"name": name, "kind": "xps", "title": "", "caption": "", "plotly": {}} for name in names)
    return Analysis((), (), (), files, "", figures)


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
        (["a-vms-nyquist"], {"a.vms": "eis"}, []),
    ],
)
def test_a_figure_leads_to_its_file(names: list[str], files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = regions_of(analysis(*names, files=files))
    assert [(one.file, one.level) for one in found] == expected


def test_settings_stand_beside_those_of_other_levels() -> None:
    """What is set to nothing is taken out; a level without settings is as the library has it."""
    v2p, o1s = Region("raw/b.vms", "V2p", {}), Region("raw/b.vms", "O1s", {})
    assert level_of(SHEET, v2p) == {"states": ["V5+"]} and level_of(SHEET, o1s) == {}
    both = with_level(SHEET, o1s, {"window": [528.0, 536.0], "background": "", "states": []})
    assert both == {"V2p": {"states": ["V5+"]}, "O1s": {"window": [528.0, 536.0]}}
    assert with_level(SHEET, v2p, {}) is None
    assert SHEET["files"][1] == {"path": "raw/b.vms", "level": {"V2p": {"states": ["V5+"]}}}, (
        "nothing is changed in place"
    )  # type: ignore[index]
