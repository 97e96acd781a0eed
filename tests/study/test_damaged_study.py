"""Damaged folders of studies: whatever is done to any file of one, the runs are the same or one sentence says why not.

A tenth of the damages is tried in every run of the tests, all of them by ``make explore``.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from draws import EXPLORE
from folder_damage import HOW, damage
from heterofilm import HeterofilmError
from heterofilm.study.folder import StudyFolder
from heterofilm.study.plan import load_plan
from heterofilm.study.results import Results, Runs
from heterofilm.study.run import run_tests

DAMAGES = 1000 if EXPLORE else 60
STUDY = """
title = "two tests"
cells = ["vo-half"]
[[tests]]
name = "first"
protocol = "Discharge at 80 uA/cm2 until 3 V"
[[tests]]
name = "life"
detail = false
protocol = "3 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V); EIS from 1 kHz to 10 Hz"
"""


def run(folder: Path, fresh: bool = False) -> tuple[Results, dict[str, bytes]]:
    """The runs of the study and the tables that were written of them; pages and figures are made anew of these."""
    plan = load_plan(folder.parent / "study.toml")
    results = Results(plan.study.title, "", Runs({cell.name: cell for cell in plan.cells.values()}))
    with StudyFolder(folder, plan, 0, fresh) as place:
        for name in ("data", "figures"):
            (folder / name).mkdir(exist_ok=True)
        run_tests(plan, results, place, lambda: None)
        place.finish()
    tables = {path.name: path.read_bytes() for path in (folder / "data").iterdir()}
    return results, tables


def same(one: tuple[Results, dict[str, bytes]], other: tuple[Results, dict[str, bytes]]) -> bool:
    a, b = one[0].main.records, other[0].main.records
    return a.keys() == b.keys() and all(a[key].equals(b[key]) for key in a) and one[1] == other[1] and not one[0].failed


@pytest.mark.parametrize("state", ["finished", "open"])
def test_no_damage_to_a_study_goes_unseen(state: str, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY)
    whole = run(tmp_path / "whole")
    assert same(run(tmp_path / "whole"), whole)
    assert run(tmp_path / "whole")[0].served == 2
    if state == "open":
        (tmp_path / "whole" / "manifest.json").unlink()
    files = sorted(path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*") if path.is_file())
    draw = random.Random(f"study {state}")
    wrong, refused, again = [], 0, 0
    for k in range(DAMAGES // 2):
        file, how, copy = files[k % len(files)], draw.choice(HOW), tmp_path / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tmp_path / "whole", copy)
        damage(copy / file, how, draw)
        try:
            found = run(copy)
            again += found[0].served < 2
            if not same(found, whole):
                wrong.append(f"{k}: {how} of {file}: silently wrong")
        except HeterofilmError as error:
            refused += 1
            if "\n" in str(error) or len(str(error)) > 600:
                wrong.append(f"{k}: {how} of {file}: no sentence: {error}")
            if not same(run(copy, fresh=True), whole):
                wrong.append(f"{k}: {how} of {file}: wrong when run anew")
        except Exception as error:  # a traceback is a finding
            wrong.append(f"{k}: {how} of {file}: {type(error).__name__} {error}")
    assert not wrong, "\n".join(wrong)
    assert again > 0 and refused > 0  # else nothing was damaged, or nothing could be taken
