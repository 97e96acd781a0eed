"""Every argument of a wrong kind gets one clear sentence, in Python as on the command line."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import (
    Cell,
    HeterofilmError,
    Protocol,
    Record,
    Records,
    charge,
    discharge,
    gitt,
    hold,
    impedance,
    repeat,
    rest,
    simulate,
    simulate_many,
    soak,
    sweep,
    voltammogram,
)  # fmt: skip
from heterofilm.protocol import Load, Loop, Step

GOOD = "Discharge at 80 uA/cm2 until 3 V"
VARIED = {"phases.V2O5.D": [1e-13, 1e-12]}

# what was typed, and words of the sentence that answers it
MISTAKES = {
    "a number for a cell": (lambda: simulate(5, GOOD), "A cell is a Cell, the name of one"),
    "none for a cell": (lambda: simulate(None, GOOD), "A cell is a Cell"),
    "a list of cells": (lambda: simulate(["vo-half"], GOOD), "A cell is a Cell"),
    "the class": (lambda: simulate(Cell, GOOD), "A cell is a Cell"),
    "an empty name": (lambda: simulate("", GOOD), "There is no ''"),
    "a number for a protocol": (lambda: simulate("vo-half", 5), "A protocol is text"),
    "none for a protocol": (lambda: simulate("vo-half", None), "A protocol is text"),
    "an empty list": (lambda: simulate("vo-half", []), "The protocol is empty"),
    "a list of numbers": (lambda: simulate("vo-half", [1, 2]), "made of steps and loops, not 1"),
    "texts and steps": (lambda: simulate("vo-half", [GOOD, rest("1 h")]), "not a mixture"),
    "a dict": (lambda: simulate("vo-half", {"Discharge": 5}), "A protocol is text"),
    "bytes": (lambda: simulate("vo-half", GOOD.encode()), "A protocol is text"),
    "a string in Protocol()": (lambda: Protocol(GOOD), "see Protocol.parse"),
    "start above the window": (lambda: simulate("vo-half", GOOD, start=41), "must lie between 0 and 6 V"),
    "start in a wrong unit": (
        lambda: simulate("vo-half", GOOD, start="4.1 A"),
        "is not a potential or state of charge",
    ),
    "start in words": (lambda: simulate("vo-half", GOOD, start="charged"), "is not a quantity"),
    "start is a list": (lambda: simulate("vo-half", GOOD, start=[3.3]), "A run starts at a potential"),
    "start is true": (lambda: simulate("vo-half", GOOD, start=True), "A run starts at a potential"),
    "start beyond full": (lambda: simulate("vo-half", GOOD, start="120 %"), "between 0 and 100 %"),
    "start is not a number": (lambda: simulate("vo-half", GOOD, start=float("nan")), "must lie between 0 and 6 V"),
    "start is no record": (lambda: simulate("vo-half", GOOD, start="nothing.nc"), "there is no such file"),
    "start is a table": (lambda: simulate("vo-half", GOOD, start=pl.DataFrame()), "A run starts at a potential"),
    "rtol as text": (lambda: simulate("vo-half", GOOD, rtol="1e-3"), "rtol must lie between"),
    "rtol is none": (lambda: simulate("vo-half", GOOD, rtol=None), "rtol must lie between"),
    "dV as text": (lambda: simulate("vo-half", GOOD, dV="2 mV"), "dV must be positive, got '2 mV'"),
    "detail as text": (lambda: simulate("vo-half", GOOD, detail="yes"), "detail is True or False, not 'yes'"),
    "progress is 1": (lambda: simulate("vo-half", GOOD, progress=1), "progress is True or False"),
    "ageing='none'": (lambda: simulate("vo-half", GOOD, ageing="none"), "ageing=False is a cell that does not age"),
    "ageing misspelt": (lambda: simulate("vo-half", GOOD, ageing="dept"), "Did you mean 'depth'?"),
    "ageing is a number": (lambda: simulate("vo-half", GOOD, ageing=0), "ageing is True, False or a list of"),
    "ageing is none": (lambda: simulate("vo-half", GOOD, ageing=None), "ageing is True, False or a list of"),
    "ageing with a number": (lambda: simulate("vo-half", GOOD, ageing=[1]), "An ageing mechanism is one of"),
    "keep as text": (lambda: simulate("vo-half", GOOD, keep="1,2"), "keep is a list of cycles"),
    "keep cycle 0": (lambda: simulate("vo-half", GOOD, keep=[0]), "Cycles are counted from 1"),
    "keep half a cycle": (lambda: simulate("vo-half", GOOD, keep=[1.5]), "one of them is 1.5"),
    "keep true": (lambda: simulate("vo-half", GOOD, keep=True), "keep is a list of cycles"),
    "keep the names": (lambda: simulate("vo-half", GOOD, keep=["first"]), "one of them is 'first'"),
    "folder is a number": (lambda: simulate("vo-half", GOOD, folder=3), "folder is the path of a folder"),
    "folder is empty": (lambda: simulate("vo-half", GOOD, folder=""), "folder is the path of a folder"),
    "fresh without a folder": (lambda: simulate("vo-half", GOOD, fresh=True), "fresh is about a folder"),
    "repair without a folder": (lambda: simulate("vo-half", GOOD, repair=True), "repair is about a folder"),
    "fresh as text": (lambda: simulate("vo-half", GOOD, folder="x", fresh="no"), "fresh is True or False"),
    "fresh and repair": (lambda: simulate("vo-half", GOOD, folder="x", fresh=True, repair=True), "exclude each other"),
    "overrides is a list": (lambda: simulate("vo-half", GOOD, overrides=["a.b.c"]), "overrides are pairs"),
    "overrides of a Cell": (lambda: simulate(Cell.load("vo-half"), GOOD, overrides={"a.b.c": 1}), "overrides need"),
    "an override that is true": (
        lambda: simulate("vo-half", GOOD, overrides={"phases.V2O5.D": True}),
        "must be a number in its own unit",
    ),
    "a string to simulate_many": (lambda: simulate_many("vo-half", GOOD), "one is run by simulate()"),
    "a cell to simulate_many": (lambda: simulate_many(Cell.load("vo-half"), GOOD), "cells are several"),
    "none to simulate_many": (lambda: simulate_many(None, GOOD), "cells are several"),
    "a scalar in vary": (
        lambda: list(Cell.vary("vo-half", {"phases.V2O5.D": 1e-13})),
        "is varied over a list of numbers",
    ),
    "a text in vary": (lambda: list(Cell.vary("vo-half", {"phases.V2O5.D": "1e-13"})), "is varied over a list"),
    "a list in vary": (lambda: list(Cell.vary("vo-half", ["phases.V2O5.D"])), "Values are varied as"),
    "returns misspelt": (lambda: simulate_many(["vo-half"], GOOD, returns="record"), "Did you mean 'records'?"),
    "keep of a table": (lambda: simulate_many(["vo-half"], GOOD, keep=[1]), "ask for records or a dataset"),
    "workers is 0": (lambda: simulate_many(["vo-half"], GOOD, workers=0), "workers is a whole number of at least 1"),
    "workers as text": (lambda: simulate_many(["vo-half"], GOOD, workers="2"), "workers is a whole number"),
    "total is negative": (lambda: simulate_many(["vo-half"], GOOD, total=-1), "total is a whole number"),
    "no unit": (lambda: discharge(5, until="2 V"), "neither a current"),
    "none for a current": (lambda: discharge(None, until="2 V"), "not None"),
    "a list for a current": (lambda: discharge([5], "uA", until="2 V"), r"not \[5\]"),
    "a number for a limit": (lambda: discharge("5 uA", until=2.0), "A limit is text with its unit"),
    "numbers for limits": (lambda: charge("5 uA", until=[2.0]), "A limit is text with its unit"),
    "none for a limit": (lambda: hold("3 V", until=None), "A limit is text with its unit"),
    "a rate as a number": (lambda: sweep("2 V", 0.5), "not 0.5"),
    "a potential as a number": (lambda: voltammogram(2.0, "3 V", "1 mV/s"), "not 2.0"),
    "cycles as text": (lambda: voltammogram("2 V", "3 V", "1 mV/s", "3"), "a whole number of times, not '3'"),
    "a titration of a rest": (lambda: gitt(rest("1 h"), "1 h", "2 V"), "A titration is a pulse, a rest"),
    "a titration to a time": (lambda: gitt(discharge("5 uA", until="1 h"), "1 h", "2 h"), "ends at a voltage"),
    "a loop of text": (lambda: repeat(3, GOOD), "A loop is made of steps and loops"),
    "half a loop": (lambda: repeat(2.5, rest("1 h")), "must be 1 or more"),
    "a loop of true": (lambda: Loop(True, (rest("1 h"),)), "a whole number of times, not True"),
    "an unknown step": (lambda: Step("pulse", None, ()), "A step is one of discharge, charge"),
    "a soak without unit": (lambda: soak("45", "1 h"), "is not a temperature"),
    "a spectrum upwards": (lambda: impedance(1.0, 10.0), "goes down in frequency"),
    "a spectrum of 1e300 Hz": (lambda: impedance(1e300), "lies between"),
    "half a point per decade": (lambda: impedance(points=0.5), "1 to 1000 points per decade"),
    "a load of other numbers": (lambda: Load("a", "A", (0.0, 1.0), (1.0,)), "as many values as times"),
    "a load of a length": (lambda: Load("a", "m", (0.0, 1.0), (1.0, 1.0)), "a unit of current, power or voltage"),
    "a record of a list": (lambda: Record([1, 2]), "is a polars DataFrame"),
    "a record of numpy": (lambda: Record(np.zeros((3, 6))), "is a polars DataFrame"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_answered_with_a_sentence(name, tmp_path, monkeypatch):
    typed, words = MISTAKES[name]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HeterofilmError, match=words) as caught:
        typed()
    assert len(str(caught.value)) < 400
    assert not list(tmp_path.iterdir())  # nothing was begun


def test_there_are_fifty_mistakes():
    assert len(MISTAKES) >= 50


def test_a_list_of_texts_is_a_protocol_and_steps_are_one():
    """Each text is a cycle of its own, as PyBaMM has it; steps are as in Protocol."""
    a = simulate("vo-half", [GOOD, "Rest for 1 min"], detail=False)
    assert a.steps["cycle"].to_list() == [1, 2]
    b = simulate("vo-half", [(GOOD, "Rest for 1 min")], detail=False)
    c = simulate("vo-half", [discharge(80, "uA/cm2", until="3 V"), rest("1 min")], detail=False)
    d = simulate("vo-half", Protocol.parse(f"{GOOD}; Rest for 1 min"), detail=False)
    assert b.steps["cycle"].to_list() == [1, 1] and c.equals(d)
    assert simulate("vo-half", rest("1 min"), detail=False).steps.height == 1


def test_records_point_out_what_is_not_there():
    records = Records([{}], [None], lambda k: None)
    with pytest.raises(IndexError, match="no point 3 among 1"):
        records[3]
