"""Caches of compiled kernels that are damaged: every start gives its curve. Tried by ``make explore``; in every run of
the tests ``tests/engine/test_jit.py`` does the same to one small kernel."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import damaged_starts
from draws import EXPLORE


@pytest.mark.skipif(not EXPLORE or not hasattr(os, "fork"), reason="kernels are compiled for minutes: make explore")
def test_every_start_with_a_damaged_cache_gives_its_curve(tmp_path: Path) -> None:
    """Each damage to a kernel of the engine: the same bytes of the curve, one sentence at most, and the start after
    it is as if nothing had been."""
    found = damaged_starts.assaulted(tmp_path)
    assert found["wrong"] == []
    assert len(found["starts"]) >= 20
