"""Of several records of one thing, that at the best level counts, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.averages import Profile
from heterofilm.atomistic.fields.states import Edges
from heterofilm.atomistic.level import Level
from heterofilm.atomistic.results.about import About
from heterofilm.atomistic.results.curves import Curves
from heterofilm.atomistic.results.evidence import Evidence, evidence, places
from made_interface import made

PAIR = ("V2O5", "Cu2V2O7")
LEVELS = {  # from the worst to the best
    "plain": {"level": "PBE, LCAO dzp, GPAW"},
    "with U": {"level": "PBE+U (Cu 4 eV), LCAO dzp, GPAW"},
    "with spins": {"level": "PBE, LCAO dzp, spins, GPAW", "spins": 2},
    "with both": {"level": "PBE+U (Cu 4 eV), LCAO dzp, spins, GPAW", "spins": 2},
}


def test_spins_count_before_u_and_u_before_none(tmp_path: Path) -> None:
    found = {}
    for k, (name, more) in enumerate(LEVELS.items()):
        (tmp_path / str(k)).mkdir()
        found[name] = made(tmp_path / str(k), **more)
    names = list(LEVELS)
    for best in range(1, len(names) + 1):
        for order in permutations(names[:best]):
            one = Evidence({}, tuple(found[name] for name in order), ()).interface(*PAIR)
            assert one is found[names[best - 1]]


def test_another_pair_and_missing_elf_do_not_count(tmp_path: Path) -> None:
    one = made(tmp_path)
    known = Evidence({}, (one,), ())
    assert known.pairs == (PAIR,) and known.interface("Cu2V2O7", "V2O5") is None
    assert known.interface(*PAIR, with_elf=True) is one
    assert places(*PAIR) == {"V2O5": "V2O5", "interface": "the interface", "Cu2V2O7": "Cu2V2O7"}


def test_the_curves_nearest_to_a_level_are_taken() -> None:
    flat = Profile(np.arange(4.0), np.zeros(4), 4.0, "eV")

    def bulk(name: str, level: str) -> Curves:
        return Curves(name=name, about=About(level=Level.parse(level)), edges=Edges(0.0, 1.0, 1.0, True), states=None,
                      density=flat, potential=flat, elf=None)  # fmt: skip

    own = [bulk("A-PBE-LCAO", "PBE, LCAO dzp, GPAW"), bulk("A-PBE+U-PW", "PBE+U (V 3 eV), PW 400 eV, GPAW"),
           bulk("A-PBE-PW", "PBE, PW 400 eV, GPAW"), bulk("AB-PBE-PW", "PBE, PW 300 eV, GPAW")]  # fmt: skip
    known = Evidence({}, (), own)
    for wanted, name in (
        ("PBE, PW 400 eV, GPAW", "A-PBE-PW"),  # the very level
        ("PBE+U (V 3 eV), LCAO dzp, GPAW", "A-PBE+U-PW"),  # its functional and U
        ("HSE, PW 400 eV, GPAW", "A-PBE-LCAO"),  # none: any
        ("PBE, PW 300 eV, GPAW", "A-PBE-LCAO"),  # not that of another bulk
    ):
        found = known.bulk("A", Level.parse(wanted))
        assert found is not None and found.name == name
    assert known.bulk("C") is None


def test_what_is_shipped_is_of_one_pair_at_two_levels() -> None:
    known = evidence()
    best = known.interface(*PAIR)
    assert known.pairs == (PAIR,) and best is not None and best.name == "V2O5-Cu2V2O7-PBE+U-LCAO"
    held = known.interface(*PAIR, with_elf=True)
    assert held is not None and held.name == "V2O5-Cu2V2O7-PBE-LCAO"  # ELF is not recorded at the best level
    assert {"V2O5-barrier", "adsorption-interface"} <= set(known.numbers)
