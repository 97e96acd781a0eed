"""What the model says to a row of the paper, and how far the two agree."""

from __future__ import annotations

from dataclasses import dataclass

AGREES = {"%": 5.0, "V": 0.05, "1": 0.05}
CLOSE = {"%": 15.0, "V": 0.10, "1": 0.10}
SURE = 0.84  # of the draws of the calibration, for a direction that they are asked for: one sigma, as of the bands


@dataclass(frozen=True)
class Answer:
    """What the model gives for a row.

    ``number`` carries the band, ``off`` the deviation with its unit ("%", "V" or "1"), ``agrees`` a
    direction or a statement in words; with ``by_draws`` the draws of the calibration are asked for it too.
    ``fixed`` marks what follows from constants and library values alone.
    """

    text: str
    number: float | None = None
    off: float | None = None
    off_unit: str = ""
    agrees: bool | None = None
    note: str = ""
    fixed: str = ""  # "input" or "computed"
    by_draws: bool = False


def deviation(answer: Answer) -> str:
    """The deviation with its sign and unit, or nothing."""
    if answer.off is None:
        return ""
    digits = 1 if answer.off_unit == "%" else 3
    off = round(answer.off, digits) + 0.0  # nothing is -0.0
    return f"{off:+.{digits}f} {answer.off_unit}".removesuffix(" 1")


def verdict(answer: Answer, held: float | None = None) -> str:
    """``agrees``, ``close``, ``disagrees``, ``undecided`` or nothing; ``held``: share of the draws that agree.

    A direction is undecided where neither it nor its opposite holds in 84 % of the draws, or the best values and the
    draws say different things.
    """
    if answer.agrees is not None:
        if held is not None and (held if answer.agrees else 1.0 - held) < SURE:
            return "undecided"
        return "agrees" if answer.agrees else "disagrees"
    if answer.off is None or answer.fixed == "input":
        return ""
    if abs(answer.off) <= AGREES[answer.off_unit]:
        return "agrees"
    return "close" if abs(answer.off) <= CLOSE[answer.off_unit] else "disagrees"
