"""Impedance spectra as tables: of a simulated record, from an instrument's file, or from text with three columns.

A text file without a vendor's layout holds frequency, real and imaginary part, with or without headings, separated by
comma, semicolon, tab or blanks, with decimal points or commas. Headings may state units (``freq/kHz``, ``Z' [Ohm cm2]``,
or a line of their own); Hz and ohm are taken where they do not. The heading of the imaginary part states its sign
(``-Im(Z)``, ``Im(Z)``); only where there is none do the numbers decide. Columns headed cycle, spectrum, step or
temperature tell the spectra of one table apart, as do frequencies that turn back. A file ``NAME.impedance.csv`` that a `Record` wrote is read by its named
columns, in ohm m2, with the parts of every spectrum.
"""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from ..instruments.headings import split
from ..units import parse_unit
from .record import Record

__all__ = [
    "TABLE", "Spectrum", "gain_and_phase", "heading_cells", "numbers_of", "read_spectra", "scales", "spectra", "spectra_of_text", "sweeps",
    "which_columns", "with_units",
]  # fmt: skip

TABLE = "table of spectra"  # the name of this module's text among the instruments' formats

MAX_BYTES = 20_000_000
LEAST = 5  # points of a spectrum
DECIDED = 0.5  # of `gain_and_phase`, beyond which modulus and phase tell the sign of the imaginary part
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One spectrum.

    - `frequency_Hz`, `impedance`: shape (n,), in the order of the source; a capacitor's imaginary part is negative;
    - `unit`: of the impedance, ``ohm`` or ``ohm m2``; `parts`: contributions by name, which add up to the impedance;
    - `name`: what it is called in a legend; `step`: of its record, or its place in the file;
    - `note`: what was found out about signs and units when it was read;
    - `cycle`, `temperature_K`: at which it was taken, where that is known.
    """

    frequency_Hz: Array
    impedance: Array
    unit: str = "ohm"
    name: str = "spectrum"
    step: int = 1
    parts: dict[str, Array] = field(default_factory=dict)
    note: str = ""
    cycle: int | None = None
    temperature_K: float | None = None

    def per_area(self, area_m2: float) -> Spectrum:
        """The spectrum of a whole sample (ohm) per area of its electrode (ohm m2)."""
        if self.unit != "ohm":
            raise HeterofilmError("This spectrum is per area already.")
        parts = {name: Z * area_m2 for name, Z in self.parts.items()}
        return replace(self, impedance=self.impedance * area_m2, unit="ohm m2", parts=parts)

    def above(self, lowest_Hz: float) -> Spectrum:
        """The spectrum as an instrument that stops at ``lowest_Hz`` would have taken it."""
        return self._of(self.frequency_Hz >= lowest_Hz * (1.0 - 1e-9))

    def within(
        self, lowest_Hz: float = 0.0, highest_Hz: float = math.inf, without_Hz: Sequence[float] = ()
    ) -> Spectrum:
        """The points from one frequency to another, without single ones (to 1 %).

        Errors: `HeterofilmError` for a limit, or a frequency to leave out, that has no effect, and for fewer than five
        points left.
        """
        f = self.frequency_Hz
        keep = (f >= lowest_Hz * (1.0 - 1e-9)) & (f <= highest_Hz * (1.0 + 1e-9))
        span = f"it was measured from {f.min():.4g} to {f.max():.4g} Hz"
        if lowest_Hz > 0.0 and (f >= lowest_Hz * (1.0 - 1e-9)).all():
            raise HeterofilmError(
                f"A lowest frequency of {lowest_Hz:g} Hz leaves out no point of '{self.name}': {span}."
            )
        if math.isfinite(highest_Hz) and (f <= highest_Hz * (1.0 + 1e-9)).all():
            raise HeterofilmError(
                f"A highest frequency of {highest_Hz:g} Hz leaves out no point of '{self.name}': {span}."
            )
        for one in without_Hz:
            there = np.abs(f / one - 1.0) < 0.01 if one > 0.0 else np.zeros(f.size, bool)
            if not there.any():
                nearest = float(f[np.argmin(np.abs(np.log(f / max(one, 1e-300))))])
                raise HeterofilmError(
                    f"'{self.name}' has no point at {one:g} Hz to leave out; the nearest is {nearest:.5g}."
                )
            keep &= ~there
        if keep.sum() < LEAST:
            raise HeterofilmError(
                f"{int(keep.sum())} points of '{self.name}' are left, but {LEAST} are needed: {span}."
            )
        return self._of(keep)

    def _of(self, keep: Array) -> Spectrum:
        parts = {name: Z[keep] for name, Z in self.parts.items()}
        return replace(self, frequency_Hz=self.frequency_Hz[keep], impedance=self.impedance[keep], parts=parts)


def spectra(record: Record) -> list[Spectrum]:
    """All spectra of a record.

    Errors: `HeterofilmError` for a record without any.
    """
    if record.impedance is None or record.impedance.is_empty():
        raise HeterofilmError(
            "This record holds no impedance spectrum: simulate for example 'EIS from 1 MHz to 1 mHz', or read a file."
        )
    return _from_table(record.impedance)


def _from_table(table: pl.DataFrame) -> list[Spectrum]:
    named = ("frequency_Hz", "Z_re_ohm_m2", "Z_im_ohm_m2")
    for name in named:
        if name not in table.columns:
            raise HeterofilmError(f"A table of spectra needs the columns {', '.join(named)}, but has no '{name}'.")
    if "step" not in table.columns:
        table = table.with_columns(pl.lit(1).alias("step"))
    parts = [name.removesuffix("_re_ohm_m2") for name in table.columns if name.endswith("_re_ohm_m2")]
    found = []
    for (step,), rows in table.group_by("step", maintain_order=True):
        name = f"step {step}"
        if "voltage_V" in rows.columns:
            name += f", {rows['voltage_V'][0]:.3g} V"
        Z = {p: rows[f"{p}_re_ohm_m2"].to_numpy() + 1j * rows[f"{p}_im_ohm_m2"].to_numpy() for p in parts}
        found.append(Spectrum(rows["frequency_Hz"].to_numpy(), Z.pop("Z"), "ohm m2", name, int(str(step)), Z))
    return found


def read_spectra(path: str | os.PathLike[str], *, keep_sign: bool = False) -> list[Spectrum]:
    """All spectra in a file: a record (``.nc``), an instrument's file, or a table as text (``.csv``, ``.txt``).

    A table without headings has the columns frequency, real and imaginary part. Tables hold Z'' or -Z'': the heading
    says which; without one the sign that makes most points capacitive is taken. Against either, modulus and phase
    decide where they contradict it. `keep_sign` takes the column as it stands. `Spectrum.note` says what was done.
    Where the frequency turns back, a new spectrum begins. An instrument's file states its signs.

    Errors: `HeterofilmError` for a file that is missing, too large (text: 20 MB), no table, or without a spectrum, and
    for `keep_sign` on a file that states its signs.
    """
    path = Path(path)
    if keep_sign and (path.suffix.lower() == ".nc" or _of_instrument(path) is not None):
        raise HeterofilmError(f"'{path}' states its signs: keeping them has no effect, leave it out.")
    if path.suffix.lower() == ".nc":
        return spectra(Record.read(path))
    found = _of_instrument(path)
    if found is not None:
        return found
    text = _text(path)
    try:
        if "Z_re_ohm_m2" in text[:2000]:
            return _from_table(pl.read_csv(io.StringIO(text)))
        return spectra_of_text(text, path.stem, keep_sign)
    except HeterofilmError as error:
        raise HeterofilmError(f"Cannot read '{path}': {error}") from None
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise HeterofilmError(f"Cannot read '{path}': it is no table of numbers ({str(error)[:100]}).") from None


def _of_instrument(path: Path) -> list[Spectrum] | None:
    """The spectra in a file of a vendor's format; None where it has none."""
    from ..instruments.reading import read_all, recognise

    try:
        known = recognise(path)
    except HeterofilmError:
        return None  # whatever is wrong is told when it is read as a table
    if "impedance" not in known.techniques or known.name == TABLE:
        return None
    measured = read_all(path)
    found = [spectrum for m in measured if m.technique == "impedance" for spectrum in m.spectra()]
    if not found:
        kinds = " and ".join(sorted({m.technique for m in measured}))
        raise HeterofilmError(f"'{path}' ({known.name}) holds {kinds} data, but no impedance spectrum.")
    return [replace(spectrum, step=k) for k, spectrum in enumerate(found, 1)]


