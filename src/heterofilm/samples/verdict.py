"""A sample on one screen: what is in doubt first, then its main numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten

from ..records.result import Result
from .analysed import Analysed

__all__ = ["Verdict", "verdict"]

DOUBTS, NUMBERS = 9, 12  # lines on the screen
WIDE = 150  # letters of a line
DOUBT = re.compile(
    r"assum|doubt|not checked|not compared|not in the uncertainty|unexplained|taken for|\bmind\b|cannot|no uncertainty|"
    r"implausible|not counted|left out|turned|exact|disagree|differ|guess|without|fail",
    re.IGNORECASE,
)
"""Words of a note that say why its number may be wrong, and not only how it was found."""
NO_NUMBER = re.compile(r"not determined|^fail|unknown|not told|none\b", re.IGNORECASE)
MAIN = {  # of each kind, what a reader looks for first, in this order
    "cycling": ("discharge capacity, cycle 1", "coulombic efficiency", "retention", "end of life"),
    "cv": ("b-value", "cathodic peak", "k1 v"),
    "eis": ("Kramers-Kronig", "ionic conductivity", "activation energy", "polarisation", "R0", "R1"),
    "gitt": ("diffusivity", "valid GITT"),
    "xps": ("share", "Cu/V", "content"),
    "ups": ("work function", "valence band edge"),
    "uvvis": ("direct gap", "indirect gap"),
    "photoluminescence": ("maximum", "emission"),
    "raman": ("phase", "verdict", "(Raman)"),
    "raman map": ("reversib", "comes back", "band"),
    "xrd": ("phase", "crystallite", "microstrain"),
    "depth profile": ("thickness", "interface", "surface"),
    "ion maps": ("half of the counts",),
    "composition": ("Cu/V", "volume fraction"),
    "line scan": ("order of layers", "interface"),
    "element maps": ("maps",),
    "hrtem": ("domain", "area"),
    "cross-section": ("thickness", "roughness"),
    "surface": ("crack",),
}


@dataclass(frozen=True)
class Verdict:
    """`doubts`: the gravest first, `more`: how many further ones there are; `numbers`: quantity and value."""

    sample: str
    doubts: tuple[str, ...]
    more: int
    numbers: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        count = len(self.doubts) + self.more
        lines = [f"{self.sample}: {f'{count} in doubt' if count else 'nothing in doubt'}"]
        lines += [f"  ! {shorten(d, WIDE, placeholder=' ...')}" for d in self.doubts]
        if self.more:
            lines.append(f"  ! and {self.more} more, beside their numbers on the page")
        width = max((len(q) for q, _ in self.numbers), default=0)
        return "\n".join([*lines, *(f"  {q:{width}}  {shorten(v, 60, placeholder=' ...')}" for q, v in self.numbers)])


def verdict(one: Analysed) -> Verdict:
    """The doubts about a sample in the order of their weight - what could not be analysed, what is not determined, what
    a number rests on - each once, with how many rows it touches; then up to a dozen main numbers."""
    failed = [f"{name} was not analysed: {why}" for name, why in one.failed]
    unknown: dict[str, list[Result]] = {}
    shaky: dict[str, list[Result]] = {}
    for row in one.results:
        if _no_number(row):
            unknown.setdefault(row.note or str(row.value), []).append(row)
            continue
        for part in (p.strip() for p in row.note.split(";")):
            if part and DOUBT.search(part):
                shaky.setdefault(part, []).append(row)
    notes = [n for found in one.findings.values() for n in found.notes if DOUBT.search(n) and n not in shaky]
    doubts = [
        *failed,
        *(f"{_rows(rows)}: {rows[0].value}{_why(rows[0])}" for rows in unknown.values()),
        *(f"{_rows(rows)}: {why}" for why, rows in sorted(_joined(shaky), key=lambda item: -len(item[1]))),
        *notes,
    ]  # fmt: skip
    return Verdict(one.sample.name, tuple(doubts[:DOUBTS]), max(len(doubts) - DOUBTS, 0), tuple(_main(one)[:NUMBERS]))


def _joined(doubts: dict[str, list[Result]]) -> list[tuple[str, list[Result]]]:
    """Doubts of the same rows that differ only in what they are of ("Cu0: as cited", "Cu+: as cited") as one."""
    found: dict[tuple[str, tuple[int, ...]], tuple[list[str], list[Result]]] = {}
    for why, rows in doubts.items():
        of, colon, said = why.partition(": ")
        key = (said if colon else why, tuple(map(id, rows)))
        found.setdefault(key, ([], rows))[0].extend([of] if colon else [])
    return [(f"{', '.join(of)}: {said}" if of else said, rows) for (said, _), (of, rows) in found.items()]


def _no_number(row: Result) -> bool:
    return isinstance(row.value, str) and NO_NUMBER.search(row.value) is not None


def _why(row: Result) -> str:
    return f" ({row.note})" if row.note else ""


def _rows(rows: list[Result]) -> str:
    """The first quantity, and how many others the same is said of."""
    first = f"{rows[0].quantity}{f' ({rows[0].file})' if rows[0].file else ''}"
    return first if len(rows) == 1 else f"{first} and {len(rows) - 1} more"


def _main(one: Analysed) -> list[tuple[str, str]]:
    """One or two numbers of each kind, then more of the first kinds while there is room."""
    ranked: list[tuple[int, int, Result]] = []
    for order, (kind, found) in enumerate(one.findings.items()):
        rows = [r for r in found.results if not r.numbered and not _no_number(r)]
        chosen = list(_first_of_each(rows, MAIN.get(kind, ())))
        ranked += [(place, order, row) for place, row in enumerate(chosen or rows[:1])]
    ranked.sort(key=lambda item: item[:2])
    return [(row.quantity, str(row)) for _, _, row in ranked]


def _first_of_each(rows: list[Result], words: Iterable[str]) -> Iterable[Result]:
    left = list(rows)
    for word in words:
        for row in left:
            if word.lower() in row.quantity.lower():
                left.remove(row)
                yield row
                break
