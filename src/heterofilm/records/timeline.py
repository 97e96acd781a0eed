"""One clock that never goes back, from the times that a tester wrote.

A test's clock begins again (in each step, after a pause, at 24 h), single rows carry a wrong time, rows stand in the
wrong order, and the end of one export is the beginning of the next. Charge is current times time, so that each of these
is put right where the rows show how, and said; what is left is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..wording import counted

__all__ = ["Timeline", "falls", "steady", "usual_interval"]

Array = NDArray[Any]
SINGLE = 20  # rows in a row that can carry a wrong time
MIXED = 6  # rows within which rows can stand in the wrong order
EVEN = 2.0  # times longer or shorter than usual that an interval of a regular clock can be
JUMP = 3.0  # usual intervals: what is longer is no interval between neighbouring rows
NEAR = 8  # rows on both sides that tell how long an interval usually is
THOROUGH = 200  # falls up to which repeated rows are looked for in the whole file, not in one run of the clock
FEW, WRONG = 5, 0.02  # rows, and share of them, within steps that can carry a wrong time
MAX_FALLS = 20_000  # beyond it there is no clock


@dataclass(frozen=True)
class Timeline:
    """The rows that count, and when they were measured.

    - `rows`: their places in the file, shape (n,); `time_s`: never falling, shape (n,);
    - `assumed`: whether the interval that ends in a row is not the clock's own, shape (n,);
    - `said`: what was done, in sentences.
    """

    rows: NDArray[np.intp]
    time_s: NDArray[np.float64]
    assumed: NDArray[np.bool_]
    said: tuple[str, ...] = ()


def falls(time: Array) -> bool:
    """Whether a clock goes back anywhere."""
    return bool((time[1:] < time[:-1]).any())


def usual_interval(time: Array) -> float:
    """The median of the intervals above zero, s; zero where there is none."""
    dt = np.diff(time)
    dt = dt[dt > 0.0]
    return float(np.median(dt)) if dt.size else 0.0


def steady(
    time: Array, rows: Sequence[Array], run: Array, spare: Array | None = None, numbers: Array | None = None
) -> Timeline:
    """A clock that never falls.

    - `time`: as it stands in the file, finite, shape (n,);
    - `rows`: what else stands in each row (voltage, current, cycle ...), by which a repeated row is known;
    - `run`: a number for every piece of one step and one direction of current, so that the usual interval is known to
      have passed within it;
    - `spare`: another clock (time in the step, dates in s) that tells an interval where `time` does not;
    - `numbers`: of the cycles; where they rise they tell a repeated row from one measured alike.

    Errors: `HeterofilmError` where the time goes back in more than 20,000 rows.
    """
    back = np.flatnonzero(np.diff(time) < 0.0)
    if not back.size:
        return Timeline(np.arange(time.size), time, np.zeros(time.size, bool))
    if back.size > MAX_FALLS:
        raise InputError(f"its time goes back in {back.size} rows, which is no clock: export the test time.")
    # a row that was written twice in a row tells nothing, and would hide what its neighbours tell
    once = np.concatenate([[True], ~np.all([one[1:] == one[:-1] for one in (time, *rows)], axis=0)])
    if not once.all():
        found = steady(
            time[once],
            [one[once] for one in rows],
            run[once],
            None if spare is None else spare[once],
            None if numbers is None else numbers[once],
        )
        twice = f"{counted(int((~once).sum()), 'row')} written twice; one of each was left out."
        return Timeline(np.flatnonzero(once)[found.rows], found.time_s, found.assumed, (*found.said, twice))
    numbered = numbers is not None and bool((numbers != numbers[0]).any())
    mended = _Mended(time, rows, run, spare, numbered, back.size <= THOROUGH)
    fewer = np.zeros(time.size - 1, bool) if numbers is None else np.diff(numbers) < 0
    ahead = np.flatnonzero((np.diff(time) > JUMP * mended.usual) | fewer)
    pending = np.union1d(back, ahead if ahead.size <= THOROUGH else back)[::-1].tolist()
    while pending:
        again = mended.mend(pending.pop())
        if again is not None:
            pending.append(again)
    return mended.result()


class _Mended:
    """The state of the repair; `mend` is called for one fall after the other, from the first to the last."""

    def __init__(
        self, time: Array, rows: Sequence[Array], run: Array, spare: Array | None, numbered: bool, thorough: bool
    ) -> None:
        self.t = time.astype(float)
        self.run, self.spare, self.numbered, self.thorough = run.copy(), spare, numbered, thorough
        self.n = time.size
        self.raw = [time, *(np.asarray(one) for one in rows)]  # as they stand in the file
        self.order = np.arange(self.n)
        self.dropped = np.zeros(self.n, bool)
        self.assumed = np.zeros(self.n, bool)
        self.shift = np.zeros(self.n)  # what the clock of all later rows is ahead of the file's
        self.restarted = np.zeros(self.n, bool)
        self.inner = 0  # rows within a step whose time was taken from their neighbours
        self.begin = 0  # first row of the clock that runs now
        self.usual = usual_interval(time)
        self.counts = dict.fromkeys(_WORDS, 0)

    def mend(self, k: int) -> int | None:
        """Put right that row k+1 stands before row k; a row at which to look again, or None."""
        t = self.t
        if k + 1 >= self.n or self.dropped[k + 1] or t[k + 1] == t[k]:
            return None
        u = self._near(k)
        if t[k + 1] > t[k]:
            return self._repeated(k, u)
        if t[k] - t[k + 1] < 0.5 * u:
            t[k + 1] = t[k]
            self.counts["held"] += 1
            return k + 1
        for way in (self._repeated, self._sorted, self._dip, self._spike):
            again = way(k, u)
            if again is not None:
                return again
        self._restart(k, u)
        return None

    def _near(self, k: int) -> float:
        """The usual interval about row k."""
        a, b = max(self.begin, k - NEAR), min(self.n, k + 2 + NEAR)
        dt = np.concatenate([np.diff(self.t[a : k + 1]), np.diff(self.t[k + 1 : b])])
        dt = dt[dt > 0.0]
        return float(np.median(dt)) if dt.size else self.usual

    def _sorted(self, k: int, u: float) -> int | None:
        """A few rows in the wrong order, whose times are those of a regular clock once they are sorted."""
        t = self.t
        low, high = max(self.begin, k - MIXED), min(self.n, k + 2 + MIXED)
        first = low + int(np.searchsorted(t[low : k + 1], t[k + 1], "right"))
        ahead = np.flatnonzero(t[k + 1 : high] >= t[k])
        if not ahead.size or (first == low and low > self.begin):  # further away than rows are out of order
            return None
        last = k + 1 + int(ahead[0])
        dt = np.diff(np.sort(t[max(first - 1, self.begin) : last + 1]))
        if dt.max() > EVEN * u or dt.min() < u / EVEN or (self.run[first:last] != self.run[first]).any():
            return None
        by = first + np.argsort(t[first:last], kind="stable")
        self.order[first:last] = self.order[by]
        self.run[first:last] = self.run[by]
        t[first:last] = t[by]
        self.counts["sorted"] += last - first
        return last - 1

    def _dip(self, k: int, u: float) -> int | None:
        """Rows stamped too low, after which the clock goes on as if they were not there."""
        t, high = self.t, min(self.n, k + 2 + SINGLE)
        ahead = np.flatnonzero(t[k + 1 : high] >= t[k])
        if not ahead.size:
            return None
        m = k + 1 + int(ahead[0])
        if t[m] - t[m - 1] <= JUMP * u or t[m] - t[k] > JUMP * u * (m - k):
            return None
        own = np.diff(t[k + 1 : m])
        if (
            own.size and own.min() > u / EVEN and own.max() < u * EVEN
        ):  # a clock of its own, behind which rows are missing
            return None
        # a new step begins where the one before ended; within a step rows lie evenly
        start = k + 1 if self.run[k + 1] != self.run[k] else k
        t[k + 1] = t[k]
        t[start : m + 1] = np.linspace(t[k], t[m], m + 1 - start)
        self.assumed[k + 1 : m + 1] = True
        self._stamped(m - k - 1, m - 1 - start)
        return m

    def _spike(self, k: int, u: float) -> int | None:
        """Rows stamped too high, before which the clock was at what comes after them."""
        t = self.t
        low = max(self.begin, k - SINGLE)
        below = np.flatnonzero(t[low : k + 1] <= t[k + 1])
        if not below.size:
            return None
        j = low + int(below[-1]) + 1
        if t[j] - t[j - 1] <= JUMP * u or t[k + 1] - t[j - 1] > JUMP * u * (k + 2 - j):
            return None
        t[j : k + 1] = np.linspace(t[j - 1], t[k + 1], k + 3 - j)[1:-1]
        self.assumed[j : k + 2] = True
        self._stamped(k + 1 - j, k + 1 - j)
        return k + 1

    def _stamped(self, rows: int, inner: int) -> None:
        """Errors: `HeterofilmError` where so many rows within steps carry a wrong time that it is no clock."""
        self.counts["stamped"] += rows
        self.inner += inner
        if self.inner > max(FEW, WRONG * self.n):
            raise InputError(
                f"its time goes back and forth: more than {self.inner - 1} rows do not fit their neighbours, which is "
                "no clock. Export the test time."
            )

    def _repeated(self, k: int, u: float) -> int | None:
        """Rows that stand in the file already: the end of one export is the beginning of the next."""
        t, s = self.t, k + 1
        low = 0 if self.thorough else self.begin
        alike = np.flatnonzero(np.all([one[low:s] == one[s] for one in self.raw], axis=0)) + low
        for first in alike[: -THOROUGH - 1 : -1].tolist():
            n = min(s - first, self.n - s)
            if n < 2 or not all(np.array_equal(one[first : first + n], one[s : s + n]) for one in self.raw):
                continue
            goes_on = s + n < self.n and 0.0 <= t[s + n] - t[k] <= JUMP * u
            if (
                (first == 0 or self.restarted[first]) and not goes_on and not self.numbered
            ):  # as well the same once more
                self.counts["alike"] += n
                return None
            self.dropped[s : s + n] = True
            self.counts["repeated"] += n
            if s + n < self.n:  # what comes next stands behind the row before the repeated ones
                t[s : s + n] = t[k]
                self.run[s : s + n] = self.run[k]
            return s + n - 1
        return None

    def _restart(self, k: int, u: float) -> None:
        """The clock begins again: it goes on from where it stood."""
        t, s = self.t, k + 1
        passed = self.spare[s] - self.spare[k] if self.spare is not None else 0.0
        if not passed > 0.0:
            within = self.run[s] == self.run[k]
            passed = u if within else t[s] if 0.0 <= t[s] <= JUMP * u else 0.0
        self.shift[s] = t[k] + passed - t[s]
        self.restarted[s] = True
        self.assumed[s] = True
        self.begin = s
        self.counts["began again"] += 1

    def result(self) -> Timeline:
        time = self.t + np.cumsum(self.shift)
        kept = ~self.dropped
        time = np.maximum.accumulate(time[kept])
        said = tuple(words.format(n=n) for key, words in _WORDS.items() if (n := self.counts[key]))
        return Timeline(self.order[kept], time, self.assumed[kept], said)


_WORDS = {
    "held": "The time goes back by less than half an interval in {n} rows; it was held there.",
    "sorted": "{n} rows stood in the wrong order; they were sorted by their time.",
    "stamped": "{n} rows carry a time that does not fit their neighbours; it was taken from these.",
    "repeated": "{n} rows repeat earlier ones with their time; they were left out.",
    "alike": "{n} rows repeat earlier ones exactly, times included, and were counted as measured again: "
    "if the file holds the same data twice, remove one copy.",
    "began again": "The clock begins again {n} times; its parts were strung together, so that pauses between them are "
    "not known.",
}
