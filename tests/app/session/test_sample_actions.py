"""Actions on samples: the sheet that they leave is the one that their line of the script leaves."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from heterofilm.app.session.sample_actions import AddFiles, Analyse, Correct, Describe, RemoveFile, TakeSheet
from heterofilm.app.session.state import State
from heterofilm.errors import InputError

SHEET: dict[str, Any] = {
    "name": "s", "area": "1 cm2",
    "files": [{"path": "a.mpt", "circuit": "R0", "fixed": {"R0": 1.0}}, {"path": "b.vms"}],
}  # fmt: skip
KEYS = {"circuit": "R0-C1", "fixed": None, "lowest": "1 Hz", "highest": None}
ACTIONS = [
    AddFiles(sample="s", files=("b.vms", "c.csv")), AddFiles(sample="new", files=("c.csv",)),
    RemoveFile(sample="s", file="a.mpt"), Describe(sample="s", key="area", value=None),
    Describe(sample="s", file="b.vms", key="what", value="xps"), Correct(sample="s", file="a.mpt", keys=KEYS),
    Correct(sample="s", file="a.mpt", keys={"fixed": None}), TakeSheet(sample="s", sheet={"name": "other"}),
    Analyse(sample="s"),
]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.kind)
def test_the_script_does_the_same(action: Any) -> None:
    before = State(sheets=copy.deepcopy({"s": SHEET}))
    after = action.apply(before)
    names: dict[str, Any] = {"sheets": copy.deepcopy({"s": SHEET}), "analysed": {}}
    exec(action.python(before), names)
    assert names["sheets"] == dict(after.sheets) and tuple(names["analysed"]) == after.analysed
    assert before.sheets == {"s": SHEET}, "nothing is changed in place"
    assert action.words


def test_a_correction_takes_all_its_keys_at_once() -> None:
    after = Correct(sample="s", file="a.mpt", keys=KEYS).apply(State(sheets={"s": SHEET}))
    assert after.sheets["s"]["files"][0] == {"path": "a.mpt", "circuit": "R0-C1", "lowest": "1 Hz"}


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (RemoveFile(sample="s", file="none"), "no file"), (Describe(sample="none", key="area"), "no sample"),
        (Describe(sample="s", key="name", value="x"), "not set by hand"),
        (Correct(sample="s", file="none", keys={"what": "xps"}), "no file"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(action: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        action.apply(State(sheets={"s": SHEET}))
