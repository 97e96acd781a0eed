"""Figures of a junction: its bands before and after contact, the profiles across it, its field against lithium."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..constants import E_CHARGE as Q
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Note, Series, Style
from ..figures.figure import Figure
from ..junction.bands import Levels, band_edges, contact
from ..junction.field import JunctionField
from ..junction.lithiation import FieldCurve

__all__ = ["bands_figure", "curve_figure", "profile_figures"]

A_COLOUR, B_COLOUR = "#0072B2", "#D55E00"
SHARE = 0.98  # of the bending of each side that the picture of the bands shows


def bands_figure(A: Levels, B: Levels, field: JunctionField, title: str = "Bands before and after contact") -> Figure:
    """Left: both solids apart, against one vacuum level. Right: in contact, bent as the solution says, one Fermi level.

    Energies in eV against the vacuum level of A's bulk. `field` is the solution for A (inner, left) and B.
    """
    bent, made = band_edges(A, B, field), contact(A, B)
    series = [_line([0.0, 2.3], [0.0, 0.0], GREY, "dot")]
    notes = [Note(1.15, 0.0, "vacuum level")]
    for solid, colour, left in ((A, A_COLOUR, 0.0), (B, B_COLOUR, 1.3)):
        x = [left, left + 1.0]
        Ec, Ev, EF = -solid.electron_affinity, -solid.ionisation_energy, -solid.work_function
        series += [
            _line(x, [Ec, Ec], colour),
            _line(x, [Ev, Ev], colour),
            _line(x, [EF, EF], INK, "dash"),
            _line([left + 0.25] * 2, [0.0, EF], GREY),
            _line([left + 0.75] * 2, [Ec, Ev], GREY),
        ]
        wider = Ev if EF - Ev > Ec - EF else Ec
        notes += [
            Note(left + 0.5, Ec / 2.0, f"Φ = {solid.work_function:.2f} eV"),
            Note(left + 0.5, (EF + wider) / 2.0 - 0.12, f"gap {solid.gap:.2f} eV"),
        ]
    first, last = _window(field)
    m = field.interface + 1
    top, bottom = 0.0, 0.0
    for part, colour in ((slice(None, m), A_COLOUR), (slice(m, None), B_COLOUR)):
        r = bent.r_m[part]
        keep = (r >= first) & (r <= last)
        ends = [first] if first < r[0] and colour == A_COLOUR else []  # the neutral bulk goes on beyond the solution
        more = [last] if last > r[-1] and colour == B_COLOUR else []
        place = np.concatenate([ends, r[keep], more])
        at = 2.9 + 2.4 * (place - first) / (last - first)
        solid_lines = [(edge, colour, "solid") for edge in (bent.conduction_eV, bent.valence_eV)]
        for edge, ink, style in [(bent.vacuum_eV, GREY, "dot"), *solid_lines]:
            y = np.interp(place, r, edge[part]) - A.work_function
            series.append(_line(at, y, ink, style))  # type: ignore[arg-type]
            top, bottom = max(top, float(y.max())), min(bottom, float(y.min()))
    series.append(_line([2.9, 5.3], [-A.work_function] * 2, INK, "dash"))
    right = (-1, "Ec", bent.conduction_eV), (-1, "Ev", bent.valence_eV)
    notes += [Note(5.4, float(edge[k]) - A.work_function - 0.15, name) for k, name, edge in right]
    notes.append(Note(5.4, -A.work_function - 0.15, "EF"))
    if made.donor:
        middle = 2.9 + 2.4 * (float(bent.r_m[m]) - first) / (last - first)
        highest = float(max(bent.conduction_eV[m - 1], bent.conduction_eV[m])) - A.work_function
        arrow = "e⁻ ⟶" if made.donor == A.name else "⟵ e⁻"
        notes.append(Note(min(max(middle, 3.4), 4.8), highest + 0.35, f"{arrow}  {abs(made.built_in_V):.2f} V"))
    low = min(bottom, -A.ionisation_energy, -B.ionisation_energy)
    return Figure(
        "bands", title, "", f"Energy against the vacuum level of {A.name} / eV", series,
        caption=f"{made.words} Bands in contact over {1e9 * (last - first):.3g} nm.",
        x_range=(-0.1, 5.6), y_range=(low - 0.4, top + 0.6),
        x_ticks=(0.5, 1.8, 4.1), x_names=(A.name, B.name, f"{A.name} | {B.name}, {1e9 * (last - first):.3g} nm across"),
        notes=tuple(notes),
    )  # fmt: skip


def _line(x: Any, y: Any, colour: str, style: Style = "solid") -> Series:
    return Series("", x, y, colour=colour, style=style, in_legend=False)


def _window(field: JunctionField) -> tuple[float, float]:
    """Where all but a small share of the bending of each side lies, and half as much again (m)."""
    m, r = field.interface, field.r_m
    interface = float(r[m])
    ends = []
    for part, bulk in ((slice(0, m + 1), 0), (slice(m + 1, None), -1)):
        away = np.abs(field.potential_V[part] - field.potential_V[bulk])
        far = np.abs(r[part][away > (1.0 - SHARE) * max(float(away.max()), 1e-9)] - interface)
        ends.append(1.5 * float(far.max()) if far.size else 0.0)
    longest = max(*ends, 1e-10)
    left, right = (max(end, 0.3 * longest) for end in ends)
    if field.power:  # a sphere ends at its centre, and its shell at the next one's
        return max(interface - left, float(r[0])), min(interface + right, float(r[-1]))
    return interface - left, interface + right


def profile_figures(field: JunctionField, names: tuple[str, str], title: str = "") -> tuple[Figure, Figure, Figure]:
    """Potential, field and charge over the place: `names` are those of A and B."""
    m, nm = field.interface + 1, 1e9 * field.r_m
    where = "Distance from the centre of the domain / nm" if field.power == 2 else "Distance / nm"
    outwards = "outwards from the centre" if field.power == 2 else f"from {names[0]} to {names[1]}"
    quantities = (
        (
            "potential", "Potential", "Potential / mV", 1e3 * (field.potential_V - field.potential_V[-1]),
            f"Against its value at the outer end. {1e3 * abs(field.bending_A_V):.3g} mV drop in {names[0]}, "
            f"{1e3 * abs(field.bending_B_V):.3g} mV in {names[1]}, of a contact potential of "
            f"{1e3 * abs(field.built_in_V):.3g} mV; error below {1e3 * field.error_V:.1g} mV.",
        ),
        (
            "field", "Field", "Field / MV cm⁻¹", 1e-8 * field.field_V_m,
            f"Positive {outwards}; at most {1e-8 * float(np.abs(field.field_V_m).max()):.2g} MV/cm. "
            "No field leaves at either end.",
        ),
        (
            "charge", "Space charge", "Charge / e nm⁻³", 1e-27 * field.charge_C_m3 / Q,
            f"Carriers, ions and dopants together: what {names[0]} holds, {names[1]} holds with the opposite sign, "
            f"{1e2 * abs(field.charge_C_m2):.3g} µC/cm² of interface.",
        ),
    )  # fmt: skip
    figures = []
    for name, heading, label, y, caption in quantities:
        series = [
            Series(names[0], nm[:m], y[:m], colour=A_COLOUR),
            Series(names[1], nm[m:], y[m:], colour=B_COLOUR),
        ]
        figures.append(Figure(f"junction-{name}", f"{heading} {title}".strip(), where, label, series, caption=caption))
    return figures[0], figures[1], figures[2]


def curve_figure(curves: Sequence[FieldCurve], title: str = "Field against lithium") -> Figure:
    """Potential that drops within the domain over the filling, a line per rule; x = 0 stands at the left edge.

    Positive in the direction of the pristine contact potential.
    """
    series = []
    smallest = min(float(c.x[c.x > 0.0].min()) for c in curves if (c.x > 0.0).any())
    for k, curve in enumerate(curves):
        x = np.where(curve.x > 0.0, curve.x, smallest / 3.0)
        y = 1e3 * curve.numbers.bending_A_V * np.sign(curve.numbers.built_in_V[0])
        series.append(Series(curve.rule.name, x, y, colour=PALETTE[k % len(PALETTE)]))
    built = 1e3 * abs(float(curves[0].numbers.built_in_V[0]))
    ends = [smallest / 3.0, max(float(c.x.max()) for c in curves)]
    series.append(Series(f"contact potential, {built:.0f} mV", ends, [built, built], colour=GREY, style="dot"))
    return Figure(
        "field-lithium", title, "Li per formula unit of the host", "Bending within the domain / mV", series,
        caption="Positive in the direction of the pristine contact potential; a line per assumption about what Li does "
        "(see the table). The first point of each line is the pristine junction. Electrons that fill their sites move "
        "the work functions themselves, so that line may turn round and leave the dotted one.",
        log_x=True,
    )  # fmt: skip
