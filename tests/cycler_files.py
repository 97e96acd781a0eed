"""Cycler files with a known charge, and everything that happens to such files.

A `Test` is the truth: half cycles at constant current between rests, some with a held voltage behind them. `Rows` are
what a tester would have written, and each function of `HAPPENS` does to them one of the things that happen to clocks,
counters, steps and rows. `write` makes a csv of what is left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

UAH = 3.6e-3  # C


@dataclass(frozen=True)
class Half:
    way: int  # +1 discharge
    charge: float  # uAh
    current: float  # mA


@dataclass
class Rows:
    """The columns that a tester writes (None: it does not), current in mA and positive on charge, charge in mAh."""

    time: np.ndarray
    voltage: np.ndarray
    current: np.ndarray
    step: np.ndarray
    cycle: np.ndarray
    counters: dict[str, np.ndarray]
    half: np.ndarray  # which half cycle a row belongs to, -1 for a rest; not written
    state: np.ndarray | None = None
    extra: dict[str, np.ndarray] = field(default_factory=dict)
    date: list[str] | None = None
    write_step: bool = True
    write_cycle: bool = True
    units: str = "heading"  # or below
    said: bool = False  # a word is due, whatever comes out
    open: set[int] = field(default_factory=set)  # half cycles that may be off by an interval, with a word
    thinned: set[int] = field(default_factory=set)  # half cycles that lack a few rows
    lost: set[int] = field(default_factory=set)  # half cycles whose charge nobody can tell: a word is enough

    def take(self, rows: np.ndarray) -> None:
        for name in ("time", "voltage", "current", "step", "cycle", "half"):
            setattr(self, name, getattr(self, name)[rows])
        self.counters = {name: values[rows] for name, values in self.counters.items()}
        self.extra = {name: values[rows] for name, values in self.extra.items()}
        if self.state is not None:
            self.state = self.state[rows]
        if self.date is not None:
            self.date = [self.date[k] for k in rows.tolist()]


def potential(q: np.ndarray) -> np.ndarray:
    """Two plateaus and the slopes between, V, for a lithiation of 0 ... 1."""
    return 3.9 - 1.1 * q - 0.12 * np.tanh((q - 0.35) / 0.05) - 0.15 * np.tanh((q - 0.75) / 0.06)


def measured(halves: list[Half], interval: float, *, rest: int = 6, charge_first: bool = False) -> Rows:
    """What a tester writes of these half cycles: a row every `interval` s, a rest of some rows behind each."""
    cap = max(h.charge for h in halves) * 1.25
    q, t, counted = (0.95 if charge_first else 0.05), 0.0, 0.0
    columns: dict[str, list[float]] = {k: [] for k in ("t", "V", "I", "step", "cycle", "half", "Q", "state")}
    step = 0

    def row(t: float, V: float, i: float, half: int, cycle: int, state: int) -> None:
        for name, value in zip(columns, (t, V, i, step, cycle, half, counted, state), strict=True):
            columns[name].append(value)

    for k, half in enumerate(halves):
        cycle, i = 1 + k // 2, -half.way * half.current
        step += 1
        whole = half.charge / half.current * 3.6  # s
        n = max(int(np.ceil(whole / interval)), 1)
        times = np.minimum(np.arange(n + 1) * interval, whole)
        start, base, held = t, counted, q
        for at in times:
            moved = half.current * at / 3.6  # uAh
            counted = base - half.way * moved / 1e3
            q = held + half.way * moved / cap
            row(start + at, float(potential(np.array(q))) + 0.04 * i, i, k, cycle, half.way)
        t = start + whole
        if rest:
            step += 1
            for m in range(rest):
                row(t + m * interval, float(potential(np.array(q))), 0.0, -1, cycle, 0)
            t += (rest - 1) * interval
    named = {k: np.array(v) for k, v in columns.items()}
    return Rows(
        named["t"], named["V"], named["I"], named["step"].astype(int), named["cycle"].astype(int), {"net": named["Q"]},
        named["half"].astype(int), state=named["state"].astype(int),
    )  # fmt: skip


Draw = np.random.Generator
Happening = Callable[[Rows, Draw], None]
HAPPENS: dict[str, Happening] = {}


def happens(one: Happening) -> Happening:
    HAPPENS[one.__name__] = one
    return one


def within(rows: Rows, draw: Draw, margin: int = 4) -> int | None:
    """A row well inside a half cycle: `margin` rows of it on both sides."""
    half = rows.half
    same = half >= 0
    for d in range(1, margin + 1):
        same &= np.roll(half, d) == half
        same &= np.roll(half, -d) == half
    same[:margin] = same[-margin:] = False
    places = np.flatnonzero(same)
    return int(draw.choice(places)) if places.size else None


# clocks


@happens
def clock_of_each_step(rows: Rows, draw: Draw) -> None:
    new = np.concatenate([[True], np.diff(rows.step) != 0])
    rows.time = rows.time - rows.time[np.flatnonzero(new)][np.cumsum(new) - 1]


@happens
def clock_of_each_cycle(rows: Rows, draw: Draw) -> None:
    new = np.concatenate([[True], np.diff(rows.cycle) != 0])
    rows.time = rows.time - rows.time[np.flatnonzero(new)][np.cumsum(new) - 1]


@happens
def clock_resumed(rows: Rows, draw: Draw) -> None:
    """A pause in a half cycle, after which the clock begins again with the row it stopped before."""
    k = within(rows, draw)
    if k is not None:
        rows.time[k:] -= rows.time[k]
        rows.open.add(int(rows.half[k]))


@happens
def appended(rows: Rows, draw: Draw) -> None:
    """A second test behind the first, with its own clock, numbers and counters."""
    if rows.half.max() < 2:
        return
    half = np.maximum.accumulate(rows.half)
    k = int(np.flatnonzero(half >= 2 * int(draw.integers(1, (rows.half.max() + 1) // 2)))[0])
    rows.time[k:] -= rows.time[k]
    rows.cycle[k:] -= rows.cycle[k] - 1
    rows.step[k:] -= rows.step[k] - 1
    for v in rows.counters.values():
        if abs(v[k] - v[k - 1]) < 1e-9:  # else it begins again anyway
            v[k:] -= v[k]


@happens
def clock_wraps(rows: Rows, draw: Draw) -> None:
    span = float(np.ptp(rows.time))
    limit = span / draw.uniform(1.2, 3.5)
    turns = np.floor(rows.time / limit)
    for k in np.flatnonzero(np.diff(turns) > 0) + 1:
        if rows.half[k] >= 0:
            rows.open.add(int(rows.half[k]))
    rows.time = rows.time - turns * limit


@happens
def first_row_of_steps_zero(rows: Rows, draw: Draw) -> None:
    new = np.concatenate([[False], np.diff(rows.step) != 0])
    rows.time = np.where(new, 0.0, rows.time)


@happens
def wrong_stamp(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        rows.time[k] = draw.choice([0.0, rows.time[k] * 1e3 + 1e7])


@happens
def rows_swapped(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        order = np.arange(rows.time.size)
        order[[k, k + 1]] = order[[k + 1, k]]
        rows.open.add(int(rows.half[k]))
        rows.take(order)


@happens
def pause(rows: Rows, draw: Draw) -> None:
    """The computer sleeps, and the tester waits for it."""
    k = within(rows, draw)
    if k is not None:
        rows.time[k:] += draw.uniform(2e4, 4e5)
        rows.said = True


@happens
def jump_at_rest(rows: Rows, draw: Draw) -> None:
    rest = np.flatnonzero(rows.half < 0)
    if rest.size:
        rows.time[int(draw.choice(rest)) :] += draw.uniform(1e4, 1e6)


@happens
def rows_lost(rows: Rows, draw: Draw) -> None:
    """The computer writes nothing for a while, the tester goes on."""
    k = within(rows, draw)
    if k is None:
        return
    mine = np.flatnonzero(rows.half == rows.half[k])
    n = int(draw.integers(1, max(2, mine[-1] - k - 3)))
    # whether a current flowed is told by the voltage only where it moves enough, not at all if the clock begins again
    (rows.lost if n > 8 else rows.thinned).add(int(rows.half[k]))
    rows.take(np.delete(np.arange(rows.time.size), np.arange(k, min(k + n, mine[-1] - 2))))


# rows


@happens
def rows_doubled(rows: Rows, draw: Draw) -> None:
    n = rows.time.size
    rows.take(np.sort(np.concatenate([np.arange(n), draw.choice(n, n // 5)])))


@happens
def export_overlaps(rows: Rows, draw: Draw) -> None:
    """Two exports put together, the second of which begins before the first ends."""
    n = rows.time.size
    end = int(draw.integers(n // 3, n - 2))
    begin = int(draw.integers(max(1, end - n // 4), end - 1))
    if rows.time[begin] < rows.time[end - 1]:
        rows.take(np.concatenate([np.arange(end), np.arange(begin, n)]))


@happens
def no_numbers(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        rows.voltage[k] = draw.choice([np.nan, np.inf])
        rows.current[draw.choice([k, k + 1])] = draw.choice([np.nan, -np.inf])
        rows.said = True


# steps, cycles, signs


@happens
def step_of_the_program(rows: Rows, draw: Draw) -> None:
    new = np.concatenate([[True], np.diff(rows.cycle) != 0])
    rows.step = rows.step - rows.step[np.flatnonzero(new)][np.cumsum(new) - 1] + 1


@happens
def step_stands_still(rows: Rows, draw: Draw) -> None:
    rows.step = np.ones_like(rows.step)


@happens
def step_is_cycle(rows: Rows, draw: Draw) -> None:
    rows.step = rows.cycle.copy()


@happens
def no_step(rows: Rows, draw: Draw) -> None:
    rows.write_step = False


@happens
def no_cycle(rows: Rows, draw: Draw) -> None:
    rows.write_cycle = False


@happens
def cycle_stands_still(rows: Rows, draw: Draw) -> None:
    rows.cycle = np.ones_like(rows.cycle)


@happens
def cycle_counts_halves(rows: Rows, draw: Draw) -> None:
    half = np.maximum.accumulate(rows.half)
    rows.cycle = half + 1


@happens
def magnitudes_with_state(rows: Rows, draw: Draw) -> None:
    rows.current = np.abs(rows.current)
    rows.said = True


@happens
def magnitudes(rows: Rows, draw: Draw) -> None:
    rows.current = np.abs(rows.current)
    rows.state = None
    rows.said = True


@happens
def positive_on_discharge(rows: Rows, draw: Draw) -> None:
    rows.current = -rows.current
    # counters that are named after a direction keep it
    rows.counters = {name: -v if name in ("net", "(Q-Qo)") else v for name, v in rows.counters.items()}


@happens
def units_below(rows: Rows, draw: Draw) -> None:
    rows.units = "below"


# counters


def two_ways(rows: Rows, begin: np.ndarray) -> None:
    moved = np.diff(rows.counters["net"], prepend=rows.counters["net"][:1])
    up, down = np.cumsum(np.maximum(moved, 0.0)), np.cumsum(np.maximum(-moved, 0.0))
    base = np.maximum(np.flatnonzero(begin) - 1, 0)[np.cumsum(begin) - 1]
    start = np.concatenate([[True], np.zeros(begin.size - 1, bool)])
    zero = np.where(base == 0, 0.0, 1.0)
    rows.counters = {
        "Charge Capacity": up - zero * up[base], "Discharge Capacity": down - zero * down[base],
    }  # fmt: skip
    assert start[0]


@happens
def counters_of_the_test(rows: Rows, draw: Draw) -> None:
    two_ways(rows, np.arange(rows.time.size) == 0)


@happens
def counters_of_each_cycle(rows: Rows, draw: Draw) -> None:
    two_ways(rows, np.concatenate([[True], np.diff(rows.cycle) != 0]))


@happens
def counters_of_each_step(rows: Rows, draw: Draw) -> None:
    two_ways(rows, np.concatenate([[True], np.diff(rows.half) != 0]))


@happens
def counter_of_magnitudes(rows: Rows, draw: Draw) -> None:
    two_ways(rows, np.concatenate([[True], np.diff(rows.half) != 0]))
    rows.counters = {"Capacity": np.maximum(*rows.counters.values())}


@happens
def counter_with_sign(rows: Rows, draw: Draw) -> None:
    rows.counters = {"(Q-Qo)": rows.counters["net"]}


COUNTERS = [name for name in HAPPENS if name.startswith("counter")]


@happens
def counter_rounds(rows: Rows, draw: Draw) -> None:
    for values in rows.counters.values():
        size = 1e-4 * np.max(np.abs(values))
        k = draw.choice(values.size, 3)
        values[k] -= draw.uniform(0.0, size, 3) * (np.abs(values[k]) > 0.1 * np.max(np.abs(values)))


@happens
def counter_restarts(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        for v in rows.counters.values():
            falls = np.flatnonzero(np.diff(np.abs(v[k:])) < -0.5 * np.abs(v[k]))  # where it begins again anyway
            end = k + 1 + int(falls[0]) if falls.size else v.size
            v[k:end] = v[k:end] - v[k - 1]


@happens
def counter_jumps(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        big = 50.0 * max(float(np.max(np.abs(v))) for v in rows.counters.values())
        rows.counters = {name: np.where(np.arange(v.size) >= k, v + big, v) for name, v in rows.counters.items()}


@happens
def counter_in_another_unit(rows: Rows, draw: Draw) -> None:
    factor = float(draw.choice([1e-3, 1e3, 3.6]))
    rows.counters = {name: factor * v for name, v in rows.counters.items()}
    rows.said = True


@happens
def counter_stuck(rows: Rows, draw: Draw) -> None:
    k = within(rows, draw)
    if k is not None:
        stop = np.flatnonzero(rows.half == rows.half[k])[-1]
        for values in rows.counters.values():
            values[k : stop + 1] = values[k]


FAULTS_OF_COUNTERS = [name for name in HAPPENS if name.startswith("counter") and name not in COUNTERS]


# dates instead of a time; the last of all, since they are made of it


def local(seconds: np.ndarray, start: dt.datetime, change: dt.datetime, way: int, form: str) -> list[str]:
    found = []
    for s in seconds:
        at = start + dt.timedelta(seconds=float(s))
        found.append((at + dt.timedelta(hours=way) if at >= change else at).strftime(form))
    return found


@happens
def dates_over_spring(rows: Rows, draw: Draw) -> None:
    start = dt.datetime(2024, 3, 31, 2) - dt.timedelta(seconds=float(draw.uniform(0.1, 0.9) * np.ptp(rows.time)))
    rows.date = local(rows.time - rows.time[0], start, dt.datetime(2024, 3, 31, 2), 1, "%d.%m.%Y %H:%M:%S.%f")


@happens
def dates_over_autumn(rows: Rows, draw: Draw) -> None:
    start = dt.datetime(2024, 10, 27, 3) - dt.timedelta(seconds=float(draw.uniform(0.1, 0.9) * np.ptp(rows.time)))
    rows.date = local(rows.time - rows.time[0], start, dt.datetime(2024, 10, 27, 3), -1, "%Y-%m-%d %H:%M:%S.%f")


@happens
def dates_with_zone(rows: Rows, draw: Draw) -> None:
    start = dt.datetime(2024, 10, 26, 20, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    rows.date = [(start + dt.timedelta(seconds=float(s))).isoformat() for s in rows.time]


def write(rows: Rows, path: Path, mark: str = ",") -> Path:
    """The rows as a csv."""
    columns: dict[str, tuple[str, object]] = {}
    if rows.date is not None:
        columns["Date"] = ("", rows.date)
    else:
        columns["Test Time"] = ("s", rows.time)
    columns |= {"Voltage": ("V", rows.voltage), "Current": ("mA", rows.current)}
    if rows.write_step:
        columns["Step Index"] = ("", rows.step)
    if rows.write_cycle:
        columns["Cycle Index"] = ("", rows.cycle)
    if rows.state is not None:
        columns["State"] = ("", np.array(["C", "R", "D"])[rows.state + 1])
    columns |= {name: ("mAh", values) for name, values in rows.counters.items() if name != "net"}
    head = [f"{name} ({unit})" if unit and rows.units == "heading" else name for name, (unit, _) in columns.items()]
    body = pl.DataFrame({name: values for name, (_, values) in columns.items()}).write_csv(
        separator=mark, include_header=False
    )
    below = mark.join(unit for unit, _ in columns.values()) + "\n" if rows.units == "below" else ""
    path.write_text(mark.join(head) + "\n" + below + body)
    return path


__all__ = ["COUNTERS", "FAULTS_OF_COUNTERS", "HAPPENS", "UAH", "Half", "Rows", "measured", "replace", "write"]
