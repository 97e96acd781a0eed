"""Tables of text as instruments and people write them: headings with units, separators, decimal marks.

``Test_Time(s)``, ``Ewe/V``, ``U[V]``, ``Test Time / s``, ``current_mA``, ``E (V vs. Li/Li+)`` and ``TestTime/Sec.`` all
say a quantity and a unit: `split` separates the two. The readers of instrument files and of the tables beside an entry
of the library both read by what stands here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache

from .errors import FileFormatError, HeterofilmError
from .units import parse_unit

__all__ = ["POTENTIAL", "SIGNS", "cells_of", "decode", "number", "separator_of", "split", "unit_of", "words"]

POTENTIAL = (
    "voltage", "potential", "cell voltage", "ewe", "ecell", "ewe/v", "<ewe>", "we(1).potential", "e", "u", "v",
    "spannung", "tension", "tensión", "voltaje", "tensão", "tensione", "电压", "電圧", "전압",
    "ocv", "ocp", "open circuit voltage", "open circuit potential",
)  # fmt: skip
"""Words of headings over a potential, the surest first."""

SIGNS = "\\-\u2212\u2013\u2012\u2010\u2011\ufe63\uff0d"
"""Characters that programs write for a minus, for a class of a regular expression."""

_MINUS = re.compile(rf"^[{SIGNS}]\s*(?=[\d.,])|(?<=[eE])[{SIGNS}]")
_BEHIND = re.compile(rf"^\(\s*([\d.,][^()]*?)\s*\)$|^(\d[\d.,]*(?:[eE][+-]?\d+)?)\s*[{SIGNS}]$")
_TWO_NUMBERS = re.compile(r"\d\s+[+-]?\d")
_PADDING = re.compile(rb"\x00+(?=[\r\n]|\Z)")
_LITHIUM = r"Li(?:thium)?[+⁺]?"
_AGAINST_LITHIUM = re.compile(rf"\s*\b(?:vs\.?|versus|against)\s*{_LITHIUM}(?:\s*[/|]\s*{_LITHIUM})?", re.IGNORECASE)
# spellings of units that heterofilm.units does not know
_UNITS = {
    "sec.": "s", "sec": "s", "secs": "s", "seconds": "s", "hours": "h", "decimal hours": "h", "minutes": "min",
    "min": "min", "mins": "min", "minute": "min", "hr": "h", "hrs": "h", "hour": "h",
    "ma.h": "mAh", "a.h": "Ah", "µa.h": "uAh", "μa.h": "uAh", "mas": "mC", "as": "C", "w.h": "Wh",
    "ohm": "ohm", "volt": "V", "volts": "V", "amp": "A", "amps": "A", "ampere": "A", "second": "s",
    "ampere_hour": "Ah", "millisecond": "ms", "milliseconds": "ms", "ms": "ms",
    "h:min:s.ms": "clock", "h:m:s.ms": "clock", "hh:mm:ss": "clock", "hms": "clock",
    "hours in hh:mm:ss.xxx": "clock", "°c": "degC", "℃": "degC", "deg c": "degC", "celsius": "degC",
}  # fmt: skip
_OHM = re.compile(r"(?:ohms?|[\u03a9\u2126])(?![a-km-z])(?:\s*[.\-*·⋅]?\s*)", re.IGNORECASE)  # also of "Ohm.cm2"
_HERTZ = re.compile(r"hz\b", re.IGNORECASE)
_KILO = re.compile(r"\bK(?=ohm|hz)", re.IGNORECASE)
_BRACKETS = re.compile(r"^(?P<words>.*?)\s*[(\[{](?P<unit>[^()\[\]{}]*)[)\]}]\s*\.?$")


def words(text: str) -> str:
    """A heading's words in one spelling: lower case, one blank between them.

    >>> words("Test_Time ")
    'test time'
    """
    return re.sub(r"(?:[\s_]|(?<=\w)-(?=\w))+", " ", text.lower()).strip(' .:"')


@lru_cache(maxsize=4096)
def split(heading: str) -> tuple[str, str]:
    """A heading as its words and its unit, "" where it has none, "clock" for hours:minutes:seconds.

    >>> split("<I>/mA"), split("Q charge/discharge/mA.h"), split("Test_Time(s)"), split("Cycle Index")
    (('<i>', 'mA'), ('q charge/discharge', 'mAh'), ('test time', 's'), ('cycle index', ''))
    >>> split("E (V vs. Li/Li+)"), split("capacity / mAh/g")
    (('e', 'V'), ('capacity', 'mAh/g'))
    """
    text = _AGAINST_LITHIUM.sub("", heading.strip().strip('"').strip("~"))
    bracketed = _BRACKETS.match(text)
    if bracketed and bracketed["words"] and (unit := _unit(bracketed["unit"])) is not None:
        return words(bracketed["words"]), unit
    if re.search(r"\s/\s*1$", text):  # "Cycle Count / 1": a number
        return words(text.rpartition("/")[0]), ""
    for first, found, last in (text.partition(" / "), text.rpartition("/"), text.rpartition("_")):
        if found and first.strip() and (unit := _unit(last)):
            return words(first), unit
    return words(text), ""


def unit_of(cell: str) -> str | None:
    """The unit that a cell of a line of units says, "" for none (empty, - or 1), None for what is no unit.

    >>> unit_of("[mA]"), unit_of("-"), unit_of("3.2")
    ('mA', '', None)
    """
    plain = cell.strip().strip("[](){}").strip()
    return "" if plain in ("", "-", "1") else _unit(plain)


@lru_cache(maxsize=1024)
def _unit(text: str) -> str | None:
    """The unit as heterofilm.units spells it; None for what is no unit."""
    plain = _HERTZ.sub("Hz", _KILO.sub("k", _OHM.sub("ohm ", text))).strip()
    known = _UNITS.get(plain.lower())
    if known is not None or not plain:
        return known or ""
    try:
        parse_unit(plain)
    except HeterofilmError:
        return None
    return plain if not plain.isdigit() else None


def decode(raw: bytes) -> str | None:
    """Bytes as text: UTF-8, UTF-16 with its mark, or Windows-1252; None for what looks binary."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw[: len(raw) // 2 * 2].decode("utf-16", "replace")
    if b"\x00" in raw:  # some programs pad the lines of a text with NUL, or end it with one
        raw = _PADDING.sub(b"", raw)
    if b"\x00" in raw:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(raw) - 1 and error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8-sig")
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in raw[:4096])
    return None if controls > 0.01 * min(len(raw), 4096) else raw.decode("cp1252", "replace")