def _text(path: Path) -> str:
    from ..instruments.head import decode

    try:
        if path.stat().st_size > MAX_BYTES:
            raise HeterofilmError(f"The spectrum '{path}' is larger than {MAX_BYTES // 1_000_000} MB; thin it out.")
        text = decode(path.read_bytes())
    except OSError as error:
        raise HeterofilmError(f"Cannot read the spectrum '{path}': {error.strerror}.") from None
    if text is None or "\x00" in text:
        raise HeterofilmError(
            f"Cannot read the spectrum '{path}': it is not text; export it as a table of frequency, Re Z, Im Z."
        )
    return text


def spectra_of_text(text: str, name: str, keep_sign: bool = False) -> list[Spectrum]:
    """The spectra in a table as text; see `read_spectra`.

    Errors: `HeterofilmError` for a text that is no such table, with the line.
    """
    headings, numbers = _numbers(text)
    at = _places(headings, numbers.shape[1])
    complete = len(headings) == numbers.shape[1]
    named = [headings[k] for k in at] if complete else []
    factors, unit, assumed = scales(named)
    f, real, imaginary = numbers[:, at].T * factors[:, None]
    if not (f > 0.0).all():
        raise HeterofilmError("its frequencies must be positive; the first column of a file without headings is Hz.")
    notes = [assumed] if assumed else []
    if np.median(real) < 0.0 and not keep_sign:
        real = -real
        notes.append("Re was negative in most rows: its sign was turned")
    groups = _groups(headings, numbers) if complete else {}
    runs, left_out = _runs(f, groups)
    sign, why = _sign(named[2] if named else "", f, real + 1j * imaginary, runs, keep_sign)
    notes.append(why)
    if left_out:
        notes.append(f"{left_out} of {f.size} rows, too few together for a spectrum of their own, were left out")
    Z = real + 1j * sign * imaginary
    return [
        Spectrum(
            f[a:b], Z[a:b], unit, _called(name, k, len(runs), groups, a), k, {}, "; ".join(notes),
            cycle=int(groups["cycle"][a]) if "cycle" in groups else None,
            temperature_K=float(np.mean(groups["temperature"][a:b])) if "temperature" in groups else None,
        )
        for k, (a, b) in enumerate(runs, 1)
    ]  # fmt: skip


