"""What the model says to a row of the paper, and how far the two agree."""

from __future__ import annotations

from dataclasses import dataclass

AGREES, CLOSE = 2.0, 3.0  # standard deviations of measurement and model together
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


def sigmas(answer: Answer, sigma: float | None) -> float | None:
    """The deviation in standard deviations; None where there is none, or nothing is known of the uncertainty."""
    return None if answer.off is None or not sigma else abs(answer.off) / sigma


def verdict(answer: Answer, held: float | None = None, sigma: float | None = None) -> str:
    """``agrees``, ``close``, ``disagrees``, ``undecided`` or nothing; ``held``: share of the draws that agree.

    A number agrees within two standard deviations ``sigma`` of measurement and model together (in the unit of the
    deviation), and is close within three.

    A direction is undecided where neither it nor its opposite holds in 84 % of the draws, or the best values and the
    draws say different things.
    """
    if answer.agrees is not None:
        if held is not None and (held if answer.agrees else 1.0 - held) < SURE:
            return "undecided"
        return "agrees" if answer.agrees else "disagrees"
    if answer.off is None or answer.fixed == "input":
        return ""
    distance = sigmas(answer, sigma)
    if distance is None:
        return ""
    return "agrees" if distance <= AGREES else "close" if distance <= CLOSE else "disagrees"
