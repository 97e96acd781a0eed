"""What a user may say about a core level, and what is refused because it would change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from heterofilm.analysis.photoemission.lines import model
from heterofilm.analysis.photoemission.settings import LevelSettings, adjusted, link_of
from heterofilm.errors import HeterofilmError


def test_settings_change_what_they_name() -> None:
    said = LevelSettings(
        (511.0, 535.0), "linear", (), {"V5+ 2p3/2.width": 1.5}, {"V4+ 2p3/2.energy": 515.9},
        {"O 1s lattice.energy": (529.0, 531.0)}, {"V4+ 2p3/2.width": "1.2*V5+ 2p3/2.width"}, ((519.0, 519.5),),
    )  # fmt: skip
    found = adjusted(model("V2p"), said)
    assert found.window == (511.0, 535.0) and found.background == "linear" and found.without == ((519.0, 519.5),)
    assert found.line("V4+ 2p3/2").energy_eV.held and found.line("V4+ 2p3/2").energy_eV.value == 515.9
    assert found.line("V5+ 2p3/2").fwhm_eV.value == 1.5
    assert found.line("O 1s lattice").energy_eV.low == 529.0
    assert found.links["V4+ 2p3/2.width"] == link_of("1.2*V5+ 2p3/2.width", "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"fixed": {"V6+ 2p3/2.energy": 1.0}}, "no number 'V6. 2p3/2.energy'"),
        ({"fixed": {"V5+ 2p3/2.energi": 1.0}}, "Did you mean 'V5. 2p3/2.energy'"),
        ({"fixed": {"V5+ 2p3/2.width": 1.0}, "start": {"V5+ 2p3/2.width": 1.1}}, "have no effect"),
        ({"fixed": {"V5+ 2p3/2.width": 1.0}, "links": {"V5+ 2p3/2.width": "V4+ 2p3/2.width"}}, "held and tied"),
        ({"bounds": {"V5+ 2p3/2.width": (2.0, 1.0)}}, "must rise"),
        ({"start": {"V5+ 2p1/2.area": 0.6}}, "held at 0.5 by the library"),
        ({"start": {"V5+ 2p3/2.energy": 520.0}}, "lies outside 517 to 517.4"),
        ({"links": {"V5+ 2p3/2.width": "twice"}}, "cannot be read"),
        ({"without": ((600.0, 601.0),)}, "has no effect on V2p"),
        ({"fixed": {"V5+ 2p3/2.width": -1.0}}, "positive"),
    ],
)
def test_what_has_no_effect_or_no_sense_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        adjusted(model("V2p"), LevelSettings(**said))