def _called(name: str, k: int, count: int, groups: dict[str, Array], row: int) -> str:
    if count == 1:
        return name
    if "cycle" in groups:
        return f"cycle {int(groups['cycle'][row])}"
    if "temperature" in groups:
        return f"{groups['temperature'][row] - 273.15:.4g} °C"
    return f"sweep {k}"


_GROUPS = (
    ("cycle", re.compile(r"cyc", re.IGNORECASE)),
    ("spectrum", re.compile(r"(?:step|spectrum|sweep|scan|measurement|index)\b", re.IGNORECASE)),
    ("temperature", re.compile(r"(?:temp|t\s*[/(\[]\s*(?:°|deg|k\b|c\b))", re.IGNORECASE)),
)


def _groups(headings: Sequence[str], numbers: Array) -> dict[str, Array]:
    """Columns that tell spectra apart: cycle, spectrum, and the temperature in K."""
    found: dict[str, Array] = {}
    for k, heading in enumerate(headings):
        for kind, pattern in _GROUPS:
            if kind in found or not pattern.match(heading.strip()):
                continue
            values = numbers[:, k]
            if kind == "temperature":
                unit = split(heading)[1] or ("degC" if np.median(values) < 200.0 else "K")
                values = values + (273.15 if unit in ("degC", "C") else 0.0)
            elif not (values == np.rint(values)).all():
                continue
            found[kind] = values
    return found


