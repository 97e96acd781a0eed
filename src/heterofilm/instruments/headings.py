"""Column headings of cyclers: what is measured, and in which unit.

`split` separates the words of a heading from its unit (``text_tables``); `Layout` then says, as a list, which of a
vendor's words is which of our columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..text_tables import split, unit_of, words
from ..units import Dimension, parse_unit

__all__ = ["ROLES", "Layout", "Match", "split", "unit_of", "words"]

ROLES: dict[str, str] = {
    "time_s": "s", "step_time_s": "s", "date": "", "voltage_V": "V", "current_A": "A",
    "charged_C": "C", "discharged_C": "C", "counter_C": "C", "amount_C": "C", "moved_C": "C",
    "cycle": "", "half_cycle": "", "step": "", "direction": "", "temperature_K": "K",
    "frequency_Hz": "Hz", "Z_re_ohm": "ohm", "Z_im_ohm": "ohm", "minus_Z_im_ohm": "ohm",
}  # fmt: skip
"""What a column can be, and its SI unit ("" for numbers and words).

Charge comes in five kinds: ``charged_C`` and ``discharged_C`` count upwards on charge and on discharge; ``counter_C``
has a sign; ``amount_C`` is a magnitude that goes with the sign of the current; ``moved_C`` is what moved since the row
before, with a sign.
"""


@dataclass(frozen=True)
class Match:
    """A heading that was understood: its role, and SI value = factor x value + offset. `clock`: it is h:min:s."""

    heading: str
    role: str
    factor: float = 1.0
    offset: float = 0.0
    clock: bool = False


@dataclass(frozen=True)
class Layout:
    """A vendor's columns.

    - `roles`: the words of a heading (`words`) -> a key of `ROLES`; of several that are there, the first listed counts;
    - `units`: role -> unit where the heading has none; a role without one is in SI;
    - `positive`: what a positive current and a positive charge mean in the file: ``charge``, ``discharge``, or
      ``unknown``, to be found out from the voltage;
    - `restarts`: ``counter_C`` begins at zero in each step.
    """

    vendor: str
    roles: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    positive: str = "charge"
    restarts: bool = False

    def match(self, headings: Iterable[str]) -> dict[str, Match]:
        """Role -> the heading that has it. A heading whose unit measures something else (mAh/g) is passed over."""
        found: dict[str, Match] = {}
        roles = {words(said): role for said, role in self.roles.items()}
        order = {said: k for k, said in enumerate(roles)}
        best: dict[str, int] = {}
        for heading in headings:
            said, unit = split(heading)
            role, rank = roles.get(said), order.get(said, 0)
            if role == "step" and unit:  # "Step (min)" is a time
                role = "step_time_s"
            if role is None and unit:  # the role's words may hold the unit: "control/v"
                said = words(heading)
                role, rank, unit = roles.get(said), order.get(said, 0), ""
            if role is None or rank >= best.get(role, len(order)):
                continue
            scaled = _scaled(heading, role, unit or self.units.get(role, ""))
            if scaled is not None:
                found[role], best[role] = scaled, rank
        return found


def _scaled(heading: str, role: str, unit: str) -> Match | None:
    si = ROLES[role]
    if unit and role in ("cycle", "half_cycle", "step"):  # "Cycle (h)" counts nothing
        return None
    if not si or not unit:
        return Match(heading, role)
    if unit == "clock":
        return Match(heading, role, clock=True) if si == "s" else None
    if si == "K" and unit == "C":  # a temperature in "C" is in degrees, not in coulombs
        unit = "degC"
    parsed = parse_unit(unit)
    return Match(heading, role, parsed.factor, parsed.offset) if parsed.dimension == _dimension(si) else None


def _dimension(si: str) -> Dimension:
    return parse_unit(si).dimension
