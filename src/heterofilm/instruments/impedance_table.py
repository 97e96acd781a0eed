"""Impedance spectra from files: a record, an instrument's file, or text with three columns.

A text file without a vendor's layout holds frequency, real and imaginary part, with or without headings, separated by
comma, semicolon, tab or blanks, with decimal points or commas. Headings may state units (``freq/kHz``, ``Z' [Ohm
cm2]``, or a line of their own); Hz and ohm are taken where they do not. The heading of the imaginary part states its
sign (``-Im(Z)``, ``Im(Z)``); only where there is none do the numbers decide. Columns headed cycle, spectrum, step or
temperature tell the spectra of one table apart, as do frequencies that turn back. A file ``NAME.impedance.csv`` that a
`Record` wrote is read by its named columns, in ohm m2, with the parts of every spectrum.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError, HeterofilmError, InputError
from ..files import read_file
from ..records.parquet import is_record
from ..records.record import Record
from ..records.spectrum import LEAST, Spectrum, spectra, spectra_of_table
from ..text_tables import SIGNS
from ..units import parse_unit
from .head import decode
from .headings import split
from .impedance_rows import rows_below_headings
from .impedance_sweeps import groups_of, name_of, runs_of, sign_of

__all__ = [
    "LEAST", "MAX_BYTES", "TABLE", "read_spectra", "scales", "spectra_of_text", "which_columns",
]  # fmt: skip

TABLE = "table of spectra"  # the name of this module's text among the instruments' formats

MAX_BYTES = 20_000_000
Array = NDArray[Any]


def read_spectra(path: str | os.PathLike[str], *, keep_sign: bool = False) -> list[Spectrum]:
    """All spectra in a file: a record (``.nc``, ``.parquet``), an instrument's file, or text (``.csv``, ``.txt``).

    A table without headings has the columns frequency, real and imaginary part. Tables hold Z'' or -Z'': the heading
    says which; without one the sign that makes most points capacitive is taken. Against either, modulus and phase
    decide where they contradict it. `keep_sign` takes the column as it stands. `Spectrum.note` says what was done.
    Where the frequency turns back, a new spectrum begins. An instrument's file states its signs.

    Errors: `HeterofilmError` for a file that is missing, too large (text: 20 MB), no table, or without a spectrum, and
    for `keep_sign` on a file that states its signs.
    """
    path = Path(path)
    own = path.suffix.lower() == ".nc" or is_record(path)
    if keep_sign and (own or _of_instrument(path) is not None):
        raise FileFormatError(f"'{path}' states its signs: keeping them has no effect, leave it out.")
    if own:
        return spectra(Record.read(path))
    found = _of_instrument(path)
    if found is not None:
        return found
    text = _text(path)
    try:
        if "Z_re_ohm_m2" in text[:2000]:
            return spectra_of_table(pl.read_csv(io.StringIO(text)))
        return spectra_of_text(text, path.stem, keep_sign)
    except HeterofilmError as error:
        raise FileFormatError(f"Cannot read '{path}': {error}") from None
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise FileFormatError(f"Cannot read '{path}': it is no table of numbers ({str(error)[:100]}).") from None


def _of_instrument(path: Path) -> list[Spectrum] | None:
    """The spectra in a file of a vendor's format; None where it has none."""
    from .reading import read_all, recognise

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
        raise FileFormatError(f"'{path}' ({known.name}) holds {kinds} data, but no impedance spectrum.")
    return [replace(spectrum, step=k) for k, spectrum in enumerate(found, 1)]


def _text(path: Path) -> str:
    text = decode(read_file(path, MAX_BYTES, "spectrum"))
    if text is None or "\x00" in text:
        raise FileFormatError(
            f"Cannot read the spectrum '{path}': it is not text; export it as a table of frequency, Re Z, Im Z."
        )
    return text


def spectra_of_text(text: str, name: str, keep_sign: bool = False) -> list[Spectrum]:
    """The spectra in a table as text; see `read_spectra`.

    Errors: `HeterofilmError` for a text that is no such table, with the line.
    """
    headings, numbers, said = rows_below_headings(text)
    triples = _triples(headings) if len(headings) == numbers.shape[1] else []
    if len(triples) > 1:
        listed = ", ".join(f"'{headings[at[1]]}'" for at in triples)
        beside = f"{len(triples)} spectra beside each other: {listed}"
        found = [one for at in triples for one in _spectra(headings, numbers, at, headings[at[1]], keep_sign)]
        found = [replace(one, step=k, note=f"{beside}; {one.note}") for k, one in enumerate(found, 1)]
    else:
        found = _spectra(headings, numbers, _places(headings, numbers.shape[1]), name, keep_sign)
    return [replace(one, note="; ".join([*said, one.note])) for one in found]


def _triples(headings: Sequence[str]) -> list[list[int]]:
    """Frequency, Re Z and Im Z of each spectrum of a table that has several beside each other, empty for one.

    The n-th Re Z goes with the n-th Im Z, and with the last frequency before it.
    """
    f, real, imaginary = (
        [k for k, h in enumerate(headings) if pattern.match(h) and not _other(h)] for _, pattern in _HEADINGS
    )
    if len(real) < 2 or len(real) != len(imaginary) or not f or f[0] > real[0]:
        return []
    found = [[max(k for k in f if k < a), a, b] for a, b in zip(real, imaginary, strict=True)]
    first = _kind(headings, found[0])
    return [at for at in found if _kind(headings, at) == first]  # Re Y and Re C are no further spectra


def _kind(headings: Sequence[str], at: Sequence[int]) -> str:
    try:
        return scales([headings[k] for k in at])[1]
    except HeterofilmError:
        return ""


