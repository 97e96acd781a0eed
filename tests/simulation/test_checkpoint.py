"""A streamed run: whatever kills it, going on gives what an undisturbed run gives; what is damaged is named."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tqdm import tqdm

from heterofilm import HeterofilmError, simulate
from heterofilm.protocol import End, EndKind
from heterofilm.simulation import ledger
from heterofilm.simulation.checkpoint import Checkpoint
from heterofilm.simulation.results import StepResult

CYCLES = 300
PROTOCOL = f"{CYCLES} x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
TWELVE = "12 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
MIXED = (
    "Discharge at 80 uA/cm2 until 3 V; EIS from 1 kHz to 1 Hz; 3 x (Charge at 80 uA/cm2 until 3.6 V; Discharge at 80 "
    "uA/cm2 until 2.5 V; EIS from 1 kHz to 10 Hz); Set temperature to 40 degC; Rest for 5 min"
)


def run(folder: Path, protocol: str = PROTOCOL, cell: str = "vo-half", **how):
    return simulate(cell, protocol, folder=folder, **({"detail": False} | how))


def cut_off(folder: Path, after: int, protocol: str, **how) -> None:
    """A run that is ended after so many cycles."""
    append = Checkpoint.append

    def stopping(self, rows, cycle, *rest):
        append(self, rows, cycle, *rest)
        if cycle == after:
            raise KeyboardInterrupt

    Checkpoint.append = stopping
    try:
        with pytest.raises(KeyboardInterrupt):
            run(folder, protocol, **how)
    finally:
        Checkpoint.append = append


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
    resumed = run(tmp_path / "cut")
    assert (tmp_path / "cut" / "cycles.csv").read_bytes() == (tmp_path / "whole" / "cycles.csv").read_bytes()
    assert resumed.equals(whole)


def test_all_that_was_kept_comes_back(tmp_path: Path) -> None:
    """Curves with losses, depth profiles, spectra, states and notes of a run in pieces are those of a whole one."""
    whole = run(tmp_path / "whole", MIXED, detail=True)
    for after in (1, 2, 4):
        cut_off(tmp_path / f"cut-{after}", after, MIXED, detail=True)
        again = run(tmp_path / f"cut-{after}", MIXED, detail=True)
        assert again.equals(whole), after
        assert again.profiles.sizes["point"] == whole.profiles.sizes["point"] > 100


def test_a_finished_run_is_only_read(tmp_path: Path) -> None:
    first = run(tmp_path / "run", TWELVE)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "run").rglob("*") if file.is_file()}
    assert run(tmp_path / "run", TWELVE).equals(first)
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "run").rglob("*") if file.is_file()} == before


def test_a_loop_that_ended_early_ends_there_again(tmp_path: Path) -> None:
    text = "GITT discharge at 80 uA/cm2 for 5 min, rest for 10 min, until 2.15 V; Rest for 1 min"
    first = run(tmp_path / "run", text)
    assert run(tmp_path / "run", text).equals(first)
    assert first.steps["kind"][-1] == "rest"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protocol": TWELVE.replace("12", "11")}, "its protocol differs"),
        ({"keep": [1, 2]}, "its keep was default and is 1 2 now"),
        ({"detail": True}, "its detail was False and is True now"),
        ({"rtol": 1e-4}, "its rtol was 0.001 and is 0.0001 now"),
        ({"dV": 1e-3}, "its dV was 0.002 and is 0.001 now"),
        ({"ageing": False}, "its mechanisms"),
        ({"start": 3.7}, "its start was 3.8 V and is 3.7 V now"),
        ({"start": "50 %"}, "its start was 3.8 V and is 0.5 of the charge"),
        ({"cell": "voc1-half"}, "its cell was vo-half and is voc1-half now"),
        ({"overrides": {"phases.V2O5.D": 2e-13}}, "its phases.V2O5.D was"),
        ({"overrides": {"films.VO.thickness": 200.0}}, "its films.VO.thickness was 300.0 nm and is 200.0 nm now"),
    ],
)
def test_no_argument_that_decides_a_result_is_served_from_another_run(tmp_path: Path, change, words: str) -> None:
    """Every argument of `simulate` that acts on the result: another value is refused by its name, or run anew."""
    run(tmp_path / "run", TWELVE)
    arguments = {"protocol": TWELVE, "cell": "vo-half", "folder": tmp_path / "run", "detail": False} | change
    with pytest.raises(HeterofilmError, match="holds another run") as caught:
        simulate(**arguments)
    assert words in str(caught.value)
    assert simulate(**arguments, fresh=True).equals(simulate(**(arguments | {"folder": None})))


def test_a_load_whose_file_was_edited_is_noticed(tmp_path: Path) -> None:
    load = tmp_path / "load.csv"
    load.write_text("time / min, current / uA cm-2\n0,5\n10,20\n")
    text = f'Follow "{load}"'
    run(tmp_path / "run", text)
    load.write_text("time / min, current / uA cm-2\n0,5\n10,21\n")
    with pytest.raises(HeterofilmError, match="its files"):
        run(tmp_path / "run", text)


def test_equations_that_changed_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "run", "Rest for 1 h")
    monkeypatch.setattr("heterofilm.simulation.identity.package_digest", lambda: "other")
    with pytest.raises(HeterofilmError, match="its equations digest differs"):
        run(tmp_path / "run", "Rest for 1 h")


def test_a_folder_of_an_earlier_layout_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"cell": "vo-half"}')
    with pytest.raises(HeterofilmError, match="earlier heterofilm, which kept no checksums"):
        run(tmp_path / "run", "Rest for 1 h")
    run(tmp_path / "run", "Rest for 1 h", fresh=True)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with Checkpoint(tmp_path / "run", {}, 3), pytest.raises(HeterofilmError, match="Another process is running"):
        Checkpoint(tmp_path / "run", {}, 3)


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HeterofilmError, match="is a file, but a folder is needed"):
        Checkpoint(tmp_path / "file", {}, 3)


def test_leftovers_of_a_process_that_was_ended_are_removed(tmp_path: Path) -> None:
    run(tmp_path / "run", TWELVE)
    left = [tmp_path / "run" / ".0123abcd.part.json", tmp_path / "run" / "curves" / ".0123abcd.part.parquet"]
    mine = tmp_path / "run" / "notes.txt"
    for file in (*left, mine):
        file.write_text("x")
    run(tmp_path / "run", TWELVE)
    run(tmp_path / "run", TWELVE, fresh=True)
    assert mine.read_text() == "x" and not any(file.exists() for file in left)


def results(n: int) -> list[StepResult]:
    return [
        StepResult(n, n, "rest", End(EndKind.LOAD, "end, of a load"), 0.1, 0.2, n, n + 1.0, "a", 3.0, 1.0, 0.0, -0.1)
    ]


def test_a_torn_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    """Either slot may be half written; the other is whole, and the table is cut to it."""
    with Checkpoint(tmp_path / "run", {}, 4) as checkpoint:
        assert checkpoint.resume() is None
        for n in range(1, 6):
            checkpoint.append(results(n), n, n, float(n), np.full(4, float(n)))
    raw = bytearray((tmp_path / "run" / "checkpoint").read_bytes())
    raw[len(raw) // 4 - 3] ^= 0xFF  # slot 0 has the odd numbers, 5 last
    (tmp_path / "run" / "checkpoint").write_bytes(raw)
    with Checkpoint(tmp_path / "run", {}, 4) as checkpoint:
        found = checkpoint.resume()
        assert found is not None and found.cycle == 4 and (found.state == 4.0).all()
        assert found.results == [one for n in range(1, 5) for one in results(n)]


def test_a_table_that_did_not_reach_the_disk_costs_what_came_after_the_last_that_did(tmp_path: Path, capsys) -> None:
    """After a power loss the newest slots may stand on rows that were lost: the settled slot is taken, and said."""
    with Checkpoint(tmp_path / "run", {}, 4) as checkpoint:
        checkpoint.resume()
        for n in range(1, 6):
            checkpoint.append(results(n), n, n, float(n), np.full(4, float(n)))
            if n == 3:
                checkpoint._settle()
    table = tmp_path / "run" / "cycles.csv"
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:4]))
    with Checkpoint(tmp_path / "run", {}, 4) as checkpoint:
        found = checkpoint.resume()
    assert found is not None and found.cycle == 3
    assert "did not reach the disk whole" in capsys.readouterr().err


def test_a_deleted_folder_ends_the_run(tmp_path: Path) -> None:
    with Checkpoint(tmp_path / "run", {}, 4) as checkpoint:
        checkpoint.resume()
        checkpoint.append(results(1), 1, 1, 1.0, np.zeros(4))
        shutil.rmtree(tmp_path / "run")
        with pytest.raises(HeterofilmError, match="was deleted while the run wrote to it"):
            checkpoint.append(results(2), 2, 2, 2.0, np.zeros(4))


def test_a_full_disk_is_one_sentence_and_the_run_goes_on_after_room_is_made(tmp_path: Path, monkeypatch) -> None:
    """A disk that takes so many bytes and no more, at thirty sizes over the whole run."""
    whole = run(tmp_path / "whole", TWELVE, detail=True, keep=[1, 2, 12])
    total = sum(file.stat().st_size for file in (tmp_path / "whole").rglob("*") if file.is_file())
    write = os.write

    def limited(size: int):
        room = [size]

        def some(file: int, data) -> int:
            taken = min(len(data), room[0])
            if taken == 0:
                raise OSError(28, os.strerror(28))
            room[0] -= taken
            return write(file, data[:taken])

        return some

    stopped = 0
    for k, size in enumerate(np.linspace(0, 1.05 * total, 30).astype(int)):
        folder = tmp_path / f"full-{k}"
        monkeypatch.setattr(ledger.os, "write", limited(int(size)))
        try:
            run(folder, TWELVE, detail=True, keep=[1, 2, 12])
        except HeterofilmError as error:
            stopped += 1
            assert "No space left" in str(error) and "\n" not in str(error)
        monkeypatch.setattr(ledger.os, "write", write)
        assert run(folder, TWELVE, detail=True, keep=[1, 2, 12]).equals(whole), size
        assert not list(folder.rglob(".*.part*"))
        shutil.rmtree(folder)
    assert 25 <= stopped < 30
