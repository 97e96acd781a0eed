"""A streamed run: whatever kills it, going on gives what an undisturbed run gives."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tqdm import tqdm

from heterofilm import HeterofilmError, simulate
from heterofilm.simulation.checkpoint import Journal, pack, unpack

CYCLES = 300
PROTOCOL = f"{CYCLES} x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"


def run(folder: Path, protocol: str = PROTOCOL, cell: str = "vo-half"):
    return simulate(cell, protocol, folder=folder, detail=False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_twenty_moments_a_run_gives_the_same_table(tmp_path: Path) -> None:
    began = time.monotonic()
    whole = run(tmp_path / "whole")
    lasts = time.monotonic() - began
    rng = random.Random(7)
    kills = 0
    for _ in range(200):
        child = os.fork()
        if child == 0:
            # tqdm's lock is shared with forked processes: one that is killed while it holds it would stop this one too
            tqdm.set_lock(threading.RLock())
            try:
                run(tmp_path / "cut")
            finally:
                os._exit(0)
        time.sleep(rng.uniform(0.02, 0.12) * lasts)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        kills += os.WIFSIGNALED(status)
        if kills == 20 or not os.WIFSIGNALED(status):
            break
    assert kills == 20 or (tmp_path / "cut" / "cycles.csv").stat().st_size > 0
    resumed = run(tmp_path / "cut")
    assert (tmp_path / "cut" / "cycles.csv").read_bytes() == (tmp_path / "whole" / "cycles.csv").read_bytes()
    assert resumed.steps.equals(whole.steps)
    assert resumed.frame.equals(whole.frame)


def test_a_finished_run_is_only_read(tmp_path: Path) -> None:
    short = "3 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
    first = run(tmp_path / "run", short)
    before = (tmp_path / "run" / "checkpoint").stat().st_mtime_ns
    second = run(tmp_path / "run", short)
    assert second.steps.equals(first.steps) and second.frame.equals(first.frame)
    assert (tmp_path / "run" / "checkpoint").stat().st_mtime_ns == before


def test_a_loop_that_ended_early_ends_there_again(tmp_path: Path) -> None:
    text = "GITT discharge at 80 uA/cm2 for 5 min, rest for 10 min, until 2.15 V; Rest for 1 min"
    first = run(tmp_path / "run", text)
    assert run(tmp_path / "run", text).steps.equals(first.steps)
    assert first.steps["kind"][-1] == "rest"


def test_spectra_come_back_too(tmp_path: Path) -> None:
    text = "Discharge at 80 uA/cm2 until 3 V; EIS from 1 kHz to 1 Hz; 2 x (Rest for 1 min; EIS from 1 kHz to 1 Hz)"
    first = run(tmp_path / "run", text)
    again = run(tmp_path / "run", text)
    assert first.impedance is not None and again.impedance is not None and again.impedance.equals(first.impedance)
    assert again.impedance["cycle"].unique().to_list() == [1, 2, 3]


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    run(tmp_path / "run", "Rest for 1 h")
    with pytest.raises(HeterofilmError, match="holds another run: its protocol differ"):
        run(tmp_path / "run", "Rest for 2 h")


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "run", {}, ["a"]), pytest.raises(HeterofilmError, match="Another process is running"):
        Journal(tmp_path / "run", {}, ["a"])


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HeterofilmError, match="Cannot write to"):
        Journal(tmp_path / "file", {}, ["a"])


def test_a_torn_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    """Either slot may be half written; the other is whole, and the table is cut to it."""
    columns = ["n"]
    with Journal(tmp_path / "run", {}, columns) as journal:
        for n in range(1, 6):
            journal.append([{"n": n}], n, n, float(n), pack(np.full(4, float(n))))
    raw = bytearray((tmp_path / "run" / "checkpoint").read_bytes())
    half = len(raw) // 2
    raw[half - 3] ^= 0xFF  # slot 0 has the odd numbers, 5 last
    (tmp_path / "run" / "checkpoint").write_bytes(raw)
    with Journal(tmp_path / "run", {}, columns) as journal:
        found = journal.resume()
        assert found is not None
        cycle, _, _, state, rows = found
        assert cycle == 4 and [row["n"] for row in rows] == ["1", "2", "3", "4"]
        out = np.empty((2, 2))
        unpack(state, out)
        assert (out == 4.0).all()
        with pytest.raises(HeterofilmError, match="does not fit"):
            unpack(state, np.empty(3))
