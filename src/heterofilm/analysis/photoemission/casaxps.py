"""The fit that CasaXPS keeps in the comment of a VAMAS block: its region and components, as ours, to be fitted again.

A region line holds its type of background, both ends in kinetic energy, the sensitivity factor, the points averaged
at each end, two offsets, and the four numbers of a cross-section (B, C, D, T0). A component line holds its shape, and
for area, width and position the value, the lower and the upper limit. Positions are kinetic energies. Components
that hang on others (a link that is not -1) are not followed but left free within their limits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from ...errors import InputError
from ...records.measurement import Measurement
from .background import CrossSection
from .lines import Line, Span
from .shapes import shape_from_casaxps

__all__ = ["CasaFit", "casaxps_fit"]

NUMBER = r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?"
REGION = re.compile(rf"CASA region \(\*(.*?)\*\) \(\*(.*?)\*\) ((?:{NUMBER} ?)+)", re.IGNORECASE)
COMPONENT = re.compile(
    rf"CASA comp \(\*(.*?)\*\) \(\*(.*?)\*\) Area ({NUMBER}) ({NUMBER}) ({NUMBER}) \S+ \S+ "
    rf"MFWHM ({NUMBER}) ({NUMBER}) ({NUMBER}) \S+ \S+ Position ({NUMBER}) ({NUMBER}) ({NUMBER}) ",
    re.IGNORECASE,
)
PLAIN = {"shirley": "shirley", "linear": "linear"}


@dataclass(frozen=True, eq=False)
class CasaFit:
    """The settings of a fit: the spectrum (counts per second over eV, shape (n,)), its window, background and lines.

    `areas`: what CasaXPS found, in counts per second times eV, in the order of `lines`, whose values are its energies
    and widths.
    """

    energy_eV: NDArray[Any]
    intensity: NDArray[Any]
    window: tuple[float, float]
    background: str | CrossSection
    ends: int
    lines: tuple[Line, ...]
    areas: tuple[float, ...]


def casaxps_fit(measurement: Measurement) -> CasaFit:
    """The settings of the first fitted region of a VAMAS block that CasaXPS has saved.

    Errors: `HeterofilmError` for a block without such a fit, or one of a kind that is not known.
    """
    comment = str(measurement.meta.get("comment", ""))
    region = REGION.search(comment)
    photon = measurement.meta.get("photon_energy_eV")
    if region is None or not isinstance(photon, float):
        raise InputError(f"'{measurement.name}' carries no fit of CasaXPS in its comment.")
    numbers = [float(word) for word in region.group(3).split()]
    if len(numbers) < 10:
        raise InputError(f"The CasaXPS region in '{measurement.name}' is of another version than known.")
    ends = sorted(photon - e for e in numbers[:2])
    kind = region.group(2).strip().lower()
    background: str | CrossSection
    if "tougaard" in kind:
        B, C, D, T0 = numbers[6:10]
        background = CrossSection(B, C, -1.0, D, T0) if "3" in kind else CrossSection(B, C)
    elif kind in PLAIN:
        background = PLAIN[kind]
    else:
        raise InputError(f"The background '{region.group(2)}' of CasaXPS is not known.")
    lines, areas = [], []
    for k, match in enumerate(COMPONENT.finditer(comment), 1):
        area, _, _, width, narrow, wide, place, least, most = (float(match.group(g)) for g in range(3, 12))
        name, values = shape_from_casaxps(match.group(2))
        energy = Span(photon - place, photon - most, photon - least)
        lines.append(Line(f"{match.group(1)} {k}", energy, Span(width, narrow, wide), shape=name, values=values))
        areas.append(area)
    if not lines:
        raise InputError(f"The CasaXPS region in '{measurement.name}' has no component.")
    dwell = float(measurement.meta.get("dwell_s", 1.0)) * float(measurement.meta.get("scans", 1.0))
    axis = measurement.column("binding_energy_eV")
    return CasaFit(
        axis, measurement.column("intensity") / dwell, (ends[0], ends[1]), background, max(1, round(numbers[3])),
        tuple(lines), tuple(areas),
    )  # fmt: skip
