"""Damaged folders of runs: whatever is done to any file of one, the run is the same or one sentence says what is wrong.

A tenth of the damages are tried in every run of the tests, all of them by ``make explore``.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from draws import EXPLORE
from folder_damage import HOW, damage
from heterofilm import Cell, HeterofilmError, simulate, simulate_many
from heterofilm.simulation.checkpoint import Checkpoint

DAMAGES = 1000 if EXPLORE else 100  # of each kind of folder
OF_RECORDS = DAMAGES // 10  # which take longer to read
CYCLES = 12
PROTOCOL = f"{CYCLES} x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V); EIS from 1 kHz to 1 Hz"
KEEP = (1, 2, 5, 13)
POINTS = {"phases.V2O5.D": [1e-13, 3e-13, 1e-12]}


def run(folder: Path | None, **how):
    return simulate("vo-half", PROTOCOL, keep=KEEP, folder=folder, **how)


def sweep(folder: Path | None, **how):
    table = simulate_many(Cell.vary("vo-half", POINTS), "Discharge at 80 uA/cm2 until 2.15 V", folder=folder, **how)
    return Table(table)


def records(folder: Path | None, **how):
    text = "Discharge at 80 uA/cm2 until 3 V; EIS from 1 kHz to 100 Hz"
    return All(list(simulate_many(Cell.vary("vo-half", POINTS), text, returns="records", folder=folder, **how)))


class Table:
    def __init__(self, table) -> None:
        self.table = table

    def equals(self, other: Table) -> bool:
        return self.table.equals(other.table)


class All:
    def __init__(self, found) -> None:
        self.found = found

    def equals(self, other: All) -> bool:
        return all(one.equals(two) for one, two in zip(self.found, other.found, strict=True))


def assault(folder: Path, whole, again: Callable, kind: str, tmp_path: Path, times: int = DAMAGES) -> None:
    """Damage copies of a folder and go on from them: the same result, or one sentence, and a repair gives the same."""
    files = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    draw = random.Random(f"mutate {kind}")
    wrong, refused = [], 0
    for k in range(times):
        file, how = files[k % len(files)], draw.choice(HOW)
        copy = tmp_path / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        damage(copy / file, how, draw)
        try:
            if not again(copy).equals(whole):
                wrong.append(f"{k}: {how} of {file}: silently wrong")
        except HeterofilmError as error:
            refused += 1
            if "\n" in str(error) or len(str(error)) > 600:
                wrong.append(f"{k}: {how} of {file}: no sentence: {error}")
            if k % 5 == 0 and "repair=True" in str(error) and not again(copy, repair=True).equals(whole):
                wrong.append(f"{k}: {how} of {file}: wrong after repair")
            if k % 10 == 1 and not again(copy, fresh=True).equals(whole):
                wrong.append(f"{k}: {how} of {file}: wrong when run anew")
        except Exception as error:  # a traceback is a finding
            wrong.append(f"{k}: {how} of {file}: {type(error).__name__} {error}")
    assert not wrong, "\n".join(wrong)
    assert times // 10 < refused < times  # else nothing was damaged, or nothing could be taken


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run(tmp_path_factory.mktemp("whole") / "run")


def test_no_damage_to_a_run_that_was_stopped_goes_unseen(whole, tmp_path, monkeypatch):
    append = Checkpoint.append

    def stopping(self, results, cycle, *rest):
        append(self, results, cycle, *rest)
        if cycle == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "append", stopping)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "run")
    monkeypatch.setattr(Checkpoint, "append", append)
    assault(tmp_path / "run", whole, run, "stopped", tmp_path)


def test_no_damage_to_a_finished_run_goes_unseen(whole, tmp_path):
    run(tmp_path / "run")
    assault(tmp_path / "run", whole, run, "finished", tmp_path)


@pytest.mark.parametrize("again", [sweep, records])
def test_no_damage_to_a_sweep_goes_unseen(tmp_path, monkeypatch, again):
    monkeypatch.setattr("heterofilm.simulation.batch.PART", 2)
    found = again(tmp_path / "sweep")
    assert again(None).equals(found)
    times = OF_RECORDS if again is records else DAMAGES
    assault(tmp_path / "sweep", found, again, again.__name__, tmp_path, times)
    (tmp_path / "sweep" / "manifest.json").unlink()
    assault(tmp_path / "sweep", found, again, f"open {again.__name__}", tmp_path, times)
