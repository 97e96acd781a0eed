"""Commands that are ended at any moment: the same command gives the same tables, and no half-written file stays.

Some of the moments are tried in every run of the tests, all of them by ``make explore``.
"""

from __future__ import annotations

import os
import shutil

import pytest

import killing
from draws import EXPLORE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("job", killing.JOBS)
def test_whatever_ends_a_command_the_next_run_gives_the_same(job: str) -> None:
    """SIGKILL at so many moments, SIGTERM and Ctrl-C at some, once or several times, then a run to the end."""
    moments = 50 if EXPLORE else 3 if job in ("simulate", "vary") else 1
    found = killing.assaulted(job, moments)
    assert found["wrong"] == []
    assert int(str(found["ended"])) >= moments


@pytest.mark.skipif(not hasattr(os, "fork") or shutil.which("unshare") is None, reason="needs fork and unshare")
@pytest.mark.parametrize("job", killing.JOBS)
def test_a_full_disk_is_one_sentence_and_after_room_is_made_all_is_the_same(job: str) -> None:
    """File systems of so many sizes that are too small for it."""
    if os.getuid() != 0:
        pytest.skip("needs the right to mount")
    sizes = 50 if EXPLORE else 3 if job in ("simulate", "vary") else 1
    found = killing.assaulted(job, sizes, full=True)
    if found["wrong"] is None:
        pytest.skip("needs the right to mount")
    assert found["wrong"] == []
    assert int(str(found["ended"])) >= sizes