def _runs(f: Array, groups: dict[str, Array]) -> tuple[list[tuple[int, int]], int]:
    """Rows of each spectrum, (first, last + 1), and how many rows belong to none."""
    new = np.zeros(f.size, bool)
    for kind, values in groups.items():
        changes = np.abs(np.diff(values)) > (2.0 if kind == "temperature" else 0.0)
        edges = [0, *(np.flatnonzero(changes) + 1), f.size]
        if min(b - a for a, b in pairwise(edges)) >= LEAST:  # else it counts something else, such as the points
            new[1:] |= changes
    blocks = [0, *np.flatnonzero(new), f.size]
    runs = [(a + c, a + d) for a, b in pairwise(blocks) for c, d in sweeps(f[a:b])]
    return runs, f.size - sum(b - a for a, b in runs)


_MINUS = re.compile(r"\s*(?:[-\u2212\u2013]|minus\b|neg)", re.IGNORECASE)


def _sign(heading: str, f: Array, Z: Array, runs: list[tuple[int, int]], keep: bool) -> tuple[float, str]:
    """What the third column is multiplied by to be Im Z, and why."""
    count = f"{int(np.sum(Z.imag > 0.0))} of {f.size} rows"
    if keep:
        return 1.0, f"the third column is positive in {count}: kept, as asked"
    fits = sum((b - a) * gain_and_phase(f[a:b], Z[a:b]) for a, b in runs) / f.size
    if heading:
        sign, words = (-1.0, "-Im Z") if _MINUS.match(heading) else (1.0, "Im Z")
        if sign * fits > -DECIDED:
            return sign, f"the heading '{heading}' says {words}"
        other = "Im Z" if sign < 0.0 else "-Im Z"
        return -sign, (
            f"mind the sign: the heading '{heading}' says {words}, but then the modulus would rise where the phase is "
            f"negative, which no passive sample does; it was taken as {other}"
        )
    negative = int(np.sum(Z.imag < 0.0))
    majority = 1.0 if 2 * negative >= f.size else -1.0
    said = f"negative in {negative}" if majority > 0.0 else f"positive in {f.size - negative}"
    said = (
        f"no heading states a sign; the third column is {said} of {f.size} rows: {'Im Z' if majority > 0 else '-Im Z'}"
    )
    if majority * fits < -DECIDED:
        return -majority, f"{said} by the majority, but modulus and phase go together the other way round only: turned"
    return majority, said