def number(text: str) -> float:
    """A number with decimal point or comma, and a minus of any kind: before it, behind it, or as brackets.

    >>> number("-1,5"), number("\u22121.5"), number("(1.5)"), number("1.5-")
    (-1.5, -1.5, -1.5, -1.5)

    Errors: `HeterofilmError` for anything else.
    """
    word = text.strip().strip('"')
    plain = _MINUS.sub("-", _BEHIND.sub(r"-\1\2", word))
    try:
        return float(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain)
    except ValueError:
        raise FileFormatError(f"'{word[:40]}' is no number.") from None


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a line as they stand there; a separator within quotes separates nothing.

    >>> cells_of('"10,02","100,0"', ","), cells_of("a;b", ";")
    (['10,02', '100,0'], ['a', 'b'])
    """
    if '"' not in line:
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator, skipinitialspace=True), [""])


def separator_of(lines: Sequence[str]) -> str:
    """The separator of rows of numbers: tab, semicolon, comma, or blanks (" ").

    A comma between digits is a decimal mark where another separator is at work.
    """
    for mark in ("\t", ";"):
        if 2 * sum(mark in line.strip() for line in lines) >= len(lines) > 0:
            return mark
    with_comma = [line for line in lines if "," in line]
    broken = [line for line in with_comma if any(_TWO_NUMBERS.search(cell) for cell in line.split(","))]
    return "," if 2 * len(with_comma) >= len(lines) > 0 and not broken else " "