def _spectra(headings: Sequence[str], numbers: Array, at: Sequence[int], name: str, keep_sign: bool) -> list[Spectrum]:
    """The spectra in the columns `at` of frequency, Re Z and Im Z."""
    complete = len(headings) == numbers.shape[1]
    named = [headings[k] for k in at] if complete else []
    factors, unit, assumed = scales(named)
    f, real, imaginary = numbers[:, list(at)].T * factors[:, None]
    if not (f > 0.0).all():
        raise InputError("its frequencies must be positive; the first column of a file without headings is Hz.")
    notes = [assumed] if assumed else []
    if np.median(real) < 0.0 and not keep_sign:
        real = -real
        notes.append("Re was negative in most rows: its sign was turned")
    groups = groups_of(headings, numbers) if complete else {}
    runs, left_out = runs_of(f, groups)
    sign, why = sign_of(named[2] if named else "", f, real + 1j * imaginary, runs, keep_sign)
    notes.append(why)
    if left_out:
        notes.append(f"{left_out} of {f.size} rows, too few together for a spectrum of their own, were left out")
    Z = real + 1j * sign * imaginary
    return [
        Spectrum(
            f[a:b], Z[a:b], unit, name_of(name, k, len(runs), groups, a), k, {}, "; ".join(notes),
            cycle=int(groups["cycle"][a]) if "cycle" in groups else None,
            temperature_K=float(np.mean(groups["temperature"][a:b])) if "temperature" in groups else None,
        )
        for k, (a, b) in enumerate(runs, 1)
    ]  # fmt: skip


_HEADINGS = (
    ("frequency", re.compile(r"f\b|freq", re.IGNORECASE)),
    ("Re Z", re.compile(r"[-\u2212\u2013]?\s*\(?(?:re|z_?re|z'(?!')|zr|real)", re.IGNORECASE)),
    ("Im Z", re.compile(r"(?:[-\u2212\u2013]|minus\s|neg\w*\.?\s)?\s*\(?(?:im|z_?im|z''|z\"|zi|imag)", re.IGNORECASE)),
)

_POLAR = re.compile(r"\|\s*z\s*\||phase|modulus|theta", re.IGNORECASE)


_OTHERS = {
    "admittance": r"y|admittance", "conductance": r"g|conductance", "susceptance": r"b|susceptance",
    "electric modulus": r"m|electric modulus", "permittivity": r"eps(?:ilon)?r?|\u03b5r?|\u03f5r?|permittivity",
    "capacitance": r"c[ps]?|capacitance", "conductivity": r"sigma|\u03c3|conductivity",
    "resistivity": r"rho|\u03c1|resistivity",
}  # fmt: skip
_PART = r"(?:re|im|real|imag(?:inary)?)"
_OTHER = {
    name: re.compile(
        rf"[{SIGNS}]?\s*(?:{_PART}(?:\s+part)?(?:\s+of)?[\s(\[_]\s*)?(?:{said})"
        rf"\s*(?:['\"\u2032\u2033]+|[\s_]?{_PART})?\s*(?:[)\](\[/,\s]|$)",
        re.IGNORECASE,
    )
    for name, said in _OTHERS.items()
}


def _other(heading: str) -> str:
    """Which quantity that is no impedance a heading names, "" for none.

    >>> _other("Re(Y)/Ohm-1"), _other("M''"), _other("Re(Z)/Ohm"), _other("Cycle")
    ('admittance', 'electric modulus', '', '')
    """
    return next((name for name, pattern in _OTHER.items() if pattern.match(heading.strip())), "")


def which_columns(headings: Sequence[str]) -> list[int | None]:
    """Where frequency, real and imaginary part stand among headings, None for one that is not there."""
    return [
        next((k for k, h in enumerate(headings) if pattern.match(h) and not _other(h)), None)
        for _, pattern in _HEADINGS
    ]


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
                raise FileFormatError(f"the unit in its heading '{heading}' cannot be read; write it as 'Z_re (kohm)'.")
            bare.append(heading)
            continue
        allowed = (_SI[k],) if k == 0 else ("ohm", "ohm m2")
        parsed = None if unit == "clock" else parse_unit(unit)
        kind = next((one for one in allowed if parsed and parse_unit(one).dimension == parsed.dimension), None)
        if parsed is None or kind is None:
            wanted = "Hz" if k == 0 else "ohm or ohm cm2"
            raise FileFormatError(f"its heading '{heading}' is in {unit}, but {wanted} was expected.")
        factors[k], kinds[k] = parsed.factor, kind
    stated = {kinds[k] for k in (1, 2) if k < len(headings) and headings[k] not in bare}
    if len(stated) > 1 or ("ohm m2" in stated and set(headings[1:]) & set(bare)):
        raise FileFormatError(
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
        raise FileFormatError("its headings name Re Z and Im Z, but no frequency: export this column as well.")
    if len(headings) == width and all(k is not None for k in found):
        return [k for k in found if k is not None]
    named = headings if len(headings) == width and found[0] is not None else []
    other = next((heading for heading in named if _other(heading)), "")
    if other:
        raise FileFormatError(
            f"its heading '{other}' names {_other(other)}, which is no impedance: export the real and imaginary part "
            "of the impedance (Re Z, Im Z) at each frequency."
        )
    if width == 3 and any(_POLAR.search(heading) for heading in headings):
        raise FileFormatError("its headings name modulus and phase: export the real and imaginary part (Re Z, Im Z).")
    if width != 3:
        raise FileFormatError(
            f"it has {width} columns, but three (frequency, Re Z, Im Z) or headings that name these were expected."
        )
    return [0, 1, 2]
