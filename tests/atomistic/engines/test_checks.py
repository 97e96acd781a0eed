"""Engines that do not fit a structure are refused before they are asked."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase import Atoms
from ase.build import bulk

from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.engines.checks import check_engine
from heterofilm.errors import HeterofilmError


def test_an_engine_must_know_the_elements_and_give_what_is_needed() -> None:
    engine = engines.get("emt")
    with pytest.raises(HeterofilmError, match="does not know V"):
        check_engine(Atoms("VO", positions=[[0, 0, 0], [0, 0, 1.6]]), engine, "energy")
    with pytest.raises(HeterofilmError, match="cannot give moments"):
        check_engine(bulk("Cu"), engine, "energy", "moments")