def gain_and_phase(frequency_Hz: Array, impedance: Array) -> float:
    """1 where the phase goes with the slope of the modulus as in a passive sample, -1 in its conjugate; shape (n,).

    Bode's relation (Network Analysis and Feedback Amplifier Design, 1945): the phase is near pi/2 d ln|Z| / d ln w. The
    product of the two, over its magnitude.
    """
    order = np.argsort(frequency_Hz, kind="stable")
    x, Z = np.log(frequency_Hz[order]), impedance[order]
    kept = np.concatenate([[True], np.diff(x) > 1e-9])
    x, Z = x[kept], Z[kept]
    if x.size < 3 or not (np.abs(Z) > 0.0).all():
        return 0.0
    # over two neighbours on either side, so that noise does not count for much
    span = min(2, (x.size - 1) // 2)
    slope = (np.log(np.abs(Z[2 * span :])) - np.log(np.abs(Z[: -2 * span]))) / (x[2 * span :] - x[: -2 * span])
    product = slope * np.angle(Z[span:-span])
    size = float(np.abs(product).sum())
    return float(product.sum()) / size if size > 0.0 else 0.0


def _numbers(text: str) -> tuple[list[str], Array]:
    """The last line of headings before the first row of numbers, with the units below it, and the rows."""
    headings: list[str] = []
    rows: list[list[float]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = numbers_of(line)
        if row is None:
            if rows:
                raise HeterofilmError(f"line {number} is no row of numbers.")
            headings = with_units(headings, heading_cells(line))
            continue
        if not row:
            continue
        if len(rows) == 1 and len(rows[0]) == 1 < len(row):
            rows.clear()  # a number alone before the rows: how many follow
        if rows and len(row) != len(rows[0]):
            raise HeterofilmError(f"line {number} has {len(row)} numbers where {len(rows[0])} were expected.")
        if not all(map(math.isfinite, row)):
            raise HeterofilmError(f"line {number} has a gap (NaN or infinite): leave this point out.")
        rows.append(row)
    if len(rows) < LEAST:
        raise HeterofilmError(
            f"a spectrum needs at least {LEAST} rows of frequency, Re Z and Im Z, but {len(rows)} are there."
        )
    return headings, np.array(rows)


def numbers_of(line: str) -> list[float] | None:
    """The numbers in a line, None where it holds anything else.

    Semicolons and tabs separate, then commas, then blanks; a comma that does not separate is a decimal one.

    >>> numbers_of("1,5\t2,5"), numbers_of("1,5 2,5"), numbers_of("1, 2.5"), numbers_of("f/Hz")
    ([1.5, 2.5], [1.5, 2.5], [1.0, 2.5], None)
    """
    text = line.strip()
    for mark in (";", "\t"):
        if mark in text:
            return _floats(text.split(mark), decimal_comma=True)
    for pattern, decimal_comma in ((r"\s*,\s*", False), (r"\s+", True), (r"\s*,\s*|\s+", False)):
        found = _floats(re.split(pattern, text), decimal_comma)
        if found is not None:
            return found
    return None


def _floats(cells: Sequence[str], decimal_comma: bool) -> list[float] | None:
    try:
        plain = [c.strip().strip('"').strip() for c in cells]
        return [float(c.replace(",", ".") if decimal_comma else c) for c in plain if c]
    except ValueError:
        return None


def heading_cells(line: str) -> list[str]:
    """The headings in a line: by semicolons, tabs or commas where it has any, else by blanks before a word."""
    mark = next((m for m in (";", "\t", ",") if m in line), r"(?<!/)\s+(?![\[(/])")
    return [c.strip().strip('"') for c in re.split(mark, re.sub(r"^\s*[#%!]+\s*", "", line.strip()))]


def with_units(above: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The headings in `cells`, or, where these are nothing but units, those of the line above with their units."""
    units = [split(f"x ({cell.strip('()[]')})")[1] if cell else "" for cell in cells]
    if len(above) == len(cells) and any(units) and all(u or not c for u, c in zip(units, cells, strict=True)):
        return [f"{h} ({u})" if u else h for h, u in zip(above, units, strict=True)]
    return list(cells)


_HEADINGS = (
    ("frequency", re.compile(r"f\b|freq", re.IGNORECASE)),
    ("Re Z", re.compile(r"[-\u2212\u2013]?\s*\(?(?:re|z_?re|z'(?!')|zr|real)", re.IGNORECASE)),
    ("Im Z", re.compile(r"(?:[-\u2212\u2013]|minus\s|neg\w*\.?\s)?\s*\(?(?:im|z_?im|z''|z\"|zi|imag)", re.IGNORECASE)),
)

_POLAR = re.compile(r"\|\s*z\s*\||phase|modulus|theta", re.IGNORECASE)


def which_columns(headings: Sequence[str]) -> list[int | None]:
    """Where frequency, real and imaginary part stand among headings, None for one that is not there."""
    return [next((k for k, h in enumerate(headings) if pattern.match(h)), None) for _, pattern in _HEADINGS]


_SI = ("Hz", "ohm", "ohm")
_LOOKS_LIKE_A_UNIT = re.compile(r"ohm|hz|[\u03a9\u2126]|rad", re.IGNORECASE)


def scales(headings: Sequence[str]) -> tuple[Array, str, str]:
    """Factors to SI of the headings of frequency, Re Z and Im Z, shape (3,); ``ohm`` or ``ohm m2``; what was assumed.

    Without headings, Hz and ohm are assumed, as for a heading that states no unit.

    Errors: `HeterofilmError` for a unit that cannot be read or measures something else, or parts that differ in kind.
    """
    factors, kinds, bare = np.ones(3), ["Hz", "ohm", "ohm"], []
    for k, heading in enumerate(headings):
        unit = split(heading)[1] or split("_".join(heading.split()))[1]  # "Frequency Hz"
        if not unit:
            if _LOOKS_LIKE_A_UNIT.search(heading):
                raise HeterofilmError(f"the unit in its heading '{heading}' cannot be read; write it as 'Z_re (kohm)'.")
            bare.append(heading)
            continue
        allowed = (_SI[k],) if k == 0 else ("ohm", "ohm m2")
        parsed = None if unit == "clock" else parse_unit(unit)
        kind = next((one for one in allowed if parsed and parse_unit(one).dimension == parsed.dimension), None)
        if parsed is None or kind is None:
            wanted = "Hz" if k == 0 else "ohm or ohm cm2"
            raise HeterofilmError(f"its heading '{heading}' is in {unit}, but {wanted} was expected.")
        factors[k], kinds[k] = parsed.factor, kind
    stated = {kinds[k] for k in (1, 2) if k < len(headings) and headings[k] not in bare}
    if len(stated) > 1 or ("ohm m2" in stated and set(headings[1:]) & set(bare)):
        raise HeterofilmError(
            f"of its headings '{headings[1]}' and '{headings[2]}' one is per area and the other is not: give both one "
            "unit."
        )
    unit = "ohm m2" if "ohm m2" in stated else "ohm"
    if not headings:
        return factors, unit, "no headings: Hz and ohm were taken"
    listed = ", ".join(f"'{heading}'" for heading in bare)
    return factors, unit, f"{listed} had no unit: Hz and ohm were taken" if bare else ""


def _places(headings: Sequence[str], width: int) -> list[int]:
    """Where frequency, real and imaginary part stand: by the headings if they name all three, else the only three."""
    found = which_columns(headings)
    if len(headings) == width and found[0] is None and None not in found[1:]:
        raise HeterofilmError("its headings name Re Z and Im Z, but no frequency: export this column as well.")
    if len(headings) == width and all(k is not None for k in found):
        return [k for k in found if k is not None]
    if width == 3 and any(_POLAR.search(heading) for heading in headings):
        raise HeterofilmError("its headings name modulus and phase: export the real and imaginary part (Re Z, Im Z).")
    if width != 3:
        raise HeterofilmError(
            f"it has {width} columns, but three (frequency, Re Z, Im Z) or headings that name these were expected."
        )
    return [0, 1, 2]


def sweeps(frequency: Array) -> list[tuple[int, int]]:
    """Rows of each sweep of the frequency, shape (n,), as (first, last + 1): up, down, or again from the start.

    A sweep goes in one direction. Runs of fewer than five rows belong to none and are left out; where that would leave
    less than half of the rows, the frequencies are in no order and all rows are one spectrum.
    """
    f = np.asarray(frequency, float)
    way = np.sign(np.diff(f))
    starts, direction, alike = [0], 0.0, 0
    for k, step in enumerate(way):
        if step == 0.0:
            alike += 1
            continue
        if direction == 0.0:
            direction = step
        elif step != direction:
            after = way[k + 1 :][way[k + 1 :] != 0.0]
            if after.size and after[0] == step:  # a turn: of points alike at it, half belong to each sweep
                starts.append(k + 1 - (alike + 1) // 2)
            else:  # a jump back: the same way again
                starts.append(k + 1)
            direction = float(after[0]) if after.size else 0.0
        alike = 0
    runs = [(a, b) for a, b in pairwise([*starts, f.size]) if b - a >= LEAST]
    return runs if 2 * sum(b - a for a, b in runs) > f.size else [(0, f.size)]
